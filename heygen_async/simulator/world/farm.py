"""The render slots of one account.

A job given to `start` runs at once; the caller has asked before whether a slot is free. A job
given to `enqueue` runs as soon as one is, first in first out. Both hold their slot until they
settle: deleting the resource frees nothing, as nothing says HeyGen would (behaviour notes §3).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import attrs

from heygen_async.simulator.world.agenda import Agenda


@attrs.frozen(kw_only=True)
class Render:
    """One job as the slots see it.

    Attributes:
        begin: told the moment it got its slot; answers the moment it settles, infinity for never.
        settle: told the moment it settled.
    """

    begin: Callable[[float], float]
    settle: Callable[[float], None]


class Farm:
    """Render slots and the queue before them.

    Attributes:
        slots: how many jobs may run at once.
        running: how many do.
    """

    def __init__(self, agenda: Agenda, slots: int, started: Callable[[int], None]) -> None:
        """Open the slots; `started` is told how many run, each time one more does."""
        self.slots = slots
        self.running = 0
        self._agenda = agenda
        self._started = started
        self._queue: deque[Render] = deque()
        self._ends: list[float] = []

    @property
    def full(self) -> bool:
        """Whether no slot is free."""
        return self.running >= self.slots

    @property
    def queued(self) -> int:
        """How many jobs wait for a slot."""
        return len(self._queue)

    def next_free(self) -> float:
        """When the first running job is due; infinity when none is."""
        return min(self._ends, default=float("inf"))

    def start(self, render: Render, now: float) -> Callable[[float], None]:
        """Run `render` from `now` on; the answer settles it before its time."""
        self.running += 1
        self._started(self.running)
        end = render.begin(now)
        self._ends.append(end)
        over = False

        def settle(moment: float) -> None:
            nonlocal over
            if over:
                return
            over = True
            self._ends.remove(end)
            self.running -= 1
            render.settle(moment)
            if self._queue and not self.full:
                self.start(self._queue.popleft(), moment)

        self._agenda.at(end, settle)
        return settle

    def enqueue(self, render: Render, now: float) -> None:
        """Run `render` now, or as soon as a slot is free."""
        if self.full:
            self._queue.append(render)
        else:
            self.start(render, now)
