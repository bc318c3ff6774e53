from __future__ import annotations

import asyncio
from typing import Any

import pytest

from heygen_async.errors import (
    BudgetError,
    ConcurrencyLimitError,
    InsufficientCreditError,
    InvalidInputError,
    JobFailedError,
    UncertainError,
)
from heygen_async.models.events import Absent, Declined, Failed, Intended, Lost, Settled
from heygen_async.models.outcome import Spent
from heygen_async.models.state import JobState, Progress
from heygen_async.pipeline.budget import Budget

# The tests' World is in conftest.py.
World = Any

INTENDED = Intended(at=0.0, key="k", attempt=1, price=3.0)
FAILED = JobState(Progress.FAILED, "failed", "rendering_failed")


@pytest.mark.parametrize("cap", [0, -1.0])
def test_a_cap_has_to_leave_something(cap: float) -> None:
    with pytest.raises(InvalidInputError, match="budget must be more than 0"):
        Budget(cap)


def test_without_a_cap_everything_may_be_spent() -> None:
    budget = Budget()
    budget.note("a", INTENDED)

    budget.check("b", 1e12)

    assert (budget.cap, budget.reserved) == (None, 3.0)


def test_what_is_spent_is_told_once_and_not_again_when_it_is_read_back() -> None:
    told: list[Spent] = []
    settled = Settled(at=0.0, result={}, price=2.5)
    budget, later = Budget(tell=told.append), Budget(tell=told.append)

    for event in (INTENDED, settled):
        budget.note("video:a", event)
        later.recall("video:a", event)

    assert told == [Spent(stream="video:a", price=2.5)]
    assert (budget.spent, later.spent) == (2.5, 2.5)


@pytest.mark.parametrize(
    ("events", "spent", "reserved"),
    [
        ([INTENDED], 0.0, 3.0),
        ([INTENDED, INTENDED], 0.0, 3.0),
        ([INTENDED, Lost(at=0.0, reason="r")], 0.0, 3.0),
        ([INTENDED, Settled(at=0.0, result={}, price=2.5)], 2.5, 0.0),
        ([INTENDED, Declined(at=0.0, reason="r")], 0.0, 0.0),
        ([INTENDED, Absent(at=0.0)], 0.0, 0.0),
        ([INTENDED, Failed(at=0.0, error="VideoFailedError", message="m")], 0.0, 0.0),
        ([INTENDED, Failed(at=0.0, error="E", message="m", code="cancelled", ref="v")], 3.0, 0.0),
        ([INTENDED, Failed(at=0.0, error="NotFoundError", message="m", ref="v")], 3.0, 0.0),
        # Refused, so nothing was taken: what was not found is something that it refers to.
        (
            [INTENDED, Failed(at=0.0, error="NotFoundError", message="m", code="not_found")],
            0.0,
            0.0,
        ),
    ],
)
def test_what_may_have_been_spent_counts_until_it_is_known_not_to_be(
    events: list[Any], spent: float, reserved: float
) -> None:
    budget = Budget(100.0)

    for event in events:
        budget.note("video:a", event)

    assert (budget.spent, budget.reserved) == (spent, reserved)


def test_the_cap_can_be_reached_and_not_passed() -> None:
    budget = Budget(10.0)
    budget.note("a", INTENDED)
    budget.note("b", Settled(at=0.0, result={}, price=2.0))

    budget.check("c", 5.0)
    with pytest.raises(BudgetError) as caught:
        budget.check("c", 5.01)

    error = caught.value
    assert (error.cap, error.committed, error.asked) == (10.0, 5.0, 5.01)
    assert "budget of 10 would be exceeded: 2.00 is spent, 3.00 reserved" in error.message
    assert "Resume with a larger budget" in error.message


def test_a_replay_is_not_reserved_twice() -> None:
    budget = Budget(3.0)
    budget.note("a", INTENDED)

    budget.check("a", 3.0)


def test_many_small_reservations_leave_no_residue() -> None:
    budget = Budget(10.0)

    for number in range(1000):
        budget.note(f"v{number}", Intended(at=0.0, key="k", attempt=1, price=0.1))
    for number in range(1000):
        budget.note(f"v{number}", Declined(at=0.0, reason="r"))

    assert budget.reserved == 0.0


# --- in the runner's hands -----------------------------------------------------------------------


async def test_what_would_exceed_the_budget_is_not_sent_and_not_written(world: World) -> None:
    world.begin(budget=Budget(5.0))

    with pytest.raises(BudgetError):
        await world.settle(world.video(price=5.01, needs={}))

    assert world.server.requests == []
    assert await world.journal.events("video:hello") == []
    assert world.idle


async def test_runs_at_the_same_time_never_reserve_more_than_the_cap(world: World) -> None:
    world.begin(budget=Budget(10.0))

    ended = await asyncio.gather(
        *(world.settle(world.video(f"v{n}", price=3.0, needs={})) for n in range(20)),
        return_exceptions=True,
    )

    assert sum(isinstance(result, dict) for result in ended) == 3
    assert {type(error) for error in ended if isinstance(error, Exception)} == {BudgetError}
    assert sum(world.server.charges.values()) == 3
    assert (world.budget.spent, world.budget.reserved) == (9.0, 0.0)


async def test_a_budget_takes_what_it_did_cost_in_place_of_what_it_might_have(
    world: World,
) -> None:
    world.begin(budget=Budget(10.0))

    await world.settle(world.video(price=9.0, cost=1.5, needs={}))
    await world.settle(world.video("second", price=8.0, cost=1.5, needs={}))

    assert (world.budget.spent, world.budget.reserved) == (3.0, 0.0)


async def test_refused_and_failed_jobs_give_their_reservation_back(world: World) -> None:
    world.begin(budget=Budget(10.0))
    world.server.faults["video:poor"] = [InsufficientCreditError("top up")]
    world.server.faults["video:full"] = [ConcurrencyLimitError("full")] * 3
    world.server.ends["video:bad"] = [FAILED]

    with pytest.raises(InsufficientCreditError):
        await world.settle(world.video("poor", price=9.0, needs={}))
    with pytest.raises(JobFailedError):
        await world.settle(world.video("bad", price=9.0, needs={}))
    await world.settle(world.video("full", price=9.0, cost=1.0, needs={}))

    assert (world.budget.spent, world.budget.reserved) == (1.0, 0.0)


async def test_an_uncertain_job_stays_reserved_and_its_replay_needs_no_more(world: World) -> None:
    world.begin(budget=Budget(10.0))
    world.server.faults["video:hello"] = ["lost"]
    with pytest.raises(UncertainError):
        await world.settle(world.video(price=9.0, needs={}))
    reserved = world.budget.reserved
    with pytest.raises(BudgetError):
        await world.settle(world.video("other", price=2.0, needs={}))

    await world.settle(world.video(price=9.0, needs={}))

    assert reserved == 9.0
    assert (world.budget.spent, world.budget.reserved) == (9.0, 0.0)


async def test_the_journal_tells_a_later_process_the_same_sums(world: World) -> None:
    world.begin(budget=Budget(30.0))
    world.server.faults["video:lost"] = ["lost"]
    world.server.ends["video:bad"] = [FAILED]
    await asyncio.gather(
        *(
            world.settle(world.video(name, price=5.0, cost=2.0, needs={}))
            for name in ("good", "lost", "bad")
        ),
        return_exceptions=True,
    )
    later = Budget(30.0)

    for _, entry in await world.journal.paid():
        later.note(entry.stream, entry.event)

    assert (later.spent, later.reserved) == (2.0, 5.0)
    assert (later.spent, later.reserved) == (world.budget.spent, world.budget.reserved)


async def test_what_fits_once_the_others_have_settled_waits_for_them(world: World) -> None:
    world.begin(budget=Budget(10.0))

    await asyncio.gather(
        *(world.settle(world.video(f"v{n}", price=4.0, cost=1.0, needs={})) for n in range(7))
    )

    assert (world.budget.spent, world.budget.reserved) == (7.0, 0.0)
    # Never more than the cap allows at a time.
    assert world.slots.peak > 2


async def test_nobody_waits_for_a_reservation_that_stays(world: World) -> None:
    world.begin(budget=Budget(10.0))
    world.server.faults["video:lost"] = ["lost"]

    ended = await asyncio.gather(
        *(world.settle(world.video(name, price=6.0, needs={})) for name in ("lost", "next")),
        return_exceptions=True,
    )

    assert [type(error) for error in ended] == [UncertainError, BudgetError]


async def test_nobody_waits_for_what_would_not_help(world: World) -> None:
    budget = Budget(10.0)
    budget.note("a", INTENDED)
    budget.note("b", Settled(at=0.0, result={}, price=6.0))
    budget.enter("a")

    with pytest.raises(BudgetError):
        await budget.room("c", 5.0)


async def test_what_is_reserved_already_needs_no_room_under_a_lower_cap() -> None:
    budget = Budget(5.0)
    for stream in ("a", "b"):
        budget.note(stream, INTENDED)
        budget.enter(stream)

    async with asyncio.timeout(60.0):
        await asyncio.gather(budget.room("a", 3.0), budget.room("b", 3.0))


async def test_two_who_need_more_than_they_have_do_not_wait_for_each_other() -> None:
    budget = Budget(9.0)
    budget.note("a", INTENDED)
    budget.note("b", INTENDED)

    async def work(stream: str) -> None:
        budget.enter(stream)
        try:
            await asyncio.sleep(0.0)  # Until both are at work.
            await budget.room(stream, 6.5)
        finally:
            budget.leave(stream)

    async with asyncio.timeout(60.0):
        ended = await asyncio.gather(work("a"), work("b"), return_exceptions=True)

    assert [type(error) for error in ended] == [BudgetError, BudgetError]


async def test_whoever_is_cancelled_while_it_waits_for_room_is_forgotten() -> None:
    budget = Budget(9.0)
    budget.note("a", INTENDED)
    budget.enter("a")
    waiting = asyncio.create_task(budget.room("b", 7.0))
    await asyncio.sleep(0.0)
    waiting.cancel()
    await asyncio.wait([waiting])
    other = asyncio.create_task(budget.room("c", 7.0))
    await asyncio.sleep(0.0)
    budget.note("a", Settled(at=0.0, result={}, price=1.0))

    async with asyncio.timeout(60.0):
        await other
