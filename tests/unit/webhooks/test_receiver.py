"""Each event is handled once, and none is lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from heygen_async.errors import InvalidInputError, ProtocolError, SignatureError, UsageError
from heygen_async.webhooks import Event, Receiver, VideoSucceeded, sign

SECRET = "whsec_1"
NEW = "whsec_2"


def delivery(
    event_id: str | None = "e1",
    *,
    video_id: str = "v1",
    event_type: str = "avatar_video.success",
    secret: str = SECRET,
) -> tuple[dict[str, str], bytes]:
    body = orjson.dumps({"event_type": event_type, "event_data": {"video_id": video_id}})
    named = {} if event_id is None else {"Heygen-Event-Id": event_id}
    return {"Heygen-Signature": sign(body, secret), **named}, body


class Nudges:
    """Stands where a client would: remembers which jobs it was told to look at."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def nudge(self, kind: str, id: str) -> None:  # noqa: A002 - as the client spells it
        self.told.append((kind, id))


class Desk:
    """A handler that can be held up, and can fail."""

    def __init__(self) -> None:
        self.begun: list[str | None] = []
        self.ended: list[str | None] = []
        self.errors: list[Exception] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, event: Event) -> None:
        self.begun.append(event.event_id)
        await self.open.wait()
        if self.errors:
            raise self.errors.pop(0)
        self.ended.append(event.event_id)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


# --- handing on ----------------------------------------------------------------------------------


async def test_an_event_is_handed_to_a_coroutine_function() -> None:
    desk = Desk()

    event = await Receiver(SECRET, desk).receive(*delivery())

    assert isinstance(event, VideoSucceeded)
    assert desk.ended == ["e1"]


async def test_an_event_is_handed_to_a_plain_function() -> None:
    taken: list[Event] = []

    event = await Receiver(SECRET, taken.append).receive(*delivery())

    assert taken == [event]


async def test_without_a_handler_the_event_is_returned() -> None:
    event = await Receiver(SECRET).receive(*delivery())

    assert event is not None
    assert event.job == ("video", "v1")


async def test_waiters_are_woken_before_the_handler_has_run() -> None:
    nudges, desk = Nudges(), Desk()
    desk.open.clear()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(Receiver(SECRET, desk, heygen=nudges).receive(*delivery()))
        await settle()
        woken = list(nudges.told)
        desk.open.set()

    assert woken == [("video", "v1")]


async def test_every_job_an_event_may_concern_is_looked_at() -> None:
    nudges = Nudges()
    body = b'{"event_type":"batch.finished","event_data":{"batch_id":"b1"}}'

    await Receiver(SECRET, heygen=nudges).receive({"Signature": sign(body, SECRET)}, body)

    assert {kind for kind, _ in nudges.told} == {
        "video_batch",
        "lipsync_batch",
        "translation_batch",
    }


async def test_what_is_not_proved_wakes_nobody_and_is_not_handled() -> None:
    nudges, desk = Nudges(), Desk()
    receiver = Receiver(SECRET, desk, heygen=nudges)

    with pytest.raises(SignatureError):
        await receiver.receive(*delivery(secret=NEW))

    assert (nudges.told, desk.begun) == ([], [])


async def test_what_is_no_event_is_not_handled() -> None:
    desk = Desk()

    with pytest.raises(ProtocolError):
        await Receiver(SECRET, desk).receive({"Signature": sign(b"{", SECRET)}, b"{")

    assert desk.begun == []


async def test_a_slow_handler_is_let_finish_and_complained_about(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def slow(event: Event) -> None:
        await asyncio.sleep(60)

    with caplog.at_level(logging.WARNING, "heygen_async"):
        event = await Receiver(SECRET, slow).receive(*delivery())

    assert event is not None
    assert "took 60 s" in caplog.text


# --- once ----------------------------------------------------------------------------------------


async def test_a_second_delivery_is_a_duplicate() -> None:
    desk, nudges = Desk(), Nudges()
    receiver = Receiver(SECRET, desk, heygen=nudges)

    outcomes = [await receiver.receive(*delivery()) for _ in range(3)]

    assert [outcome is None for outcome in outcomes] == [False, True, True]
    assert desk.ended == ["e1"]
    assert len(nudges.told) == 1


async def test_deliveries_at_the_same_time_are_handled_once() -> None:
    desk = Desk()
    desk.open.clear()
    receiver = Receiver(SECRET, desk)

    async with asyncio.TaskGroup() as tasks:
        runs = [tasks.create_task(receiver.receive(*delivery())) for _ in range(10)]
        await settle()
        waiting = [run.done() for run in runs]
        desk.open.set()

    assert waiting == [False] * 10
    assert [run.result() is None for run in runs].count(False) == 1
    assert desk.begun == ["e1"]


async def test_different_events_do_not_wait_for_each_other() -> None:
    desk = Desk()
    desk.open.clear()
    receiver = Receiver(SECRET, desk)

    async with asyncio.TaskGroup() as tasks:
        for number in range(3):
            tasks.create_task(receiver.receive(*delivery(f"e{number}")))
        await settle()
        begun = list(desk.begun)
        desk.open.set()

    assert begun == ["e0", "e1", "e2"]


async def test_without_an_id_the_same_body_is_the_same_event() -> None:
    desk = Desk()
    receiver = Receiver(SECRET, desk)

    first = await receiver.receive(*delivery(None))
    again = await receiver.receive(*delivery(None))
    other = await receiver.receive(*delivery(None, video_id="v2"))

    assert first is not None
    assert again is None
    assert other is not None


async def test_the_same_body_under_another_id_is_another_event() -> None:
    receiver = Receiver(SECRET, Desk())

    assert await receiver.receive(*delivery("e1")) is not None
    assert await receiver.receive(*delivery("e2")) is not None


async def test_an_id_that_cannot_be_encoded_is_an_id() -> None:
    receiver = Receiver(SECRET, Desk())

    assert await receiver.receive(*delivery("\udcff")) is not None
    assert await receiver.receive(*delivery("\udcff")) is None


async def test_the_memory_is_bounded_and_forgets_the_oldest() -> None:
    receiver = Receiver(SECRET, dedupe=3)
    for number in range(4):
        await receiver.receive(*delivery(f"e{number}"))

    known = [await receiver.receive(*delivery(f"e{number}")) is None for number in (3, 2, 1)]

    assert known == [True, True, True]
    assert await receiver.receive(*delivery("e0")) is not None
    assert len(receiver._done) == 3


async def test_a_receiver_may_remember_nothing() -> None:
    receiver = Receiver(SECRET, dedupe=0)

    assert await receiver.receive(*delivery()) is not None
    assert await receiver.receive(*delivery()) is not None


# --- never lost ----------------------------------------------------------------------------------


async def test_an_event_whose_handler_failed_is_handled_at_the_next_delivery() -> None:
    desk = Desk()
    desk.errors.append(RuntimeError("database away"))
    receiver = Receiver(SECRET, desk)

    with pytest.raises(RuntimeError, match="database away"):
        await receiver.receive(*delivery())
    again = await receiver.receive(*delivery())

    assert again is not None
    assert desk.ended == ["e1"]


async def test_who_waited_for_a_handler_that_fails_takes_over() -> None:
    desk = Desk()
    desk.open.clear()
    desk.errors.append(RuntimeError("database away"))
    receiver = Receiver(SECRET, desk)
    runs = [asyncio.ensure_future(receiver.receive(*delivery())) for _ in range(3)]
    await settle()

    desk.open.set()
    outcomes = await asyncio.gather(*runs, return_exceptions=True)

    assert isinstance(outcomes[0], RuntimeError)
    assert isinstance(outcomes[1], VideoSucceeded)
    assert outcomes[2] is None
    assert desk.begun == ["e1", "e1"]


@pytest.mark.parametrize("which", [0, 1])
async def test_a_cancelled_delivery_harms_no_other(which: int) -> None:
    desk = Desk()
    desk.open.clear()
    receiver = Receiver(SECRET, desk)
    runs = [asyncio.ensure_future(receiver.receive(*delivery())) for _ in range(2)]
    await settle()

    runs[which].cancel()
    await settle()
    desk.open.set()
    outcomes = await asyncio.gather(*runs, return_exceptions=True)

    assert isinstance(outcomes[which], asyncio.CancelledError)
    assert isinstance(outcomes[1 - which], VideoSucceeded)
    assert desk.ended == ["e1"]
    assert receiver._under_way == {}


# --- secrets -------------------------------------------------------------------------------------


async def test_a_rotation_is_followed_without_a_new_receiver() -> None:
    receiver = Receiver(SECRET)

    receiver.trust([SECRET, NEW])
    both = [await receiver.receive(*delivery(key, secret=key)) for key in (SECRET, NEW)]
    receiver.trust(NEW)

    assert None not in both
    with pytest.raises(SignatureError):
        await receiver.receive(*delivery("e3", secret=SECRET))


def test_an_unusable_secret_changes_nothing() -> None:
    receiver = Receiver(SECRET)

    with pytest.raises(UsageError):
        receiver.trust("")

    headers, body = delivery()
    assert receiver.parse(headers, body).verified


def test_a_receiver_of_unsigned_deliveries_trusts_no_secret() -> None:
    with pytest.raises(UsageError):
        Receiver(None, unsigned=True).trust(SECRET)


@pytest.mark.parametrize(
    ("build", "error"),
    [
        (lambda: Receiver(None), UsageError),
        (lambda: Receiver(""), UsageError),
        (lambda: Receiver(SECRET, unsigned=True), UsageError),
        (lambda: Receiver(SECRET, dedupe=-1), InvalidInputError),
    ],
)
def test_a_receiver_that_cannot_work_is_refused_at_once(
    build: Callable[[], Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        build()


async def test_unsigned_deliveries_are_taken_where_asked_for() -> None:
    event = await Receiver(None, unsigned=True).receive({}, delivery()[1])

    assert event is not None
    assert not event.verified


def test_a_receiver_shows_no_secret() -> None:
    assert repr(Receiver([SECRET, NEW])) == "Receiver(2 secrets)"


async def test_the_window_is_that_of_the_receiver() -> None:
    headers, body = delivery()
    late = {**headers, "Heygen-Timestamp": "1000"}

    assert await Receiver(SECRET, now=lambda: 1060.0).receive(late, body) is not None
    with pytest.raises(SignatureError):
        await Receiver(SECRET, now=lambda: 1060.0, tolerance=59).receive(late, body)
    with pytest.raises(SignatureError):
        await Receiver(SECRET, require_timestamp=True).receive(headers, body)


async def test_a_handler_object_that_is_awaitable_later_is_awaited() -> None:
    done: list[str] = []

    async def later() -> None:
        done.append("later")

    def handler(event: Event) -> Awaitable[None]:
        return later()

    await Receiver(SECRET, handler).receive(*delivery())

    assert done == ["later"]
