"""The upload host: takes bytes at presigned addresses and keeps them in files, not in memory."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from concurrent.futures import Executor
from pathlib import Path

from aiohttp import web

from heygen_async.simulator.v3.uploads import BadUploadError, expected_headers, receive, slot
from heygen_async.simulator.wire.storage import leaked, refusal, spoilt
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.fault_targets import UPLOAD
from heygen_async.simulator.world.links import UPLOADS, ExpiredLinkError
from heygen_async.simulator.world.world import World

_CHUNK = 1024 * 1024


class Receiving:
    """Takes PUTs; its files live as long as the folder it is given."""

    def __init__(self, world: World, executor: Executor, folder: Path) -> None:
        self._world = world
        self._executor = executor
        self._folder = folder

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answer PUT of one presigned address."""
        world = self._world
        world.advance()
        world.ledger.requests[UPLOAD] += 1
        leaked(world, request)
        struck = await spoilt(world, request, "before", UPLOAD)
        if struck is not None:
            return struck
        try:
            expires, signature = request.query.get("expires"), request.query.get("signature")
            world.links.check(request.path, expires or "", signature or "", world.now())
            asset = slot(world, request.path.removeprefix(UPLOADS))
            for name, value in expected_headers(asset).items():
                if request.headers.get(name) != value:
                    message = f"{name} differs from the one that was signed"
                    raise BadUploadError(403, "SignatureDoesNotMatch", message)
            receive(asset, await self._store(request))
        except ExpiredLinkError as error:
            return refusal(403, "AccessDenied", str(error))
        except BadUploadError as error:
            return refusal(error.status, error.code, str(error))
        struck = await spoilt(world, request, "after", UPLOAD)
        return web.Response(status=200) if struck is None else struck

    async def _store(self, request: web.Request) -> Blob:
        loop, pending = asyncio.get_running_loop(), bytearray()
        incoming = await loop.run_in_executor(self._executor, _Incoming, self._folder)
        try:
            async for chunk in request.content.iter_any():
                pending += chunk
                if len(pending) >= _CHUNK:
                    await loop.run_in_executor(self._executor, incoming.write, bytes(pending))
                    pending.clear()
            await loop.run_in_executor(self._executor, incoming.write, bytes(pending))
        finally:
            blob = await loop.run_in_executor(self._executor, incoming.close)
        return blob


class _Incoming:
    """A file that is being received; its methods block."""

    def __init__(self, folder: Path) -> None:
        descriptor, name = tempfile.mkstemp(dir=folder)
        self._path = Path(name)
        self._file = open(descriptor, "wb")  # noqa: SIM115, PTH123 - closed by `close`
        self._digest = hashlib.sha256()
        self._size = 0

    def write(self, chunk: bytes) -> None:
        """Append some bytes."""
        self._file.write(chunk)
        self._digest.update(chunk)
        self._size += len(chunk)

    def close(self) -> Blob:
        """The file as a whole."""
        self._file.close()
        return Blob.at(self._path, self._size, self._digest.hexdigest())
