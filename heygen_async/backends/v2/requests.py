"""From a job to the requests of HeyGen v2. Pure: what is needed from elsewhere comes as ids.

v2 says the frame in pixels and always has it said here, since documents disagree on its default.
A job that names no resolution gets 720p, which every plan takes; one that names no aspect ratio
gets the shape of the generated photo or new look that speaks, and else 16:9, as in v3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heygen_async.api.v2.photo_requests import LookGenerateRequest, PhotoGenerateRequest
from heygen_async.api.v2.video_parts import (
    AudioVoice,
    AvatarCharacter,
    BackgroundV2,
    ColorBackground,
    Dimension,
    ImageBackground,
    TalkingPhotoCharacter,
    TextVoice,
    VideoInput,
    Voice,
)
from heygen_async.api.v2.video_requests import Av4GenerateRequest, VideoGenerateRequest
from heygen_async.backends.generated import TABLE, Narrowed, for_v2
from heygen_async.backends.v2.checks import elevenlabs, only
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto, Orientation
from heygen_async.models.job import Audio, Background, Job, Script
from heygen_async.models.source import Media, Origin
from heygen_async.models.v2 import NewLook, V2Options

__all__ = [
    "Assets",
    "av4_request",
    "generation_request",
    "look_request",
    "video_request",
]

Assets = Mapping[str, str]
"""The asset ids of what was uploaded, by ``Media.source``."""

_PLAIN = V2Options()
_SHAPES = {
    Orientation.SQUARE: "1:1",
    Orientation.PORTRAIT: "9:16",
    Orientation.LANDSCAPE: "16:9",
}
# The shorter side in pixels, and the two sides' shares; all products are even and below 4096.
_SIDES = {"720p": 720, "1080p": 1080, "4k": 2160}
_SHARES = {"16:9": (16, 9), "9:16": (9, 16), "4:5": (4, 5), "5:4": (5, 4), "1:1": (1, 1)}
_ORIENTATIONS = {"9:16": "portrait", "16:9": "landscape", "1:1": "square"}


# --- photos and looks ----------------------------------------------------------------------------


def generation_request(photo: GeneratedPhoto) -> Narrowed[PhotoGenerateRequest]:
    """What generates photos of a person, and what of the wish v2 cannot say.

    Raises:
        InvalidInputError: the appearance does not fit, or the photo is strict and something is
            lost.
    """
    narrowed = for_v2(photo)
    return Narrowed(PhotoGenerateRequest(**narrowed.value), narrowed.losses)


def look_request(look: NewLook, group_id: str) -> LookGenerateRequest:
    """What generates photos of a trained person in another setting."""
    words = {
        name: TABLE[name][getattr(look, name)].v2.word for name in ("orientation", "pose", "style")
    }
    return LookGenerateRequest(group_id=group_id, prompt=look.prompt, **words)


# --- the video -----------------------------------------------------------------------------------


def video_request(
    job: Job, title: str, look: Mapping[str, Any], assets: Assets
) -> VideoGenerateRequest:
    """What makes a video of a look.

    Args:
        job: what is asked for; checked.
        title: marked already.
        look: who speaks: ``look_id``; ``footage``, whether it is no photo; ``voice_id``, its own.
        assets: the ids of what was uploaded.

    Raises:
        InvalidInputError: the look cannot do what the job asks for.
    """
    options = job.options
    scene = VideoInput(
        character=_character(job, look),
        voice=_voice(job.speech, look, assets),
        background=None if options.background is None else _background(options.background, assets),
    )
    return VideoGenerateRequest(
        video_inputs=[scene],
        title=title,
        caption=None if options.captions is None else True,
        dimension=_dimension(job),
        callback_url=options.callback_url,
        callback_id=options.callback_id,
    )


def av4_request(job: Job, title: str, image_key: str, assets: Assets) -> Av4GenerateRequest:
    """What makes a video of a photo, without an avatar.

    Args:
        job: what is asked for; checked.
        title: marked already.
        image_key: of the photo.
        assets: the ids of what was uploaded.
    """
    options, speech = job.options, job.speech
    said: dict[str, Any]
    if isinstance(speech, Script):
        said = {"script": speech.text, "voice_id": speech.voice_id}
    else:
        assert isinstance(speech, Audio)
        url, asset_id = _file(speech, assets)
        said = {"audio_url": url, "audio_asset_id": asset_id}
    return Av4GenerateRequest(
        image_key=image_key,
        video_title=title,
        video_orientation=_ORIENTATIONS[_shape(job)],
        fit=options.fit,
        custom_motion_prompt=options.motion_prompt,
        callback_url=options.callback_url,
        callback_id=options.callback_id,
        **said,
    )


def _file(media: Media, assets: Assets) -> tuple[str | None, str | None]:
    """The address of a file, or the asset that it is."""
    match media.origin:
        case Origin.URL:
            return str(media.source), None
        case Origin.ASSET:
            return None, media.asset_id
    return None, assets[str(media.source)]


def _character(job: Job, look: Mapping[str, Any]) -> TalkingPhotoCharacter | AvatarCharacter:
    motion = job.options.motion_prompt
    if not look.get("footage"):
        return TalkingPhotoCharacter(
            talking_photo_id=look["look_id"],
            use_avatar_iv_model=None if motion is None else True,
            custom_motion_prompt=motion,
        )
    why = "moves photos only, and this look is made of footage; leave it out"
    only("VideoOptions.motion_prompt", motion, None, why=why)
    return AvatarCharacter(avatar_id=look["look_id"])


def _voice(speech: Any, look: Mapping[str, Any], assets: Assets) -> Voice:
    if not isinstance(speech, Script):
        url, asset_id = _file(speech, assets)
        return AudioVoice(audio_url=url, audio_asset_id=asset_id)
    voice_id = speech.voice_id or look.get("voice_id")
    if voice_id is None:
        raise InvalidInputError.of(
            "Script.voice_id", f"must be given: look {look['look_id']} has no voice", None
        )
    return TextVoice(
        voice_id=voice_id,
        input_text=speech.text,
        speed=speech.speed,
        pitch=None if speech.pitch is None else int(speech.pitch),
        locale=speech.locale,
        elevenlabs_settings=elevenlabs(speech),
    )


def _background(background: Background, assets: Assets) -> BackgroundV2:
    if background.image is None:
        assert background.color is not None
        return ColorBackground(value=background.color)
    url, asset_id = _file(background.image, assets)
    return ImageBackground(url=url, image_asset_id=asset_id)


def _shape(job: Job) -> str:
    """Width to height."""
    if job.options.aspect_ratio is not None:
        return job.options.aspect_ratio
    new_look = (job.v2 or _PLAIN).new_look
    if new_look is not None:
        return _SHAPES[new_look.orientation]
    return _SHAPES[job.avatar.orientation] if isinstance(job.avatar, GeneratedPhoto) else "16:9"


def _dimension(job: Job) -> Dimension:
    wide, tall = _SHARES[_shape(job)]
    unit = _SIDES[job.options.resolution or "720p"] / min(wide, tall)
    return Dimension(width=round(unit * wide), height=round(unit * tall))
