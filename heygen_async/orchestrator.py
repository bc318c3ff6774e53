"""From jobs to videos: one, many, or what a crash left.

::

    async with HeyGen() as heygen, Orchestrator(heygen, journal="campaign.db") as orchestrator:
        video = await orchestrator.produce(Job(avatar=Photo("ada.jpg"), speech=Script("Hello")))
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Coroutine,
    Iterable,
    Mapping,
)
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from types import TracebackType
from typing import Any

from heygen_async.backends.base import Backend, Fetch
from heygen_async.backends.v3.batches import Outbox
from heygen_async.batch.producer import Producer
from heygen_async.batch.replaced import replaced
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.client_base import Client
from heygen_async.dialects import Clients, Dialect, Needs, backend_of, dialect_of
from heygen_async.errors import (
    ConcurrencyLimitError,
    HeyGenError,
    InvalidInputError,
    UsageError,
)
from heygen_async.journal import Journal, MemoryJournal, SqliteJournal
from heygen_async.journal.lease import Lease
from heygen_async.models.events import Event
from heygen_async.models.job import Job
from heygen_async.models.outcome import Outcome, PipelineEvent, Stage, Video
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable
from heygen_async.pipeline.budget import Budget
from heygen_async.pipeline.inheritance import claim, recall
from heygen_async.pipeline.left_running import LeftRunning
from heygen_async.pipeline.media_store import MediaStore
from heygen_async.pipeline.records import (
    Outstanding,
    Record,
    outstanding,
    records,
    staged,
    story,
    unsettled,
)
from heygen_async.pipeline.runner import Runner
from heygen_async.pipeline.runs import Runs
from heygen_async.pipeline.slots import RenderSlots
from heygen_async.transport.observer import tell
from heygen_async.transport.strays import Strays

__all__ = ["Orchestrator"]

_READERS = 4

# Pay-as-you-go accounts run ten jobs at once (HeyGen usage limits, read 2026-11-20).
_SLOTS = 10


class Orchestrator:
    """Makes videos, and never knowingly pays twice.

    Use it as an async context manager. All its runs share the render slots, the photos and avatars
    they have in common, and the journal. It may be used from any number of tasks of one event loop.

    Args:
        heygen: the client; it stays open. None where only agent.ai is used.
        agentai: agent.ai's client, for its dialect; it stays open.
        dialect: ``v3``; ``v2``, which HeyGen announced to end; or ``agentai``, whose avatars then
            speak in v3. None is v3, and agentai where only its client is given.
        journal: where the work is written down: a path of a SQLite file, or a Journal of your own.
            None keeps it in memory, so a crash forgets it.
        render_slots: how many renders run at once at the most; None learns what the account allows.
        policies: patience, failure, cancellation.
        budget: a hard cap on what all jobs of the journal cost together, in the account's currency:
            what a job may cost is reserved before it is submitted. None for no cap.
        prices: what things cost; the default is dated, so replace it when HeyGen's change.
        observer: is called with a `PipelineEvent` at each stage of a run, when one is joined or
            cancelled, and when something was paid for. An error of its own is logged, and harms no
            run.
        now: wall time, seconds since 1970; for tests.
    """

    def __init__(
        self,
        heygen: HeyGen | None = None,
        *,
        agentai: AgentAI | None = None,
        dialect: Dialect | None = None,
        journal: str | os.PathLike[str] | Journal | None = None,
        render_slots: int | None = _SLOTS,
        policies: Policies | None = None,
        budget: float | None = None,
        prices: PriceTable | None = None,
        observer: Callable[[PipelineEvent], None] | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._clients = Clients(heygen, agentai)
        self._dialect = dialect_of(dialect, self._clients)
        self._policies = policies or Policies()
        self._observer = None if observer is None else partial(tell, observer)
        self._now = now
        self._journal = _journal(journal)
        self._slots = RenderSlots(render_slots)
        self._cap = budget
        self._budget = Budget(budget)
        self._prices = prices or PriceTable()
        self._backend: Backend | None = None
        self._runner: Runner | None = None
        self._runs: Runs | None = None
        self._left: LeftRunning | None = None
        self._ends = AsyncExitStack()
        self._entered = False

    async def __aenter__(self) -> Orchestrator:
        if self._entered:
            raise UsageError("The Orchestrator is open already")
        self._entered = True
        try:
            await self._enter()
        except BaseException:
            self._entered = False
            raise
        return self

    async def _enter(self) -> None:
        async with AsyncExitStack() as ends:
            readers = ThreadPoolExecutor(_READERS, thread_name_prefix="heygen-files")
            ends.callback(readers.shutdown, wait=False)
            await self._journal.open()
            ends.push_async_callback(self._journal.close)
            await claim(self._journal, self._clients.servers, self._now())
            self._budget = Budget(self._cap, tell=self._observer)
            await recall(self._journal, self._budget)
            heygen, outbox = self._clients.heygen, None
            if self._policies.submit_in_batches and heygen is not None:
                outbox = Outbox(heygen.videos)
                ends.push_async_callback(outbox.close)
            lease = Lease(self._journal)
            ends.callback(lease.end)
            self._left = LeftRunning(self._journal, self._slots, self._clients.watch, self._now)
            await self._left.claim()
            ends.push_async_callback(self._left.close)
            media = MediaStore(lease, readers)
            self._runner = runner = Runner(
                lease, self._slots, self._clients.watch, self._policies, self._budget, self._now
            )
            self._backend = self._make_backend(media, readers, outbox)
            self._runs = Runs(self._backend, lease, runner, media, self._now, self._observer)
            self._ends = ends.pop_all()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._runs = None
        try:
            await self._ends.aclose()
        finally:
            self._entered = False

    @property
    def budget(self) -> Budget:
        """What is spent and reserved, and the cap on it."""
        return self._budget

    @property
    def slots(self) -> RenderSlots:
        """The render slots, as they are held and waited for now."""
        return self._slots

    def produce(self, job: Job, *, retry: bool = False) -> Coroutine[Any, Any, Video]:
        """Returns the finished video, downloaded if the job names an output.

        Asking for the same job again, in this process or with the same journal in another, goes on
        where it stopped and costs nothing that was paid already. Cancelling leaves nothing half
        owned: a render under way goes on at HeyGen and is picked up by the next run.

        Args:
            job: what to make.
            retry: try again what failed for good in an earlier run; failed renders are not billed.
                And make anew what an earlier run ended with a GoneError for, which is charged.

        Raises:
            InvalidInputError: the job cannot be done; nothing was sent.
            GoneError: what was paid for is not found with this key.
            JobFailedError: HeyGen could not make the avatar or the video.
            PayError: credit, plan or quota; nothing was started, run it again when that is mended.
            UncertainError: the answer was lost; run it again to find out, nothing is paid twice.
            DeadlineError: it takes longer than the policies allow; run it again to go on waiting.
        """
        return self._begun().run(job, retry=retry)

    def produce_many(
        self,
        jobs: Iterable[Job] | AsyncIterable[Job],
        *,
        in_flight: int | None = None,
        retry: bool = False,
    ) -> Producer[Job]:
        """An async context manager, which gives an async iterator of an Outcome for each job.

        Outcomes come in the order in which the jobs end. A failed job is an Outcome with an error,
        and the others go on. Only a PayError stops the drawing of further jobs, and a pause of
        HeyGen's that is longer than ``Policies.patience``: they would all be refused. Leaving the
        block early cancels what is under way; running the same jobs again resumes.

        Args:
            jobs: any iterable or async iterable, of any length: it is drawn from as jobs end.
            in_flight: how many jobs are worked on at once; None is ten times the render slots,
                so that uploads and trainings keep ahead of the renders.
            retry: try again what failed for good in an earlier run.

        Raises:
            InvalidInputError: ``jobs`` can give no jobs. What is no Job among them is an Outcome
                with that error.
        """
        _check_several(jobs)
        runs, asked_at = self._begun(), self._now()

        async def make(job: Job) -> Outcome:
            try:
                job, digests = await runs.admit(job)
                video = await runs.run(job, digests, retry=retry, asked_at=asked_at)
                return Outcome(job=job, video=video)
            except HeyGenError as error:
                return Outcome(job=job, error=error)

        return Producer(jobs, make, window=self._window(in_flight))

    def resume(
        self, *, retry: bool | Collection[str] = False, in_flight: int | None = None
    ) -> Producer[Record]:
        """As ``produce_many``, with the jobs of the journal that are not finished.

        Jobs that were begun in another dialect are left to an Orchestrator of that one. A photo
        that is another by now, or gone, stops only those jobs that have no avatar of it yet. A job
        whose output was asked of another job since, or that the shell's ``batch`` found to be asked
        for by no row any more, is left alone, unless its id is given.

        Args:
            retry: True for those that failed for good as well; ids for those jobs and no others,
                even if they failed for good.
            in_flight: as in ``produce_many``.

        Raises:
            InvalidInputError: ``retry`` is a text; an id goes into a list.
        """
        runs, asked_at = self._begun(), self._now()
        if isinstance(retry, str):
            raise InvalidInputError.of("retry", "must be a bool or a collection of ids", retry)
        chosen = None if isinstance(retry, bool) else frozenset(retry)
        again = bool(retry)

        async def unfinished() -> AsyncIterator[Record]:
            given_up = frozenset[str]() if chosen is not None else await replaced(self._journal)
            async for record in records(self._journal):
                if chosen is not None and record.job.id not in chosen:
                    continue
                if record.job.id in given_up:
                    continue
                if record.dialect != self._dialect:
                    continue
                if record.stage is not Stage.DONE and (again or not record.dead):
                    yield record

        async def make(record: Record) -> Outcome:
            try:
                video = await runs.run(record.job, record.digests, retry=again, asked_at=asked_at)
                return Outcome(job=record.job, video=video)
            except HeyGenError as error:
                return Outcome(job=record.job, error=error)

        return Producer(unfinished(), make, window=self._window(in_flight))

    async def revised(self, job: Job) -> Job:
        """Returns the job with the id that it goes by in this journal; asks and sends nothing.

        That is its own, or is derived where it has none. Where another video was asked for under
        its own, which ``produce`` refuses, it is that and a mark of what is asked for now, the same
        whenever the same is asked for.

        Raises:
            InvalidInputError: the job cannot be done.
        """
        return await self._open().revised(job)

    async def outstanding(self, job: Job) -> Outstanding:
        """Returns what of a job the journal does not know as done; asks and sends nothing.

        Jobs that share an avatar share its step: its ``stream`` tells.

        Raises:
            InvalidInputError: the job cannot be done.
        """
        job, digests = await self._open().admit(job)
        assert self._backend is not None
        return await outstanding(self._journal, await self._backend.plan(job, digests))

    @asynccontextmanager
    async def render_slot(self, seconds: float | None = None) -> AsyncIterator[None]:
        """Hold one of the render slots for the time of the block, in line with all runs.

        HeyGen counts video agent sessions and translations in the same pool as videos. Whoever
        starts those beside an Orchestrator starts them in such a block, and leaves it when they
        have settled, before a download. Ask for them with ``concurrency="raise"``: a
        ConcurrencyLimitError that leaves the block also tells the slots that fewer fit.

        ::

            async with orchestrator.render_slot():
                session = await heygen.video_agents.create(request, concurrency="raise")
                session = await heygen.video_agents.wait(session.session_id)

        Args:
            seconds: how long it will probably take; longer ones may overtake shorter ones. None
                where nobody knows.
        """
        self._begun()
        length = 0.0 if self._policies.in_order else seconds or 0.0
        async with self._slots.hold(length=length) as slot:
            try:
                yield
            except ConcurrencyLimitError:
                slot.refused()
                raise
            slot.release()
            self._slots.settled()

    async def records(self) -> AsyncIterator[Record]:
        """The jobs of the journal and how far they are, in the order they were accepted."""
        self._open()
        assert self._backend is not None
        under_way = await unsettled(self._journal)
        async for record in records(self._journal):
            if record.dialect == self._backend.name:
                record = await staged(record, self._backend, under_way)
            yield record

    async def story(self, job_id: str) -> Mapping[str, tuple[Event, ...]]:
        """Returns what the journal knows of a job: events by stream, such as ``video:ID``.

        The steps that it shares with others, such as its avatar's, are included. Empty for a job
        that the journal does not know.
        """
        self._open()
        assert self._backend is not None
        return await story(self._journal, self._backend, job_id)

    def _open(self) -> Runs:
        if self._runs is None:
            raise UsageError("Use the Orchestrator inside `async with Orchestrator(…):`")
        return self._runs

    def _begun(self) -> Runs:
        """As ``_open``, for those who may want a render slot."""
        runs = self._open()
        assert self._left is not None
        assert self._backend is not None
        assert self._runner is not None
        self._left.follow(self._backend, self._runner)
        return runs

    def _window(self, in_flight: int | None) -> Callable[[], int]:
        if in_flight is not None and in_flight < 1:
            raise InvalidInputError.of("in_flight", "must be at least 1", in_flight)
        slots, lookahead = self._slots, self._policies.lookahead
        return lambda: in_flight or max(1, round(slots.limit * lookahead))

    def _make_backend(self, media: MediaStore, readers: Executor, outbox: Outbox | None) -> Backend:
        needs = Needs(
            materials=media,
            fetch=_fetch(self._clients.first, readers),
            policies=self._policies,
            prices=self._prices,
            outbox=outbox,
        )
        return backend_of(self._dialect, self._clients, needs)


def _check_several(jobs: object) -> None:
    if isinstance(jobs, Job):
        raise InvalidInputError.of("jobs", "must be several: pass a list, such as [job]", jobs)
    if isinstance(jobs, str | bytes) or not (
        isinstance(jobs, Iterable | AsyncIterable) or hasattr(jobs, "__getitem__")
    ):
        raise InvalidInputError.of("jobs", "must be an iterable of Jobs, such as a list", jobs)


def _journal(journal: str | os.PathLike[str] | Journal | None) -> Journal:
    match journal:
        case None:
            return MemoryJournal()
        case str() | os.PathLike():
            return SqliteJournal(journal)
    return journal


def _fetch(client: Client, readers: Executor) -> Fetch:
    strays = Strays()

    async def fetch(
        url: str, path: str, *, refresh: Callable[[], Awaitable[str]]
    ) -> dict[str, Any]:
        await asyncio.get_running_loop().run_in_executor(readers, strays.clear, path)
        done = await client.fetch(url, path, refresh=refresh)
        return {"size": done.size, "sha256": done.sha256}

    return fetch
