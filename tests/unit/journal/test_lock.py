from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from heygen_async.errors import JournalLockedError
from heygen_async.journal import lock
from heygen_async.journal.lock import Lock


def test_who_reads_the_owners_name_does_not_keep_a_new_owner_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Lock(tmp_path / "j.db")
    first.acquire()
    first.release()
    at_the_name = threading.Event()
    failures: list[Exception] = []

    def name() -> str:
        at_the_name.set()
        return "the new owner"

    def acquire() -> None:
        try:
            own.acquire()
        except JournalLockedError as error:
            failures.append(error)

    monkeypatch.setattr(lock, "_me", name)
    own = Lock(tmp_path / "j.db")
    with closing(sqlite3.connect(tmp_path / "j.db.lock", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT who FROM owner").fetchall()
        thread = threading.Thread(target=acquire)
        thread.start()
        at_the_name.wait(60.0)
        thread.join(0.1)  # As long as it waits for the reader, it cannot end.
        reader.execute("COMMIT")
        thread.join(60.0)

    assert failures == []
    with pytest.raises(JournalLockedError, match="in use by the new owner"):
        Lock(tmp_path / "j.db").acquire()
    own.release()
