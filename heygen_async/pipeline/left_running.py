"""Renders that an earlier process left running: each keeps its slot until it ends, and no longer.

Whoever resumes comes for them. But a manifest may have been changed since, or another batch may use
the journal, and then nobody does, while the renders run on and are paid for. So those whose id is
known are looked at, in the same requests as all others; when one ends, its slot is free, and if it
ended well the journal has its result and its price. What failed is left as it is, for whoever asks
for it to judge. A render of which only the intent is known gives its slot back after a while.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Callable

from heygen_async.backends.base import Backend
from heygen_async.errors import HeyGenError
from heygen_async.journal.base import Journal
from heygen_async.models.state import Progress
from heygen_async.pipeline.machine import Phase, fold
from heygen_async.pipeline.records import admitted, dialect_of, unsettled
from heygen_async.pipeline.runner import Runner, Sight
from heygen_async.pipeline.slots import RenderSlots

__all__ = ["LeftRunning"]

# Seconds for which a render that an earlier process left holds a slot while nobody knows its end.
_PRESUMED = 900.0

_LOGGER = logging.getLogger("heygen_async")


class LeftRunning:
    """The renders that a journal knows as asked for and not ended, when it is opened.

    Args:
        journal: open.
        slots: of which each of them holds one.
        watch: waits for jobs.
        now: wall time, seconds since 1970.
    """

    def __init__(
        self, journal: Journal, slots: RenderSlots, watch: Sight, now: Callable[[], float]
    ) -> None:
        self._journal = journal
        self._slots = slots
        self._watch = watch
        self._now = now
        self._streams: list[str] = []
        self._task: asyncio.Task[None] | None = None

    async def claim(self) -> None:
        """Count them; sends nothing."""
        under_way = await unsettled(self._journal)
        self._streams = sorted(one for one in under_way if one.startswith("video:"))
        for stream in self._streams:
            self._slots.claim(stream, _PRESUMED)

    def follow(self, backend: Backend, runner: Runner) -> None:
        """Begin to look at them, once; called when somebody may want a slot."""
        if self._streams and self._task is None:
            self._task = asyncio.create_task(
                self._all(backend, runner),
                name="heygen-async renders left running",
                # It belongs to nobody, least of all to whoever came first.
                context=contextvars.Context(),
            )

    async def close(self) -> None:
        """Give up the slots, and stop looking."""
        self._slots.disclaim()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            if not self._task.cancelled():
                self._task.result()  # A bug, if it is an error.

    async def _all(self, backend: Backend, runner: Runner) -> None:
        async with asyncio.TaskGroup() as tasks:
            for stream in self._streams:
                tasks.create_task(self._one(stream, backend, runner))

    async def _one(self, stream: str, backend: Backend, runner: Runner) -> None:
        own = f"job:{stream.removeprefix('video:')}"
        try:
            stories = await self._journal.read([stream, own])
            state = fold(stories[stream])
            if state.phase is not Phase.SETTLING or not stories[own]:
                return
            if dialect_of(stories[own]) != backend.name:
                return
            assert state.ref is not None
            goal = (await backend.plan(*admitted(stories[own]))).goal
            seen = await self._watch(
                goal.kind,
                state.ref,
                timeout=goal.timeout,
                expected=goal.expected,
                age=max(0.0, self._now() - (state.submitted_at or self._now())),
            )
            self._slots.disclaim(stream)
            if seen.progress is Progress.DONE:
                await runner.conclude(goal, seen)
        except HeyGenError as error:
            # Nobody asked; whoever does is told.
            _LOGGER.info("%s, which was left running, was not followed: %s", stream, error)
