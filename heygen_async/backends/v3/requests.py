"""From a job to the requests of HeyGen v3. Pure: what is needed from elsewhere comes as ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heygen_async.api.converter import structure_request
from heygen_async.api.family import variants
from heygen_async.api.v3.avatars_schemas import (
    CreateAvatarRequest,
    CreatePhotoAvatarRequest,
    CreatePromptAvatarRequest,
)
from heygen_async.api.v3.inputs import AssetId, AssetInput, AssetUrl
from heygen_async.api.v3.speech import EngineSettings, VoiceSettingsInput
from heygen_async.api.v3.video_looks import (
    AvatarIIIEngineConfig,
    AvatarIVEngineConfig,
    AvatarVEngineConfig,
    BackgroundSetting,
    CaptionSetting,
    WatermarkInput,
    WatermarkPlacement,
)
from heygen_async.api.v3.videos_schemas import CreateVideoFromAvatar, CreateVideoFromImage
from heygen_async.models.job import (
    AnimatedImage,
    Audio,
    Background,
    Job,
    Photo,
    Prompt,
    Script,
    VideoOptions,
    Watermark,
)
from heygen_async.models.prices import spoken_seconds
from heygen_async.models.source import Media, Origin
from heygen_async.models.stock import Article, Topic

__all__ = ["Assets", "avatar_request", "expected_render", "marked", "video_request"]

Assets = Mapping[str, str]
"""The asset ids of what was uploaded, by ``Media.source``."""

_ENGINES = {
    "avatar_v": AvatarVEngineConfig,
    "avatar_iv": AvatarIVEngineConfig,
    "avatar_iii": AvatarIIIEngineConfig,
}

# HeyGen shows titles whole; this much of one is enough to tell videos apart.
_TITLE = 200
_MARKER = 16


def marked(title: str, key: str, *, mark: bool) -> str:
    """The title with the short mark by which the job can be found again."""
    return f"{title[:_TITLE]} [{marker(key)}]" if mark else title


def marker(key: str) -> str:
    """The mark itself: the beginning of the idempotency key."""
    return key[:_MARKER]


def expected_render(job: Job) -> float | None:
    """Seconds a render is expected to take, None where nothing is known of its length.

    Renders take 5 to 10 times the length of what is said, and short ones two minutes all the same
    (behaviour file §13, observed July to October 2026).
    """
    spoken = spoken_seconds(job)
    return None if spoken is None else 60 + 7 * spoken


def avatar_request(avatar: Photo | Prompt, name: str, assets: Assets) -> CreateAvatarRequest:
    """What creates the avatar."""
    match avatar:
        case Photo():
            return CreatePhotoAvatarRequest(
                name=name, file=_input(avatar, assets), avatar_group_id=avatar.group_id
            )
        case Prompt():
            return CreatePromptAvatarRequest(
                name=name,
                prompt=avatar.text,
                reference_images=[_input(one, assets) for one in avatar.references] or None,
                avatar_id=avatar.look_id,
                avatar_group_id=avatar.group_id,
            )


def video_request(
    job: Job, title: str, look_id: str | None, assets: Assets
) -> CreateVideoFromAvatar | CreateVideoFromImage:
    """What creates the video.

    Args:
        job: what is asked for.
        title: marked already.
        look_id: who speaks; None where an image is animated.
        assets: the ids of what was uploaded.

    Raises:
        InvalidInputError: the job asks for what v3 cannot do.
    """
    fields = {**_speech(job.speech, assets), **_options(job.options, assets)}
    if isinstance(job.avatar, AnimatedImage):
        return CreateVideoFromImage(title=title, image=_input(job.avatar, assets), **fields)
    assert look_id is not None
    engine = None if job.options.engine is None else _ENGINES[job.options.engine]()
    return CreateVideoFromAvatar(title=title, avatar_id=look_id, engine=engine, **fields)


def _speech(speech: Script | Audio | Topic | Article, assets: Assets) -> dict[str, Any]:
    match speech:
        case Script(text=text, voice_id=voice_id):
            return {"script": text, "voice_id": voice_id, "voice_settings": _voice(speech)}
        case Audio():
            match _input(speech, assets):
                case AssetUrl(url=url):
                    return {"audio_url": url}
                case AssetId(asset_id=asset_id):
                    return {"audio_asset_id": asset_id}
    raise AssertionError("a plan was made of what v3 cannot do")


def _options(options: VideoOptions, assets: Assets) -> dict[str, Any]:
    background, captions, watermark = options.background, options.captions, options.watermark
    style = "default" if captions is not None and captions.styled else None
    return {
        "resolution": options.resolution,
        "aspect_ratio": options.aspect_ratio,
        "fit": options.fit,
        "background": None if background is None else _background(background, assets),
        "remove_background": options.remove_background,
        "output_format": None if options.output_format == "mp4" else options.output_format,
        "motion_prompt": options.motion_prompt,
        "expressiveness": options.expressiveness,
        "caption": None if captions is None else CaptionSetting(style=style),
        "watermark": None if watermark is None else _watermark(watermark, assets),
        "callback_url": options.callback_url,
        "callback_id": options.callback_id,
    }


def _input(media: Media, assets: Assets) -> AssetInput:
    match media.origin:
        case Origin.ASSET:
            assert media.asset_id is not None
            return AssetId(media.asset_id)
        case Origin.URL:
            return AssetUrl(str(media.source))
    return AssetId(assets[str(media.source)])


def _voice(script: Script) -> VoiceSettingsInput | None:
    if (script.speed, script.pitch, script.volume, script.locale, script.engine_settings) == (
        (None,) * 5
    ):
        return None
    return VoiceSettingsInput(
        speed=script.speed,
        pitch=script.pitch,
        volume=script.volume,
        locale=script.locale,
        engine_settings=None
        if script.engine_settings is None
        else structure_request(variants(EngineSettings), dict(script.engine_settings)),
    )


def _background(background: Background, assets: Assets) -> BackgroundSetting:
    if background.image is None:
        return BackgroundSetting(type="color", value=background.color)
    match _input(background.image, assets):
        case AssetUrl(url=url):
            return BackgroundSetting(type="image", url=url)
        case AssetId(asset_id=asset_id):
            return BackgroundSetting(type="image", asset_id=asset_id)
    raise AssertionError("a background is an address or an asset")


def _watermark(watermark: Watermark, assets: Assets) -> WatermarkInput:
    return WatermarkInput(
        image=_input(watermark.image, assets),
        opacity=watermark.opacity,
        scale=watermark.scale,
        placement=WatermarkPlacement(
            position=watermark.position,
            offset_x=watermark.offset_x,
            offset_y=watermark.offset_y,
        ),
    )
