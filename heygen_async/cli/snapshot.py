"""A journal to look into, without disturbing whoever fills it.

A journal belongs to one process at a time, so what is read here is a copy that SQLite takes of it,
consistent to the last commit.
"""

from __future__ import annotations

import asyncio
import os
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
    with TemporaryDirectory(prefix="heygen-async-", ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / "journal.db"
        copying = asyncio.ensure_future(asyncio.to_thread(_copy, Path(journal), copy))
        try:
            await asyncio.shield(copying)
        except asyncio.CancelledError:
            # The folder goes when nobody writes into it any more.
            await asyncio.wait([copying])
            _ = copying.cancelled() or copying.exception()
            raise
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
    address = journal.absolute().as_uri()
    mode = "mode=rw"
    if not (os.access(journal, os.W_OK) and os.access(journal.absolute().parent, os.W_OK)):
        # SQLite writes beside a journal to read it, unless nothing can have changed it meanwhile.
        mode = "mode=ro&immutable=1"
        ahead = Path(f"{journal}-wal")
        if ahead.exists():  # Even an empty one is somebody's who is about to write.
            raise JournalError(
                f"The journal {journal} cannot be read as it is: somebody works on it, or was"
                f" killed, and {journal.absolute().parent} is not to be written to. Copy {journal}"
                f" and {ahead} to another folder, and look there"
            )
    try:
        with (
            closing(sqlite3.connect(f"{address}?{mode}", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.OperationalError as error:
        raise JournalError(f"The journal {journal} cannot be read: {error}") from error
    except sqlite3.DatabaseError as error:
        raise JournalFormatError(f"{journal} is not a journal, or is damaged: {error}") from error
