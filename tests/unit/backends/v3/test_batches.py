"""The outbox against a server that answers as it is told: what HeyGen leaves open, it may do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from aiohttp import web

from heygen_async.api.v3.videos_schemas import CreateVideoFromAvatar
from heygen_async.backends.v3 import batches
from heygen_async.backends.v3.batches import Outbox, refusal
from heygen_async.client import HeyGen
from heygen_async.errors import (
    AuthenticationError,
    ConcurrencyLimitError,
    HeyGenError,
    InsufficientCreditError,
    InvalidRequestError,
    UncertainError,
    UsageError,
    VideoFailedError,
)
from heygen_async.models.state import JobState, Progress
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
        taken: those of them that it took.
        keys: the idempotency key of each.
        looks: how often a batch was looked at.
    """

    def __init__(self) -> None:
        self.url = ""
        self.answer: Answer | None = None
        self.item: Callable[[str], dict[str, Any]] = self.begun
        self.shown: Callable[[dict[str, Any]], tuple[int, Any]] = lambda batch: (200, batch)
        self.batches: list[list[str]] = []
        self.taken: list[list[str]] = []
        self.keys: list[str | None] = []
        self.looks = 0
        self.hold = asyncio.Event()
        self.hold.set()

    def at(self, place: str | BaseException) -> str:
        """The script at a place."""
        batch, _, index = str(place).partition("/")
        return self.taken[int(batch[1:])][int(index)]

    def begun(self, script: str) -> dict[str, Any]:
        return {"status": "processing", "video_id": f"video-{script}"}

    async def create(self, request: web.Request) -> web.Response:
        videos = (await request.json())["videos"]
        self.batches.append([video["script"] for video in videos])
        self.keys.append(request.headers.get("Idempotency-Key"))
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
        outbox = Outbox(heygen.videos)
        yield outbox
        await outbox.close()


async def sent(outbox: Outbox, *scripts: str) -> dict[str, str | BaseException]:
    ends = await asyncio.gather(
        *(outbox.send(video(script), f"key-{script}") for script in scripts), return_exceptions=True
    )
    return dict(zip(scripts, ends, strict=True))


def video(script: str) -> CreateVideoFromAvatar:
    return CreateVideoFromAvatar(avatar_id="look", script=script, voice_id="voice")


async def test_everybody_gets_his_own_place(server: Server, outbox: Outbox) -> None:
    ends = await sent(outbox, "a", "b", "c")

    assert ends == {"a": "b0/0", "b": "b0/1", "c": "b0/2"}
    assert server.batches == [["a", "b", "c"]]


async def test_a_full_batch_leaves_at_once_and_the_rest_a_moment_later(
    server: Server, outbox: Outbox
) -> None:
    ends = await sent(outbox, *(f"{number}" for number in range(230)))

    assert all(server.at(end) == script for script, end in ends.items())
    assert sorted(map(len, server.batches)) == [30, 100, 100]


async def test_a_batch_carries_no_key_and_is_sent_once(server: Server, outbox: Outbox) -> None:
    server.answer = lambda videos: refused(500, "internal_error")

    ends = await sent(outbox, "a", "b")

    assert {type(end) for end in ends.values()} == {UncertainError}
    assert server.keys == [None]


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
    assert {server.at(place) for place in ends.values()} == set("abcde")
    assert all(server.at(place) == script for script, place in ends.items())
    assert sorted(script for batch in server.taken for script in batch) == list("abcde")


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
    ("code", "kind", "verdict"),
    [
        ("insufficient_credit", InsufficientCreditError, "declined"),
        ("avatar_not_found", VideoFailedError, "refused"),
        ("invalid_parameter", VideoFailedError, "refused"),
        ("internal_error", VideoFailedError, "refused"),
        ("never_heard_of", VideoFailedError, "refused"),
        (None, VideoFailedError, "refused"),
    ],
)
def test_an_item_that_failed_without_a_video_failed_unless_it_was_for_want_of_money(
    code: str | None, kind: type[HeyGenError], verdict: str
) -> None:
    error = refusal("b/0", JobState(Progress.FAILED, "failed", code, code and "No."))

    assert type(error) is kind
    assert judge(error) == verdict
    assert error.code == code
    assert "item b/0" in str(error)


# --- what has become of them ---------------------------------------------------------------------


async def test_a_batch_is_read_once_soon_after_it_left(server: Server, outbox: Outbox) -> None:
    await sent(outbox, "a", "b")
    at_once = server.looks
    await asyncio.sleep(60)

    assert at_once == 0
    assert server.looks == 1


@pytest.mark.parametrize("answer", [refused(404, "resource_not_found"), (200, {"data": {}})])
async def test_a_batch_that_was_taken_and_cannot_be_read_keeps_its_places(
    server: Server, outbox: Outbox, answer: tuple[int, Any]
) -> None:
    server.shown = lambda batch: answer

    ends = await sent(outbox, "a", "b")
    await asyncio.sleep(60)

    assert ends == {"a": "b0/0", "b": "b0/1"}


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
    assert tasks[1].result() == "b0/1"


async def test_the_places_of_those_who_never_come_back_are_forgotten_in_their_order(
    server: Server, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "_KEPT", 2)
    server.hold.clear()
    tasks = [asyncio.create_task(outbox.send(video(name), f"key-{name}")) for name in "abc"]
    await asyncio.sleep(1)

    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    server.hold.set()
    await asyncio.sleep(1)

    assert [outbox.late(f"key-{name}") for name in "abc"] == [None, "b0/1", "b0/2"]


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


async def test_closing_tells_both_halves_of_a_batch_that_was_refused(
    server: Server, outbox: Outbox
) -> None:
    def spoilt(videos: list[dict[str, Any]]) -> tuple[int, Any]:
        server.hold.clear()
        return refused(400, "invalid_parameter")

    server.answer = spoilt
    tasks = [asyncio.create_task(outbox.send(video(name), f"key-{name}")) for name in "abcd"]
    await asyncio.sleep(1)

    await outbox.close()

    done, waiting = await asyncio.wait(tasks, timeout=10)
    server.hold.set()
    assert not waiting
    assert len(done) == 4
    assert server.batches == [["a", "b", "c", "d"], ["a", "b"]]
    assert [type(task.exception()) for task in tasks] == [
        *(UncertainError, UncertainError, UsageError, UsageError)
    ]


async def test_closing_tells_what_was_about_to_leave_in_that_moment(
    server: Server, outbox: Outbox
) -> None:
    tasks = [
        asyncio.create_task(outbox.send(video(f"{number}"), f"key-{number}"))
        for number in range(100)
    ]
    while not [one for one in asyncio.all_tasks() if "batch of" in one.get_name()]:
        await asyncio.sleep(0)

    await outbox.close()

    done, waiting = await asyncio.wait(tasks, timeout=10)
    assert not waiting
    assert {type(task.exception()) for task in done} == {UsageError}
    assert server.batches == []
