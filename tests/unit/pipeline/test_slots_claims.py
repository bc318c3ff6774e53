from __future__ import annotations

import asyncio

from heygen_async.pipeline.slots import RenderSlots


async def test_a_claim_keeps_others_waiting_until_it_is_taken_over_and_given_back() -> None:
    slots = RenderSlots(1)
    slots.claim("video:a", 100)
    order = []

    async def other() -> None:
        async with slots.hold("video:b"):
            order.append("b")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(other())
        await asyncio.sleep(10)
        async with slots.hold("video:a"):
            order.append("a")
            await asyncio.sleep(1)

    assert order == ["a", "b"]
    assert (slots.held, slots.peak) == (0, 1)


async def test_a_claim_that_nobody_comes_for_ends_in_time() -> None:
    slots = RenderSlots(1)
    slots.claim("video:a", 100)
    slots.claim("video:a", 100)
    began = asyncio.get_running_loop().time()

    async with asyncio.timeout(200), slots.hold("video:b"):
        waited = asyncio.get_running_loop().time() - began

    assert 100 <= waited < 101
    assert slots.held == 0


async def test_claims_that_are_given_up_free_their_slots() -> None:
    slots = RenderSlots(2)
    slots.claim("video:a", 100)
    slots.claim("video:b", 100)

    slots.disclaim()

    assert slots.held == 0
    async with asyncio.timeout(1), slots.hold("video:c"), slots.hold("video:a"):
        assert slots.held == 2
