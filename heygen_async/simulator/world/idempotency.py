"""Idempotency keys: what was answered under which key.

The rules (behaviour notes §4, 2026-10): a key counts for one account, one method and one concrete
path, for 24 hours. While the first request runs, a second one is told `request_in_progress`.
Afterwards the stored answer is replayed, even if the body differs. Only successes are stored: an
error leaves the key free.
"""

from __future__ import annotations

import attrs

from heygen_async.simulator.wire.refusals import RefusedError

KeyScope = tuple[str, str, str, str]
"""Account, method, path, key."""


@attrs.frozen(kw_only=True)
class Stored:
    """An answer kept for replay."""

    at: float
    status: int
    body: bytes


class IdempotencyKeys:
    """The keys in use and the answers kept under them."""

    def __init__(self, lifetime: float) -> None:
        self._lifetime = lifetime
        self._running: set[KeyScope] = set()
        self._stored: dict[KeyScope, Stored] = {}

    def begin(self, scope: KeyScope, now: float) -> Stored | None:
        """Take the key for a new request, or find what it was answered before.

        Raises:
            RefusedError: `request_in_progress`, when the first request has not been answered yet.
        """
        if scope in self._running:
            raise RefusedError(
                "request_in_progress",
                "A request with this Idempotency-Key is still being processed",
            )
        stored = self._stored.get(scope)
        if stored is not None and now - stored.at < self._lifetime:
            return stored
        self._running.add(scope)
        return None

    def commit(self, scope: KeyScope, now: float, status: int, body: bytes) -> None:
        """Keep a success; the key still counts as running until `end`."""
        self._stored[scope] = Stored(at=now, status=status, body=body)

    def end(self, scope: KeyScope) -> None:
        """The request under this key is no longer running."""
        self._running.discard(scope)
