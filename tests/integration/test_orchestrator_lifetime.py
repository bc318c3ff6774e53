"""An Orchestrator that is opened twice, left too early, or used when it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import pytest
import pytest_asyncio

from heygen_async.client import HeyGen
from heygen_async.errors import JournalError, JournalLockedError, UsageError
from heygen_async.journal import Journal, MemoryJournal, SqliteJournal
from heygen_async.models.events import Event
from heygen_async.models.job import Job, Look, Photo, Script
from heygen_async.models.outcome import Video
from heygen_async.models.policies import Policies
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Simulator

HELLO = Script("Hello", voice_id="sim-voice-anna")
TOO_EARLY = "closed before the job had ended"


def job(name: str) -> Job:
    return Job(avatar=Look("sim-look-mia"), speech=HELLO, id=name)


async def paid(journal: Journal) -> list[tuple[int, str]]:
    return [(seq, entry.stream) for seq, entry in await journal.paid()]


@pytest_asyncio.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        yield simulator


@pytest_asyncio.fixture
async def heygen(simulator: Simulator) -> AsyncIterator[HeyGen]:
    async with HeyGen("any", base_url=simulator.url) as heygen:
        yield heygen


@pytest.fixture(params=["memory", "sqlite"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Journal:
    make: Callable[[], Journal] = MemoryJournal
    if request.param == "sqlite":
        return SqliteJournal(tmp_path / "journal.db")
    return make()


async def test_it_is_open_once_at_a_time_and_may_be_opened_again(
    heygen: HeyGen, journal: Journal
) -> None:
    orchestrator = Orchestrator(heygen, journal=journal)

    async def entered() -> Video:
        async with orchestrator:
            return await orchestrator.produce(job("a"))

    together = await asyncio.gather(entered(), entered(), return_exceptions=True)
    again = await entered()

    video, error = together
    assert isinstance(error, UsageError)
    assert isinstance(video, Video)
    assert again.id == video.id


async def test_two_do_not_share_a_journal_at_a_time(heygen: HeyGen, journal: Journal) -> None:
    async with Orchestrator(heygen, journal=journal) as first:
        with pytest.raises(JournalLockedError, match="another Orchestrator of this process"):
            await Orchestrator(heygen, journal=journal).__aenter__()
        video = await first.produce(job("a"))
    async with Orchestrator(heygen, journal=journal) as second:
        assert (await second.produce(job("a"))).id == video.id


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.2, 1.0, 30.0])
async def test_a_run_that_is_left_behind_says_so_and_is_taken_up_by_the_next(
    simulator: Simulator, heygen: HeyGen, journal: Journal, portrait: Path, seconds: float
) -> None:
    asked = Job(avatar=Photo(portrait), speech=HELLO)

    async with Orchestrator(heygen, journal=journal) as orchestrator:
        run = asyncio.create_task(orchestrator.produce(asked))
        await asyncio.sleep(seconds)
    with pytest.raises(UsageError, match=TOO_EARLY):
        await run
    assert orchestrator.slots.held == 0

    async with Orchestrator(heygen, journal=journal) as orchestrator:
        await orchestrator.produce(asked)
    charged = [charge.operation for charge in simulator.ledger.charges]
    assert charged == ["createAvatar", "createVideo"]


async def test_runs_that_are_left_behind_do_not_write_into_the_journal_of_the_next(
    simulator: Simulator, heygen: HeyGen, journal: Journal
) -> None:
    left: list[asyncio.Task[Video]] = []
    for seconds in (0.0, 0.01, 0.05, 1.0):
        async with Orchestrator(heygen, journal=journal) as orchestrator:
            left += [asyncio.create_task(orchestrator.produce(job(name))) for name in "abc"]
            await asyncio.sleep(seconds)
    async with Orchestrator(heygen, journal=journal) as orchestrator:
        for name in "abc":
            await orchestrator.produce(job(name))
            await orchestrator.produce(job(name))

    assert {type(one) for one in await asyncio.gather(*left, return_exceptions=True)} == {
        UsageError
    }
    assert len(simulator.ledger.charges) == 3


async def test_what_was_asked_of_it_before_it_closed_is_not_begun_after(
    heygen: HeyGen, portrait: Path
) -> None:
    async with Orchestrator(heygen) as orchestrator:
        one = orchestrator.produce(job("a"))
        many = orchestrator.produce_many([job("b"), Job(avatar=Photo(portrait), speech=HELLO)])

    with pytest.raises(UsageError, match=TOO_EARLY):
        await one
    async with many as outcomes:
        errors = [outcome.error async for outcome in outcomes]
    assert [type(error) for error in errors] == [UsageError] * 2


async def test_whoever_is_cancelled_while_leaving_has_closed_all(
    simulator: Simulator, heygen: HeyGen, journal: Journal
) -> None:
    policies = Policies(submit_in_batches=True)
    async with Orchestrator(heygen, journal=journal, policies=policies) as orchestrator:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(20):
                await orchestrator.produce(job("a"))

    orchestrator = Orchestrator(heygen, journal=journal, policies=policies)
    await orchestrator.__aenter__()
    run = asyncio.create_task(orchestrator.produce(job("b")))
    while not any(stream.startswith("video:b") for _, stream in await paid(journal)):
        await asyncio.sleep(0.001)
    leaving = asyncio.create_task(orchestrator.__aexit__(None, None, None))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving

    with pytest.raises(UsageError, match=TOO_EARLY):
        await run
    await asyncio.sleep(60)
    assert len(simulator.ledger.charges) == 1
    await journal.open()  # It is nobody's any more.
    await journal.close()


async def test_one_that_cannot_be_opened_has_closed_what_it_opened(
    heygen: HeyGen, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise UsageError("there is no such backend")

    monkeypatch.setattr("heygen_async.orchestrator.backend_of", broken)

    with pytest.raises(UsageError, match="no such backend"):
        await Orchestrator(heygen, journal=journal).__aenter__()

    await journal.open()
    await journal.close()


class Flaky(MemoryJournal):
    """One whose disk may fail."""

    fails = False

    async def read(self, streams: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        if self.fails:
            raise JournalError("the disk failed")
        return await super().read(streams)


async def test_a_disk_that_fails_under_what_was_left_running_fails_those_alone_who_ask(
    heygen: HeyGen,
) -> None:
    journal = Flaky()
    async with Orchestrator(heygen, journal=journal) as orchestrator:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(20):
                await orchestrator.produce(job("a"))

    async with Orchestrator(heygen, journal=journal) as orchestrator:
        journal.fails = True
        with pytest.raises(JournalError, match="the disk failed"):
            await orchestrator.produce(job("b"))
        await asyncio.sleep(1.0)
        journal.fails = False
        await orchestrator.produce(job("b"))


async def test_a_client_that_closes_first_is_what_the_runs_report(simulator: Simulator) -> None:
    heygen = HeyGen("any", base_url=simulator.url)
    async with Orchestrator(heygen, render_slots=1) as orchestrator:
        runs = [asyncio.create_task(orchestrator.produce(job(name))) for name in "abc"]
        await asyncio.sleep(5.0)
        await heygen.close()
        errors = await asyncio.gather(*runs, return_exceptions=True)

    assert [type(error) for error in errors] == [UsageError] * 3
    assert all("client was closed" in str(error) for error in errors)
