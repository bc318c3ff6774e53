"""Slots under any order of asking, releasing, cancelling, settling and refusing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import attrs
import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from heygen_async.pipeline.slots import RenderSlots, Slot
from heygen_async.testing.virtual import VirtualTimeLoop


@attrs.define(eq=False)
class Asker:
    number: int
    kind: str
    length: float
    task: asyncio.Task[None] | None = None
    slot: Slot | None = None
    leave: asyncio.Event = attrs.field(factory=asyncio.Event)
    released: bool = False

    @property
    def holding(self) -> bool:
        return self.slot is not None and not self.released and not self.over

    @property
    def waiting(self) -> bool:
        return self.slot is None and not self.over

    @property
    def turn(self) -> tuple[bool, float, int]:
        return self.kind != "first", -self.length, self.number

    @property
    def over(self) -> bool:
        assert self.task is not None
        return self.task.done()


class Slots(RuleBasedStateMachine):
    """Askers wait, hold, leave and are cancelled; the model is only who does which."""

    askers = Bundle("askers")

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=VirtualTimeLoop)
        self.all: list[Asker] = []
        self.overtaken: list[tuple[Asker, Asker]] = []

    @initialize(limit=st.none() | st.integers(1, 4))
    def begin(self, limit: int | None) -> None:
        self.slots = RenderSlots(limit)
        self.given = limit

    @rule(
        target=askers,
        kind=st.sampled_from(["plain", "plain", "first", "running"]),
        length=st.sampled_from([0.0, 1.0, 2.5]),
    )
    def ask(self, kind: str, length: float) -> Asker:
        asker = Asker(len(self.all), kind, length)

        async def use() -> None:
            running, first = kind == "running", kind == "first"
            async with self.slots.hold(first=first, running=running, length=length) as slot:
                asker.slot = slot
                if not running:
                    self.overtaken += [
                        (other, asker)
                        for other in self.all
                        if other.waiting and other.turn < asker.turn
                    ]
                await asker.leave.wait()

        async def start() -> None:
            asker.task = asyncio.create_task(use())

        self._do(start)
        self.all.append(asker)
        if kind == "running":
            assert asker.holding
        return asker

    @rule(asker=askers)
    def leave(self, asker: Asker) -> None:
        async def go() -> None:
            asker.leave.set()

        self._do(go)

    @rule(asker=askers)
    def cancel(self, asker: Asker) -> None:
        async def go() -> None:
            assert asker.task is not None
            asker.task.cancel()

        self._do(go)

    @rule(asker=askers, other=askers)
    def leave_and_cancel_another_in_the_same_moment(self, asker: Asker, other: Asker) -> None:
        async def go() -> None:
            if asker.slot is not None:
                asker.slot.release()
                asker.released = True
            assert other.task is not None
            other.task.cancel()

        self._do(go)

    @rule(asker=askers, twice=st.booleans())
    def release(self, asker: Asker, twice: bool) -> None:
        async def go() -> None:
            if asker.slot is not None:
                asker.released = True
                asker.slot.release()
                if twice:
                    asker.slot.release()

        self._do(go)

    @rule()
    def settled(self) -> None:
        before = self.slots.limit
        self._do(self._call(self.slots.settled))
        assert self.slots.limit in (before, before + 1)

    @rule(asker=askers)
    def refused(self, asker: Asker) -> None:
        before = self.slots.limit
        if asker.slot is not None:
            self._do(self._call(asker.slot.refused))
        assert self.slots.limit <= before

    @invariant()
    def what_is_held_is_what_the_askers_hold(self) -> None:
        if self.all:
            assert self.slots.held == sum(asker.holding for asker in self.all)
            assert self.slots.waiting == sum(asker.waiting for asker in self.all)

    @invariant()
    def nobody_waits_while_a_slot_is_free(self) -> None:
        if self.all and self.slots.waiting:
            assert self.slots.held >= self.slots.limit

    @invariant()
    def the_limit_is_at_least_one_and_at_most_what_was_given(self) -> None:
        if self.all:
            assert self.slots.limit >= 1
            assert self.given is None or self.slots.limit <= self.given

    @invariant()
    def nobody_is_overtaken_by_a_lesser_one(self) -> None:
        assert self.overtaken == []

    def teardown(self) -> None:
        async def end() -> None:
            for asker in self.all:
                assert asker.task is not None
                asker.task.cancel()
            await asyncio.gather(
                *(asker.task for asker in self.all if asker.task), return_exceptions=True
            )

        self.runner.run(end())
        if self.all:
            assert (self.slots.held, self.slots.waiting) == (0, 0)
        self.runner.close()

    def _call(self, act: Callable[[], None]) -> Callable[[], Awaitable[None]]:
        async def go() -> None:
            act()

        return go

    def _do(self, act: Callable[[], Awaitable[Any]]) -> None:
        """Act, and let everybody who can go on go on."""

        async def go() -> None:
            await act()
            await asyncio.sleep(0.001)

        self.runner.run(go())


TestSlots = Slots.TestCase
TestSlots.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
