"""Whether a webhook comes from HeyGen: the proof, without I/O.

Theory
------
HeyGen signs the body and nothing else: the signature is the HMAC-SHA256 of the bytes as they were
sent, in lower-case hexadecimal digits, with the endpoint's secret as the key. From this follows:

- It has to be checked over the raw bytes. A body that was parsed and written again differs in a
  space or an escape, and no signature fits it.
- Time and event id travel in headers that nothing protects. The window of time turns away what a
  confused proxy or queue sends late; it does not stop somebody who recorded a delivery and sends it
  again under a new time and a new id. So whatever a handler does must bear being done twice, and
  whatever counts must be looked up: an event is a reason to look, never a fact.
- Several secrets may be valid at once. HeyGen drops the old one as soon as it makes a new one, but
  deliveries that are under way, or tried again, may still carry the old signature.

Every comparison takes the same time whether it fits or not, and all secrets are always tried.

Source: HeyGen v3 behaviour notes section 10, and section 9 of those on v1/v2, read 2026-11-20.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from heygen_async.errors import SignatureError, UsageError

__all__ = [
    "EVENT_ID",
    "SIGNATURES",
    "TOLERANCE",
    "Headers",
    "header",
    "raw_bytes",
    "sent_at",
    "sign",
    "usable_secrets",
    "verify",
]

SIGNATURES = ("heygen-signature", "signature", "x-heygen-signature")
"""The header with the signature: v3's spelling, v1's, and one seen in third-party code."""

TIMESTAMP = "heygen-timestamp"
"""The header with the time of sending, in unix seconds."""

EVENT_ID = "heygen-event-id"
"""The header with the event's id, the same in every delivery of it."""

TOLERANCE = 300.0
"""Seconds between HeyGen's clock and ours; HeyGen's documentation says about five minutes."""

# Unix seconds have ten digits until the year 2286.
_DIGITS = 12


class Headers(Protocol):
    """Headers as any framework has them; names in any case, and as often as they like."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Names and values."""
        ...


def verify(
    body: bytes | bytearray | memoryview,
    headers: Headers,
    secrets: str | Sequence[str],
    *,
    now: float,
    tolerance: float | None = TOLERANCE,
    require_timestamp: bool = False,
) -> None:
    """Returns if the body was signed with one of the secrets, and not too long ago.

    Args:
        body: the raw bytes, as they came.
        headers: of the request.
        secrets: one, or several during a rotation.
        now: unix seconds.
        tolerance: seconds that the time of sending may differ from ``now``, both ways; None does
            not look at the time.
        require_timestamp: refuse what names no time. HeyGen's v1 deliveries name none.

    Raises:
        SignatureError: it is not proved to be HeyGen's; ``code`` says why.
        UsageError: the body is no bytes, or there is no secret that could prove anything.
    """
    keys = usable_secrets(secrets)
    content = raw_bytes(body)
    given = [value for name in SIGNATURES for value in header(headers, name)]
    if not given:
        raise SignatureError(
            "The webhook was refused: it has no signature. Deliveries to a callback_url have none;"
            " they need unsigned=True.",
            code="signature_missing",
        )
    fits = False
    for key in keys:
        expected = sign(content, key).encode("ascii")
        for value in given:
            fits |= hmac.compare_digest(expected, value.encode("utf-8", "backslashreplace"))
    if not fits:
        raise SignatureError(
            "The webhook was refused: its signature does not fit. Is the secret that of this"
            " endpoint, and the body exactly what came, before any parsing?",
            code="signature_mismatch",
        )
    _check_time(headers, now, tolerance, require_timestamp)


def sign(body: bytes, secret: str) -> str:
    """The signature HeyGen would send, for the tests of an application.

    Args:
        body: the bytes to send.
        secret: the whole of it, with its ``whsec_``.
    """
    return hmac.new(secret.encode("ascii"), body, hashlib.sha256).hexdigest()


def header(headers: Headers, name: str) -> list[str]:
    """The values of a header, in the order they came; ``name`` in lower case."""
    return [value.strip() for key, value in headers.items() if key.lower() == name]


def sent_at(headers: Headers) -> int | None:
    """When it says it was sent, in unix seconds; None where it says nothing.

    Raises:
        ValueError: what it says is no unix time.
    """
    times = header(headers, TIMESTAMP)
    if not times:
        return None
    time = times[0]
    if not (time.isascii() and time.isdigit() and len(time) <= _DIGITS):
        raise ValueError("no unix time in seconds")
    return int(time)


def usable_secrets(secrets: str | Sequence[str]) -> tuple[str, ...]:
    """The secrets, each of which can prove something: an empty one would let everybody in.

    Raises:
        UsageError: there is none, or one that cannot be one. It does not show it.
    """
    keys: tuple[Any, ...] = (secrets,) if isinstance(secrets, str | bytes) else tuple(secrets)
    if not keys:
        raise UsageError("A webhook cannot be verified without a secret.", field="secret")
    for key in keys:
        problem = _problem(key)
        if problem is not None:
            raise UsageError(f"The webhook secret {problem}.", field="secret")
    return keys


def raw_bytes(body: object) -> bytes:
    """The body, if it is what came over the wire.

    Raises:
        UsageError: it is text, or has been parsed already.
    """
    if isinstance(body, bytes | bytearray | memoryview):
        return bytes(body)
    raise UsageError(
        f"The body must be the raw bytes of the request, not {type(body).__name__}: the signature"
        " is over them.",
        field="body",
    )


def _check_time(headers: Headers, now: float, tolerance: float | None, required: bool) -> None:
    try:
        sent = sent_at(headers)
    except ValueError as error:
        raise SignatureError(
            f"The webhook was refused: its time is {error}.", code="timestamp_malformed"
        ) from error
    if sent is None and required:
        raise SignatureError(
            "The webhook was refused: it does not say when it was sent.", code="timestamp_missing"
        )
    if sent is None or tolerance is None:
        return
    apart = now - sent
    if not abs(apart) <= tolerance:
        raise SignatureError(
            f"The webhook was refused: by this clock it was sent {abs(apart):.0f} s"
            f" {'ago' if apart > 0 else 'ahead'}, and {tolerance:g} s are allowed. Is the clock"
            " right?",
            code="timestamp_outside_window",
        )


def _problem(key: object) -> str | None:
    if not isinstance(key, str):
        return f"is no text but {type(key).__name__}"
    if not key:
        return "is empty"
    if any(character.isspace() for character in key):
        return "contains white space; was a line break copied along?"
    if not (key.isascii() and key.isprintable()):
        return "contains characters that no secret has"
    return None
