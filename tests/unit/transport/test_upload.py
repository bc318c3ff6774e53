"""Uploads against a real server: every source, every attempt whole, little memory, no key."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import os
import threading
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import IO, Any

import pytest
from aiohttp import ClientPayloadError, web

from heygen_async import errors
from heygen_async.transport.content import IMAGES
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.http import Transport
from heygen_async.transport.observer import RequestFinished, TransferProgress
from heygen_async.transport.retry import RetryPolicy
from heygen_async.transport.source import PIECE
from heygen_async.transport.upload import multipart, open_source, put

Connect = Callable[..., Awaitable[Transport]]

UPLOAD = Endpoint("POST", "/v3/assets", "uploadAsset", "keyed", "upload", "transfer")
DATA = bytes(range(256)) * 4096 + b"end"  # four pieces and a bit
DIGEST = hashlib.sha256(DATA).hexdigest()


class Storage:
    """Takes whatever is put, after some answers that were prepared."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(dict(request.headers))
        self.paths.append(request.raw_path)
        if request.content_type.startswith("multipart/"):
            part = (await request.post())["file"]
            assert isinstance(part, web.FileField)
            self.bodies.append(part.file.read())
            self.headers[-1].update(part.headers, filename=part.filename)
            part.file.close()
        else:
            self.bodies.append(await request.read())
        match self.answers.pop(0) if self.answers else 200:
            case "cut":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case int() as status:
                return web.json_response({"data": {"asset_id": "a"}}, status=status)
            case (status, text, *headers):
                return web.Response(text=text, status=status, headers=dict(headers))
        raise AssertionError


class Pipe(io.RawIOBase):
    """A file that can be read once."""

    def __init__(self, data: bytes) -> None:
        self._inner = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(size)


async def pieces() -> AsyncIterator[bytes]:
    for at in range(0, len(DATA), 100_000):
        await asyncio.sleep(1.0)
        yield DATA[at : at + 100_000]


def a_path(folder: Path) -> Path:
    path = folder / "päth.bin"
    path.write_bytes(DATA)
    return path


def an_open_file(folder: Path) -> IO[bytes]:
    file = a_path(folder).open("rb")
    file.read()
    file.seek(0)
    return file


def a_named_pipe(folder: Path) -> Path:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    threading.Thread(target=pipe.write_bytes, args=(DATA,), daemon=True).start()
    return pipe


class Closed(io.BytesIO):
    """A file that its owner has closed."""

    def __init__(self) -> None:
        super().__init__()
        self.close()


class Failing(io.BytesIO):
    """A file on a disk that fails in the middle."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= len(DATA) // 2:
            raise OSError(5, "Input/output error")
        return super().read(size)


SOURCES: dict[str, Callable[[Path], Any]] = {
    "path": a_path,
    "text path": lambda folder: str(a_path(folder)),
    "bytes": lambda folder: DATA,
    "bytearray": lambda folder: bytearray(DATA),
    "memoryview": lambda folder: memoryview(DATA),
    "file": an_open_file,
    "bytesio": lambda folder: io.BytesIO(DATA),
    "pipe": lambda folder: Pipe(DATA),
    "async iterator": lambda folder: pieces(),
    **({"named pipe": a_named_pipe} if hasattr(os, "mkfifo") else {}),
}


@pytest.mark.parametrize("kind", SOURCES)
async def test_every_source_arrives_whole_in_every_attempt(
    connect: Connect, tmp_path: Path, kind: str
) -> None:
    storage = Storage("cut", 503)
    transport = await connect(storage)
    data = SOURCES[kind](tmp_path)

    async with open_source(transport, data, name="a.bin") as source:
        await transport.call(UPLOAD, form=multipart(transport, source, mime="video/mp4"))
        await put(transport, f"{transport.base_url}/u", source, {}, mime="video/mp4")
        assert await source.sha256() == DIGEST
        assert source.size == len(DATA)

    assert [hashlib.sha256(body).hexdigest() for body in storage.bodies] == [DIGEST] * 4
    if hasattr(data, "close"):
        data.close()


async def test_a_file_is_read_from_where_it_stands_and_left_open(connect: Connect) -> None:
    storage = Storage("cut")
    transport = await connect(storage)
    file = io.BytesIO(b"HEADER" + DATA)
    file.seek(6)

    async with open_source(transport, file) as source:
        await put(transport, f"{transport.base_url}/u", source, {}, mime="video/mp4")

    assert storage.bodies == [DATA, DATA]
    assert not file.closed


@pytest.mark.parametrize(
    "name", ["a\nb.png", "a\x7fb.png", "a\x85b.png", "a\udc80b.png", "a\0b.png"]
)
async def test_a_form_names_a_file_that_no_header_can_name(
    connect: Connect, tmp_path: Path, name: str
) -> None:
    storage = Storage()
    transport = await connect(storage)

    async with open_source(transport, DATA, name=name) as source:
        await transport.call(UPLOAD, form=multipart(transport, source, mime="image/png"))

    assert storage.headers[0]["filename"] == "a_b.png"


async def test_a_form_names_the_file_and_its_real_type(connect: Connect, tmp_path: Path) -> None:
    storage = Storage()
    transport = await connect(storage)

    async with open_source(transport, a_path(tmp_path)) as source:
        await transport.call(UPLOAD, form=multipart(transport, source, mime="image/png"))

    sent = storage.headers[0]
    assert sent["filename"] == "p%C3%A4th.bin"
    assert sent["Content-Type"] == "image/png"
    assert sent["x-api-key"] == "key-1"
    assert int(sent["Content-Length"]) > len(DATA)


async def test_a_put_sends_exactly_the_headers_it_was_given_and_no_key(connect: Connect) -> None:
    storage = Storage()
    transport = await connect(storage)
    given = {"Content-Type": "image/jpeg", "x-amz-meta-a": "b", "Content-Length": str(len(DATA))}
    address = f"{transport.base_url}/u/%2Fkey%20a?X-Amz-Signature=a%2Fb%3D&x=1"

    async with open_source(transport, DATA) as source:
        await put(transport, address, source, given, mime="image/jpeg")

    sent = {name.lower(): value for name, value in storage.headers[0].items()}
    assert storage.paths == ["/u/%2Fkey%20a?X-Amz-Signature=a%2Fb%3D&x=1"]
    assert sent.keys() - {"host", "user-agent"} == {
        "content-type",
        "x-amz-meta-a",
        "content-length",
    }
    assert "x-api-key" not in sent
    assert "transfer-encoding" not in sent


async def test_a_refusal_of_the_storage_is_explained_and_not_repeated(connect: Connect) -> None:
    xml = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
    storage = Storage((403, xml))
    transport = await connect(storage)

    async with open_source(transport, DATA, name="a.png") as source:
        with pytest.raises(errors.TransferError) as caught:
            address = f"{transport.base_url}/u?X-Amz-Signature=SECRET"
            await put(transport, address, source, {}, mime="image/png")

    assert caught.value.status == 403
    assert "AccessDenied: Request has expired. The address has expired" in str(caught.value)
    assert "SECRET" not in str(caught.value)
    assert len(storage.bodies) == 1


async def test_a_date_until_which_the_storage_is_busy_is_waited_for(connect: Connect) -> None:
    dates = {
        "Date": "Mon, 21 Sep 2026 14:13:20 GMT",
        "Retry-After": "Mon, 21 Sep 2026 14:13:27 GMT",
    }
    times: list[float] = []

    async def storage(request: web.Request) -> web.Response:
        times.append(asyncio.get_running_loop().time())
        await request.read()
        return web.Response(status=200 if len(times) > 1 else 503, headers=dates)

    transport = await connect(storage)
    async with open_source(transport, DATA) as source:
        await put(transport, f"{transport.base_url}/u", source, {}, mime="image/png")

    assert 7.0 <= times[1] - times[0] < 12.0


async def test_a_storage_that_keeps_failing_is_a_transfer_error(connect: Connect) -> None:
    storage = Storage(*[503] * 9)
    transport = await connect(storage, retry=RetryPolicy(attempts=3))

    async with open_source(transport, DATA) as source:
        with pytest.raises(errors.TransferError, match="HTTP 503"):
            await put(transport, f"{transport.base_url}/u", source, {}, mime="image/png")

    assert len(storage.bodies) == 3


async def test_a_broken_connection_shows_no_signature_anywhere(connect: Connect) -> None:
    transport = await connect(Storage("cut", "cut"), retry=RetryPolicy(attempts=2))

    async with open_source(transport, DATA) as source:
        with pytest.raises(errors.TransferError) as caught:
            address = f"{transport.base_url}/u?X-Amz-Signature=SECRET"
            await put(transport, address, source, {}, mime="image/png")

    error: BaseException | None = caught.value
    while error is not None:
        assert "SECRET" not in str(error)
        error = error.__cause__


async def test_an_upload_is_never_redirected(connect: Connect) -> None:
    storage = Storage((307, "", ("Location", "http://127.0.0.1:1/")))
    transport = await connect(storage)

    async with open_source(transport, DATA) as source:
        with pytest.raises(errors.ProtocolError, match="redirect"):
            await put(transport, f"{transport.base_url}/u", source, {}, mime="image/png")


@pytest.mark.parametrize("address", ["http://storage.example/u", "ftp://x/u", "u", "", None])
async def test_bytes_travel_only_over_https_or_within_this_machine(
    connect: Connect, address: str
) -> None:
    transport = await connect(Storage())

    async with open_source(transport, DATA) as source:
        with pytest.raises(errors.InvalidInputError, match="url must be"):
            await put(transport, address, source, {}, mime="image/png")


async def test_a_file_that_shrinks_on_the_way_is_named_as_the_reason(
    connect: Connect, tmp_path: Path
) -> None:
    path = a_path(tmp_path)
    transport = await connect(Storage())

    async with open_source(transport, path) as source:
        os.truncate(path, 1000)
        with pytest.raises(errors.InvalidInputError, match="changed while it was read"):
            await put(transport, f"{transport.base_url}/u", source, {}, mime="image/png")
        with pytest.raises(errors.InvalidInputError, match="changed while it was read"):
            await source.sha256()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("no/such/file.jpg", "cannot be read: No such file"),
        (".", "cannot be read: Is a directory"),
        (io.StringIO("text"), "binary mode"),
        (42, "must be a path, bytes"),
        (None, "must be a path, bytes"),
        ("a\0b", r"'a\\x00b' cannot be read: a null character cannot be in a path"),
        (Closed(), "cannot be read: I/O operation on closed file"),
    ],
)
async def test_what_is_no_source_is_refused(connect: Connect, data: Any, words: str) -> None:
    transport = await connect(Storage())

    with pytest.raises(errors.InvalidInputError, match=words):
        async with open_source(transport, data):
            pass


async def test_a_disk_that_fails_in_the_middle_is_no_broken_connection(connect: Connect) -> None:
    transport = await connect(Storage())

    async with open_source(transport, Failing(DATA), name="a.bin") as source:
        with pytest.raises(errors.InvalidInputError, match=r"a\.bin cannot be read: Input/output"):
            await put(transport, f"{transport.base_url}/u", source, {}, mime="video/mp4")


async def test_bytes_belong_to_their_owner_again_afterwards(connect: Connect) -> None:
    transport = await connect(Storage())
    data = bytearray(DATA)

    async with open_source(transport, data) as source:
        assert source.size == len(data)

    data.clear()


async def test_an_iterator_that_yields_text_is_refused(connect: Connect) -> None:
    async def lines() -> AsyncIterator[str]:
        yield "text"

    transport = await connect(Storage())

    with pytest.raises(errors.InvalidInputError, match="must yield bytes"):
        async with open_source(transport, lines()):
            pass


async def test_a_text_file_called_jpg_is_refused_before_anything_is_sent(
    connect: Connect, tmp_path: Path
) -> None:
    fake = tmp_path / "portrait.jpg"
    fake.write_text("I am a photo, believe me.\n")
    storage = Storage()
    transport = await connect(storage)

    async with open_source(transport, fake) as source:
        with pytest.raises(errors.UnknownFileTypeError, match=r"portrait\.jpg is plain text"):
            source.content(IMAGES)

    assert storage.bodies == []


async def test_a_form_whose_file_shrinks_is_no_lost_answer(
    connect: Connect, tmp_path: Path
) -> None:
    async def swallow(request: web.Request) -> web.Response:
        with contextlib.suppress(web.HTTPException, ConnectionError, ClientPayloadError):
            await request.content.read()
        return web.json_response({"data": {}})

    path = a_path(tmp_path)
    transport = await connect(swallow)

    async with open_source(transport, path) as source:
        os.truncate(path, 1000)
        with pytest.raises(errors.InvalidInputError, match="changed while it was read"):
            await transport.call(UPLOAD, form=multipart(transport, source, mime="image/png"))


async def test_progress_is_told_piece_by_piece(connect: Connect) -> None:
    events: list[Any] = []
    transport = await connect(Storage(), observer=events.append)

    async with open_source(transport, DATA, name="a.bin") as source:
        await put(transport, f"{transport.base_url}/u", source, {}, mime="image/png")

    *moved, finished = events
    assert [event.done for event in moved] == [PIECE, 2 * PIECE, 3 * PIECE, 4 * PIECE, len(DATA)]
    assert moved[-1] == TransferProgress(
        operation="upload", name="a.bin", done=len(DATA), total=len(DATA)
    )
    assert isinstance(finished, RequestFinished)
    assert (finished.operation, finished.url) == ("putUpload", transport.base_url)


@pytest.mark.parametrize("closes", [False, True], ids=["cancelled", "client closed"])
async def test_an_upload_that_is_broken_off_closes_its_file(
    connect: Connect, tmp_path: Path, closes: bool
) -> None:
    arrived = asyncio.Event()

    async def stuck(request: web.Request) -> web.Response:
        arrived.set()
        await asyncio.sleep(3600)
        return web.Response()

    transport = await connect(stuck)

    async def upload() -> None:
        async with open_source(transport, a_path(tmp_path)) as source:
            await put(transport, f"{transport.base_url}/u", source, {}, mime="image/png")

    task = asyncio.create_task(upload())
    await arrived.wait()
    if closes:
        await transport.close()
    else:
        task.cancel()
    with pytest.raises(errors.UsageError if closes else asyncio.CancelledError):
        await task

    handles = [handle for handle in Path("/proc/self/fd").iterdir() if handle.is_symlink()]
    assert not any(handle.readlink().name == "päth.bin" for handle in handles)


@pytest.mark.parametrize("way", ["form", "put", "hash"])
async def test_a_big_file_takes_little_memory(connect: Connect, tmp_path: Path, way: str) -> None:
    size = 32 * 2**20
    big = tmp_path / "big.mp4"
    with big.open("wb") as file:
        file.truncate(size)
    received = 0

    async def swallow(request: web.Request) -> web.Response:
        nonlocal received
        async for piece in request.content.iter_any():
            received += len(piece)
        return web.json_response({"data": {}})

    transport = await connect(swallow)

    async with open_source(transport, big) as source:
        tracemalloc.start()
        try:
            match way:
                case "form":
                    await transport.call(
                        UPLOAD, form=multipart(transport, source, mime="video/mp4")
                    )
                case "put":
                    await put(transport, f"{transport.base_url}/u", source, {}, mime="video/mp4")
                case "hash":
                    await source.sha256()
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert received >= size or way == "hash"
    assert peak < 10 * 10**6
