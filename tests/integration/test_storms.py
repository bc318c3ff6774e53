"""Random jobs, faults, cancellations, deaths and restarts; then the bill is looked at.

Each storm is a few lives of a process over one journal, on a simulator that misbehaves at random.
A life ends in peace, is left early, is cancelled, or dies at a write: from then on nothing is
written and nobody hears of anything, as after SIGKILL. Hours or days pass between lives. The last
one meets no faults, and afterwards:

- each job has one video that was charged and not deleted, and each photo at most one avatar;
- nothing was charged twice under one key;
- nobody holds a slot or a lock, no reservation is left, and the cap was never exceeded;
- no error was anything but one of ours, and no journal told an impossible story.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from PIL import Image

from heygen_async.client import HeyGen
from heygen_async.errors import HeyGenError, JournalError
from heygen_async.journal import Entry, MemoryJournal
from heygen_async.models.job import AnimatedImage, Job, Look, Photo, Prompt, Script, VideoOptions
from heygen_async.models.outcome import Video
from heygen_async.models.policies import Policies
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator
from heygen_async.transport.retry import RetryPolicy

EPOCH = 1_783_958_400.0
HOUR = 3600.0
STORMS = 16
"""More find more: hundreds were run when this was written."""

REQUESTS = (
    "bad_gateway",
    "committed_error",
    "concurrency_limited",
    "connection_refused",
    "empty_body",
    "error_in_200",
    "html_error",
    "in_progress",
    "internal_error",
    "lost_answer",
    "rate_limited",
    "slow_answer",
    "truncated_body",
)
OPERATIONS = ("createVideo", "createAvatar", "listVideos", "*")
RENDERS = ("failed", "failed_without_reason", "moderation_rejected", "unknown_status")


class Journal(MemoryJournal):
    """Suspends as a file would, and dies at a write when told to.

    Attributes:
        died: set when it has.
    """

    def __init__(self) -> None:
        super().__init__()
        self.died = asyncio.Event()
        self._left: int | None = None
        self._written_last = False

    def doom(self, write: int | None, *, written: bool) -> None:
        """Die at this write from now on, just before it or just after."""
        self.died = asyncio.Event()
        self._left, self._written_last = write, written

    async def append(self, entries: Sequence[Entry]) -> None:
        if self._left is not None and self._left <= 1:
            if self._written_last and not self.died.is_set():
                await super().append(entries)
            self.died.set()
            await asyncio.Event().wait()
        if self._left is not None:
            self._left -= 1
        await super().append(entries)
        await asyncio.sleep(0.01)


class Storm:
    """One of them, of which everything follows from the seed."""

    def __init__(self, seed: int, simulator: Simulator, photos: Sequence[Path]) -> None:
        self.chance = chance = random.Random(seed)
        self.simulator = simulator
        self.journal = Journal()
        self.problems: list[object] = []
        self.batches = chance.random() < 0.25
        self.failing = chance.random() < 0.4
        self.on_cancel: Literal["keep", "delete"] = "keep" if chance.random() < 0.5 else "delete"
        self.slots = chance.choice([1, 2, 5, None])
        self.cap = chance.choice([None, 4.0, 1000.0])
        self.jobs = [self._job(number, photos) for number in range(chance.randint(2, 10))]

    def _job(self, number: int, photos: Sequence[Path]) -> Job:
        photo = self.chance.choice(photos)
        avatars: list[Any] = [
            Look("sim-look-mia"),
            AnimatedImage(photo),
            Photo(photo),
            Prompt("a person"),
        ]
        return Job(
            avatar=self.chance.choices(avatars, [3, 1, 5, 1])[0],
            speech=Script("word " * self.chance.choice([1, 20, 300]), voice_id="sim-voice-anna"),
            options=VideoOptions(title=f"J{number}."),
            id=f"J{number}.",
        )

    def _break_things(self) -> None:
        self.simulator.clear_faults()
        for _ in range(self.chance.randint(0, 5)):
            fault = Fault(
                self.chance.choice(REQUESTS),
                operation=self.chance.choice(OPERATIONS),
                probability=self.chance.choice([0.2, 0.5]),
                times=self.chance.choice([None, 1, 5]),
            )
            self.simulator.add_fault(fault)
        if self.failing:
            fault = Fault(self.chance.choice(RENDERS), operation="createVideo", probability=0.4)
            self.simulator.add_fault(fault)

    # --- lives -----------------------------------------------------------------------------------

    async def live(self) -> None:
        """A life among faults, which may end at any time."""
        self._break_things()
        dies = self.chance.random() < 0.6
        write = self.chance.randint(1, 6 * len(self.jobs)) if dies else None
        self.journal.doom(write, written=self.chance.random() < 0.5)
        life = asyncio.create_task(self._life(self.chance.choice([self._one_by_one, self._batch])))
        death = asyncio.create_task(self.journal.died.wait())
        patience = self.chance.choice([50.0, 200.0, 20_000.0])
        await asyncio.wait([life, death], timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        # A process that dies while it tidies up does not do so; a live one is done in a minute.
        for _ in range(5):
            if not life.done():
                life.cancel()
                await asyncio.wait([life], timeout=60.0)
        death.cancel()
        if not life.cancelled() and (error := life.exception()) is not None:
            self._judge(error)

    async def last(self) -> list[Video | HeyGenError | None]:
        """A life in peace, in which all is tried again."""
        self.simulator.clear_faults()
        self.journal.doom(None, written=False)
        self.cap = None if self.cap is None else 1e6
        ended: list[Video | HeyGenError | None] = []

        async def all_of_them(orchestrator: Orchestrator) -> None:
            async with orchestrator.produce_many(self.jobs, retry=True) as outcomes:
                ended.extend([outcome.video or outcome.error async for outcome in outcomes])
            if all(isinstance(one, Video) for one in ended):
                assert orchestrator.budget.reserved == pytest.approx(0.0)

        await self._life(all_of_them)
        return ended

    async def _life(self, work: Callable[[Orchestrator], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        resubmits = self.chance.choice([0, 1]) if self.failing else 0
        policies = Policies(
            on_cancel=self.on_cancel,
            submit_in_batches=self.batches,
            resubmits=resubmits,
        )
        retry = RetryPolicy(attempts=self.chance.choice([1, 2, 5]))
        async with (
            HeyGen("any", base_url=self.simulator.url, retry=retry) as heygen,
            Orchestrator(
                heygen,
                journal=self.journal,
                render_slots=self.slots,
                policies=policies,
                budget=self.cap,
                now=lambda: EPOCH + loop.time(),
            ) as orchestrator,
        ):
            try:
                await work(orchestrator)
            finally:
                budget = orchestrator.budget
                if budget.cap is not None and budget.spent + budget.reserved > budget.cap + 1e-6:
                    self.problems.append(("over the cap", budget.spent, budget.reserved))
            assert orchestrator._runs is not None
            if not self.journal.died.is_set():
                assert len(orchestrator._runs._runner._locks) == 0
                assert len(orchestrator._runs._running) == 0
                orchestrator.slots.disclaim()
                assert (orchestrator.slots.held, orchestrator.slots.waiting) == (0, 0)

    async def _one_by_one(self, orchestrator: Orchestrator) -> None:
        """Runs of the caller's own, some of them of the same job, some of them cancelled."""
        loop = asyncio.get_running_loop()
        asked = self.chance.choices(self.jobs, k=len(self.jobs))
        runs = [asyncio.create_task(orchestrator.produce(job)) for job in asked]
        for run in runs:
            if self.chance.random() < 0.4:
                loop.call_later(self.chance.choice([0.01, 0.1, 10.0, 100.0]), run.cancel)
        try:
            await asyncio.wait(runs)
        finally:
            for run in runs:
                run.cancel()
            await asyncio.wait(runs)
        for run in runs:
            if not run.cancelled() and (error := run.exception()) is not None:
                self._judge(error)

    async def _batch(self, orchestrator: Orchestrator) -> None:
        """A batch, or what is left of one, that may be left early."""
        enough = self.chance.choice([1, 3, 100])
        batch: Any = orchestrator.resume(retry=True)
        if self.chance.random() < 0.5:
            batch = orchestrator.produce_many(self.jobs, in_flight=self.chance.choice([None, 2]))
        async with batch as outcomes:
            async for outcome in outcomes:
                if outcome.error is not None:
                    self._judge(outcome.error)
                enough -= 1
                if not enough:
                    break

    def _judge(self, error: BaseException) -> None:
        if not isinstance(error, HeyGenError) or isinstance(error, JournalError):
            self.problems.append(error)

    # --- the bill --------------------------------------------------------------------------------

    def check_bill(self) -> None:
        """Once for each."""
        ledger = self.simulator.ledger
        keys = Counter(charge.idempotency_key for charge in ledger.charges)
        del keys[None]
        assert all(times == 1 for times in keys.values())
        videos = [
            one for it in self.simulator.world.accounts.values() for one in it.videos.values()
        ]
        for job in self.jobs:
            mine = [one for one in videos if str(one.plan.title).startswith(str(job.id))]
            paid = [one for one in mine if not one.charge.refunded and not one.deleted]
            assert len(paid) == 1, job.id
            if self.on_cancel == "keep" and not self.failing:
                assert len(mine) == 1, job.id
        sorts = {
            job.avatar.source if isinstance(job.avatar, Photo) else "prompt"
            for job in self.jobs
            if isinstance(job.avatar, Photo | Prompt)
        }
        avatars = [one for one in ledger.charges if one.operation == "createAvatar"]
        assert len(avatars) == len(sorts)
        assert ledger.early_requests == []


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("photos")
    paths = [folder / f"{number}.png" for number in range(3)]
    for number, path in enumerate(paths):
        Image.new("RGB", (256, 256), (80 * number, 90, 100)).save(path)
    return paths


@pytest.mark.parametrize("seed", range(STORMS))
async def test_after_any_storm_each_job_is_charged_once(seed: int, photos: list[Path]) -> None:
    async with Simulator(seed=seed, render_slots=3 + seed % 8, credits=1e6) as simulator:
        storm = Storm(seed, simulator, photos)

        for _ in range(storm.chance.randint(1, 5)):
            await storm.live()
            await asyncio.sleep(storm.chance.choice([0.0, 60.0, HOUR, 21 * HOUR, 30 * HOUR]))
        ended: list[Video | HeyGenError | None] = []
        for _ in range(4):
            ended = await storm.last()
            await asyncio.sleep(2 * HOUR)

        assert storm.problems == []
        assert [one for one in ended if not isinstance(one, Video)] == []
        storm.check_bill()
