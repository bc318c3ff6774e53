from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from heygen_async.api.v3.avatars_schemas import (
    CreateAvatarConsentRequest,
    CreatePhotoAvatarRequest,
    CreatePromptAvatarRequest,
)
from heygen_async.api.v3.cinematic import CreateVideoFromCinematicAvatar
from heygen_async.api.v3.inputs import AssetBase64, AssetId, AssetUrl
from heygen_async.api.v3.lipsyncs import CreateLipsyncRequest
from heygen_async.api.v3.speech import VoiceSettingsInput
from heygen_async.api.v3.studio import CreateVideoFromStudio, ImageScene
from heygen_async.api.v3.translations_schemas import (
    CreateVideoTranslationBatchRequest,
    CreateVideoTranslationRequest,
)
from heygen_async.api.v3.video_looks import (
    AvatarIIIEngineConfig,
    AvatarIVEngineConfig,
    AvatarVEngineConfig,
    BackgroundSetting,
    VideoAspectRatio,
    VideoResolution,
    WatermarkInput,
)
from heygen_async.api.v3.videos_schemas import (
    CreateVideoBatchRequest,
    CreateVideoFromAvatar,
    CreateVideoFromImage,
)
from heygen_async.api.v3.webhooks import CreateWebhookEndpointRequest
from heygen_async.errors import InvalidInputError

ASSET = AssetId("a1")
PICTURE = AssetBase64.of(b"x", "image/png")
FOOTAGE = AssetBase64.of(b"x", "video/mp4")


def avatar(**fields: Any) -> CreateVideoFromAvatar:
    return CreateVideoFromAvatar(**{"avatar_id": "l1", "script": "Hello.", **fields})


def image(**fields: Any) -> CreateVideoFromImage:
    return CreateVideoFromImage(**{"image": ASSET, "script": "Hello.", "voice_id": "v1", **fields})


def cinematic(**fields: Any) -> CreateVideoFromCinematicAvatar:
    return CreateVideoFromCinematicAvatar(**{"avatar_id": ["l1"], "prompt": "Rain.", **fields})


def translation(**fields: Any) -> CreateVideoTranslationRequest:
    return CreateVideoTranslationRequest(
        **{"video": ASSET, "output_languages": ["Spanish"], **fields}
    )


REFUSED: list[tuple[Callable[[], Any], str, str]] = [
    # what is spoken
    (lambda: avatar(script=None), "CreateVideoFromAvatar", "exactly one of script, audio_url"),
    (lambda: avatar(audio_asset_id="a"), "CreateVideoFromAvatar", "not script and audio_asset_id"),
    (lambda: avatar(script=""), "CreateVideoFromAvatar.script", "must not be empty"),
    (lambda: avatar(script=" \n"), "CreateVideoFromAvatar.script", "must not be empty"),
    (lambda: avatar(script="?!"), "CreateVideoFromAvatar.script", "a letter or a digit"),
    (lambda: image(script="<break/>"), "CreateVideoFromImage.script", "a letter or a digit"),
    (lambda: avatar(script="x" * 5001), "CreateVideoFromAvatar.script", "5001 characters"),
    (lambda: avatar(script=7), "CreateVideoFromAvatar.script", "must be text, not 7"),
    (lambda: avatar(voice_id=""), "CreateVideoFromAvatar.voice_id", "must not be empty"),
    (lambda: image(voice_id=None), "CreateVideoFromImage.voice_id", "must be given for a script"),
    (
        lambda: avatar(script=None, audio_url="ftp://example.org/a.mp3"),
        "CreateVideoFromAvatar.audio_url",
        "must be an http(s) address",
    ),
    (lambda: VoiceSettingsInput(speed=1.6), "VoiceSettingsInput.speed", "at most 1.5, not 1.6"),
    (lambda: VoiceSettingsInput(speed=True), "VoiceSettingsInput.speed", "must be a number"),
    (
        lambda: VoiceSettingsInput(pitch=float("nan")),
        "VoiceSettingsInput.pitch",
        "must be a number",
    ),
    (
        lambda: avatar(voice_settings={"speed": 1}),
        "CreateVideoFromAvatar.voice_settings",
        "must be VoiceSettingsInput",
    ),
    # how it looks
    (lambda: avatar(avatar_id=" "), "CreateVideoFromAvatar.avatar_id", "must not be empty"),
    (lambda: avatar(title=""), "CreateVideoFromAvatar.title", "must not be empty"),
    (
        lambda: avatar(resolution="8k"),
        "CreateVideoFromAvatar.resolution",
        "must be one of 4k, 1080p, 720p, not '8k'",
    ),
    (lambda: avatar(remove_background=1), "CreateVideoFromAvatar.remove_background", "True or"),
    (
        lambda: avatar(
            output_format="webm", background=BackgroundSetting(type="color", value="#ffffff")
        ),
        "CreateVideoFromAvatar.background",
        "must be left out of a webm",
    ),
    (
        lambda: avatar(engine=AvatarIIIEngineConfig(), motion_prompt="nods"),
        "CreateVideoFromAvatar.motion_prompt",
        "avatar_iii",
    ),
    (
        lambda: avatar(engine=AvatarVEngineConfig(), expressiveness="high"),
        "CreateVideoFromAvatar.expressiveness",
        "it is for avatar_iv",
    ),
    (
        lambda: avatar(callback_url="http://example.org/hook"),
        "CreateVideoFromAvatar.callback_url",
        "must be an https address",
    ),
    (
        lambda: BackgroundSetting(type="color", value="red"),
        "BackgroundSetting.value",
        "must be a colour such as #1a2b3c, not 'red'",
    ),
    (lambda: BackgroundSetting(type="color"), "BackgroundSetting.value", "must be a colour"),
    (
        lambda: BackgroundSetting(type="color", value="#ffffff", url="https://example.org/a.png"),
        "BackgroundSetting.url",
        "is not for a colour",
    ),
    (lambda: BackgroundSetting(type="image"), "BackgroundSetting", "exactly one of url, asset_id"),
    (
        lambda: BackgroundSetting(type="image", asset_id="a", value="#ffffff"),
        "BackgroundSetting.value",
        "is not for a picture",
    ),
    (lambda: WatermarkInput(image=ASSET, scale=0), "WatermarkInput.scale", "above 0 and at most 2"),
    # inputs
    (lambda: AssetUrl("example.org/a.png"), "AssetUrl.url", "must be an http(s) address"),
    (lambda: AssetUrl("https://exa mple.org/"), "AssetUrl.url", "must be an http(s) address"),
    (lambda: AssetUrl("https://[::1"), "AssetUrl.url", "must be an http(s) address"),
    (lambda: AssetId(""), "AssetId.asset_id", "must not be empty"),
    (lambda: AssetBase64("png", "eA=="), "AssetBase64.media_type", "must be a media type"),
    (
        lambda: CreatePhotoAvatarRequest(name="Ada", file="portrait.jpg"),  # type: ignore[arg-type]
        "CreatePhotoAvatarRequest.file",
        "must be AssetUrl or AssetId or AssetBase64, not 'portrait.jpg'",
    ),
    (
        lambda: CreateLipsyncRequest(video=ASSET, audio=PICTURE),  # type: ignore[arg-type]
        "CreateLipsyncRequest.audio",
        "must be AssetUrl or AssetId",
    ),
    (
        lambda: CreatePromptAvatarRequest(name="A", prompt="p", reference_images=[ASSET] * 4),
        "CreatePromptAvatarRequest.reference_images",
        "must have 0 to 3 items, not 4",
    ),
    (
        lambda: CreateAvatarConsentRequest(consent_text="<b>yes</b>"),
        "CreateAvatarConsentRequest.consent_text",
        "without < and >",
    ),
    (
        lambda: CreateAvatarConsentRequest(consent_video=ASSET, consent_text="yes"),
        "CreateAvatarConsentRequest.consent_video",
        "excludes",
    ),
    # cinematic
    (lambda: cinematic(avatar_id=[]), "CreateVideoFromCinematicAvatar.avatar_id", "1 to 3 items"),
    (
        lambda: cinematic(avatar_id="l1"),
        "CreateVideoFromCinematicAvatar.avatar_id",
        "must be a list, not 'l1'",
    ),
    (
        lambda: cinematic(avatar_id=["l1", ""]),
        "CreateVideoFromCinematicAvatar.avatar_id[1]",
        "must not be empty",
    ),
    (lambda: cinematic(duration=3), "CreateVideoFromCinematicAvatar.duration", "at least 4"),
    (
        lambda: cinematic(duration=4.5),
        "CreateVideoFromCinematicAvatar.duration",
        "must be a whole number",
    ),
    (
        lambda: cinematic(aspect_ratio=VideoAspectRatio.AUTO),
        "CreateVideoFromCinematicAvatar.aspect_ratio",
        "must be one of 16:9, 9:16, 1:1",
    ),
    (
        lambda: cinematic(references=[FOOTAGE] * 4),
        "CreateVideoFromCinematicAvatar.references",
        "9 pictures and 3 videos",
    ),
    (
        lambda: cinematic(references=[PICTURE] * 10),
        "CreateVideoFromCinematicAvatar.references",
        "9 pictures and 3 videos",
    ),
    (
        lambda: cinematic(references=[ASSET] * 12),
        "CreateVideoFromCinematicAvatar.references",
        "12 beside 1 looks",
    ),
    # several at once
    (lambda: CreateVideoFromStudio(scenes=[]), "CreateVideoFromStudio.scenes", "1 to 50 items"),
    (
        lambda: CreateVideoFromStudio(scenes=[ASSET]),  # type: ignore[list-item]
        "CreateVideoFromStudio.scenes[0]",
        "must be AvatarVideoScene or ImageScene or VideoScene",
    ),
    (
        lambda: ImageScene(source=ASSET, script="Hello."),
        "ImageScene.voice_id",
        "must be given for a script",
    ),
    (
        lambda: ImageScene(source=ASSET, audio_url="https://example.org/a", audio_asset_id="a"),
        "ImageScene",
        "at most one of",
    ),
    (
        lambda: CreateVideoBatchRequest(videos=[avatar()] * 101),
        "CreateVideoBatchRequest.videos",
        "must have 1 to 100 items, not 101",
    ),
    (
        lambda: CreateVideoTranslationBatchRequest(
            video_translations=[translation(output_languages=["Spanish"] * 51)] * 2
        ),
        "CreateVideoTranslationBatchRequest.video_translations",
        "one per language, not 102",
    ),
    # further families
    (
        lambda: translation(output_languages="Spanish"),
        "CreateVideoTranslationRequest.output_languages",
        "must be a list",
    ),
    (
        lambda: translation(srt_role="input"),
        "CreateVideoTranslationRequest.srt_role",
        "needs srt",
    ),
    (
        lambda: translation(start_time=5, end_time=5),
        "CreateVideoTranslationRequest.end_time",
        "must be above 5, not 5",
    ),
    (
        lambda: CreateWebhookEndpointRequest(
            url="https://example.org", events=["avatar_video.done"]
        ),
        "CreateWebhookEndpointRequest.events[0]",
        "must be one of avatar_video.success",
    ),
]


@pytest.mark.parametrize(
    ("make", "field", "said"), REFUSED, ids=[f"{n}-{one[1]}" for n, one in enumerate(REFUSED)]
)
def test_a_mistake_is_refused_with_field_rule_and_value(
    make: Callable[[], Any], field: str, said: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        make()

    assert caught.value.field == field
    assert said in caught.value.message
    assert caught.value.rule
    assert caught.value.value


def test_what_is_allowed_is_made() -> None:
    made = [
        avatar(script=None, audio_url="https://example.org/a.mp3"),
        avatar(script="x" * 5000),
        avatar(engine=AvatarIVEngineConfig(), expressiveness="high", motion_prompt="nods"),
        avatar(expressiveness="high"),
        avatar(output_format="webm"),
        avatar(callback_url="http://127.0.0.1:8080/hook"),
        avatar(callback_url="http://localhost/hook"),
        cinematic(references=[PICTURE] * 8 + [FOOTAGE] * 3),
        ImageScene(source=ASSET, duration=4),
        VoiceSettingsInput(speed=1),
        CreateAvatarConsentRequest(),
    ]

    assert all(made)


def test_a_word_of_tomorrow_can_be_sent_on_purpose() -> None:
    request = avatar(resolution=VideoResolution("8k"))

    assert request.resolution == "8k"


def test_a_request_does_not_change_with_the_list_it_was_made_of() -> None:
    scenes: list[Any] = [ImageScene(source=ASSET, duration=4)]
    request = CreateVideoFromStudio(scenes=scenes)

    scenes.clear()

    assert len(request.scenes) == 1


def test_a_request_is_frozen_and_survives_pickling_copying_and_evolving() -> None:
    request = avatar(voice_settings=VoiceSettingsInput(speed=1.2))

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        request.script = "Bye."  # type: ignore[misc]

    assert pickle.loads(pickle.dumps(request)) == copy.deepcopy(request) == request
    assert attrs.evolve(request, script="Bye.").script == "Bye."
    with pytest.raises(InvalidInputError):
        attrs.evolve(request, script="")


def test_the_error_does_not_show_the_query_of_an_address() -> None:
    with pytest.raises(InvalidInputError) as caught:
        AssetUrl("ftp://example.org/a?X-Amz-Signature=abc123")

    assert "abc123" not in str(caught.value)
