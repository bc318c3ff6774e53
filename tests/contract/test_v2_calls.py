"""Every operation of v1 and v2 can be called, and is called as the contract wants it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from heygen_async import api
from heygen_async.api.paging import Pages
from heygen_async.api.v2.photo_requests import (
    AddMotionRequest,
    GroupAddRequest,
    GroupCreateRequest,
    LookGenerateRequest,
    PhotoGenerateRequest,
)
from heygen_async.api.v2.video_parts import (
    AudioVoice,
    AvatarCharacter,
    ColorBackground,
    Dimension,
    ImageBackground,
    SilenceVoice,
    TalkingPhotoCharacter,
    TextVoice,
    VideoBackground,
    VideoInput,
)
from heygen_async.api.v2.video_requests import (
    Av4GenerateRequest,
    V2VideoCreateRequest,
    VideoGenerateRequest,
)
from heygen_async.api.v2.webhooks import WebhookAddRequest, WebhookUpdateRequest

CONTRACT = "heygen-v2.openapi.json"
FAMILIES = api.FAMILIES_V2
PORTRAIT = Path(__file__).parents[1] / "samples" / "portrait.jpg"

PHOTO = PhotoGenerateRequest(
    name="Ada",
    age="Senior",
    gender="Woman",
    ethnicity="White",
    orientation="vertical",
    pose="half_body",
    style="Realistic",
    appearance="a navy blazer",
)
SCENES = [
    VideoInput(
        character=TalkingPhotoCharacter(talking_photo_id="l1"),
        voice=TextVoice(voice_id="v1", input_text="Hello."),
        background=ColorBackground(value="#FAFAFA"),
    ),
    VideoInput(
        character=AvatarCharacter(avatar_id="a1"),
        voice=AudioVoice(audio_asset_id="s1"),
        background=ImageBackground(image_asset_id="i1"),
    ),
    VideoInput(voice=SilenceVoice(duration=2), background=VideoBackground(video_asset_id="f1")),
]
PAGE: dict[str, Any] = {"limit": 2, "token": "t1"}

#: One call for every operation, with every parameter the contract has for it.
CALLS: dict[str, Callable[[Any], Awaitable[Any] | Pages[Any]]] = {
    # assets
    "upload-asset": lambda h: h.assets.upload(PORTRAIT),
    "list-assets": lambda h: h.assets.list(file_type="image", folder_id="f1", **PAGE),
    "delete-asset": lambda h: h.assets.delete("a1"),
    # talking photos
    "upload-talking-photo": lambda h: h.talking_photos.upload(PORTRAIT),
    "list-talking-photos": lambda h: h.talking_photos.list(),
    "delete-talking-photo": lambda h: h.talking_photos.delete("p1"),
    # photo avatars
    "generate-photo-avatar-photos": lambda h: h.photo_avatars.generate(PHOTO),
    "check-photolook-generation-status": lambda h: h.photo_avatars.generation("g1"),
    "create-photo-avatar-group": lambda h: h.photo_avatars.create_group(
        GroupCreateRequest(name="Ada", image_key="image/1/original", generation_id="g1")
    ),
    "add-looks-to-photo-avatar-group": lambda h: h.photo_avatars.add_looks(
        GroupAddRequest(group_id="a1", image_keys=["k1", "k2"], name="At the desk")
    ),
    "train-photo-avatar-group": lambda h: h.photo_avatars.train("a1"),
    "get-training-job-status": lambda h: h.photo_avatars.training("a1"),
    "generate-photo-avatar-looks": lambda h: h.photo_avatars.generate_look(
        LookGenerateRequest(
            group_id="a1",
            prompt="in a kitchen",
            orientation="square",
            pose="close_up",
            style="Noir",
        )
    ),
    "add-motion": lambda h: h.photo_avatars.add_motion(AddMotionRequest(id="l1", prompt="a nod")),
    "add-sound-effect": lambda h: h.photo_avatars.add_sound_effect("l1"),
    "upscale-an-avatar": lambda h: h.photo_avatars.upscale("l1"),
    "photo-avatar-details": lambda h: h.photo_avatars.get("l1"),
    "delete-photo-avatar-by-id": lambda h: h.photo_avatars.delete("l1"),
    "delete-photo-avatar-group": lambda h: h.photo_avatars.delete_group("a1"),
    # avatars
    "list-all-avatar-groups": lambda h: h.avatars.groups(include_public=True),
    "list-all-avatars-in-one-avatar-group": lambda h: h.avatars.looks("a1"),
    "list-avatars-v2": lambda h: h.avatars.list(),
    "retrieve-avatar-details": lambda h: h.avatars.get("a1"),
    # videos
    "create-an-avatar-video-v2": lambda h: h.videos.generate(
        VideoGenerateRequest(video_inputs=SCENES, dimension=Dimension(width=1280, height=720))
    ),
    "create-avatar-iv-video": lambda h: h.videos.generate_av4(
        Av4GenerateRequest(image_key="k1", video_title="Hi", script="Hello.", voice_id="v1")
    ),
    "create-video-1": lambda h: h.videos.create(
        V2VideoCreateRequest(avatar_id="l1", script="Hello.", voice_id="v1")
    ),
    "list-videos-v2": lambda h: h.videos.list(**PAGE),
    "get-video-detail": lambda h: h.videos.get("v1"),
    "delete-video-v2": lambda h: h.videos.delete("v1"),
    "video-status": lambda h: h.videos.status("v1"),
    "video-list": lambda h: h.videos.list_v1(title="promo", folder_id="f1", **PAGE),
    "delete-a-video": lambda h: h.videos.delete_v1("v1"),
    # voices and the account
    "list-voices-v2": lambda h: h.voices.list(),
    "get-remaining-quota-v2": lambda h: h.account.quota(),
    # webhooks
    "add-a-webhook-endpoint": lambda h: h.webhooks.create(
        WebhookAddRequest(url="https://example.org/hook", events=["avatar_video.success"])
    ),
    "list-webhook-endpoints": lambda h: h.webhooks.list(),
    "update-a-webhook-endpoint": lambda h: h.webhooks.update(
        WebhookUpdateRequest(endpoint_id="e1", events=["avatar_video.fail"])
    ),
    "delete-a-webhook-endpoint": lambda h: h.webhooks.delete("e1"),
    "list-available-webhook-events": lambda h: h.webhooks.event_names(),
}
SILENT = {name for name in CALLS if name.startswith("delete")}


def test_there_is_a_call_for_every_operation(contract_server: Any) -> None:
    assert set(CALLS) == set(contract_server.operations)
    assert len(CALLS) == 39


@pytest.mark.parametrize("operation", sorted(CALLS))
async def test_a_call_is_what_the_contract_wants_and_its_answer_is_understood(
    operation: str, contract_server: Any, families: Any
) -> None:
    called = CALLS[operation](families)

    # Lists that take no cursor are asked without one.
    paged = operation in {"list-assets", "list-videos-v2", "video-list"}
    token = "t1" if paged else None
    result = await (called.page(token) if isinstance(called, Pages) else called)

    assert contract_server.called == [operation]
    assert contract_server.wrong == []
    assert contract_server.missing == set()
    assert (result is None) == (operation in SILENT)
