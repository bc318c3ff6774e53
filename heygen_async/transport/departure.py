"""Whether a request that may cost something has left, for whoever is cancelled meanwhile.

A call waits before it sends: for a gate that a 429 closed, for its turn, between two attempts of
which none arrived, for its connection. Who is cancelled then has asked for nothing, and can say so.
From the moment on in which the first byte of its body is handed to the connection, nobody knows;
and of a block in which no call was made, nothing is known either: what it does may leave by another
door.

aiohttp tells when there is a connection only to whoever traces the session, and a session may be
the caller's own. But it has a body write itself, to a connection that is there, and in any session;
so the body tells. A server has nothing to execute before it has the body. What is no bytes counts
as sent when it is handed to the session: no body at all, a form, a file, JSON of more than a MiB.

A call that is cancelled takes the writing along: aiohttp cancels the task that writes, and closes
the connection, before the cancellation reaches the caller. So what has not begun to leave by then
never does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from aiohttp import BytesPayload
from aiohttp.abc import AbstractStreamWriter

__all__ = ["Departure", "called", "departing"]


class Departure:
    """What became of the calls of a block that do more than read."""

    __slots__ = ("_called", "_left")

    def __init__(self) -> None:
        self._called = False
        self._left: set[object] = set()

    @property
    def unsent(self) -> bool:
        """Whether there was such a call, and surely none of its requests has left."""
        return self._called and not self._left

    def has_left(self, call: object) -> bool:
        """Whether a request of the call may have left."""
        return call in self._left

    def leaves(self, call: object) -> None:
        """Take note that a request of the call leaves."""
        self._left.add(call)

    def turned_away(self, call: object) -> None:
        """Take note that what the call sent, if anything, has surely had no effect."""
        self._left.discard(call)

    def body_of(self, call: object, data: Any) -> Any:
        """The body to hand to a session, which takes note of when it leaves.

        Args:
            call: whose it is; the same for all its attempts, and one that does not hold this, since
                a cycle would keep both until the next collection.
            data: as a session takes it; what is not bytes has left with this.
        """
        if type(data) is bytes:
            return _Body(data, self, call)
        self.leaves(call)
        return data


class _Body(BytesPayload):
    """Bytes that tell when they leave.

    Whoever reads them instead, such as a middleware of the caller's session, may send them in
    another way, so they have left with that.
    """

    def __init__(self, data: bytes, departure: Departure, call: object) -> None:
        super().__init__(data)
        self._departure = departure
        self._call = call

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        self._departure.leaves(self._call)
        await super().write_with_length(writer, content_length)

    async def write(self, writer: AbstractStreamWriter) -> None:
        self._departure.leaves(self._call)
        await super().write(writer)

    async def as_bytes(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        self._departure.leaves(self._call)
        return await super().as_bytes(encoding, errors)

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        self._departure.leaves(self._call)
        return super().decode(encoding, errors)


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


def called() -> Departure | None:
    """Say that a call was made, which may have to wait before it sends.

    Returns:
        what is to take note of its requests; None outside of such a block.
    """
    departure = _PRESENT.get()
    if departure is not None:
        departure._called = True
    return departure
