from __future__ import annotations

import asyncio
import itertools

import pytest

from heygen_async.errors import RateLimitError
from heygen_async.transport.endpoint import Scope
from heygen_async.transport.throttle import FIRST_INTERVAL, FIRST_PAUSE, Gate, Throttle


def now() -> float:
    return asyncio.get_running_loop().time()


def test_an_open_gate_hands_out_slots_at_once() -> None:
    gate = Gate()

    slots = [gate.reserve(100.0) for _ in range(5)]

    assert all(gate.ready(slot, 100.0) for slot in slots)


def test_a_burst_of_refusals_counts_once() -> None:
    gate = Gate()

    for _ in range(50):
        gate.refused(100.0, 2.0, epoch=0)

    assert gate.interval == FIRST_INTERVAL
    assert gate.closed_until == 102.0


def test_an_old_refusal_may_still_move_the_opening() -> None:
    gate = Gate()
    gate.refused(100.0, 2.0, epoch=0)

    gate.refused(101.0, 5.0, epoch=0)

    assert gate.closed_until == 106.0
    assert gate.epoch == 1


def test_pauses_without_a_number_grow_with_each_burst_in_a_row() -> None:
    gate = Gate()

    pauses = [gate.refused(1000.0 * burst, None, epoch=burst) for burst in range(3)]

    assert pauses == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]


def test_a_full_render_pool_says_nothing_about_the_rate() -> None:
    gate = Gate()

    gate.refused(100.0, 2.0, epoch=0, pace=False)

    assert gate.interval == 0.0
    assert gate.closed_until == 102.0


def test_successes_make_up_for_a_burst_in_time() -> None:
    gate = Gate()
    gate.refused(100.0, 1.0, epoch=0)
    gate.succeeded(0)
    assert gate.interval == FIRST_INTERVAL

    for _ in range(200):
        gate.succeeded(1)

    assert gate.interval == 0.0


def test_slots_reserved_while_closed_move_with_the_opening() -> None:
    gate = Gate()
    gate.refused(100.0, 2.0, epoch=0)
    first, second = gate.reserve(100.0), gate.reserve(101.0)

    gate.refused(101.5, 10.0, epoch=0)

    assert gate.due(first) == 111.5
    assert gate.due(second) == pytest.approx(111.5 + FIRST_INTERVAL)
    assert not gate.ready(first, 111.4)


async def test_a_429_closes_the_gate_for_all_of_its_scope_only() -> None:
    throttle = Throttle(10, now)
    throttle.gates[Scope.RENDER].refused(now(), 3.0, epoch=0)
    started = now()

    await throttle.enter(Scope.READ, 60.0, "getVideo")
    after_read = now()
    await throttle.enter(Scope.RENDER, 60.0, "createVideo")

    assert after_read == started
    assert now() >= started + 3.0


async def test_a_wait_beyond_patience_is_an_error_with_the_number() -> None:
    throttle = Throttle(10, now)
    gate = throttle.gates[Scope.RENDER]
    gate.refused(now(), 300.0, epoch=0)
    slot = gate.peek(now())
    started = now()

    with pytest.raises(RateLimitError, match=r"300\.0 s") as caught:
        await throttle.enter(Scope.RENDER, 120.0, "createVideo")

    assert caught.value.retry_after == pytest.approx(300.0)
    assert now() == started
    assert gate.peek(now()) == slot


async def test_patience_is_asked_again_when_the_gate_closes_again() -> None:
    throttle = Throttle(10, now)
    gate = throttle.gates[Scope.READ]
    gate.refused(now(), 5.0, epoch=0)
    waiter = asyncio.create_task(throttle.enter(Scope.READ, 60.0, "getVideo"))
    await asyncio.sleep(1.0)

    gate.refused(now(), 500.0, epoch=1)
    async with asyncio.timeout(50):
        with pytest.raises(RateLimitError):
            await waiter


async def test_a_cancelled_waiter_harms_nobody() -> None:
    throttle = Throttle(10, now)
    gate = throttle.gates[Scope.READ]
    gate.refused(now(), 5.0, epoch=0)
    opening = gate.closed_until
    waiters = [asyncio.create_task(throttle.enter(Scope.READ, 60.0, "getVideo")) for _ in range(20)]
    await asyncio.sleep(1.0)

    for waiter in waiters[::2]:
        waiter.cancel()
    async with asyncio.timeout(60):
        results = await asyncio.gather(*waiters, return_exceptions=True)

    assert sum(isinstance(result, int) for result in results) == 10
    assert opening <= now() <= opening + 20 * FIRST_INTERVAL + 0.01


async def test_many_who_gave_up_keep_nobody_waiting() -> None:
    throttle = Throttle(10, now)
    gate = throttle.gates[Scope.READ]
    for _ in range(7):  # slots are more than a second apart then
        gate.refused(now(), 5.0, epoch=gate.epoch)
    opening = gate.closed_until
    waiters = [asyncio.create_task(throttle.enter(Scope.READ, 900.0, "x")) for _ in range(200)]
    await asyncio.sleep(1.0)
    for waiter in waiters:
        waiter.cancel()
    await asyncio.gather(*waiters, return_exceptions=True)

    async with asyncio.timeout(60):
        await throttle.enter(Scope.READ, 60.0, "x")
        first = now()
        await throttle.enter(Scope.READ, 60.0, "x")

    assert opening <= first <= opening + 0.01
    assert now() >= first + gate.interval - 0.01


async def test_who_comes_late_overtakes_nobody_who_still_waits() -> None:
    throttle = Throttle(10, now)
    gate = throttle.gates[Scope.READ]
    gate.refused(now(), 5.0, epoch=0)
    left: list[str] = []

    async def caller(name: str) -> None:
        await throttle.enter(Scope.READ, 60.0, "x")
        left.append(name)

    callers = [asyncio.create_task(caller(name)) for name in ("a", "b", "c", "d")]
    await asyncio.sleep(1.0)
    callers[3].cancel()
    await asyncio.sleep(1.0)
    late = [asyncio.create_task(caller(name)) for name in ("e", "f")]

    async with asyncio.timeout(60):
        await asyncio.gather(*callers[:3], *late)
    assert left == ["a", "b", "c", "e", "f"]


async def test_requests_under_way_are_limited() -> None:
    throttle = Throttle(2, now)
    await throttle.enter(Scope.READ, 60.0, "getVideo")
    await throttle.enter(Scope.READ, 60.0, "getVideo")
    third = asyncio.create_task(throttle.enter(Scope.READ, 60.0, "getVideo"))
    await asyncio.sleep(1.0)
    assert not third.done()

    throttle.leave()
    async with asyncio.timeout(1):
        await third


async def test_a_gate_that_closes_while_a_request_waits_its_turn_is_respected() -> None:
    throttle = Throttle(1, now)
    gate = throttle.gates[Scope.READ]
    epoch = await throttle.enter(Scope.READ, 60.0, "getVideo")
    second = asyncio.create_task(throttle.enter(Scope.READ, 60.0, "getVideo"))
    await asyncio.sleep(1.0)

    gate.refused(now(), 7.0, epoch=epoch)
    opening = gate.closed_until
    throttle.leave()
    async with asyncio.timeout(60):
        await second

    assert now() >= opening


async def test_waiters_cancelled_while_they_wait_their_turn_leave_no_hole() -> None:
    throttle = Throttle(1, now)
    await throttle.enter(Scope.READ, 60.0, "getVideo")
    waiters = [asyncio.create_task(throttle.enter(Scope.READ, 60.0, "x")) for _ in range(5)]
    await asyncio.sleep(1.0)
    for waiter in waiters[:4]:
        waiter.cancel()
    await asyncio.sleep(0)

    throttle.leave()
    async with asyncio.timeout(5):
        await waiters[4]
    await asyncio.gather(*waiters, return_exceptions=True)


async def test_requests_overtaken_by_a_closing_leave_spread_out_afterwards() -> None:
    throttle = Throttle(1, now)
    gate = throttle.gates[Scope.READ]
    epoch = await throttle.enter(Scope.READ, 60.0, "getVideo")
    left: list[float] = []

    async def caller() -> None:
        await throttle.enter(Scope.READ, 60.0, "getVideo")
        left.append(now())
        throttle.leave()

    callers = [asyncio.create_task(caller()) for _ in range(5)]
    await asyncio.sleep(1.0)
    gate.refused(now(), 7.0, epoch=epoch)
    throttle.leave()
    async with asyncio.timeout(60):
        await asyncio.gather(*callers)

    assert left[0] >= gate.closed_until
    assert all(b - a >= FIRST_INTERVAL * 0.9 for a, b in itertools.pairwise(left))
