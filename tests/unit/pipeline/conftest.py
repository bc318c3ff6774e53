"""A dialect in memory: a server that bills, and steps that speak to it.

The server keeps what HeyGen promises: a key is answered once and remembered for 24 hours, a request
that has left is executed whether or not its sender is still there, and a full pool takes nothing.
"""

from __future__ import annotations

import asyncio
import types
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Generator,
    Iterator,
    Mapping,
    Sequence,
)
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import attrs
import pytest

from heygen_async.backends.base import Concluded, Plan, Result, Step, Taken
from heygen_async.errors import (
    ConcurrencyLimitError,
    DeadlineError,
    HeyGenError,
    NotFoundError,
    UncertainError,
    VideoFailedError,
)
from heygen_async.journal import Entry, MemoryJournal
from heygen_async.models.events import Event
from heygen_async.models.job import Job, Look, Script
from heygen_async.models.outcome import Joined, Progressed, Stage, Stopped, Video
from heygen_async.models.policies import Policies
from heygen_async.models.state import JobState, Progress
from heygen_async.pipeline.budget import Budget
from heygen_async.pipeline.context import RunContext
from heygen_async.pipeline.machine import State, fold
from heygen_async.pipeline.media_store import MediaStore
from heygen_async.pipeline.runner import Runner
from heygen_async.pipeline.runs import Runs
from heygen_async.pipeline.slots import RenderSlots

DAY = 86400.0
TRAVEL = 0.1
DONE = JobState(Progress.DONE, "completed")


class PowerCut(BaseException):
    """The process ends here."""


class SlowJournal(MemoryJournal):
    """Suspends wherever a journal in a file would, and loses its power when told to.

    Attributes:
        cut: the number of the append at which the power goes, 0 for never; negative where it goes
            just after the entry was written.
    """

    def __init__(self) -> None:
        super().__init__()
        self.cut = 0
        self.appends = 0
        self.dead = False
        self.refuses: Callable[[Event], Exception | None] = lambda event: None

    async def append(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if (error := self.refuses(entry.event)) is not None:
                raise error
        self.appends += 1
        if self.dead or self.appends == self.cut:
            self.dead = True
            raise PowerCut
        await super().append(entries)
        if self.appends == -self.cut:
            self.dead = True
            raise PowerCut
        await asyncio.sleep(0.01)

    async def read(self, streams: Sequence[str]) -> Mapping[str, tuple[Event, ...]]:
        await asyncio.sleep(0.01)
        return await super().read(streams)

    async def events(self, stream: str) -> list[str]:
        return [type(event).__name__ for event in (await super().read([stream]))[stream]]

    async def state(self, stream: str) -> State:
        return fold((await super().read([stream]))[stream])

    def revive(self) -> None:
        self.cut, self.dead = 0, False


class Server:
    """HeyGen, as far as a step can see it.

    Attributes:
        faults: what happens to the next requests for a stream: an error that is raised at once, or
            ``"lost"`` for an answer that is lost after the work was done.
        ends: how the next jobs of a stream end, DONE where nothing is said.
        capacity: jobs that run at once.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._keys: dict[str, tuple[float, asyncio.Future[str]]] = {}
        self._made: dict[str, str] = {}
        self._states: dict[str, tuple[float, JobState]] = {}
        self.charges: Counter[str] = Counter()
        self.requests: list[tuple[str, str]] = []
        self.uploads: Counter[str] = Counter()
        self.faults: dict[str, list[HeyGenError | str]] = {}
        self.ends: dict[str, list[JobState]] = {}
        self.capacity = 1000
        self.running: set[str] = set()
        self.peak = 0
        self.deleted: list[str] = []
        self.gone: set[str] = set()
        self.searches: list[str] = []

    async def submit(self, stream: str, key: str, seconds: float, *, pooled: bool) -> str:
        self.requests.append((stream, key))
        faults = self.faults.get(stream, [])
        fault = faults.pop(0) if faults else None
        if isinstance(fault, HeyGenError):
            await asyncio.sleep(TRAVEL)
            raise fault
        made = self._answer(stream, key, seconds, pooled=pooled)
        try:
            ref = await asyncio.shield(made)
            await asyncio.sleep(TRAVEL)
        except asyncio.CancelledError:
            made.add_done_callback(lambda made: made.cancelled() or made.exception())
            raise
        if fault == "lost":
            raise UncertainError(f"{stream}: the answer was lost", key=key)
        return ref

    def _answer(self, stream: str, key: str, seconds: float, *, pooled: bool) -> Any:
        known = self._keys.get(key)
        if known is not None and self._now() - known[0] < DAY:
            return known[1]
        loop = asyncio.get_running_loop()
        made: asyncio.Future[str] = loop.create_future()
        self._keys[key] = (self._now(), made)
        # It has left: it is executed, whoever still waits for the answer.
        loop.call_later(TRAVEL, self._make, stream, key, seconds, pooled, made)
        return made

    def _make(
        self, stream: str, key: str, seconds: float, pooled: bool, made: asyncio.Future[str]
    ) -> None:
        if pooled and len(self.running) >= self.capacity:
            del self._keys[key]
            made.set_exception(ConcurrencyLimitError("too many run", retry_after=1.0))
            return
        self.charges[stream] += 1
        ref = f"{stream}#{self.charges[stream]}"
        ends = self.ends.get(stream, [])
        loop = asyncio.get_running_loop()
        self._states[ref] = (loop.time() + seconds, ends.pop(0) if ends else DONE)
        self._made[key] = ref
        if pooled:
            self.running.add(ref)
            self.peak = max(self.peak, len(self.running))
            loop.call_later(seconds, self.running.discard, ref)
        made.set_result(ref)

    async def find(self, key: str) -> str | None:
        self.searches.append(key)
        await asyncio.sleep(TRAVEL)
        return self._made.get(key)

    async def watch(
        self,
        kind: str,
        id: str,  # noqa: A002 - as the interface calls it
        *,
        timeout: float | None,
        expected: float | None = None,
        age: float = 0.0,
        urgency: float = 1.0,
    ) -> JobState:
        if id in self.gone:
            return JobState(Progress.GONE, "not_found")
        end, state = self._states[id]
        left = max(0.0, end - asyncio.get_running_loop().time())
        if timeout is not None and left > timeout:
            await asyncio.sleep(timeout)
            raise DeadlineError("it takes long", kind=kind, id=id, waited=timeout)
        await asyncio.sleep(left)
        return state


@attrs.frozen(kw_only=True)
class Upload(Step):
    server: Server

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Concluded:
        self.server.requests.append((self.stream, key))
        faults = self.server.faults.get(self.stream, [])
        await asyncio.sleep(TRAVEL)
        if faults:
            error = faults.pop(0)
            assert isinstance(error, HeyGenError)
            raise error
        self.server.uploads[self.stream] += 1
        return Concluded({"asset": self.stream})

    async def valid(self, result: Result) -> bool:
        await asyncio.sleep(TRAVEL)
        return self.stream not in self.server.gone


@attrs.frozen(kw_only=True)
class Paid(Step):
    server: Server
    seconds: float = 60.0
    cost: float | None = None
    findable: bool = True
    seen: Callable[[str, Mapping[str, Result]], Awaitable[None]] | None = None

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        if self.seen is not None:
            await self.seen("submit", inputs)
        ref = await self.server.submit(self.stream, key, self.seconds, pooled=self.slotted)
        return Taken(ref, {"made_from": sorted(inputs)})

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        if not self.findable:
            return await super().find(inputs, key=key)
        ref = await self.server.find(key)
        return None if ref is None else Taken(ref)

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        if self.seen is not None:
            await self.seen("conclude", {})
        await self._read()
        if state.progress is Progress.GONE:
            raise NotFoundError(f"{taken.ref} is gone", code="not_found")
        if state.progress is not Progress.DONE:
            raise VideoFailedError(
                f"{self.kind} {taken.ref} failed: {state.reason}",
                kind=self.kind,
                id=taken.ref,
                code=state.code,
                reason=state.reason,
            )
        return Concluded({"id": taken.ref}, price=self.cost)

    async def valid(self, result: Result) -> bool:
        await self._read()
        return result["id"] not in self.server.gone

    async def discard(self, taken: Taken) -> None:
        await self._asked("discard")
        self.server.deleted.append(taken.ref)

    async def _read(self) -> None:
        await self._asked(f"read {self.stream}")

    async def _asked(self, what: str) -> None:
        await asyncio.sleep(TRAVEL)
        faults = self.server.faults.get(what, [])
        if faults:
            error = faults.pop(0)
            assert isinstance(error, HeyGenError)
            raise error


@attrs.frozen(kw_only=True)
class Filmed(Paid):
    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        await super().conclude(taken, state)
        result = {"video_id": taken.ref, "duration": 3.0, "title": "T"}
        return Concluded(result, Video(id=taken.ref, video_url=f"https://x/{taken.ref}"))

    async def valid(self, result: Result) -> bool:
        return True


class Backend:
    """Plans a look's video, or a photo's behind its avatar; writes files of five bytes."""

    name = "tests"

    def __init__(self, world: World) -> None:
        self._world = world
        self.downloads: list[str] = []
        self.faults: list[HeyGenError] = []

    async def plan(self, job: Job, digests: Mapping[str, str]) -> Plan:
        needs = {} if isinstance(job.avatar, Look) else {"avatar": self._world.avatar()}
        video = self._world.video(str(job.id), needs=needs, seen=self._world.seen)
        fields = attrs.fields(Paid)
        return Plan(Filmed(**{field.name: getattr(video, field.name) for field in fields}))

    async def video(self, result: Result) -> Video:
        if result["video_id"] in self._world.server.gone:
            raise NotFoundError("getVideo failed", code="video_not_found")
        return Video(id=result["video_id"], video_url="https://x/again", duration=3.0)

    async def download(self, video: Video, path: str) -> Result:
        if self.faults:
            raise self.faults.pop(0)
        self.downloads.append(path)
        Path(path).write_bytes(b"video")
        return {"size": 5, "sha256": "s"}


class World:
    """A server, a journal, and as many processes as a test wants to begin."""

    PowerCut = PowerCut
    Paid = Paid
    Upload = Upload

    def __init__(self) -> None:
        self.skew = 0.0
        self.server = Server(self.now)
        self.journal = SlowJournal()
        self.readers = ThreadPoolExecutor(1)
        self.progress: list[Progressed | Joined | Stopped] = []
        self.told: list[tuple[Stage, dict[str, str]]] = []
        self.seen: Callable[[str, Mapping[str, Result]], Awaitable[None]] | None = None
        self.slots: RenderSlots
        self.budget: Budget
        self.runner: Runner
        self.begin()

    def now(self) -> float:
        return 1.7e9 + asyncio.get_running_loop().time() + self.skew

    def begin(
        self, *, limit: int | None = 10, budget: Budget | None = None, **policies: Any
    ) -> Runner:
        """Another process over the same journal."""
        self.slots = RenderSlots(limit)
        self.budget = budget or Budget()
        self.runner = Runner(
            self.journal,
            self.slots,
            self.server.watch,
            Policies(**policies),
            self.budget,
            self.now,
        )
        return self.runner

    def runs(self) -> Runs:
        """Runs of whole jobs on the runner that there is now."""
        self.backend = Backend(self)
        media = MediaStore(self.journal, self.readers)
        return Runs(self.backend, self.journal, self.runner, media, self.now, self.progress.append)

    def context(self, *, retry: bool = False) -> RunContext:
        return RunContext(
            Job(avatar=Look("look"), speech=Script("Hello", voice_id="voice"), id="job"),
            lambda _, stage, detail: self.told.append((stage, dict(detail))),
            retry_before=self.now() if retry else None,
        )

    async def settle(self, step: Step, *, retry: bool = False) -> Result:
        return await self.runner.settle(step, self.context(retry=retry))

    def asset(self, name: str = "photo") -> Upload:
        stream = f"asset:{name}"
        return Upload(stream=stream, stage=Stage.UPLOADING, paid=False, server=self.server)

    def avatar(self, name: str = "ada", **changes: Any) -> Paid:
        fields: dict[str, Any] = {
            "stream": f"avatar:{name}",
            "stage": Stage.TRAINING,
            "needs": {"photo": self.asset()},
            "kind": "avatar_look",
            "server": self.server,
        }
        return Paid(**{**fields, **changes})

    def video(self, name: str = "hello", **changes: Any) -> Paid:
        fields: dict[str, Any] = {
            "stream": f"video:{name}",
            "stage": Stage.RENDERING,
            "needs": {"avatar": self.avatar()},
            "kind": "video",
            "slotted": True,
            "server": self.server,
        }
        return Paid(**{**fields, **changes})

    @property
    def idle(self) -> bool:
        """Whether no slot and no lock is held, and nobody waits for one."""
        return (self.slots.held, self.slots.waiting, len(self.runner._locks)) == (0, 0, 0)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    world = World()
    await world.journal.open()
    yield world
    world.readers.shutdown()


@pytest.fixture
def interrupted() -> Callable[[Coroutine[Any, Any, Any], int], Awaitable[bool]]:
    """Awaits a coroutine and cancels it where it suspends for the n-th time; whether it did."""

    async def interrupt(coroutine: Coroutine[Any, Any, Any], number: int) -> bool:
        async def run() -> None:
            await _counted(coroutine, number)

        task = asyncio.create_task(run())
        await asyncio.wait([task])
        if not task.cancelled():
            task.result()
        return task.cancelled()

    return interrupt


@types.coroutine
def _counted(coroutine: Coroutine[Any, Any, Any], number: int) -> Generator[Any, Any, Any]:
    suspended: Iterator[Any] = coroutine.__await__()
    send: Any = suspended.send  # type: ignore[attr-defined]
    value: Any = None
    while True:
        try:
            waits_for = send(value)
        except StopIteration as stop:
            return stop.value
        number -= 1
        if number == 0:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()
        try:
            value = yield waits_for
            send = suspended.send  # type: ignore[attr-defined]
        except BaseException as error:  # noqa: BLE001 - goes to whom it was meant for
            send, value = suspended.throw, error  # type: ignore[attr-defined]
