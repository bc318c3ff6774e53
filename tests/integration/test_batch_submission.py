"""Videos that leave in batches: fewer requests, and the same promises about money."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import attrs
import pytest

from heygen_async import (
    CannotTellError,
    CreateVideoFromAvatar,
    HeyGen,
    InsufficientCreditError,
    Job,
    Look,
    NotReadyError,
    Orchestrator,
    Outcome,
    Policies,
    Script,
    UncertainError,
    VideoFailedError,
)
from heygen_async.backends.v3.batches import UNSEEN
from heygen_async.journal import MemoryJournal
from heygen_async.simulator import Fault, Simulator

BATCHES = Policies(submit_in_batches=True)
HELLO = Script("Hello", voice_id="sim-voice-anna")
CREATE = "createVideoBatch"


def jobs(number: int) -> list[Job]:
    return [Job(avatar=Look("sim-look-mia"), speech=HELLO, id=f"job-{n}") for n in range(number)]


def charged(simulator: Simulator) -> Counter[str]:
    return Counter(charge.operation for charge in simulator.ledger.charges)


def made(simulator: Simulator) -> Counter[str | None]:
    """How many videos there are of each title, without its mark."""
    (account,) = simulator.world.accounts.values()
    return Counter((it.plan.title or "").partition(" [")[0] for it in account.videos.values())


async def produced(orchestrator: Orchestrator, wanted: list[Job]) -> list[Outcome]:
    async with orchestrator.produce_many(wanted) as outcomes:
        return [outcome async for outcome in outcomes]


async def test_a_hundred_videos_that_are_ready_together_leave_in_one_request() -> None:
    async with Simulator(render_slots=100) as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, render_slots=100, policies=BATCHES) as orchestrator,
        ):
            ended = await produced(orchestrator, jobs(100))

        assert all(outcome.done for outcome in ended)
        assert charged(simulator) == {CREATE: 100}
        assert simulator.ledger.requests[CREATE] == 1
        assert simulator.ledger.requests["getVideoBatch"] == 1
        assert simulator.ledger.requests["createVideo"] == 0


async def test_a_batch_carries_only_what_holds_a_slot() -> None:
    async with Simulator(render_slots=50) as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, render_slots=5, policies=BATCHES) as orchestrator,
        ):
            await produced(orchestrator, jobs(23))

        assert charged(simulator) == {CREATE: 23}
        assert simulator.ledger.peak_renders == 5


async def test_more_than_a_hundred_leave_in_hundreds() -> None:
    async with Simulator(render_slots=250) as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, render_slots=250, policies=BATCHES) as orchestrator,
        ):
            await produced(orchestrator, jobs(250))

        assert charged(simulator) == {CREATE: 250}
        assert simulator.ledger.requests[CREATE] == 3


async def test_an_answer_that_is_lost_is_uncertain_and_its_videos_are_found_by_their_marks() -> (
    None
):
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault("lost_answer", operation=CREATE, times=5))
        async with Orchestrator(heygen, policies=BATCHES) as orchestrator:
            first = await produced(orchestrator, jobs(10))
            batches = simulator.ledger.requests[CREATE]
            second = await produced(orchestrator, jobs(10))

        assert {type(outcome.error) for outcome in first} == {UncertainError}
        assert all("looked for" in str(outcome.error) for outcome in first)
        assert batches == 1
        assert all(outcome.done for outcome in second)
        assert charged(simulator) == {CREATE: 10}


async def test_the_loss_of_half_the_answers_charges_nothing_twice(tmp_path: Path) -> None:
    clock, journal = asyncio.get_running_loop().time, tmp_path / "journal.db"
    rounds: list[int] = []
    async with Simulator(seed=3, render_slots=8) as simulator:
        for name in ("lost_answer", "internal_error", "unavailable", "truncated_body"):
            simulator.add_fault(Fault(name, operation=CREATE, probability=0.2))
        simulator.add_fault(Fault("unavailable", operation="getVideoBatch", probability=0.3))
        simulator.add_fault(Fault("concurrency_limited", operation=CREATE, probability=0.1))
        for _ in range(8):
            async with (
                HeyGen("any", base_url=simulator.url) as heygen,
                Orchestrator(
                    heygen, journal=journal, render_slots=8, policies=BATCHES, now=clock
                ) as orchestrator,
            ):
                ended = await produced(orchestrator, jobs(60))
            rounds.append(sum(outcome.done for outcome in ended))
            if rounds[-1] == 60:
                break
            await asyncio.sleep(UNSEEN)

        assert rounds[0] < rounds[-1] == 60
        assert charged(simulator) == {CREATE: 60}
        assert simulator.ledger.early_requests == []


# --- refusals ------------------------------------------------------------------------------------


async def test_an_item_that_is_refused_fails_alone() -> None:
    bad = Job(avatar=Look("no-such-look"), speech=HELLO, id="bad")
    async with Simulator() as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, policies=BATCHES) as orchestrator,
        ):
            ended = await produced(orchestrator, [*jobs(4), bad])

        errors = {outcome.job.id: outcome.error for outcome in ended if outcome.error}
        assert list(errors) == ["bad"]
        assert isinstance(errors["bad"], VideoFailedError)
        assert errors["bad"].code == "avatar_not_found"
        assert charged(simulator) == {CREATE: 4}


async def test_an_item_without_credit_stops_the_batch_in_a_state_that_can_be_resumed() -> None:
    async with Simulator(credits=0.2) as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, render_slots=4, policies=BATCHES) as orchestrator:
            async with orchestrator.produce_many(jobs(40), in_flight=8) as outcomes:
                first = [outcome async for outcome in outcomes]
            paid = len(simulator.ledger.charges)
            (account,) = simulator.world.accounts.values()
            account.balance += 100
            second = await produced(orchestrator, jobs(40))

        assert {type(outcome.error) for outcome in first} == {type(None), InsufficientCreditError}
        assert 0 < paid < len(first) < 40
        assert all(outcome.done for outcome in second)
        assert charged(simulator) == {CREATE: 40}


async def test_a_full_pool_is_waited_for_and_the_slots_shrink() -> None:
    async with Simulator() as simulator:
        simulator.add_fault(Fault("concurrency_limited", operation=CREATE, times=1))
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, render_slots=10, policies=BATCHES) as orchestrator,
        ):
            run = asyncio.create_task(produced(orchestrator, jobs(30)))
            await asyncio.sleep(5)
            shrunk = orchestrator.slots.limit
            ended = await run

        assert shrunk < 10
        assert all(outcome.done for outcome in ended)
        assert charged(simulator) == {CREATE: 30}
        assert simulator.ledger.early_requests == []


async def test_an_item_that_heygen_puts_off_is_waited_for() -> None:
    async with Simulator(render_slots=2) as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, render_slots=6, policies=BATCHES) as orchestrator,
        ):
            ended = await produced(orchestrator, jobs(6))

        assert all(outcome.done for outcome in ended)
        assert len({outcome.unwrap().id for outcome in ended}) == 6
        assert charged(simulator) == {CREATE: 6}
        assert simulator.ledger.requests["getVideoBatch"] > 1


async def test_a_render_that_fails_is_told_as_ever_and_tried_again_only_when_asked() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault("failed", operation=CREATE, times=1))
        async with Orchestrator(heygen, policies=BATCHES) as orchestrator:
            first = await produced(orchestrator, jobs(3))
            async with orchestrator.produce_many(jobs(3), retry=True) as outcomes:
                second = [outcome async for outcome in outcomes]

        errors = [outcome.error for outcome in first if outcome.error]
        assert [type(error) for error in errors] == [VideoFailedError]
        assert all(outcome.done for outcome in second)
        assert charged(simulator) == {CREATE: 4}
        assert sum(charge.refunded for charge in simulator.ledger.charges) == 1


# --- cancelled, and killed -----------------------------------------------------------------------


async def busy(simulator: Simulator, heygen: HeyGen, seconds: float) -> str:
    """Use the only slot for so long; the id of the video that does."""
    simulator.add_fault(Fault("in_appeal", operation="createVideo", seconds=seconds, times=1))
    other = await heygen.videos.create(
        CreateVideoFromAvatar(avatar_id="sim-look-leo", script="First", voice_id=HELLO.voice_id)
    )
    return other.video_id


BOTH = pytest.mark.parametrize("policies", [BATCHES, Policies()], ids=["in batches", "alone"])


@BOTH
async def test_a_video_that_heygen_puts_off_for_hours_outlives_its_process(
    policies: Policies,
) -> None:
    clock = asyncio.get_running_loop().time
    journal = MemoryJournal()
    (job,) = jobs(1)
    async with Simulator(render_slots=1) as simulator, HeyGen("any", base_url=simulator.url) as one:
        await busy(simulator, one, 3 * UNSEEN)
        async with Orchestrator(one, journal=journal, policies=BATCHES, now=clock) as orchestrator:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(5):
                    await orchestrator.produce(job)
        await asyncio.sleep(2 * UNSEEN)

        async with Orchestrator(one, journal=journal, policies=policies, now=clock) as orchestrator:
            video = await orchestrator.produce(job)
            story = (await journal.read(["video:job-0"]))["video:job-0"]

        assert video.video_url is not None
        assert charged(simulator) == {CREATE: 1, "createVideo": 1}
        assert [type(event).__name__ for event in story] == ["Intended", "Submitted", "Settled"]
        assert clock() > 3 * UNSEEN


@BOTH
async def test_a_video_that_heygen_puts_off_is_not_taken_for_absent(policies: Policies) -> None:
    clock = asyncio.get_running_loop().time
    journal = MemoryJournal()
    (job,) = jobs(1)
    async with Simulator(render_slots=1) as simulator, HeyGen("any", base_url=simulator.url) as one:
        simulator.add_fault(Fault("lost_answer", operation=CREATE, times=1))
        other = await busy(simulator, one, 600)
        async with Orchestrator(one, journal=journal, policies=BATCHES, now=clock) as orchestrator:
            with pytest.raises(UncertainError):
                await orchestrator.produce(job)

        async with Orchestrator(one, journal=journal, policies=policies, now=clock) as orchestrator:
            with pytest.raises(CannotTellError, match="60 minutes after"):
                await orchestrator.produce(job)
            await one.videos.wait(other)
            video = await orchestrator.produce(job)

        assert video.video_url is not None
        assert charged(simulator) == {CREATE: 1, "createVideo": 1}


async def left_running(heygen: HeyGen, journal: MemoryJournal, job: Job, seconds: float) -> None:
    """A process that submits and ends."""
    async with Orchestrator(heygen, journal=journal, policies=BATCHES) as orchestrator:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(seconds):
                await orchestrator.produce(job)


async def test_a_video_whose_batch_is_forgotten_is_found_by_its_mark() -> None:
    journal = MemoryJournal()
    (job,) = jobs(1)
    async with Simulator() as simulator:
        simulator.add_fault(Fault("in_appeal", operation=CREATE, seconds=UNSEEN))
        async with HeyGen("any", base_url=simulator.url) as heygen:
            await left_running(heygen, journal, job, 5)
        (account,) = simulator.world.accounts.values()
        account.batches.clear()

        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, journal=journal) as orchestrator,
        ):
            with pytest.raises(NotReadyError, match="still renders"):
                await orchestrator.produce(job)
            await asyncio.sleep(2 * UNSEEN)
            video = await orchestrator.produce(job)

        assert video.id in account.videos
        assert charged(simulator) == {CREATE: 1}


async def test_a_video_whose_batch_is_forgotten_and_that_is_not_found_is_not_made_anew() -> None:
    journal = MemoryJournal()
    (job,) = jobs(1)
    async with Simulator() as simulator:
        async with HeyGen("any", base_url=simulator.url) as heygen:
            await left_running(heygen, journal, job, 5)
        (account,) = simulator.world.accounts.values()
        account.batches.clear()
        account.videos.clear()

        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, journal=journal, policies=BATCHES) as orchestrator,
        ):
            for _ in range(2):
                with pytest.raises(CannotTellError, match="does not know the batch"):
                    await orchestrator.produce(job, retry=True)
                await asyncio.sleep(UNSEEN)

        assert charged(simulator) == {CREATE: 1}


async def test_a_video_of_a_batch_is_deleted_when_its_run_is_cancelled_if_that_is_wanted() -> None:
    journal = MemoryJournal()
    policies = attrs.evolve(BATCHES, on_cancel="delete")
    async with (
        Simulator(render_slots=1) as simulator,
        HeyGen("any", base_url=simulator.url) as heygen,
        Orchestrator(heygen, journal=journal, render_slots=2, policies=policies) as orchestrator,
    ):
        runs = [asyncio.create_task(orchestrator.produce(job)) for job in jobs(2)]
        await asyncio.sleep(10)
        for run in runs:
            run.cancel()
        await asyncio.wait(runs)
        stories = (await journal.read([f"video:job-{n}" for n in range(2)])).values()

        # What HeyGen has put off has no id yet by which it could be deleted.
        assert sorted(type(story[-1]).__name__ for story in stories) == ["Failed", "Submitted"]
        assert simulator.ledger.requests["deleteVideo"] == 1


async def test_an_event_about_a_video_of_a_batch_wakes_who_waits_for_its_place() -> None:
    (job,) = jobs(1)
    async with (
        Simulator() as simulator,
        HeyGen("any", base_url=simulator.url) as heygen,
        Orchestrator(heygen, policies=BATCHES) as orchestrator,
    ):
        run = asyncio.create_task(orchestrator.produce(job))
        await asyncio.sleep(5)
        (account,) = simulator.world.accounts.values()
        (video_id,) = account.videos
        looked = simulator.ledger.requests["getVideo"]

        heygen.nudge("video", video_id)
        await asyncio.sleep(0.1)

        assert simulator.ledger.requests["getVideo"] == looked + 1
        assert (await run).id == video_id


@BOTH
async def test_a_video_that_never_arrived_is_asked_for_anew_once_that_is_certain(
    policies: Policies,
) -> None:
    clock = asyncio.get_running_loop().time
    journal = MemoryJournal()
    (job,) = jobs(1)
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault("internal_error", operation=CREATE, times=1))
        async with Orchestrator(
            heygen, journal=journal, policies=BATCHES, now=clock
        ) as orchestrator:
            with pytest.raises(UncertainError):
                await orchestrator.produce(job)

        async with Orchestrator(
            heygen, journal=journal, policies=policies, now=clock
        ) as orchestrator:
            with pytest.raises(CannotTellError):
                await orchestrator.produce(job)
            await asyncio.sleep(UNSEEN)
            video = await orchestrator.produce(job)

        assert video.video_url is not None
        assert len(simulator.ledger.charges) == 1


async def test_a_run_cancelled_at_any_moment_is_charged_once() -> None:
    uncertain = 0
    moments = [n * 0.02 for n in range(1, 60)]
    async with Simulator() as simulator:
        simulator.add_fault(Fault("slow_answer", operation=CREATE, seconds=0.3))
        clock = asyncio.get_running_loop().time
        for number, moment in enumerate(moments):
            job = Job(avatar=Look("sim-look-mia"), speech=HELLO, id=f"job-{number}")
            async with (
                HeyGen("any", base_url=simulator.url) as heygen,
                Orchestrator(heygen, policies=BATCHES, now=clock) as orchestrator,
            ):
                run = asyncio.create_task(orchestrator.produce(job))
                await asyncio.sleep(moment)
                run.cancel()
                await asyncio.wait([run])
                try:
                    await orchestrator.produce(job)
                except CannotTellError:
                    uncertain += 1
                    await asyncio.sleep(UNSEEN)
                    await orchestrator.produce(job)

        assert charged(simulator) == {CREATE: len(moments)}
        assert uncertain == 0


async def test_what_is_cancelled_before_it_left_leaves_the_others_alone_and_is_not_uncertain() -> (
    None
):
    journal = MemoryJournal()
    async with Simulator() as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, journal=journal, policies=BATCHES) as orchestrator,
        ):
            runs = [asyncio.create_task(orchestrator.produce(job)) for job in jobs(5)]
            await asyncio.sleep(0.1)
            runs[2].cancel()
            await asyncio.wait(runs)
            video = await orchestrator.produce(jobs(5)[2])
            story = (await journal.read(["video:job-2"]))["video:job-2"]

        assert [run.cancelled() for run in runs] == [False, False, True, False, False]
        assert video.video_url is not None
        assert charged(simulator) == {CREATE: 5}
        assert [type(event).__name__ for event in story] == [
            *("Intended", "Declined", "Intended", "Submitted", "Settled")
        ]
