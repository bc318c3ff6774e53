"""What survives a crash: the interface, in memory, in SQLite."""

from __future__ import annotations

from heygen_async.journal.base import Entry, Journal
from heygen_async.journal.memory import MemoryJournal
from heygen_async.journal.sqlite import SqliteJournal

__all__ = ["Entry", "Journal", "MemoryJournal", "SqliteJournal"]
