"""What every backend promises: nothing is paid twice, and what cannot be known is said.

Each row is a way through a dialect, run against the real simulator on virtual time, and broken off
in every way: an answer that is lost, a process that dies at a write of its journal, a run that is
cancelled. Then the job is run again until it is done, or until nothing more can be found out; and
the simulator's bill is looked at.
"""

from __future__ import annotations

import asyncio
import types
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Callable,
    Coroutine,
    Generator,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Literal, TypeVar

import attrs
import pytest

from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.errors import (
    CannotTellError,
    FileChangedError,
    GoneError,
    HeyGenError,
    UncertainError,
)
from heygen_async.journal import Entry, MemoryJournal
from heygen_async.models.events import Event
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Job, Photo, Script
from heygen_async.models.outcome import Progressed, Stage, Video
from heygen_async.models.policies import Policies
from heygen_async.models.stock import StockAvatar
from heygen_async.models.v2 import Motion, V2Options
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator
from heygen_async.transport.retry import RetryPolicy

T = TypeVar("T")
Dialect = Literal["v3", "v2", "agentai"]

HOUR = 3600.0
DAY = 24 * HOUR
EPOCH = 1_783_958_400.0
HELLO = Script("Hello", voice_id="sim-voice-anna")
ADA = GeneratedPhoto("Ada", age="Senior", gender="Woman")
PA1, HG1 = "heygenPhotoAvatarCreateAvatarAction", "heygenAvatarGenerateVideo"

# Asked for again under their key, and so never looked for while that is known.
KEYED = ("createAvatar", "createVideo")


@attrs.frozen(kw_only=True)
class Row:
    """A way through a dialect.

    Attributes:
        id: of the test.
        dialect: which.
        job: what is asked for, given a photo.
        charged: how often each operation is charged for.
        free: operations that cost nothing, and must not be done twice all the same.
        blind: operations whose lost answer nobody can find out.
        policies: how it is asked for.
    """

    id: str
    dialect: Dialect
    job: Callable[[Path], Job]
    charged: Mapping[str, int]
    free: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    policies: Policies = attrs.field(factory=Policies)

    @property
    def photographed(self) -> bool:
        """Whether it begins with the photo."""
        return isinstance(self.job(Path()).avatar, Photo | AnimatedImage)

    @property
    def unsafe(self) -> tuple[str, ...]:
        """All that must be done once."""
        return (*self.charged, *self.free)


ROWS = (
    Row(
        id="v3",
        dialect="v3",
        job=lambda photo: Job(avatar=Photo(photo), speech=HELLO),
        charged={"createAvatar": 1, "createVideo": 1},
    ),
    Row(
        id="v3-batches",
        dialect="v3",
        job=lambda photo: Job(avatar=Photo(photo), speech=HELLO),
        charged={"createAvatar": 1, "createVideoBatch": 1},
        policies=Policies(submit_in_batches=True),
    ),
    Row(
        id="v2",
        dialect="v2",
        job=lambda photo: Job(avatar=Photo(photo), speech=HELLO, v2=V2Options(upscale=True)),
        charged={"upscale-an-avatar": 1, "create-an-avatar-video-v2": 1},
        free=("create-photo-avatar-group",),
    ),
    Row(
        id="v2-av4",
        dialect="v2",
        job=lambda photo: Job(avatar=AnimatedImage(photo), speech=HELLO),
        charged={"create-avatar-iv-video": 1},
    ),
    Row(
        id="v2-everything",
        dialect="v2",
        job=lambda photo: Job(
            avatar=ADA,
            speech=HELLO,
            v2=V2Options(looks=1, new_look="on a beach", upscale=True, motion=Motion("waves")),
        ),
        charged={
            "generate-photo-avatar-photos": 1,
            "train-photo-avatar-group": 1,
            "generate-photo-avatar-looks": 1,
            "upscale-an-avatar": 1,
            "add-motion": 1,
            "create-an-avatar-video-v2": 1,
        },
        free=("create-photo-avatar-group",),
        blind=("generate-photo-avatar-photos", "generate-photo-avatar-looks", "add-motion"),
    ),
    Row(
        id="agentai",
        dialect="agentai",
        job=lambda photo: Job(avatar=Photo(photo), speech=HELLO),
        charged={PA1: 1, "createVideo": 1},
    ),
    Row(
        id="agentai-stock",
        dialect="agentai",
        job=lambda photo: Job(avatar=StockAvatar("asher"), speech=Script("Hello")),
        charged={HG1: 1},
        blind=(HG1,),
    ),
)
ALL = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)


_MADE = (Stage.TRAINING, Stage.RENDERING)


class PowerCut(BaseException):
    """The process ends here."""


class Journal(MemoryJournal):
    """Suspends as a file would, loses its power at an append, and writes nothing from then on.

    Attributes:
        cut: the number of that append; 0 for none.
        after: whether it goes just after that is written, or just before.
        appends: how many there were.
    """

    def __init__(self, cut: int = 0, *, after: bool = False) -> None:
        super().__init__()
        self.cut = cut
        self.after = after
        self.appends = 0
        self._dead = False

    async def append(self, entries: Sequence[Entry]) -> None:
        self.appends += 1
        cut = self.appends == self.cut
        if self._dead or (cut and not self.after):
            self._dead = True
            raise PowerCut
        await super().append(entries)
        if cut:
            self._dead = True
            raise PowerCut
        await asyncio.sleep(0)

    async def read(self, streams: Sequence[str]) -> Mapping[str, Sequence[Event]]:
        await asyncio.sleep(0)
        return await super().read(streams)

    def revive(self) -> None:
        self.cut, self._dead = 0, False


class CancelledAt:
    """Awaits a coroutine, and cancels the task at its n-th suspension; 0 for never."""

    def __init__(self, n: int) -> None:
        self._n = n
        self.seen = 0

    @types.coroutine
    def run(self, coroutine: Coroutine[Any, Any, T]) -> Generator[Any, Any, T]:
        steps = coroutine.__await__()
        try:
            waits_for = next(steps)
            while True:
                self.seen += 1
                if self.seen == self._n:
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


@attrs.frozen
class Town:
    """A simulator, both clients of one of its accounts, and a journal that outlives processes."""

    row: Row
    photo: Path
    simulator: Simulator
    heygen: HeyGen
    agentai: AgentAI
    journal: Journal

    @property
    def job(self) -> Job:
        return self.row.job(self.photo)

    def process(
        self, *, marker: bool = True, observer: Callable[[object], None] | None = None
    ) -> Orchestrator:
        """A process that works on the journal."""
        loop = asyncio.get_running_loop()
        return Orchestrator(
            self.heygen,
            agentai=self.agentai,
            dialect=self.row.dialect,
            journal=self.journal,
            policies=attrs.evolve(self.row.policies, marker=marker),
            observer=observer,
            now=lambda: EPOCH + loop.time(),
        )

    def strike(self, name: str, operations: Iterable[str]) -> None:
        """Each of these meets this once."""
        for operation in operations:
            self.simulator.add_fault(Fault(name, operation=operation, times=1))

    async def tried(self) -> None:
        """A run that may end in whatever error of ours."""
        async with self.process() as orchestrator:
            with suppress(HeyGenError):
                await orchestrator.produce(self.job)

    async def broken_off(self, number: int) -> int:
        """Cancels a run when it knows the n-th id; how many it knew if it was not."""
        seen, known = 0, asyncio.Event()

        def see(event: object) -> None:
            nonlocal seen
            if isinstance(event, Progressed) and event.stage in _MADE and "id" in event.detail:
                seen += 1
                if seen == number:
                    known.set()

        async with self.process(observer=see) as orchestrator:
            run = asyncio.create_task(orchestrator.produce(self.job))
            until = asyncio.create_task(known.wait())
            await asyncio.wait({run, until}, return_when=asyncio.FIRST_COMPLETED)
            run.cancel()
            until.cancel()
            await asyncio.wait({run, until})
        return seen

    async def insisted(self) -> Video | UncertainError:
        """The video, or what remains uncertain however often the job is run again, hour by hour."""
        last: UncertainError | None = None
        for _ in range(16):
            async with self.process() as orchestrator:
                try:
                    return await orchestrator.produce(self.job)
                except UncertainError as error:
                    if isinstance(error, CannotTellError) and str(error) == str(last):
                        return error
                    last = error
            await asyncio.sleep(HOUR)
        raise AssertionError(f"it never comes to an end: {last}")

    def check_bill(self, ended: Video | UncertainError, at: object = None) -> None:
        """Once each, or at most once where something remained uncertain."""
        bill = Counter(charge.operation for charge in self.simulator.ledger.charges)
        groups = self.simulator.ledger.requests
        assert all(groups[operation] <= 1 for operation in self.row.free), at
        if isinstance(ended, Video):
            assert bill == self.row.charged, at
        else:
            assert self.row.blind, at
            assert isinstance(ended, CannotTellError), at
            assert bill <= Counter(self.row.charged), at


@asynccontextmanager
async def town(row: Row, photo: Path, journal: Journal | None = None) -> AsyncIterator[Town]:
    async with (
        Simulator() as simulator,
        HeyGen("any", base_url=simulator.url, retry=RetryPolicy(attempts=2)) as heygen,
        AgentAI("any", base_url=simulator.agentai_url) as agentai,
    ):
        yield Town(row, photo, simulator, heygen, agentai, journal or Journal())


@ALL
async def test_a_job_is_done_and_charged_once_however_often_it_is_run(
    row: Row, portrait: Path
) -> None:
    async with town(row, portrait) as here:
        videos = [await here.insisted() for _ in range(2)]

        here.check_bill(videos[0])
        assert all(isinstance(video, Video) for video in videos)
        assert {video.id for video in videos if isinstance(video, Video)} == {
            here.simulator.ledger.charges[-1].resource_id
        }


@pytest.mark.parametrize(
    ("row", "operation"),
    [
        pytest.param(row, operation, id=f"{row.id}-{operation}")
        for row in ROWS
        for operation in row.unsafe
    ],
)
async def test_a_lost_answer_is_found_out_or_said_to_be_uncertain_and_never_charged_twice(
    row: Row, operation: str, portrait: Path
) -> None:
    async with town(row, portrait) as here:
        # Twice, so that a request which may be repeated under its key loses its repetition too.
        here.simulator.add_fault(Fault("lost_answer", operation=operation, times=2))
        async with here.process() as orchestrator:
            with pytest.raises(UncertainError):
                await orchestrator.produce(here.job)

        here.simulator.clear_faults()
        ended = await here.insisted()

        here.check_bill(ended)
        assert isinstance(ended, CannotTellError) == (operation in row.blind)


@pytest.mark.parametrize(
    ("row", "operation"),
    [
        pytest.param(row, operation, id=f"{row.id}-{operation}")
        for row in ROWS
        for operation in row.unsafe
        if operation not in (*KEYED, *row.blind)
    ],
)
async def test_what_is_not_found_soon_after_its_answer_was_lost_is_not_taken_for_absent(
    row: Row, operation: str, portrait: Path
) -> None:
    async with town(row, portrait) as here:
        # It never arrives, which looks like a list that lags.
        here.simulator.add_fault(Fault("internal_error", operation=operation, times=1))
        for error in (UncertainError, CannotTellError):
            async with here.process() as orchestrator:
                with pytest.raises(error):
                    await orchestrator.produce(here.job)
        asked = here.simulator.ledger.requests[operation]

        ended = await here.insisted()

        assert asked == 1
        assert isinstance(ended, Video)
        assert Counter(it.operation for it in here.simulator.ledger.charges) == row.charged


@ALL
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("trouble", ["none", "answers-lost", "then-refused"])
async def test_a_process_that_dies_at_any_write_is_taken_up_and_charged_once(
    row: Row, trouble: str, after: bool, portrait: Path
) -> None:
    cut, done, died = 0, 0, True
    while died:
        cut, died = cut + 1, False
        async with town(row, portrait, Journal(cut, after=after)) as here:
            if trouble == "answers-lost":
                here.strike("lost_answer", row.unsafe)
            try:
                ended = await here.insisted()
            except PowerCut:
                died = True
                here.journal.revive()
                if trouble == "then-refused":
                    # What is refused now may have been taken before: that proves nothing.
                    here.strike("quota_exceeded", row.charged)
                    await here.tried()
                    here.simulator.clear_faults()
                    await asyncio.sleep(HOUR)  # So long some of them are to be left alone.
                ended = await here.insisted()

            here.check_bill(ended, cut)
            done += isinstance(ended, Video)

    # Of the server, the job, an intent, its answer, its end, and the job again.
    assert cut > 6
    assert done or (trouble == "answers-lost" and row.blind)


@pytest.mark.parametrize("row", [row for row in ROWS if row.photographed], ids=lambda row: row.id)
async def test_a_photo_that_was_changed_since_is_not_sent_for_what_it_was(
    row: Row, portrait: Path, tmp_path: Path
) -> None:
    photo = tmp_path / "ada.jpg"
    photo.write_bytes(portrait.read_bytes())
    # The power goes when the server and the job are written down.
    async with town(row, photo, Journal(2, after=True)) as here:
        with pytest.raises(PowerCut):
            await here.tried()
        here.journal.revive()

        photo.write_bytes(portrait.read_bytes() + b"another")
        async with here.process() as orchestrator, orchestrator.resume() as outcomes:
            (changed,) = [outcome.error async for outcome in outcomes]
        sent = Counter(here.simulator.ledger.requests)
        photo.write_bytes(portrait.read_bytes())
        async with here.process() as orchestrator, orchestrator.resume() as outcomes:
            (video,) = [outcome.unwrap() async for outcome in outcomes]

        assert isinstance(changed, FileChangedError)
        assert changed.value == str(photo)
        assert not sent
        here.check_bill(video)


@ALL
@pytest.mark.parametrize("last", [False, True], ids=["first", "last"])
async def test_with_a_key_of_another_account_nothing_is_settled_and_nothing_paid(
    row: Row, last: bool, portrait: Path
) -> None:
    async with town(row, portrait) as here:
        ids = await here.broken_off(0)
    async with town(row, portrait) as here:
        await here.broken_off(ids if last else 1)
        async with (
            HeyGen("other", base_url=here.simulator.url) as heygen,
            AgentAI("other", base_url=here.simulator.agentai_url) as agentai,
            attrs.evolve(here, heygen=heygen, agentai=agentai).process() as orchestrator,
        ):
            with pytest.raises(HeyGenError):
                await orchestrator.produce(here.job, retry=True)

            async with orchestrator.resume() as outcomes:
                errors = [outcome.error async for outcome in outcomes]

        ended = await here.insisted()

        assert len(errors) == 1
        assert isinstance(ended, Video)
        here.check_bill(ended)
        assert len({charge.account for charge in here.simulator.ledger.charges}) == 1


@ALL
async def test_a_finished_video_that_another_account_does_not_know_is_not_made_again(
    row: Row, portrait: Path
) -> None:
    async with town(row, portrait) as here:
        ended = await here.insisted()
        async with (
            HeyGen("other", base_url=here.simulator.url) as heygen,
            AgentAI("other", base_url=here.simulator.agentai_url) as agentai,
            attrs.evolve(here, heygen=heygen, agentai=agentai).process() as orchestrator,
        ):
            with pytest.raises(GoneError):
                await orchestrator.produce(here.job)

        async with here.process() as orchestrator, orchestrator.resume() as outcomes:
            videos = [outcome.unwrap() async for outcome in outcomes]

        assert isinstance(ended, Video)
        assert [video.id for video in videos] == [ended.id]
        here.check_bill(ended)


@ALL
async def test_a_run_cancelled_at_any_await_is_run_again_and_charged_once(
    row: Row, portrait: Path
) -> None:
    async with town(row, portrait) as here, here.process() as orchestrator:
        whole = CancelledAt(0)
        await whole.run(orchestrator.produce(here.job))

    done = 0
    for number in range(1, whole.seen + 1):
        async with town(row, portrait) as here:
            async with here.process() as orchestrator:
                with pytest.raises(asyncio.CancelledError):
                    await CancelledAt(number).run(orchestrator.produce(here.job))
                task = asyncio.current_task()
                assert task is not None
                task.uncancel()

                assert orchestrator.slots.held == 0, number
            ended = await here.insisted()

            here.check_bill(ended, number)
            done += isinstance(ended, Video)
    assert done or row.blind


@pytest.mark.parametrize(
    ("row", "operation"),
    [
        pytest.param(row, operation, id=f"{row.id}-{operation}")
        for row in ROWS
        for operation in row.unsafe
        if operation in KEYED
    ],
)
async def test_a_repetition_that_is_cancelled_before_it_left_takes_nothing_back(
    row: Row, operation: str, portrait: Path
) -> None:
    async with town(row, portrait) as here:
        here.simulator.add_fault(Fault("lost_answer", operation=operation, times=2))
        await here.tried()
        here.simulator.add_fault(Fault("rate_limited", operation=operation, times=1))
        async with here.process() as orchestrator:
            repetition = asyncio.create_task(orchestrator.produce(here.job))
            await asyncio.sleep(1)  # Of the two that it is to wait.
            repetition.cancel()
            await asyncio.wait([repetition])

        ended = await here.insisted()

        assert repetition.cancelled()
        here.check_bill(ended)


@pytest.mark.parametrize(
    ("row", "operation"),
    [
        pytest.param(row, tuple(row.charged)[-1], id=row.id)
        for row in ROWS
        if not row.policies.submit_in_batches
    ],
)
async def test_what_carried_no_mark_and_is_too_old_for_its_key_cannot_be_told(
    row: Row, operation: str, portrait: Path
) -> None:
    async with town(row, portrait) as here:
        here.simulator.add_fault(Fault("lost_answer", operation=operation, times=2))
        async with here.process(marker=False) as orchestrator:
            with pytest.raises(UncertainError):
                await orchestrator.produce(here.job)
        here.simulator.clear_faults()
        await asyncio.sleep(DAY)

        # With marks by then: what counts is how the request left.
        async with here.process() as orchestrator:
            with pytest.raises(CannotTellError):
                await orchestrator.produce(here.job)

        bill = Counter(charge.operation for charge in here.simulator.ledger.charges)
        assert bill[operation] == 1
