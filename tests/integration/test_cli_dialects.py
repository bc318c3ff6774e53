"""The three dialects in the shell: against a simulator, on virtual time and as processes."""

from __future__ import annotations

import asyncio
import csv
import json
import re
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import attrs
import av
import pytest

from heygen_async.cli.batch.running import Batch
from heygen_async.cli.exits import Exit
from heygen_async.cli.keeping import Kept
from heygen_async.cli.making import Creation
from heygen_async.cli.narrowing import losses_of
from heygen_async.cli.options import Settings
from heygen_async.cli.producing import Production
from heygen_async.cli.resuming import Resumption
from heygen_async.cli.retrying import Retry
from heygen_async.cli.standing import standing
from heygen_async.cli.training import trained
from heygen_async.cli.wanted import Wanted
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.errors import (
    AuthenticationError,
    DeadlineError,
    HeyGenV2Warning,
    InvalidInputError,
    NotReadyError,
    UncertainError,
)
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job, Script
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator
from tests.integration.shell import Shell

PLAIN = Settings()
JSON = Settings(as_json=True)
WORDS = "name=Ada,age=Senior,gender=Woman"
MIXED = f"{WORDS},ethnicity=Mixed"
VIDEO = {"v3": "createVideo", "v2": "create-an-avatar-video-v2", "agentai": "createVideo"}


@pytest.fixture(autouse=True)
def told_of_v2() -> Iterator[None]:
    """What is said of v2's end is said once in a process, so a process of its own is asked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HeyGenV2Warning)
        yield


@pytest.fixture
async def simulator(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Simulator]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("AGENTAI_BASE_URL", raising=False)
    async with Simulator() as simulator:
        monkeypatch.setenv("HEYGEN_API_KEY", "k")
        monkeypatch.setenv("AGENTAI_API_KEY", "k")
        monkeypatch.setenv("HEYGEN_BASE_URL", simulator.url)
        yield simulator


_OWN = ("journal", "agentai_key", "overwrite")


def production(dialect: Any, settings: Settings = PLAIN, **changes: Any) -> Production:
    # What takes the simulator the least work; a stock avatar has the size it has.
    small = {} if changes.get("stock") else {"resolution": "720p"}
    usual = small | {
        "output": f"{dialect}.mp4",
        "script": "Hello there.",
        "voice": "sim-voice-anna",
    }
    own = {name: changes.pop(name) for name in _OWN if name in changes}
    wanted = Wanted(**(usual | changes))
    return Production(
        settings=settings, wanted=wanted, dialect=dialect, slots=10, speed=None, seed=0, **own
    )


def resumption(journal: str, **changes: Any) -> Resumption:
    usual: dict[str, Any] = {"retry": False, "slots": 10, "timeout": None, "speed": None}
    return Resumption(settings=PLAIN, kept=Kept(journal), **(usual | changes))


def retry(journal: str) -> Retry:
    return Retry(settings=PLAIN, journal=journal, jobs=(), slots=10, timeout=None, speed=None)


def charged(simulator: Simulator) -> list[str]:
    return [charge.operation for charge in simulator.ledger.charges if not charge.refunded]


def plays(path: str | Path) -> bool:
    with av.open(str(path)) as container:
        return (container.duration or 0) > 0 and next(container.decode(video=0)) is not None


async def interrupted(simulator: Simulator, run: Production, operation: str) -> None:
    """Cancel a run once its job has been charged."""
    before = charged(simulator).count(operation)
    task = asyncio.create_task(run.run())
    async with asyncio.timeout(3600):
        while charged(simulator).count(operation) == before:
            await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# --- produce -------------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", ["v3", "v2", "agentai"])
async def test_a_voice_that_nobody_knows_is_refused_before_an_avatar_is_paid(
    simulator: Simulator, dialect: str
) -> None:
    with pytest.raises(InvalidInputError, match="--voice: there is no voice nobody"):
        await production(dialect, generate=WORDS, voice="nobody").run()

    assert charged(simulator) == []


@pytest.mark.parametrize("dialect", ["v3", "v2", "agentai"])
async def test_a_described_person_speaks_in_every_dialect(
    simulator: Simulator, tmp_path: Path, dialect: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = await production(dialect, generate=WORDS).run()

    told = capsys.readouterr()
    assert code is Exit.DONE
    assert [path.name for path in tmp_path.iterdir()] == [f"{dialect}.mp4"]
    assert plays(f"{dialect}.mp4")
    assert "This will cost" in told.err
    assert "warning:" not in told.err
    assert len(charged(simulator)) == 2


@pytest.mark.parametrize(
    ("dialect", "words", "lost"),
    [
        ("v3", MIXED, []),
        ("v2", MIXED, ["ethnicity"]),
        ("agentai", f"{WORDS},style=Noir", ["style"]),
        ("agentai", "style=Noir,ethnicity=East Asian", ["age", "ethnicity", "style"]),
    ],
)
async def test_what_a_dialect_could_not_say_is_told(
    simulator: Simulator,
    dialect: str,
    words: str,
    lost: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    await production(dialect, JSON, generate=words).run()

    told = capsys.readouterr()
    document = json.loads(told.out)
    assert document["dialect"] == dialect
    assert [loss["field"] for loss in document["losses"]] == lost
    warned = [line for line in told.err.splitlines() if line.startswith("warning: ")]
    assert [line.split()[1] for line in warned] == lost


@pytest.mark.parametrize("dialect", ["v2", "agentai"])
async def test_losses_can_be_told_of_a_job_alone(simulator: Simulator, dialect: Any) -> None:
    person = GeneratedPhoto(ethnicity="Pacific", style="Artistic", gender="Non-Binary")
    job = Job(avatar=person, speech=Script("Hi.", voice_id="sim-voice-anna"))

    async with (
        HeyGen("k", base_url=simulator.url) as heygen,
        AgentAI("k", base_url=simulator.agentai_url) as agentai,
        Orchestrator(heygen, agentai=agentai, dialect=dialect) as orchestrator,
    ):
        video = await orchestrator.produce(job)

    assert losses_of(job, dialect) == video.losses != ()
    assert losses_of(job, "v3") == ()


@pytest.mark.parametrize("dialect", ["v2", "agentai"])
async def test_a_strict_person_is_refused_and_leaves_nothing(
    simulator: Simulator, tmp_path: Path, dialect: str
) -> None:
    run = production(dialect, generate="style=Artistic,ethnicity=Pacific", strict=True)

    with pytest.raises(InvalidInputError, match="cannot say all of it exactly"):
        await run.run()

    assert list(tmp_path.iterdir()) == []
    assert simulator.ledger.requests.total() == 0


async def test_everything_that_v2_can_do_before_a_video(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    run = production(
        "v2",
        generate=WORDS,
        pick=1,
        looks=2,
        train=True,
        new_look="On a boat",
        v2_motion="waves",
        upscale=True,
    )

    code = await run.run()

    assert code is Exit.DONE
    assert plays("v2.mp4")
    assert charged(simulator) == [
        "generate-photo-avatar-photos",
        "train-photo-avatar-group",
        "generate-photo-avatar-looks",
        "upscale-an-avatar",
        "add-motion",
        VIDEO["v2"],
    ]
    told = capsys.readouterr().err
    assert "This will cost at most $8.00 ($7.50 for the avatar and $0.50 for the video)" in told


async def test_avatar_iv_of_v2_needs_no_avatar(simulator: Simulator, portrait: Path) -> None:
    await production("v2", photo=str(portrait), v2_engine="av4").run()

    assert plays("v2.mp4")
    assert charged(simulator) == ["create-avatar-iv-video"]


async def test_what_a_dialect_cannot_do_is_refused_before_anything_is_sent(
    simulator: Simulator, tmp_path: Path, portrait: Path
) -> None:
    for dialect, changes, says in (
        ("v3", {"photo": str(portrait), "train": True}, "^--train needs --dialect v2$"),
        ("v3", {"stock": "asher", "voice": None}, r"not --stock; agent\.ai \(--dialect agentai\)"),
        ("v2", {"prompt": "A potter"}, "the avatar must be one of --animate, --generate"),
        ("agentai", {"look": "sim-look-mia"}, "the avatar must be one of --generate, PHOTO"),
    ):
        with pytest.raises(InvalidInputError, match=says):
            await production(dialect, **changes).run()

    assert list(tmp_path.iterdir()) == []
    assert simulator.ledger.requests.total() == 0


@pytest.mark.parametrize(
    "told",
    [{"topic": "Bees"}, {"article": "https://example.org/bees"}, {"script": "We love bees."}],
    ids=lambda told: next(iter(told)),
)
async def test_a_stock_avatar_needs_no_key_of_heygen(
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    told: dict[str, str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("HEYGEN_API_KEY")

    said = {"script": None, "voice": None} | told
    code = await production("agentai", JSON, stock="gabrielle", **said).run()

    out = json.loads(capsys.readouterr().out)
    assert code is Exit.DONE
    assert plays("agentai.mp4")
    assert (out["dialect"], out["estimated_usd"]) == ("agentai", None)
    assert charged(simulator) == ["heygenAvatarGenerateVideo"]


async def test_the_token_of_agentai_is_in_a_file_or_in_the_environment(
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("AGENTAI_API_KEY")
    (tmp_path / "token").write_text("very-secret\n")
    stock = {"stock": "asher", "script": None, "voice": None, "topic": "Bees"}

    with pytest.raises(AuthenticationError, match="AGENTAI_API_KEY"):
        await production("agentai", **stock).run()
    with pytest.raises(InvalidInputError, match="nowhere cannot be read: No such file"):
        await production("agentai", agentai_key="nowhere", **stock).run()
    run = production("agentai", agentai_key="token", journal="j.db", **stock)
    await run.run()

    assert plays("agentai.mp4")
    assert run.hint(None) == "heygen-async resume j.db --agentai-key token"
    assert "very-secret" not in str(capsys.readouterr())


# --- resume --------------------------------------------------------------------------------------


async def test_a_journal_of_three_dialects_is_resumed_in_each(
    simulator: Simulator, tmp_path: Path
) -> None:
    for dialect, operation in VIDEO.items():
        run = production(dialect, generate=WORDS, journal="j.db")
        await interrupted(simulator, run, operation)
    before = charged(simulator)

    code = await resumption("j.db").run()

    assert code is Exit.DONE
    assert charged(simulator) == before
    assert all(plays(f"{dialect}.mp4") for dialect in VIDEO)


async def test_a_journal_of_stock_avatars_is_resumed_without_a_key_of_heygen(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEYGEN_API_KEY")
    stock = {"stock": "asher", "script": None, "voice": None, "topic": "Bees"}
    run = production("agentai", journal="j.db", **stock)
    await interrupted(simulator, run, "heygenAvatarGenerateVideo")

    code = await resumption("j.db").run()

    assert code is Exit.DONE
    assert plays("agentai.mp4")
    assert charged(simulator) == ["heygenAvatarGenerateVideo"]


async def test_a_library_s_orchestrator_resumes_its_own_dialect_only(
    simulator: Simulator,
) -> None:
    for dialect in ("v3", "v2"):
        run = production(dialect, generate=WORDS, journal="j.db")
        await interrupted(simulator, run, VIDEO[dialect])

    async with HeyGen("k", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, dialect="v2", journal="j.db") as orchestrator:
            records = [record async for record in orchestrator.records()]
            async with orchestrator.resume() as outcomes:
                resumed = [(outcome.job.output, outcome.error) async for outcome in outcomes]

    assert [record.dialect for record in records] == ["v3", "v2"]
    assert [(Path(str(output)).name, error) for output, error in resumed] == [("v2.mp4", None)]


async def test_the_same_job_in_another_dialect_is_another_job(simulator: Simulator) -> None:
    for dialect in VIDEO:
        same = {"journal": "j.db", "output": "same.mp4", "overwrite": True}
        await production(dialect, generate=WORDS, **same).run()

    assert [charged(simulator).count(name) for name in ("createVideo", VIDEO["v2"])] == [2, 1]


# --- batch ---------------------------------------------------------------------------------------

ROWS = """output,generate,generate.ethnicity,script,voice,who,resolution
one,"age=Senior,gender=Woman",Mixed,Hello {who},sim-voice-anna,Ann,720p
two,"age=Senior,gender=Woman",Mixed,Hello {who},sim-voice-anna,Bob,720p
three,"age=Young Adult,gender=Man",White,Hello {who},sim-voice-anna,Cem,720p
"""


def batch(dialect: Any, settings: Settings = PLAIN, **changes: Any) -> Batch:
    return Batch(
        settings=settings, manifest="jobs.csv", out="out", slots=10, dialect=dialect, **changes
    )


async def test_a_batch_in_v2_leaves_what_was_lost_in_its_papers(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.csv").write_text(ROWS)

    code = await batch("v2", JSON).run()

    told = capsys.readouterr()
    *lines, last = [json.loads(line) for line in told.out.splitlines()]
    assert code is Exit.DONE
    assert charged(simulator).count("generate-photo-avatar-photos") == 2
    assert charged(simulator).count(VIDEO["v2"]) == last["done"] == 3
    assert sorted(len(line["losses"]) for line in lines) == [0, 1, 1]
    told_first, *told_by_job = [line for line in told.err.splitlines() if "warning: " in line]
    assert told_first.endswith("(2 jobs)")
    assert len(told_by_job) == 2
    assert told.err.index(told_first) < told.err.index(told_by_job[0])
    table = (tmp_path / "out/results.csv").read_text("utf-8-sig").splitlines()
    rows = {row["output"]: row for row in csv.DictReader(table)}
    losses = {Path(name).stem: row["losses"] for name, row in rows.items()}
    assert losses["three"] == ""
    assert losses["one"].startswith("ethnicity 'Mixed' becomes 'Unspecified'")
    assert {row["dialect"] for row in rows.values()} == {"v2"}
    sidecar = json.loads((tmp_path / "out/one.json").read_text())
    assert sidecar["dialect"] == "v2"
    assert [loss["field"] for loss in sidecar["losses"]] == ["ethnicity"]
    assert sidecar["avatar"]["look_id"]
    assert {"photos", "group", "video"} <= {moment["step"] for moment in sidecar["timeline"]}


async def test_a_batch_tells_what_its_dialect_cannot_do_by_row_and_sends_nothing(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.csv").write_text("prompt,script,voice\nA potter,Hi,v\n")

    code = await batch("v2").run()

    assert code is Exit.USAGE
    (row,) = [line for line in capsys.readouterr().err.splitlines() if "A potter" in line]
    assert row.startswith(
        "2    2     prompt  'A potter'  the avatar must be one of image, generate"
    )
    assert row.endswith("HeyGen v3 (--dialect v3) can take it")
    assert simulator.ledger.requests.total() == 0


async def test_what_only_heygen_s_answer_shows_is_told_by_row_and_column(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.csv").write_text(
        "generate.age,script,voice,v2.pick,v2.looks,output\n"
        'Senior,"Hi\nthere",sim-voice-anna,,,one\n'
        "Senior,Hi,sim-voice-anna,9,2,two\n"
    )

    code = await batch("v2", JSON).run()

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (refused,) = [line for line in told if line.get("error") == "InvalidInputError"]
    assert code is Exit.FAILED
    assert refused["message"].startswith(
        "jobs.csv, row 3 (line 4), column v2.pick: must, with looks, be among the 4 photos"
    )
    assert refused["field"] == "rows[3].v2.pick"


async def test_what_a_batch_has_written_down_is_told_in_columns(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.csv").write_text(
        "generate.age,script,voice,v2.pick,v2.looks\nSenior,Hi,sim-voice-anna,9,2\n"
    )
    await batch("v2").run()
    capsys.readouterr()

    await standing(PLAIN, "out/batch.journal.db")
    status = capsys.readouterr().out
    await retry("out/batch.journal.db").told()
    again = capsys.readouterr().out

    assert " v2.pick must, with looks, be among" in status
    assert " v2.pick must, with looks, be among" in again
    assert "v2.pick must, with looks" in (tmp_path / "out/results.csv").read_text()


async def test_what_a_single_video_has_written_down_is_told_in_options(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidInputError, match="--pick must, with looks, be among"):
        await production("v2", generate=WORDS, pick=9, looks=2, journal="a.db").run()
    capsys.readouterr()

    await standing(JSON, "a.db")
    (job,) = json.loads(capsys.readouterr().out)["jobs"]
    await retry("a.db").told()
    again = capsys.readouterr().out
    await resumption("a.db", retry=True).run()
    resumed = capsys.readouterr().err

    assert job["error"].startswith("--pick must, with looks, be among")
    assert " --pick must, with looks, be among" in again
    assert ": --pick must, with looks, be among" in resumed


async def test_a_batch_tells_which_columns_are_v2_s_alone(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.csv").write_text("generate.age,script,voice,v2.train\nSenior,Hi,v,yes\n")

    code = await batch("v3").run()

    (row,) = [line for line in capsys.readouterr().err.splitlines() if "v2.train" in line]
    assert code is Exit.USAGE
    assert "cannot be done in HeyGen v3 (--dialect v3); leave it out" in row


@pytest.mark.parametrize("dialect", ["v2", "agentai"])
async def test_a_batch_tells_which_rows_name_a_voice_that_nobody_knows(
    simulator: Simulator, tmp_path: Path, dialect: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ["Senior,Hello,sim-voice-anna", "Senior,Hello,nobody"]
    (tmp_path / "jobs.csv").write_text("\n".join(["generate.age,script,voice", *rows]))

    code = await batch(dialect).run()

    assert code is Exit.USAGE
    assert "there is no voice nobody" in capsys.readouterr().err
    assert charged(simulator) == []


async def test_the_price_of_a_batch_in_v2_is_that_of_its_steps(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jobs.csv").write_text(ROWS)

    code = await batch("v2", JSON, dry_run=True).run()

    told = json.loads(capsys.readouterr().out)
    assert code is Exit.DONE
    assert (told["jobs"], told["avatars"], told["avatars_usd"]) == (3, 2, 2.0)
    assert told["videos_usd"] == 1.5
    assert charged(simulator) == []


async def test_a_batch_of_stock_avatars_is_made_by_agentai_alone(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEYGEN_API_KEY")
    (tmp_path / "jobs.csv").write_text(
        "output,stock_avatar,topic\none,asher,Bees\ntwo,gabrielle,Ants\n"
    )

    code = await batch("agentai").run()

    assert code is Exit.DONE
    assert plays("out/one.mp4")
    assert plays("out/two.mp4")
    assert charged(simulator) == ["heygenAvatarGenerateVideo"] * 2


@pytest.mark.parametrize("dialect", ["v3", "v2", "agentai"])
async def test_an_avatar_that_is_paid_is_told_by_the_status_of_its_job(
    simulator: Simulator, dialect: str, capsys: pytest.CaptureFixture[str]
) -> None:
    run = production(dialect, generate=WORDS, journal="j.db")
    task = asyncio.create_task(run.run())
    stages = set[str]()
    async with asyncio.timeout(3600):
        while VIDEO[dialect] not in charged(simulator):
            await asyncio.sleep(5)
            capsys.readouterr()
            if Path("j.db").exists():
                await standing(JSON, "j.db")
                stages |= set(json.loads(capsys.readouterr().out)["counts"])
    await task

    assert "training" in stages


async def test_rows_that_were_changed_after_an_interruption_are_made_once(
    simulator: Simulator, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def rows(words: str) -> None:
        lines = [f"sim-look-mia,{words} {number},720p" for number in range(3)]
        (tmp_path / "jobs.csv").write_text("\n".join(["look,script,resolution", *lines]))

    rows("Good morning")
    task = asyncio.create_task(attrs.evolve(batch("v3"), slots=1).run())
    async with asyncio.timeout(600):
        while "createVideo" not in charged(simulator):
            await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await batch("v3", JSON, dry_run=True).run()
    priced = json.loads(capsys.readouterr().out.splitlines()[-1])
    rows("Good evening")

    code = await batch("v3").run()
    told = capsys.readouterr().err
    await standing(JSON, "out/batch.journal.db")
    counts = json.loads(capsys.readouterr().out)["counts"]
    resumed = await Resumption(
        settings=PLAIN,
        kept=Kept("out/batch.journal.db"),
        retry=False,
        slots=10,
        timeout=None,
        speed=None,
    ).run()

    assert (code, resumed) == (Exit.DONE, Exit.DONE)
    assert "2 that an earlier run began, no row asks for any more: left alone." in told
    assert priced["under_way_usd"] == pytest.approx(priced["estimated_usd"] / 3, abs=0.01)
    # The one that was rendering is paid, and was followed to its end.
    assert counts == {"done": 3, "downloading": 1, "given_up": 2}
    assert charged(simulator).count("createVideo") == 4


async def test_a_row_whose_photo_cannot_be_read_for_a_while_is_not_given_up(
    simulator: Simulator,
    portrait: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "ada.jpg").write_bytes(portrait.read_bytes())
    (tmp_path / "jobs.csv").write_text("photo,script,voice\nada.jpg,Hello,sim-voice-anna\n")
    # It stops before anything is paid, with its job in the journal.
    simulator.add_fault(Fault("quota_exceeded", operation="createAvatar", times=1))
    assert await batch("v3").run() is not Exit.DONE
    drawn = Orchestrator.produce_many

    def without_photo(self: Orchestrator, *args: Any, **more: Any) -> Any:
        (tmp_path / "ada.jpg").unlink()
        return drawn(self, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Orchestrator, "produce_many", without_photo)
        assert await batch("v3").run() is not Exit.DONE
    capsys.readouterr()

    await standing(JSON, "out/batch.journal.db")

    assert json.loads(capsys.readouterr().out)["counts"] == {"stopped": 1}


# --- avatars -------------------------------------------------------------------------------------


def creation(dialect: str, **changes: Any) -> Creation:
    usual: dict[str, Any] = dict.fromkeys(
        (
            "agentai_key",
            "photo",
            "generate",
            "prompt",
            "generation",
            "name",
            "group",
            "pick",
            "timeout",
        )
    )
    return Creation(settings=JSON, dialect=dialect, **({"strict": False} | usual | changes))


@pytest.mark.parametrize("dialect", ["v3", "v2", "agentai"])
@pytest.mark.parametrize("way", ["photo", "generate"])
async def test_an_avatar_is_created_in_every_dialect_and_all_see_it(
    simulator: Simulator,
    portrait: Path,
    dialect: str,
    way: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = {"photo": str(portrait)} if way == "photo" else {"generate": WORDS}

    code = await creation(dialect, name="Grace", **source).run()

    told = json.loads(capsys.readouterr().out)
    assert code is Exit.DONE
    assert (told["status"], told["dialect"]) == ("completed", dialect)
    async with HeyGen("k", base_url=simulator.url) as heygen:
        look = await heygen.avatars.get(told["look_id"])
        group = await heygen.avatars.get_group(told["group_id"])
    assert (look.group_id, group.name) == (told["group_id"], "Grace")


@pytest.mark.parametrize(
    ("dialect", "way", "advice"),
    [
        ("v3", "photo", "` shows when it is ready"),
        ("v2", "photo", "` shows when it is ready"),
        ("agentai", "photo", "` shows when it is ready"),
        ("v2", "generate", " waits for it again, and is not charged"),
    ],
)
async def test_a_wait_that_is_cut_short_sends_nobody_to_a_journal(
    simulator: Simulator, portrait: Path, dialect: str, way: str, advice: str
) -> None:
    source = {"photo": str(portrait)} if way == "photo" else {"generate": WORDS}

    with pytest.raises(DeadlineError) as caught:
        await creation(dialect, timeout=0.5, **source).run()

    assert caught.value.message.endswith(advice)
    assert "journal" not in caught.value.message


@pytest.mark.parametrize("dialect", ["v3", "v2"])
async def test_an_avatar_joins_a_group(
    simulator: Simulator, portrait: Path, dialect: str, capsys: pytest.CaptureFixture[str]
) -> None:
    await creation(dialect, photo=str(portrait)).run()
    first = json.loads(capsys.readouterr().out)

    await creation(dialect, photo=str(portrait), group=first["group_id"]).run()

    second = json.loads(capsys.readouterr().out)
    assert second["group_id"] == first["group_id"]
    assert second["look_id"] != first["look_id"]


async def test_a_group_is_trained_and_paid_once_however_often_it_is_asked_for(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await creation("v2", photo=str(portrait)).run()
    group_id = json.loads(capsys.readouterr().out)["group_id"]

    told = []
    for seconds in (0, 0, None, None):
        assert await trained(JSON, group_id, seconds) is Exit.DONE
        told.append(capsys.readouterr())

    statuses = [json.loads(it.out)["status"] for it in told]
    assert statuses == ["pending", "pending", "ready", "ready"]
    assert "is being trained already" in told[1].err
    assert "is being trained already" in told[2].err
    assert "is trained already" in told[3].err
    assert charged(simulator) == ["train-photo-avatar-group"]

    assert await trained(PLAIN, group_id, None, again=True) is Exit.DONE
    assert capsys.readouterr().out == f"avatar group {group_id} (ready)\n"
    assert charged(simulator) == ["train-photo-avatar-group"] * 2


async def test_a_training_whose_answer_was_lost_is_waited_for_by_the_same_command(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await creation("v2", photo=str(portrait)).run()
    group_id = json.loads(capsys.readouterr().out)["group_id"]
    simulator.add_fault(Fault("lost_answer", operation="train-photo-avatar-group"))

    with pytest.raises(UncertainError):
        await trained(PLAIN, group_id, None)
    await trained(PLAIN, group_id, None)

    assert capsys.readouterr().out == f"avatar group {group_id} (ready)\n"
    assert charged(simulator) == ["train-photo-avatar-group"]


async def test_a_group_whose_looks_are_not_there_yet_is_not_trained_and_why_is_told(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await creation("v2", photo=str(portrait), timeout=0.0).run()
    group_id = json.loads(capsys.readouterr().out)["group_id"]

    with pytest.raises(NotReadyError, match="cannot be trained yet"):
        await trained(PLAIN, group_id, None)

    assert charged(simulator) == []


async def test_a_generation_that_was_paid_is_gone_on_from_after_a_pick_too_high(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(InvalidInputError, match=r"made 4 photos.* --generation (\w+)") as caught:
        await creation("v2", generate=WORDS, pick=9).run()
    found = re.search(r"--generation (\w+)", caught.value.message)
    assert found is not None

    await creation("v2", generation=found[1], pick=3, name="Grace").run()

    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["generation_id"]) == ("completed", found[1])
    assert charged(simulator) == ["generate-photo-avatar-photos"]


async def test_photos_that_are_not_waited_for_are_told_at_once_and_gone_on_from(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await creation("v2", generate=WORDS, timeout=0.0).run()
    first = capsys.readouterr()
    told = json.loads(first.out)

    assert loop.time() - began < 1.0
    assert (told["status"], told["look_id"], told["group_id"]) == ("processing", None, None)
    assert f"--generation {told['generation_id']}`" in first.err

    await creation("v2", generation=told["generation_id"]).run()
    assert json.loads(capsys.readouterr().out)["status"] == "completed"
    assert charged(simulator) == ["generate-photo-avatar-photos"]


async def test_photos_and_look_are_waited_for_no_longer_than_asked_in_all(
    simulator: Simulator,
) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    simulator.add_fault(Fault("stuck", operation="create-photo-avatar-group"))

    with pytest.raises(DeadlineError, match="v2_photo_avatar"):
        await creation("v2", generate=WORDS, timeout=300.0).run()

    assert loop.time() - began == pytest.approx(300.0, abs=1.0)


async def test_an_avatar_that_is_not_waited_for_is_told_at_once(
    simulator: Simulator, portrait: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await creation("v3", photo=str(portrait), timeout=0.0).run()

    assert json.loads(capsys.readouterr().out)["status"] == "processing"


@pytest.mark.parametrize(
    ("dialect", "changes", "says"),
    [
        ("v3", {}, "exactly one of PHOTO, --generate, --prompt and --generation is needed"),
        ("v3", {"generate": "age=Old"}, "--generate: age must be one of 'Young Adult'"),
        ("v3", {"generate": " "}, "--generate: must say something"),
        ("v3", {"generate": "hair=red"}, "with the names name, age, gender, ethnicity"),
        ("v2", {"prompt": "A potter"}, "describe the person with --generate"),
        ("agentai", {"prompt": "A potter"}, "describe the person with --generate"),
        ("agentai", {"photo": "https://example.com/a.jpg"}, "must be a file in this dialect"),
        ("agentai", {"generate": WORDS, "group": "g"}, "--group cannot be said in agent.ai"),
        ("v3", {"prompt": "A potter", "strict": True}, "--strict needs --generate"),
        ("v3", {"generate": WORDS, "pick": 0}, "--pick needs --generate or --generation, and"),
        ("v3", {"generation": "g"}, "--generation needs --dialect v2"),
        ("v2", {"generation": "g", "generate": WORDS}, "exactly one of PHOTO"),
        ("v2", {"photo": "a.jpg", "pick": 1}, "--pick needs --generate or --generation, and"),
    ],
)
async def test_an_avatar_that_cannot_be_made_is_refused_before_anything_is_sent(
    simulator: Simulator, dialect: str, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await creation(dialect, **changes).run()

    assert says in caught.value.message
    assert simulator.ledger.requests.total() == 0


# --- as a process --------------------------------------------------------------------------------


@pytest.mark.real_time
@pytest.mark.parametrize("dialect", ["v2", "agentai"])
def test_a_newcomer_gets_a_video_in_another_dialect_without_a_key(
    shell: Shell, tmp_path: Path, dialect: str
) -> None:
    words = f"produce --dialect {dialect} --generate age=Senior,gender=Woman --script Hello"
    words += " --voice sim-voice-anna --resolution 720p --simulate --speed 1000 -o a.mp4"

    done = shell.run(tmp_path, *words.split())

    assert done.returncode == 0, done.stderr
    assert plays(tmp_path / "a.mp4")
    told = [line for line in done.stderr.splitlines() if "HeyGen announced the end" in line]
    assert len(told) == (1 if dialect == "v2" else 0)
    assert all(line.startswith("warning: HeyGen announced") for line in told)
    assert "HeyGenV2Warning" not in done.stderr
