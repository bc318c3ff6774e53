"""A run is stopped wherever it can be stopped; then it is run again, and billed once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from heygen_async.errors import HeyGenError, JournalError
from heygen_async.models.events import Declined, Failed
from heygen_async.models.state import JobState, Progress

# The tests' World is in conftest.py.
World = Any
Interrupt = Callable[[Coroutine[Any, Any, Any], int], Awaitable[bool]]

HOUR = 3600.0
ONCE = {"avatar:ada": 1, "video:hello": 1}


def prepared(world: World, answers: str) -> None:
    """With answers lost, the first request of each paid step is done and nobody hears of it."""
    if answers == "lost":
        world.server.faults = {"avatar:ada": ["lost"], "video:hello": ["lost"]}


async def insisted(world: World, *, times: int = 4) -> Any:
    """Run it again until it is done, as a user would."""
    for _ in range(times):
        try:
            return await world.settle(world.video())
        except HeyGenError:
            assert world.idle
    raise AssertionError("it was not done after so many runs")


async def fresh(world: World) -> World:
    other = type(world)()
    await other.journal.open()
    return other


@pytest.mark.parametrize("answers", ["arrive", "lost"])
@pytest.mark.parametrize("process", ["same", "another"])
@pytest.mark.parametrize("on_cancel", ["keep", "delete"])
async def test_a_run_cancelled_at_any_await_is_charged_once_and_holds_nothing(
    world: World, interrupted: Interrupt, answers: str, process: str, on_cancel: str
) -> None:
    number = 0
    while True:
        number += 1
        world = await fresh(world)
        world.begin(on_cancel=on_cancel)
        prepared(world, answers)
        if not await interrupted(insisted(world), number):
            break

        assert world.idle, number
        if process == "another":
            world.begin()
        deleted = list(world.server.deleted)
        if deleted:
            await world.settle(world.video(), retry=True)
            assert world.server.charges == {"avatar:ada": 1, "video:hello": 2}, number
        else:
            await insisted(world)
            assert world.server.charges == ONCE, number
        assert world.idle, number

    assert number > 15


async def test_a_journal_that_fails_hides_from_nobody_that_a_run_was_cancelled(
    world: World, interrupted: Interrupt, caplog: pytest.LogCaptureFixture
) -> None:
    number = 0
    while True:
        number += 1
        world = await fresh(world)
        world.begin(on_cancel="delete")
        world.journal.refuses = lambda event: (
            JournalError("the disk is full") if isinstance(event, Declined | Failed) else None
        )
        if not await interrupted(world.settle(world.video()), number):
            break

        assert world.idle, number
        world.journal.refuses = lambda event: None
        if not world.server.deleted:
            await insisted(world)
            assert world.server.charges == ONCE, number

    assert number > 15
    assert {record.message for record in caplog.records} == {
        f"{stream} was cancelled, and the journal does not say so: the disk is full"
        for stream in ("avatar:ada", "video:hello")
    }


@pytest.mark.parametrize("answers", ["arrive", "lost"])
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("pause", [0.0, 21 * HOUR, 25 * HOUR], ids=["now", "21h", "25h"])
async def test_a_run_whose_power_goes_at_any_write_is_charged_once(
    world: World, answers: str, moment: str, pause: float
) -> None:
    number = 0
    while True:
        number += 1
        world = await fresh(world)
        prepared(world, answers)
        world.journal.cut = number if moment == "before" else -number
        try:
            await insisted(world)
        except world.PowerCut:
            pass
        else:
            break

        world.journal.revive()
        world.begin()
        await asyncio.sleep(pause)
        result = await insisted(world)

        assert result == {"id": "video:hello#1"}, number
        assert world.server.charges == ONCE, number
        assert world.idle

    assert number > 6


async def test_a_run_whose_power_goes_and_whose_clock_is_set_back_is_charged_once(
    world: World,
) -> None:
    for number in range(1, 8):
        world = await fresh(world)
        world.journal.cut = -number
        with pytest.raises(world.PowerCut):
            await world.settle(world.video())
        world.journal.revive()
        world.begin()
        world.skew = -2 * HOUR

        await insisted(world)

        assert world.server.charges == ONCE, number


async def test_every_other_failure_is_recovered_from_at_any_write_too(world: World) -> None:
    for number in range(1, 12):
        world = await fresh(world)
        world.begin(resubmits=1)
        failed = JobState(Progress.FAILED, "failed", "rendering_failed")
        world.server.ends = {"video:hello": [failed]}
        world.journal.cut = number
        try:
            await world.settle(world.video())
        except world.PowerCut:
            world.journal.revive()
            world.begin(resubmits=1)
            try:
                await world.settle(world.video())
            except HeyGenError:
                # The power went between the failure and the new attempt: it is to be asked for.
                await world.settle(world.video(), retry=True)

        assert world.server.charges == {"avatar:ada": 1, "video:hello": 2}, number
        assert world.idle


@pytest.mark.parametrize("seed", range(6))
async def test_runs_cancelled_at_random_by_the_dozen_are_charged_once_each(
    world: World, seed: int
) -> None:
    chance = random.Random(seed)
    world.begin(limit=4)
    world.server.capacity = chance.choice([2, 4, 100])
    names = [f"v{number}" for number in range(16)]
    world.server.faults = {f"video:{name}": ["lost"] for name in names if chance.random() < 0.3}

    for _ in range(4):
        runs = [asyncio.create_task(world.settle(world.video(name))) for name in names]
        for run in runs:
            if chance.random() < 0.7:
                asyncio.get_running_loop().call_later(chance.uniform(0, 400), run.cancel)
        await asyncio.wait(runs)
        assert world.idle
        if chance.random() < 0.5:
            world.begin(limit=4)
    async with asyncio.timeout(HOUR):
        await asyncio.gather(*(world.settle(world.video(name)) for name in names))

    assert world.server.charges == {"avatar:ada": 1, **{f"video:{name}": 1 for name in names}}
    assert world.idle
    for run in runs:
        assert run.cancelled() or isinstance(run.exception(), HeyGenError | None)
