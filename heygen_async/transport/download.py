"""Files on their way from HeyGen: whole or not at all, and without a key.

The bytes go to a temporary file beside the target, which takes the target's name in one step once
its length is right and it is on disk; whoever sees the target sees all of it. After a cut the rest
is asked for with ``Range``, under ``If-Range`` with the entity tag, so that pieces of two different
files are never glued together: a server whose file has changed answers with all of the new one.

Links are signed and expire; an expired one shows as 403 or 404 [HeyGen v3 behaviour digest §9, read
2026-11-20] and is replaced by a fresh one, if the caller says how. What was fetched so far is kept
where the tag still fits.
"""

from __future__ import annotations

import os
import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import attrs
from yarl import URL

from heygen_async.errors import (
    InvalidInputError,
    NotFoundError,
    ProtocolError,
    TransferError,
)
from heygen_async.transport.attempt import Attempt, attempt, retrying
from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timeout
from heygen_async.transport.http import Transport
from heygen_async.transport.observer import TransferProgress, log, tell
from heygen_async.transport.part import PartFile
from heygen_async.transport.retry import Again, Tries, keep_trying
from heygen_async.transport.upload import EXPIRED, file_url, host_error
from heygen_async.transport.wire import translated

__all__ = ["Downloaded", "download"]

GET = Endpoint("GET", "/", "download", Replay.SAFE, Scope.READ, Timeout.TRANSFER)

_WRITE = 2**20
"""Bytes gathered before a thread writes them."""

_WORTH = 2**14
_STAGES = 64
"""After so many bytes, or such a part of the file, patience starts anew. A host that gives a few at
a time would be asked for ever otherwise."""

_REFRESHES = 2
_PAGE = (b"<!doctype html", b"<html")
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@attrs.frozen
class Downloaded:
    """A file that arrived.

    Attributes:
        path: where it is.
        size: in bytes.
        sha256: of its bytes, as 64 hexadecimal digits.
    """

    path: Path
    size: int
    sha256: str


async def download(
    transport: Transport,
    url: str,
    path: str | os.PathLike[str],
    *,
    refresh: Callable[[], Awaitable[str]] | None = None,
    expected: int | None = None,
) -> Downloaded:
    """Fetch a file and put it at a path, replacing what is there.

    Args:
        transport: whose keyless session, retries, threads and observer are used.
        url: where it is.
        path: where it goes; its folder must exist.
        refresh: gives a fresh address when this one has expired.
        expected: its size in bytes, if known.

    Raises:
        NotFoundError: the address has expired or the file is gone, and refreshing did not help.
        TransferError: it broke off too often, or came in the wrong size.
        ProtocolError: what came is a web page, or the host sends us elsewhere.
        InvalidInputError: the path cannot be written, or the address is none.
    """
    target = Path(path)
    state = _Download(transport, file_url(transport, url), target, refresh, expected)
    try:
        await transport.sessions.in_thread(state.part.create)
        await keep_trying(_fetch, state)
        await transport.sessions.in_thread(state.part.publish)
    except BaseException:
        await transport.sessions.let_go(state.part.discard)
        raise
    return Downloaded(target, state.part.done, state.part.digest.hexdigest())


class _Download:
    """Which file is being fetched, and how far it got."""

    def __init__(
        self,
        transport: Transport,
        url: str,
        target: Path,
        refresh: Callable[[], Awaitable[str]] | None,
        expected: int | None,
    ) -> None:
        self.transport = transport
        self.url = url
        self.name = target.name
        self.part = PartFile(target)
        self.refresh = refresh
        self.expected = expected
        self.refreshed = 0
        self.tries = Tries(GET, transport.retry)
        self.furthest = 0
        self.total: int | None = None
        self.tag: str | None = None


async def _fetch(state: _Download) -> None:
    transport = state.transport
    if state.part.done - state.furthest >= max(_WORTH, (state.total or 0) // _STAGES):
        state.tries = Tries(GET, transport.retry)  # it moves, so patience starts anew
        state.furthest = state.part.done
    state.tries.number += 1
    try:
        with attempt(transport.observer, GET, state.url, state.tries.number) as seen:
            await _fetch_once(state, seen)
    except TransferError as error:
        wait: float | None
        if error.status in EXPIRED:
            await _refresh(state, error)
            wait = 0.0
        else:
            wait = state.tries.after(error, patience=transport.retry.patience)
        if wait is None:
            raise
        log.debug("download: attempt %d failed; again in %.2f s", state.tries.number, wait)
        retrying(transport.observer, GET, state.tries.number, wait, error)
        raise Again(wait) from error


async def _fetch_once(state: _Download, seen: Attempt) -> None:
    transport = state.transport
    session, proxy = transport.sessions.files(state.url)
    headers = {"Accept-Encoding": "identity"}
    if state.part.done and state.tag:
        headers["Range"] = f"bytes={state.part.done}-"
        headers["If-Range"] = state.tag
    elif state.part.done:
        await transport.sessions.in_thread(state.part.restart)
    try:
        async with session.get(
            URL(state.url, encoded=True),
            headers=headers,
            timeout=transport.sessions.download_timeout,
            allow_redirects=False,
            raise_for_status=False,
            proxy=proxy,
        ) as response:
            seen.status = response.status
            await _check_head(state, response)
            await _read_body(state, response)
    except (aiohttp.ClientError, TimeoutError) as error:
        # Not chained: aiohttp's text may hold the signed address.
        ours = translated(error, f"the download of {state.name}")
        if isinstance(ours, InvalidInputError):
            raise ours from None
        raise TransferError(ours.message, operation=GET.operation) from None
    _check_length(state)


async def _check_head(state: _Download, response: aiohttp.ClientResponse) -> None:
    status = response.status
    what = f"the download of {state.name}"
    if status == 416 or (status == 206 and not _continues(state, response)):
        await state.transport.sessions.in_thread(state.part.restart)
        state.tag = None
        raise _broken(f"{what} failed: the file changed on the way")
    if status not in {200, 206}:
        start = await response.content.read(4000)
        raise host_error(GET, what, response, start, state.transport.now())
    if response.content_type in {"text/html", "application/xhtml+xml"}:
        raise _page(state)
    if status == 200:
        if state.part.done:
            await state.transport.sessions.in_thread(state.part.restart)
        plain = "Content-Encoding" not in response.headers
        state.total = response.content_length if plain else None
        state.tag = _strong_tag(response) if plain else None


def _page(state: _Download) -> ProtocolError:
    return ProtocolError(
        f"the download of {state.name} failed: what came is a web page. Check the address",
        operation=GET.operation,
    )


def _continues(state: _Download, response: aiohttp.ClientResponse) -> bool:
    match = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if match is None or int(match[1]) != state.part.done:
        return False
    total = None if match[3] == "*" else int(match[3])
    tag = _strong_tag(response)
    return (total is None or state.total in {None, total}) and tag in {None, state.tag}


def _strong_tag(response: aiohttp.ClientResponse) -> str | None:
    tag = response.headers.get("ETag", "")
    return tag if tag.startswith('"') else None


async def _read_body(state: _Download, response: aiohttp.ClientResponse) -> None:
    pieces = bytearray()
    try:
        async for piece in response.content.iter_any():
            pieces += piece
            if len(pieces) >= _WRITE:
                full, pieces = pieces, bytearray()
                await _write(state, full)
    except (aiohttp.ClientError, TimeoutError):
        await _write(state, pieces)  # what arrived before a cut is kept
        raise
    await _write(state, pieces)


async def _write(state: _Download, pieces: bytearray) -> None:
    if not pieces:
        return
    if not state.part.done and bytes(pieces[:64]).lstrip().lower().startswith(_PAGE):
        raise _page(state)
    await state.transport.sessions.in_thread(state.part.write, pieces)
    if state.transport.observer is not None:
        event = TransferProgress(
            operation="download", name=state.name, done=state.part.done, total=state.total
        )
        tell(state.transport.observer, event)


def _check_length(state: _Download) -> None:
    what = f"the download of {state.name} failed"
    wanted = state.expected if state.expected is not None else state.total
    if state.part.done == 0:
        raise _broken(f"{what}: the file is empty")
    if wanted is not None and state.part.done != wanted:
        state.tag = None if state.part.done > wanted else state.tag
        raise _broken(f"{what}: {state.part.done} bytes came instead of {wanted}")


async def _refresh(state: _Download, error: TransferError) -> None:
    if state.refresh is None or state.refreshed >= _REFRESHES:
        raise NotFoundError(error.message, operation="download", status=error.status) from None
    state.refreshed += 1
    state.url = file_url(state.transport, await state.refresh())


def _broken(words: str) -> TransferError:
    return TransferError(f"{words}. Calling again is safe", operation=GET.operation)
