"""What type checkers see of the public face; mypy reads this, nothing runs it."""

from __future__ import annotations

import asyncio
from typing import assert_type

from heygen_async import (
    Answer,
    CreatedVideo,
    CreateVideoFromAvatar,
    Downloaded,
    HeyGen,
    Job,
    Look,
    Orchestrator,
    Outcome,
    Outcomes,
    Page,
    Pages,
    Photo,
    PipelineEvent,
    Progressed,
    Record,
    Script,
    Spent,
    Stage,
    UserInfo,
    Video,
    VideoDetail,
    VideoOptions,
    VoiceItem,
)


async def client() -> None:
    async with HeyGen() as heygen:
        assert_type(heygen, HeyGen)
        assert_type(await heygen.account.me(), UserInfo)
        async for voice in heygen.voices.list(language="English"):
            assert_type(voice, VoiceItem)
        request = CreateVideoFromAvatar(avatar_id="look", script="Hello")
        created = await heygen.videos.create(request)
        assert_type(created, CreatedVideo)
        video = await heygen.videos.wait(created.video_id)
        assert_type(video, VideoDetail)
        assert_type(await heygen.download(video, "hello.mp4"), Downloaded)


async def orchestrator(heygen: HeyGen) -> None:
    job = Job(
        avatar=Photo("ada.jpg"),
        speech=Script("Hello", voice_id="v1"),
        options=VideoOptions(background="#102030", captions=True),
    )
    async with Orchestrator(heygen, journal="campaign.db", render_slots=None) as orchestrator:
        assert_type(await orchestrator.produce(job), Video)
        async with asyncio.TaskGroup() as tasks:
            run = tasks.create_task(orchestrator.produce(job))
        assert_type(run.result(), Video)
        async with orchestrator.produce_many([job]) as outcomes:
            async for outcome in outcomes:
                assert_type(outcome, Outcome)
                assert_type(outcome.unwrap(), Video)
        async for record in orchestrator.records():
            assert_type(record, Record)


def observers(heygen: HeyGen) -> None:
    def note(event: PipelineEvent) -> None:
        match event:
            case Progressed():
                assert_type(event.stage, Stage)
            case Spent():
                assert_type(event.price, float)

    def anything(event: object) -> None:
        assert event

    def stages_only(event: Progressed) -> None:
        assert event.job_id

    def text(event: str) -> None:
        assert event

    Orchestrator(heygen, observer=note)
    Orchestrator(heygen, observer=anything)
    Orchestrator(heygen, observer=stages_only)  # type: ignore[arg-type]
    Orchestrator(heygen, observer=text)  # type: ignore[arg-type]


def mistakes() -> None:
    Job(avatar="ada.jpg", speech=Script("Hello"))  # type: ignore[arg-type]
    Job(avatar=Look("look"), speech="Hello")  # type: ignore[arg-type]
    CreateVideoFromAvatar(avatar=3)  # type: ignore[call-arg]


def words_that_options_take() -> None:
    VideoOptions(resolution="720p", aspect_ratio="9:16", fit="cover", output_format="webm")
    VideoOptions(resolution="8k")  # type: ignore[arg-type]
    VideoOptions(engine="avatar_vi")  # type: ignore[arg-type]


async def names_to_annotate_with() -> None:
    async with HeyGen() as heygen, Orchestrator(heygen) as orchestrator:
        assert_type(heygen.voices.list(), Pages[VoiceItem])
        assert_type(await heygen.voices.list().page(), Page[VoiceItem])
        assert_type(await heygen.request("GET", "/v3/users/me"), Answer)
        async with orchestrator.produce_many([]) as outcomes:
            assert_type(outcomes, Outcomes)
