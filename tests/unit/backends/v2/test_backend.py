"""Runs of the v2 dialect against the simulator that meet what its users complain of."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import pytest

from heygen_async.client import HeyGen
from heygen_async.errors import (
    AvatarFailedError,
    CannotTellError,
    DeadlineError,
    InsufficientCreditError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    PlanLimitError,
    ServerError,
)
from heygen_async.journal import Entry, MemoryJournal
from heygen_async.models.events import Intended, Settled
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Background, Captions, Job, Look, Photo, Script, VideoOptions
from heygen_async.models.outcome import Video
from heygen_async.models.policies import Policies
from heygen_async.models.source import Media
from heygen_async.models.v2 import V2Options
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator

pytestmark = pytest.mark.filterwarnings("ignore::heygen_async.errors.HeyGenV2Warning")

VIDEO, AV4 = "create-an-avatar-video-v2", "create-avatar-iv-video"
GROUP, LOOKS, TRAIN = (
    "create-photo-avatar-group",
    "add-looks-to-photo-avatar-group",
    "train-photo-avatar-group",
)
LIST = "list-all-avatars-in-one-avatar-group"
HELLO = Script("Hello", voice_id="sim-voice-anna")
ADA = GeneratedPhoto("Ada", age="Senior")


@attrs.frozen
class Town:
    """A simulator, a client, and a journal that outlives Orchestrators."""

    simulator: Simulator
    heygen: HeyGen
    journal: MemoryJournal

    async def produce(self, job: Job, *, retry: bool = False, **policies: Any) -> Video:
        async with Orchestrator(
            self.heygen, dialect="v2", journal=self.journal, policies=Policies(**policies)
        ) as orchestrator:
            return await orchestrator.produce(job, retry=retry)

    async def prices(self, prefix: str) -> list[float]:
        """What was spent on steps whose streams begin so."""
        await self.journal.open()
        paid = [entry for _, entry in await self.journal.paid(0)]
        await self.journal.close()
        return [
            entry.event.price
            for entry in paid
            if isinstance(entry.event, Settled) and entry.stream.startswith(prefix)
        ]

    def strike(self, name: str, operation: str, **more: Any) -> None:
        self.simulator.add_fault(Fault(name, operation=operation, times=1, **more))

    @property
    def charged(self) -> Counter[str]:
        return Counter(charge.operation for charge in self.simulator.ledger.charges)

    @property
    def requests(self) -> Counter[str]:
        return self.simulator.ledger.requests


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        yield Town(simulator, heygen, MemoryJournal())


@pytest.fixture
def photo(portrait: Path) -> Callable[..., Job]:
    return lambda **fields: Job(**{"avatar": Photo(portrait), "speech": HELLO, **fields})


async def test_photos_of_all_places_in_memory_and_on_disk_become_looks_and_a_background(
    town: Town, photo: Callable[..., Job], portrait: Path, tmp_path: Path
) -> None:
    data = portrait.read_bytes()
    job = photo(
        avatar=Photo(data),
        v2=V2Options(photos=[Media(data + b"1"), Media(portrait)], train=True),
        options=VideoOptions(background=Background(image=Media(data)), aspect_ratio="4:5"),
        output=tmp_path / "a.mp4",
    )

    await town.produce(job)

    assert town.requests["upload-asset"] == 2
    assert town.requests[LOOKS] == 1
    assert town.charged == {TRAIN: 1, VIDEO: 1}
    assert (tmp_path / "a.mp4").stat().st_size > 10_000


async def test_three_jobs_of_one_description_share_all_that_can_be_shared(town: Town) -> None:
    jobs = [
        Job(avatar=ADA, speech=attrs.evolve(HELLO, text=f"Number {n}"), v2=V2Options(pick=pick))
        for n, pick in enumerate((0, 0, 1))
    ]

    async with (
        Orchestrator(town.heygen, dialect="v2") as orchestrator,
        orchestrator.produce_many(jobs) as outcomes,
    ):
        ended = [outcome.unwrap() async for outcome in outcomes]

    assert len({video.id for video in ended}) == 3
    assert town.charged == {"generate-photo-avatar-photos": 1, VIDEO: 3}
    assert town.requests[GROUP] == 2


async def test_what_v2_has_no_word_for_is_told_with_the_video(town: Town) -> None:
    video = await town.produce(Job(avatar=attrs.evolve(ADA, style="artistic"), speech=HELLO))

    assert [(loss.field, loss.dialect) for loss in video.losses] == [("style", "v2")]


async def test_another_process_makes_nothing_again_and_gives_fresh_addresses(
    town: Town, photo: Callable[..., Job]
) -> None:
    first = await town.produce(photo(v2=V2Options(upscale=True, motion="waves")))
    asked = Counter(town.requests)
    await asyncio.sleep(60)

    second = await town.produce(photo(v2=V2Options(upscale=True, motion="waves")))

    assert (second.id, second.title) == (first.id, first.title)
    assert second.video_url != first.video_url
    assert Counter(town.requests) - asked == {"video-status": 1}


async def test_a_look_that_is_gone_is_made_again_and_what_is_there_is_not(
    town: Town, photo: Callable[..., Job]
) -> None:
    await town.produce(photo())
    (look_id,) = town.simulator.world.accounts["any"].looks
    await town.heygen.v2.photo_avatars.delete(look_id)

    await town.produce(photo(speech=attrs.evolve(HELLO, text="Again")))

    assert town.requests[GROUP] == 2
    assert town.requests["upload-asset"] == 1


async def test_a_photo_joins_a_group_that_is_there_and_speaks_itself(
    town: Town, photo: Callable[..., Job], portrait: Path
) -> None:
    await town.produce(photo())
    (group_id,) = town.simulator.world.accounts["any"].groups

    await town.produce(photo(avatar=Photo(portrait, group_id=group_id)))

    assert (town.requests[GROUP], town.requests[LOOKS]) == (1, 1)
    assert len(town.simulator.world.accounts["any"].looks) == 2


async def test_a_preset_speaks_as_it_is_and_cannot_be_changed(town: Town) -> None:
    preset = Job(avatar=Look("sim-look-mia"), speech=Script("Hello"))

    await town.produce(preset)
    with pytest.raises(NotFoundError):
        await town.produce(
            attrs.evolve(preset, speech=HELLO, v2=V2Options(motion="waves"), id="moves")
        )

    assert town.charged == {VIDEO: 1}


async def test_a_pick_that_is_not_among_the_photos_is_refused_once_they_are_known(
    town: Town,
) -> None:
    with pytest.raises(InvalidInputError, match="among the 4 photos"):
        await town.produce(Job(avatar=ADA, speech=HELLO, v2=V2Options(pick=7)))

    assert town.charged == {"generate-photo-avatar-photos": 1}


# --- photos, looks and training that go wrong ----------------------------------------------------


async def test_a_photo_that_moderation_refuses_ends_the_job_with_the_reason(
    town: Town, photo: Callable[..., Job]
) -> None:
    town.strike("moderation_rejected", GROUP)

    with pytest.raises(AvatarFailedError, match="resembles a public figure") as caught:
        await town.produce(photo())
    with pytest.raises(AvatarFailedError):
        await town.produce(photo())
    await town.produce(photo(), retry=True)

    assert caught.value.reason is not None
    assert town.requests[GROUP] == 2


async def test_an_appeal_is_waited_for(town: Town, photo: Callable[..., Job]) -> None:
    town.strike("in_appeal", GROUP, seconds=900.0)

    await town.produce(photo())

    assert town.charged == {VIDEO: 1}


async def test_looks_that_never_appear_fail_the_job_and_are_added_again_by_a_retry(
    town: Town, photo: Callable[..., Job], portrait: Path
) -> None:
    town.strike("looks_never_appear", LOOKS)
    job = photo(v2=V2Options(photos=[Media(portrait.read_bytes() + b"1")]))

    for _ in range(2):
        with pytest.raises(AvatarFailedError, match="shows no such look in group"):
            await town.produce(job)
    assert town.requests[LOOKS] == 1

    await town.produce(job, retry=True)
    assert town.requests[LOOKS] == 2
    assert town.charged == {VIDEO: 1}


async def test_a_further_look_that_never_appears_fails_the_job_like_the_first(
    town: Town, photo: Callable[..., Job], portrait: Path
) -> None:
    job = photo(
        v2=V2Options(photos=[Media(portrait.read_bytes() + extra) for extra in (b"1", b"2")])
    )

    async def lose_the_second() -> None:
        while not town.requests[LOOKS]:
            await asyncio.sleep(0.1)
        (account,) = town.simulator.world.accounts.values()
        look = list(account.looks.values())[-1]
        look.ready_at = float("inf")
        account.lost_looks[look.id] = account.looks.pop(look.id)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(lose_the_second())
        with pytest.raises(AvatarFailedError, match="shows no such look in group"):
            await town.produce(job)

    await town.produce(job, retry=True)
    assert town.requests[LOOKS] == 2


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "no_list"])
async def test_looks_that_are_listed_or_of_a_group_without_a_list_may_appear_yet(
    town: Town, photo: Callable[..., Job], portrait: Path, listed: bool
) -> None:
    if listed:
        town.strike("stuck", LOOKS)
    else:
        town.strike("looks_never_appear", LOOKS)
        town.simulator.add_fault(
            Fault("internal_error", operation="list-all-avatars-in-one-avatar-group")
        )
    job = photo(v2=V2Options(photos=[Media(portrait.read_bytes() + b"1")]))

    for _ in range(2):
        with pytest.raises(DeadlineError):
            await town.produce(job)

    assert town.requests[LOOKS] == 1


@pytest.mark.parametrize("trap", ["missing_group_id", "shared_look_id", "null_data"])
async def test_odd_answers_are_understood(
    town: Town, photo: Callable[..., Job], portrait: Path, trap: str
) -> None:
    struck = {"missing_group_id": GROUP, "shared_look_id": LOOKS, "null_data": TRAIN}
    town.strike(trap, struck[trap])
    photos = [Media(portrait.read_bytes() + extra) for extra in (b"1", b"2")]

    await town.produce(photo(v2=V2Options(photos=photos, train=True)))

    assert town.charged == {TRAIN: 1, VIDEO: 1}


async def test_a_full_plan_stops_the_job_and_another_run_goes_on(
    town: Town, photo: Callable[..., Job]
) -> None:
    town.strike("group_limit", GROUP)

    with pytest.raises(PlanLimitError):
        await town.produce(photo())
    await town.produce(photo())

    assert town.charged == {VIDEO: 1}


async def test_a_group_that_was_trained_already_is_not_trained_again(
    town: Town, photo: Callable[..., Job]
) -> None:
    await town.produce(photo(v2=V2Options(train=True)))
    (look_id,) = town.simulator.world.accounts["any"].looks

    await town.produce(Job(avatar=Look(look_id), speech=HELLO, v2=V2Options(train=True)))

    assert town.charged == {TRAIN: 1, VIDEO: 2}
    assert [price > 0 for price in await town.prices("v2:training:")] == [True, False]


async def test_what_cannot_be_read_before_a_training_anew_leaves_nothing_uncertain(
    town: Town, photo: Callable[..., Job], portrait: Path
) -> None:
    await town.produce(photo(v2=V2Options(train=True)))
    (group_id,) = town.simulator.world.accounts["any"].groups
    joined = photo(avatar=Photo(portrait, group_id=group_id), v2=V2Options(train=True))
    town.simulator.add_fault(Fault("internal_error", operation="get-training-job-status", times=5))

    with pytest.raises(ServerError):
        await town.produce(joined)
    await town.produce(joined)

    assert town.charged == {TRAIN: 2, VIDEO: 2}


async def test_a_training_that_fails_ends_the_job_and_is_tried_again_when_asked(
    town: Town, photo: Callable[..., Job]
) -> None:
    job = photo(v2=V2Options(train=True))
    town.strike("failed", TRAIN, message="too blurred")

    with pytest.raises(AvatarFailedError, match="too blurred"):
        await town.produce(job)
    await town.produce(job, retry=True)

    assert town.charged == {TRAIN: 2, VIDEO: 1}


async def test_an_upload_whose_answer_is_lost_is_sent_again_at_once(
    town: Town, photo: Callable[..., Job]
) -> None:
    town.strike("lost_answer", "upload-asset")

    await town.produce(photo())

    assert town.requests["upload-asset"] == 2


# --- ctrl-c --------------------------------------------------------------------------------------

GENERATE = "generate-photo-avatar-photos"


async def cancelled(town: Town, job: Job, *, after: float) -> None:
    run = asyncio.create_task(town.produce(job))
    await asyncio.sleep(after)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run


async def test_what_was_cancelled_while_it_waited_to_be_sent_is_asked_for_anew(town: Town) -> None:
    # Of a generation nothing can be found: had it left, it would be uncertain for ever.
    town.strike("rate_limited", GENERATE, retry_after=100)
    job = Job(avatar=ADA, speech=HELLO)

    await cancelled(town, job, after=50)
    await town.produce(job)

    assert town.charged == {GENERATE: 1, VIDEO: 1}


async def test_what_was_cancelled_while_its_connection_was_made_is_asked_for_anew(
    town: Town,
) -> None:
    connector = Connector(force_close=True)
    job = Job(avatar=ADA, speech=HELLO)

    async with (
        aiohttp.ClientSession(connector=connector) as session,
        HeyGen("any", base_url=town.simulator.url, session=session) as heygen,
    ):
        there = attrs.evolve(town, heygen=heygen)
        await cancelled(there, job, after=5)
        assert connector.reached.is_set()
        assert town.requests[GENERATE] == 0
        connector.hangs = False
        await there.produce(job)

    assert town.charged == {GENERATE: 1, VIDEO: 1}


async def test_what_was_cancelled_while_it_was_sent_stays_uncertain(town: Town) -> None:
    town.strike("slow_answer", GENERATE, seconds=20)
    job = Job(avatar=ADA, speech=HELLO)

    await cancelled(town, job, after=10)
    with pytest.raises(CannotTellError):
        await town.produce(job)

    assert town.charged == {GENERATE: 1}


async def test_what_was_cancelled_while_its_intent_was_written_is_asked_for_anew(
    town: Town,
) -> None:
    slow = SlowJournal()
    job = Job(avatar=ADA, speech=HELLO)

    await cancelled(attrs.evolve(town, journal=slow), job, after=5)
    assert town.requests[GENERATE] == 0
    slow.seconds = 0
    await attrs.evolve(town, journal=slow).produce(job)

    assert town.charged == {GENERATE: 1, VIDEO: 1}


class Connector(aiohttp.TCPConnector):
    """Makes no connection for a generation at first, as a network may that is down."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.hangs = True
        self.reached = asyncio.Event()

    async def _create_connection(
        self, request: aiohttp.ClientRequest, *rest: Any
    ) -> aiohttp.client_proto.ResponseHandler:
        if self.hangs and request.url.path.endswith("/photo/generate"):
            self.reached.set()
            await asyncio.Event().wait()
        return await super()._create_connection(request, *rest)


class SlowJournal(MemoryJournal):
    """Writes an intent at once, and says so late, as a disk may that is busy."""

    seconds = 60.0

    async def append(self, entries: Sequence[Entry]) -> None:
        await super().append(entries)
        if any(isinstance(entry.event, Intended) for entry in entries):
            await asyncio.sleep(self.seconds)


# --- videos that go wrong ------------------------------------------------------------------------


async def test_want_of_credit_that_shows_late_is_declined_and_goes_on_when_it_is_mended(
    town: Town, photo: Callable[..., Job]
) -> None:
    town.strike("credits_at_poll", VIDEO)

    with pytest.raises(InsufficientCreditError, match="accepted and not made") as caught:
        await town.produce(photo())
    await town.produce(photo())

    assert caught.value.code == "MOVIO_PAYMENT_INSUFFICIENT_CREDIT"
    assert town.charged == {VIDEO: 2}
    assert [charge.refunded for charge in town.simulator.ledger.charges] == [True, False]


async def test_credits_that_only_the_app_may_spend_stop_a_job_at_what_it_would_pay_first(
    town: Town, photo: Callable[..., Job]
) -> None:
    town.simulator.add_fault(Fault("api_pool_empty"))
    job = photo(v2=V2Options(train=True))

    with pytest.raises(InsufficientCreditError, match="requires 'api' credits"):
        await town.produce(job)
    quota = await town.heygen.v2.account.quota()
    town.simulator.clear_faults()
    await town.produce(job)

    assert quota.details is not None
    assert (quota.details.api, quota.details.plan_credit) == (0, 60_000)
    assert town.charged == {TRAIN: 1, VIDEO: 1}


async def test_a_completed_video_with_an_error_is_done(
    town: Town, photo: Callable[..., Job]
) -> None:
    town.strike("completed_with_error", VIDEO)

    video = await town.produce(photo())

    assert video.video_url is not None


@pytest.mark.parametrize("styled", [False, True])
async def test_captions_that_come_late_are_waited_for_and_burnt_ones_only_if_asked_for(
    town: Town, photo: Callable[..., Job], styled: bool
) -> None:
    town.strike("late_files", VIDEO, seconds=30.0)

    video = await town.produce(photo(options=VideoOptions(captions=Captions(styled=styled))))

    assert video.subtitle_url is not None
    assert (video.captioned_video_url is not None) == styled


async def test_captions_that_never_come_do_not_keep_the_video(
    town: Town, photo: Callable[..., Job], caplog: pytest.LogCaptureFixture
) -> None:
    town.strike("late_files", VIDEO, seconds=1e6)

    video = await town.produce(photo(options=VideoOptions(captions=True)))

    assert video.video_url is not None
    assert video.subtitle_url is None
    assert "has no captions yet" in caplog.text


async def test_a_file_that_is_there_a_moment_after_its_video_is_fetched_then(
    town: Town, photo: Callable[..., Job], tmp_path: Path
) -> None:
    video = await town.produce(photo())
    world, name = town.simulator.world, f"videos/{video.id}.mp4"
    file = world.files.pop(name)
    world.agenda.at(world.now() + 10.0, lambda moment: world.files.update({name: file}))

    await town.produce(photo(output=tmp_path / "a.mp4"))

    assert (tmp_path / "a.mp4").stat().st_size > 10_000
    assert town.charged == {VIDEO: 1}


async def test_a_video_that_is_not_known_yet_is_waited_for(
    town: Town, photo: Callable[..., Job]
) -> None:
    town.strike("pacific_video_not_found", "video-status", seconds=20.0)

    await town.produce(photo())

    assert town.charged == {VIDEO: 1}


async def test_a_look_that_only_avatar_iv_moves_says_what_to_do(
    town: Town, photo: Callable[..., Job]
) -> None:
    town.simulator.add_fault(Fault("no_unlimited_mode", operation=VIDEO))

    with pytest.raises(InvalidRequestError, match="or a photo and V2Options"):
        await town.produce(photo())
    await town.produce(photo(options=VideoOptions(motion_prompt="nods")))

    assert town.charged == {VIDEO: 1}


async def test_a_cancelled_render_is_deleted_where_the_policy_says_so(
    town: Town, photo: Callable[..., Job]
) -> None:
    run = asyncio.create_task(town.produce(photo(), on_cancel="delete"))
    while not town.charged[VIDEO]:
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    run.cancel()
    await asyncio.wait([run])

    assert run.cancelled()
    assert town.requests["delete-video-v2"] == 1


async def test_an_expired_address_is_replaced_by_the_same_sort_of_file(
    town: Town, photo: Callable[..., Job], tmp_path: Path
) -> None:
    town.strike("expired_link", "downloadFile")

    await town.produce(photo(output=tmp_path / "a.mp4"))

    assert (tmp_path / "a.mp4").stat().st_size > 10_000
    assert town.requests["downloadFile"] == 2
