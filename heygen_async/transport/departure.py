"""Whether a request that may cost something has left, for whoever is cancelled meanwhile.

A call waits before it sends: for a gate that a 429 closed, for its turn, between two attempts of
which none arrived. Who is cancelled then has asked for nothing, and can say so. From the moment a
request is handed to its connection on, nobody knows; and of a block in which no call was made,
nothing is known either: what it does may leave by another door.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["Departure", "called", "departing", "leaving", "turned_away"]


class Departure:
    """What became of the calls of a block that do more than read."""

    __slots__ = ("_called", "_out")

    def __init__(self) -> None:
        self._called = False
        self._out = 0

    @property
    def unsent(self) -> bool:
        """Whether there was such a call, and surely none of its requests has left."""
        return self._called and not self._out


_PRESENT: ContextVar[Departure | None] = ContextVar("heygen_async_departure", default=None)


@contextmanager
def departing() -> Iterator[Departure]:
    """Take note of what is called and sent in this block and in the tasks that it begins."""
    departure = Departure()
    token = _PRESENT.set(departure)
    try:
        yield departure
    finally:
        _PRESENT.reset(token)


def called() -> None:
    """Say that a call was made, which may have to wait before it sends."""
    departure = _PRESENT.get()
    if departure is not None:
        departure._called = True


def leaving() -> None:
    """Say that a request is about to be sent."""
    departure = _PRESENT.get()
    if departure is not None:
        departure._out += 1


def turned_away() -> None:
    """Say that what was sent has surely had no effect, and will be sent again."""
    departure = _PRESENT.get()
    if departure is not None:
        departure._out -= 1
