"""Each document that this library was made after, done: on the simulator, over HTTP.

000 agent.ai's PA1; 001 HeyGen v2, photo generation; 002 HeyGen v2, groups; 003 HeyGen v3, avatars;
004 HeyGen's guide to photo avatars. What a document promises is asserted in its own words: fields,
statuses, errors; and the bill.
"""

from __future__ import annotations

import asyncio
import json
import warnings
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import aiohttp
import attrs
import av
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from heygen_async.api.agentai.schemas import AgentAIAvatarRequest
from heygen_async.api.converter import unstructure
from heygen_async.api.v2.photo_requests import GroupCreateRequest, PhotoGenerateRequest
from heygen_async.api.v2.photo_words import (
    PhotoAge,
    PhotoEthnicity,
    PhotoGender,
    PhotoOrientation,
    PhotoPose,
    PhotoStyle,
)
from heygen_async.api.v2.webhooks import WebhookAddRequest
from heygen_async.api.v3.avatars_schemas import (
    CreateAvatarRequest,
    CreateDigitalTwinRequest,
    CreatePhotoAvatarRequest,
    CreatePromptAvatarRequest,
)
from heygen_async.api.v3.inputs import AssetBase64, AssetId, AssetInput, AssetUrl
from heygen_async.api.v3.speech import VoiceSettingsInput
from heygen_async.api.v3.video_looks import BackgroundSetting
from heygen_async.api.v3.videos_schemas import CreateVideoFromAvatar
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.errors import (
    AuthenticationError,
    AvatarFailedError,
    HeyGenV2Warning,
    InvalidInputError,
    InvalidRequestError,
    RateLimitError,
    UncertainError,
)
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Background, Job, Look, Photo, Script, VideoOptions
from heygen_async.models.open_word import OpenWord
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator
from heygen_async.simulator.media.request import RenderRequest
from heygen_async.simulator.media.video import render_video
from heygen_async.transport.endpoint import Replay

PA1 = "heygenPhotoAvatarCreateAvatarAction"
GENERATE, CREATE_GROUP = "generate-photo-avatar-photos", "create-photo-avatar-group"
VIDEO = "create-an-avatar-video-v2"
PORTRAIT_URL = "https://example.com/portrait.jpg"
DAY = 86_400.0
VOICE = "sim-voice-anna"


@attrs.frozen
class Town:
    """A simulator, and both clients of one of its accounts."""

    simulator: Simulator
    heygen: HeyGen
    agentai: AgentAI


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with (
        Simulator() as simulator,
        HeyGen("key-1", base_url=simulator.url) as heygen,
        AgentAI("key-1", base_url=simulator.agentai_url) as agentai,
    ):
        yield Town(simulator, heygen, agentai)
        assert simulator.ledger.early_requests == []
        assert simulator.ledger.leaked_keys == 0


@pytest.fixture(autouse=True)
def told_of_v2() -> Iterator[None]:
    """Nothing here is about the warning of v2's end, which comes once in a process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HeyGenV2Warning)
        yield


def words(kind: type[OpenWord]) -> list[str]:
    return [str(word) for word in kind]


# --- 000: agent.ai, [PA1] Create Photo Avatar ----------------------------------------------------


async def test_source_document_000_creates_an_avatar_of_uploaded_photos(
    town: Town, portrait: Path
) -> None:
    request = AgentAIAvatarRequest(source_type="upload", name="Grace")

    avatar = await town.agentai.create_avatar(request, photos=[portrait, portrait.read_bytes()])
    await town.heygen.avatars.wait_group(avatar.group_id, timeout=600)
    group = await town.heygen.avatars.get_group(avatar.group_id)

    assert avatar.status == "pending"
    assert (group.name, group.looks_count, group.status) == ("Grace", 2, "completed")
    assert "Grace" in await town.agentai.avatar_report(avatar)
    assert town.simulator.charges(PA1) == 1


@pytest.mark.parametrize(
    ("field", "word"),
    [
        *[("age", it) for it in ("Young Adult", "Middle-Aged", "Senior")],
        *[("gender", it) for it in ("Unspecified", "Male", "Female", "Non-Binary")],
        *[
            ("ethnicity", it)
            for it in (
                *("Unspecified", "Asian", "Black", "Caucasian", "Hispanic"),
                *("Middle Eastern", "Mixed"),
            )
        ],
        *[("orientation", it) for it in ("square", "portrait", "landscape")],
        *[("pose", it) for it in ("half_body", "close_up", "full_body")],
        *[("style", it) for it in ("Realistic", "Artistic", "Professional")],
        ("appearance", "silver braids, warm light"),
    ],
)
async def test_source_document_000_creates_an_avatar_by_generation(
    town: Town, field: str, word: str
) -> None:
    told: dict[str, Any] = {field: word}
    request = AgentAIAvatarRequest(source_type="generate", name="Ada", **told)

    avatar = await town.agentai.create_avatar(request)
    group = await town.heygen.avatars.wait_group(avatar.group_id, timeout=600)

    assert avatar.status == "pending"
    assert (group.name, group.looks_count) == ("Ada", 1)
    assert town.simulator.charges(PA1) == 1


async def test_source_document_000_needs_photos_for_an_upload_and_a_token_that_is_one(
    town: Town,
) -> None:
    with pytest.raises(InvalidInputError, match="photos"):
        await town.agentai.create_avatar(AgentAIAvatarRequest(source_type="upload"))
    async with (
        Simulator(keys={"key-1"}) as simulator,
        AgentAI("key-2", base_url=simulator.agentai_url) as stranger,
    ):
        with pytest.raises(AuthenticationError):
            await stranger.create_avatar(AgentAIAvatarRequest(source_type="generate"))

    assert town.simulator.ledger.requests[PA1] == 0


async def test_source_document_000_has_a_default_for_all_but_two_fields(town: Town) -> None:
    request = AgentAIAvatarRequest(source_type="generate")

    avatar = await town.agentai.create_avatar(request)
    group = await town.heygen.avatars.get_group(avatar.group_id)

    assert unstructure(request) == {
        "source_type": "generate",
        "output_variable_name": "avatar_result",
    }
    assert group.name == "My Avatar"


@pytest.mark.parametrize("name", ["", "1st", "a-b", "ä", "a\n"])
async def test_source_document_000_names_the_result_by_its_pattern(town: Town, name: str) -> None:
    body = {"source_type": "generate", "output_variable_name": name}

    status, answer = await posted(town, body)
    with pytest.raises(InvalidInputError, match="output_variable_name"):
        AgentAIAvatarRequest(source_type="generate", output_variable_name=name)

    assert (status, answer["status"]) == (400, 400)
    assert town.simulator.charges(PA1) == 0


@pytest.mark.parametrize("shape", ["itself", "keyed"])
async def test_source_document_000_gives_the_group_under_the_result_s_name_or_at_once(
    town: Town, shape: str
) -> None:
    if shape == "keyed":
        town.simulator.add_fault(Fault("keyed_payload", operation=PA1))
    body = {"source_type": "generate", "output_variable_name": "grace"}
    request = AgentAIAvatarRequest(**body)

    status, answer = await posted(town, body)
    avatar = await town.agentai.create_avatar(request)

    payload = answer["response"]["grace"] if shape == "keyed" else answer["response"]
    assert (status, answer["status"]) == (200, 200)
    assert set(payload) == {"group_id", "status"}
    assert (avatar.status, avatar.group_id) == ("pending", avatar.raw["group_id"])


@pytest.mark.parametrize(
    "photos_json",
    [None, "", "nonsense", "{}", "[]", '[{"base64": "AAAA"}]', '[{"mimeType": "image/jpeg"}]'],
)
async def test_source_document_000_answers_400_to_photos_that_are_none(
    town: Town, photos_json: str | None
) -> None:
    body = {"source_type": "upload", "output_variable_name": "avatar_result"}
    given = {} if photos_json is None else {"photos_json": photos_json}

    status, answer = await posted(town, body | given)

    assert (status, answer["status"]) == (400, 400)
    assert "photos_json" in answer["response"]["error"]
    assert town.simulator.charges(PA1) == 0


async def test_source_document_000_takes_photos_that_the_caller_has_packed(
    town: Town, portrait: Path
) -> None:
    photo = {"base64": b64encode(portrait.read_bytes()).decode(), "mimeType": "image/jpeg"}
    request = AgentAIAvatarRequest(source_type="upload", photos_json=json.dumps([photo]))

    avatar = await town.agentai.create_avatar(request)

    assert (await town.heygen.avatars.get_group(avatar.group_id)).looks_count == 1


async def test_source_document_000_says_after_a_500_that_nobody_knows_what_was_made(
    town: Town,
) -> None:
    town.simulator.add_fault(Fault("committed_error", operation=PA1))

    with pytest.raises(UncertainError) as caught:
        await town.agentai.create_avatar(AgentAIAvatarRequest(source_type="generate"))

    assert caught.value.status == 500
    assert town.simulator.ledger.requests[PA1] == town.simulator.charges(PA1) == 1


async def posted(town: Town, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status and the envelope that PA1 has for a body, without a client of ours."""
    headers = {"Authorization": "Bearer key-1"}
    url = f"{town.simulator.agentai_url}/action/heygen_photo_avatar_create_avatar_action"
    async with aiohttp.ClientSession(headers=headers) as curl, curl.post(url, json=body) as answer:
        return answer.status, await answer.json()


# --- 001: HeyGen v2, POST /v2/photo_avatar/photo/generate ----------------------------------------

V2_WORDS = {
    "age": ["Young Adult", "Early Middle Age", "Late Middle Age", "Senior", "Unspecified"],
    "gender": ["Woman", "Man", "Unspecified"],
    "ethnicity": [
        *("White", "Black", "Asian American", "East Asian", "South East Asian", "South Asian"),
        *("Middle Eastern", "Pacific", "Hispanic", "Unspecified"),
    ],
    "orientation": ["square", "horizontal", "vertical"],
    "pose": ["half_body", "close_up", "full_body"],
    "style": [
        *("Realistic", "Pixar", "Cinematic", "Vintage", "Noir", "Cyberpunk", "Unspecified"),
    ],
}
# So many requests, and each word was in one of them.
ROUNDS = max(len(they) for they in V2_WORDS.values())
PEOPLE = [
    dict(zip(V2_WORDS, people, strict=True))
    for people in islice(zip(*(cycle(they) for they in V2_WORDS.values()), strict=False), ROUNDS)
]


def test_source_document_001_has_the_words_that_we_have() -> None:
    kinds = {
        "age": PhotoAge,
        "gender": PhotoGender,
        "ethnicity": PhotoEthnicity,
        "orientation": PhotoOrientation,
        "pose": PhotoPose,
        "style": PhotoStyle,
    }

    assert {name: words(kind) for name, kind in kinds.items()} == V2_WORDS
    assert {name: {it[name] for it in PEOPLE} for name in V2_WORDS} == {
        name: set(they) for name, they in V2_WORDS.items()
    }


@pytest.mark.parametrize("person", PEOPLE, ids=lambda it: ", ".join(it.values()))
async def test_source_document_001_generates_photos_of_every_kind_of_person(
    town: Town, person: dict[str, str]
) -> None:
    request = PhotoGenerateRequest(name="Ada", appearance="A blue suit, soft light", **person)

    started = await town.heygen.v2.photo_avatars.generate(request)
    first = await town.heygen.v2.photo_avatars.generation(started.generation_id)
    done = await town.heygen.v2.photo_avatars.wait_generation(started.generation_id)

    assert (first.status, first.image_key_list) == ("in_progress", None)
    assert (done.id, done.status, done.msg) == (started.generation_id, "success", None)
    assert len(set(done.image_key_list or ())) == len(done.image_url_list or ()) == 4
    assert town.simulator.charges(GENERATE) == 1


@pytest.mark.parametrize("name", ["name", *V2_WORDS, "appearance"])
async def test_source_document_001_requires_every_field(town: Town, name: str) -> None:
    body = {"name": "Ada", "appearance": "A blue suit", **PEOPLE[0]}
    del body[name]

    with pytest.raises(InvalidRequestError) as caught:
        await town.heygen.request(
            "POST", "/v2/photo_avatar/photo/generate", json=body, replay=Replay.UNSAFE
        )
    with pytest.raises(TypeError):
        PhotoGenerateRequest(**body)

    assert name in caught.value.message
    assert town.simulator.charges(GENERATE) == 0


async def test_source_document_001_takes_a_thousand_characters_of_appearance(town: Town) -> None:
    whole = PhotoGenerateRequest(name="Ada", appearance="a" * 1000, **PEOPLE[0])

    await town.heygen.v2.photo_avatars.generate(whole)
    with pytest.raises(InvalidInputError, match=r"PhotoGenerateRequest\.appearance"):
        PhotoGenerateRequest(name="Ada", appearance="a" * 1001, **PEOPLE[0])

    assert town.simulator.charges(GENERATE) == 1


async def test_source_document_001_tells_why_a_generation_failed_and_gives_the_credit_back(
    town: Town,
) -> None:
    town.simulator.fail_next(GENERATE, message="Inappropriate words")
    request = PhotoGenerateRequest(name="Ada", appearance="", **PEOPLE[0])
    started = await town.heygen.v2.photo_avatars.generate(request)

    with pytest.raises(AvatarFailedError) as caught:
        await town.heygen.v2.photo_avatars.wait_generation(started.generation_id)

    assert (caught.value.id, caught.value.reason) == (started.generation_id, "Inappropriate words")
    assert town.simulator.charges(GENERATE) == 0


async def test_source_document_001_tells_both_a_webhook_and_a_callback(town: Town) -> None:
    async with listening() as (address, heard):
        await town.heygen.v2.webhooks.create(WebhookAddRequest(url=f"{address}/webhook"))
        request = PhotoGenerateRequest(
            name="Ada",
            appearance="A hat",
            callback_url=f"{address}/callback",
            callback_id="ada-1",
            **PEOPLE[0],
        )
        started = await town.heygen.v2.photo_avatars.generate(request)
        await town.heygen.v2.photo_avatars.wait_generation(started.generation_id)
        await asyncio.sleep(10)

    told: dict[str, Any] = {"event_type": "photo_avatar_generation.success"}
    told["event_data"] = {"generation_id": started.generation_id, "callback_id": "ada-1"}
    assert heard == {"/webhook": [told], "/callback": [told]}


# --- 002: HeyGen v2, POST /v2/photo_avatar/avatar_group/create -----------------------------------


async def uploaded(town: Town, portrait: Path) -> GroupCreateRequest:
    asset = await town.heygen.v2.assets.upload(portrait)
    return GroupCreateRequest(name="Eli", image_key=str(asset.image_key))


async def generated(town: Town, _: Path) -> GroupCreateRequest:
    photos = town.heygen.v2.photo_avatars
    request = PhotoGenerateRequest(name="Eli", appearance="A hat", **PEOPLE[0])
    started = await photos.generate(request)
    done = await photos.wait_generation(started.generation_id)
    assert done.image_key_list is not None
    return GroupCreateRequest(
        name="Eli", image_key=done.image_key_list[2], generation_id=started.generation_id
    )


@pytest.mark.parametrize("origin", [uploaded, generated], ids=lambda it: it.__name__)
async def test_source_document_002_creates_a_group_from_an_upload_and_from_a_generation(
    town: Town, portrait: Path, origin: Any
) -> None:
    request = await origin(town, portrait)
    spent = town.simulator.spent

    group = await town.heygen.v2.photo_avatars.create_group(request)
    done = await town.heygen.v2.photo_avatars.wait(group.id)

    fields = {"id", "image_url", "created_at", "name", "status", "group_id", "is_motion"}
    fields |= {"motion_preview_url", "business_type", "upscale_availability", "upscaled"}
    fields |= {"background_sound_effect", "default_voice_id", "moderation_msg"}
    assert fields <= set(group.raw)
    assert (group.status, group.group_id, group.name) == ("pending", group.id, "Eli")
    assert group.business_type == origin.__name__
    assert isinstance(group.created_at, float)
    assert (group.is_motion, group.upscaled, group.motion_preview_url) == (False, False, None)
    assert group.upscale_availability is not None
    assert not group.upscale_availability.available
    assert group.upscale_availability.reason == "Photo avatar look upload not completed"
    assert (done.status, done.group_id, done.moderation_msg) == ("completed", group.id, None)
    assert (await town.heygen.avatars.get_group(group.id)).status == "completed"
    assert town.simulator.spent == spent


async def test_source_document_002_takes_a_generation_for_generated_photos_only(
    town: Town, portrait: Path
) -> None:
    photo = await uploaded(town, portrait)
    drawn = await generated(town, portrait)
    wrong = [
        attrs.evolve(photo, generation_id=drawn.generation_id),
        attrs.evolve(drawn, image_key="image/nothing/original"),
    ]

    for request in wrong:
        with pytest.raises(InvalidRequestError, match="image_key"):
            await town.heygen.v2.photo_avatars.create_group(request)
    without = attrs.evolve(drawn, generation_id=None)

    assert (await town.heygen.v2.photo_avatars.create_group(without)).business_type == "generated"


@pytest.mark.parametrize("name", ["name", "image_key"])
async def test_source_document_002_requires_a_name_and_a_key(
    town: Town, portrait: Path, name: str
) -> None:
    body = unstructure(await uploaded(town, portrait))
    del body[name]

    with pytest.raises(InvalidRequestError, match=name):
        await town.heygen.request(
            "POST", "/v2/photo_avatar/avatar_group/create", json=body, replay=Replay.UNSAFE
        )


async def test_source_document_002_waits_for_an_appeal(town: Town, portrait: Path) -> None:
    request = await uploaded(town, portrait)
    town.simulator.add_fault(Fault("in_appeal", operation=CREATE_GROUP, seconds=900))

    group = await town.heygen.v2.photo_avatars.create_group(request)
    await asyncio.sleep(300)
    meanwhile = await town.heygen.v2.photo_avatars.get(group.id)
    done = await town.heygen.v2.photo_avatars.wait(group.id)

    assert (meanwhile.status, done.status) == ("in_appeal", "completed")
    assert meanwhile.moderation_msg


async def test_source_document_002_tells_why_moderation_refused_a_photo(
    town: Town, portrait: Path
) -> None:
    request = await uploaded(town, portrait)
    town.simulator.add_fault(
        Fault("moderation_rejected", operation=CREATE_GROUP, message="A public figure")
    )

    group = await town.heygen.v2.photo_avatars.create_group(request)
    with pytest.raises(AvatarFailedError) as caught:
        await town.heygen.v2.photo_avatars.wait(group.id)

    assert caught.value.reason == "A public figure"
    refused = await town.heygen.v2.photo_avatars.get(group.id)
    assert (refused.status, refused.moderation_msg) == ("moderation_rejected", "A public figure")


@pytest.mark.parametrize("origin", ["uploaded", "generated"])
async def test_source_documents_001_and_002_are_one_job_here(
    town: Town, portrait: Path, tmp_path: Path, origin: str
) -> None:
    avatar: Photo | GeneratedPhoto = Photo(portrait, name="Eli")
    if origin == "generated":
        avatar = GeneratedPhoto("Eli", age="Late Middle Age", ethnicity="Pacific", style="Noir")
    speech = Script("Hi.", voice_id=VOICE)

    async with Orchestrator(town.heygen, dialect="v2") as orchestrator:
        video = await orchestrator.produce(
            Job(avatar=avatar, speech=speech, output=tmp_path / "eli.mp4")
        )

    (group,) = await town.heygen.v2.avatars.groups().collect()
    assert group.name.startswith("Eli")
    assert group.group_type == ("PHOTO" if origin == "uploaded" else "GENERATED_PHOTO")
    assert video.losses == ()
    assert film(tmp_path / "eli.mp4").seconds == pytest.approx(0.4)
    assert town.simulator.charges(GENERATE) == (origin == "generated")
    assert town.simulator.charges(VIDEO) == 1


# --- 003: HeyGen v3, POST /v3/avatars ------------------------------------------------------------


@pytest.fixture(scope="module")
def footage() -> bytes:
    """Sixteen seconds of somebody: a twin needs fifteen."""
    image = (Path(__file__).parents[1] / "samples" / "portrait.jpg").read_bytes()
    return render_video(
        RenderRequest(image=image, seconds=15.1, resolution="720p", aspect_ratio="1:1")
    )


async def given(town: Town, way: str, data: bytes, media_type: str) -> AssetInput:
    """A file in one of the three forms that the document has."""
    match way:
        case "asset_id":
            return AssetId((await town.heygen.assets.upload(data)).asset_id)
        case "base64":
            return AssetBase64.of(data, media_type)
    ending = media_type.partition("/")[2].replace("jpeg", "jpg")
    return AssetUrl(f"https://example.com/ada.{ending}")


async def agreed(town: Town, group_id: str) -> None:
    """Let the person behind a twin agree, in a browser."""
    consent = await town.heygen.avatars.consent(group_id)
    async with aiohttp.ClientSession() as browser, browser.get(str(consent.url)) as page:
        assert page.status == 200


@pytest.mark.parametrize("way", ["asset_id", "url", "base64"])
@pytest.mark.parametrize("kind", ["photo", "prompt", "digital_twin"])
async def test_source_document_003_creates_all_three_types_from_all_three_inputs(
    town: Town, portrait: Path, footage: bytes, kind: str, way: str
) -> None:
    avatars = town.heygen.avatars
    image = await given(town, way, portrait.read_bytes(), "image/jpeg")
    request: CreateAvatarRequest
    match kind:
        case "photo":
            request = CreatePhotoAvatarRequest(name="Ada", file=image)
        case "prompt":
            # Reference images work in an existing group only.
            first = CreatePromptAvatarRequest(name="Ada", prompt="A potter")
            group = (await avatars.create(first)).avatar_group
            assert group is not None
            request = CreatePromptAvatarRequest(
                name="Ada", prompt="At sea", reference_images=[image] * 3, avatar_group_id=group.id
            )
        case _:
            film = await given(town, way, footage, "video/mp4")
            request = CreateDigitalTwinRequest(name="Ada", file=film)
    before = town.simulator.charges("createAvatar")

    created = await avatars.create(request)

    look, group = created.avatar_item, created.avatar_group
    assert look is not None
    assert group is not None
    assert (look.name, look.group_id, look.status) == ("Ada", group.id, "processing")
    assert look.avatar_type == ("digital_twin" if kind == "digital_twin" else "photo_avatar")
    assert group.looks_count == (2 if kind == "prompt" else 1)
    assert {"id", "name", "avatar_type", "preview_image_url", "tags", "error"} <= set(look.raw)
    if kind == "digital_twin":
        await agreed(town, group.id)
    ready = await avatars.wait(look.id)
    assert ready.status == "completed"
    assert ready.error is None
    assert ready.preferred_orientation in {"portrait", "landscape", "square"}
    assert "avatar_iv" in ready.supported_api_engines
    assert town.simulator.charges("createAvatar") == before + 1


@pytest.mark.parametrize("kind", ["photo", "prompt", "digital_twin"])
async def test_source_document_003_lets_an_avatar_of_each_type_join_an_identity(
    town: Town, portrait: Path, footage: bytes, kind: str
) -> None:
    file = AssetBase64.of(portrait.read_bytes(), "image/jpeg")
    first = await town.heygen.avatars.create(CreatePhotoAvatarRequest(name="Ada", file=file))
    assert first.avatar_group is not None
    group_id = first.avatar_group.id
    second: CreateAvatarRequest
    match kind:
        case "photo":
            second = CreatePhotoAvatarRequest(name="Older", file=file, avatar_group_id=group_id)
        case "prompt":
            second = CreatePromptAvatarRequest(name="Sea", prompt="At", avatar_group_id=group_id)
        case _:
            film = AssetBase64.of(footage, "video/mp4")
            second = CreateDigitalTwinRequest(name="Twin", file=film, avatar_group_id=group_id)

    joined = await town.heygen.avatars.create(second)

    assert joined.avatar_group is not None
    assert (joined.avatar_group.id, joined.avatar_group.looks_count) == (group_id, 2)


async def test_source_document_003_has_limits_for_prompts_and_reference_images(
    town: Town, portrait: Path
) -> None:
    image = AssetBase64.of(portrait.read_bytes(), "image/jpeg")
    whole = CreatePromptAvatarRequest(name="Ada", prompt="a" * 1000)

    await town.heygen.avatars.create(whole)
    with pytest.raises(InvalidInputError, match=r"\.prompt"):
        CreatePromptAvatarRequest(name="Ada", prompt="a" * 1001)
    with pytest.raises(InvalidInputError, match=r"\.reference_images"):
        CreatePromptAvatarRequest(name="Ada", prompt="A potter", reference_images=[image] * 4)

    assert town.simulator.charges("createAvatar") == 1


async def test_source_document_003_s_key_means_another_thing_on_another_route(town: Town) -> None:
    request = CreatePromptAvatarRequest(name="Ada", prompt="A potter")
    video = CreateVideoFromAvatar(avatar_id="sim-look-mia", script="Hi.", voice_id=VOICE)

    created = await town.heygen.avatars.create(request, idempotency_key="k")
    filmed = await town.heygen.videos.create(video, idempotency_key="k")

    assert created.avatar_item is not None
    assert filmed.video_id
    assert [it.operation for it in town.simulator.ledger.charges] == ["createAvatar", "createVideo"]


async def test_source_document_003_replays_a_key_for_24_hours_even_for_another_body(
    town: Town,
) -> None:
    potter = CreatePromptAvatarRequest(name="Ada", prompt="A potter")
    sailor = CreatePromptAvatarRequest(name="Ada", prompt="A sailor")
    key = "550e8400-e29b-41d4-a716-446655440000"

    created = [await town.heygen.avatars.create(it, idempotency_key=key) for it in (potter, sailor)]
    await asyncio.sleep(DAY - 60)
    late = await town.heygen.avatars.create(potter, idempotency_key=key)
    await asyncio.sleep(120)
    too_late = await town.heygen.avatars.create(potter, idempotency_key=key)

    ids = [it.avatar_item.id for it in (*created, late, too_late) if it.avatar_item is not None]
    assert len(ids) == 4
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert town.simulator.charges("createAvatar") == 2


@pytest.mark.parametrize("key", ["", "a b", "ä", "a" * 256])
async def test_source_document_003_has_keys_of_255_plain_characters(town: Town, key: str) -> None:
    request = CreatePromptAvatarRequest(name="Ada", prompt="A potter")

    with pytest.raises(InvalidInputError, match="idempotency_key"):
        await town.heygen.avatars.create(request, idempotency_key=key)

    assert town.simulator.ledger.requests["createAvatar"] == 0


async def test_source_document_003_answers_409_while_the_first_request_runs(town: Town) -> None:
    town.simulator.add_fault(Fault("slow_answer", operation="createAvatar", seconds=8, times=1))
    request = CreatePromptAvatarRequest(name="Ada", prompt="A potter")
    headers = {"x-api-key": "key-1", "Idempotency-Key": "k"}

    async with aiohttp.ClientSession(town.simulator.url, headers=headers) as curl:
        async with asyncio.TaskGroup() as tasks:
            first = tasks.create_task(town.heygen.avatars.create(request, idempotency_key="k"))
            await asyncio.sleep(1)
            again = tasks.create_task(town.heygen.avatars.create(request, idempotency_key="k"))
            async with curl.post("/v3/avatars", json=unstructure(request)) as answer:
                refusal = (await answer.json())["error"]

    assert (answer.status, refusal["code"]) == (409, "request_in_progress")
    assert refusal["message"]
    assert first.result().avatar_item == again.result().avatar_item
    assert town.simulator.charges("createAvatar") == 1


async def test_source_document_003_waits_as_long_as_a_429_says(town: Town) -> None:
    clock = asyncio.get_running_loop().time
    request = CreatePromptAvatarRequest(name="Ada", prompt="A potter")
    town.simulator.add_fault(
        Fault("rate_limited", operation="createAvatar", times=1, retry_after=30)
    )

    began = clock()
    created = await town.heygen.avatars.create(request)
    waited = clock() - began

    assert created.avatar_item is not None
    assert waited >= 30
    assert town.simulator.ledger.requests["createAvatar"] == 2
    assert town.simulator.charges("createAvatar") == 1


async def test_source_document_003_tells_a_429_with_its_number_where_nobody_waits(
    town: Town,
) -> None:
    town.simulator.add_fault(Fault("rate_limited", operation="createAvatar", retry_after=7200))
    request = CreatePromptAvatarRequest(name="Ada", prompt="A potter")

    with pytest.raises(RateLimitError) as caught:
        await town.heygen.avatars.create(request)

    assert (caught.value.status, caught.value.code) == (429, "rate_limit_exceeded")
    assert caught.value.retry_after == 7200
    assert town.simulator.charges("createAvatar") == 0


async def test_source_document_003_refuses_what_is_incomplete_and_who_is_unknown() -> None:
    async with (
        Simulator(keys={"key-1"}) as simulator,
        HeyGen("key-1", base_url=simulator.url) as heygen,
        HeyGen("key-2", base_url=simulator.url) as stranger,
    ):
        with pytest.raises(InvalidRequestError) as incomplete:
            await heygen.request("POST", "/v3/avatars", json={"type": "photo", "name": "Ada"})
        with pytest.raises(AuthenticationError) as unknown:
            await stranger.avatars.create(CreatePromptAvatarRequest(name="Ada", prompt="A potter"))

    assert (incomplete.value.status, incomplete.value.code) == (400, "invalid_parameter")
    assert incomplete.value.param is not None
    assert incomplete.value.param.startswith("file")
    # The document's example has another code than the live server; the status is the same.
    assert unknown.value.status == 401


# --- 004: HeyGen's guide, Photo Avatar -----------------------------------------------------------

SCRIPT = "Hi there! This video was created from a single photo using the HeyGen API."


@pytest.mark.usefixtures("full_size")
@pytest.mark.parametrize("way", ["url", "asset_id"])
async def test_source_document_004_goes_from_a_photo_to_a_video_in_three_steps(
    town: Town, portrait: Path, tmp_path: Path, way: str
) -> None:
    assert await town.heygen.voices.list(limit=1).collect(), "a voice to choose"

    file: AssetUrl | AssetId = AssetUrl(PORTRAIT_URL)
    if way == "asset_id":
        file = AssetId((await town.heygen.assets.upload(portrait)).asset_id)
    request = CreatePhotoAvatarRequest(name="Sarah — Marketing", file=file)
    look = (await town.heygen.avatars.create(request)).avatar_item
    assert look is not None
    # The guide's own example makes the video at once, which HeyGen refuses while the avatar trains.
    await town.heygen.avatars.wait(look.id)
    created = await town.heygen.videos.create(
        CreateVideoFromAvatar(
            avatar_id=look.id,
            script=SCRIPT,
            voice_id=VOICE,
            title="Photo Avatar Demo",
            resolution="1080p",
            aspect_ratio="auto",
        )
    )
    seen = []
    while (video := await town.heygen.videos.get(created.video_id)).status != "completed":
        seen.append(str(video.status))
        assert video.video_url is None
        await asyncio.sleep(2)
    await town.heygen.download(video, tmp_path / "sarah.mp4")

    # As the guide says of "auto": it matches the source.
    if way == "asset_id":
        assert film(tmp_path / "sarah.mp4").size == (1080, 1080)
    assert list(dict.fromkeys(seen)) == ["pending", "processing"]
    assert (video.title, video.failure_message) == ("Photo Avatar Demo", None)
    assert video.duration == pytest.approx(film(tmp_path / "sarah.mp4").seconds, abs=0.2)
    assert [it.operation for it in town.simulator.ledger.charges] == ["createAvatar", "createVideo"]


async def test_source_document_004_is_one_call_here(
    town: Town, portrait: Path, tmp_path: Path
) -> None:
    job = Job(
        avatar=Photo(portrait, name="Demo Avatar"),
        speech=Script(SCRIPT, voice_id=VOICE),
        options=VideoOptions(title="Demo", resolution="1080p", aspect_ratio="auto"),
        output=tmp_path / "demo.mp4",
    )

    async with Orchestrator(town.heygen) as orchestrator:
        video = await orchestrator.produce(job)

    assert film(tmp_path / "demo.mp4").seconds == pytest.approx(video.duration, abs=0.2)
    assert [it.operation for it in town.simulator.ledger.charges] == ["createAvatar", "createVideo"]


async def test_source_document_004_tells_why_a_video_failed(town: Town) -> None:
    town.simulator.fail_next("createVideo", message="Something went wrong")
    created = await town.heygen.videos.create(
        CreateVideoFromAvatar(avatar_id="sim-look-mia", script=SCRIPT, voice_id=VOICE)
    )

    while (video := await town.heygen.videos.get(created.video_id)).status != "failed":
        await asyncio.sleep(10)

    assert (video.failure_message, video.video_url) == ("Something went wrong", None)
    assert town.simulator.spent == 0


@pytest.mark.parametrize("expressiveness", ["high", "medium", "low"])
async def test_source_document_004_moves_a_photo_avatar(
    town: Town, portrait: Path, expressiveness: str
) -> None:
    options = VideoOptions(
        motion_prompt="gesturing with hands while presenting", expressiveness=expressiveness
    )
    speech = Script("Let me show you our quarterly results.", voice_id=VOICE)

    async with Orchestrator(town.heygen) as orchestrator:
        video = await orchestrator.produce(
            Job(avatar=Photo(portrait), speech=speech, options=options)
        )

    assert video.video_url is not None
    assert town.simulator.charges("createVideo") == 1


def test_source_document_004_s_example_of_motion_is_what_we_send() -> None:
    request = CreateVideoFromAvatar(
        avatar_id="YOUR_PHOTO_AVATAR_ID",
        script="Let me show you our quarterly results.",
        voice_id="YOUR_VOICE_ID",
        motion_prompt="gesturing with hands while presenting",
        expressiveness="high",
    )

    assert unstructure(request) == {
        "type": "avatar",
        "avatar_id": "YOUR_PHOTO_AVATAR_ID",
        "script": "Let me show you our quarterly results.",
        "voice_id": "YOUR_VOICE_ID",
        "motion_prompt": "gesturing with hands while presenting",
        "expressiveness": "high",
    }


async def test_source_document_004_s_motion_is_for_photo_avatars_only(town: Town) -> None:
    twin = CreateDigitalTwinRequest(name="Ada", file=AssetUrl("https://example.com/ada.mp4"))
    created = await town.heygen.avatars.create(twin)
    assert created.avatar_item is not None
    assert created.avatar_group is not None
    await agreed(town, created.avatar_group.id)
    await town.heygen.avatars.wait(created.avatar_item.id)
    request = CreateVideoFromAvatar(
        avatar_id=created.avatar_item.id,
        script=SCRIPT,
        voice_id=VOICE,
        expressiveness="high",
    )

    with pytest.raises(InvalidRequestError) as caught:
        await town.heygen.videos.create(request)

    assert caught.value.param == "expressiveness"
    assert town.simulator.charges("createVideo") == 0


async def test_source_document_004_uses_a_preset(town: Town, tmp_path: Path) -> None:
    looks = town.heygen.avatars.list(avatar_type="photo_avatar", ownership="public")
    first, *_ = await looks.collect()
    assert (first.avatar_type, first.status) == ("photo_avatar", None)
    speech = Script("Hi.", voice_id=VOICE)

    async with Orchestrator(town.heygen) as orchestrator:
        await orchestrator.produce(
            Job(avatar=Look(first.id), speech=speech, output=tmp_path / "preset.mp4")
        )

    assert film(tmp_path / "preset.mp4").seconds == pytest.approx(0.4)
    assert [it.operation for it in town.simulator.ledger.charges] == ["createVideo"]


SIZES = [
    ("4k", "16:9", (3840, 2160)),
    ("1080p", "9:16", (1080, 1920)),
    ("720p", "4:5", (720, 900)),
    ("720p", "5:4", (900, 720)),
    ("720p", "1:1", (720, 720)),
]


@pytest.mark.usefixtures("full_size")
@pytest.mark.parametrize(("resolution", "aspect_ratio", "size"), SIZES, ids=lambda it: str(it))
async def test_source_document_004_makes_every_resolution_and_shape(
    town: Town, tmp_path: Path, resolution: str, aspect_ratio: str, size: tuple[int, int]
) -> None:
    options = VideoOptions(title="Sized", resolution=resolution, aspect_ratio=aspect_ratio)

    made = await spoken(town, tmp_path, options, Script("Hi.", voice_id=VOICE))

    assert made.size == size
    (listed,) = await town.heygen.videos.list(title="Sized").collect()
    assert str(listed.title).startswith("Sized")


async def test_source_document_004_puts_a_colour_behind_the_avatar(
    town: Town, tmp_path: Path
) -> None:
    speech = Script("Hi.", voice_id=VOICE)
    options = VideoOptions(
        background=Background("#20a040"), remove_background=True, aspect_ratio="16:9"
    )

    made = await spoken(town, tmp_path, options, speech)

    assert made.corner == pytest.approx((0x20, 0xA0, 0x40), abs=12)


async def test_source_document_004_puts_an_image_behind_the_avatar(
    town: Town, tmp_path: Path, portrait: Path
) -> None:
    speech = Script("Hi.", voice_id=VOICE)
    plain = await spoken(town, tmp_path, VideoOptions(aspect_ratio="16:9"), speech)
    options = VideoOptions(aspect_ratio="16:9", background=Background(image=Photo(portrait)))

    made = await spoken(town, tmp_path, options, speech)

    assert made.corner != pytest.approx(plain.corner, abs=12)


def test_source_document_004_s_optional_parameters_are_what_we_send() -> None:
    request = CreateVideoFromAvatar(
        avatar_id="a",
        script="Hi.",
        voice_id="v",
        title="Demo",
        resolution="4k",
        aspect_ratio="5:4",
        remove_background=True,
        background=BackgroundSetting(type="color", value="#112233"),
        voice_settings=VoiceSettingsInput(speed=1.2, pitch=-3, locale="en-GB"),
        callback_url="https://example.com/done",
    )

    assert unstructure(request) == {
        "type": "avatar",
        "avatar_id": "a",
        "script": "Hi.",
        "voice_id": "v",
        "title": "Demo",
        "resolution": "4k",
        "aspect_ratio": "5:4",
        "remove_background": True,
        "background": {"type": "color", "value": "#112233"},
        "voice_settings": {"speed": 1.2, "pitch": -3, "locale": "en-GB"},
        "callback_url": "https://example.com/done",
    }


async def test_source_document_004_speaks_as_the_voice_settings_say(
    town: Town, tmp_path: Path
) -> None:
    words_ = "One two three four five six seven eight nine ten."
    usual = Script(words_, voice_id=VOICE)
    quick = attrs.evolve(usual, speed=1.5, pitch=10, locale="en-GB")

    slow, fast = [await spoken(town, tmp_path, VideoOptions(), it) for it in (usual, quick)]

    assert slow.seconds == pytest.approx(1.5 * fast.seconds, rel=0.15)


async def test_source_document_004_calls_back_when_a_video_is_made(town: Town) -> None:
    async with listening() as (address, heard):
        created = await town.heygen.videos.create(
            CreateVideoFromAvatar(
                avatar_id="sim-look-mia",
                script=SCRIPT,
                voice_id=VOICE,
                callback_url=f"{address}/done",
            )
        )
        await town.heygen.videos.wait(created.video_id)
        await asyncio.sleep(10)

    (told,) = heard["/done"]
    assert told["event_type"] == "avatar_video.success"
    assert told["event_data"]["video_id"] == created.video_id


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[str, dict[str, list[Any]]]]:
    """An address that is told of events, and what it heard, by path."""
    heard: dict[str, list[Any]] = {}

    async def hear(request: web.Request) -> web.Response:
        if request.method == "POST":
            heard.setdefault(request.path, []).append(await request.json())
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", hear)
    async with TestServer(app) as server:
        yield str(server.make_url("")).rstrip("/"), heard


@attrs.frozen
class Film:
    """What a file shows: its length, its size, and the colour of its first picture's corner."""

    seconds: float
    size: tuple[int, int]
    corner: tuple[int, ...]


def film(path: Path) -> Film:
    with av.open(str(path)) as container:
        assert container.duration is not None
        picture = next(container.decode(video=0)).to_image()
        corner = picture.getpixel((3, 3))
        assert isinstance(corner, tuple)
        return Film(container.duration / 1_000_000, picture.size, corner)


async def spoken(town: Town, folder: Path, options: VideoOptions, speech: Script) -> Film:
    """A video of the simulator's photo avatar with these options."""
    job = Job(
        avatar=Look("sim-look-mia"), speech=speech, options=options, output=folder / "film.mp4"
    )
    async with Orchestrator(town.heygen) as orchestrator:
        await orchestrator.produce(job)
    return film(folder / "film.mp4")
