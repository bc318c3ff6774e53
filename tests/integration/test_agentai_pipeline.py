"""Jobs in agent.ai's dialect: an avatar made there speaks in v3, a stock avatar speaks there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import get_args, get_type_hints

import attrs
import av
import pytest

from heygen_async.backends.capabilities import CAPABILITIES
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.errors import InvalidInputError, NotReadyError, UncertainError, UsageError
from heygen_async.journal import MemoryJournal
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import (
    Audio,
    Background,
    Job,
    Look,
    Photo,
    Prompt,
    Script,
    VideoOptions,
)
from heygen_async.models.policies import Policies
from heygen_async.models.stock import Article, StockAvatar, Topic
from heygen_async.models.v2 import V2Options
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator

PA1, HG1 = "heygenPhotoAvatarCreateAvatarAction", "heygenAvatarGenerateVideo"
HELLO = Script("Hello from agent.ai", voice_id="sim-voice-anna")
BEES = Topic("Bees in the city")


@attrs.frozen
class Town:
    """A simulator, both clients of one of its accounts, and a journal."""

    simulator: Simulator
    heygen: HeyGen
    agentai: AgentAI
    journal: MemoryJournal

    def orchestrator(self) -> Orchestrator:
        return Orchestrator(
            self.heygen, agentai=self.agentai, dialect="agentai", journal=self.journal
        )

    def charged(self, operation: str) -> int:
        return sum(one.operation == operation for one in self.simulator.ledger.charges)


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with (
        Simulator() as simulator,
        HeyGen("key-1", base_url=simulator.url) as heygen,
        AgentAI("key-1", base_url=simulator.agentai_url) as agentai,
    ):
        yield Town(simulator, heygen, agentai, MemoryJournal())


def seconds_of(path: Path) -> float:
    with av.open(str(path)) as container:
        assert container.duration is not None
        return container.duration / 1_000_000


async def test_a_photo_becomes_an_avatar_at_agentai_and_speaks_in_v3(
    town: Town, portrait: Path, tmp_path: Path
) -> None:
    output = tmp_path / "ada.mp4"

    async with town.orchestrator() as orchestrator:
        video = await orchestrator.produce(Job(avatar=Photo(portrait), speech=HELLO, output=output))

    assert seconds_of(output) > 0.5
    assert video.losses == ()
    assert (town.charged(PA1), town.charged("createVideo")) == (1, 1)
    assert town.charged("createAvatar") == 0


async def test_two_jobs_of_one_photo_share_the_avatar(town: Town, portrait: Path) -> None:
    jobs = [
        Job(avatar=Photo(portrait, name=name), speech=Script(name, voice_id="sim-voice-anna"))
        for name in ("one", "two")
    ]

    async with (
        town.orchestrator() as orchestrator,
        orchestrator.produce_many(jobs) as outcomes,
    ):
        made = [outcome.unwrap() async for outcome in outcomes]

    assert len({video.id for video in made}) == 2
    assert (town.charged(PA1), town.charged("createVideo")) == (1, 2)


async def test_a_described_person_tells_what_agentai_could_not_say(town: Town) -> None:
    person = GeneratedPhoto("Ada", age="Late Middle Age", gender="Woman")

    async with (
        town.orchestrator() as orchestrator,
        orchestrator.produce_many([Job(avatar=person, speech=HELLO)]) as outcomes,
    ):
        (outcome,) = [outcome async for outcome in outcomes]

    assert [(loss.field, loss.dialect) for loss in outcome.losses] == [("age", "agentai")]


async def test_a_strict_person_is_refused_before_anything_is_sent(town: Town) -> None:
    person = GeneratedPhoto("Ada", age="Late Middle Age", strict=True)

    async with town.orchestrator() as orchestrator:
        with pytest.raises(InvalidInputError, match="agentai cannot say all of it exactly"):
            await orchestrator.produce(Job(avatar=person, speech=HELLO))

    assert town.simulator.ledger.charges == []


@pytest.mark.parametrize(
    "speech", [BEES, Article("https://example.com/bees"), Script("We love bees.")], ids=repr
)
async def test_a_stock_avatar_speaks_within_agentai(
    town: Town, tmp_path: Path, speech: Topic | Article | Script
) -> None:
    job = Job(
        avatar=StockAvatar("gabrielle", happy=True),
        speech=speech,
        options=VideoOptions(aspect_ratio="9:16", background="#102030"),
        output=tmp_path / "bees.mp4",
    )

    async with Orchestrator(agentai=town.agentai, journal=town.journal) as orchestrator:
        video = await orchestrator.produce(job)
    async with Orchestrator(agentai=town.agentai, journal=town.journal) as orchestrator:
        again = await orchestrator.produce(job)

    assert seconds_of(tmp_path / "bees.mp4") > 0.5
    assert again.id == video.id
    assert town.charged(HG1) == 1


async def test_a_cancelled_stock_video_cannot_be_deleted_and_is_picked_up(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    job, policies = Job(avatar=StockAvatar(), speech=BEES), Policies(on_cancel="delete")

    async with Orchestrator(
        agentai=town.agentai, journal=town.journal, policies=policies
    ) as orchestrator:
        run = asyncio.create_task(orchestrator.produce(job))
        await asyncio.sleep(10)
        run.cancel()
        await asyncio.wait([run])
        await orchestrator.produce(job)

    assert run.cancelled()
    assert "was not deleted: this dialect deletes no videos" in caplog.text
    assert town.charged(HG1) == 1


async def test_a_lost_answer_of_pa1_is_looked_for_among_the_groups(
    town: Town, portrait: Path
) -> None:
    town.simulator.add_fault(Fault("lost_answer", operation=PA1, times=1))
    job = Job(avatar=Photo(portrait), speech=HELLO)
    async with town.orchestrator() as orchestrator:
        with pytest.raises(UncertainError):
            await orchestrator.produce(job)

    async with town.orchestrator() as orchestrator:
        await orchestrator.produce(job)

    assert (town.charged(PA1), town.charged("createVideo")) == (1, 1)


async def test_a_lost_answer_of_hg1_stays_uncertain(town: Town) -> None:
    town.simulator.add_fault(Fault("lost_answer", operation=HG1, times=1))
    job = Job(avatar=StockAvatar(), speech=BEES)

    for _ in range(2):
        async with Orchestrator(agentai=town.agentai, journal=town.journal) as orchestrator:
            with pytest.raises(UncertainError):
                await orchestrator.produce(job)

    assert town.charged(HG1) == 1


async def test_a_group_that_heygen_does_not_know_is_said_and_not_made_again(
    town: Town, portrait: Path
) -> None:
    job = Job(avatar=Photo(portrait), speech=HELLO)
    async with HeyGen("key-2", base_url=town.simulator.url) as stranger:
        for _ in range(2):
            async with Orchestrator(
                stranger, agentai=town.agentai, dialect="agentai", journal=town.journal
            ) as orchestrator:
                with pytest.raises(NotReadyError, match="Is the HeyGen key of the account"):
                    await orchestrator.produce(job)

    assert (town.charged(PA1), town.charged("createVideo")) == (1, 0)


async def test_an_avatar_of_ones_own_needs_a_heygen_client(town: Town, portrait: Path) -> None:
    async with Orchestrator(agentai=town.agentai) as orchestrator:
        with pytest.raises(UsageError, match="give the Orchestrator a HeyGen client too"):
            await orchestrator.produce(Job(avatar=Photo(portrait), speech=HELLO))


async def test_a_dialect_needs_its_client(town: Town) -> None:
    with pytest.raises(UsageError, match="needs an AgentAI client"):
        Orchestrator(town.heygen, dialect="agentai")
    with pytest.raises(UsageError, match="needs a HeyGen client"):
        Orchestrator(agentai=town.agentai, dialect="v3")
    with pytest.raises(UsageError, match="Give the Orchestrator a HeyGen or an AgentAI client"):
        Orchestrator(dialect="v3")


CANNOT = [
    (
        Job(avatar=Prompt("A woman"), speech=HELLO),
        r"not Prompt; HeyGen v3 \(dialect='v3'\) can take it",
    ),
    (Job(avatar=Look("sim-look-mia"), speech=HELLO), r"Job.avatar must be one of GeneratedPhoto"),
    (Job(avatar=Photo("a.jpg"), speech=BEES), r"Job.speech must be a Script or Audio"),
    (Job(avatar=StockAvatar(), speech=Audio("a.mp3")), r"Job.speech must be one of Article"),
    (
        Job(avatar=StockAvatar(), speech=HELLO),
        r"Job.speech must be a Script of text alone",
    ),
    (
        Job(avatar=StockAvatar(), speech=BEES, options=VideoOptions(captions=True)),
        r"VideoOptions.captions cannot be said in agent.ai with a stock avatar; leave it out, or"
        r" use an avatar of your own",
    ),
    (
        Job(avatar=StockAvatar(), speech=BEES, options=VideoOptions(aspect_ratio="1:1")),
        r"VideoOptions.aspect_ratio must be 16:9 or 9:16",
    ),
    (
        Job(avatar=GeneratedPhoto(), speech=HELLO, v2=V2Options(train=True)),
        r"V2Options.train cannot be done in agent.ai",
    ),
    (
        Job(avatar=Photo("https://example.com/ada.jpg"), speech=HELLO),
        r"Job.avatar must be a photo's file or bytes",
    ),
    (
        Job(
            avatar=StockAvatar(),
            speech=BEES,
            options=VideoOptions(background=Background(image=Photo("https://example.com/b.jpg"))),
        ),
        r"VideoOptions.background must be a colour",
    ),
]


@pytest.mark.parametrize(("job", "message"), CANNOT, ids=[message for _, message in CANNOT])
async def test_what_agentai_cannot_do_is_said_before_anything_is_sent(
    town: Town, tmp_path: Path, portrait: Path, job: Job, message: str
) -> None:
    if isinstance(job.avatar, Photo) and job.avatar.source == "a.jpg":
        job = attrs.evolve(job, avatar=Photo(portrait))
    if isinstance(job.speech, Audio):
        job = attrs.evolve(job, speech=Audio("https://example.com/a.mp3"))

    async with town.orchestrator() as orchestrator:
        with pytest.raises(InvalidInputError, match=message):
            await orchestrator.produce(job)

    assert sum(town.simulator.ledger.requests.values()) == 0


@pytest.mark.parametrize("avatar", [StockAvatar()], ids=repr)
async def test_v3_says_who_can_do_what_it_cannot(town: Town, avatar: StockAvatar) -> None:
    async with Orchestrator(town.heygen) as orchestrator:
        with pytest.raises(InvalidInputError, match=r"not StockAvatar; agent\.ai .* can take it"):
            await orchestrator.produce(Job(avatar=avatar, speech=HELLO))


def test_every_kind_of_avatar_and_speech_can_be_taken_by_some_dialect() -> None:
    hints = get_type_hints(Job)

    for written, field in ((hints["avatar"], "avatars"), (hints["speech"], "speeches")):
        named = set(get_args(written))
        taken = {kind for can in CAPABILITIES.values() for kind in getattr(can, field)}
        assert named == taken


async def test_a_full_pool_is_told_to_the_slots_by_stock_videos_too(town: Town) -> None:
    town.simulator.add_fault(Fault("concurrency_limited", operation=HG1, times=1))
    jobs = [Job(avatar=StockAvatar(), speech=Topic(f"Bees {number}")) for number in range(4)]

    async with town.orchestrator() as orchestrator:
        given = orchestrator.slots.limit
        least = given
        async with orchestrator.produce_many(jobs) as outcomes:
            async for outcome in outcomes:
                outcome.unwrap()
                least = min(least, orchestrator.slots.limit)

    assert least < given
    assert town.charged(HG1) == len(jobs)


async def test_another_dialect_tells_the_story_of_what_it_could_not_make(town: Town) -> None:
    job = Job(avatar=StockAvatar(), speech=BEES, id="bees")
    async with town.orchestrator() as orchestrator:
        await orchestrator.produce(job)

    async with Orchestrator(town.heygen, journal=town.journal) as orchestrator:
        story = await orchestrator.story("bees")

    assert [type(event).__name__ for event in story["video:bees"]] == [
        *("Intended", "Submitted", "Settled")
    ]
