"""What is known of a request that is cancelled: by itself, and on its way to a real socket."""

from __future__ import annotations

import asyncio
import io
import socket
import types
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from typing import Any

import aiohttp
import pytest
from aiohttp.payload import PAYLOAD_REGISTRY

from heygen_async import errors
from heygen_async.transport.credentials import ApiKey
from heygen_async.transport.departure import Departure, called, departing
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.http import Transport
from heygen_async.transport.retry import RetryPolicy

AGENT = Endpoint("POST", "/v3/video-agents", "createVideoAgent", "unsafe", "render", "write")
PAID = {"title": "paid"}
ANSWER = b'HTTP/1.1 200 OK\r\nContent-Length: 21\r\n\r\n{"data": {"id": "1"}}\n'


def test_a_call_that_waits_to_be_sent_is_unsent_until_it_leaves() -> None:
    with departing() as departure:
        before = departure.unsent
        called()
        waiting = departure.unsent
        departure.leaves("a")
        sent = departure.unsent
        departure.turned_away("a")
        refused = departure.unsent
        departure.leaves("a")

    assert (before, waiting, sent, refused) == (False, True, False, True)
    assert not departure.unsent


def test_what_left_before_stays_away_when_the_next_call_is_refused() -> None:
    with departing() as departure:
        for call in "ab":
            called()
            departure.leaves(call)
        departure.turned_away("b")

    assert not departure.unsent


def test_what_never_left_is_turned_away_for_nothing() -> None:
    with departing() as departure:
        for _ in range(2):
            called()
        departure.turned_away("a")  # It found no connection.
        departure.leaves("b")

    assert not departure.unsent


def test_outside_of_a_block_nobody_takes_note() -> None:
    with departing() as departure:
        pass

    assert called() is None
    assert not departure.unsent


class Writer:
    """Takes bytes, and what was known of them when they came."""

    def __init__(self, departure: Departure) -> None:
        self._departure = departure
        self.written: list[tuple[bytes, bool]] = []

    async def write(self, chunk: bytes) -> None:
        self.written.append((chunk, self._departure.has_left("a")))


@pytest.mark.parametrize("whole", [True, False])
async def test_bytes_leave_when_they_are_written_and_not_before(whole: bool) -> None:
    departure = Departure()
    body = departure.body_of("a", b"{}")
    writer = Writer(departure)
    handed_over = departure.has_left("a")

    await (body.write(writer) if whole else body.write_with_length(writer, 1))

    assert not handed_over
    assert writer.written == [(b"{}" if whole else b"{", True)]


async def test_bytes_that_are_read_may_be_sent_in_another_way() -> None:
    departure = Departure()

    read = await departure.body_of("a", b"{}").as_bytes()
    decoded = departure.body_of("b", b"{}").decode()

    assert (read, decoded) == (b"{}", "{}")
    assert departure.has_left("a")
    assert departure.has_left("b")


@pytest.mark.parametrize("data", [None, io.BytesIO(b"{}"), aiohttp.FormData({"a": "b"})])
def test_what_is_not_bytes_is_handed_on_and_has_left(data: object) -> None:
    departure = Departure()

    handed_on = departure.body_of("a", data)

    assert handed_on is data
    assert departure.has_left("a")


def test_aiohttp_takes_the_body_as_it_is() -> None:
    body = Departure().body_of("a", b"{}")

    assert PAYLOAD_REGISTRY.get(body, disposition=None) is body
    assert body.size == 2


# --- on its way ----------------------------------------------------------------------------------


@contextmanager
def full() -> Iterator[str]:
    """An address that takes no more connections, so that who asks for one waits."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listening, closing_all() as waiting:
        while True:
            last = socket.socket()
            waiting.append(last)
            last.settimeout(0.1)
            try:
                last.connect(listening.getsockname())
            except TimeoutError:
                break
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def silent() -> Iterator[str]:
    """An address that connects, and never says the first word of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def closing_all() -> Iterator[list[socket.socket]]:
    sockets: list[socket.socket] = []
    try:
        yield sockets
    finally:
        for each in sockets:
            each.close()


class Peer:
    """A server that says nothing of aiohttp's.

    Attributes:
        received: what arrived, of all connections.
        answer: what it says to a whole request; nothing leaves it waiting.
    """

    def __init__(self, answer: bytes = b"") -> None:
        self.received = b""
        self.answer = answer

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(ConnectionError):
            while piece := await reader.read(2**16):
                self.received += piece
                if piece.endswith(b"}"):
                    writer.write(self.answer)
                elif b"100-continue" in piece:
                    await asyncio.sleep(1)
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def transport_to(
    url: str, *, callers: bool, retry: RetryPolicy | None = None
) -> AsyncIterator[Transport]:
    """With a session of its own or of the caller's."""
    session = aiohttp.ClientSession() if callers else None
    try:
        async with Transport(ApiKey("k"), base_url=url, session=session, retry=retry) as transport:
            yield transport
    finally:
        if session is not None:
            await session.close()


async def cancelled(call: Awaitable[object], *, after: float) -> None:
    task = asyncio.ensure_future(call)
    await asyncio.sleep(after)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


SESSIONS = pytest.mark.parametrize("callers", [False, True], ids=["own", "caller's"])


@SESSIONS
@pytest.mark.parametrize("place", [full, silent])
async def test_who_is_cancelled_while_the_connection_is_made_has_sent_nothing(
    place: Callable[[], Any], callers: bool
) -> None:
    with place() as url, departing() as departure:
        async with transport_to(url, callers=callers) as transport:
            await cancelled(transport.call(AGENT, json=PAID), after=5)

            assert departure.unsent


async def test_who_is_cancelled_while_a_proxy_connects_has_sent_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    peer = Peer()
    async with peer.serving() as proxy:
        monkeypatch.setenv("https_proxy", proxy)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        async with transport_to("https://api.heygen.com", callers=False) as transport:
            with departing() as departure:
                await cancelled(transport.call(AGENT, json=PAID), after=5)

    assert peer.received.startswith(b"CONNECT ")
    assert departure.unsent


@SESSIONS
async def test_who_is_cancelled_before_the_answer_may_have_been_heard(callers: bool) -> None:
    peer = Peer()
    async with peer.serving() as url, transport_to(url, callers=callers) as transport:
        with departing() as departure:
            await cancelled(transport.call(AGENT, json=PAID), after=5)

    assert peer.received.endswith(b'{"title":"paid"}')
    assert not departure.unsent


@SESSIONS
async def test_who_finds_no_connection_and_then_one_has_sent_it(callers: bool) -> None:
    peer = Peer(ANSWER)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
    async with transport_to(f"http://{host}:{port}", callers=callers) as transport:
        with departing() as departure:
            call = asyncio.create_task(transport.call(AGENT, json=PAID))
            await asyncio.sleep(0.4)  # of the half second that it waits at the least
            refused = departure.unsent
            with closing(await asyncio.start_server(peer, host, port)):
                await call

    assert refused
    assert not departure.unsent


class CancelledAt:
    """Awaits a coroutine, and cancels the task at its n-th suspension."""

    def __init__(self, n: int) -> None:
        self._n = n
        self.seen = 0

    async def within(self, coroutine: Coroutine[Any, Any, object]) -> None:
        await self._run(coroutine)

    @types.coroutine
    def _run(self, coroutine: Coroutine[Any, Any, object]) -> Generator[Any, Any, None]:
        steps = coroutine.__await__()
        error: BaseException | None = None
        with suppress(StopIteration):
            while True:
                waits_for = steps.send(None) if error is None else steps.throw(error)
                error = None
                self.seen += 1
                if self.seen == self._n:
                    task = asyncio.current_task()
                    assert task is not None
                    task.cancel()
                try:
                    yield waits_for
                except BaseException as raised:  # noqa: BLE001 - passed on, whatever it is
                    error = raised


@SESSIONS
@pytest.mark.parametrize("headers", [{}, {"Expect": "100-continue"}], ids=["at once", "when asked"])
@pytest.mark.parametrize("warm", [False, True], ids=["connects", "connected"])
async def test_wherever_a_call_is_cancelled_it_is_unsent_only_if_its_body_never_left(
    callers: bool, headers: dict[str, str], warm: bool
) -> None:
    ends: list[bool] = []
    for number in range(1, 100):
        peer, at = Peer(ANSWER), CancelledAt(number)
        async with peer.serving() as url, transport_to(url, callers=callers) as transport:
            if warm:
                await transport.call(AGENT, json={})
                peer.received = b""
            with departing() as departure:
                call = transport.call(AGENT, json=PAID, headers=headers)
                task = asyncio.create_task(at.within(call))
                await asyncio.wait([task])
            await asyncio.sleep(5)

        if not task.cancelled():
            break
        ends.append(departure.unsent)
        assert departure.unsent == (b"paid" not in peer.received), number

    assert ends == sorted(ends, reverse=True)
    assert not ends[-1]
    assert warm or ends[0]


async def test_a_deadline_while_the_connection_is_made_is_no_uncertainty() -> None:
    with full() as url:
        policy = RetryPolicy(deadline=5)
        async with transport_to(url, callers=False, retry=policy) as transport:
            with pytest.raises(errors.DeadlineError):
                await transport.call(AGENT, json=PAID)
