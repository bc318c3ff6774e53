"""What a journal promises, whatever it is kept in.

- It is append-only: streams of events, each in the order in which they were appended.
- When ``append`` returns, the events survive a crash (in memory: nothing survives, by choice).
- Entries appended in one call appear together or not at all.
- A cancelled ``append`` is still written: cancelling the waiter does not cancel the fact.
- One owner has a journal at a time, in whatever process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import attrs

from heygen_async.errors import JournalLockedError
from heygen_async.models.events import Absent, Declined, Event, Failed, Intended, Settled

__all__ = ["PAYING", "Entry", "Journal", "owned_here"]

# The events that tell what was reserved and spent.
PAYING = (Intended, Settled, Failed, Declined, Absent)


@attrs.frozen
class Entry:
    """An event and the stream it belongs to, such as ``video:JOB``."""

    stream: str
    event: Event


class Journal(Protocol):
    """Where an Orchestrator writes its work down: what a journal of your own has to offer.

    ``tests/contract/test_journals.py`` holds every implementation to it.
    """

    @property
    def id(self) -> str:
        """Names this journal for ever; idempotency keys are derived from it."""
        ...

    async def open(self) -> None:
        """Take ownership, until ``close``.

        Raises:
            JournalLockedError: somebody owns it, in this process or another: two who drive one
                journal would not know of each other's runs.
            JournalFormatError: it is none, or of another version.
        """
        ...

    async def append(self, entries: Sequence[Entry]) -> None:
        """Write the entries; they are safe when this returns.

        Raises:
            JournalError: they could not be written; none of them was.
        """
        ...

    async def read(self, streams: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """The events of each stream, oldest first; none for a stream that is not there."""
        ...

    async def accepted(self, after: int = 0, limit: int = 500) -> Sequence[tuple[int, str]]:
        """The streams that begin with an Accepted event, in their order, a page at a time.

        Args:
            after: the number of the last row of the page before, 0 for the first page.
            limit: rows a page.

        Returns:
            Rows of a number and a stream; fewer than ``limit`` on the last page.
        """
        ...

    async def paid(self, after: int = 0, limit: int = 5000) -> Sequence[tuple[int, Entry]]:
        """The events of steps that tell what was reserved and spent, in order, a page at a time.

        Args:
            after: the number of the last row of the page before, 0 for the first page.
            limit: rows a page.

        Returns:
            Numbered entries of the kinds Intended, Settled, Failed, Declined and Absent.
        """
        ...

    async def keep(self, digest: str, data: bytes) -> None:
        """Keep bytes by their SHA-256, so that a later process has them; keeping twice is once."""
        ...

    async def kept(self, digest: str) -> bytes | None:
        """The bytes kept under the digest, None if there are none."""
        ...

    async def close(self) -> None:
        """Wait for what is being written, and give up ownership. Closing twice is closing once."""
        ...


def owned_here(what: str) -> JournalLockedError:
    """The error for a journal that is open already."""
    return JournalLockedError(
        f"{what} is in use by another Orchestrator of this process: share that one, from as many"
        " tasks as you like",
        owner="another Orchestrator of this process",
    )
