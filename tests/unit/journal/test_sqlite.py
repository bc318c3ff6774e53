from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from heygen_async.errors import InvalidInputError, JournalFormatError, JournalLockedError
from heygen_async.journal import Entry, SqliteJournal
from heygen_async.models.events import Lost


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


@pytest.mark.parametrize("cancelled", [1, 3])
async def test_one_whose_opening_was_cancelled_is_opened_again_behind_the_thread_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cancelled: int
) -> None:
    connecting, go_on = threading.Event(), threading.Event()
    prepare = SqliteJournal._prepare

    def slowly(self: SqliteJournal, db: sqlite3.Connection) -> None:
        connecting.set()
        assert go_on.wait(60.0)
        prepare(self, db)

    monkeypatch.setattr(SqliteJournal, "_prepare", slowly)
    journal = SqliteJournal(tmp_path / "journal.db")
    for _ in range(cancelled):
        opening = asyncio.create_task(journal.open())
        await asyncio.to_thread(connecting.wait, 60.0)
        await asyncio.sleep(0)
        opening.cancel()
        await asyncio.wait([opening])
        assert opening.cancelled()

    opening = asyncio.create_task(journal.open())
    await asyncio.sleep(0)
    go_on.set()
    await opening
    await journal.append([Entry("a", Lost(at=1.0, reason="x"))])
    read = await journal.read(["a"])
    with pytest.raises(JournalLockedError):
        await SqliteJournal(tmp_path / "journal.db").open()
    await journal.close()

    assert len(read["a"]) == 1


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


def test_no_journal_has_a_name_that_no_system_takes() -> None:
    with pytest.raises(InvalidInputError, match="journal cannot hold a null character"):
        SqliteJournal("a\0.db")
