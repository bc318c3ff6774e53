"""A journal that lives as long as its process: for single runs and for tests.

It holds the bytes that the file would hold: they take less room than the events, and what could
not be read back from a file is found out here as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from heygen_async.errors import JournalError
from heygen_async.journal.base import PAYING, Entry, owned_here
from heygen_async.journal.codec import decode, rows_of
from heygen_async.models.check import encodable
from heygen_async.models.events import Accepted, Event

__all__ = ["MemoryJournal"]


class MemoryJournal:
    """A journal in memory: it forgets everything with the process."""

    def __init__(self) -> None:
        self._id = uuid4().hex
        # The events of a stream, a line each: JSON has no line ends of its own, and many small
        # objects take more room than what they hold.
        self._streams: dict[str, bytes] = {}
        self._accepted: list[str] = []
        # Of each paying event the stream, and at the same place which of its events it is.
        self._paid_streams: list[str] = []
        self._paid_places: list[int] = []
        self._kept: dict[str, bytes] = {}
        self._open = False

    @property
    def id(self) -> str:
        """Names this journal."""
        return self._id

    async def open(self) -> None:
        """Take it."""
        if self._open:
            raise owned_here("The journal")
        self._open = True

    async def append(self, entries: Sequence[Entry]) -> None:
        """Write the entries."""
        self._check()
        # First all that may fail: entries are written together or not at all.
        rows = rows_of(entries)
        for entry, (_, kind, body) in zip(entries, rows, strict=True):
            written, known = kind.encode() + b" " + body, self._streams.get(entry.stream)
            if known is None and isinstance(entry.event, Accepted):
                self._accepted.append(entry.stream)
            if isinstance(entry.event, PAYING):
                self._paid_streams.append(entry.stream)
                self._paid_places.append(0 if known is None else known.count(b"\n") + 1)
            self._streams[entry.stream] = written if known is None else known + b"\n" + written

    async def read(self, streams: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """The events of each stream."""
        self._check()
        for stream in streams:
            encodable("stream", stream)
        return {stream: tuple(map(_read, self._lines(stream))) for stream in streams}

    async def accepted(self, after: int = 0, limit: int = 500) -> Sequence[tuple[int, str]]:
        """The jobs, a page at a time."""
        self._check()
        page = self._accepted[after : after + limit]
        return [(after + place, stream) for place, stream in enumerate(page, start=1)]

    async def paid(self, after: int = 0, limit: int = 5000) -> Sequence[tuple[int, Entry]]:
        """What was reserved and spent, a page at a time."""
        self._check()
        streams = self._paid_streams[after : after + limit]
        places = self._paid_places[after : after + limit]
        return [
            (after + number, Entry(stream, _read(self._lines(stream)[place])))
            for number, (stream, place) in enumerate(zip(streams, places, strict=True), start=1)
        ]

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

    def _lines(self, stream: str) -> list[bytes]:
        written = self._streams.get(stream)
        return [] if written is None else written.split(b"\n")

    def _check(self) -> None:
        if not self._open:
            raise JournalError("The journal is not open")


def _read(written: bytes) -> Event:
    kind, _, body = written.partition(b" ")
    return decode(kind.decode(), body)
