"""A journal in a SQLite file: survives SIGKILL and power cuts.

One thread owns the connection, and works in rounds. Whoever wants to append or to read while a
round is under way waits for the next, and all of them share it: one commit for everything that is
appended, then everything that is asked for is read. So the price of an fsync, and that of a thread
being woken, is split among all who wait: ten thousand runs cost hardly more than one.

A waiter that is cancelled leaves, its entries stay in the round.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import TypeVar

from heygen_async.errors import InvalidInputError, JournalError, JournalFormatError
from heygen_async.journal.base import Entry, owned_here
from heygen_async.journal.codec import VERSION, Row, decode, rows_of
from heygen_async.journal.lock import Lock
from heygen_async.models.check import encodable
from heygen_async.models.events import Event

__all__ = ["SqliteJournal"]

_T = TypeVar("_T")

# "hgaj": tells our files from other SQLite files.
_APPLICATION_ID = 0x6867616A

# How each SQLite file begins, and where its application's id is (https://sqlite.org/fileformat.html,
# read 2026-11-29).
_MAGIC = b"SQLite format 3\0"
_NAMED, _HEAD = 68, 72

# Made in one transaction, name included: a file that was half made is made again.
_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('id', lower(hex(randomblob(16))));
CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    stream TEXT NOT NULL,
    kind TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX by_stream ON events (stream, seq);
CREATE INDEX accepted ON events (seq) WHERE kind = 'accepted';
CREATE TABLE kept (digest TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
"""

# The kinds are those of PAYING.
_PAID = (
    "SELECT seq, stream, kind, body FROM events WHERE seq > ? AND kind IN"
    " ('absent', 'declined', 'failed', 'intended', 'settled') ORDER BY seq LIMIT ?"
)

_STREAM = "SELECT kind, body FROM events WHERE stream = ? ORDER BY seq"

_Found = dict[str, list[tuple[str, bytes]]]
_Waiting = tuple[list[Row], Sequence[str], asyncio.Future[_Found]]


class SqliteJournal:
    """A journal in a SQLite file, which is made if it is not there; one process owns it at a time.

    Args:
        path: the file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)
        if "\0" in str(self._path):
            raise InvalidInputError.of("journal", "cannot hold a null character", str(path))
        # Of the file itself: under another name for it, SQLite would let two in.
        self._lock = Lock(Path(os.path.realpath(path)))
        self._id = ""
        self._connection: sqlite3.Connection | None = None
        self._thread: ThreadPoolExecutor | None = None
        self._waiting: list[_Waiting] = []
        self._round: asyncio.Future[_Found] | None = None
        self._closing: asyncio.Future[None] | None = None
        # The thread of an ``open`` that was broken off gives back what it takes; the next waits.
        self._leaving: Future[None] | None = None

    @property
    def id(self) -> str:
        """Names this journal; made with the file, and the same ever after."""
        return self._id

    async def open(self) -> None:
        """Take ownership of the file."""
        if self._closing is not None:
            await asyncio.shield(self._closing)
        if self._thread is not None:
            raise owned_here(f"The journal {self._path}")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="heygen-journal")
        before = self._leaving
        try:
            await self._in_thread(partial(_behind, before, self._connect))
        except BaseException:
            # A cancelled caller leaves at once; what the thread takes by then, it gives back.
            self._leaving = self._thread.submit(_behind, before, self._disconnect)
            self._thread.shutdown(wait=False)
            self._thread = None
            raise

    async def append(self, entries: Sequence[Entry]) -> None:
        """Write the entries; concurrent calls share one commit."""
        # What cannot be written is found out here, where it harms nobody else's entries.
        await self._next_round(rows_of(entries), ())

    async def read(self, streams: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        """The events of each stream; what was appended before is among them."""
        for stream in streams:
            encodable("stream", stream)
        found = await self._next_round([], streams)
        return {
            stream: tuple(decode(kind, body) for kind, body in found[stream]) for stream in streams
        }

    async def accepted(self, after: int = 0, limit: int = 500) -> Sequence[tuple[int, str]]:
        """The jobs, a page at a time."""
        query = (
            "SELECT seq, stream FROM events AS one WHERE kind = 'accepted' AND seq > ?"
            " AND NOT EXISTS (SELECT 1 FROM events WHERE stream = one.stream AND seq < one.seq)"
            " ORDER BY seq LIMIT ?"
        )
        return await self._run(lambda db: db.execute(query, (after, limit)).fetchall())

    async def paid(self, after: int = 0, limit: int = 5000) -> Sequence[tuple[int, Entry]]:
        """What was reserved and spent, a page at a time."""
        rows = await self._run(lambda db: db.execute(_PAID, (after, limit)).fetchall())
        return [(seq, Entry(stream, decode(kind, body))) for seq, stream, kind, body in rows]

    async def keep(self, digest: str, data: bytes) -> None:
        """Keep bytes."""
        query = "INSERT OR IGNORE INTO kept VALUES (?, ?)"
        await self._run(lambda db: db.execute(query, (digest, data)))

    async def kept(self, digest: str) -> bytes | None:
        """The bytes kept under the digest."""
        query = "SELECT data FROM kept WHERE digest = ?"
        row = await self._run(lambda db: db.execute(query, (digest,)).fetchone())
        return row[0] if row else None

    async def close(self) -> None:
        """Write what is waiting, then give up the file; whoever is cancelled here does not stop it.

        From now on nothing more is taken.
        """
        if self._thread is None:
            return
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_future()
            if self._round is None:
                self._shut(self._closing)
        await asyncio.shield(self._closing)

    def _shut(self, closing: asyncio.Future[None]) -> None:
        assert self._thread is not None
        closed = asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown(wait=False)

        def ended(_: asyncio.Future[None]) -> None:
            self._thread = self._closing = None
            closing.set_result(None)

        closed.add_done_callback(ended)

    # --- the rounds ------------------------------------------------------------------------------

    async def _next_round(self, rows: list[Row], streams: Sequence[str]) -> _Found:
        self._check()
        loop = asyncio.get_running_loop()
        done: asyncio.Future[_Found] = loop.create_future()
        self._waiting.append((rows, streams, done))
        if self._round is None:
            self._begin(loop)
        return await done

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting, self._waiting = self._waiting, []
        rows = [row for rows, _, _ in waiting for row in rows]
        streams = {stream for _, streams, _ in waiting for stream in streams}
        self._round = loop.run_in_executor(self._thread, self._served, rows, streams)
        self._round.add_done_callback(partial(self._ended, loop, waiting))

    def _ended(
        self,
        loop: asyncio.AbstractEventLoop,
        waiting: list[_Waiting],
        ended: asyncio.Future[_Found],
    ) -> None:
        error = ended.exception()
        for _, _, done in waiting:
            if done.done():
                continue  # Its waiter was cancelled; what it appended is written all the same.
            if error is None:
                done.set_result(ended.result())
            else:
                done.set_exception(_translated(error, self._path))
        self._round = None
        if self._waiting:
            self._begin(loop)
        elif self._closing is not None:
            self._shut(self._closing)

    # --- in the thread ---------------------------------------------------------------------------

    async def _run(self, work: Callable[[sqlite3.Connection], _T]) -> _T:
        self._check()
        if self._waiting and self._round is not None:
            # What was appended before is seen, even where its waiter was cancelled and is not
            # waiting any more: it leaves for the thread when this round is done.
            await asyncio.wait([self._round])
            self._check()
        return await self._in_thread(lambda: work(self._db))

    async def _in_thread(self, work: Callable[[], _T]) -> _T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except sqlite3.Error as error:
            raise _translated(error, self._path) from error

    def _check(self) -> None:
        if self._thread is None or self._closing is not None:
            raise JournalError(f"The journal {self._path} is not open")

    @property
    def _db(self) -> sqlite3.Connection:
        if self._connection is None:
            # Never opened here: only who has the lock may.
            raise JournalError(f"The journal {self._path} is not open")
        return self._connection

    def _connect(self) -> None:
        _glanced(self._path)
        try:
            self._lock.acquire()
            self._connection = sqlite3.connect(
                self._path, isolation_level=None, check_same_thread=False
            )
            self._prepare(self._connection)
        except BaseException:
            self._disconnect()
            raise

    def _prepare(self, db: sqlite3.Connection) -> None:
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != _APPLICATION_ID:
            self._lock.remove()
            raise _of_something_else(self._path)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        if not tables:
            db.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            db.execute(f"PRAGMA user_version = {VERSION}")
            db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            raise JournalFormatError(
                f"{self._path} has format {version}, this version of heygen_async reads {VERSION}"
            )
        (self._id,) = db.execute("SELECT value FROM meta WHERE name = 'id'").fetchone()

    def _served(self, rows: list[Row], streams: set[str]) -> _Found:
        db = self._db
        if rows:
            db.execute("BEGIN IMMEDIATE")
            try:
                db.executemany("INSERT INTO events (stream, kind, body) VALUES (?, ?, ?)", rows)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # SQLite rolls back by itself where the disk is full.
                    db.execute("ROLLBACK")
                raise
        return {stream: db.execute(_STREAM, (stream,)).fetchall() for stream in streams}

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._lock.release()


def _behind(before: Future[None] | None, work: Callable[[], None]) -> None:
    """Do work in a thread, once another one is done with its own."""
    if before is not None:
        wait((before,))
    work()


def _glanced(path: Path) -> None:
    """Refuse a file that is no journal before anything is left beside it."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return  # It is not there yet, or SQLite says what is the matter.
    if head and not head.startswith(_MAGIC):
        raise JournalFormatError(f"{path} is not a journal, or is damaged; choose another name")
    # 0 is no answer: of a journal that was just made, the name may still be in the file beside it.
    if int.from_bytes(head[_NAMED:_HEAD]) not in (0, _APPLICATION_ID):
        raise _of_something_else(path)


def _of_something_else(path: Path) -> JournalFormatError:
    return JournalFormatError(
        f"{path} is a SQLite file of something else, not a journal; choose another name"
    )


def _translated(error: BaseException, path: Path) -> BaseException:
    match error:
        case sqlite3.OperationalError(sqlite_errorcode=sqlite3.SQLITE_CANTOPEN):
            # SQLite's own words are poor.
            return JournalError(
                f"The journal {path} cannot be opened: {error}. Does its folder exist, and may you"
                " write there?"
            )
        case sqlite3.OperationalError():
            return JournalError(
                f"The journal {path} cannot be used: {error}. Nothing was sent that it does not"
                " know of; mend the file or the disk and resume."
            )
        case sqlite3.DatabaseError():
            return JournalFormatError(f"{path} is not a journal, or is damaged: {error}")
    return error
