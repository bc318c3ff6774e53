"""The envelopes of v1 and v2: three of them, mixed freely (v2 notes §2, read 2026-11-21).

    v1      {"code": 100, "data": …, "msg": null, "message": …}, and any other code is an error
    v2      {"error": null, "data": …}, and {"data": null, "error": {"code": …, "message": …}}
    nested  v1 inside v2: {"error": null, "data": {"code": 100, "data": …}}

Paths of v1 answer in the first, those of v2 in the second, with the exceptions listed here. Every
answer bears the headers that announce the end, and those of v2 a key `warning` in the body.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heygen_async.simulator.contract import Operation
from heygen_async.simulator.wire.refusals import RefusedError

SUNSET = "2026-10-31"
_HEADERS = {"Deprecation": "true", "Sunset": "Sat, 31 Oct 2026 00:00:00 GMT"}

OK = 100
"""The code of a success in v1's envelope."""

# On a path of v2, but in v1's envelope.
_V1_EXCEPTIONS = frozenset({"delete-photo-avatar-by-id"})

_NESTED = frozenset({"train-photo-avatar-group", "add-sound-effect"})

# v2's own words; all others are v3's.
_WORDS = {
    "asset_not_available": "invalid_parameter",
    "asset_not_found": "not_found",
    "avatar_group_not_found": "invalid_parameter",
    "avatar_not_usable": "invalid_parameter",
    "conflict": "invalid_parameter",
    "download_failed": "invalid_parameter",
    "payload_too_large": "invalid_parameter",
    "resource_not_ready": "invalid_parameter",
    "trial_limit_exceeded": "trial_video_limit_exceeded",
    "tts_text_invalid": "invalid_parameter",
    "video_not_found": "not_found",
}

# v1's numbers (`V1ErrorCode` of the contract). It has none for a failure of the server itself:
# 10002 is one that users asked about and nobody explained.
_NUMBERS = {
    "avatar_group_not_found": 400174,
    "avatar_not_found": 400144,
    "download_failed": 400543,
    "forbidden": 400562,
    "gateway_timeout": 10002,
    "insufficient_credit": 900001,
    "internal_error": 10002,
    "quota_exceeded": 400123,
    "rate_limit_exceeded": 400123,
    "service_unavailable": 10002,
    "trial_limit_exceeded": 400664,
    "unauthorized": 400112,
    "video_not_found": 40031,
    "voice_not_found": 400116,
    "webhook_not_found": 400131,
}
_INVALID = 400175


def v1(value: Any, message: str | None = None) -> dict[str, Any]:
    """A success in v1's envelope."""
    return {"code": OK, "data": value, "msg": None, "message": message}


def v2(value: Any) -> dict[str, Any]:
    """A success in v2's envelope."""
    return {"error": None, "data": value}


def nested(value: Any) -> dict[str, Any]:
    """A success in v1's envelope, inside v2's."""
    return v2(v1(value))


def refuse(refusal: RefusedError, operation: Operation) -> tuple[int, dict[str, Any]]:
    """Status and body of a no; where v3 has a status that the contract does not foresee, it is 400.

    That is how a shortage of credits becomes the 400 that v2 was seen to answer (notes §10).
    """
    status = refusal.status
    if refusal.usual and refusal.code == "trial_limit_exceeded":
        status = 429  # Seen, whatever the contract foresees (notes §7).
    elif refusal.usual and status < 500 and str(status) not in operation.statuses:
        status = 400
    if _speaks_v1(operation):
        return status, _numbered(refusal)
    if operation.id in _NESTED and status < 300:
        return status, v2(_numbered(refusal))
    if refusal.code == "insufficient_credit":
        message = "Insufficient credit. This operation requires 'api' credits."
    else:
        message = refusal.message
    word = _WORDS.get(refusal.code, refusal.code)
    return status, {"data": None, "error": {"code": word, "message": message}}


def dress(body: dict[str, Any], operation: Operation) -> dict[str, Any]:
    """The answer with its warning, where there is one.

    On photo avatars it names no successor, even where there is one (seen live, 2026-09).
    """
    if _speaks_v1(operation):
        return body
    warning = {
        "message": f"This endpoint is legacy and will be removed on {SUNSET}.",
        "docs_url": "https://developers.heygen.com/docs",
        "sunset_date": SUNSET,
    }
    if operation.successor is not None and operation.tag != "photo_avatar":
        warning["v3_endpoint"] = operation.successor
    return body | {"warning": warning}


def headers(operation: Operation) -> Mapping[str, str]:
    """What announces the end on every answer."""
    return _HEADERS


def _speaks_v1(operation: Operation) -> bool:
    return operation.path.startswith("/v1/") or operation.id in _V1_EXCEPTIONS


def _numbered(refusal: RefusedError) -> dict[str, Any]:
    number = refusal.number or _NUMBERS.get(refusal.code, _INVALID)
    if refusal.code.isdecimal():
        number = int(refusal.code)
    return {"code": number, "data": None, "message": refusal.message}
