from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from heygen_async.errors import InvalidInputError
from heygen_async.pipeline.slots import RenderSlots


async def use(
    slots: RenderSlots, order: list[str], name: str, *, first: bool = False, length: float = 0.0
) -> None:
    async with slots.hold(first=first, length=length):
        order.append(name)
        await asyncio.sleep(10.0)


@pytest.mark.parametrize("limit", [0, -1, True])
def test_a_limit_below_one_is_refused(limit: int) -> None:
    with pytest.raises(InvalidInputError, match="render_slots must be at least 1, or None"):
        RenderSlots(limit)


async def test_slots_are_given_in_the_order_of_asking() -> None:
    slots = RenderSlots(1)
    order: list[str] = []

    await asyncio.gather(*(use(slots, order, name) for name in "abcdef"))

    assert "".join(order) == "abcdef"
    assert (slots.held, slots.waiting, slots.peak) == (0, 0, 1)


async def test_those_with_an_open_intent_go_before_all_who_wait() -> None:
    slots = RenderSlots(1)
    order: list[str] = []

    await asyncio.gather(
        use(slots, order, "a"),
        use(slots, order, "b"),
        use(slots, order, "c", first=True),
        use(slots, order, "d", first=True),
    )

    assert "".join(order) == "acdb"


async def test_among_those_who_wait_the_longest_render_goes_first() -> None:
    slots = RenderSlots(1)
    order: list[str] = []

    await asyncio.gather(
        use(slots, order, "a"),
        use(slots, order, "b", length=10.0),
        use(slots, order, "c", length=30.0),
        use(slots, order, "d", length=30.0),
        use(slots, order, "e", length=20.0),
        use(slots, order, "f", first=True, length=1.0),
    )

    assert "".join(order) == "afcdeb"


async def test_a_newcomer_does_not_overtake_one_whose_slot_is_on_its_way() -> None:
    slots = RenderSlots(1)
    order: list[str] = []

    async def hasty() -> None:
        async with slots.hold():
            await asyncio.sleep(1.0)
        await use(slots, order, "late")

    await asyncio.gather(hasty(), use(slots, order, "early"))

    assert order == ["early", "late"]


async def test_a_running_render_is_counted_without_waiting_and_may_exceed_the_limit() -> None:
    slots = RenderSlots(1)
    async with slots.hold(), asyncio.timeout(1.0), slots.hold(running=True):
        held = slots.held
        waiter = asyncio.create_task(use(slots, [], "a"))
        await asyncio.sleep(0)

    assert held == 2
    assert slots.peak == 2
    await waiter
    assert slots.held == 0


async def test_nobody_gets_a_slot_while_more_are_held_than_there_are() -> None:
    slots = RenderSlots(1)
    order: list[str] = []
    async with slots.hold():
        async with slots.hold(running=True):
            waiter = asyncio.create_task(use(slots, order, "a"))
            await asyncio.sleep(1.0)
        await asyncio.sleep(1.0)
        early = list(order)

    await waiter
    assert early == []
    assert order == ["a"]


async def test_a_slot_released_early_is_not_given_back_again() -> None:
    slots = RenderSlots(2)
    async with slots.hold() as slot:
        slot.release()
        slot.release()
        held = slots.held

    assert held == 0
    assert slots.held == 0


async def test_an_error_in_the_block_gives_the_slot_back() -> None:
    slots = RenderSlots(1)

    with pytest.raises(ZeroDivisionError):
        async with slots.hold():
            raise ZeroDivisionError

    assert slots.held == 0


async def test_a_cancelled_waiter_loses_nothing() -> None:
    slots = RenderSlots(1)
    order: list[str] = []
    tasks = [asyncio.create_task(use(slots, order, name)) for name in "abc"]
    await asyncio.sleep(1.0)

    tasks[1].cancel()
    await asyncio.wait(tasks)

    assert order == ["a", "c"]
    assert (slots.held, slots.waiting) == (0, 0)


async def test_a_slot_that_comes_in_the_moment_of_cancellation_goes_to_the_next() -> None:
    slots = RenderSlots(1)
    order: list[str] = []
    async with slots.hold() as slot:
        tasks = [asyncio.create_task(use(slots, order, name)) for name in "ab"]
        await asyncio.sleep(1.0)
        slot.release()
        tasks[0].cancel()

        await asyncio.wait(tasks)

    assert order == ["b"]
    assert (slots.held, slots.waiting) == (0, 0)


async def test_a_cancelled_holder_gives_its_slot_back() -> None:
    slots = RenderSlots(1)
    order: list[str] = []
    tasks = [asyncio.create_task(use(slots, order, name)) for name in "ab"]
    await asyncio.sleep(1.0)

    tasks[0].cancel()
    await asyncio.wait(tasks)

    assert order == ["a", "b"]
    assert slots.held == 0


# --- learning ------------------------------------------------------------------------------------


async def settle_many(slots: RenderSlots, number: int) -> None:
    async def run() -> None:
        async with slots.hold() as slot:
            await asyncio.sleep(10.0)
            slot.release()
            slots.settled()

    await asyncio.gather(*(run() for _ in range(number)))


async def test_a_learnt_limit_grows_while_all_slots_are_in_use() -> None:
    slots = RenderSlots(None)
    before = slots.limit

    await settle_many(slots, 100)

    assert before < slots.limit <= 100


async def test_after_a_refusal_the_limit_comes_back_fast_and_goes_beyond_slowly() -> None:
    slots = RenderSlots(None)
    await settle_many(slots, 14)
    async with AsyncExitStack() as held:
        for _ in range(11):
            last = await held.enter_async_context(slots.hold(running=True))
        last.refused()
    cut = slots.limit

    await settle_many(slots, 30)
    soon = slots.limit
    await settle_many(slots, 200)
    late = slots.limit

    assert cut < soon == 10
    assert 10 < late < 14


async def test_a_learnt_limit_does_not_grow_while_it_is_not_used_up() -> None:
    slots = RenderSlots(None)
    before = slots.limit

    for _ in range(100):
        await settle_many(slots, 1)

    assert slots.limit == before


async def test_a_given_limit_does_not_grow() -> None:
    slots = RenderSlots(3)

    await settle_many(slots, 100)

    assert (slots.limit, slots.peak) == (3, 3)


async def test_a_refusal_shrinks_the_limit_below_what_is_held() -> None:
    slots = RenderSlots(10)
    async with slots.hold(), slots.hold(), slots.hold() as last:
        last.refused()

        assert slots.limit == 2


async def test_many_refused_at_once_cut_the_limit_once_whoever_comes_between() -> None:
    slots = RenderSlots(10)
    async with AsyncExitStack() as stack:
        refused = [await stack.enter_async_context(slots.hold()) for _ in range(10)]
        waiting = [asyncio.create_task(use(slots, [], str(number))) for number in range(5)]
        await asyncio.sleep(0)

        for slot in refused:
            slot.refused()
            slot.release()

    assert slots.limit == 9
    await asyncio.wait(waiting)


async def test_a_later_refusal_cuts_again() -> None:
    slots = RenderSlots(10)
    async with slots.hold(), slots.hold(), slots.hold(), slots.hold(), slots.hold() as first:
        first.refused()
    cut = slots.limit

    async with slots.hold(), slots.hold(), slots.hold() as second:
        second.refused()

    assert (cut, slots.limit) == (4, 2)


async def test_refusals_never_shrink_the_limit_to_nothing() -> None:
    slots = RenderSlots(10)

    for _ in range(100):
        async with slots.hold() as slot:
            slot.refused()

    assert slots.limit == 1
    async with asyncio.timeout(1.0), slots.hold():
        pass


async def test_a_given_limit_grows_back_to_what_was_given_and_not_beyond() -> None:
    slots = RenderSlots(6)
    for _ in range(10):
        async with slots.hold() as slot:
            slot.refused()

    await settle_many(slots, 200)

    assert slots.limit == 6


async def test_a_wider_limit_wakes_those_who_wait() -> None:
    slots = RenderSlots(None)
    order: list[str] = []
    tasks = [asyncio.create_task(use(slots, order, str(number))) for number in range(10)]
    await asyncio.sleep(1.0)
    before = len(order)

    for _ in range(5):
        slots.settled()
    await asyncio.sleep(1.0)

    assert (before, len(order)) == (4, 9)
    await asyncio.wait(tasks)
