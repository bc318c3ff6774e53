from __future__ import annotations

import asyncio
from typing import Any

import pytest

from heygen_async.errors import (
    ConcurrencyLimitError,
    HeyGenError,
    InvalidRequestError,
    NotReadyError,
    QuotaExceededError,
    RateLimitError,
)
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.machine import Phase
from heygen_async.pipeline.pauses import Pauses

HOUR = 3600.0

# The tests' World is in conftest.py.
World = Any


def slow(seconds: float | None = 300.0) -> RateLimitError:
    return RateLimitError("too many requests", retry_after=seconds)


def clock() -> float:
    return asyncio.get_running_loop().time()


async def test_a_run_waits_out_a_long_pause_without_a_slot_and_is_charged_once(
    world: World,
) -> None:
    world.server.faults["video:hello"] = [slow()]
    began = clock()

    running = asyncio.create_task(world.settle(world.video()))
    await asyncio.sleep(200.0)
    held, phase = world.slots.held, (await world.journal.state("video:hello")).phase
    await running

    assert (held, phase) == (0, Phase.READY)
    assert 300.0 <= clock() - began < 500.0
    assert world.server.charges["video:hello"] == 1
    assert (Stage.PAUSED, {"seconds": "300"}) in world.told
    assert world.idle


@pytest.mark.parametrize(
    ("stream", "error"),
    [
        ("avatar:ada", slow()),
        ("avatar:ada", ConcurrencyLimitError("too many train", retry_after=300.0)),
        ("asset:photo", slow()),
    ],
)
async def test_so_does_one_that_needs_no_slot(
    world: World, stream: str, error: HeyGenError
) -> None:
    world.server.faults[stream] = [error]

    await world.settle(world.video())

    assert world.server.charges == {"avatar:ada": 1, "video:hello": 1}


async def test_who_comes_during_a_pause_waits_before_it_begins_with_anything(
    world: World,
) -> None:
    world.server.faults["video:v0"] = [slow()]

    runs = [asyncio.create_task(world.settle(world.video(f"v{at}"))) for at in range(40)]
    await asyncio.sleep(290.0)
    written = [len(await world.journal.events(f"video:v{at}")) for at in range(40)]
    await asyncio.gather(*runs)

    assert written.count(0) >= 30
    assert sum(world.server.charges.values()) == 41


async def test_what_is_needed_for_a_render_is_made_while_renders_are_paused(world: World) -> None:
    world.server.faults["video:v0"] = [slow()]
    first = asyncio.create_task(world.settle(world.video("v0")))
    await asyncio.sleep(100.0)

    other = world.video("v1", needs={"avatar": world.avatar("bob")})
    second = asyncio.create_task(world.settle(other))
    await asyncio.sleep(100.0)
    charged = dict(world.server.charges)
    await asyncio.gather(first, second)

    assert charged == {"avatar:ada": 1, "avatar:bob": 1}


async def test_a_pause_beyond_the_patience_ends_the_run_and_the_next_goes_on(world: World) -> None:
    world.server.faults["video:hello"] = [slow(2 * HOUR)]

    with pytest.raises(RateLimitError) as caught:
        await world.settle(world.video())
    await world.settle(world.video())

    assert caught.value.beyond_patience

    assert world.server.charges["video:hello"] == 1
    assert world.idle


async def test_a_server_that_takes_nothing_for_longer_than_the_patience_ends_the_run(
    world: World,
) -> None:
    world.begin(patience=1000.0)
    world.server.faults["video:hello"] = [slow() for _ in range(100)]
    began = clock()

    with pytest.raises(RateLimitError):
        await world.settle(world.video())

    assert 600.0 < clock() - began < 1500.0


@pytest.mark.parametrize("error", [slow(None), QuotaExceededError("used up", retry_after=60.0)])
async def test_what_names_no_pause_or_is_not_healed_by_one_ends_the_run_at_once(
    world: World, error: HeyGenError
) -> None:
    world.server.faults["avatar:ada"] = [error]
    await world.settle(world.asset())
    began = clock()

    with pytest.raises(type(error)) as caught:
        await world.settle(world.avatar())

    assert clock() - began < 1.0
    assert not getattr(caught.value, "beyond_patience", False)


async def test_a_run_that_is_cancelled_during_a_pause_has_asked_for_nothing(world: World) -> None:
    world.server.faults["video:hello"] = [slow()]
    running = asyncio.create_task(world.settle(world.video()))
    await asyncio.sleep(200.0)

    running.cancel()
    await asyncio.wait([running])

    assert (await world.journal.state("video:hello")).phase is Phase.READY
    assert world.idle


async def test_a_lost_request_that_is_refused_later_is_repeated_under_the_same_key(
    world: World,
) -> None:
    world.server.faults["video:hello"] = ["lost", slow()]
    with pytest.raises(HeyGenError):
        await world.settle(world.video())

    await world.settle(world.video())

    assert world.server.charges["video:hello"] == 1
    assert len({key for name, key in world.server.requests if name == "video:hello"}) == 1


async def test_what_is_taken_in_between_begins_the_patience_anew() -> None:
    pauses = Pauses(1000.0)

    for _ in range(10):
        assert pauses.asked(Stage.RENDERING, slow(600.0))
        await asyncio.sleep(600.0)
        pauses.taken(Stage.RENDERING)


async def test_what_was_refused_long_ago_is_not_held_against_a_refusal() -> None:
    pauses = Pauses(1000.0)
    assert pauses.asked(Stage.RENDERING, slow(600.0))

    await asyncio.sleep(5000.0)

    assert pauses.asked(Stage.RENDERING, slow(600.0))


async def test_a_pause_is_one_of_its_stage_alone() -> None:
    pauses = Pauses(1000.0)

    pauses.asked(Stage.RENDERING, slow())

    assert pauses.left(Stage.RENDERING) == pytest.approx(300.0)
    assert pauses.left(Stage.TRAINING) == 0.0


# --- what is read of what is paid for ------------------------------------------------------------


async def test_a_pause_before_what_was_made_can_be_read_is_waited_out(world: World) -> None:
    world.server.faults["read video:hello"] = [slow(), slow()]
    began = clock()

    result = await world.settle(world.video())

    assert result == {"id": "video:hello#1"}
    assert clock() - began > 600.0
    assert world.told.count((Stage.PAUSED, {"seconds": "300"})) == 2
    assert world.server.charges["video:hello"] == 1
    assert world.idle


async def test_so_is_one_before_it_is_known_whether_it_is_still_there(world: World) -> None:
    await world.settle(world.avatar())
    world.begin()
    world.server.faults["read avatar:ada"] = [slow()]

    await world.settle(world.video())

    assert world.server.charges == {"avatar:ada": 1, "video:hello": 1}


async def test_a_pause_before_a_reading_that_nobody_has_patience_for_ends_the_run(
    world: World,
) -> None:
    world.server.faults["read video:hello"] = [slow(2 * HOUR)]

    with pytest.raises(RateLimitError) as caught:
        await world.settle(world.video())
    result = await world.settle(world.video())

    assert caught.value.beyond_patience
    assert result == {"id": "video:hello#1"}
    assert world.server.charges["video:hello"] == 1


@pytest.mark.parametrize("stream", ["avatar:ada", "video:hello"])
async def test_a_reading_that_is_refused_is_no_verdict_on_what_is_paid_for(
    world: World, stream: str
) -> None:
    refusal = InvalidRequestError("no", status=400, code="invalid_parameter")
    world.server.faults[f"read {stream}"] = [refusal]

    with pytest.raises(NotReadyError, match=r"refuses to show it \(HTTP 400, invalid_parameter\)"):
        await world.settle(world.video())
    phase = (await world.journal.state(stream)).phase
    await world.settle(world.video())

    assert phase is Phase.SETTLING
    assert world.server.charges == {"avatar:ada": 1, "video:hello": 1}
    assert world.idle
