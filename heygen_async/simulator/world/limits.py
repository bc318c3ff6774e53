"""Request rates, and who came back too early.

A 429 with Retry-After closes a gate for one account and one scope. A request through a closed gate
is *early* if its sender could have known: it bears an Idempotency-Key that was refused at this
gate, or it comes more than `GRACE` seconds after the gate closed. The others were already under
way when the gate fell, and no client can call a packet back. The connection proves nothing: a
client's pool hands it to the next request before anybody has read the 429 that came over it.

All times here are seconds of the caller's clock: a simulator that runs sixty times faster still
makes its callers wait real seconds.
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


@attrs.define
class _Gate:
    since: float
    until: float
    keys: set[str]


class Gates:
    """The gates closed by 429 answers."""

    def __init__(self) -> None:
        self._gates: dict[Scope, _Gate] = {}

    def close(self, scope: Scope, key: str | None, now: float, retry_after: float) -> None:
        """A 429 with this Retry-After goes out to the request with this Idempotency-Key."""
        gate = self._gates.get(scope)
        if gate is None or now >= gate.until:
            gate = self._gates[scope] = _Gate(now, now + retry_after, set())
        gate.until = max(gate.until, now + retry_after)
        if key is not None:
            gate.keys.add(key)

    def arrive(
        self, scope: Scope, key: str | None, now: float, operation: str
    ) -> EarlyRequest | None:
        """A request arrives; answers a row for the ledger if it is early."""
        gate = self._gates.get(scope)
        if gate is None or now >= gate.until - _TOLERANCE:
            return None
        if key not in gate.keys and now - gate.since <= GRACE:
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
