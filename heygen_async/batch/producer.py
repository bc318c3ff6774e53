"""Many jobs at once, in bounded memory, whatever the source and whoever stops early.

A Producer draws jobs from any iterable only as fast as it can work on them: at most ``window`` are
under way, and outcomes that nobody takes hold the drawing back. One job's failure is an outcome
like another; only an error of the source itself, or a refusal that every further job would meet,
ends the drawing, and what is under way then goes on to its end. Leaving the block cancels what is
under way and waits until it has ended; the journal knows how far each job came.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Iterable
from contextlib import aclosing
from types import TracebackType
from typing import Generic, TypeVar

from heygen_async.errors import HeyGenError, PayError, UsageError, WaitError
from heygen_async.models.outcome import Outcome

__all__ = ["Outcomes", "Producer", "refused_to_all"]

_J = TypeVar("_J")


def refused_to_all(error: HeyGenError | None) -> bool:
    """Whether every further job would end with the same error, and had better not be begun.

    There is no money, or HeyGen has taken nothing for longer than the policies are patient. What is
    left stays resumable.
    """
    return isinstance(error, PayError) or (isinstance(error, WaitError) and error.beyond_patience)


class Producer(Generic[_J]):
    """An async context manager that gives an async iterator of outcomes, in the order they end.

    Args:
        jobs: any iterable or async iterable.
        make: makes one; raises nothing but CancelledError and bugs.
        window: says how many jobs may be under way, or done and not taken yet; asked again and
            again, since render slots that are learnt grow.
    """

    def __init__(
        self,
        jobs: Iterable[_J] | AsyncIterable[_J],
        make: Callable[[_J], Awaitable[Outcome]],
        *,
        window: Callable[[], int],
    ) -> None:
        self._jobs = jobs
        self._make = make
        self._window = window
        self._under_way = 0
        self._room = asyncio.Event()
        self._outcomes: asyncio.Queue[Outcome | None] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._feeder: asyncio.Task[None] | None = None
        self._broken: Exception | None = None
        # Expires when there is nothing more to be drawn, even where the source lets us wait.
        self._drawing = asyncio.timeout(None)
        self._stopped = False
        self._left = False

    async def __aenter__(self) -> Outcomes:
        if self._feeder is not None:
            raise UsageError("produce_many gives one run; call it again for another")
        self._feeder = asyncio.create_task(self._feed(), name="heygen-async batch")
        return Outcomes(self._take)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._feeder is not None
        self._left = True
        running = {self._feeder, *self._tasks}
        interrupted: asyncio.CancelledError | None = None
        while running:
            for task in running:
                task.cancel()
            try:
                await asyncio.wait(running)
            except asyncio.CancelledError as again:
                interrupted = again  # It hurries those who tidy up, and leaves none behind.
            running = {task for task in running if not task.done()}
        if interrupted is not None:
            raise interrupted
        if self._broken is not None and error is None:
            raise self._broken

    async def _feed(self) -> None:
        try:
            try:
                async with self._drawing:
                    await self._draw()
            except asyncio.CancelledError as error:
                self._astray(error, "the source of the jobs was cancelled")
                assert self._feeder is not None
                if self._feeder.cancelling():
                    raise
            except Exception as error:  # noqa: BLE001 - the source's; handed to whoever takes
                if not (isinstance(error, TimeoutError) and self._drawing.expired()):
                    self._broken = error
            self._stopped = True
            while self._tasks:
                await asyncio.wait(self._tasks)
        finally:
            self._outcomes.put_nowait(None)

    async def _draw(self) -> None:
        async with aclosing(_asynchronous(self._jobs)) as jobs:
            while True:
                while self._under_way >= self._window():
                    self._room.clear()
                    await self._room.wait()
                try:
                    job = await anext(jobs)
                except StopAsyncIteration:
                    return
                if self._left:
                    return  # The source did not mind being cancelled.
                self._under_way += 1
                task = asyncio.create_task(self._one(job), name="heygen-async job")
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _one(self, job: _J) -> None:
        try:
            outcome = await self._make(job)
        except asyncio.CancelledError as error:
            self._astray(error, "a job was cancelled")
            self._outcomes.put_nowait(None)
            raise
        except Exception as error:  # noqa: BLE001 - a bug; handed to whoever takes the outcomes
            self._broken = error
            self._outcomes.put_nowait(None)
            return
        if refused_to_all(outcome.error) and not self._stopped:
            self._stopped = True
            self._drawing.reschedule(asyncio.get_running_loop().time())
        self._outcomes.put_nowait(outcome)

    def _astray(self, error: asyncio.CancelledError, what: str) -> None:
        """Take note of a cancellation: one that did not come from here must not seem an end."""
        if not self._left:
            self._broken = UsageError(
                f"The batch broke off: {what}, and not by leaving its block. Run the same jobs"
                " again; what was done is kept"
            )
            self._broken.__cause__ = error

    async def _take(self) -> Outcome | None:
        outcome = await self._outcomes.get()
        if outcome is not None:
            self._under_way -= 1
            self._room.set()
            return outcome
        self._outcomes.put_nowait(None)  # The end stays the end, however often it is asked for.
        if self._broken is not None:
            raise self._broken
        return None


class Outcomes:
    """An async iterator over the outcomes of a batch, in the order in which its jobs end."""

    def __init__(self, take: Callable[[], Awaitable[Outcome | None]]) -> None:
        self._take = take

    def __aiter__(self) -> Outcomes:
        return self

    async def __anext__(self) -> Outcome:
        outcome = await self._take()
        if outcome is None:
            raise StopAsyncIteration
        return outcome


async def _asynchronous(
    jobs: Iterable[_J] | AsyncIterable[_J],
) -> AsyncGenerator[_J, None]:
    if isinstance(jobs, AsyncIterable):
        async for job in jobs:
            yield job
        return
    for job in jobs:
        yield job
