"""One user's hold on a journal, which ends with the user and not with the journal.

A journal may be closed and opened again by somebody else. Runs that the one before has left behind
must not go on writing then: they would not know of the runs of the new one, nor these of them.
"""

from __future__ import annotations

from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

from heygen_async.errors import UsageError
from heygen_async.journal.base import Entry, Journal
from heygen_async.models.events import Event

__all__ = ["Lease", "left_behind"]


class Lease:
    """The journal, until ``end`` is called; opening and closing it is its owner's business."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._ended = False

    def end(self) -> None:
        """Let nothing through any more."""
        self._ended = True

    @property
    def id(self) -> str:
        """Names the journal."""
        return self._journal.id

    async def open(self) -> None:
        """Nothing: it is open."""

    def append(self, entries: Sequence[Entry]) -> Coroutine[Any, Any, None]:
        """Write the entries."""
        return self._held().append(entries)

    def read(self, streams: Sequence[str]) -> Coroutine[Any, Any, Mapping[str, tuple[Event, ...]]]:
        """The events of each stream."""
        return self._held().read(streams)

    def accepted(
        self, after: int = 0, limit: int = 500
    ) -> Coroutine[Any, Any, Sequence[tuple[int, str]]]:
        """The jobs, a page at a time."""
        return self._held().accepted(after, limit)

    def paid(
        self, after: int = 0, limit: int = 5000
    ) -> Coroutine[Any, Any, Sequence[tuple[int, Entry]]]:
        """What was reserved and spent, a page at a time."""
        return self._held().paid(after, limit)

    def keep(self, digest: str, data: bytes) -> Coroutine[Any, Any, None]:
        """Keep bytes."""
        return self._held().keep(digest, data)

    def kept(self, digest: str) -> Coroutine[Any, Any, bytes | None]:
        """The bytes kept under the digest."""
        return self._held().kept(digest)

    async def close(self) -> None:
        """The same as ``end``."""
        self.end()

    def _held(self) -> Journal:
        if self._ended:
            raise left_behind()
        return self._journal


def left_behind() -> UsageError:
    """The error for a run that is under way when its Orchestrator is closed."""
    return UsageError(
        "The Orchestrator was closed before the job had ended: stay inside its `async with` until"
        " all runs have ended. What was paid for is in the journal, and running the job again goes"
        " on there."
    )
