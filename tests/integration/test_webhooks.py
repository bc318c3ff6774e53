"""Deliveries over real sockets, into the sub-application."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

import aiohttp
import orjson
import pytest
from aiohttp import web

from heygen_async.models.policies import PollPolicy
from heygen_async.models.state import JobState, Progress
from heygen_async.waiting import Multiplexer
from heygen_async.webhooks import Event, Handler, Receiver, sign

SECRET = "whsec_1"
BODY = b'{"event_type":"avatar_video.success","event_data":{"video_id":"v1"}}'

Serve = Callable[..., Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start an application with the receiver under ``/hooks/heygen``; gives that address."""
    runners: list[web.AppRunner] = []

    async def start(receiver: Receiver, **options: int) -> str:
        root = web.Application(client_max_size=10)  # must not matter below the sub-application
        root.add_subapp("/hooks/heygen", receiver.app(**options))
        runner = web.AppRunner(root, access_log=None, shutdown_timeout=0)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/heygen"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def post(
    session: aiohttp.ClientSession,
    url: str,
    body: bytes = BODY,
    *,
    secret: str = SECRET,
    event_id: str = "e1",
    **more: str,
) -> int:
    headers = {
        "Content-Type": "application/json",
        "Heygen-Signature": sign(body, secret),
        "Heygen-Event-Id": event_id,
        **more,
    }
    async with session.post(url, data=body, headers=headers) as answer:
        await answer.read()
        return answer.status


def refusing(error: Exception) -> Handler:
    """A handler that fails the first time and works from then on."""
    errors = [error]

    async def handler(event: Event) -> None:
        if errors:
            raise errors.pop()

    return handler


@pytest.mark.parametrize("path", ["", "/"])
async def test_a_delivery_is_taken_with_and_without_a_slash(
    serve: Serve, session: aiohttp.ClientSession, path: str
) -> None:
    taken: list[Event] = []
    url = await serve(Receiver(SECRET, taken.append))

    status = await post(session, url + path)

    assert status == 200
    assert [event.job for event in taken] == [("video", "v1")]


async def test_a_duplicate_is_answered_like_the_first(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    taken: list[Event] = []
    url = await serve(Receiver(SECRET, taken.append))

    statuses = [await post(session, url) for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert len(taken) == 1


@pytest.mark.parametrize("path", ["", "/"])
async def test_the_check_of_the_address_is_answered(
    serve: Serve, session: aiohttp.ClientSession, path: str
) -> None:
    url = await serve(Receiver(SECRET))

    async with asyncio.timeout(1), session.options(url + path) as answer:
        assert answer.status == 204
        assert "POST" in answer.headers["Allow"]


async def test_nothing_else_is_answered(serve: Serve, session: aiohttp.ClientSession) -> None:
    url = await serve(Receiver(SECRET))

    async with session.get(url) as got:
        assert got.status == 405
    async with session.post(url + "/other", data=BODY) as posted:
        assert posted.status == 404


async def test_a_false_signature_is_401(serve: Serve, session: aiohttp.ClientSession) -> None:
    taken: list[Event] = []
    url = await serve(Receiver(SECRET, taken.append))

    assert await post(session, url, secret="whsec_2") == 401
    async with session.post(url, data=BODY) as answer:
        assert (answer.status, await answer.text()) == (401, "signature_missing")
    assert taken == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"\xff"])
async def test_what_is_no_event_is_400(
    serve: Serve, session: aiohttp.ClientSession, body: bytes
) -> None:
    url = await serve(Receiver(SECRET))

    assert await post(session, url, body) == 400


async def test_a_body_at_the_limit_is_taken_and_one_above_is_413(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    url = await serve(Receiver(SECRET), largest_body=len(BODY))

    assert await post(session, url, BODY) == 200
    assert await post(session, url, BODY + b" ", event_id="e2") == 413


async def test_a_large_body_that_announces_no_length_is_413(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    url = await serve(Receiver(SECRET), largest_body=1000)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 100

    async with session.post(url, data=endless()) as answer:
        assert answer.status == 413


async def test_an_announced_large_body_is_not_waited_for(serve: Serve) -> None:
    url = await serve(Receiver(SECRET))
    port = int(url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    writer.write(b"POST /hooks/heygen HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
    async with asyncio.timeout(1):
        line = await reader.readline()

    assert line.startswith(b"HTTP/1.1 413")
    writer.close()
    await writer.wait_closed()


async def test_a_body_larger_than_the_application_around_allows_is_taken(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    url = await serve(Receiver(SECRET))
    body = orjson.dumps({"event_type": "ai_clipping.success", "event_data": {"x": "y" * 100_000}})

    assert await post(session, url, body) == 200


async def test_a_body_that_does_not_arrive_is_given_up(serve: Serve) -> None:
    url = await serve(Receiver(SECRET))
    port = int(url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = asyncio.get_running_loop().time()

    writer.write(b"POST /hooks/heygen HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
    line = await reader.readline()

    assert line.startswith(b"HTTP/1.1 408")
    assert asyncio.get_running_loop().time() - began == pytest.approx(10.0)
    writer.close()
    await writer.wait_closed()


async def test_a_sender_that_hangs_up_is_no_error_of_ours(
    serve: Serve, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    url = await serve(Receiver(SECRET))
    port = int(url.split(":")[2].split("/")[0])
    _, writer = await asyncio.open_connection("127.0.0.1", port)

    writer.write(b"POST /hooks/heygen HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
    await writer.drain()
    await asyncio.sleep(1)
    writer.close()
    await writer.wait_closed()

    assert await post(session, url) == 200
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_body_in_a_false_encoding_is_400(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    url = await serve(Receiver(SECRET))

    async with session.post(url, data=b"no gzip", headers={"Content-Encoding": "gzip"}) as answer:
        assert answer.status == 400


async def test_a_failing_handler_is_500_and_gets_the_event_again(
    serve: Serve, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    url = await serve(Receiver(SECRET, refusing(RuntimeError("the database is away"))))

    async with session.post(
        url, data=BODY, headers={"Heygen-Signature": sign(BODY, SECRET)}
    ) as answer:
        assert answer.status == 500
        assert "database" not in await answer.text()
    assert await post(session, url) == 200
    assert "the database is away" in caplog.text


@pytest.mark.parametrize("name", ["SignatureError", "ProtocolError"])
async def test_an_error_of_our_own_in_a_handler_is_500_as_well(
    serve: Serve, session: aiohttp.ClientSession, name: str
) -> None:
    from heygen_async import errors

    url = await serve(Receiver(SECRET, refusing(getattr(errors, name)("inner"))))

    assert await post(session, url) == 500
    assert await post(session, url) == 200


async def test_an_answer_that_the_handler_raises_is_given(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    url = await serve(Receiver(SECRET, refusing(web.HTTPServiceUnavailable())))

    assert await post(session, url) == 503
    assert await post(session, url) == 200


async def test_deliveries_at_the_same_time_are_handled_once(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    taken: list[Event] = []

    async def handler(event: Event) -> None:
        await asyncio.sleep(3)
        taken.append(event)

    url = await serve(Receiver(SECRET, handler))

    statuses = await asyncio.gather(*(post(session, url) for _ in range(5)))

    assert statuses == [200] * 5
    assert len(taken) == 1


async def test_a_handler_slower_than_heygens_patience_handles_once(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    taken: list[Event] = []

    async def handler(event: Event) -> None:
        await asyncio.sleep(30)
        taken.append(event)

    url = await serve(Receiver(SECRET, handler))

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(10):
            await post(session, url)
    again = await post(session, url)

    assert again == 200
    assert len(taken) == 1


class Videos:
    """Two videos that are done, and a waiter's only way to learn it."""

    def __init__(self) -> None:
        self.done: set[str] = set()
        self.looks = 0
        policy = PollPolicy()
        self.waiting = Multiplexer("video", self.look, policy=policy, usual=100_000.0)

    async def look(self, ids: Sequence[str]) -> Mapping[str, JobState]:
        self.looks += 1
        running = JobState(Progress.RUNNING, "processing")
        done = JobState(Progress.DONE, "completed")
        return {name: done if name in self.done else running for name in ids}

    def nudge(self, kind: str, id: str) -> None:  # noqa: A002 - as the client spells it
        assert kind == "video"
        self.waiting.nudge(id)


async def test_an_event_wakes_the_waiter_who_then_looks(
    serve: Serve, session: aiohttp.ClientSession
) -> None:
    videos = Videos()
    url = await serve(Receiver(SECRET, heygen=videos))
    loop = asyncio.get_running_loop()
    began = loop.time()
    waiter = asyncio.ensure_future(videos.waiting.wait("v1"))
    await asyncio.sleep(5)

    videos.done.add("v1")
    await post(session, url)
    state = await waiter

    assert state.progress is Progress.DONE
    assert videos.looks == 1
    assert loop.time() - began < 6
    await videos.waiting.close()


async def test_an_event_is_not_believed(serve: Serve, session: aiohttp.ClientSession) -> None:
    videos = Videos()
    url = await serve(Receiver(SECRET, heygen=videos))
    waiter = asyncio.ensure_future(videos.waiting.wait("v1"))
    await asyncio.sleep(5)

    await post(session, url)
    await asyncio.sleep(1)

    assert videos.looks == 1
    assert not waiter.done()
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    await videos.waiting.close()
