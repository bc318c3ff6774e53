"""Who owns a journal: a lock that dies with its process.

The lock is a second, tiny SQLite file beside the journal. Its owner holds a write transaction open
for as long as it lives, so the operating system frees the lock however the process ends, and no
stale lock is ever left. The row inside says who the owner is; others can read it while it is held,
for the sake of their error message.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import sqlite3
from pathlib import Path

from heygen_async.errors import JournalLockedError

__all__ = ["Lock"]

# Milliseconds to wait for those who read the owner's name; SQLite knows no other unit.
_READING = 5000


class Lock:
    """The lock of the journal at ``path``; blocking calls, for the journal's own thread."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + ".lock")
        self._connection: sqlite3.Connection | None = None

    def acquire(self) -> None:
        """Take it.

        Raises:
            JournalLockedError: another owner lives; the error names it.
        """
        connection = sqlite3.connect(
            self._path, isolation_level=None, timeout=0, check_same_thread=False
        )
        try:
            connection.execute("CREATE TABLE IF NOT EXISTS owner (who TEXT NOT NULL)")
            connection.execute("BEGIN IMMEDIATE")
            # From here on it can only be held up by whoever reads the name of its owner.
            connection.execute(f"PRAGMA busy_timeout = {_READING}")
            connection.execute("DELETE FROM owner")
            connection.execute("INSERT INTO owner VALUES (?)", (_me(),))
            # The row has to be visible to others while the lock is held: write it, take it again.
            connection.execute("COMMIT")
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                connection.close()
                raise
            owner = self._owner(connection)
            connection.close()
            raise JournalLockedError(
                f"The journal is in use by {owner}. Wait until that has finished, or stop it;"
                " what it did is kept.",
                owner=owner,
            ) from error
        self._connection = connection

    def release(self) -> None:
        """Give it up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def remove(self) -> None:
        """Give it up, and leave no file; for what turned out to be nothing to own."""
        self.release()
        self._path.unlink(missing_ok=True)

    @staticmethod
    def _owner(connection: sqlite3.Connection) -> str:
        try:
            row = connection.execute("SELECT who FROM owner").fetchone()
        except sqlite3.OperationalError:
            row = None  # The other one is just writing its name.
        return row[0] if row else "another process"


def _me() -> str:
    since = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    return f"process {os.getpid()} on {socket.gethostname()} since {since}"
