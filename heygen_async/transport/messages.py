"""What an answer means: from status, headers and bytes to data or to the right error. No I/O.

The success envelope is ``{"data": …}``, the error envelope ``{"error": {"code", "message", …}}``
[HeyGen v3 behaviour digest §1–2, read 2026-11-20]. What else arrives on a bad day:

- an error inside a 200: the error counts, the status does not. Except that "too many requests" or
  "too many jobs" is a promise that nothing was begun only under a status that says so too; a call
  that must not be made twice does not rely on less, and two statuses inside one answer that
  contradict each other leave every call in the dark: a ServerError, which is a lost answer;
- HTML or nothing under an error status, from a gateway: the status counts;
- nothing, or JSON that breaks off, under a 2xx: the answer was lost on its way, so it is a
  ServerError, which retries treat as a lost answer;
- a 2xx that is complete and yet no JSON object: asking again would not help, a ProtocolError.

v1's ``{"code": 100, "data": …}`` and its errors under other codes are understood as well. Where a
dialect has envelopes of its own, a module of its own opens them: see ``_OPENERS``.
"""

from __future__ import annotations

import contextlib
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any

import attrs
import orjson
from multidict import istr

from heygen_async.errors import (
    ConcurrencyLimitError,
    HeyGenError,
    ProtocolError,
    RateLimitError,
    ServerError,
)
from heygen_async.transport.codes import HINTS, error_class
from heygen_async.transport.endpoint import Endpoint, Replay
from heygen_async.transport.messages_agentai import opened as opened_agentai
from heygen_async.transport.messages_v2 import opened as opened_v2
from heygen_async.transport.redact import redact_text, rewritten

__all__ = ["Answer", "Reply", "asked_pause", "parse_retry_after", "read_reply"]

REQUEST_ID = istr("X-Request-Id")
"""The header that names a request [HeyGen's CLI, read 2026-11-20]; real answers may lack it."""

_WORDS = 300

# Under these a server that says it has too much to do has begun nothing.
_UNBEGUN = frozenset({*range(400, 500), 503})
_V1_OK = 100
_TITLE = re.compile(r"(?is)<title[^>]*>(.*?)</title>")
_NO_DATE = (ValueError, TypeError, IndexError, OverflowError)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")


@attrs.define(eq=False)
class Reply:
    """What came over the wire, read to its end.

    Attributes:
        status: the HTTP status.
        headers: by name, in any case.
        body: the bytes, decompressed.
    """

    status: int
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)


@attrs.frozen
class Answer:
    """An answer that means success.

    Attributes:
        data: the envelope's ``data``: one resource, a list of them, or None.
        envelope: the whole object, with the cursor of lists beside ``data``.
        reply: what it was read from.
        key: the idempotency key that it answers, None where the endpoint takes none.
    """

    data: Any
    envelope: dict[str, Any] = attrs.field(repr=False)
    reply: Reply
    key: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.reply.status

    @property
    def headers(self) -> Mapping[str, str]:
        """By name, in any case."""
        return self.reply.headers

    @property
    def request_id(self) -> str | None:
        """The server's name for the request, None if it told none."""
        return self.reply.headers.get(REQUEST_ID)

    @property
    def raw(self) -> bytes:
        """The bytes it was read from."""
        return self.reply.body


def read_reply(endpoint: Endpoint, reply: Reply, now: float, key: str | None = None) -> Answer:
    """The answer that a reply holds.

    Args:
        endpoint: what was asked.
        reply: what came.
        now: wall-clock time in seconds since 1970, for a ``Retry-After`` that names a date.
        key: the idempotency key of the request.

    Raises:
        HeyGenError: of the class that says what the caller may do next.
    """
    status, body = reply.status, reply.body
    if 300 <= status < 400:
        raise _protocol_error(endpoint, reply, "redirects are never followed")
    try:
        envelope = _loaded(body) if body else None
    except orjson.JSONDecodeError as error:
        if status < 300:
            raise _unreadable(endpoint, reply) from error
        envelope = None
    if status < 300:
        if type(envelope) is dict:
            data, wrong = _OPENERS.get(endpoint.dialect, _opened)(envelope)
            if wrong is None:
                return Answer(data, envelope, reply, key)
        elif not body and (status != 200 or endpoint.method == "HEAD"):
            return Answer(None, {}, reply, key)
        else:
            raise _unreadable(endpoint, reply)
    raise _error_of(endpoint, reply, envelope if isinstance(envelope, dict) else {}, now)


def parse_retry_after(value: str | None, now_wall: float) -> float | None:
    """The seconds that a ``Retry-After`` header asks to wait, None if it says nothing.

    Args:
        value: seconds, with decimals or without, or an HTTP date.
        now_wall: the time to compare a date with, in seconds since 1970; best the server's own.
    """
    text = (value or "").strip()
    if _NUMBER.fullmatch(text):
        seconds = float(text)
    else:
        try:
            seconds = _timestamp(text) - now_wall
        except _NO_DATE:
            return None
    return max(0.0, seconds) if seconds < float("inf") else None


def asked_pause(headers: Mapping[str, str], now: float) -> float | None:
    """The seconds that an answer asks to wait, None if it says nothing.

    Args:
        headers: of the answer. Its own date, where it tells it, makes that of the pause independent
            of our clock.
        now: wall-clock time in seconds since 1970, for answers that tell no date.
    """
    text = headers.get("Retry-After")
    if text is None:
        return None
    with contextlib.suppress(*_NO_DATE):
        now = _timestamp(headers.get("Date") or "")
    return parse_retry_after(text, now)


def _timestamp(text: str) -> float:
    """Seconds since 1970 of an HTTP date; the old form of it that names no zone means GMT too."""
    date = parsedate_to_datetime(text)
    return (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp()


def _opened(envelope: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any] | None]:
    """The data of an answer; and what went wrong, None if nothing did."""
    match envelope.get("error"):
        case None:
            pass  # as in nearly all answers
        case dict() as told:
            if any(told.values()):
                return None, told
        case str() as sentence if sentence:
            return None, {"message": sentence}
        case other if other:
            return None, envelope
    code = envelope.get("code")
    if (
        type(code) is int
        and code not in {_V1_OK, 0, 200}
        and not envelope.get("data")
        and "message" in envelope
    ):
        return None, envelope
    return envelope.get("data"), None


_Opener = Callable[[Mapping[str, Any]], tuple[Any, Mapping[str, Any] | None]]

_OPENERS: Mapping[str, _Opener] = MappingProxyType({"agentai": opened_agentai, "v2": opened_v2})
"""Who opens the envelopes of a dialect, where not ``_opened``."""


def _error_of(
    endpoint: Endpoint, reply: Reply, envelope: Mapping[str, Any], now: float
) -> HeyGenError:
    wrong = _OPENERS.get(endpoint.dialect, _opened)(envelope)[1]
    details = envelope if wrong is None else wrong
    code = _text(details.get("code"))
    message = _text(details.get("message") or details.get("detail") or details.get("msg")) or ""
    shown = _one_line(message or _status_words(reply))
    request_id = _text(reply.headers.get(REQUEST_ID))
    status, weight = _statuses(reply.status, details.get("status"))
    cls: type[HeyGenError] = ServerError
    if weight is not None:
        cls = _class_of(endpoint, reply.status, error_class(weight, code, message, endpoint.scope))
    text = f"{endpoint.operation} failed: {shown}"
    text += f" (request {request_id})" if request_id else ""
    listed = details.get("errors") or envelope.get("errors")
    # An old route that is gone, or not in the plan, answers with a page.
    ended = reply.status in {404, 410} and not envelope and endpoint.successor
    return cls(
        f"{text}. " + (f"Use {endpoint.successor} instead" if ended else HINTS[cls]),
        operation=endpoint.operation,
        status=status,
        code=code,
        param=_text(details.get("param")),
        doc_url=_text(details.get("doc_url")),
        errors=rewritten(listed, redact_text) if isinstance(listed, list) else (),
        request_id=request_id,
        retry_after=asked_pause(reply.headers, now),
    )


def _statuses(outer: int, inner: object) -> tuple[int, int | None]:
    """The status to tell, and the one to judge by, where an answer has a second one inside.

    An error inside a 200 is what it says; except for 429, which says there that something went
    wrong half way, and not that nothing was begun. A success inside an error is a server that
    contradicts itself. After both, nobody knows what was done, whatever the words say: None.
    """
    if type(inner) is not int:
        return outer, outer
    if outer >= 400:
        return outer, outer if inner >= 400 else None
    if inner < 400:
        return outer, outer
    return inner, None if inner == 429 else inner


def _class_of(endpoint: Endpoint, status: int, cls: type[HeyGenError]) -> type[HeyGenError]:
    """The class, or that of a lost answer, where the words are no licence to ask again."""
    refused = issubclass(cls, RateLimitError | ConcurrencyLimitError)
    blind = refused and endpoint.replay is Replay.UNSAFE and status not in _UNBEGUN
    return ServerError if blind else cls


def _unreadable(endpoint: Endpoint, reply: Reply) -> HeyGenError:
    start = reply.body[:200].removeprefix(BOM_UTF8).lstrip()
    if not start:
        return _broken_off(endpoint, reply, "the answer is empty")
    if start.startswith(b"<"):
        return _protocol_error(endpoint, reply, "the answer is a page and no JSON")
    try:
        _loaded(reply.body)
    except orjson.JSONDecodeError:
        return _broken_off(endpoint, reply, "the answer breaks off")
    return _protocol_error(endpoint, reply, "the answer is JSON but no object")


def _loaded(body: bytes) -> Any:
    # Some gateways put a byte order mark in front, which JSON does not know.
    return orjson.loads(body.removeprefix(BOM_UTF8))


def _broken_off(endpoint: Endpoint, reply: Reply, words: str) -> ServerError:
    return ServerError(
        f"{endpoint.operation} failed: {words} (HTTP {reply.status}). {HINTS[ServerError]}",
        operation=endpoint.operation,
        status=reply.status,
        request_id=_text(reply.headers.get(REQUEST_ID)),
    )


def _protocol_error(endpoint: Endpoint, reply: Reply, words: str) -> ProtocolError:
    return ProtocolError(
        f"{endpoint.operation} failed: {words} (HTTP {reply.status}). "
        "Check base_url and any proxy; if they are right, please report it",
        operation=endpoint.operation,
        status=reply.status,
        request_id=_text(reply.headers.get(REQUEST_ID)),
        body=_one_line(reply.body[:1000].decode("utf-8", "replace")),
    )


def _status_words(reply: Reply) -> str:
    title = _TITLE.search(reply.body[:4000].decode("utf-8", "replace"))
    return f"HTTP {reply.status}" + (f", {title.group(1).strip()}" if title else "")


def _one_line(text: str) -> str:
    text = " ".join(redact_text(text).split())
    text = text if len(text) <= _WORDS else f"{text[: _WORDS - 1]}…"
    return text.rstrip(".")


def _text(value: object) -> str | None:
    match value:
        case str():
            return redact_text(value) or None
        case bool() | None:
            return None
        case int():
            return str(value)
    return redact_text(str(value))
