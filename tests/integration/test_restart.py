"""What a second process makes of the renders that the first left running."""

from __future__ import annotations

import asyncio
from pathlib import Path

import attrs
import pytest

from heygen_async.client import HeyGen
from heygen_async.errors import InvalidInputError
from heygen_async.models.job import Job, Look, Script, VideoOptions
from heygen_async.models.outcome import Outcome
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Simulator

SLOTS = 3
# The longest scripts come last, and overtake: what runs stands behind what waits.
JOBS = [
    Job(
        id=f"job-{number}",
        avatar=Look("sim-look-mia"),
        speech=Script("Hello. " * (3 * number + 2), voice_id="sim-voice-anna"),
    )
    for number in range(16)
]


async def made(simulator: Simulator, journal: Path, seconds: float) -> list[Outcome]:
    """The outcomes of a run that is given so many seconds."""
    outcomes: list[Outcome] = []
    async with HeyGen("k", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, journal=journal, render_slots=SLOTS) as orchestrator:
            try:
                async with asyncio.timeout(seconds):
                    async with orchestrator.produce_many(JOBS, in_flight=len(JOBS)) as coming:
                        outcomes += [outcome async for outcome in coming]
            except TimeoutError:
                pass
    return outcomes


async def test_renders_that_were_left_running_count_before_others_begin(tmp_path: Path) -> None:
    async with Simulator(render_slots=100) as simulator:
        for _ in range(3):
            await made(simulator, tmp_path / "j.db", 75)
        outcomes = await made(simulator, tmp_path / "j.db", 7200)

        assert [outcome.error for outcome in outcomes] == [None] * len(JOBS)
        assert len(simulator.ledger.charges) == len(JOBS)
        assert simulator.ledger.peak_renders == SLOTS


async def test_ids_resume_those_jobs_and_no_others(tmp_path: Path) -> None:
    async with Simulator() as simulator:
        await made(simulator, tmp_path / "j.db", 20)
        async with HeyGen("k", base_url=simulator.url) as heygen:
            async with Orchestrator(heygen, journal=tmp_path / "j.db") as orchestrator:
                async with orchestrator.resume(retry=["job-1", "unknown"]) as outcomes:
                    resumed = [outcome.unwrap().id async for outcome in outcomes]
                story = await orchestrator.story("job-1")
                done = await orchestrator.outstanding(JOBS[1])
                left = await orchestrator.outstanding(JOBS[9])

                with pytest.raises(InvalidInputError, match="collection of ids"):
                    orchestrator.resume(retry="job-1")

        assert len(resumed) == 1
        assert [type(event).__name__ for event in story["video:job-1"]] == [
            *("Intended", "Submitted", "Settled")
        ]
        assert (done.steps, done.failed) == ((), False)
        assert [step.stream for step in left.steps] == ["video:job-9"]


async def test_a_job_whose_file_another_has_now_is_not_gone_on_with(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    wrong, right = (
        Job(
            id=text,
            avatar=Look("sim-look-mia"),
            speech=Script(text, voice_id="sim-voice-anna"),
            options=VideoOptions(resolution="720p"),
            output=video,
        )
        for text in ("Hallo", "Hello")
    )
    async with Simulator() as simulator, HeyGen("k", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, journal=tmp_path / "j.db") as orchestrator:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(20):
                    await orchestrator.produce(wrong)
            await orchestrator.produce(right)
            made = video.read_bytes()

            async with orchestrator.resume() as outcomes:
                resumed = [outcome.job.id async for outcome in outcomes]
            async with orchestrator.resume(retry=True) as outcomes:
                retried = [outcome.job.id async for outcome in outcomes]

            assert resumed == retried == []
            assert video.read_bytes() == made
            # Who names it has it, and the file with it.
            async with orchestrator.resume(retry=["Hallo"]) as outcomes:
                named = [outcome.unwrap().path async for outcome in outcomes]
            assert named == [str(video)]
            assert video.read_bytes() != made


async def test_renders_that_nobody_comes_for_give_their_slots_back_when_they_end(
    tmp_path: Path,
) -> None:
    changed = [attrs.evolve(job, id=f"changed-{job.id}") for job in JOBS[:SLOTS]]
    async with Simulator(render_slots=SLOTS) as simulator:
        await made(simulator, tmp_path / "j.db", 20)
        begun = len(simulator.ledger.charges)
        async with (
            HeyGen("k", base_url=simulator.url) as heygen,
            Orchestrator(heygen, journal=tmp_path / "j.db", render_slots=SLOTS, budget=99) as new,
        ):
            reserved = new.budget.reserved
            started = asyncio.get_running_loop().time()
            async with new.produce_many(changed) as outcomes:
                errors = [outcome.error async for outcome in outcomes]
            took = asyncio.get_running_loop().time() - started

            assert errors == [None] * SLOTS
            # What was paid for is known as spent, though nobody asked what became of it.
            assert reserved > 0
            assert new.budget.reserved == 0
        assert begun == SLOTS
        assert len(simulator.ledger.charges) == begun + SLOTS
        assert simulator.ledger.peak_renders == SLOTS
        # A quarter of an hour is waited only for what cannot be looked at.
        assert took < 600
