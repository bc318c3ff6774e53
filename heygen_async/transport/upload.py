"""Files on their way to HeyGen: as a part of a form, as a raw body, or put to a presigned address.

Up to 32 MB a file may travel in the call itself; above, HeyGen names an address in its storage,
signed for exactly this size and these headers, and learns afterwards that the bytes are there
[HeyGen v3 behaviour digest §8, read 2026-11-20]. The body is built anew for each attempt, because
aiohttp sends an empty one, silently, when a file object is used a second time.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Mapping
from string import punctuation
from urllib.parse import quote

import aiohttp
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload
from yarl import URL

from heygen_async.errors import InvalidInputError, ProtocolError, TransferError, UsageError
from heygen_async.transport.attempt import Attempt, attempt, retrying
from heygen_async.transport.credentials import is_loopback
from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timeout
from heygen_async.transport.http import Transport
from heygen_async.transport.messages import asked_pause
from heygen_async.transport.observer import Observer, TransferProgress, log, tell
from heygen_async.transport.redact import redact_text, redact_url
from heygen_async.transport.retry import Again, Tries, keep_trying
from heygen_async.transport.sessions import STALL
from heygen_async.transport.source import Bytes, Source
from heygen_async.transport.wire import PROXY_LOGIN, proxy_refusal, translated

__all__ = [
    "EXPIRED",
    "LARGEST_FORM",
    "file_url",
    "host_error",
    "multipart",
    "open_source",
    "put",
    "raw",
]

LARGEST_FORM = 32_000_000
"""Bytes; larger files take the direct way [HeyGen v3 behaviour digest §8, read 2026-11-20]."""

PUT = Endpoint("PUT", "/", "putUpload", Replay.SAFE, Scope.UPLOAD, Timeout.TRANSFER)
"""The storage's own operation; the same bytes put twice are the same."""

_AUTOMATIC = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
_XML_WORDS = re.compile(r"(?s)<(Code|Message)>(.*?)</\1>")
_TOO_MANY = frozenset({408, 429})

EXPIRED = frozenset({403, 404, 410})
"""How a host shows that an address has expired [HeyGen v3 behaviour digest §9, read 2026-11-20]."""


def open_source(transport: Transport, data: Bytes, *, name: str | None = None) -> Source:
    """The bytes, to be opened with ``async with`` and read as often as needed.

    Args:
        transport: whose threads read files.
        data: a path, bytes, a binary file (left open), or an async iterator of bytes.
        name: the file name to tell the server; None takes the file's own.
    """
    return Source(transport.sessions, data, name=name)


def multipart(transport: Transport, source: Source, *, mime: str) -> Callable[[], aiohttp.FormData]:
    """A builder of the form that carries a file, for ``Transport.call(form=…)``.

    Args:
        transport: whose observer hears of the progress.
        source: an open one.
        mime: what `Source.content` found.
    """

    def build() -> aiohttp.FormData:
        form = aiohttp.FormData()
        body = _Body(source, mime, transport.observer)
        form.add_field("file", body, filename=source.name, content_type=mime)
        return form

    return build


def raw(transport: Transport, source: Source, *, mime: str) -> Callable[[], Payload]:
    """A builder of the body that is the file and nothing else, for ``Transport.call(form=…)``.

    Args:
        transport: whose observer hears of the progress.
        source: an open one.
        mime: what `Source.content` found; it becomes the ``Content-Type``.
    """
    return lambda: _Body(source, mime, transport.observer)


async def put(
    transport: Transport, url: str, source: Source, headers: Mapping[str, str], *, mime: str
) -> None:
    """Put the bytes to a presigned address, with exactly these headers and no key.

    Args:
        transport: whose keyless session, retries and observer are used.
        url: from the upload slot.
        source: an open one.
        headers: from the upload slot.
        mime: what `Source.content` found.

    Raises:
        TransferError: it broke off too often, or the storage refused: a new slot is needed then.
        ProtocolError: the storage sends the upload elsewhere.
    """
    await keep_trying(_put_once, _Put(transport, file_url(transport, url), source, headers, mime))


class _Put:
    __slots__ = ("headers", "mime", "source", "transport", "tries", "url")

    def __init__(
        self, transport: Transport, url: str, source: Source, headers: Mapping[str, str], mime: str
    ) -> None:
        self.transport = transport
        self.url = url
        self.source = source
        self.headers = headers
        self.mime = mime
        self.tries = Tries(PUT, transport.retry)


async def _put_once(state: _Put) -> None:
    transport = state.transport
    state.tries.number += 1
    try:
        with attempt(transport.observer, PUT, state.url, state.tries.number) as seen:
            await _sent(state, seen)
    except TransferError as error:
        wait = state.tries.after(error, patience=transport.retry.patience)
        if wait is None:
            raise
        log.debug("putUpload: attempt %d failed; again in %.2f s", state.tries.number, wait)
        retrying(transport.observer, PUT, state.tries.number, wait, error)
        raise Again(wait) from error


async def _sent(state: _Put, seen: Attempt) -> None:
    transport, source = state.transport, state.source
    session, proxy = transport.sessions.files(state.url)
    try:
        async with session.put(
            URL(state.url, encoded=True),
            data=_Body(source, state.mime, transport.observer),
            headers=state.headers,
            skip_auto_headers=_AUTOMATIC,
            timeout=transport.sessions.upload_timeout,
            allow_redirects=False,
            raise_for_status=False,
            proxy=proxy,
        ) as response:
            seen.status = response.status
            if response.status in {200, 201, 204}:
                return
            start = await response.content.read(4000)
            what = f"the upload of {source.name}"
            raise host_error(PUT, what, response, start, transport.now())
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        ours = translated(error, f"the upload of {source.name}")
        if isinstance(ours, InvalidInputError):
            raise ours from None
        # Not chained: aiohttp's text may hold the signed address.
        raise TransferError(ours.message, operation=PUT.operation) from None


def host_error(
    endpoint: Endpoint, what: str, response: aiohttp.ClientResponse, start: bytes, now: float
) -> TransferError | ProtocolError | UsageError:
    """What to say when the host of a file does not do as asked.

    Args:
        endpoint: what was done there.
        what: such as "the upload of portrait.jpg".
        response: its answer.
        start: the beginning of its body, for its own words.
        now: wall-clock time in seconds since 1970, for a ``Retry-After`` that names a date.
    """
    status = response.status
    if status == PROXY_LOGIN:
        return proxy_refusal(what, None)
    text = start.decode("utf-8", "replace")
    words = ": ".join(" ".join(word.split()) for _, word in _XML_WORDS.findall(text))
    said = redact_text(f"HTTP {status}" + (f", {words[:200]}" if words else ""))
    if status < 400:
        reason = "redirects are never followed" if status >= 300 else "that is no answer to this"
        return ProtocolError(
            f"{what} failed: {response.host} answered {said}, and {reason}",
            operation=endpoint.operation,
            status=status,
        )
    if status >= 500 or status in _TOO_MANY:
        hint = "Calling again is safe"
    elif status in EXPIRED:
        hint = "The address has expired or was not meant for these bytes: ask for a new one"
    else:
        hint = "The host refuses these bytes or headers: ask for a new address"
    return TransferError(
        f"{what} failed: {response.host} answered {said}. {hint}",
        operation=endpoint.operation,
        status=status,
        retry_after=asked_pause(response.headers, now),
    )


def file_url(transport: Transport, url: str) -> str:
    """The address of a file, if bytes may travel there.

    What is signed stays as it is; only what no address may hold, such as a space, is quoted.

    Raises:
        InvalidInputError: it is no address, or it is not https and not this machine.
    """
    try:
        parts = URL(quote(url, safe=punctuation), encoded=True)
        host = parts.host
        if host is not None:
            host.encode("idna")  # as the resolver does
    except (TypeError, ValueError) as error:
        raise InvalidInputError.of("url", "must be an address", redact_url(url)) from error
    if parts.scheme not in {"http", "https"} or not host:
        raise InvalidInputError.of("url", "must be an https address", redact_url(url))
    if parts.scheme == "http" and not transport.allow_insecure and not is_loopback(host):
        raise InvalidInputError.of("url", "must be https", redact_url(url))
    return str(parts)


class _Body(Payload):
    """A request body that starts from the beginning whenever it is written."""

    def __init__(self, source: Source, mime: str, observer: Observer | None) -> None:
        super().__init__(source, content_type=mime, filename=source.name)
        self._size = source.size
        self._source = source
        self._observer = observer

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise TypeError("a streamed body has no text")

    async def write(self, writer: AbstractStreamWriter) -> None:
        source, done = self._source, 0
        async with contextlib.aclosing(source.stream()) as pieces:
            async for piece in pieces:
                async with asyncio.timeout(STALL):
                    await writer.write(piece)
                done += len(piece)
                if self._observer is not None:
                    event = TransferProgress(
                        operation="upload", name=source.name, done=done, total=source.size
                    )
                    tell(self._observer, event)

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        await self.write(writer)
