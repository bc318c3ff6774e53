"""From a request's headers and body to an event: one function that any framework can call."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson

from heygen_async.errors import ProtocolError, UsageError
from heygen_async.transport.redact import redact_text
from heygen_async.webhooks.event import Event, read
from heygen_async.webhooks.events import TYPES, UnknownEvent
from heygen_async.webhooks.signature import (
    EVENT_ID,
    TOLERANCE,
    Headers,
    header,
    raw_bytes,
    sent_at,
    usable_secrets,
    verify,
)

__all__ = ["parse", "trusted"]

_EXCERPT = 600


def parse(
    headers: Headers,
    body: bytes | bytearray | memoryview,
    secret: str | Sequence[str] | None,
    *,
    unsigned: bool = False,
    now: Callable[[], float] = time.time,
    tolerance: float | None = TOLERANCE,
    require_timestamp: bool = False,
) -> Event:
    """The event in a request, once it is proved to be HeyGen's.

    >>> from heygen_async.webhooks import parse, sign
    >>> body = b'{"event_type":"avatar_video.success","event_data":{"video_id":"v1"}}'
    >>> event = parse({"Heygen-Signature": sign(body, "whsec_1")}, body, "whsec_1")
    >>> event.job
    ('video', 'v1')

    Args:
        headers: of the request.
        body: the raw bytes of the request, before any parsing.
        secret: the endpoint's, as it was told once at its creation; several during a rotation.
            None, together with ``unsigned``, for what cannot be proved.
        unsigned: take what has no signature, as deliveries to a ``callback_url`` have none. Anybody
            who learns the address can send such an event: hide it well (a long random path),
            compare ``callback_id``, and look at the job before you believe a word.
        now: unix seconds, for the window of time.
        tolerance: seconds that the time of sending may differ from ``now``; None for any.
        require_timestamp: refuse what does not say when it was sent.

    Returns:
        One of the classes of ``heygen_async.webhooks``; an ``UnknownEvent`` for a type that this
        version does not know.

    Raises:
        SignatureError: not proved to be HeyGen's; answer 401.
        ProtocolError: it is no event; answer 400.
        UsageError: no usable secret, or both a secret and ``unsigned``.
    """
    secrets = trusted(secret, unsigned=unsigned)
    content = raw_bytes(body)
    if secrets:
        verify(
            content,
            headers,
            secrets,
            now=now(),
            tolerance=tolerance,
            require_timestamp=require_timestamp,
        )
    return _event(headers, content, verified=bool(secrets))


def trusted(secret: str | Sequence[str] | None, *, unsigned: bool) -> tuple[str, ...]:
    """The secrets that are accepted; none where that is what was asked for.

    Raises:
        UsageError: as ``parse`` says.
    """
    if secret is None and unsigned:
        return ()
    if secret is None:
        raise UsageError(
            "A webhook cannot be verified without its secret; pass unsigned=True if deliveries to"
            " a callback_url are meant, which nobody can prove.",
            field="secret",
        )
    if unsigned:
        raise UsageError(
            "Either a secret or unsigned=True: with both, leaving the signature away would be"
            " enough to be believed. Use two addresses.",
            field="unsigned",
        )
    return usable_secrets(secret)


def _event(headers: Headers, body: bytes, *, verified: bool) -> Event:
    try:
        raw = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _nonsense("is no JSON", None, body) from error
    if not isinstance(raw, dict):
        raise _nonsense("is no JSON object", None, body)
    event_type, data = raw.get("event_type"), raw.get("event_data")
    if not isinstance(event_type, str) or not event_type:
        raise _nonsense("has no event_type", "event_type", body)
    return read(
        TYPES.get(event_type, UnknownEvent),
        data if isinstance(data, dict) else {},
        event_type=event_type,
        event_id=_event_id(headers, raw),
        created_at=_created_at(headers, raw),
        verified=verified,
        raw=raw,
    )


def _event_id(headers: Headers, raw: dict[str, Any]) -> str | None:
    # The body first: it is signed, the header is not.
    named = raw.get("event_id")
    if isinstance(named, str) and named:
        return named
    return next(filter(None, header(headers, EVENT_ID)), None)


def _created_at(headers: Headers, raw: dict[str, Any]) -> float | None:
    match raw.get("created_at"):
        case bool():
            pass
        case int() | float() as seconds:
            return float(seconds)
        case str() as text:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError:
                pass
            else:
                aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                return aware.timestamp()
    try:
        sent = sent_at(headers)
    except ValueError:
        return None
    return None if sent is None else float(sent)


def _nonsense(what: str, path: str | None, body: bytes) -> ProtocolError:
    return ProtocolError(
        f"The body of a webhook {what}. Is it the whole body, as it came?",
        operation="webhook",
        path=path,
        body=redact_text(body[:_EXCERPT].decode("utf-8", "replace")),
    )
