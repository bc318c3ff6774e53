"""A journal that lives as long as its process: for single runs and for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from heygen_async.errors import JournalError
from heygen_async.journal.base import PAYING, Entry
from heygen_async.models.events import Accepted, Event

__all__ = ["MemoryJournal"]


class MemoryJournal:
    """Keeps everything in dictionaries; see ``journal.base`` for what it promises."""

    def __init__(self) -> None:
        self._id = uuid4().hex
        self._streams: dict[str, list[Event]] = {}
        self._accepted: list[str] = []
        self._paid: list[Entry] = []
        self._kept: dict[str, bytes] = {}
        self._open = False

    @property
    def id(self) -> str:
        """Names this journal."""
        return self._id

    async def open(self) -> None:
        """Nothing to take: nobody else can see it."""
        self._open = True

    async def append(self, entries: Sequence[Entry]) -> None:
        """Write the entries."""
        self._check()
        for entry in entries:
            events = self._streams.setdefault(entry.stream, [])
            if not events and isinstance(entry.event, Accepted):
                self._accepted.append(entry.stream)
            events.append(entry.event)
            if isinstance(entry.event, PAYING):
                self._paid.append(entry)

    async def read(self, streams: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """The events of each stream."""
        self._check()
        return {stream: tuple(self._streams.get(stream, ())) for stream in streams}

    async def accepted(self, after: int = 0, limit: int = 500) -> Sequence[tuple[int, str]]:
        """The jobs, a page at a time."""
        self._check()
        page = self._accepted[after : after + limit]
        return [(after + place, stream) for place, stream in enumerate(page, start=1)]

    async def paid(self, after: int = 0, limit: int = 5000) -> Sequence[tuple[int, Entry]]:
        """What was reserved and spent, a page at a time."""
        self._check()
        page = self._paid[after : after + limit]
        return [(after + place, entry) for place, entry in enumerate(page, start=1)]

    async def keep(self, digest: str, data: bytes) -> None:
        """Keep bytes."""
        self._check()
        self._kept[digest] = data

    async def kept(self, digest: str) -> bytes | None:
        """The bytes kept under the digest."""
        self._check()
        return self._kept.get(digest)

    async def close(self) -> None:
        """What was written can be read again after another ``open``."""
        self._open = False

    def _check(self) -> None:
        if not self._open:
            raise JournalError("The journal is not open")
