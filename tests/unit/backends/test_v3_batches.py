"""The outbox against a server that answers as it is told: what HeyGen leaves open, it may do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from heygen_async.api.v3.videos_schemas import CreateVideoFromAvatar
from heygen_async.backends.v3_batches import Outbox
from heygen_async.client import HeyGen
from heygen_async.errors import (
    AuthenticationError,
    ConcurrencyLimitError,
    HeyGenError,
    InsufficientCreditError,
    InvalidRequestError,
    NotReadyError,
    UncertainError,
    UsageError,
    VideoFailedError,
)
from heygen_async.pipeline.verdict import Verdict, judge
from heygen_async.transport.retry import RetryPolicy

Answer = Callable[[list[dict[str, Any]]], tuple[int, Any]]


def refused(status: int, code: str, message: str = "no") -> tuple[int, Any]:
    return status, {"error": {"code": code, "message": message}}


class Server:
    """Keeps batches.

    Attributes:
        answer: what it says to the next batches; None takes them.
        item: how an item is shown, by its script.
        batches: the scripts of each batch that was asked for.
        looks: how often a batch was looked at.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answer: Answer | None = None
        self.item: Callable[[str], dict[str, Any]] = self.begun
        self.shown: Callable[[dict[str, Any]], tuple[int, Any]] = lambda batch: (200, batch)
        self.batches: list[list[str]] = []
        self.taken: list[list[str]] = []
        self.keys: list[str] = []
        self.looks = 0
        self.hold = asyncio.Event()
        self.hold.set()

    def begun(self, script: str) -> dict[str, Any]:
        return {"status": "processing", "video_id": f"video-{script}"}

    async def create(self, request: web.Request) -> web.Response:
        videos = (await request.json())["videos"]
        self.batches.append([video["script"] for video in videos])
        self.keys.append(request.headers["Idempotency-Key"])
        await self.hold.wait()
        if self.answer is not None:
            status, body = self.answer(videos)
            if status != 202:
                return web.json_response(body, status=status)
        else:
            body = {"data": {"batch_id": f"b{len(self.taken)}"}}
        self.taken.append(self.batches[-1])
        return web.json_response(body, status=202)

    async def look(self, request: web.Request) -> web.Response:
        self.looks += 1
        scripts = self.taken[int(request.match_info["id"][1:])]
        items = [{"item_index": n, **self.item(script)} for n, script in enumerate(scripts)]
        about = {"batch_id": "b", "status": "processing", "total_items": len(items)}
        more = {"counts_by_status": {}, "created_at": 1, "items": items, "has_more": False}
        status, body = self.shown({"data": about | more})
        return web.json_response(body, status=status)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    app = web.Application()
    app.router.add_post("/v3/videos/batches", server.create)
    app.router.add_get("/v3/videos/batches/{id}", server.look)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest.fixture
async def outbox(server: Server) -> AsyncIterator[Outbox]:
    async with HeyGen("any", base_url=server.url, retry=RetryPolicy(attempts=2)) as heygen:
        outbox = Outbox(heygen.videos, heygen.watch, patience=600.0)
        yield outbox
        await outbox.close()


async def sent(outbox: Outbox, *scripts: str) -> dict[str, str | BaseException]:
    ends = await asyncio.gather(
        *(outbox.send(video(script), f"key-{script}") for script in scripts), return_exceptions=True
    )
    return dict(zip(scripts, ends, strict=True))


def video(script: str) -> CreateVideoFromAvatar:
    return CreateVideoFromAvatar(avatar_id="look", script=script, voice_id="voice")


async def test_everybody_gets_the_video_of_his_own_place(server: Server, outbox: Outbox) -> None:
    ends = await sent(outbox, "a", "b", "c")

    assert ends == {"a": "video-a", "b": "video-b", "c": "video-c"}
    assert server.batches == [["a", "b", "c"]]
    assert server.looks == 1


async def test_a_full_batch_leaves_at_once_and_the_rest_a_moment_later(
    server: Server, outbox: Outbox
) -> None:
    ends = await sent(outbox, *(f"{number}" for number in range(230)))

    assert all(end == f"video-{script}" for script, end in ends.items())
    assert sorted(map(len, server.batches)) == [30, 100, 100]
    assert len(set(server.keys)) == 3


async def test_two_batches_of_the_same_videos_have_the_same_key(
    server: Server, outbox: Outbox
) -> None:
    await sent(outbox, "a", "b")
    await sent(outbox, "a", "b")
    await sent(outbox, "b", "a")

    assert server.keys[0] == server.keys[1] != server.keys[2]


# --- refusals ------------------------------------------------------------------------------------


async def test_a_batch_that_one_item_spoils_leaves_in_halves_until_that_one_is_alone(
    server: Server, outbox: Outbox
) -> None:
    def spoilt(videos: list[dict[str, Any]]) -> tuple[int, Any]:
        if any(video["script"] == "bad" for video in videos):
            return refused(400, "invalid_parameter", "this is bad")
        return 202, {"data": {"batch_id": f"b{len(server.taken)}"}}

    server.answer = spoilt

    ends = await sent(outbox, "a", "b", "c", "bad", "d", "e")

    bad = ends.pop("bad")
    assert isinstance(bad, InvalidRequestError)
    assert "this is bad" in str(bad)
    assert ends == {name: f"video-{name}" for name in "abcde"}
    assert sorted(script for batch in server.taken for script in batch) == list("abcde")
    assert len(set(server.keys)) == len(server.keys)


@pytest.mark.parametrize(
    ("answer", "kind", "verdict"),
    [
        (refused(402, "insufficient_credit"), InsufficientCreditError, Verdict.DECLINED),
        (refused(401, "unauthorized"), AuthenticationError, Verdict.DECLINED),
        (
            refused(429, "rate_limit_exceeded", "10 jobs already running"),
            ConcurrencyLimitError,
            Verdict.DECLINED,
        ),
        (refused(500, "internal_error"), UncertainError, Verdict.LOST),
        ((202, {"data": {}}), UncertainError, Verdict.LOST),
        ((202, {"data": None}), UncertainError, Verdict.LOST),
    ],
)
async def test_what_is_said_to_the_batch_is_said_to_each_of_its_videos(
    server: Server, outbox: Outbox, answer: tuple[int, Any], kind: type[HeyGenError], verdict: str
) -> None:
    server.answer = lambda videos: answer

    ends = await sent(outbox, "a", "b")

    errors = list(ends.values())
    assert len(server.taken) == (answer[0] == 202)
    for error in errors:
        assert isinstance(error, HeyGenError)
        assert judge(error) is verdict
    assert errors[0] is not errors[1]
    if verdict is not Verdict.LOST:
        assert {type(error) for error in errors} == {kind}


@pytest.mark.parametrize(
    ("error", "kind", "verdict"),
    [
        ({"code": "insufficient_credit", "message": "no"}, InsufficientCreditError, "declined"),
        ({"code": "resource_not_ready", "message": "no"}, NotReadyError, "declined"),
        ({"code": "invalid_parameter", "message": "no"}, InvalidRequestError, "refused"),
        (
            {"code": "rate_limit_exceeded", "message": "9 jobs already running"},
            ConcurrencyLimitError,
            "declined",
        ),
        ({"code": "internal_error", "message": "no"}, VideoFailedError, "refused"),
        ({"code": "never_heard_of", "message": "no"}, VideoFailedError, "refused"),
        ({}, VideoFailedError, "refused"),
        (None, VideoFailedError, "refused"),
    ],
)
async def test_an_item_that_fails_without_a_video_is_refused_alone(
    server: Server, outbox: Outbox, error: Any, kind: type[HeyGenError], verdict: str
) -> None:
    def shown(script: str) -> dict[str, Any]:
        bad = {"status": "failed", "video_id": None, "error": error}
        return bad if script == "bad" else server.begun(script)

    server.item = shown

    ends = await sent(outbox, "a", "bad")

    bad = ends["bad"]
    assert ends["a"] == "video-a"
    assert type(bad) is kind
    assert isinstance(bad, HeyGenError)
    assert judge(bad) == verdict
    assert bad.code == (error or {}).get("code")


async def test_an_item_that_fails_with_a_video_is_followed_like_any_video(
    server: Server, outbox: Outbox
) -> None:
    server.item = lambda script: {"status": "failed", "video_id": "v1", "error": {"code": "x"}}

    assert await sent(outbox, "a") == {"a": "v1"}


# --- what was taken is never declined ------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        refused(404, "resource_not_found"),
        refused(401, "unauthorized"),
        refused(403, "forbidden"),
        (200, {"data": {"nonsense": 1}}),
    ],
)
async def test_a_batch_that_was_taken_and_cannot_be_followed_is_uncertain(
    server: Server, outbox: Outbox, answer: tuple[int, Any]
) -> None:
    server.shown = lambda batch: answer

    ends = await sent(outbox, "a", "b")

    for script, error in ends.items():
        assert isinstance(error, UncertainError)
        assert error.key == f"key-{script}"
        assert judge(error) is Verdict.LOST


async def test_an_item_that_heygen_never_begins_with_is_uncertain_in_the_end(
    server: Server, outbox: Outbox
) -> None:
    server.item = lambda script: {"status": "queued", "video_id": None}
    loop = asyncio.get_running_loop()
    began = loop.time()

    (error,) = (await sent(outbox, "a")).values()

    assert isinstance(error, UncertainError)
    assert loop.time() - began == pytest.approx(600, abs=2)


# --- leaving -------------------------------------------------------------------------------------


async def test_what_is_cancelled_before_it_leaves_is_withdrawn(
    server: Server, outbox: Outbox
) -> None:
    tasks = [asyncio.create_task(outbox.send(video(name), f"key-{name}")) for name in "ab"]
    await asyncio.sleep(0.1)

    tasks[0].cancel()
    await asyncio.wait(tasks)

    assert outbox.withdrawn("key-a")
    assert not outbox.withdrawn("key-a")
    assert not outbox.withdrawn("key-b")
    assert server.batches == [["b"]]


async def test_what_is_cancelled_after_it_left_is_not_and_harms_nobody(
    server: Server, outbox: Outbox
) -> None:
    server.hold.clear()
    tasks = [asyncio.create_task(outbox.send(video(name), f"key-{name}")) for name in "ab"]
    await asyncio.sleep(1)

    tasks[0].cancel()
    await asyncio.sleep(1)
    server.hold.set()
    done, _ = await asyncio.wait(tasks)

    assert len(done) == 2
    assert tasks[0].cancelled()
    assert not outbox.withdrawn("key-a")
    assert tasks[1].result() == "video-b"


async def test_what_is_cancelled_in_the_moment_of_leaving_either_left_or_is_withdrawn(
    server: Server, outbox: Outbox
) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(outbox.send(video("a"), "key-a"))
    loop.call_later(0.25, task.cancel)

    await asyncio.wait([task])
    await asyncio.sleep(1)

    assert outbox.withdrawn("key-a") == (server.batches == [])


async def test_nothing_leaves_when_all_were_withdrawn(server: Server, outbox: Outbox) -> None:
    task = asyncio.create_task(outbox.send(video("a"), "key-a"))
    await asyncio.sleep(0.1)

    task.cancel()
    await asyncio.sleep(1)

    assert server.batches == []


async def test_closing_tells_what_had_not_left_that_it_never_will(
    server: Server, outbox: Outbox
) -> None:
    task = asyncio.create_task(outbox.send(video("a"), "key-a"))
    await asyncio.sleep(0.1)

    await outbox.close()

    with pytest.raises(UsageError, match="before the video was asked for"):
        await task
    with pytest.raises(UsageError, match="closed"):
        await outbox.send(video("b"), "key-b")
    await asyncio.sleep(1)
    assert server.batches == []


async def test_closing_leaves_what_is_on_its_way_uncertain(server: Server, outbox: Outbox) -> None:
    server.hold.clear()
    task = asyncio.create_task(outbox.send(video("a"), "key-a"))
    await asyncio.sleep(1)

    await outbox.close()

    with pytest.raises(UncertainError) as caught:
        await task
    assert caught.value.key == "key-a"
    assert not [one for one in asyncio.all_tasks() if "batch of" in one.get_name()]
    server.hold.set()
