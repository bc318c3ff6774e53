"""What a user asks for: somebody who speaks, what is said, and how the video should look.

Nothing here does I/O or knows a wire format; each dialect narrows these values to what it can do.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import attrs
from attrs.validators import optional

from heygen_async.errors import InvalidInputError
from heygen_async.models import check
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.source import Media
from heygen_async.models.stock import Article, StockAvatar, Topic
from heygen_async.models.v2 import V2Options

__all__ = [
    "AnimatedImage",
    "Audio",
    "Background",
    "Captions",
    "Job",
    "Look",
    "Photo",
    "Prompt",
    "Script",
    "VideoOptions",
    "Watermark",
]

# HeyGen usage limits, read 2026-11-20.
SCRIPT_LIMIT = 5000
PROMPT_LIMIT = 1000
REFERENCE_LIMIT = 3

# CreateVideoFromAvatar and CreateVideoFromImage in the v3 contract of 2026-07.
RESOLUTIONS = ("4k", "1080p", "720p")
ASPECT_RATIOS = ("16:9", "9:16", "4:5", "5:4", "1:1", "auto")
EXPRESSIVENESS = ("high", "medium", "low")
FITS = ("contain", "cover")
ENGINES = ("avatar_v", "avatar_iv", "avatar_iii")
FORMATS = ("mp4", "webm")
CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")

_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


def _tuple(media: Iterable[Media]) -> tuple[Media, ...]:
    try:
        return tuple(media)
    except TypeError as error:
        rule = "must be a list of Media"
        raise InvalidInputError.of("Prompt.references", rule, media) from error


# --- who speaks ----------------------------------------------------------------------------------


@attrs.frozen
class Photo(Media):
    """A photo that becomes an avatar: uploaded once, trained once, however many jobs use it.

    Attributes:
        name: the avatar's name in HeyGen; None takes the file's.
        group_id: an existing avatar group that the new look joins; None makes a group.
    """

    name: str | None = attrs.field(default=None, kw_only=True, validator=optional(check.filled))
    group_id: str | None = attrs.field(default=None, kw_only=True, validator=optional(check.filled))


@attrs.frozen
class AnimatedImage(Media):
    """An image that is animated as it is, without an avatar being made of it."""


@attrs.frozen
class Prompt:
    """An avatar made from words.

    Attributes:
        text: what the person looks like, 1 to 1000 characters.
        name: the avatar's name in HeyGen.
        references: up to three images that it should resemble.
        group_id: an existing avatar group that the new look joins; None makes a group.
        look_id: an existing look as visual reference.
    """

    text: str = attrs.field(validator=check.text(PROMPT_LIMIT))
    name: str = attrs.field(default="Prompt avatar", kw_only=True, validator=check.filled)
    references: tuple[Media, ...] = attrs.field(
        default=(), kw_only=True, converter=_tuple, validator=check.few((Media,), REFERENCE_LIMIT)
    )
    group_id: str | None = attrs.field(default=None, kw_only=True, validator=optional(check.filled))
    look_id: str | None = attrs.field(default=None, kw_only=True, validator=optional(check.filled))


@attrs.frozen
class Look:
    """An avatar look that exists already, a public preset or one of the account.

    Attributes:
        id: the look's id, what videos call ``avatar_id``; a group's id is refused by HeyGen.
    """

    id: str = attrs.field(validator=check.filled)


# --- what is said --------------------------------------------------------------------------------


@attrs.frozen
class Script:
    """Text to be spoken.

    Attributes:
        text: 1 to 5000 characters, of which one is a letter or a digit, and none a control
            character but tabs and newlines.
        voice_id: who speaks; None takes the avatar's own voice, where it has one.
        speed: 0.5 to 1.5 times.
        pitch: -50 to 50 semitone steps as HeyGen counts them.
        volume: 0 to 1.
        locale: an accent such as ``en-GB``, for voices that support one.
        engine_settings: tunables of the voice's engine, as in the contract's EngineSettings.
    """

    text: str = attrs.field(validator=[check.text(SCRIPT_LIMIT), check.spoken])
    voice_id: str | None = attrs.field(default=None, kw_only=True, validator=optional(check.filled))
    speed: float | None = attrs.field(
        default=None, kw_only=True, validator=optional(check.between(0.5, 1.5))
    )
    pitch: float | None = attrs.field(
        default=None, kw_only=True, validator=optional(check.between(-50, 50))
    )
    volume: float | None = attrs.field(
        default=None, kw_only=True, validator=optional(check.between(0, 1))
    )
    locale: str | None = attrs.field(default=None, kw_only=True, validator=optional(check.filled))
    engine_settings: Mapping[str, Any] | None = attrs.field(
        default=None, kw_only=True, validator=optional(check.instance((dict,)))
    )


@attrs.frozen
class Audio(Media):
    """A recording that drives the avatar instead of a script: WAV or MP3, up to 600 s."""


# --- how it looks --------------------------------------------------------------------------------


@attrs.frozen
class Background:
    """What is behind the avatar: a colour or an image, exactly one of them.

    Attributes:
        color: six hex digits, such as ``#1a2b3c``.
        image: an image file, bytes, address or asset.
    """

    color: str | None = None
    image: Media | None = attrs.field(
        default=None, kw_only=True, validator=optional(check.instance((Media,)))
    )

    def __attrs_post_init__(self) -> None:
        if (self.color is None) == (self.image is None):
            raise InvalidInputError(
                "Background takes exactly one of color and image", field="Background.color"
            )
        if self.color is not None and not _COLOR.fullmatch(str(self.color)):
            raise InvalidInputError.of(
                "Background.color", "must be six hex digits like #1a2b3c", self.color
            )


@attrs.frozen
class Captions:
    """Subtitles as an SRT beside the video.

    Attributes:
        styled: also a second video with the captions burnt in.
    """

    styled: bool = attrs.field(default=False, validator=check.instance((bool,)))


@attrs.frozen
class Watermark:
    """An image on top of the video.

    Attributes:
        image: an image file, bytes, address or asset.
        opacity: 0 to 1.
        scale: above 0, up to 2.
        position: a corner.
        offset_x: -1 to 1 of the width, None for HeyGen's margin.
        offset_y: -1 to 1 of the height, None for HeyGen's margin.
    """

    image: Media = attrs.field(validator=check.instance((Media,)))
    opacity: float = attrs.field(default=1.0, kw_only=True, validator=check.between(0, 1))
    scale: float = attrs.field(default=1.0, kw_only=True, validator=check.between(0.001, 2))
    position: str = attrs.field(
        default="bottom_right", kw_only=True, validator=check.one_of(CORNERS)
    )
    offset_x: float | None = attrs.field(
        default=None, kw_only=True, validator=optional(check.between(-1, 1))
    )
    offset_y: float | None = attrs.field(
        default=None, kw_only=True, validator=optional(check.between(-1, 1))
    )


def _background(value: Background | str | None) -> Background | None:
    return Background(value) if isinstance(value, str) else value


def _captions(value: Captions | bool | None) -> Captions | None:
    match value:
        case True:
            return Captions()
        case False:
            return None
    return value


@attrs.frozen(kw_only=True)
class VideoOptions:
    """How the video is rendered; None leaves a choice to HeyGen.

    Attributes:
        title: the video's name in HeyGen.
        resolution: ``4k``, ``1080p`` or ``720p``.
        aspect_ratio: ``16:9``, ``9:16``, ``4:5``, ``5:4``, ``1:1``, or ``auto`` for the photo's.
        fit: ``contain`` or ``cover``.
        background: a Background, or a colour such as ``#1a2b3c``.
        remove_background: cut the avatar out.
        captions: Captions, or True for the SRT alone.
        engine: ``avatar_v``, ``avatar_iv`` or ``avatar_iii``; read a look's
            ``supported_api_engines``.
        expressiveness: ``high``, ``medium`` or ``low``; photo avatars on avatar_iv only.
        motion_prompt: how the body moves, in words; not with avatar_iii.
        output_format: ``mp4``, or ``webm`` with a transparent background.
        watermark: an image on top.
        callback_url: an https address that HeyGen calls when the video ended.
        callback_id: comes back in that call.
    """

    title: str | None = attrs.field(default=None, validator=optional(check.filled))
    resolution: Literal["4k", "1080p", "720p"] | None = attrs.field(
        default=None, validator=optional(check.one_of(RESOLUTIONS))
    )
    aspect_ratio: Literal["16:9", "9:16", "4:5", "5:4", "1:1", "auto"] | None = attrs.field(
        default=None, validator=optional(check.one_of(ASPECT_RATIOS))
    )
    fit: Literal["contain", "cover"] | None = attrs.field(
        default=None, validator=optional(check.one_of(FITS))
    )
    background: Background | None = attrs.field(
        default=None, converter=_background, validator=optional(check.instance((Background,)))
    )
    remove_background: bool | None = attrs.field(
        default=None, validator=optional(check.instance((bool,)))
    )
    captions: Captions | None = attrs.field(
        default=None, converter=_captions, validator=optional(check.instance((Captions,)))
    )
    engine: Literal["avatar_v", "avatar_iv", "avatar_iii"] | None = attrs.field(
        default=None, validator=optional(check.one_of(ENGINES))
    )
    expressiveness: Literal["high", "medium", "low"] | None = attrs.field(
        default=None, validator=optional(check.one_of(EXPRESSIVENESS))
    )
    motion_prompt: str | None = attrs.field(default=None, validator=optional(check.filled))
    output_format: Literal["mp4", "webm"] = attrs.field(
        default="mp4", validator=check.one_of(FORMATS)
    )
    watermark: Watermark | None = attrs.field(
        default=None, validator=optional(check.instance((Watermark,)))
    )
    callback_url: str | None = attrs.field(default=None, validator=optional(check.https))
    callback_id: str | None = attrs.field(default=None, validator=optional(check.filled))

    def __attrs_post_init__(self) -> None:
        if self.output_format == "webm" and self.background is not None:
            raise InvalidInputError.of(
                "VideoOptions.background",
                "cannot go with output_format 'webm', which is transparent",
                self.background,
            )
        if self.engine == "avatar_iii" and self.motion_prompt is not None:
            raise InvalidInputError.of(
                "VideoOptions.motion_prompt", "needs avatar_iv or avatar_v", self.engine
            )
        if self.expressiveness is not None and self.engine not in (None, "avatar_iv"):
            raise InvalidInputError.of(
                "VideoOptions.expressiveness", "needs avatar_iv", self.engine
            )


# --- the job -------------------------------------------------------------------------------------


def _fspath(value: str | os.PathLike[str] | None) -> str | None:
    return os.fspath(value) if isinstance(value, os.PathLike) else value


@attrs.frozen(kw_only=True)
class Job:
    """One video to be made.

    Attributes:
        avatar: who speaks.
        speech: what is said.
        options: how the video looks.
        v2: what HeyGen v2 does with the avatar before it speaks; only its dialect can.
        output: the file the video is written to; None only makes the video.
        id: names the job in the journal: the same id is the same job, and is made and paid once.
            None derives it from everything else, so the same job asked for twice is made once;
            give two ids to get two takes of it.
    """

    avatar: Photo | AnimatedImage | Prompt | GeneratedPhoto | Look | StockAvatar = attrs.field(
        validator=check.instance((Photo, AnimatedImage, Prompt, GeneratedPhoto, Look, StockAvatar))
    )
    speech: Script | Audio | Topic | Article = attrs.field(
        validator=check.instance((Script, Audio, Topic, Article))
    )
    options: VideoOptions = attrs.field(
        default=VideoOptions(), validator=check.instance((VideoOptions,))
    )
    v2: V2Options | None = attrs.field(
        default=None, validator=optional(check.instance((V2Options,)))
    )
    output: str | None = attrs.field(
        default=None, converter=_fspath, validator=optional(check.path)
    )
    id: str | None = attrs.field(default=None, validator=optional(check.filled))

    def __attrs_post_init__(self) -> None:
        image = isinstance(self.avatar, AnimatedImage)
        if image and isinstance(self.speech, Script) and self.speech.voice_id is None:
            raise InvalidInputError.of(
                "Script.voice_id",
                "must be given for an AnimatedImage, which has no own voice",
                None,
            )
        if image and self.options.engine is not None:
            raise InvalidInputError.of(
                "VideoOptions.engine", "cannot be chosen for an AnimatedImage", self.options.engine
            )
