"""A hard cap on what is spent, kept by reserving before spending.

Before a paid request leaves, what it may cost at the most is reserved; when its outcome is known,
the reservation becomes what it did cost, or is given back. Most cost much less than they may, so a
request that would fit then waits until those under way have settled, and only one that could exceed
the cap whatever they cost is refused. An uncertain outcome stays reserved:
money that may have been spent counts as spent. The journal tells it all again, so a budget holds
over any number of restarts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from heygen_async.errors import BudgetError, InvalidInputError, NotFoundError
from heygen_async.models.events import (
    Absent,
    Declined,
    Event,
    Failed,
    Intended,
    Settled,
)
from heygen_async.models.outcome import Spent

__all__ = ["Budget"]


class Budget:
    """What is spent, what is reserved, and the cap on both together.

    Args:
        cap: in the account's currency; None for no cap.
        tell: is told of what is spent from now on; must not raise.
    """

    def __init__(
        self, cap: float | None = None, *, tell: Callable[[Spent], None] | None = None
    ) -> None:
        if cap is not None and not 0 < cap < float("inf"):
            raise InvalidInputError.of("budget", "must be more than 0, or None", cap)
        self._cap = cap
        self._tell = tell
        self._spent = 0.0
        self._reserved: dict[str, float] = {}
        self._held = 0.0
        self._at_work: set[str] = set()
        self._waiting: set[str] = set()
        self._changed = asyncio.Event()

    @property
    def cap(self) -> float | None:
        """The cap."""
        return self._cap

    @property
    def spent(self) -> float:
        """What finished jobs cost."""
        return self._spent

    @property
    def reserved(self) -> float:
        """What jobs under way, and uncertain ones, may cost."""
        return self._held

    def check(self, stream: str, price: float) -> None:
        """Whether a request of this price may be made.

        Raises:
            BudgetError: the cap could be exceeded.
        """
        committed = self._committed(stream)
        if self._cap is not None and not self._fits(stream, price):
            raise BudgetError(
                f"The budget of {self._cap:g} would be exceeded: {self._spent:.2f} is spent,"
                f" {committed - self._spent:.2f} reserved for jobs under way, and this one may cost"
                f" {price:.2f}. Resume with a larger budget to go on; what is done is kept.",
                cap=self._cap,
                committed=committed,
                asked=price,
            )

    async def room(self, stream: str, price: float) -> None:
        """Wait until a request of this price may be made.

        Raises:
            BudgetError: the cap could be exceeded, whatever comes of what is under way.
        """
        try:
            while not self._fits(stream, price):
                self._wait(stream)
                if not self._may_fit(stream, price):
                    return self.check(stream, price)
                await self._changed.wait()
        finally:
            self._waiting.discard(stream)

    def _fits(self, stream: str, price: float) -> bool:
        # What is reserved already is asked for again, and costs nothing more.
        own = self._reserved.get(stream, 0.0)
        return self._cap is None or price <= own or self._committed(stream) + price <= self._most

    def _may_fit(self, stream: str, price: float) -> bool:
        """Whether it fits if all who can still settle cost nothing; those who wait cannot."""
        pending = (self._at_work - self._waiting) & self._reserved.keys()
        best = self._committed(stream) - sum(self._reserved[one] for one in pending)
        return bool(pending) and best + price <= self._most

    def _wait(self, stream: str) -> None:
        if stream not in self._waiting:
            self._waiting.add(stream)
            if stream in self._reserved:
                self._tell_of_change()  # Nobody need wait for this one.

    def _committed(self, stream: str) -> float:
        """What all others have spent and reserved."""
        return self._spent + self._held - self._reserved.get(stream, 0.0)

    @property
    def _most(self) -> float:
        return float("inf") if self._cap is None else self._cap + 1e-9

    def enter(self, stream: str) -> None:
        """Somebody sees to it that the step ends, and that its reservation does not stay."""
        if self._cap is not None:
            self._at_work.add(stream)

    def leave(self, stream: str) -> None:
        """Nobody does any more."""
        if self._cap is not None:
            self._at_work.discard(stream)
            self._tell_of_change()

    def note(self, stream: str, event: Event) -> None:
        """Take a new event of a step into account."""
        spent = self.recall(stream, event)
        if spent and self._tell is not None:
            self._tell(Spent(stream=stream, price=spent))

    def recall(self, stream: str, event: Event) -> float:
        """Take an event into account that an earlier process wrote down; what it says was spent."""
        spent = 0.0
        match event:
            case Intended(price=price):
                self._release(stream)
                if price:
                    self._reserved[stream] = price
                    self._held += price
            case Settled(price=price):
                self._release(stream)
                spent = price
            case Failed(ref=str()) if _deleted(event):
                # While it was worked on: nothing says that HeyGen does not charge it.
                spent = self._reserved.get(stream, 0.0)
                self._release(stream)
            case Declined() | Absent() | Failed():
                self._release(stream)
        self._spent += spent
        return spent

    def _release(self, stream: str) -> None:
        self._held -= self._reserved.pop(stream, 0.0)
        if not self._reserved:
            self._held = 0.0  # No residue of rounding.
        self._tell_of_change()

    def _tell_of_change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _deleted(event: Failed) -> bool:
    """Whether a job that was taken is not there any more."""
    return event.code == "cancelled" or event.error == NotFoundError.__name__
