"""Runs against the simulator that meet what an account meets."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from pathlib import Path

import attrs
import av
import pytest

from heygen_async import (
    Audio,
    BudgetError,
    HeyGen,
    Job,
    Look,
    NotFoundError,
    Orchestrator,
    Photo,
    Progressed,
    Prompt,
    RateLimitError,
    Script,
    Stage,
    UncertainError,
    VideoFailedError,
    VideoOptions,
)
from heygen_async.dialects import Dialect
from heygen_async.simulator import Fault, Simulator
from heygen_async.simulator.media import tone

HELLO = Script("Hello", voice_id="sim-voice-anna")
JOB = Job(avatar=Look("sim-look-mia"), speech=HELLO)


def charged(simulator: Simulator) -> Counter[str]:
    return Counter(charge.operation for charge in simulator.ledger.charges)


async def test_a_video_deleted_while_it_is_waited_for_ends_and_is_made_anew_only_when_asked() -> (
    None
):
    rendering: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def watch(event: object) -> None:
        if isinstance(event, Progressed) and event.stage is Stage.RENDERING:
            video_id = event.detail.get("id")
            if isinstance(video_id, str) and not rendering.done():
                rendering.set_result(video_id)

    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, observer=watch) as orchestrator:
            run = asyncio.create_task(orchestrator.produce(JOB))
            await heygen.videos.delete(await rendering)
            with pytest.raises(NotFoundError):
                await run

            with pytest.raises(NotFoundError):
                await orchestrator.produce(JOB)
            video = await orchestrator.produce(JOB, retry=True)

        assert video.video_url is not None
        assert charged(simulator) == {"createVideo": 2}


async def test_fifty_jobs_of_one_photo_make_one_avatar_and_never_exceed_the_slots(
    portrait: Path,
) -> None:
    jobs = [
        Job(avatar=Photo(portrait), speech=Script(f"Number {n}", voice_id="sim-voice-ben"))
        for n in range(50)
    ]
    async with Simulator(render_slots=5) as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, render_slots=5) as orchestrator,
            asyncio.TaskGroup() as tasks,
        ):
            runs = [tasks.create_task(orchestrator.produce(job)) for job in jobs]

        assert len({run.result().id for run in runs}) == 50
        assert charged(simulator) == {"createAvatar": 1, "createVideo": 50}
        assert simulator.ledger.requests["uploadAsset"] == 1
        assert simulator.ledger.peak_renders == 5


async def test_runs_of_one_job_fetch_its_file_once(tmp_path: Path) -> None:
    job = Job(avatar=Look("sim-look-mia"), speech=HELLO, output=str(tmp_path / "a.mp4"))
    async with Simulator() as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen) as orchestrator,
        ):
            videos = await asyncio.gather(*(orchestrator.produce(job) for _ in range(20)))

        assert {video.path for video in videos} == {job.output}
        assert simulator.ledger.requests["downloadFile"] == 1


async def test_slots_are_learnt_where_the_account_has_fewer_than_were_asked_for() -> None:
    jobs = [Job(avatar=JOB.avatar, speech=HELLO, id=f"job-{n}") for n in range(30)]
    async with Simulator(render_slots=3) as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, render_slots=10) as orchestrator,
            orchestrator.produce_many(jobs) as outcomes,
        ):
            ended = [outcome async for outcome in outcomes]

        assert all(outcome.done for outcome in ended)
        assert len(ended) == 30
        assert charged(simulator) == {"createVideo": 30}
        assert simulator.ledger.early_requests == []


async def test_a_batch_stops_at_its_budget_and_goes_on_with_a_larger_one(tmp_path: Path) -> None:
    hello = attrs.evolve(HELLO, text="Hello to all of you")
    jobs = [Job(avatar=JOB.avatar, speech=hello, id=f"job-{n}") for n in range(8)]
    path = tmp_path / "journal.db"
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, journal=path, budget=0.5) as orchestrator:
            async with orchestrator.produce_many(jobs, in_flight=2) as outcomes:
                first = [outcome async for outcome in outcomes]
            spent = orchestrator.budget.spent
        async with Orchestrator(heygen, journal=path, budget=100.0) as orchestrator:
            async with orchestrator.produce_many(jobs) as outcomes:
                second = [outcome async for outcome in outcomes]

        assert any(isinstance(outcome.error, BudgetError) for outcome in first)
        assert 0 < spent <= 0.5
        assert all(outcome.done for outcome in second)
        assert charged(simulator) == {"createVideo": 8}


async def test_a_pause_beyond_all_patience_stops_a_batch_before_more_avatars_are_paid() -> None:
    jobs = [Job(avatar=Prompt(f"Baker {n}", name=f"Baker {n}"), speech=HELLO) for n in range(100)]
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault("rate_limited", operation="createVideo", retry_after=7200))
        async with Orchestrator(heygen) as orchestrator:
            async with orchestrator.produce_many(jobs, in_flight=4) as outcomes:
                first = [outcome async for outcome in outcomes]
            paid = charged(simulator)["createAvatar"]
            simulator.clear_faults()
            await asyncio.sleep(7200)
            async with orchestrator.produce_many(jobs) as outcomes:
                second = [outcome async for outcome in outcomes]

        assert {type(outcome.error) for outcome in first} == {RateLimitError}
        assert len(first) == paid < 10
        assert all(outcome.done for outcome in second)
        assert charged(simulator) == {"createAvatar": 100, "createVideo": 100}


async def test_answers_that_are_lost_for_good_are_uncertain_and_then_found_to_be_paid() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault("lost_answer", operation="createVideo", times=5))
        async with Orchestrator(heygen) as orchestrator:
            with pytest.raises(UncertainError) as caught:
                await orchestrator.produce(JOB)
            video = await orchestrator.produce(JOB)

        assert caught.value.key is not None
        assert video.id == simulator.ledger.charges[0].resource_id
        assert charged(simulator) == {"createVideo": 1}


async def test_a_failed_render_is_told_with_its_reason_and_tried_again_only_when_asked() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault("failed_without_reason", operation="createVideo", times=1))
        async with Orchestrator(heygen) as orchestrator:
            with pytest.raises(VideoFailedError, match="without a reason"):
                await orchestrator.produce(JOB)
            with pytest.raises(VideoFailedError):
                await orchestrator.produce(JOB)
            await orchestrator.produce(JOB, retry=True)

        assert charged(simulator) == {"createVideo": 2}
        assert [charge.refunded for charge in simulator.ledger.charges] == [True, False]


async def test_photos_and_recordings_in_memory_and_avatars_from_words(portrait: Path) -> None:
    jobs = [
        Job(avatar=Photo(portrait.read_bytes()), speech=Audio(tone("Hello there"))),
        Job(avatar=Prompt("A friendly baker", name="Baker"), speech=HELLO),
        Job(
            avatar=JOB.avatar,
            speech=HELLO,
            options=VideoOptions(captions=True, aspect_ratio="9:16", background="#203040"),
        ),
    ]
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen) as orchestrator:
            videos = [await orchestrator.produce(job) for job in jobs]

        assert all(video.video_url for video in videos)
        assert videos[2].subtitle_url is not None
        assert charged(simulator) == {"createAvatar": 2, "createVideo": 3}
        assert simulator.ledger.leaked_keys == 0


def mp3(wav: bytes) -> bytes:
    file = io.BytesIO()
    with av.open(io.BytesIO(wav)) as source, av.open(file, "w", format="mp3") as target:
        stream = target.add_stream("libmp3lame", rate=44_100)
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize("dialect", ["v3", "v2"])
@pytest.mark.parametrize("place", ["file", "memory", "address"])
@pytest.mark.filterwarnings("ignore::heygen_async.errors.HeyGenV2Warning")
async def test_a_recording_reserves_what_it_lasts_where_that_can_be_known(
    tmp_path: Path, dialect: Dialect, place: str
) -> None:
    file = tmp_path / "hello.mp3"
    file.write_bytes(mp3(tone("Hello there")))
    where = {"file": file, "memory": file.read_bytes(), "address": "https://example.com/a.mp3"}
    job = Job(avatar=JOB.avatar, speech=Audio(where[place]))

    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, dialect=dialect, budget=2.0) as orchestrator:
            if place == "address":
                with pytest.raises(BudgetError):
                    await orchestrator.produce(job)
            else:
                await orchestrator.produce(job)

        assert sum(charged(simulator).values()) == (place != "address")


async def test_an_observer_that_breaks_is_logged_and_harms_no_run(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken(event: object) -> None:
        raise RuntimeError(f"no room for {type(event).__name__}")

    async with (
        Simulator() as simulator,
        HeyGen("any", base_url=simulator.url) as heygen,
        Orchestrator(heygen, observer=broken) as orchestrator,
    ):
        video = await orchestrator.produce(JOB)

    assert video.video_url is not None
    assert "the observer failed on Progressed" in caplog.text
