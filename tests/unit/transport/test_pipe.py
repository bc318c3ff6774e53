"""Uploads of what may never end: named pipes that nobody writes to, and pipes of the caller's."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from heygen_async.transport.credentials import ApiKey
from heygen_async.transport.http import Transport
from heygen_async.transport.upload import open_source

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes have no names here")

MORE_THAN_THERE_ARE_THREADS = 6


@pytest.fixture
async def transport() -> AsyncIterator[Transport]:
    async with Transport(ApiKey("key-1"), base_url="http://127.0.0.1:9") as transport:
        yield transport


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


async def size(transport: Transport, data: object) -> int:
    async with open_source(transport, data) as source:
        return source.size


def under_way() -> int:
    return sum(one.name == "heygen-async pipe" for one in threading.enumerate())


async def begun(count: int) -> None:
    while under_way() < count:
        await asyncio.sleep(0)


def abandoned_threads_end() -> None:
    deadline = time.monotonic() + 30
    while under_way():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def abandoned_threads_end_once_opened(pipe: Path) -> None:
    writer = os.open(pipe, os.O_RDWR)  # Who waits for somebody to write goes on, and finds nothing.
    abandoned_threads_end()
    os.close(writer)


async def test_a_pipe_that_nobody_opens_can_be_cancelled(transport: Transport, pipe: Path) -> None:
    upload = asyncio.create_task(size(transport, pipe))
    await begun(1)

    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload

    abandoned_threads_end_once_opened(pipe)


async def test_a_pipe_that_nobody_closes_can_be_cancelled(transport: Transport, pipe: Path) -> None:
    upload = asyncio.create_task(size(transport, pipe))
    await begun(1)
    writer = os.open(pipe, os.O_WRONLY)  # Now it is being read.
    os.write(writer, b"a part")

    upload.cancel()
    with pytest.raises(asyncio.CancelledError):
        await upload

    os.close(writer)  # Were it opened again at once, its reader might never see that it was closed.
    abandoned_threads_end()


async def test_a_pipe_whose_end_comes_with_the_cancellation_leaves_nothing_open(
    transport: Transport, pipe: Path
) -> None:
    upload = asyncio.create_task(size(transport, pipe))
    await begun(1)

    pipe.write_bytes(bytes(2**21))  # which no copy keeps in memory
    while under_way():
        time.sleep(0.001)
    upload.cancel()

    with pytest.raises(asyncio.CancelledError):
        await upload


async def test_no_file_waits_for_the_ends_of_pipes(
    transport: Transport, pipe: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(b"a file")
    ends = [os.pipe() for _ in range(MORE_THAN_THERE_ARE_THREADS)]
    theirs = [os.fdopen(read, "rb", buffering=0) for read, _ in ends]
    pipes = [pipe] * MORE_THAN_THERE_ARE_THREADS
    uploads = [asyncio.create_task(size(transport, one)) for one in (*pipes, *theirs)]
    await begun(len(pipes))

    assert await size(transport, tmp_path / "a.png") == 6

    for upload in uploads:
        upload.cancel()
    for _, write in ends:
        os.close(write)
    done, _ = await asyncio.wait(uploads)
    assert all(upload.cancelled() for upload in done)
    for file in theirs:
        file.close()
    abandoned_threads_end_once_opened(pipe)


async def test_a_device_is_read_as_a_file(transport: Transport) -> None:
    assert await size(transport, os.devnull) == 0
