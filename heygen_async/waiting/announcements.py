"""How far webhooks are relied on: as far as they have come.

An event is a reason to look at once, so where each end is announced, looking without a reason is
waste. But an address may be unreachable, an endpoint may have been removed, and some kinds of jobs
have no events at all. So nobody has to say whether webhooks work; it shows, for each kind apart:

- when a few events have come, looks become rare: the policy's ceiling is then the safety net;
- when a job is seen to have settled, and no event says so for a while, the next waits look as often
  as ever, until a few events have come again.

Late is as good as early: a look may see the end before the event has travelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from heygen_async.models.state import JobState

__all__ = ["Announcements"]

# Events that have to come before they are relied on.
_ENOUGH = 3
# Seconds that an event may come after the end was seen.
_GRACE = 30.0
# What a second of waiting too long counts where the end will be announced: jobs that are hours
# overdue are still looked at more often.
_RELAXED = 1e-4
# Events that are remembered, in case that their jobs are only now waited for, or by several.
_REMEMBERED = 10_000


class Announcements:
    """The events of one kind of job."""

    def __init__(self) -> None:
        self._events = 0
        self._heard: dict[str, None] = {}
        self._silent: dict[str, float] = {}

    @property
    def relied_on(self) -> bool:
        """Whether the end of a job that is begun now will probably be announced."""
        oldest = next(iter(self._silent.values()), None)
        if oldest is not None and asyncio.get_running_loop().time() - oldest > _GRACE:
            self._events = 0
            self._silent.clear()
        return self._events >= _ENOUGH

    @property
    def urgency(self) -> float:
        """What a second of waiting too long counts, 1 where nothing is announced."""
        return _RELAXED if self.relied_on else 1.0

    def came(self, id: str) -> None:  # noqa: A002 - the server's own word for it
        """An event about a job came."""
        self._events += 1
        if self._silent.pop(id, None) is None:
            self._heard[id] = None
            if len(self._heard) > _REMEMBERED:
                del self._heard[next(iter(self._heard))]

    async def follow(self, id: str, waiting: Awaitable[JobState]) -> JobState:  # noqa: A002
        """The state in which a job settled; its event is expected from then on."""
        state = await waiting
        named = state.became or id
        if named not in self._heard:
            self._silent.setdefault(named, asyncio.get_running_loop().time())
        return state
