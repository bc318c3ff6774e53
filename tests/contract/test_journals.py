"""What every journal promises; ``heygen_async.journal.base`` is the text of it."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from heygen_async.errors import (
    InvalidInputError,
    JournalError,
    JournalFormatError,
    JournalLockedError,
)
from heygen_async.journal import Entry, Journal, MemoryJournal, SqliteJournal
from heygen_async.journal.base import PAYING
from heygen_async.models.events import (
    Absent,
    Accepted,
    Closed,
    Declined,
    Failed,
    Intended,
    Lost,
    Settled,
    Submitted,
)

Make = Callable[[], Journal]


def intended(attempt: int) -> Intended:
    return Intended(at=1.5, key=f"key-{attempt}", attempt=attempt)


def accepted(name: str) -> Entry:
    return Entry(f"job:{name}", Accepted(at=0.0, job={"name": name}))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture(params=["memory", "sqlite"])
def make(request: pytest.FixtureRequest, path: Path) -> Make:
    return MemoryJournal if request.param == "memory" else lambda: SqliteJournal(path)


@pytest_asyncio.fixture
async def journal(make: Make) -> AsyncIterator[Journal]:
    journal = make()
    await journal.open()
    yield journal
    await journal.close()


async def test_events_are_read_in_the_order_in_which_they_were_appended(journal: Journal) -> None:
    events = [intended(1), Declined(at=2.0, reason="full"), intended(2), Submitted(at=3.0, ref="v")]

    for event in events:
        await journal.append([Entry("video:a", event)])

    assert (await journal.read(["video:a"]))["video:a"] == tuple(events)


async def test_concurrent_appends_keep_the_order_of_the_calls(journal: Journal) -> None:
    events = [intended(number) for number in range(200)]

    await asyncio.gather(*(journal.append([Entry("video:a", event)]) for event in events))

    assert (await journal.read(["video:a"]))["video:a"] == tuple(events)


async def test_streams_are_kept_apart_and_unknown_ones_are_empty(journal: Journal) -> None:
    await journal.append([Entry("a", intended(1)), Entry("b", intended(2))])

    read = await journal.read(["b", "c", "a"])

    assert read == {"b": (intended(2),), "c": (), "a": (intended(1),)}


async def test_every_field_of_an_event_comes_back(journal: Journal) -> None:
    event = Settled(at=1234.5678, result={"ä": [1, 2.5, None, True], "n": {"deep": "✓"}})

    await journal.append([Entry("s", event)])

    assert (await journal.read(["s"]))["s"] == (event,)


async def test_what_an_event_says_may_have_many_lines(journal: Journal) -> None:
    events = [
        Lost(at=1.0, reason="one\ntwo\r\n\u2028three\n"),
        Settled(at=2.0, result={"\n": "\n"}, price=0.1),
    ]

    await journal.append([Entry("s", event) for event in events])

    assert (await journal.read(["s"]))["s"] == tuple(events)
    assert [entry.event for _, entry in await journal.paid()] == events[1:]


async def test_an_append_of_nothing_is_allowed(journal: Journal) -> None:
    await journal.append([])

    assert await journal.read(["a"]) == {"a": ()}


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        (Entry("b", Settled(at=0.0, result={"x": object()})), JournalError),
        (Entry("b", Lost(at=0.0, reason="\ud800")), JournalError),
        (Entry("\ud800", intended(1)), InvalidInputError),
    ],
    ids=["no json", "no unicode", "stream"],
)
async def test_what_cannot_be_written_is_refused_before_anything_is(
    journal: Journal, bad: Entry, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await journal.append([accepted("a"), Entry("a", intended(1)), bad])

    assert await journal.read(["job:a", "a", "b"]) == {"job:a": (), "a": (), "b": ()}
    assert (await journal.accepted(), await journal.paid()) == ([], [])


async def test_a_cancelled_append_is_written_all_the_same(journal: Journal) -> None:
    appends = [
        asyncio.create_task(journal.append([Entry("a", intended(number))])) for number in range(20)
    ]
    await asyncio.sleep(0)
    for task in appends:
        task.cancel()
    await asyncio.wait(appends)
    await journal.append([Entry("b", intended(1))])

    assert len((await journal.read(["a"]))["a"]) == 20


async def test_a_read_sees_what_a_cancelled_append_is_still_writing(journal: Journal) -> None:
    appends = [
        asyncio.create_task(journal.append([Entry(f"s{number}", intended(1))]))
        for number in range(20)
    ]
    await asyncio.sleep(0)
    for task in appends:
        task.cancel()

    read = await journal.read([f"s{number}" for number in range(20)])

    assert set(read.values()) == {(intended(1),)}
    await asyncio.wait(appends)


async def test_closing_waits_for_what_is_being_written(make: Make) -> None:
    journal = make()
    await journal.open()
    appends = [
        asyncio.create_task(journal.append([Entry("a", intended(number))])) for number in range(20)
    ]
    await asyncio.sleep(0)

    await journal.close()

    await asyncio.gather(*appends)
    await journal.open()
    assert len((await journal.read(["a"]))["a"]) == 20
    await journal.close()


async def test_accepted_lists_each_stream_that_begins_with_it_once_and_in_order(
    journal: Journal,
) -> None:
    await journal.append([accepted("a"), Entry("video:a", intended(1)), accepted("b")])
    await journal.append([Entry("job:a", Closed(at=1.0)), accepted("a"), accepted("c")])
    await journal.append([Entry("odd", Closed(at=1.0))])
    await journal.append([Entry("odd", Accepted(at=1.0, job={}))])

    streams = [stream for _, stream in await journal.accepted()]

    assert streams == ["job:a", "job:b", "job:c"]


@pytest.mark.parametrize("limit", [1, 3, 7, 10, 500])
async def test_accepted_is_paged_without_gaps_or_repetitions(journal: Journal, limit: int) -> None:
    names = [f"{number:02}" for number in range(10)]
    for name in names:
        await journal.append([accepted(name), Entry(f"video:{name}", intended(1))])

    found: list[str] = []
    after = 0
    while page := await journal.accepted(after, limit):
        assert len(page) <= limit
        found += [stream for _, stream in page]
        after = page[-1][0]

    assert found == [f"job:{name}" for name in names]


async def test_a_page_goes_on_with_what_was_accepted_after_the_one_before(journal: Journal) -> None:
    await journal.append([accepted("a")])
    (row,) = await journal.accepted()
    await journal.append([accepted("b")])

    rows = await journal.accepted(row[0])

    assert [stream for _, stream in rows] == ["job:b"]


@pytest.mark.parametrize("limit", [1, 2, 5000])
async def test_paid_tells_reservations_and_their_ends_in_order_and_paged(
    journal: Journal, limit: int
) -> None:
    entries = [
        Entry("a", Intended(at=0.0, key="k", attempt=1, price=2.0)),
        Entry("b", Intended(at=0.0, key="l", attempt=1, price=3.0)),
        Entry("a", Submitted(at=0.0, ref="r")),
        Entry("b", Declined(at=0.0, reason="full")),
        Entry("b", Lost(at=0.0, reason="gone")),
        Entry("a", Settled(at=0.0, result={}, price=1.5)),
        Entry("c", Failed(at=0.0, error="E", message="m")),
        Entry("d", Absent(at=0.0)),
        Entry("job:a", Closed(at=0.0)),
    ]
    await journal.append(entries[:4])
    await journal.append(entries[4:])

    found: list[Entry] = []
    after = 0
    while page := await journal.paid(after, limit):
        found += [entry for _, entry in page]
        after = page[-1][0]

    assert found == [entry for entry in entries if isinstance(entry.event, PAYING)]


async def test_bytes_are_kept_once_by_their_digest(journal: Journal) -> None:
    await journal.keep("d1", b"\x00photo\xff")
    await journal.keep("d1", b"\x00photo\xff")

    assert await journal.kept("d1") == b"\x00photo\xff"
    assert await journal.kept("d2") is None


async def test_a_closed_journal_says_so(make: Make) -> None:
    journal = make()
    await journal.open()
    await journal.close()

    for use in (
        lambda: journal.append([Entry("a", intended(1))]),
        lambda: journal.read(["a"]),
        lambda: journal.accepted(),
        lambda: journal.paid(),
        lambda: journal.keep("d", b""),
        lambda: journal.kept("d"),
    ):
        with pytest.raises(JournalError, match="not open"):
            await use()


async def test_a_journal_that_was_never_opened_says_so(make: Make) -> None:
    with pytest.raises(JournalError, match="not open"):
        await make().append([])


async def test_closing_twice_is_closing_once(make: Make) -> None:
    journal = make()
    await journal.close()
    await journal.open()
    await journal.close()

    await journal.close()


async def test_closing_from_two_sides_at_once_is_closing_once(make: Make) -> None:
    journal = make()
    await journal.open()
    append = asyncio.create_task(journal.append([Entry("a", intended(1))]))
    await asyncio.sleep(0)

    await asyncio.gather(journal.close(), journal.close())

    await append


async def test_a_journal_that_is_open_has_an_owner(make: Make) -> None:
    journal = make()
    await journal.open()
    await journal.append([Entry("a", intended(1))])

    with pytest.raises(JournalLockedError, match="in use by another Orchestrator"):
        await journal.open()

    assert (await journal.read(["a"]))["a"] == (intended(1),)
    await journal.close()


async def test_what_was_written_is_there_after_it_was_closed_and_opened(make: Make) -> None:
    journal = make()
    await journal.open()
    await journal.append([accepted("a")])
    await journal.keep("d", b"photo")
    name = journal.id
    await journal.close()

    await journal.open()

    assert journal.id == name != ""
    assert [stream for _, stream in await journal.accepted()] == ["job:a"]
    assert await journal.kept("d") == b"photo"
    await journal.close()


async def test_two_journals_have_two_names(tmp_path: Path) -> None:
    journals = [
        MemoryJournal(),
        MemoryJournal(),
        SqliteJournal(tmp_path / "a.db"),
        SqliteJournal(tmp_path / "b.db"),
    ]

    for journal in journals:
        await journal.open()

    assert len({journal.id for journal in journals}) == 4
    for journal in journals:
        await journal.close()


# --- the file ------------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def file(path: Path) -> AsyncIterator[SqliteJournal]:
    journal = SqliteJournal(path)
    await journal.open()
    yield journal
    await journal.close()


async def test_another_instance_reads_what_the_first_has_written(path: Path) -> None:
    first = SqliteJournal(path)
    await first.open()
    await first.append([accepted("a"), Entry("video:a", intended(1))])
    await first.close()

    second = SqliteJournal(path)
    await second.open()

    assert second.id == first.id
    assert (await second.read(["video:a"]))["video:a"] == (intended(1),)
    await second.close()


async def test_entries_of_one_append_are_written_together_or_not_at_all(
    file: SqliteJournal, path: Path
) -> None:
    with sqlite3.connect(path) as other:
        other.execute(
            "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN NEW.stream = 'bad'"
            " BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )
    other.close()

    with pytest.raises(Exception, match="refused"):
        await file.append([Entry("good", intended(1)), Entry("bad", intended(1))])

    assert await file.read(["good", "bad"]) == {"good": (), "bad": ()}
    await file.append([Entry("good", intended(2))])
    assert (await file.read(["good"]))["good"] == (intended(2),)


async def test_a_disk_that_refuses_is_an_error_of_the_journal_that_names_the_file(
    file: SqliteJournal, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("DROP TABLE events")
    other.close()

    with pytest.raises(JournalError, match=r"journal\.db cannot be used") as caught:
        await file.append([Entry("a", intended(1))])

    assert "resume" in caught.value.message


async def test_a_full_disk_is_said_and_what_fits_again_is_written(file: SqliteJournal) -> None:
    await file._run(lambda db: db.execute("PRAGMA max_page_count = 12"))
    large = Entry("job:1", Accepted(at=0.0, job={"name": "x" * 60_000}))

    with pytest.raises(JournalError, match="disk is full"):
        await file.append([large])

    await file.append([Entry("a", intended(1))])
    assert await file.read(["job:1", "a"]) == {"job:1": (), "a": (intended(1),)}


async def test_a_stream_that_is_no_unicode_harms_nobody_who_writes_or_reads_beside_it(
    file: SqliteJournal,
) -> None:
    written = await asyncio.gather(
        file.append([Entry("a", intended(1))]),
        file.append([Entry("b", intended(1))]),
        file.append([Entry("\ud800", intended(1))]),
        file.read(["\ud800"]),
        return_exceptions=True,
    )
    await file.append([Entry("a", intended(2))])

    assert [type(one) for one in written[2:]] == [InvalidInputError] * 2
    found = await file.read(["a", "b"])
    assert found == {"a": (intended(1), intended(2)), "b": (intended(1),)}


async def test_a_cancelled_close_writes_what_is_waiting_and_gives_the_file_back(
    path: Path,
) -> None:
    journal = SqliteJournal(path)
    await journal.open()
    appends = [
        asyncio.create_task(journal.append([Entry("a", intended(number))])) for number in range(3)
    ]
    await asyncio.sleep(0)

    closing = asyncio.create_task(journal.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait([closing, *appends])
    await journal.open()

    assert closing.cancelled()
    assert (await journal.read(["a"]))["a"] == tuple(map(intended, range(3)))
    await journal.close()


async def test_the_file_under_another_name_is_the_same_file(
    file: SqliteJournal, path: Path
) -> None:
    other = path.with_name("other.db")
    other.symlink_to(path)

    with pytest.raises(JournalLockedError, match=f"process {os.getpid()}"):
        await SqliteJournal(other).open()


async def test_concurrent_appends_share_commits(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[str] = []
    connect = sqlite3.connect

    def traced(*args: object, **options: object) -> sqlite3.Connection:
        connection = connect(*args, **options)  # type: ignore[arg-type]
        if args[0] == path:
            connection.set_trace_callback(
                lambda text: commits.append(text) if text == "COMMIT" else None
            )
        return connection

    monkeypatch.setattr(sqlite3, "connect", traced)
    journal = SqliteJournal(path)
    await journal.open()
    commits.clear()

    await asyncio.gather(*(journal.append([Entry(f"s{n}", intended(1))]) for n in range(1000)))

    assert 1 <= len(commits) <= 3
    await journal.close()


async def test_the_file_is_synchronised_with_every_commit(file: SqliteJournal, path: Path) -> None:
    db = file._db
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert db.execute("PRAGMA synchronous").fetchone() == (2,)


async def test_a_second_opener_is_refused_and_told_who_owns_it(
    file: SqliteJournal, path: Path
) -> None:
    second = SqliteJournal(path)

    with pytest.raises(JournalLockedError) as caught:
        await second.open()

    error = caught.value
    assert error.owner is not None
    assert f"process {os.getpid()} on " in error.owner
    assert error.owner in error.message
    with pytest.raises(JournalError, match="not open"):
        await second.append([])
    await file.append([Entry("a", intended(1))])


async def test_a_refused_opener_may_open_it_once_it_is_free(path: Path) -> None:
    first, second = SqliteJournal(path), SqliteJournal(path)
    await first.open()
    with pytest.raises(JournalLockedError):
        await second.open()

    await first.close()
    await second.open()

    await second.append([Entry("a", intended(1))])
    await second.close()


async def test_a_file_that_is_no_database_is_left_alone(path: Path) -> None:
    path.write_text("dear diary, " * 500)

    with pytest.raises(JournalFormatError, match="is not a journal"):
        await SqliteJournal(path).open()

    assert path.read_text().startswith("dear diary")


async def test_a_database_of_something_else_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE music (title TEXT)")
    other.close()
    before = path.read_bytes()

    with pytest.raises(JournalFormatError, match="something else"):
        await SqliteJournal(path).open()

    assert path.read_bytes() == before


async def test_a_journal_of_a_newer_version_is_refused_with_both_versions(path: Path) -> None:
    journal = SqliteJournal(path)
    await journal.open()
    await journal.close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 7")
    other.close()

    with pytest.raises(JournalFormatError, match=r"has format 7, .* reads 1"):
        await SqliteJournal(path).open()


async def test_a_damaged_file_is_a_format_error(path: Path) -> None:
    journal = SqliteJournal(path)
    await journal.open()
    await journal.append([Entry(f"s{n}", intended(n)) for n in range(500)])
    await journal.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)

    broken = SqliteJournal(path)
    with pytest.raises(JournalFormatError, match="damaged"):
        await broken.open()
        await broken.read(["s1"])
    await broken.close()


async def test_an_entry_of_an_unknown_kind_is_a_format_error(
    file: SqliteJournal, path: Path
) -> None:
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO events (stream, kind, body) VALUES ('a', 'exploded', '{}')")
    other.close()

    with pytest.raises(JournalFormatError, match="'exploded' entry"):
        await file.read(["a"])


async def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "nowhere" / "journal.db")

    with pytest.raises(JournalError, match=r"unable to open.* Does its folder exist"):
        await journal.open()

    await journal.close()


async def test_a_journal_whose_making_was_cut_short_anywhere_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    writes = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_CREATE_TABLE, sqlite3.SQLITE_PRAGMA}
    left = 0

    def authorised(action: int, *_: object) -> int:
        nonlocal left
        left -= action in writes
        return sqlite3.SQLITE_DENY if left < 0 else sqlite3.SQLITE_OK

    def cut(path: Path, **options: object) -> sqlite3.Connection:
        connection = connect(path, **options)  # type: ignore[call-overload]
        if path.suffix == ".db":
            connection.set_authorizer(authorised)
        return connection

    for number in range(100):
        journal = SqliteJournal(tmp_path / f"{number}.db")
        left = number
        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", cut)
            try:
                await journal.open()
            except JournalError:
                pass
            else:
                break

        await journal.open()
        await journal.append([Entry("a", intended(1))])
        assert journal.id
        await journal.close()
    await journal.close()
    assert 5 < number < 99


_WRITER = """
import asyncio, sys
from heygen_async.journal import Entry, SqliteJournal
from heygen_async.models.events import Intended

async def main():
    journal = SqliteJournal(sys.argv[1])
    await journal.open()
    for number in range(1_000_000):
        await journal.append([Entry("a", Intended(at=0.0, key="k", attempt=number))])
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.real_time
async def test_what_was_appended_survives_a_kill_and_the_lock_does_not(path: Path) -> None:
    command = [sys.executable, "-c", _WRITER, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        said = [int(writer.stdout.readline()) for _ in range(50)]
        with pytest.raises(JournalLockedError, match=f"process {writer.pid} on "):
            await SqliteJournal(path).open()

        writer.send_signal(signal.SIGKILL)
        said += [int(line) for line in writer.stdout.read().splitlines(keepends=True) if line[-1:]]

    journal = SqliteJournal(path)
    await journal.open()
    events = (await journal.read(["a"]))["a"]
    numbers = [event.attempt for event in events if isinstance(event, Intended)]
    assert numbers == list(range(len(events)))
    assert len(numbers) >= len(said)
    await journal.close()
