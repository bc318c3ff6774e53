from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from heygen_async.batch.producer import Producer
from heygen_async.errors import (
    ConcurrencyLimitError,
    HeyGenError,
    InsufficientCreditError,
    RateLimitError,
    ServerError,
    UsageError,
    WaitError,
)
from heygen_async.models.job import Job, Look, Script
from heygen_async.models.outcome import Outcome, Video

HOUR = 3600.0
JOB = Job(avatar=Look("l"), speech=Script("Hello"))


class Works:
    """Makes jobs, some ten seconds each, and remembers who was at work."""

    def __init__(self) -> None:
        self.drawn: list[int] = []
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.cancelled: list[int] = []
        self.at_work = 0
        self.peak = 0
        self.refusal: HeyGenError = InsufficientCreditError("top up")
        self.poor: set[int] = set()
        self.bad: set[int] = set()
        self.buggy: set[int] = set()

    async def make(self, number: int) -> Outcome:
        self.begun.append(number)
        self.at_work += 1
        self.peak = max(self.peak, self.at_work)
        try:
            await asyncio.sleep(10.0 + number % 7)
        except asyncio.CancelledError:
            await asyncio.sleep(1.0)  # as a run does that still writes something down
            self.cancelled.append(number)
            raise
        finally:
            self.at_work -= 1
        self.ended.append(number)
        if number in self.buggy:
            raise ZeroDivisionError
        if number in self.poor:
            return Outcome(job=JOB, error=self.refusal)
        if number in self.bad:
            return Outcome(job=JOB, error=ServerError("no"))
        return Outcome(job=JOB, video=Video(id=str(number)))

    def numbers(self, many: int) -> Iterator[int]:
        for number in range(many):
            self.drawn.append(number)
            yield number

    async def slowly(self, many: int, pause: float = 0.5) -> AsyncIterator[int]:
        for number in self.numbers(many):
            await asyncio.sleep(pause)
            yield number


def lasting(error: WaitError) -> WaitError:
    """As it is after a pause beyond all patience."""
    error.beyond_patience = True
    return error


def producer(works: Works, jobs: object, window: int = 3) -> Producer[int]:
    return Producer(jobs, works.make, window=lambda: window)  # type: ignore[arg-type]


def tasks() -> set[str]:
    return {task.get_name() for task in asyncio.all_tasks()} & {
        "heygen-async batch",
        "heygen-async job",
    }


def ids(outcomes: list[Outcome]) -> list[int]:
    return sorted(int(outcome.unwrap().id) for outcome in outcomes)


@pytest.mark.parametrize("sort", ["list", "generator", "async"])
async def test_every_job_has_its_outcome_whatever_the_source(sort: str) -> None:
    works = Works()
    sources = {"list": list(range(20)), "generator": works.numbers(20), "async": works.slowly(20)}

    async with producer(works, sources[sort]) as outcomes, asyncio.timeout(HOUR):
        got = [outcome async for outcome in outcomes]

    assert ids(got) == list(range(20))
    assert tasks() == set()


async def test_no_jobs_have_no_outcomes() -> None:
    async with producer(Works(), []) as outcomes:
        assert [outcome async for outcome in outcomes] == []


async def test_outcomes_come_in_the_order_in_which_they_end() -> None:
    async def make(seconds: int) -> Outcome:
        await asyncio.sleep(seconds)
        return Outcome(job=JOB, video=Video(id=str(seconds)))

    async with Producer([30, 10, 20], make, window=lambda: 3) as outcomes:
        got = [outcome.unwrap().id async for outcome in outcomes]

    assert got == ["10", "20", "30"]


async def test_no_more_jobs_are_at_work_than_the_window_is_wide() -> None:
    works = Works()

    async with producer(works, works.numbers(50), window=4) as outcomes:
        got = [outcome async for outcome in outcomes]

    assert works.peak == 4
    assert len(got) == 50


async def test_no_more_jobs_are_drawn_than_the_window_is_wide() -> None:
    works = Works()

    async with producer(works, works.numbers(50), window=4):
        await asyncio.sleep(5.0)
        drawn = len(works.drawn)

    assert drawn == 4


async def test_outcomes_that_nobody_takes_hold_the_drawing_back() -> None:
    works = Works()

    async with producer(works, works.numbers(1_000_000), window=4) as outcomes:
        await asyncio.sleep(HOUR)
        before = len(works.begun)
        await anext(outcomes)
        await asyncio.sleep(HOUR)
        after = len(works.begun)

    assert (before, after) == (4, 5)


async def test_a_window_that_grows_lets_more_in() -> None:
    works = Works()
    width = 1

    async with Producer(works.numbers(40), works.make, window=lambda: width) as outcomes:
        await anext(outcomes)
        width = 5
        got = [outcome async for outcome in outcomes]

    assert works.peak == 5
    assert len(got) == 39


async def test_a_failed_job_is_an_outcome_and_the_others_go_on() -> None:
    works = Works()
    works.bad = {3, 4}

    async with producer(works, works.numbers(10)) as outcomes:
        got = [outcome async for outcome in outcomes]

    assert len(got) == 10
    assert sum(outcome.error is not None for outcome in got) == 2


# --- what stops it -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "refusal",
    [
        InsufficientCreditError("top up"),
        lasting(RateLimitError("in a day", retry_after=86_400.0)),
        lasting(ConcurrencyLimitError("in a day", retry_after=86_400.0)),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
async def test_what_is_refused_to_all_stops_the_drawing_and_what_is_under_way_ends(
    refusal: HeyGenError,
) -> None:
    works = Works()
    works.poor, works.refusal = {5}, refusal

    async with producer(works, works.numbers(1000)) as outcomes, asyncio.timeout(HOUR):
        got = [outcome async for outcome in outcomes]

    assert len(got) == len(works.begun) < 20
    assert works.cancelled == []
    assert [outcome.error for outcome in got if not outcome.done] == [refusal]


@pytest.mark.parametrize("seconds", [None, 200.0])
async def test_a_limit_within_all_patience_may_let_the_next_one_pass(
    seconds: float | None,
) -> None:
    works = Works()
    works.poor, works.refusal = {5}, RateLimitError("not now", retry_after=seconds)

    async with producer(works, works.numbers(100)) as outcomes:
        got = [outcome async for outcome in outcomes]

    assert len(got) == 100


async def test_an_empty_purse_ends_a_batch_whose_source_has_nothing_at_the_moment() -> None:
    works = Works()
    works.poor = {0}

    async def source() -> AsyncIterator[int]:
        yield 0
        await asyncio.Event().wait()

    async with producer(works, source()) as outcomes, asyncio.timeout(HOUR):
        got = [outcome async for outcome in outcomes]

    assert len(got) == 1


async def test_an_error_of_the_source_reaches_the_one_who_takes_after_the_outcomes() -> None:
    works = Works()

    def source() -> Iterator[int]:
        yield from range(3)
        raise LookupError("line 4 of the manifest")

    got: list[Outcome] = []
    with pytest.raises(LookupError, match="line 4"):
        async with producer(works, source(), window=2) as outcomes, asyncio.timeout(HOUR):
            async for outcome in outcomes:
                got.append(outcome)

    assert ids(got) == [0, 1, 2]
    assert works.cancelled == []
    assert tasks() == set()


async def test_an_error_of_an_async_source_reaches_the_one_who_takes() -> None:
    works = Works()

    async def source() -> AsyncIterator[int]:
        yield 1
        raise LookupError

    with pytest.raises(LookupError):
        async with producer(works, source()) as outcomes:
            async for _ in outcomes:
                pass


async def test_an_error_of_the_source_is_not_lost_on_one_who_takes_nothing() -> None:
    def source() -> Iterator[int]:
        raise LookupError
        yield 1

    with pytest.raises(LookupError):
        async with producer(Works(), source()):
            await asyncio.sleep(1.0)


async def test_two_with_an_empty_purse_stop_it_once() -> None:
    works = Works()
    works.poor = {0, 7}

    async with producer(works, works.numbers(1000), window=8) as outcomes, asyncio.timeout(HOUR):
        got = [outcome async for outcome in outcomes]

    assert len(got) == len(works.begun) < 20
    assert sum(outcome.error is not None for outcome in got) == 2


async def test_an_empty_purse_after_the_last_job_was_drawn_changes_nothing() -> None:
    works = Works()
    works.poor = {0, 1}

    async with producer(works, works.numbers(3)) as outcomes, asyncio.timeout(HOUR):
        got = [outcome async for outcome in outcomes]

    assert len(got) == 3


async def test_the_impatience_of_a_source_is_its_error_and_no_end() -> None:
    works = Works()

    async def source() -> AsyncIterator[int]:
        yield 1
        raise TimeoutError("the queue is silent")

    with pytest.raises(TimeoutError, match="silent"):
        async with producer(works, source()) as outcomes:
            async for _ in outcomes:
                pass

    assert works.ended == [1]


async def test_a_bug_reaches_the_one_who_takes_and_cancels_the_rest() -> None:
    works = Works()
    works.buggy = {4}

    with pytest.raises(ZeroDivisionError):
        async with producer(works, works.numbers(1000)) as outcomes, asyncio.timeout(HOUR):
            async for _ in outcomes:
                pass

    assert works.at_work == 0
    assert len(works.begun) < 20
    assert tasks() == set()


async def test_the_end_stays_the_end() -> None:
    async with producer(Works(), [1]) as outcomes:
        assert [outcome async for outcome in outcomes] != []
        assert [outcome async for outcome in outcomes] == []
        with pytest.raises(StopAsyncIteration):
            await anext(outcomes)


# --- leaving early -------------------------------------------------------------------------------


async def test_leaving_early_cancels_the_rest_and_waits_until_it_has_ended() -> None:
    works = Works()

    async with producer(works, works.numbers(1000), window=5) as outcomes:
        async for _ in outcomes:
            break

    assert works.at_work == 0
    assert len(works.begun) == len(works.ended) + len(works.cancelled)
    assert works.cancelled
    assert tasks() == set()


async def test_leaving_at_once_begins_nothing() -> None:
    works = Works()

    async with producer(works, works.numbers(10)):
        pass

    assert works.begun == []
    assert tasks() == set()


async def test_the_error_of_the_block_is_the_one_that_is_raised() -> None:
    works = Works()

    with pytest.raises(KeyError):
        async with producer(works, works.numbers(10)):
            await asyncio.sleep(1.0)
            raise KeyError

    assert len(works.cancelled) == 3
    assert tasks() == set()


async def gone() -> None:
    """Awaits something that was cancelled by somebody else."""
    task = asyncio.create_task(asyncio.sleep(HOUR))
    task.cancel()
    await task


async def test_a_source_that_is_cancelled_from_within_is_no_end() -> None:
    works = Works()

    async def source() -> AsyncIterator[int]:
        for number in works.numbers(2):
            yield number
        await gone()

    taken = []
    with pytest.raises(UsageError, match="source of the jobs was cancelled"):
        async with producer(works, source()) as outcomes, asyncio.timeout(HOUR):
            async for outcome in outcomes:
                taken.append(outcome)

    assert ids(taken) == [0, 1]
    assert tasks() == set()


async def test_a_job_that_is_cancelled_from_within_does_not_hold_up_the_batch_for_ever() -> None:
    async def make(number: int) -> Outcome:
        if number == 1:
            await gone()
        return Outcome(job=JOB, error=ServerError("no"))

    with pytest.raises(UsageError, match="a job was cancelled"):
        async with Producer(range(5), make, window=lambda: 1) as outcomes, asyncio.timeout(HOUR):
            async for _ in outcomes:
                pass

    assert tasks() == set()


async def test_a_source_that_does_not_mind_being_cancelled_is_drawn_from_no_more() -> None:
    works = Works()

    async def source() -> AsyncIterator[int]:
        for number in works.numbers(1000):
            yield number
            try:
                await asyncio.sleep(1.0)
            except asyncio.CancelledError:
                continue

    async with asyncio.timeout(HOUR):
        async with producer(works, source(), window=500):
            await asyncio.sleep(5.5)

    assert len(works.drawn) < 10
    assert works.at_work == 0
    assert tasks() == set()


async def test_cancelling_once_more_while_it_is_left_leaves_nobody_behind() -> None:
    works = Works()

    async def consume() -> None:
        async with producer(works, works.numbers(10)):
            await asyncio.sleep(HOUR)

    task = asyncio.create_task(consume())
    await asyncio.sleep(5.0)
    task.cancel()
    await asyncio.sleep(0.5)
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert works.at_work == 0
    assert tasks() == set()


async def test_a_cancelled_consumer_cancels_what_is_under_way() -> None:
    works = Works()

    async def consume() -> None:
        async with producer(works, works.numbers(1000)) as outcomes:
            async for _ in outcomes:
                pass

    task = asyncio.create_task(consume())
    await asyncio.sleep(25.0)
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert works.at_work == 0
    assert len(works.begun) == len(works.ended) + len(works.cancelled)
    assert tasks() == set()


async def test_in_a_task_group_the_failure_of_a_sibling_ends_the_batch() -> None:
    works = Works()

    async def consume() -> None:
        async with producer(works, works.numbers(1000)) as outcomes:
            async for _ in outcomes:
                pass

    async def sibling() -> None:
        await asyncio.sleep(15.0)
        raise KeyError

    with pytest.raises(ExceptionGroup) as caught:
        async with asyncio.TaskGroup() as group:
            group.create_task(consume())
            group.create_task(sibling())

    assert caught.group_contains(KeyError)
    assert works.at_work == 0
    assert tasks() == set()


async def test_two_may_take_from_one_batch() -> None:
    works = Works()
    got: list[list[Outcome]] = [[], []]

    async with producer(works, works.numbers(30)) as outcomes, asyncio.timeout(HOUR):

        async def consume(mine: list[Outcome]) -> None:
            async for outcome in outcomes:
                mine.append(outcome)

        await asyncio.gather(*(consume(mine) for mine in got))

    assert ids(got[0] + got[1]) == list(range(30))


async def test_a_batch_is_run_once() -> None:
    batch = producer(Works(), [1])
    async with batch:
        pass

    with pytest.raises(UsageError, match="one run"):
        async with batch:
            pass
