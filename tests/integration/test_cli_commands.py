"""The commands' coroutines against a simulator, on virtual time."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from heygen_async.cli.exits import Exit, exit_of
from heygen_async.cli.keeping import Kept
from heygen_async.cli.options import Settings
from heygen_async.cli.producing import Production
from heygen_async.cli.resources import downloaded, show_list
from heygen_async.cli.resuming import Resumption
from heygen_async.cli.retrying import Retry
from heygen_async.cli.snapshot import snapshot
from heygen_async.cli.standing import standing
from heygen_async.cli.wanted import Wanted
from heygen_async.client import HeyGen
from heygen_async.errors import (
    AuthenticationError,
    DeadlineError,
    GoneError,
    InvalidInputError,
    InvalidRequestError,
    JournalFormatError,
    JournalLockedError,
    VideoFailedError,
)
from heygen_async.journal import SqliteJournal
from heygen_async.pipeline.records import records
from heygen_async.simulator import Fault, Simulator

PLAIN = Settings()
JSON = Settings(as_json=True)
NOTHING_BEGUN = "Nothing was begun, and nothing is charged: type the same command again.\n"


@pytest.fixture
async def simulator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Simulator]:
    monkeypatch.chdir(tmp_path)
    async with Simulator() as simulator:
        monkeypatch.setenv("HEYGEN_API_KEY", "k")
        monkeypatch.setenv("HEYGEN_BASE_URL", simulator.url)
        yield simulator


def production(portrait: Path, settings: Settings = PLAIN, **changes: Any) -> Production:
    usual = {
        "output": "hello.mp4",
        "photo": str(portrait),
        "script": "Hello there.",
        "voice": "sim-voice-anna",
        "resolution": "720p",
    }
    names = ("journal", "timeout", "dry_run")
    own = {name: changes.pop(name) for name in names if name in changes}
    return Production(
        settings=settings, wanted=Wanted(**(usual | changes)), slots=10, speed=None, seed=0, **own
    )


def resumption(journal: str, settings: Settings = PLAIN, **changes: Any) -> Resumption:
    usual: dict[str, Any] = {"retry": False, "slots": 10, "timeout": None, "speed": None}
    remove = changes.pop("remove", False)
    return Resumption(settings=settings, kept=Kept(journal, ours=remove), **(usual | changes))


def charges(simulator: Simulator) -> list[str]:
    return [charge.operation for charge in simulator.ledger.charges if not charge.refunded]


async def interrupted(simulator: Simulator, run: Production) -> None:
    """Cancel a run while its video is rendered."""
    task = asyncio.create_task(run.run())
    async with asyncio.timeout(600):
        while "createVideo" not in charges(simulator):
            await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_producing_leaves_the_video_and_nothing_else(
    simulator: Simulator, portrait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await production(portrait, captions=True).run()

    told = capsys.readouterr()
    assert code is Exit.DONE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hello.mp4", "hello.srt"]
    assert told.out.startswith(f"{tmp_path}/hello.mp4 and {tmp_path}/hello.srt (")
    assert told.err.startswith("This will cost about $1.05 (")
    assert "rendering the video" in told.err


async def test_with_json_stdout_holds_one_document(
    simulator: Simulator, portrait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await production(portrait, JSON).run()

    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(tmp_path / "hello.mp4")
    assert told["video_id"] == simulator.ledger.charges[-1].resource_id
    assert told["duration"] == pytest.approx(1.0, abs=0.5)
    assert told["simulated"] is False
    assert told["subtitles"] is None


async def test_a_run_that_was_interrupted_is_finished_and_paid_once(
    simulator: Simulator, portrait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = production(portrait, captions=True)
    await interrupted(simulator, run)
    hint = run.hint(None)
    capsys.readouterr()

    code = await resumption("hello.mp4.journal.db", JSON, remove=True).run()

    assert hint == "heygen-async resume hello.mp4.journal.db --remove"
    assert code is Exit.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["file"] == str(tmp_path / "hello.mp4")
    assert told["subtitles"] == str(tmp_path / "hello.srt")
    assert charges(simulator) == ["createAvatar", "createVideo"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hello.mp4", "hello.srt"]


async def test_a_dry_run_tells_the_price_and_spends_nothing(
    simulator: Simulator, portrait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await production(portrait, JSON, journal="kept.db", dry_run=True).run()

    told = capsys.readouterr()
    assert code is Exit.DONE
    assert told.err.startswith("This would cost about $1.05 (")
    assert json.loads(told.out) == {
        "dry_run": True,
        "simulated": False,
        "estimated_usd": pytest.approx(1.05, abs=0.01),
        "dialect": "v3",
    }
    assert charges(simulator) == []
    assert list(tmp_path.iterdir()) == []


async def test_a_dry_run_finds_a_wrong_voice(simulator: Simulator, portrait: Path) -> None:
    with pytest.raises(InvalidInputError, match="there is no voice nope"):
        await production(portrait, voice="nope", dry_run=True).run()


async def test_a_key_that_is_not_accepted_leaves_nothing_to_resume(
    portrait: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with Simulator(keys=["right"]) as simulator:
        monkeypatch.setenv("HEYGEN_API_KEY", "wrong")
        monkeypatch.setenv("HEYGEN_BASE_URL", simulator.url)
        run = production(portrait)

        with pytest.raises(AuthenticationError) as caught:
            await run.run()

    assert list(tmp_path.iterdir()) == []
    assert run.hint(caught.value) is None


async def test_stopping_at_the_price_leaves_nothing_to_resume(
    simulator: Simulator, portrait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = production(portrait)
    task = asyncio.create_task(run.run())
    async with asyncio.timeout(60):
        while not simulator.ledger.requests:
            await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert capsys.readouterr().err.endswith(NOTHING_BEGUN)
    assert list(tmp_path.iterdir()) == []
    assert run.hint(None) is None


@pytest.mark.parametrize("journal", [None, "j.db"])
@pytest.mark.parametrize("steps", range(1, 12))
async def test_whenever_the_first_instants_are_stopped_no_empty_journal_is_left(
    simulator: Simulator,
    portrait: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    journal: str | None,
    steps: int,
) -> None:
    run = production(portrait, journal=journal)
    task = asyncio.create_task(run.run())
    for _ in range(steps):
        await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert list(tmp_path.iterdir()) == []
    assert run.hint(None) is None
    assert capsys.readouterr().err in ("", NOTHING_BEGUN)


async def test_a_journal_that_was_there_stays_when_nothing_is_begun(
    simulator: Simulator, portrait: Path
) -> None:
    await production(portrait, journal="j.db").run()
    run = production(portrait, journal="j.db", output="other.mp4")
    task = asyncio.create_task(run.run())
    await asyncio.sleep(0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert Path("j.db").exists()


async def test_a_refusal_before_anything_is_begun_leaves_no_journal_that_was_asked_for(
    simulator: Simulator, portrait: Path, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError, match="no voice nope"):
        await production(portrait, journal="j.db", voice="nope").run()

    assert list(tmp_path.iterdir()) == []


async def test_a_journal_whose_folder_is_missing_is_refused_before_anything_is_asked(
    simulator: Simulator, portrait: Path, tmp_path: Path
) -> None:
    with pytest.raises(InvalidInputError, match="--journal: there is no folder nodir; nothing was"):
        await production(portrait, journal="nodir/j.db").run()

    assert not simulator.ledger.requests
    assert list(tmp_path.iterdir()) == []


async def test_resuming_an_empty_journal_does_not_say_that_all_is_done(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = SqliteJournal("empty.db")
    await journal.open()
    await journal.close()

    with pytest.raises(
        InvalidInputError, match=r"empty\.db holds no job; type the command"
    ) as caught:
        await resumption("empty.db").run()

    assert exit_of(caught.value) is Exit.USAGE
    assert Path("empty.db").exists()


async def test_a_journal_with_nothing_left_says_so_without_a_key(
    simulator: Simulator,
    portrait: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await production(portrait, journal="j.db").run()
    monkeypatch.delenv("HEYGEN_API_KEY")
    capsys.readouterr()

    code = await resumption("j.db", remove=True).run()

    assert code is Exit.DONE
    assert capsys.readouterr().err == "There is nothing to resume: everything is done.\n"
    assert not Path("j.db").exists()


async def test_a_journal_in_use_is_not_said_to_be_done(
    simulator: Simulator, portrait: Path
) -> None:
    await production(portrait, journal="j.db").run()
    owner = SqliteJournal("j.db")
    await owner.open()

    with pytest.raises(JournalLockedError):
        await resumption("j.db", remove=True).run()

    await owner.close()
    assert Path("j.db").exists()


async def test_the_same_command_goes_on_as_well(
    simulator: Simulator, portrait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await interrupted(simulator, production(portrait))
    capsys.readouterr()

    await production(portrait).run()

    assert "Going on from hello.mp4.journal.db" in capsys.readouterr().err
    assert charges(simulator) == ["createAvatar", "createVideo"]
    assert [path.name for path in tmp_path.iterdir()] == ["hello.mp4"]


async def test_what_a_journal_knows_as_done_is_not_priced_again(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = production(portrait, journal="j.db")
    await run.run()
    capsys.readouterr()

    code = await run.run()
    done = capsys.readouterr().err
    Path("hello.mp4").unlink()
    await run.run()
    fetched = capsys.readouterr().err
    other = {"script": "Hello again.", "output": "again.mp4", "journal": "j.db"}
    await production(portrait, JSON, dry_run=True, **other).run()
    price = json.loads(capsys.readouterr().out)["estimated_usd"]

    assert code is Exit.DONE
    assert done.startswith("It is done already, by j.db: nothing is charged.\n")
    assert "it is fetched again, and nothing is charged" in fetched
    assert Path("hello.mp4").stat().st_size > 0
    assert price == pytest.approx(0.05, abs=0.01)
    assert charges(simulator) == ["createAvatar", "createVideo"]


async def delete_video(simulator: Simulator) -> None:
    """Somebody deletes the video that was made last."""
    async with HeyGen("k", base_url=simulator.url) as heygen:
        await heygen.videos.delete(simulator.ledger.charges[-1].resource_id)


async def test_a_finished_video_that_is_gone_is_made_again_only_by_a_word_of_its_own(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = production(portrait, journal="j.db")
    await run.run()
    Path("hello.mp4").unlink()
    await delete_video(simulator)

    for _ in range(2):
        with pytest.raises(
            GoneError, match="by `heygen-async resume JOURNAL --retry-failed`"
        ) as it:
            await run.run()
    asked = charges(simulator)
    code = await resumption("j.db", retry=True).run()

    assert run.hint(it.value) == "heygen-async resume j.db"
    assert asked == ["createAvatar", "createVideo"]
    assert code is Exit.DONE
    assert Path("hello.mp4").exists()
    assert charges(simulator) == ["createAvatar", "createVideo", "createVideo"]


async def test_a_video_deleted_while_it_was_rendered_is_made_again_only_by_a_word_of_its_own(
    simulator: Simulator, portrait: Path
) -> None:
    run = production(portrait, journal="j.db")
    await interrupted(simulator, run)
    await delete_video(simulator)

    for _ in range(2):
        with pytest.raises(GoneError):
            await run.run()
    plain = await resumption("j.db").run()
    asked = charges(simulator)
    async with snapshot("j.db") as journal:
        (job_id,) = [str(record.job.id) async for record in records(journal)]
    code = await retry(job_id).run()

    assert (plain, code) == (Exit.FAILED, Exit.DONE)
    assert asked == ["createAvatar", "createVideo"]
    assert charges(simulator) == ["createAvatar", "createVideo", "createVideo"]


async def test_a_journal_that_was_resumed_with_another_account_s_key_goes_on_with_the_right_one(
    simulator: Simulator, portrait: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await interrupted(simulator, production(portrait, journal="j.db"))
    monkeypatch.setenv("HEYGEN_API_KEY", "another")
    wrong = await resumption("j.db", retry=True).run()
    monkeypatch.setenv("HEYGEN_API_KEY", "k")

    right = await resumption("j.db").run()

    assert (wrong, right) == (Exit.FAILED, Exit.DONE)
    assert Path("hello.mp4").exists()
    assert charges(simulator) == ["createAvatar", "createVideo"]


async def test_captions_that_are_there_are_not_fetched_again(
    simulator: Simulator, portrait: Path
) -> None:
    run = production(portrait, journal="j.db", captions=True)
    await run.run()
    fetched = simulator.ledger.requests["downloadFile"]

    await run.run()
    again = simulator.ledger.requests["downloadFile"]
    Path("hello.srt").unlink()
    await run.run()
    missing = simulator.ledger.requests["downloadFile"]

    assert (fetched, again, missing) == (2, 2, 3)
    assert Path("hello.srt").stat().st_size > 0


async def test_what_a_killed_process_left_of_a_download_is_removed(
    simulator: Simulator, portrait: Path, tmp_path: Path
) -> None:
    left = ["hello.mp4.0123abcd.part", "hello.srt.0123abcd.part"]
    for name in [*left, "other.mp4.0123abcd.part"]:
        Path(name).touch()
        os.utime(name, (100, 100))

    await production(portrait, captions=True).run()

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["hello.mp4", "hello.srt", "other.mp4.0123abcd.part"]


async def test_an_unfinished_video_keeps_its_place_from_another(
    simulator: Simulator, portrait: Path
) -> None:
    await interrupted(simulator, production(portrait))
    before = charges(simulator)

    with pytest.raises(InvalidInputError, match="another video, which is not finished"):
        await production(portrait, script="Something else.").run()

    assert Path("hello.mp4.journal.db").exists()
    assert charges(simulator) == before


async def test_patience_that_ends_is_a_deadline_and_leaves_a_journal(
    simulator: Simulator, portrait: Path
) -> None:
    run = production(portrait, timeout=5.0)

    with pytest.raises(DeadlineError, match="not finished within 5 s") as caught:
        await run.run()

    assert caught.value.waited == 5.0
    assert run.hint(caught.value) == "heygen-async resume hello.mp4.journal.db --remove"


async def test_a_failed_video_can_be_tried_again_by_the_same_command(
    simulator: Simulator, portrait: Path, tmp_path: Path
) -> None:
    simulator.add_fault(Fault("failed", operation="createVideo", times=1))
    run = production(portrait)
    with pytest.raises(VideoFailedError) as caught:
        await run.run()

    hint = run.hint(caught.value)
    await run.run()

    assert hint == "heygen-async resume hello.mp4.journal.db --retry-failed --remove"
    assert charges(simulator) == ["createAvatar", "createVideo"]
    assert [path.name for path in tmp_path.iterdir()] == ["hello.mp4"]


async def test_a_video_that_is_made_differently_takes_the_failed_one_s_journal_along(
    simulator: Simulator, portrait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.add_fault(Fault("failed", operation="createVideo", times=1))
    with pytest.raises(VideoFailedError):
        await production(portrait).run()

    code = await production(portrait, script="In other words.").run()

    assert code is Exit.DONE
    assert [path.name for path in tmp_path.iterdir()] == ["hello.mp4"]
    assert "is kept" not in capsys.readouterr().err


async def test_resuming_leaves_failed_jobs_alone_unless_told(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.add_fault(Fault("failed", operation="createVideo", times=1))
    with pytest.raises(VideoFailedError):
        await production(portrait, journal="j.db").run()
    capsys.readouterr()

    first = await resumption("j.db").run()
    said = capsys.readouterr().err
    second = await resumption("j.db", retry=True).run()
    third = await resumption("j.db").run()

    assert (first, second, third) == (Exit.FAILED, Exit.DONE, Exit.DONE)
    assert said == (
        "What is left failed for good; --retry-failed tries it again, and"
        " `heygen-async retry j.db --dry-run` tells why.\n"
    )
    assert capsys.readouterr().err.endswith("There is nothing to resume: everything is done.\n")
    assert Path("hello.mp4").exists()
    assert Path("j.db").exists()


async def test_a_mended_photo_is_taken_by_the_command_that_began_and_resuming_says_so(
    simulator: Simulator, portrait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = tmp_path / "cut.jpg"
    photo.write_bytes(portrait.read_bytes()[:40_000])
    with pytest.raises(InvalidRequestError):
        await production(photo, journal="j.db").run()
    photo.write_bytes(portrait.read_bytes())
    capsys.readouterr()

    resumed = await resumption("j.db", retry=True).run()
    said = capsys.readouterr().err
    produced = await production(photo, journal="j.db").run()

    assert (resumed, produced) == (Exit.FAILED, Exit.DONE)
    assert "type the command that began with it, produce or batch: it takes the new one" in said


async def test_resuming_tells_of_each_failure_and_ends_with_one(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await interrupted(simulator, production(portrait, journal="j.db"))
    simulator.add_fault(Fault("expired_link", operation="downloadFile"))
    capsys.readouterr()

    code = await resumption("j.db", JSON).run()

    told = json.loads(capsys.readouterr().out)
    assert code is Exit.FAILED
    assert told["error"] == "NotFoundError"
    assert told["job_id"]


async def test_the_status_is_readable_while_a_run_fills_the_journal(
    simulator: Simulator, portrait: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    task = asyncio.create_task(production(portrait, journal="j.db").run())
    async with asyncio.timeout(600):
        while "createVideo" not in charges(simulator):
            await asyncio.sleep(1)
    capsys.readouterr()

    code = await standing(JSON, "j.db")
    await standing(PLAIN, "j.db")
    document, table = capsys.readouterr().out.split("\n", 1)
    finished = await task

    told = json.loads(document)
    assert (code, finished) == (Exit.DONE, Exit.DONE)
    assert told["counts"] == {"rendering": 1}
    assert told["jobs"][0]["stage"] == "rendering"
    assert told["jobs"][0]["output"] == str(tmp_path / "hello.mp4")
    assert told["jobs"][0]["video_id"] in table
    assert told["slots"] == {"in_use": 1, "limit": None}
    assert told["spend"]["spent_usd"] == 1.0
    assert told["spend"]["reserved_usd"] > 0
    assert told["spend"]["uncertain_usd"] == 0
    assert table.splitlines()[-3:] == [
        "1 job, 1 rendering",
        "slots: 1 in use",
        f"$1.00 spent, up to ${told['spend']['reserved_usd']:.2f} reserved for what runs",
    ]


async def test_a_job_whose_avatar_is_paid_and_trained_is_not_said_to_be_at_its_beginning(
    simulator: Simulator,
    portrait: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    task = asyncio.create_task(production(portrait, journal="j.db").run())
    async with asyncio.timeout(600):
        while "createAvatar" not in charges(simulator):
            await asyncio.sleep(0.1)
    monkeypatch.delenv("HEYGEN_API_KEY")
    monkeypatch.setenv("HEYGEN_BASE_URL", "nowhere")
    capsys.readouterr()

    await standing(JSON, "j.db")

    told = json.loads(capsys.readouterr().out)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told["counts"] == {"training": 1}
    assert told["jobs"][0]["stage"] == "training"


async def failed(simulator: Simulator, portrait: Path, scripts: list[str]) -> list[str]:
    """Jobs in j.db that failed for good; their ids."""
    simulator.add_fault(Fault("failed", operation="createVideo", times=len(scripts)))
    for number, script in enumerate(scripts):
        with pytest.raises(VideoFailedError):
            run = production(portrait, journal="j.db", script=script, output=f"{number}.mp4")
            await run.run()
    async with snapshot("j.db") as journal:
        return [str(record.job.id) async for record in records(journal)]


def retry(*jobs: str, settings: Settings = PLAIN) -> Retry:
    return Retry(settings=settings, journal="j.db", jobs=jobs, slots=10, timeout=None, speed=None)


async def test_what_failed_for_good_is_listed_with_its_reasons(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = await failed(simulator, portrait, ["One.", "Two."])
    capsys.readouterr()

    await retry().told()
    await retry(second[:8], settings=JSON).told()

    *table, document = capsys.readouterr().out.splitlines()
    assert [line.split()[:3:2] for line in table] == [
        ["JOB", "ERROR"],
        [first, "VideoFailedError"],
        [second, "VideoFailedError"],
    ]
    (told,) = json.loads(document)["jobs"]
    assert told["job_id"] == second
    assert "gave up after 3 attempts" in told["message"]


async def test_a_chosen_job_is_tried_again_and_no_other(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, second = await failed(simulator, portrait, ["One.", "Two."])
    await interrupted(simulator, production(portrait, journal="j.db"))
    before = len(charges(simulator))

    chosen = await retry(second).run()
    files = [Path(name).exists() for name in ("0.mp4", "1.mp4", "hello.mp4")]
    capsys.readouterr()
    rest = await retry().run()
    none = await retry().run()

    assert (chosen, rest, none) == (Exit.DONE, Exit.DONE, Exit.DONE)
    assert files == [False, True, False]
    assert Path("0.mp4").exists()
    assert not Path("hello.mp4").exists()
    assert charges(simulator)[before:] == ["createVideo", "createVideo"]
    assert capsys.readouterr().err.endswith("Nothing in it has failed for good.\n")


async def test_only_what_failed_for_good_can_be_retried_by_name(
    simulator: Simulator, portrait: Path
) -> None:
    await failed(simulator, portrait, ["One."])
    await production(portrait, journal="j.db").run()
    async with snapshot("j.db") as journal:
        *_, done = [str(record.job.id) async for record in records(journal)]

    for name, rule in ((done, "it is at done"), ("", "of several ids"), ("zz", "of no ids")):
        with pytest.raises(InvalidInputError, match=rule):
            await retry(name).run()


@pytest.mark.parametrize("kind", ["text", "database"])
async def test_the_status_of_something_else_is_an_error_that_names_it(
    kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "other.db"
    if kind == "text":
        path.write_text("no database at all, " * 100)
    else:
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE songs (name)")
        connection.close()

    with pytest.raises(JournalFormatError) as caught:
        await standing(PLAIN, str(path))

    assert str(path) in caught.value.message


async def test_a_list_shows_what_was_asked_for_and_says_that_there_is_more(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = {"ID": lambda voice: voice.voice_id}

    await show_list(PLAIN, lambda heygen, size: heygen.voices.list(limit=size), columns, 2)
    short = capsys.readouterr()
    await show_list(JSON, lambda heygen, size: heygen.voices.list(limit=size), columns, 0)
    whole = capsys.readouterr()

    assert short.out.split() == ["ID", "sim-voice-anna", "sim-voice-ben"]
    assert short.err == "There are more than 2: --limit 0 shows all.\n"
    assert len([json.loads(line) for line in whole.out.splitlines()]) > 40
    assert whole.err == ""


async def test_an_empty_list_says_so_beside_the_table(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = {"ID": lambda voice: voice.voice_id}

    await show_list(
        PLAIN, lambda heygen, size: heygen.voices.list(language="Klingon", limit=size), columns, 0
    )

    told = capsys.readouterr()
    assert (told.out, told.err) == ("ID\n", "None found.\n")


async def test_a_file_that_a_video_does_not_have_is_named(
    simulator: Simulator, portrait: Path
) -> None:
    await production(portrait).run()
    video = simulator.ledger.charges[-1].resource_id

    with pytest.raises(InvalidInputError, match="is completed and has no file 'subtitles'"):
        await downloaded(PLAIN, video, "a.srt", "subtitles")

    assert await downloaded(PLAIN, video, "a.jpg", "thumbnail") is Exit.DONE
    assert Path("a.jpg").read_bytes()[:2] == b"\xff\xd8"
