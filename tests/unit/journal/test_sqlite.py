from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from heygen_async.errors import JournalFormatError
from heygen_async.journal import SqliteJournal


async def test_a_cancelled_open_gives_the_file_back(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    for turns in range(6):
        journal = SqliteJournal(path)
        opening = asyncio.create_task(journal.open())
        for _ in range(turns):
            await asyncio.sleep(0)
        opening.cancel()
        await asyncio.wait([opening])
        if not opening.cancelled():  # The thread was quicker than the turns.
            await journal.close()

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


@pytest.mark.parametrize("kind", ["text", "named", "nameless"])
async def test_a_file_of_something_else_is_refused_and_nothing_is_left_beside_it(
    tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "notes.txt"
    if kind == "text":
        path.write_text("buy milk")
    else:
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE songs (name)")
            if kind == "named":
                other.execute("PRAGMA application_id = 7")
            other.commit()
    before = path.read_bytes()

    with pytest.raises(JournalFormatError, match="choose another name"):
        await SqliteJournal(path).open()

    assert [one.name for one in tmp_path.iterdir()] == ["notes.txt"]
    assert path.read_bytes() == before


async def test_an_empty_file_becomes_a_journal(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    path.touch()

    await _opened_again(path)

    assert path.stat().st_size
