"""The gate's promises under any order of arrivals, refusals, successes and passing time."""

from __future__ import annotations

import itertools
from operator import itemgetter

from hypothesis import settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from heygen_async.transport.throttle import FIRST_INTERVAL, GRAIN, LONGEST_INTERVAL, Gate

SECONDS = st.floats(0.0, 500.0, allow_nan=False)


class GateMachine(RuleBasedStateMachine):
    """A gate with waiters, driven by hand; the clock is a number."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate()
        self.now = 1_000_000.0
        self.waiting: list[tuple[int, float]] = []
        self.arrivals = 0
        self.given_back = 0
        self.left: list[float] = []
        self.under_way: list[int] = []
        self.forbidden_until = self.now

    @rule()
    def arrive(self) -> None:
        """A request takes its slot: the one behind all others, or one that was given back."""
        slot = self.gate.reserve(self.now)

        others = [taken for _, taken in self.waiting]
        if not self.given_back:
            assert all(slot >= other for other in others)
        closed = max(0.0, self.gate.closed_until - self.now)
        ahead = sum(other <= slot for other in others) + 1
        assert self.gate.due(slot) - self.now <= closed + ahead * LONGEST_INTERVAL + GRAIN
        self.waiting = sorted([*self.waiting, (self.arrivals, slot)], key=itemgetter(1))
        self.arrivals += 1

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        _, slot = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        self.gate.give_back(slot, self.now)
        self.given_back += 1

    @rule(seconds=SECONDS)
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.depart()

    @precondition(lambda self: self.waiting)
    @rule()
    def wait_for_the_first(self) -> None:
        self.now = max(self.now, min(self.gate.due(slot) for _, slot in self.waiting) + GRAIN)
        before = len(self.waiting)

        self.depart()

        assert len(self.waiting) < before

    @precondition(lambda self: self.under_way)
    @rule(seconds=st.none() | SECONDS, data=st.data(), pace=st.booleans())
    def refuse(self, seconds: float | None, data: st.DataObject, pace: bool) -> None:
        epoch = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        come = [number for number, slot in self.waiting if self.gate.ready(slot, self.now)]
        due = [self.gate.due(slot) for _, slot in self.waiting]

        closed = self.gate.refused(self.now, seconds, epoch=epoch, pace=pace)

        assert closed >= (seconds or 0.0) - GRAIN
        self.forbidden_until = max(self.forbidden_until, self.now + (seconds or 0.0))
        for earlier, (_, slot) in zip(due, self.waiting, strict=True):
            assert self.gate.due(slot) >= earlier - GRAIN
        self.overtake(come)

    def overtake(self, come: list[int]) -> None:
        """Whoever's slot had come, but who had no turn yet, takes a new one behind the rest."""
        overtaken = [
            number
            for number, slot in self.waiting
            if number in come and not self.gate.ready(slot, self.now)
        ]
        self.waiting = [one for one in self.waiting if one[0] not in overtaken]
        for _ in overtaken:
            self.arrive()

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def succeed(self, data: st.DataObject) -> None:
        epoch = self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))
        before = self.gate.interval

        self.gate.succeeded(epoch)

        assert self.gate.interval <= before

    def depart(self) -> None:
        going = [who for who in self.waiting if self.gate.ready(who[1], self.now)]
        self.waiting = [who for who in self.waiting if who not in going]
        for _, slot in going:
            assert self.now >= self.forbidden_until
            self.left.append(slot)
            self.under_way.append(self.gate.epoch)

    @invariant()
    def all_leave_in_the_order_of_their_slots(self) -> None:
        assert all(one <= other + GRAIN for one, other in itertools.pairwise(self.left))

    @invariant()
    def nobody_waits_longer_than_the_pause_and_those_before(self) -> None:
        for _, slot in self.waiting:
            closed = max(0.0, self.gate.closed_until - self.now)
            assert self.gate.due(slot) - self.now <= (
                closed + self.arrivals * LONGEST_INTERVAL + GRAIN
            )

    @invariant()
    def whoever_waits_leaves_apart(self) -> None:
        due = [self.gate.due(slot) for _, slot in self.waiting]
        for earlier, later in itertools.pairwise(due):
            if earlier > self.now + GRAIN:
                assert later - earlier >= FIRST_INTERVAL - 1e-3


TestGate = GateMachine.TestCase
TestGate.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
