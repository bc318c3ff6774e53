from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest

from heygen_async.errors import (
    ContentPolicyError,
    GoneError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
    JournalError,
    NotFoundError,
    NotReadyError,
    QuotaExceededError,
    ServerError,
    TransferError,
    UncertainError,
    UnknownFileTypeError,
)
from heygen_async.journal import Entry
from heygen_async.models.events import Closed, Settled
from heygen_async.models.job import Job, Look, Photo, Prompt, Script
from heygen_async.models.outcome import Joined, Progressed, Stage
from heygen_async.models.source import Media, Origin
from heygen_async.pipeline.records import Record, records

# The tests' World is in conftest.py.
World = Any

JOB = Job(avatar=Look("l"), speech=Script("Hello"), id="j")


async def run(world: World, job: Job, **options: Any) -> Any:
    runs = world.runs()
    admitted, digests = await runs.admit(job)
    return await runs.run(admitted, digests, **options)


async def record(world: World) -> Record:
    (one,) = [one async for one in records(world.journal)]
    return one


# --- who a job is --------------------------------------------------------------------------------


async def test_a_job_without_an_id_is_named_by_what_it_asks_for(
    world: World, portrait: Path
) -> None:
    job = Job(avatar=Photo(portrait), speech=Script("Hello"))
    others = [
        attrs.evolve(job, speech=Script("Hello!")),
        attrs.evolve(job, avatar=Photo(portrait, group_id="g")),
        attrs.evolve(job, avatar=Look("l")),
    ]

    name = (await world.runs().admit(job))[0].id
    again = (await world.runs().admit(attrs.evolve(job, output="elsewhere.mp4")))[0].id
    names = {(await world.runs().admit(other))[0].id for other in others}

    assert name == again
    assert name not in names
    assert len(names) == 3


async def test_a_photo_that_changed_under_its_name_makes_another_job(
    world: World, portrait: Path, tmp_path: Path
) -> None:
    path = tmp_path / "ada.jpg"
    path.write_bytes(portrait.read_bytes())
    job = Job(avatar=Photo(path), speech=Script("Hello"))
    first = (await world.runs().admit(job))[0].id

    path.write_bytes(portrait.read_bytes() + b"\0")

    assert (await world.runs().admit(job))[0].id != first


async def test_bytes_in_memory_are_kept_and_the_job_refers_to_them(
    world: World, portrait: Path
) -> None:
    data = portrait.read_bytes()
    prompt = Prompt("A sailor", references=[Media("https://x/a.jpg"), Media(data)])

    job, digests = await world.runs().admit(Job(avatar=prompt, speech=Script("Hello")))

    assert isinstance(job.avatar, Prompt)
    assert [one.origin for one in job.avatar.references] == [Origin.URL, Origin.KEPT]
    ((source, digest),) = digests.items()
    assert job.avatar.references[1].source == source == f"sha256:{digest}"
    assert await world.journal.kept(digest) == data


async def test_a_file_that_is_missing_or_no_picture_is_refused_before_anything_is_written(
    world: World, tmp_path: Path
) -> None:
    text = tmp_path / "ada.jpg"
    text.write_text("not a picture at all")

    with pytest.raises(InvalidInputError, match=r"Job\.avatar: .*missing\.jpg cannot be read"):
        await run(world, Job(avatar=Photo(tmp_path / "missing.jpg"), speech=Script("Hello")))
    with pytest.raises(UnknownFileTypeError):
        await run(world, Job(avatar=Photo(text), speech=Script("Hello")))

    assert [one async for one in records(world.journal)] == []
    assert world.server.requests == []


# --- a run ---------------------------------------------------------------------------------------


async def test_a_run_ends_with_the_video_and_its_file(world: World, tmp_path: Path) -> None:
    output = str(tmp_path / "hello.mp4")

    video = await run(world, attrs.evolve(JOB, output=output))

    assert (video.id, video.path) == ("video:j#1", output)
    assert Path(output).read_bytes() == b"video"
    assert await world.journal.events("job:j") == ["Accepted", "Closed"]
    assert [one.stage for one in world.progress] == [
        Stage.ACCEPTED,
        Stage.QUEUED,
        Stage.RENDERING,
        Stage.RENDERING,
        Stage.DOWNLOADING,
        Stage.DONE,
    ]


async def test_a_file_that_is_there_and_whole_is_not_fetched_again(
    world: World, tmp_path: Path
) -> None:
    job = attrs.evolve(JOB, output=str(tmp_path / "hello.mp4"))
    await run(world, job)
    world.begin()

    video = await run(world, job)

    assert world.backend.downloads == []
    assert video.path == job.output
    assert await world.journal.events("job:j") == ["Accepted", "Closed"]


async def test_files_are_looked_at_by_threads_of_our_own(world: World, tmp_path: Path) -> None:
    class Foreign(ThreadPoolExecutor):
        def submit(self, *_: Any, **__: Any) -> Any:
            raise AssertionError("the loop's own threads are the caller's")

    asyncio.get_running_loop().set_default_executor(Foreign())
    job = attrs.evolve(JOB, output=str(tmp_path / "hello.mp4"))
    await run(world, job)
    world.begin()

    video = await run(world, job)

    assert video.path == job.output
    assert world.backend.downloads == []


@pytest.mark.parametrize("damage", ["gone", "cut"])
async def test_a_file_that_is_gone_or_cut_is_fetched_again(
    world: World, tmp_path: Path, damage: str
) -> None:
    output = tmp_path / "hello.mp4"
    job = attrs.evolve(JOB, output=str(output))
    await run(world, job)
    if damage == "gone":
        output.unlink()
    else:
        output.write_bytes(b"vid")

    await run(world, job)

    assert output.read_bytes() == b"video"
    assert world.server.charges == {"video:j": 1}


@pytest.mark.parametrize("there", [False, True])
async def test_a_file_whose_size_nobody_wrote_down_is_fetched_again(
    world: World, tmp_path: Path, there: bool
) -> None:
    job = attrs.evolve(JOB, output=str(tmp_path / "hello.mp4"))
    video = await run(world, job)
    result = {"video_id": video.id, "path": job.output}
    await world.journal.append(
        [Entry(f"file:{job.id}:{job.output}", Settled(at=0.0, result=result))]
    )
    if not there:
        Path(str(job.output)).unlink()
    world.begin()

    await run(world, job)

    assert len(world.backend.downloads) == 1
    assert Path(str(job.output)).exists()


async def test_a_download_that_failed_is_resumed_without_another_charge(
    world: World, tmp_path: Path
) -> None:
    job = attrs.evolve(JOB, output=str(tmp_path / "hello.mp4"))
    runs = world.runs()
    world.backend.faults = [TransferError("cut")]
    with pytest.raises(TransferError):
        await runs.run(job, {})
    known = await record(world)

    await run(world, job)

    assert (known.stage, known.resumable, known.error) == (Stage.FAILED, True, "cut")
    assert world.server.charges == {"video:j": 1}
    assert (await record(world)).stage is Stage.DONE


async def test_a_link_that_cannot_be_renewed_is_no_verdict_on_a_video_that_is_paid_for(
    world: World, tmp_path: Path
) -> None:
    job = attrs.evolve(JOB, output=str(tmp_path / "hello.mp4"))
    runs = world.runs()
    world.backend.faults = [InvalidRequestError("no", status=400, code="invalid_parameter")]
    with pytest.raises(NotReadyError):
        await runs.run(job, {})
    known = await record(world)

    await run(world, job)

    assert (known.stage, known.resumable) == (Stage.FAILED, True)
    assert world.server.charges == {"video:j": 1}


async def test_the_same_job_to_another_file_is_downloaded_there_and_closed(
    world: World, tmp_path: Path
) -> None:
    await run(world, attrs.evolve(JOB, output=str(tmp_path / "a.mp4")))

    await run(world, attrs.evolve(JOB, output=str(tmp_path / "b.mp4")))

    assert (tmp_path / "b.mp4").exists()
    assert world.server.charges == {"video:j": 1}
    known = await record(world)
    assert (known.stage, known.job.output) == (Stage.DONE, str(tmp_path / "b.mp4"))


async def test_another_job_under_an_id_that_was_submitted_is_refused(world: World) -> None:
    await run(world, JOB)

    with pytest.raises(InvalidInputError, match="'j' names another job"):
        await run(world, attrs.evolve(JOB, speech=Script("Goodbye")))

    assert world.server.charges == {"video:j": 1}
    assert (await record(world)).job == JOB


async def test_an_uncertain_job_cannot_be_changed_under_its_id(world: World) -> None:
    world.server.faults["video:j"] = ["lost"]
    with pytest.raises(UncertainError):
        await run(world, JOB)

    with pytest.raises(InvalidInputError, match="names another job"):
        await run(world, attrs.evolve(JOB, speech=Script("Goodbye")))


async def test_a_job_that_was_refused_can_be_mended_under_its_id(world: World) -> None:
    world.server.faults["video:j"] = [ContentPolicyError("not that script")]
    with pytest.raises(ContentPolicyError):
        await run(world, JOB)

    await run(world, attrs.evolve(JOB, speech=Script("Goodbye")))

    assert (await record(world)).stage is Stage.DONE


async def test_another_job_under_an_id_that_is_running_is_refused(world: World) -> None:
    runs = world.runs()
    avatar = Photo(Path(__file__).parents[2] / "samples" / "portrait.jpg")
    job = Job(avatar=avatar, speech=Script("Hello"), id="j")
    first = asyncio.create_task(runs.run(job))
    same = asyncio.create_task(runs.run(job))
    await asyncio.sleep(5)  # Its avatar trains, and nothing of the video was asked for.

    with pytest.raises(InvalidInputError, match="which is running now"):
        await runs.run(attrs.evolve(job, speech=Script("Goodbye")))

    assert (await first).id == (await same).id
    assert (await record(world)).job == job
    with pytest.raises(InvalidInputError, match="already"):
        await runs.run(attrs.evolve(job, speech=Script("Goodbye")))


# --- trying again --------------------------------------------------------------------------------


async def test_a_second_run_of_a_job_that_is_under_way_does_not_say_that_it_begins(
    world: World,
) -> None:
    runs = world.runs()
    first = asyncio.create_task(runs.run(JOB))
    await asyncio.sleep(1.0)
    before = list(world.progress)

    second = asyncio.create_task(runs.run(JOB))
    await asyncio.sleep(1.0)
    told = world.progress[len(before) :]
    await asyncio.gather(first, second)
    await runs.run(JOB)

    assert [type(event) for event in told].count(Joined) == 1
    assert Stage.ACCEPTED not in [getattr(event, "stage", None) for event in told]
    stages = [event.stage for event in world.progress if isinstance(event, Progressed)]
    assert stages.count(Stage.ACCEPTED) == 2


async def test_a_failure_is_tried_again_as_often_as_that_is_asked_for(world: World) -> None:
    world.server.faults["video:j"] = [ContentPolicyError("no"), ContentPolicyError("still no")]
    runs = world.runs()
    for _ in range(2):
        with pytest.raises(ContentPolicyError):
            await runs.run(JOB, retry=True)
        await asyncio.sleep(1)

    video = await runs.run(JOB, retry=True)

    assert video.id == "video:j#1"


async def test_what_failed_since_it_was_asked_for_is_not_tried_again(world: World) -> None:
    world.server.faults["video:j"] = [ContentPolicyError("no")]
    asked_at = world.now()
    runs = world.runs()
    await asyncio.sleep(1)
    with pytest.raises(ContentPolicyError):
        await runs.run(JOB, retry=True, asked_at=asked_at)

    with pytest.raises(ContentPolicyError):
        await runs.run(JOB, retry=True, asked_at=asked_at)

    assert world.server.charges == {}


# --- an end that is not told apart from an error of the reading -----------------------------------


@pytest.mark.parametrize("well", [True, False])
async def test_a_run_whose_end_cannot_be_written_down_tells_of_it_all_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, well: bool
) -> None:
    append = world.journal.append

    async def full(entries: Sequence[Entry]) -> None:
        if any(isinstance(entry.event, Closed) for entry in entries):
            raise JournalError("the disk is full")
        await append(entries)

    monkeypatch.setattr(world.journal, "append", full)
    if not well:
        world.server.faults["video:j"] = [ContentPolicyError("no")]

    with pytest.raises(JournalError, match="the disk is full"):
        await run(world, JOB)

    last = world.progress[-1]
    error = "JournalError" if well else "ContentPolicyError"
    assert isinstance(last, Progressed)
    assert (last.stage, last.detail) == (Stage.FAILED, {"error": error})


@pytest.mark.parametrize(
    "error",
    [
        NotFoundError("getVideo failed", code="video_not_found", status=404),
        QuotaExceededError("getVideo failed", code="quota_exceeded", status=429),
        ServerError("getVideo failed", status=502),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_an_error_of_reading_a_finished_video_does_not_end_it(
    world: World, error: HeyGenError
) -> None:
    async def broken(moment: str, _: Any) -> None:
        if moment == "conclude" and errors:
            raise errors.pop()

    errors, world.seen = [error], broken
    with pytest.raises(HeyGenError):
        await run(world, JOB)
    ended = await world.journal.events("video:j")

    video = await run(world, JOB)

    assert ended == ["Intended", "Submitted"]
    assert video.id == "video:j#1"
    assert world.server.charges == {"video:j": 1}


# --- a video that is gone ------------------------------------------------------------------------


async def test_a_finished_video_that_is_gone_is_made_again_only_when_told_to(
    world: World,
) -> None:
    await run(world, JOB)
    world.server.gone = {"video:j#1"}
    world.begin()

    with pytest.raises(GoneError, match="which is charged"):
        await run(world, JOB, retry=True)
    before = dict(world.server.charges)
    video = await run(world, JOB, retry=True)

    assert before == {"video:j": 1}
    assert video.id == "video:j#2"


async def test_a_finished_video_that_is_gone_is_made_again_once_for_all_who_ask(
    world: World,
) -> None:
    await run(world, JOB)
    world.server.gone = {"video:j#1"}
    world.begin()
    with pytest.raises(GoneError):
        await run(world, JOB)
    runs = world.runs()
    read, pauses = world.backend.video, iter((0, 500))

    async def slowly(result: Any) -> Any:
        await asyncio.sleep(next(pauses, 0))
        return await read(result)

    world.backend.video = slowly

    # The answer that it is gone reaches the second when the first has made it anew.
    videos = await asyncio.gather(*(runs.run(JOB, retry=True) for _ in range(2)))

    assert {video.id for video in videos} == {"video:j#2"}
    assert world.server.charges == {"video:j": 2}


async def cancelled_while_it_renders(world: World, job: Job) -> None:
    task = asyncio.create_task(run(world, job))
    await asyncio.sleep(30)
    task.cancel()
    await asyncio.wait([task])
    world.begin()


async def test_a_render_that_another_key_does_not_find_goes_on_with_the_right_one(
    world: World,
) -> None:
    await cancelled_while_it_renders(world, JOB)
    world.server.gone = {"video:j#1"}
    with pytest.raises(GoneError, match="another account's") as caught:
        await run(world, JOB)
    (stopped,) = [record async for record in records(world.journal)]
    world.server.gone = set()

    video = await run(world, JOB)

    assert (caught.value.kind, caught.value.id) == ("video", "video:j#1")
    assert (stopped.dead, stopped.gone) == (False, True)
    assert video.id == "video:j#1"
    assert world.server.charges == {"video:j": 1}


async def test_a_render_that_is_gone_is_made_anew_for_those_who_were_told_and_ask(
    world: World,
) -> None:
    await cancelled_while_it_renders(world, JOB)
    world.server.gone = {"video:j#1"}

    # Who was not told may have a wrong key.
    with pytest.raises(GoneError):
        await run(world, JOB, retry=True)
    with pytest.raises(GoneError):
        await run(world, JOB)
    before = dict(world.server.charges)
    video = await run(world, JOB, retry=True)

    assert before == {"video:j": 1}
    assert video.id == "video:j#2"


async def test_what_is_made_anew_and_gone_again_is_not_made_a_third_time(world: World) -> None:
    await cancelled_while_it_renders(world, JOB)
    world.server.gone = {"video:j#1", "video:j#2"}
    with pytest.raises(GoneError):
        await run(world, JOB)

    with pytest.raises(GoneError, match="j#2"):
        await run(world, JOB, retry=True)

    assert world.server.charges == {"video:j": 2}


async def test_a_video_that_is_gone_is_no_loss_where_its_file_is(
    world: World, tmp_path: Path
) -> None:
    job = attrs.evolve(JOB, output=str(tmp_path / "hello.mp4"))
    await run(world, job)
    world.server.gone = {"video:j#1"}
    world.begin()

    video = await run(world, job, retry=True)

    assert (video.id, video.path, video.duration) == ("video:j#1", job.output, 3.0)
    assert world.server.charges == {"video:j": 1}


# --- records -------------------------------------------------------------------------------------


async def test_records_tell_how_far_each_job_is(world: World) -> None:
    world.server.faults = {
        "video:refused": [ContentPolicyError("not that")],
        "video:lost": ["lost"],
    }
    runs = [
        asyncio.create_task(run(world, attrs.evolve(JOB, id=name)))
        for name in ("done", "refused", "lost")
    ]
    await asyncio.wait(runs)
    running = asyncio.create_task(run(world, attrs.evolve(JOB, id="running")))
    await asyncio.sleep(10.0)

    known = {one.job.id: one async for one in records(world.journal)}

    running.cancel()
    assert list(known) == ["done", "refused", "lost", "running"]
    assert {name: (one.stage, one.resumable) for name, one in known.items()} == {
        "done": (Stage.DONE, False),
        "refused": (Stage.FAILED, False),
        "lost": (Stage.FAILED, True),
        "running": (Stage.RENDERING, True),
    }
    assert (known["done"].video_id, known["done"].seconds) == ("video:done#1", 3.0)
    assert known["refused"].error == "not that"
    assert isinstance(runs[1].exception(), ContentPolicyError)
    assert isinstance(runs[2].exception(), UncertainError)
