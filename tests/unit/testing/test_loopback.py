from __future__ import annotations

import asyncio
import contextlib
import io
import selectors
import socket
import sys
import threading
from collections.abc import AsyncIterator, Iterator

import pytest
from aiohttp import ClientSession, ClientTimeout, ServerDisconnectedError, web

from heygen_async.testing.loopback import LoopbackSelector

_TIMEOUT = ClientTimeout(total=None, sock_connect=5, sock_read=30)


@contextlib.asynccontextmanager
async def _served(*routes: web.RouteDef) -> AsyncIterator[str]:
    application = web.Application(client_max_size=2**26)
    application.add_routes(routes)
    runner = web.AppRunner(application)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.fixture
def connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        near = socket.create_connection(listener.getsockname())
        far, _ = listener.accept()
    with near, far:
        near.setblocking(False)
        far.setblocking(False)
        yield near, far


@pytest.fixture
def selector() -> Iterator[LoopbackSelector]:
    with contextlib.closing(LoopbackSelector()) as selector:
        yield selector


async def test_an_answer_that_takes_virtual_seconds_beats_a_longer_read_timeout() -> None:
    loop = asyncio.get_running_loop()

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(10)
        return web.Response(text="worth waiting for")

    async with _served(web.get("/", slow)) as url, ClientSession(timeout=_TIMEOUT) as session:
        started = loop.time()
        for _ in range(50):
            async with session.get(url) as response:
                assert await response.text() == "worth waiting for"

    assert loop.time() - started == 500


async def test_a_read_timeout_fires_at_its_virtual_time() -> None:
    loop = asyncio.get_running_loop()

    async def mute(request: web.Request) -> web.Response:
        await asyncio.sleep(40)
        return web.Response()

    async with _served(web.get("/", mute)) as url, ClientSession(timeout=_TIMEOUT) as session:
        started = loop.time()
        with pytest.raises(TimeoutError):
            await session.get(url)

        assert 30 <= loop.time() - started <= 31


@pytest.mark.parametrize("size", [1, 70_000, 3_000_000])
@pytest.mark.parametrize("closing", [False, True])
async def test_sending_takes_no_time_however_much(size: int, closing: bool) -> None:
    loop = asyncio.get_running_loop()

    async def echo(request: web.Request) -> web.Response:
        response = web.Response(body=await request.read())
        if closing:
            response.force_close()
        return response

    async def call(session: ClientSession, url: str) -> int:
        async with session.post(url, data=io.BytesIO(b"x" * size)) as response:
            return len(await response.read())

    async with _served(web.post("/", echo)) as url, ClientSession(timeout=_TIMEOUT) as session:
        started = loop.time()
        sizes = await asyncio.gather(*(call(session, url) for _ in range(10)))

        assert loop.time() == started
    assert sizes == [size] * 10


async def test_a_cut_connection_is_noticed_before_time_moves() -> None:
    loop = asyncio.get_running_loop()

    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with _served(web.post("/", cut)) as url, ClientSession(timeout=_TIMEOUT) as session:
        started = loop.time()
        for _ in range(20):
            with pytest.raises((ServerDisconnectedError, ConnectionResetError, OSError)):
                await session.post(url)

        assert loop.time() == started


def test_a_silent_pair_is_settled(
    selector: LoopbackSelector, connected: tuple[socket.socket, socket.socket]
) -> None:
    for end in connected:
        selector.register(end, selectors.EVENT_READ)

    ready = selector.settle()

    assert ready == []


def test_what_was_sent_is_found(
    selector: LoopbackSelector, connected: tuple[socket.socket, socket.socket]
) -> None:
    near, far = connected
    for end in connected:
        selector.register(end, selectors.EVENT_READ)

    near.send(b"hello")
    ready = selector.settle()

    assert [key.fileobj for key, _ in ready] == [far]


async def test_time_waits_for_a_reader_who_is_about_to_read(
    connected: tuple[socket.socket, socket.socket],
) -> None:
    near, far = connected
    loop = asyncio.get_running_loop()
    started = loop.time()
    _fill(near)
    reader = threading.Timer(0.02, _drain, (far,))

    reader.start()
    async with asyncio.timeout(30):
        await loop.sock_sendall(near, b"one more")
    reader.join()

    assert loop.time() == started


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is on its way")
def test_what_is_under_way_is_waited_for(
    selector: LoopbackSelector, connected: tuple[socket.socket, socket.socket]
) -> None:
    near, far = connected
    _fill(near)
    selector.register(near, selectors.EVENT_WRITE)
    reader = threading.Timer(0.02, _drain, (far,))

    reader.start()
    ready = selector.settle()
    reader.join()

    assert [key.fileobj for key, _ in ready] == [near]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is on its way")
def test_a_late_acknowledgement_is_not_waited_for(
    selector: LoopbackSelector,
    connected: tuple[socket.socket, socket.socket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    near, far = connected
    for end in connected:
        selector.register(end, selectors.EVENT_READ)
    for _ in range(50):
        near.send(b"question")
        assert far.recv(100) == b"question"
        far.send(b"answer")
        assert near.recv(100) == b"answer"
    looks: list[float | None] = []
    monkeypatch.setattr(selector, "look", lambda timeout: looks.append(timeout) or [])

    selector.settle()

    assert looks == [0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what is on its way")
def test_a_reader_who_has_paused_is_waited_for_only_once(
    selector: LoopbackSelector,
    connected: tuple[socket.socket, socket.socket],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    near, _ = connected
    _fill(near)
    selector.register(near, selectors.EVENT_READ)
    first = selector.settle()
    looks: list[float | None] = []
    monkeypatch.setattr(selector, "look", lambda timeout: looks.append(timeout) or [])

    second = selector.settle()

    assert first == second == []
    assert looks == [0]


def _fill(end: socket.socket) -> None:
    with contextlib.suppress(BlockingIOError):
        while end.send(bytes(2**16)):
            pass


def _drain(end: socket.socket) -> None:
    with contextlib.suppress(BlockingIOError):
        while end.recv(2**20):
            pass
