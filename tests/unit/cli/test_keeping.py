from __future__ import annotations

from pathlib import Path

import pytest

from heygen_async import errors
from heygen_async.cli.keeping import Kept, spared
from heygen_async.cli.options import Settings
from heygen_async.journal import SqliteJournal

PLAIN = Settings()


@pytest.fixture
def journal(tmp_path: Path) -> str:
    path = tmp_path / "my jobs.db"
    path.touch()
    return str(path)


@pytest.mark.parametrize(
    ("error", "flags"),
    [
        (None, ""),
        (errors.DeadlineError("late"), ""),
        (errors.InsufficientCreditError("poor"), ""),
        (errors.UncertainError("lost"), ""),
        (errors.VideoFailedError("no face"), " --retry-failed"),
    ],
)
def test_the_command_that_goes_on_is_told(
    journal: str, error: errors.HeyGenError | None, flags: str
) -> None:
    command = Kept(journal).resuming(PLAIN, error, None)

    assert command == f"heygen-async resume '{journal}'{flags}"


def test_a_journal_that_nobody_asked_for_is_removed_by_the_command_that_goes_on(
    journal: str,
) -> None:
    command = Kept(journal, ours=True).resuming(Settings(base_url="http://[::1]:1"), None, 60.0)

    assert command is not None
    assert command.endswith(" --remove --base-url 'http://[::1]:1' --speed 60")


def test_a_budget_that_was_given_is_given_again(journal: str) -> None:
    command = Kept(journal).resuming(PLAIN, None, None, budget=1234567.5)

    assert command == f"heygen-async resume '{journal}' --budget 1234567.5"


def test_nothing_can_be_resumed_where_going_on_would_end_the_same_way(journal: str) -> None:
    assert Kept(journal).resuming(PLAIN, errors.InvalidInputError("bad"), None) is None


def test_an_address_that_was_refused_is_not_repeated(journal: str) -> None:
    error = errors.UsageError.of("base_url", "must be https", "http://example.com")

    assert Kept(journal).resuming(Settings(base_url="http://example.com"), error, None) is None


async def test_only_a_journal_without_a_job_is_dropped(tmp_path: Path) -> None:
    empty, other = Kept(str(tmp_path / "a.db"), ours=True), Kept(str(tmp_path / "b.db"))
    for kept in (empty, other):
        journal = SqliteJournal(str(kept.path))
        await journal.open()
        await journal.close()
    owner = SqliteJournal(str(other.path))
    await owner.open()

    dropped = await empty.dropped(), await other.dropped(), await Kept(None).dropped()
    await owner.close()

    assert dropped == (True, False, False)
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".db"] == ["b.db"]


def test_nothing_can_be_resumed_without_a_journal(tmp_path: Path) -> None:
    assert Kept(None).resuming(PLAIN, None, None) is None
    assert Kept(str(tmp_path / "none.db")).resuming(PLAIN, None, None) is None


def test_removing_a_journal_leaves_nothing_of_it(tmp_path: Path) -> None:
    for ending in ("", "-wal", "-shm", ".lock"):
        (tmp_path / f"a.mp4.journal.db{ending}").touch()
    (tmp_path / "a.mp4").touch()

    Kept.beside(str(tmp_path / "a.mp4")).remove()

    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_name_that_is_free_is_proposed_for_a_file_that_is_there(tmp_path: Path) -> None:
    for name in ("my film.mp4", "my film-2.mp4"):
        (tmp_path / name).touch()

    with pytest.raises(errors.InvalidInputError) as caught:
        spared(str(tmp_path / "my film.mp4"))

    assert f"-o '{tmp_path / 'my film-3.mp4'}' to keep both" in caught.value.message


def test_captions_that_are_there_are_spared_as_the_video_is(tmp_path: Path) -> None:
    for name in ("cap.srt", "cap-2.srt"):
        (tmp_path / name).touch()
    output = str(tmp_path / "cap.mp4")

    spared(output)
    with pytest.raises(errors.InvalidInputError) as caught:
        spared(output, captions=True)

    assert f"{tmp_path / 'cap.srt'} is there already" in caught.value.message
    assert f"-o {tmp_path / 'cap-3.mp4'} to keep both" in caught.value.message
