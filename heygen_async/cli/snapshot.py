"""A journal to look into, without disturbing whoever fills it.

A journal belongs to one process at a time, so what is read here is a copy that SQLite takes of it,
consistent to the last commit.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory

from heygen_async.errors import JournalError, JournalFormatError
from heygen_async.journal import Journal, SqliteJournal

__all__ = ["copied", "snapshot"]


@asynccontextmanager
async def copied(journal: str) -> AsyncIterator[Path]:
    """The path of a copy, which lasts as long as the block.

    Raises:
        JournalFormatError: the file is none.
        JournalError: it cannot be read.
    """
    with TemporaryDirectory(prefix="heygen-async-") as folder:
        copy = Path(folder) / "journal.db"
        await asyncio.to_thread(_copy, Path(journal), copy)
        try:
            yield copy
        except JournalFormatError as error:
            raise JournalFormatError(error.message.replace(str(copy), journal)) from None


@asynccontextmanager
async def snapshot(journal: str) -> AsyncIterator[Journal]:
    """The journal as it is now, open.

    Raises:
        JournalFormatError: the file is none.
        JournalError: it cannot be read.
    """
    async with copied(journal) as path:
        copy = SqliteJournal(path)
        await copy.open()
        try:
            yield copy
        finally:
            await copy.close()


def _copy(journal: Path, copy: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{journal.absolute().as_uri()}?mode=rw", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.OperationalError as error:
        raise JournalError(f"The journal {journal} cannot be read: {error}") from error
    except sqlite3.DatabaseError as error:
        raise JournalFormatError(f"{journal} is not a journal, or is damaged: {error}") from error
