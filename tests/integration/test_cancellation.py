"""Cancelling a run at every one of its awaits; then run it again, and look at the bill."""

from __future__ import annotations

import asyncio
import types
from collections import Counter
from collections.abc import Coroutine, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from heygen_async.client import HeyGen
from heygen_async.journal import Entry, MemoryJournal, SqliteJournal
from heygen_async.models.events import Event
from heygen_async.models.job import Job, Photo, Script, VideoOptions
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator

T = TypeVar("T")


class CancelledAt:
    """Awaits a coroutine, and cancels the task at its n-th suspension."""

    def __init__(self, n: int) -> None:
        self.left = n

    @types.coroutine
    def run(self, coroutine: Coroutine[Any, Any, T]) -> Generator[Any, Any, T]:
        steps = coroutine.__await__()
        try:
            waits_for = next(steps)
            while True:
                self.left -= 1
                if self.left == 0:
                    task = asyncio.current_task()
                    assert task is not None
                    task.cancel()
                try:
                    value = yield waits_for
                except BaseException as error:  # noqa: BLE001 - passed on, whatever it is
                    waits_for = steps.throw(error)
                else:
                    waits_for = steps.send(value)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]


class SuspendingJournal(MemoryJournal):
    """Suspends where a file would; like there, what is to be written is so all the same."""

    async def append(self, entries: Sequence[Entry]) -> None:
        await super().append(entries)
        await asyncio.sleep(0)

    async def read(self, streams: Sequence[str]) -> Mapping[str, Sequence[Event]]:
        await asyncio.sleep(0)
        return await super().read(streams)


@pytest.mark.parametrize("lost", [False, True], ids=["answers_arrive", "answers_lost"])
async def test_a_run_cancelled_at_any_await_is_run_again_and_charged_once(
    tmp_path: Path, portrait: Path, lost: bool
) -> None:
    cancelled = 0
    while True:
        output = tmp_path / f"{cancelled}.mp4"
        job = Job(
            avatar=Photo(portrait),
            speech=Script("Hello", voice_id="sim-voice-anna"),
            options=VideoOptions(resolution="720p"),
            output=None if lost else output,  # To draw videos is what takes the time here.
        )
        journal = SuspendingJournal()
        at = CancelledAt(cancelled + 1)
        async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
            for operation in ("createAvatar", "createVideo") if lost else ():
                simulator.add_fault(Fault("lost_answer", operation=operation, times=1))
            async with Orchestrator(heygen, journal=journal) as orchestrator:
                try:
                    await at.run(orchestrator.produce(job))
                except asyncio.CancelledError:
                    task = asyncio.current_task()
                    assert task is not None
                    task.uncancel()
                    cancelled += 1
                    assert orchestrator.slots.held == 0
                    assert not output.exists() or output.stat().st_size > 10_000
            async with Orchestrator(heygen, journal=journal) as orchestrator:
                video = await orchestrator.produce(job)

            assert Counter(charge.operation for charge in simulator.ledger.charges) == {
                "createAvatar": 1,
                "createVideo": 1,
            }
            assert video.path == (None if lost else str(output))
            assert [*tmp_path.iterdir()] == ([] if lost else [output])
            output.unlink(missing_ok=True)
        if at.left > 0:
            break
    assert cancelled >= 30


async def test_a_cancelled_run_with_a_file_as_journal_leaves_it_usable(
    tmp_path: Path, portrait: Path
) -> None:
    job = Job(avatar=Photo(portrait), speech=Script("Hello", voice_id="sim-voice-anna"))
    path = tmp_path / "journal.db"
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, journal=SqliteJournal(path)) as orchestrator:
            run = asyncio.create_task(orchestrator.produce(job))
            while not simulator.ledger.charges:
                await asyncio.sleep(0.1)
            run.cancel()
            await asyncio.wait([run])

        async with Orchestrator(heygen, journal=path) as orchestrator:
            await orchestrator.produce(job)

        assert run.cancelled()
        assert len(simulator.ledger.charges) == 2
