"""agent.ai's actions against the simulator, alone and beside HeyGen v3."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import attrs
import pytest

from heygen_async.api.agentai.schemas import AgentAIAvatarRequest, AgentAIVideoRequest
from heygen_async.backends.generated import for_agentai
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.errors import (
    AuthenticationError,
    DeadlineError,
    InvalidInputError,
    NotFoundError,
    ProtocolError,
    UncertainError,
    VideoFailedError,
)
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job, Look, Script
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator

CREATE = "heygenPhotoAvatarCreateAvatarAction"
VIDEO, STATUS = "heygenAvatarGenerateVideo", "heygenAvatarGetVideoStatus"

GENERATE = AgentAIAvatarRequest(source_type="generate", name="Ada", style="Professional")
TOPIC = AgentAIVideoRequest(source_type="topic_or_script", topic="Bees in the city")


@attrs.frozen
class Town:
    """A simulator, and both clients of one of its accounts."""

    simulator: Simulator
    agentai: AgentAI
    heygen: HeyGen


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with (
        Simulator() as simulator,
        AgentAI("key-1", base_url=simulator.agentai_url) as agentai,
        HeyGen("key-1", base_url=simulator.url) as heygen,
    ):
        yield Town(simulator, agentai, heygen)
        assert simulator.ledger.early_requests == []
        assert simulator.ledger.leaked_keys == 0


async def test_an_avatar_of_agentai_speaks_in_a_video_of_v3(town: Town) -> None:
    person = GeneratedPhoto("Ada", age="Senior", gender="Woman", appearance="silver braids")
    request = AgentAIAvatarRequest(source_type="generate", **for_agentai(person).value)

    avatar = await town.agentai.create_avatar(request)
    await town.heygen.watch("avatar_group", avatar.group_id, timeout=600)
    (look,) = await town.heygen.avatars.list(group_id=avatar.group_id).collect()
    script = Script("Hello.", voice_id="sim-voice-anna")
    async with Orchestrator(town.heygen) as orchestrator:
        video = await orchestrator.produce(Job(avatar=Look(look.id), speech=script))

    assert video.video_url is not None
    assert town.simulator.charges() == 2


@pytest.mark.parametrize(
    "request_",
    [
        TOPIC,
        AgentAIVideoRequest(source_type="topic_or_script", topic="Bees. They fly. They sting."),
        AgentAIVideoRequest(source_type="blog_url", blog_url="https://example.org/city-bees"),
    ],
    ids=["topic", "script", "blog"],
)
async def test_a_stock_avatar_tells_of_a_topic_a_script_or_an_article(
    town: Town, request_: AgentAIVideoRequest, tmp_path: Path
) -> None:
    created = await town.agentai.generate_video(request_)
    video = await town.agentai.wait(created.video_id)
    written = await town.agentai.download(created.video_id, tmp_path / "bees.mp4")

    assert video.status == "completed"
    assert "ees" in (created.script or "")
    assert written.size == (tmp_path / "bees.mp4").stat().st_size > 1000
    assert town.simulator.charges(VIDEO) == 1


async def test_many_wait_at_the_same_time(town: Town) -> None:
    created = [await town.agentai.generate_video(TOPIC) for _ in range(12)]

    async with asyncio.TaskGroup() as tasks:
        waits = [tasks.create_task(town.agentai.wait(it.video_id)) for it in created]

    assert {wait.result().status for wait in waits} == {"completed"}
    assert town.simulator.ledger.peak_renders == 10


@pytest.mark.parametrize("fault", [None, "keyed_payload"])
async def test_the_payload_is_found_in_either_place(town: Town, fault: str | None) -> None:
    if fault is not None:
        town.simulator.add_fault(Fault(fault))

    avatar = await town.agentai.create_avatar(GENERATE)
    created = await town.agentai.generate_video(TOPIC)
    video = await town.agentai.wait(created.video_id)

    assert avatar.group_id
    assert video.video_url is not None


@pytest.mark.parametrize(
    "fault",
    [
        Fault("lost_answer"),
        Fault("truncated_body"),
        Fault("empty_body"),
        Fault("committed_error"),
        Fault("inner_status"),
        Fault("inner_status", status=429),
        Fault("error_in_200"),
        Fault("bad_gateway"),
        Fault("html_error"),
    ],
    ids=lambda fault: f"{fault.name}-{fault.status}",
)
async def test_what_may_have_been_made_is_never_asked_for_again(town: Town, fault: Fault) -> None:
    for operation in (CREATE, VIDEO):
        town.simulator.add_fault(attrs.evolve(fault, operation=operation))

    with pytest.raises(UncertainError):
        await town.agentai.create_avatar(GENERATE)
    with pytest.raises(UncertainError):
        await town.agentai.generate_video(TOPIC)

    requests = town.simulator.ledger.requests
    assert (requests[CREATE], requests[VIDEO]) == (1, 1)


async def test_a_group_that_is_missing_is_said_and_not_guessed(town: Town) -> None:
    town.simulator.add_fault(Fault("missing_group_id", operation=CREATE))

    with pytest.raises(UncertainError, match=r"response\.group_id") as caught:
        await town.agentai.create_avatar(GENERATE)

    assert isinstance(caught.value.__cause__, ProtocolError)

    assert town.simulator.charges(CREATE) == 1


@pytest.mark.parametrize("fault", ["lost_answer", "error_in_200", "inner_status", "rate_limited"])
async def test_a_look_is_repeated_until_it_sees(town: Town, fault: str) -> None:
    created = await town.agentai.generate_video(TOPIC)
    town.simulator.add_fault(Fault(fault, operation=STATUS, times=2))

    assert not (await town.agentai.video_status(created.video_id)).state.settled
    assert (await town.agentai.wait(created.video_id)).status == "completed"


async def test_an_unknown_word_keeps_the_waiter_waiting(town: Town) -> None:
    town.simulator.add_fault(Fault("unknown_status", operation=VIDEO))
    created = await town.agentai.generate_video(TOPIC)

    seen = await town.agentai.video_status(created.video_id)

    assert seen.status == "beautifying"
    assert (await town.agentai.wait(created.video_id)).status == "completed"


async def test_a_video_that_fails_is_told_with_its_id(town: Town) -> None:
    town.simulator.fail_next(VIDEO)
    created = await town.agentai.generate_video(TOPIC)

    with pytest.raises(VideoFailedError) as caught:
        await town.agentai.wait(created.video_id)

    assert (caught.value.kind, caught.value.id) == ("agentai_video", created.video_id)


async def test_a_video_that_does_not_end_can_be_waited_for_again(town: Town) -> None:
    town.simulator.add_fault(Fault("stuck", operation=VIDEO))
    created = await town.agentai.generate_video(TOPIC)

    with pytest.raises(DeadlineError) as caught:
        await town.agentai.wait(created.video_id, timeout=600)

    assert (caught.value.id, caught.value.last_status) == (created.video_id, "processing")


async def test_a_video_that_is_not_there_ends_the_wait_and_one_not_finished_is_not_downloaded(
    town: Town, tmp_path: Path
) -> None:
    created = await town.agentai.generate_video(TOPIC)

    with pytest.raises(InvalidInputError, match="finished video"):
        await town.agentai.download(created.video_id, tmp_path / "bees.mp4")
    with pytest.raises(NotFoundError):
        await town.agentai.wait("nobody")


async def test_a_token_that_is_none_is_refused(town: Town) -> None:
    async with (
        Simulator(keys={"key-1"}) as simulator,
        AgentAI("key-2", base_url=simulator.agentai_url) as agentai,
    ):
        with pytest.raises(AuthenticationError):
            await agentai.create_avatar(GENERATE)
