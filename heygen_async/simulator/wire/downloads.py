"""Serving the files that links lead to, as a CDN would: signed, in ranges, and without a key."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Executor
from contextlib import suppress

import attrs
from aiohttp import web

from heygen_async.simulator.media import RenderAbandonedError, RenderRequest, render_video
from heygen_async.simulator.wire.messages import hang_up, reassure
from heygen_async.simulator.wire.ranges import UnsatisfiableRangeError, wanted
from heygen_async.simulator.wire.storage import leaked, refusal, spoilt
from heygen_async.simulator.world.fault_targets import DOWNLOAD
from heygen_async.simulator.world.faults import Fault
from heygen_async.simulator.world.links import FILES, ExpiredLinkError
from heygen_async.simulator.world.world import File, World

_log = logging.getLogger("heygen_async.simulator")

_CHUNK = 256 * 1024
_KEPT = 256 * 1024 * 1024

# Seconds until a caller who waits for a file hears something; many clients give up after 60.
_SIGN_OF_LIFE = 10.0


@attrs.frozen
class _Made:
    data: bytes
    etag: str


class Downloads:
    """Serves files and keeps those that were expensive to make.

    Files are made one at a time in the executor. What was made is kept, up to 256 MB; what was not
    wanted for longest goes first. Videos that would look the same are rendered once.

    Args:
        world: whose files they are.
        executor: where they are made.
        closing: whether the simulator is about to close, and what is being made is not wanted.
    """

    def __init__(self, world: World, executor: Executor, closing: Callable[[], bool]) -> None:
        self._world = world
        self._executor = executor
        self._closing = closing
        self._made: OrderedDict[Hashable, _Made] = OrderedDict()
        self._turn = asyncio.Lock()

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer GET or HEAD of one link."""
        world = self._world
        world.advance()
        world.ledger.requests[DOWNLOAD] += 1
        leaked(world, request)
        for stage in ("before", "after"):
            struck = await spoilt(world, request, stage, DOWNLOAD)
            if struck is not None:
                return struck
        path = request.path
        fault = world.faults.draw("link", DOWNLOAD)
        try:
            if fault is not None and fault.name == "expired_link":
                raise ExpiredLinkError("Request has expired")
            expires, signature = request.query.get("expires"), request.query.get("signature")
            world.links.check(path, expires or "", signature or "", world.now())
        except ExpiredLinkError as error:
            return refusal(403, "AccessDenied", str(error))
        file = world.files.get(path.removeprefix(FILES))
        if file is None:
            return refusal(404, "NoSuchKey", "The specified key does not exist")
        try:
            made = await self._awaited(request, file)
        except RenderAbandonedError:
            return refusal(503, "ServiceUnavailable", "The simulator is closing")
        except Exception as error:  # noqa: BLE001 - whatever it is, its caller is told
            _log.exception("the simulator could not make %s", path)
            message = f"The simulator could not make this file, see its log: {error!r}"
            return refusal(500, "InternalError", message)
        return await self._send(request, file, made, fault)

    async def _awaited(self, request: web.Request, file: File) -> _Made:
        """The file; while it is made, its caller gets a sign of life, lest it give up."""
        making = asyncio.create_task(self._make(file), name="heygen-simulator-file")
        try:
            while not (await asyncio.wait([making], timeout=_SIGN_OF_LIFE))[0]:
                reassure(request)
            return making.result()
        finally:
            making.cancel()
            await asyncio.wait([making])

    async def _make(self, file: File) -> _Made:
        async with self._turn:
            made = self._made.get(file)
            if made is None:
                loop = asyncio.get_running_loop()
                recipe = await loop.run_in_executor(self._executor, file.make)
                made = self._made.get(recipe)
                if made is None:
                    made = await loop.run_in_executor(
                        self._executor, _finished, recipe, self._closing
                    )
                self._keep(file, recipe, made)
            self._made.move_to_end(file)
            return made

    def _keep(self, file: File, recipe: RenderRequest | bytes, made: _Made) -> None:
        self._made[file] = made
        if isinstance(recipe, RenderRequest):
            self._made[recipe] = made
        while len(self._made) > 2 and self._size() > _KEPT:
            self._made.popitem(last=False)

    def _size(self) -> int:
        return sum({id(it): len(it.data) for it in self._made.values()}.values())

    async def _send(
        self, request: web.Request, file: File, made: _Made, fault: Fault | None
    ) -> web.StreamResponse:
        size = len(made.data)
        headers = {
            "Accept-Ranges": "bytes",
            "Content-Type": file.mime,
            "ETag": made.etag,
        }
        fresh = request.headers.get("If-Range") in {None, made.etag}
        try:
            span = wanted(request.headers.get("Range"), size) if fresh else None
        except UnsatisfiableRangeError:
            headers["Content-Range"] = f"bytes */{size}"
            return web.Response(status=416, headers=headers)
        start, end = span or (0, size)
        if span is not None:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        response = web.StreamResponse(status=206 if span else 200, headers=headers)
        response.content_length = end - start
        stop = start + (end - start) // 2 if fault is not None else end
        content = memoryview(made.data)[start:stop]
        with suppress(ConnectionError):  # Whoever asked has hung up, and wants no more of it.
            await response.prepare(request)
            if request.method == "HEAD":
                return response
            for place in range(0, len(content), _CHUNK):
                await response.write(content[place : place + _CHUNK])
            if fault is not None:
                hang_up(request)
            else:
                await response.write_eof()
        return response


def _finished(recipe: RenderRequest | bytes, closing: Callable[[], bool]) -> _Made:
    data = render_video(recipe, abandoned=closing) if isinstance(recipe, RenderRequest) else recipe
    return _Made(data, f'"{hashlib.sha256(data).hexdigest()[:32]}"')
