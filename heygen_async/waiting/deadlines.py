"""How long each of many waits may take, on one timer.

A timer of the event loop for every waiter would be the largest thing that a waiter owns, and
waiters come by the ten thousand. So the deadlines stand in one heap, and the loop has one timer,
for the earliest. A wait that ends in time leaves its deadline behind; each time that the heap has
doubled, those that are left are swept out.
"""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Deadlines", "Turn"]

_T = TypeVar("_T")

# Fewer deadlines than these are not worth sweeping.
_FEW = 128


class Turn(asyncio.Future[_T]):
    """A future that somebody awaits until a deadline.

    Attributes:
        job: what is waited for.
        deadline: loop time, infinity for none.
        patience: the seconds that led to it.
    """

    __slots__ = ("deadline", "job", "patience")

    def __init__(self, job: str, deadline: float, patience: float) -> None:
        super().__init__(loop=asyncio.get_running_loop())
        self.job = job
        self.deadline = deadline
        self.patience = patience

    def __lt__(self, other: Turn[_T]) -> bool:
        return self.deadline < other.deadline


class Deadlines(Generic[_T]):
    """The deadlines of all turns that are awaited.

    Args:
        expire: called with a turn that is not done at its deadline; ends it.
    """

    def __init__(self, expire: Callable[[Turn[_T]], None]) -> None:
        self._expire = expire
        self._heap: list[Turn[_T]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._most = _FEW

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, turn: Turn[_T]) -> None:
        """Watch over a turn that has a deadline, to be ended when its time comes."""
        if len(self._heap) >= self._most:
            self._heap = [one for one in self._heap if not one.done()]
            heapq.heapify(self._heap)
            self._most = max(_FEW, 2 * len(self._heap))
        heapq.heappush(self._heap, turn)
        self._arm()

    def clear(self) -> None:
        """Watch over nobody any more."""
        self._heap.clear()
        self._most = _FEW
        self._arm()

    def _arm(self) -> None:
        """Set the timer to the earliest deadline, and to none where there is none."""
        while self._heap and self._heap[0].done():
            heapq.heappop(self._heap)
        due = self._heap[0].deadline if self._heap else None
        if self._timer is not None:
            if due == self._timer.when():
                return
            self._timer.cancel()
            self._timer = None
        if due is not None:
            self._timer = asyncio.get_running_loop().call_at(due, self._ring)

    def _ring(self) -> None:
        assert self._timer is not None
        now, self._timer = self._timer.when(), None
        while self._heap and self._heap[0].deadline <= now:
            turn = heapq.heappop(self._heap)
            if not turn.done():
                self._expire(turn)
        self._arm()
