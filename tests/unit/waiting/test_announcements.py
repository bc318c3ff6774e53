from __future__ import annotations

import asyncio

from heygen_async.models.state import JobState, Progress
from heygen_async.waiting.announcements import Announcements


async def settled(name: str, became: str | None = None) -> JobState:
    return JobState(Progress.DONE, name, became=became)


async def test_nothing_is_relied_on_before_a_few_events_came() -> None:
    events = Announcements()
    seen = []

    for name in "abcd":
        seen.append(events.relied_on)
        events.came(name)

    assert seen == [False, False, False, True]
    assert events.urgency < 0.001


async def test_an_end_that_nobody_announced_ends_the_reliance_after_a_while() -> None:
    events = Announcements()
    for name in "abc":
        events.came(name)

    await events.follow("d", settled("d"))
    await asyncio.sleep(29)
    before = events.relied_on
    await asyncio.sleep(2)

    assert before
    assert not events.relied_on
    assert events.urgency == 1.0


async def test_it_is_relied_on_again_once_a_few_more_came() -> None:
    events = Announcements()
    for name in "abc":
        events.came(name)
    await events.follow("d", settled("d"))
    await asyncio.sleep(31)
    assert not events.relied_on

    for name in "efg":
        events.came(name)

    assert events.relied_on


async def test_an_event_may_come_before_the_end_is_seen_or_after_it() -> None:
    events = Announcements()
    for name in "abc":
        events.came(name)

    assert (await events.follow("a", settled("a"))).status == "a"
    assert (await events.follow("d", settled("d"))).status == "d"
    await asyncio.sleep(10)
    events.came("d")
    await asyncio.sleep(100)

    assert events.relied_on


async def test_an_event_names_what_a_job_has_become() -> None:
    events = Announcements()
    for name in "abc":
        events.came(name)

    await events.follow("batch/0", settled("0", became="a"))
    await events.follow("batch/1", settled("1", became="d"))
    events.came("d")
    await asyncio.sleep(100)

    assert events.relied_on


async def test_two_may_wait_for_what_was_announced_once() -> None:
    events = Announcements()
    for name in "abc":
        events.came(name)

    await asyncio.gather(*(events.follow("a", settled("a")) for _ in range(2)))
    await asyncio.sleep(100)

    assert events.relied_on


async def test_events_about_jobs_of_others_do_not_fill_the_memory() -> None:
    events = Announcements()

    for number in range(20_000):
        events.came(f"{number}")

    assert len(events._heard) == 10_000
