from __future__ import annotations

import asyncio
from pathlib import Path

from heygen_async.errors import JournalLockedError
from heygen_async.journal import SqliteJournal


async def test_a_cancelled_open_gives_the_file_back(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    for turns in range(6):
        opening = asyncio.create_task(SqliteJournal(path).open())
        for _ in range(turns):
            await asyncio.sleep(0)
        opening.cancel()
        await asyncio.wait([opening])

        await _opened_again(path)


async def _opened_again(path: Path) -> None:
    """Open and close it; what the cancelled one's thread still does takes a moment."""
    journal = SqliteJournal(path)
    for _ in range(100):
        try:
            await journal.open()
            break
        except JournalLockedError:
            await asyncio.sleep(0.1)
    await journal.append([])
    await journal.close()
