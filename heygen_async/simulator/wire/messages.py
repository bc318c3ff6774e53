"""Requests read from and answers written to the wire."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import attrs
import orjson
from aiohttp import HttpVersion11, web

from heygen_async.simulator.v3.inputs import MAX_BYTES
from heygen_async.simulator.wire.call import Upload
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.blobs import Blob

MAX_RAW_BYTES = 100 * 1024 * 1024
"""Cap of a raw upload; HeyGen's own is known for files given by address only (v2 notes §6)."""


@attrs.frozen(kw_only=True)
class Answer:
    """An answer before it is sent.

    Attributes:
        retry_after: whole seconds for the header, or None.
        paces: whether it tells its receiver to ask no sooner than that. A quota or a trial that is
            used up may be raised at any time, so that asking again is never early.
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    retry_after: int | None = None
    paces: bool = False
    headers: Mapping[str, str] = attrs.field(factory=dict)

    async def send(
        self, request: web.Request, request_id: str, *, truncated: bool = False
    ) -> web.StreamResponse:
        """Write the answer; a truncated one ends half way, and so does its connection."""
        headers = {**self.headers, "X-Request-Id": request_id, "Content-Type": self.content_type}
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        if not truncated:
            return web.Response(status=self.status, body=self.body, headers=headers)
        response = web.StreamResponse(status=self.status, headers=headers)
        response.content_length = len(self.body)
        await response.prepare(request)
        await response.write(self.body[: len(self.body) // 2])
        hang_up(request)
        return response


def credential(request: web.Request) -> str:
    """The API key or the bearer token of a request.

    Raises:
        RefusedError: if there is none, or both.
    """
    key = request.headers.get("x-api-key")
    authorization = request.headers.get("Authorization")
    if key is not None and authorization is not None:
        raise invalid("x-api-key and Authorization cannot both be set", "x-api-key")
    if key:
        return key
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise RefusedError("unauthorized", "Unauthorized")
    return token.strip()


def cut(request: web.Request) -> web.Response:
    """Drop the connection without a word; the answer returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def hang_up(request: web.Request) -> None:
    """Send what was written so far, then close the connection."""
    if request.transport is not None:
        request.transport.close()


def reassure(request: web.Request) -> None:
    """Say that the answer takes a while: `100 Continue`, the interim answer that all clients know.

    A server may send it as often as it likes before the answer itself (RFC 9110 §15.2).
    """
    if request.transport is not None and request.version >= HttpVersion11:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


async def json_body(request: web.Request) -> Any:
    """The JSON value in the body, None if the body is empty.

    Raises:
        RefusedError: if it is something else.
    """
    try:
        raw = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RefusedError("payload_too_large", "The request body is too large") from None
    if not raw:
        return None
    if request.content_type != "application/json":
        raise invalid(f"Content-Type must be application/json, not {request.content_type}")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise invalid("the request body is not JSON") from None


async def raw(request: web.Request, accepted: Collection[str]) -> Upload:
    """The body as a file, of the type that its Content-Type says.

    Raises:
        RefusedError: for a type that is not accepted, or bytes that are too many or none.
    """
    declared = request.content_type
    if declared not in accepted:
        known = ", ".join(sorted(accepted))
        raise invalid(f"Content-Type must be one of {known}, not {declared}")
    content, size = bytearray(), 0
    async for chunk in request.content.iter_chunked(256 * 1024):
        size += len(chunk)
        if size <= MAX_RAW_BYTES:
            content += chunk
    if size > MAX_RAW_BYTES:
        raise RefusedError("payload_too_large", "The file is larger than 100 MB")
    if not size:
        raise invalid("The request body is required")
    return Upload(name="upload", content=Blob.of(bytes(content)), declared=declared)


async def multipart(request: web.Request) -> Upload:
    """The part `file` of a multipart body.

    A file over the cap is read to its end and thrown away: its sender gets to hear why.

    Raises:
        RefusedError: if there is no such part, or it is too large.
    """
    if request.content_type != "multipart/form-data":
        raise invalid(f"Content-Type must be multipart/form-data, not {request.content_type}")
    upload: Upload | None = None
    try:
        reader = await request.multipart()
        async for part in reader:
            name, content = getattr(part, "name", None), bytearray()
            size = 0
            while chunk := await part.read_chunk(256 * 1024):  # type: ignore[union-attr]
                size += len(chunk)
                if size <= MAX_BYTES:
                    content += chunk
            if name != "file" or upload is not None:
                continue
            if size > MAX_BYTES:
                raise RefusedError("payload_too_large", "The file is larger than 32 MB", "file")
            filename = getattr(part, "filename", None) or "upload"
            upload = Upload(name=filename, content=Blob.of(bytes(content)))
    except (AssertionError, ValueError) as error:
        raise invalid(f"the multipart body cannot be read: {error}") from error
    if upload is None:
        raise invalid("file is required", "file")
    return upload
