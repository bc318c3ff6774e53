from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from heygen_async.errors import (
    AuthenticationError,
    DeadlineError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
    PermissionDeniedError,
    ProtocolError,
    ServerError,
    UsageError,
)
from heygen_async.models.policies import PollPolicy
from heygen_async.models.state import JobState, Progress
from heygen_async.waiting import Multiplexer
from heygen_async.waiting.deadlines import Turn

RUNNING = JobState(Progress.RUNNING, "processing")
DONE = JobState(Progress.DONE, "completed")
FAILED = JobState(Progress.FAILED, "failed", "rendering_failed", "out of pixels")
GONE = JobState(Progress.GONE, "not_found")

HOUR = 3600.0


# Not the defaults: what is tested is how looks follow from a policy, not which one is good.
POLICY = PollPolicy(price=1.0, floor=1.0, ceiling=60.0)


class Farm:
    """Jobs that end at a loop time; tells who asks, and remembers when it was asked."""

    def __init__(self) -> None:
        self.ends: dict[str, tuple[float, JobState]] = {}
        self.errors: list[Exception] = []
        self.looks: list[tuple[float, tuple[str, ...]]] = []
        self.latency = 0.0
        self.looked = asyncio.Event()

    def begin(self, name: str, seconds: float, state: JobState = DONE) -> str:
        self.ends[name] = (asyncio.get_running_loop().time() + seconds, state)
        return name

    @property
    def times(self) -> list[float]:
        return [at for at, _ in self.looks]

    async def look(self, ids: Sequence[str]) -> Mapping[str, JobState]:
        loop = asyncio.get_running_loop()
        self.looks.append((loop.time(), tuple(ids)))
        self.looked.set()
        await asyncio.sleep(self.latency)
        if self.errors:
            raise self.errors.pop(0)
        return {name: self._state(name, loop.time()) for name in ids if name in self.ends}

    def _state(self, name: str, now: float) -> JobState:
        end, state = self.ends[name]
        return state if now >= end else RUNNING


@asynccontextmanager
async def multiplexer(
    farm: Farm, *, policy: PollPolicy | None = None, usual: float = 180.0
) -> AsyncIterator[Multiplexer]:
    waiting = Multiplexer("video", farm.look, policy=policy or POLICY, usual=usual)
    try:
        yield waiting
    finally:
        await waiting.close()


def looking() -> list[asyncio.Task[object]]:
    return [one for one in asyncio.all_tasks() if one.get_name() == "heygen-async wait video"]


# --- what ends a wait ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", [DONE, FAILED])
async def test_a_settled_job_ends_the_wait_with_the_state_it_settled_in(state: JobState) -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        seen = await waiting.wait(farm.begin("v1", 200.0, state))

    assert seen == state


async def test_two_who_wait_for_one_job_are_both_told_by_the_same_looks() -> None:
    farm = Farm()
    farm.begin("v1", 200.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        seen = await asyncio.gather(waiting.wait("v1"), waiting.wait("v1"))

    assert seen == [DONE, DONE]
    assert all(ids == ("v1",) for _, ids in farm.looks)


async def test_a_word_that_nobody_knows_goes_on_with_the_wait() -> None:
    farm = Farm()
    farm.begin("v1", 50.0, JobState(Progress.RUNNING, "polishing"))

    async with multiplexer(farm) as waiting:
        wait = asyncio.create_task(waiting.wait("v1"))
        await asyncio.sleep(400.0)
        still = not wait.done()
        farm.begin("v1", 10.0)
        async with asyncio.timeout(HOUR):
            seen = await wait

    assert still
    assert seen == DONE


async def test_a_job_that_the_look_is_silent_about_goes_on() -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting:
        wait = asyncio.create_task(waiting.wait("v1"))
        await asyncio.sleep(400.0)
        still = not wait.done()
        farm.begin("v1", 0.0)
        async with asyncio.timeout(HOUR):
            await wait

    assert still


async def test_gone_counts_only_once_it_was_said_twice_in_a_row() -> None:
    farm = Farm()
    said = iter([GONE, RUNNING, GONE, GONE])

    async def look(ids: Sequence[str]) -> Mapping[str, JobState]:
        farm.looks.append((0.0, tuple(ids)))
        return {"v1": next(said)}

    waiting = Multiplexer("video", look, policy=PollPolicy(), usual=180.0)
    async with asyncio.timeout(HOUR):
        seen = await waiting.wait("v1")
    await waiting.close()

    assert seen == GONE
    assert len(farm.looks) == 4


# --- failed looks --------------------------------------------------------------------------------


async def test_failed_looks_never_end_a_wait_and_come_with_growing_pauses() -> None:
    farm = Farm()
    farm.errors = [ServerError("status failed: 500") for _ in range(8)]
    farm.begin("v1", 1.0)

    async with multiplexer(farm, usual=1.0) as waiting, asyncio.timeout(HOUR):
        seen = await waiting.wait("v1")

    pauses = [later - earlier for earlier, later in pairwise(farm.times)]
    assert seen == DONE
    assert len(farm.looks) == 9
    assert all(later >= earlier for earlier, later in pairwise(pauses))
    assert pauses[0] >= 2.0
    assert max(pauses) == pytest.approx(60.0)


async def test_a_wait_outlives_a_day_in_which_every_look_fails() -> None:
    farm = Farm()
    farm.errors = [ServerError("status failed: 503") for _ in range(1440)]
    farm.begin("v1", 1.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(48 * HOUR):
        seen = await waiting.wait("v1")

    assert seen == DONE
    assert not farm.errors


@pytest.mark.parametrize("kind", [AuthenticationError, PermissionDeniedError])
async def test_refused_credentials_end_all_waits_at_once(kind: type[Exception]) -> None:
    farm = Farm()
    farm.errors = [kind("no such key")]

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        ended = await asyncio.gather(
            *(waiting.wait(f"v{number}") for number in range(300)), return_exceptions=True
        )

    assert {type(error) for error in ended} == {kind}
    assert len(farm.looks) == 1


async def test_waiting_works_again_after_the_credentials_were_refused() -> None:
    farm = Farm()
    farm.errors = [AuthenticationError("no such key")]
    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        with pytest.raises(AuthenticationError):
            await waiting.wait("v1")

        seen = await waiting.wait(farm.begin("v1", 5.0))

    assert seen == DONE


async def test_a_bug_in_the_look_reaches_all_who_wait_and_the_next_wait_looks_again() -> None:
    farm = Farm()
    farm.errors = [ValueError("a bug")]

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        ended = await asyncio.gather(waiting.wait("v1"), waiting.wait("v2"), return_exceptions=True)
        seen = await waiting.wait(farm.begin("v3", 5.0))

    assert [type(error) for error in ended] == [ValueError, ValueError]
    assert seen == DONE


# --- looks that are refused because of one job ---------------------------------------------------


class Picky(Farm):
    """A farm that refuses every look at some jobs."""

    def __init__(self, refused: Mapping[str, type[HeyGenError]]) -> None:
        super().__init__()
        self.refused = dict(refused)

    async def look(self, ids: Sequence[str]) -> Mapping[str, JobState]:
        seen = await super().look(ids)
        for name in ids:
            if name in self.refused:
                raise self.refused[name](f"no look at {len(ids)}")
        return seen


@pytest.mark.parametrize("kind", [InvalidRequestError, ProtocolError])
async def test_a_job_that_spoils_every_look_keeps_no_other_waiting(kind: type[HeyGenError]) -> None:
    farm = Picky({"v37": kind})
    for number in range(100):
        farm.begin(f"v{number}", 100.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(10 * HOUR):
        waits = [
            asyncio.create_task(waiting.wait(f"v{number}", timeout=HOUR)) for number in range(100)
        ]
        await asyncio.sleep(300.0)
        seen = [wait for wait in waits if wait.done()]
        looks = len(farm.looks)
        ended = await asyncio.gather(*waits, return_exceptions=True)

    assert len(seen) == 99
    assert isinstance(ended.pop(37), DeadlineError)
    assert ended == [DONE] * 99
    # Halving finds it once; from then on it is one request more with each look.
    assert looks < 150


async def test_many_jobs_that_spoil_every_look_are_found_in_a_few_looks() -> None:
    farm = Picky({f"v{number}": InvalidRequestError for number in range(0, 100, 3)})
    for number in range(100):
        farm.begin(f"v{number}", 100.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(10 * HOUR):
        ended = await asyncio.gather(
            *(waiting.wait(f"v{number}", timeout=600.0) for number in range(100)),
            return_exceptions=True,
        )

    assert [error == DONE for error in ended] == [number % 3 != 0 for number in range(100)]


async def test_a_job_that_is_no_longer_refused_is_seen_again() -> None:
    farm = Picky({"v1": InvalidRequestError})
    for name in ("v1", "v2", "v3"):
        farm.begin(name, 400.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        waits = [asyncio.create_task(waiting.wait(name)) for name in ("v1", "v2", "v3")]
        await asyncio.sleep(200.0)
        alone = ("v1",) in [ids for _, ids in farm.looks]
        farm.refused.clear()
        seen = await asyncio.gather(*waits)

    assert alone
    assert seen == [DONE] * 3
    assert ("v1", "v2", "v3") in [tuple(sorted(ids)) for _, ids in farm.looks[4:]]


async def test_what_cannot_be_an_id_ends_the_wait_for_it_and_no_other() -> None:
    farm = Picky({"..": InvalidInputError})
    for name in ("v1", "v2", ".."):
        farm.begin(name, 50.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        ended = await asyncio.gather(
            *(waiting.wait(name) for name in ("v1", "..", "v2", "..")), return_exceptions=True
        )

    assert [ended[0], ended[2]] == [DONE, DONE]
    assert [type(ended[1]), type(ended[3])] == [InvalidInputError] * 2


async def test_a_server_that_refuses_every_look_is_asked_at_a_bounded_price() -> None:
    names = [f"v{number}" for number in range(100)]
    farm = Picky(dict.fromkeys(names, InvalidRequestError))
    for name in names:
        farm.begin(name, 50.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(10 * HOUR):
        waits = [asyncio.create_task(waiting.wait(name)) for name in names]
        await asyncio.sleep(HOUR)
        looks = len(farm.looks)
        farm.refused.clear()
        seen = await asyncio.gather(*waits)

    assert seen == [DONE] * 100
    assert looks < 17 * 70


# --- deadlines, leaving, closing -----------------------------------------------------------------


async def test_a_deadline_error_says_what_was_waited_for_and_what_was_seen_last() -> None:
    farm = Farm()
    farm.begin("v1", 10 * HOUR)

    async with multiplexer(farm) as waiting:
        with pytest.raises(DeadlineError) as caught:
            await waiting.wait("v1", timeout=600.0)

    error = caught.value
    assert (error.kind, error.id, error.waited) == ("video", "v1", 600.0)
    assert error.last_status == "processing"
    assert isinstance(error, TimeoutError)
    assert "video v1 has not settled after 600 s" in error.message
    assert "again" in error.message


async def test_a_deadline_before_the_first_look_says_that_nothing_was_seen() -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting:
        with pytest.raises(DeadlineError, match="never seen") as caught:
            await waiting.wait("v1", timeout=0.5)

    assert caught.value.last_status is None


async def test_a_timeout_of_zero_is_over_at_once() -> None:
    farm = Farm()
    farm.begin("v1", 100.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(1.0):
        with pytest.raises(DeadlineError):
            await waiting.wait("v1", timeout=0)


async def test_the_impatience_of_one_does_not_end_the_wait_of_another_for_the_same_job() -> None:
    farm = Farm()
    farm.begin("v1", 300.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        hasty, patient = await asyncio.gather(
            waiting.wait("v1", timeout=10.0), waiting.wait("v1"), return_exceptions=True
        )

    assert isinstance(hasty, DeadlineError)
    assert patient == DONE


async def test_after_a_deadline_the_same_job_can_be_waited_for_again() -> None:
    farm = Farm()
    farm.begin("v1", 300.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        with pytest.raises(DeadlineError):
            await waiting.wait("v1", timeout=10.0)
        seen = await waiting.wait("v1", age=10.0)

    assert seen == DONE


async def test_one_who_leaves_harms_nobody() -> None:
    farm = Farm()
    for name in ("v1", "v2"):
        farm.begin(name, 300.0)

    async with multiplexer(farm) as waiting:
        leaving = [asyncio.create_task(waiting.wait(name)) for name in ("v1", "v2")]
        staying = asyncio.create_task(waiting.wait("v1"))
        await asyncio.sleep(1.0)
        for task in leaving:
            task.cancel()
        await asyncio.wait(leaving)
        left = waiting.waiting
        async with asyncio.timeout(HOUR):
            seen = await staying

    assert left == 1
    assert seen == DONE
    assert all("v2" not in ids for _, ids in farm.looks)


async def test_a_thousand_who_leave_one_job_do_not_look_at_each_other() -> None:
    farm = Farm()
    farm.begin("v1", 300.0)
    asked = 0

    def done(turn: Turn[JobState]) -> bool:
        nonlocal asked
        asked += 1
        return asyncio.Future.done(turn)

    async with multiplexer(farm) as waiting:
        leaving = [asyncio.create_task(waiting.wait("v1", timeout=HOUR)) for _ in range(1000)]
        staying = asyncio.create_task(waiting.wait("v1"))
        await asyncio.sleep(1.0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Turn, "done", done)
            for task in leaving:
                task.cancel()
            await asyncio.wait(leaving)
        turns = len(waiting._waiters["v1"].turns)
        async with asyncio.timeout(HOUR):
            seen = await staying

    assert seen == DONE
    assert turns <= 2
    assert asked < 10 * 1000


async def test_one_who_leaves_during_a_look_harms_nobody() -> None:
    farm = Farm()
    farm.latency = 5.0
    for name in ("v1", "v2"):
        farm.begin(name, 0.0)

    async with multiplexer(farm) as waiting:
        tasks = [asyncio.create_task(waiting.wait(name)) for name in ("v1", "v2")]
        await farm.looked.wait()
        tasks[0].cancel()
        async with asyncio.timeout(HOUR):
            seen = await tasks[1]

    assert tasks[0].cancelled()
    assert seen == DONE


async def test_one_who_comes_back_during_the_look_that_he_left_is_told() -> None:
    farm = Farm()
    farm.latency = 5.0
    farm.begin("v1", 0.0)

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        leaving = asyncio.create_task(waiting.wait("v1"))
        await farm.looked.wait()
        leaving.cancel()
        await asyncio.wait([leaving])
        seen = await waiting.wait("v1")

    assert seen == DONE


async def test_the_task_ends_when_nobody_waits_any_more() -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        await waiting.wait(farm.begin("v1", 5.0))
        await asyncio.sleep(0)

        assert waiting.waiting == 0
        assert looking() == []


async def test_the_task_ends_soon_after_the_last_one_left() -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting:
        wait = asyncio.create_task(waiting.wait(farm.begin("v1", HOUR)))
        await asyncio.sleep(1.0)
        wait.cancel()
        await asyncio.sleep(61.0)

        assert looking() == []
        assert farm.looks == []


async def test_closing_tells_those_who_still_wait_and_refuses_new_ones() -> None:
    farm = Farm()
    async with multiplexer(farm) as waiting:
        wait = asyncio.create_task(waiting.wait(farm.begin("v1", HOUR)))
        await asyncio.sleep(1.0)

        await waiting.close()

        with pytest.raises(UsageError, match="closed while waiting"):
            await wait
        with pytest.raises(UsageError, match="closed"):
            await waiting.wait("v2")
        assert looking() == []


async def test_closing_during_a_look_ends_the_look() -> None:
    farm = Farm()
    farm.latency = HOUR
    async with multiplexer(farm) as waiting:
        wait = asyncio.create_task(waiting.wait(farm.begin("v1", 0.0)))
        await farm.looked.wait()
        began = asyncio.get_running_loop().time()

        await waiting.close()

        assert asyncio.get_running_loop().time() == began
        with pytest.raises(UsageError):
            await wait


# --- nudges --------------------------------------------------------------------------------------


async def test_a_nudge_brings_the_next_look_at_once() -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting:
        wait = asyncio.create_task(waiting.wait(farm.begin("v1", 3.0)))
        await asyncio.sleep(3.0)
        waiting.nudge("v1")
        await asyncio.sleep(0.001)

        assert wait.done()
        assert await wait == DONE


async def test_a_nudge_is_not_believed_by_itself() -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting:
        wait = asyncio.create_task(waiting.wait(farm.begin("v1", 300.0)))
        await asyncio.sleep(3.0)
        waiting.nudge("v1")
        await asyncio.sleep(1.0)
        still = not wait.done()
        async with asyncio.timeout(HOUR):
            seen = await wait

    assert still
    assert seen == DONE


async def test_a_nudge_for_one_job_leaves_the_others_watched() -> None:
    farm = Farm()
    for number in range(5):
        farm.begin(f"v{number}", 100.0 + number)

    async with multiplexer(farm) as waiting:
        waits = [asyncio.create_task(waiting.wait(f"v{number}")) for number in range(5)]
        await asyncio.sleep(5.0)
        waiting.nudge("v2")
        async with asyncio.timeout(HOUR):
            seen = await asyncio.gather(*waits)

    assert seen == [DONE] * 5


async def test_a_nudge_reaches_a_job_behind_the_first_hundred() -> None:
    farm = Farm()
    for number in range(1000):
        farm.begin(f"v{number}", 3.0 if number == 999 else 10 * HOUR)

    async with multiplexer(farm) as waiting:
        waits = [
            asyncio.create_task(waiting.wait(f"v{number}", expected=100.0 + number))
            for number in range(1000)
        ]
        await asyncio.sleep(5.0)
        waiting.nudge("v999")
        await asyncio.sleep(0.001)
        done = waits[999].done()

    await asyncio.wait(waits)
    assert done
    assert [type(wait.exception()) for wait in waits[:999]] == [UsageError] * 999


async def test_a_nudge_during_a_look_brings_another_look_at_once() -> None:
    farm = Farm()
    farm.latency = 10.0

    async with multiplexer(farm) as waiting:
        wait = asyncio.create_task(waiting.wait(farm.begin("v1", HOUR)))
        await farm.looked.wait()
        farm.begin("v1", 10.5)
        waiting.nudge("v1")
        await asyncio.sleep(21.0)

        assert wait.done()
        assert len(farm.looks) == 2


async def test_a_nudge_may_come_before_its_waiter() -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        waiting.nudge("v1")
        await waiting.wait(farm.begin("v1", 0.0))
        first = list(farm.times)
        other = asyncio.create_task(waiting.wait(farm.begin("v2", 500.0)))
        await asyncio.sleep(100.0)
        waiting.nudge("v3")
        began = asyncio.get_running_loop().time()
        await waiting.wait(farm.begin("v3", 0.0))

        assert first[0] == farm.times[0]
        assert asyncio.get_running_loop().time() == began
        await other


async def test_nudges_for_what_is_never_waited_for_do_not_fill_the_memory() -> None:
    async with multiplexer(Farm()) as waiting:
        for number in range(30_000):
            waiting.nudge(f"v{number}")

        assert len(waiting._early) <= 10_000


async def test_a_nudge_for_a_job_that_nobody_waits_for_changes_nothing() -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting:
        waiting.nudge("v9")
        wait = asyncio.create_task(waiting.wait(farm.begin("v1", 300.0)))
        await asyncio.sleep(1.0)
        waiting.nudge("v9")
        await asyncio.sleep(1.0)

        assert farm.looks == []
        wait.cancel()


# --- the price -----------------------------------------------------------------------------------


async def test_an_hour_of_waiting_costs_few_looks() -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting, asyncio.timeout(2 * HOUR):
        await waiting.wait(farm.begin("v1", HOUR), expected=HOUR)

    assert 1 <= len(farm.looks) <= 60


async def test_hundreds_who_wait_share_looks_of_at_most_a_hundred_jobs() -> None:
    farm = Farm()
    for number in range(1000):
        farm.begin(f"v{number}", 120.0 + number / 10)

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        seen = await asyncio.gather(*(waiting.wait(f"v{number}") for number in range(1000)))

    assert seen == [DONE] * 1000
    assert max(len(ids) for _, ids in farm.looks) == 100
    assert len(farm.looks) < 300


async def test_a_thousand_who_wait_for_one_job_cost_what_one_costs() -> None:
    alone, together = Farm(), Farm()
    for farm, many in ((alone, 1), (together, 1000)):
        farm.begin("v1", 300.0)
        async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
            await asyncio.gather(*(waiting.wait("v1") for _ in range(many)))

    assert len(together.looks) == len(alone.looks)


async def test_no_two_looks_are_closer_than_the_floor_and_no_pause_exceeds_the_ceiling() -> None:
    farm = Farm()
    policy = PollPolicy(floor=2.0, ceiling=30.0)
    for number in range(50):
        farm.begin(f"v{number}", 20.0 + 10 * number)

    async with multiplexer(farm, policy=policy) as waiting, asyncio.timeout(HOUR):
        await asyncio.gather(*(waiting.wait(f"v{number}") for number in range(50)))

    pauses = [later - earlier for earlier, later in pairwise(farm.times)]
    assert min(pauses) >= 2.0 - 1e-6
    assert max(pauses) <= 30.0 + 1e-6


async def test_a_short_job_that_comes_late_is_looked_at_before_the_long_ones_are_due() -> None:
    farm = Farm()
    policy = PollPolicy(ceiling=7200.0)
    async with multiplexer(farm, policy=policy) as waiting:
        long = asyncio.create_task(waiting.wait(farm.begin("long", 2 * HOUR), expected=2 * HOUR))
        await asyncio.sleep(5.0)
        began = asyncio.get_running_loop().time()

        async with asyncio.timeout(HOUR):
            await waiting.wait(farm.begin("short", 20.0), expected=20.0)

        assert asyncio.get_running_loop().time() - began < 40.0
        long.cancel()


async def test_what_ended_teaches_when_to_look_at_the_next() -> None:
    farm = Farm()

    async with multiplexer(farm, usual=10.0) as waiting, asyncio.timeout(100 * HOUR):
        for number in range(30):
            await waiting.wait(farm.begin(f"v{number}", 600.0))
        before = len(farm.looks)
        await waiting.wait(farm.begin("last", 600.0))

    first = sum(1 for _, ids in farm.looks if ids == ("v0",))
    assert len(farm.looks) - before < first


async def test_the_age_of_a_job_that_was_begun_earlier_counts() -> None:
    farm = Farm()
    policy = PollPolicy(ceiling=1e4)

    async with multiplexer(farm, policy=policy, usual=1000.0) as waiting:
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(HOUR):
            await waiting.wait(farm.begin("v1", 0.0), age=990.0)

        assert asyncio.get_running_loop().time() - began < 100.0


@pytest.mark.parametrize("age", [200.0, 3600.0, 36_000.0])
async def test_a_job_that_should_have_ended_long_ago_is_looked_at_at_once(age: float) -> None:
    farm = Farm()

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        began = asyncio.get_running_loop().time()
        await waiting.wait(farm.begin("v1", 0.0), age=age, expected=30.0)

        assert asyncio.get_running_loop().time() - began <= POLICY.floor


async def test_what_ended_while_nobody_looked_teaches_nothing_about_how_long_it_takes() -> None:
    async def looks(*, before: bool) -> list[float]:
        farm = Farm()
        async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
            for number in range(5 if before else 0):
                await waiting.wait(farm.begin(f"old{number}", 0.0), age=36_000.0, expected=30.0)
            farm.looks.clear()
            began = asyncio.get_running_loop().time()
            await waiting.wait(farm.begin("v1", 30.0), expected=30.0)
            return [at - began for at in farm.times]

    assert await looks(before=True) == await looks(before=False)


async def test_those_who_wait_are_told_an_error_of_their_own_each() -> None:
    farm = Farm()
    farm.errors = [AuthenticationError("no", status=401)]

    async with multiplexer(farm) as waiting, asyncio.timeout(HOUR):
        told = await asyncio.gather(
            *(waiting.wait(farm.begin(name, 10.0)) for name in "abc"), return_exceptions=True
        )

    assert {type(error) for error in told} == {AuthenticationError}
    assert len({id(error) for error in told}) == 3


async def test_the_pace_of_a_simulator_scales_what_is_expected() -> None:
    farm = Farm()
    policy = PollPolicy().faster(60.0)

    async with multiplexer(farm, policy=policy, usual=180.0) as waiting, asyncio.timeout(60.0):
        began = asyncio.get_running_loop().time()
        await waiting.wait(farm.begin("v1", 3.0))
        took = asyncio.get_running_loop().time() - began

    assert took < 4.0
    assert math.isfinite(took)
