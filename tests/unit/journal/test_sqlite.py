from __future__ import annotations

import asyncio
import threading
from pathlib import Path

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
    """Open and close it, once the cancelled one's thread has given back what it took."""
    for thread in threading.enumerate():
        if thread.name.startswith("heygen-journal"):
            thread.join(60.0)
    journal = SqliteJournal(path)
    await journal.open()
    await journal.append([])
    await journal.close()
