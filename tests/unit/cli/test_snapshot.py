from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path

import pytest

from heygen_async.cli import snapshot as snapshots
from heygen_async.cli.snapshot import copied, snapshot
from heygen_async.errors import JournalError
from heygen_async.journal import Entry, SqliteJournal
from heygen_async.models.events import Lost

LOST = Entry("video:v", Lost(at=1.0, reason="r"))


async def begun(path: Path) -> SqliteJournal:
    journal = SqliteJournal(path)
    await journal.open()
    await journal.append([LOST])
    return journal


async def test_who_is_cancelled_during_the_copy_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders, go_on = list[Path](), threading.Event()

    def slowly(journal: Path, copy: Path) -> None:
        folders.append(copy.parent)
        assert go_on.wait(60.0)
        copy.write_bytes(b"all of it")

    async def look() -> None:
        async with copied("j.db"):
            raise AssertionError("it was cancelled")

    monkeypatch.setattr(snapshots, "_copy", slowly)
    looking = asyncio.create_task(look())
    while not folders:
        await asyncio.sleep(0)

    looking.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    waits = not looking.done()
    go_on.set()
    await asyncio.wait([looking])

    assert waits
    assert looking.cancelled()
    assert not folders[0].exists()


@pytest.fixture
def not_writable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing may be written to; whoever tests may be root."""
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)


@pytest.mark.usefixtures("not_writable")
async def test_a_journal_that_may_only_be_read_can_be_looked_at(tmp_path: Path) -> None:
    journal = await begun(tmp_path / "j.db")
    await journal.close()
    before = sorted(tmp_path.iterdir())

    async with snapshot(str(tmp_path / "j.db")) as copy:
        events = (await copy.read(["video:v"]))["video:v"]

    assert events == (LOST.event,)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.usefixtures("not_writable")
async def test_one_that_somebody_works_on_has_to_be_copied_by_hand(tmp_path: Path) -> None:
    journal = await begun(tmp_path / "j.db")

    with pytest.raises(JournalError, match=r"Copy .*j\.db and .*j\.db-wal to another folder"):
        async with snapshot(str(tmp_path / "j.db")):
            pass

    await journal.close()
