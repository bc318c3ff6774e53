from __future__ import annotations

import asyncio
import random

import pytest

from heygen_async.pipeline.locks import Locks


async def test_one_at_a_time_holds_a_name_in_the_order_of_asking() -> None:
    locks = Locks()
    order: list[int] = []
    inside = 0

    async def use(number: int) -> None:
        nonlocal inside
        async with locks.hold("a"):
            inside += 1
            assert inside == 1
            order.append(number)
            await asyncio.sleep(1.0)
            inside -= 1

    await asyncio.gather(*(use(number) for number in range(10)))

    assert order == list(range(10))


async def test_two_names_are_held_at_once() -> None:
    locks = Locks()

    async with asyncio.timeout(1.0), locks.hold("a"), locks.hold("b"):
        held = len(locks)

    assert held == 2


async def test_a_lock_that_nobody_uses_is_forgotten() -> None:
    locks = Locks()

    async def use(name: str) -> None:
        async with locks.hold(name):
            await asyncio.sleep(1.0)

    await asyncio.gather(*(use(f"{number % 5}") for number in range(50)))

    assert len(locks) == 0


async def test_an_error_in_the_block_frees_the_name() -> None:
    locks = Locks()

    with pytest.raises(ZeroDivisionError):
        async with locks.hold("a"):
            raise ZeroDivisionError

    assert len(locks) == 0


async def test_whoever_is_cancelled_harms_nobody_wherever_it_was() -> None:
    locks, chance, inside = Locks(), random.Random(7), 0
    loop = asyncio.get_running_loop()

    async def use() -> None:
        nonlocal inside
        async with locks.hold("a"):
            inside += 1
            try:
                assert inside == 1
                await asyncio.sleep(chance.choice([0.0, 0.5, 1.0]))
            finally:
                inside -= 1

    tasks = [asyncio.create_task(use()) for _ in range(200)]
    for task in tasks:
        if chance.random() < 0.5:
            loop.call_later(chance.choice([0.0, 1.0, 5.0, 5.5]), task.cancel)
    async with asyncio.timeout(1000.0):
        await asyncio.wait(tasks)

    assert len(locks) == 0
    assert all(task.cancelled() or task.exception() is None for task in tasks)
    assert any(task.cancelled() for task in tasks)
