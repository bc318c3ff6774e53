"""Request rates, and who came back too early.

A 429 with Retry-After closes a gate for one account and one scope, if it is about a rate or a full
pool: a quota or a trial that is used up may be raised at any time [HeyGen's error codes, read
2026-11-20: asked again "after quota reset"]. A request through a closed gate is *early* if its
sender could have known:

- it bears an Idempotency-Key that was refused at this gate, or
- it has none, asks what was refused there (the same method and address), and was certainly decided
  on after that refusal, as the connection it comes over tells (see `wire.lines`), or
- it comes more than `GRACE` seconds after the gate closed.

All others were already under way when the gate fell, and no client can call a packet back. Who asks
the same thing several times at once is not held to the second rule: a client's pool hands a
connection to the next of those who wait for it before anybody has read what came over it. That this
happened shows in a repetition over a connection that had been open since before the refusal.

All times here are seconds of the caller's clock: a simulator that runs sixty times faster still
makes its callers wait real seconds. Moments are counted, see `wire.lines`.
"""

from __future__ import annotations

import math

import attrs

from heygen_async.simulator.world.ledger import EarlyRequest

GRACE = 0.5
"""Seconds after a 429 in which other requests count as already under way."""

_TOLERANCE = 0.001

Scope = tuple[str, str]
"""Account and scope (read, write, render, upload)."""

_UPLOADS = frozenset(
    {
        "uploadAsset",
        "createAssetUpload",
        "createAssetUploadBatch",
        "upload-asset",
        "upload-talking-photo",
    }
)
_RENDERS = frozenset(
    {
        "createVideo",
        "createVideoBatch",
        "createVideoAgentSession",
        "createVideoTranslation",
        "createVideoTranslationBatch",
        "createLipsync",
        "createLipsyncBatch",
        "createAiClipping",
        "createBackgroundRemoval",
        "generateFromProofread",
        "generateFromTemplate",
        "sendVideoAgentMessage",
        "create-an-avatar-video-v2",
        "create-avatar-iv-video",
        "create-video-1",
        "heygenAvatarGenerateVideo",
    }
)
# agent.ai has nothing but POST.
_READS = frozenset({"heygenAvatarGetVideoStatus", "heygenPhotoAvatarRenderAvatarReport"})


def scope_of(operation_id: str, method: str) -> str:
    """Which gate a 429 to this operation closes."""
    if method == "GET" or operation_id in _READS:
        return "read"
    if operation_id in _UPLOADS:
        return "upload"
    return "render" if operation_id in _RENDERS else "write"


@attrs.frozen(kw_only=True)
class Asked:
    """What tells one request from another at a gate.

    Attributes:
        what: its method and address.
        key: its Idempotency-Key, or None.
        free: the moment after which its sender certainly decided on it; 0 for none.
    """

    what: str
    key: str | None = None
    free: int = 0


@attrs.define
class _Gate:
    """A gate that is closed.

    Attributes:
        since, until: when it closed, and when it opens.
        keys: those that were refused.
        refused: the moment of the first refusal of each request without a key.
        repeated: those of them that were asked again by somebody who could not know.
    """

    since: float
    until: float
    keys: set[str] = attrs.field(factory=set)
    refused: dict[str, int] = attrs.field(factory=dict)
    repeated: set[str] = attrs.field(factory=set)

    def knew(self, asked: Asked) -> bool:
        """Whether the sender had been refused the very same here, and was told so before."""
        if asked.key is not None:
            return asked.key in self.keys
        refused = self.refused.get(asked.what)
        if refused is None:
            return False
        if asked.free < refused:
            self.repeated.add(asked.what)
        return asked.what not in self.repeated


class Gates:
    """The gates closed by 429 answers."""

    def __init__(self) -> None:
        self._gates: dict[Scope, _Gate] = {}

    def close(
        self, scope: Scope, asked: Asked, now: float, retry_after: float, moment: int
    ) -> None:
        """A 429 with this Retry-After goes out at this moment to the one who asked this."""
        gate = self._gates.get(scope)
        if gate is None or now >= gate.until:
            gate = self._gates[scope] = _Gate(now, now + retry_after)
        gate.until = max(gate.until, now + retry_after)
        if asked.key is not None:
            gate.keys.add(asked.key)
        else:
            gate.refused.setdefault(asked.what, moment)

    def arrive(self, scope: Scope, asked: Asked, now: float, operation: str) -> EarlyRequest | None:
        """A request arrives; answers a row for the ledger if it is early."""
        gate = self._gates.get(scope)
        if gate is None or now >= gate.until - _TOLERANCE:
            return None
        if not gate.knew(asked) and now - gate.since <= GRACE:
            return None
        return EarlyRequest(operation=operation, early_by_seconds=round(gate.until - now, 3))


class Rates:
    """A token bucket for each account and scope."""

    def __init__(self, per_second: float | None) -> None:
        self._per_second = per_second
        self._buckets: dict[Scope, tuple[float, float]] = {}

    def take(self, scope: Scope, now: float) -> int | None:
        """Take a token; None when there was one, else whole seconds to wait."""
        if self._per_second is None:
            return None
        capacity = max(1.0, self._per_second)
        tokens, at = self._buckets.get(scope, (capacity, now))
        tokens = min(capacity, tokens + (now - at) * self._per_second)
        granted = tokens >= 1.0 - 1e-9
        self._buckets[scope] = (tokens - 1.0 if granted else tokens, now)
        return None if granted else max(1, math.ceil((1.0 - tokens) / self._per_second))
