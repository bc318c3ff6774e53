"""What a v2 video is made of: who is seen, what is heard, what stands behind, scene by scene.

Source: HeyGen v2 contract and behaviour notes sections 3 and 5, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.api.rules import COLOUR, ID, URL, Between, Text, exactly_one
from heygen_async.api.v2.video_words import (
    AvatarStyle,
    BackgroundFit,
    Expression,
    PlayStyle,
    TalkingPhotoStyle,
    TalkingStyle,
    VoiceEmotion,
)
from heygen_async.api.values import Request, optional, tag

__all__ = [
    "AudioVoice",
    "AvatarCharacter",
    "BackgroundV2",
    "Character",
    "ColorBackground",
    "Dimension",
    "ElevenLabsSettings",
    "ImageBackground",
    "Offset",
    "SilenceVoice",
    "TalkingPhotoCharacter",
    "TextVoice",
    "VideoBackground",
    "VideoInput",
    "Voice",
]

#: Characters of a script; older pages say 1500 or 2000.
SCRIPT = Text(1, 5000)

_SHARE = Between(0, 1)
_SCALE = Between(0, 5)
_SPEED = Between(0.5, 1.5)
_PITCH = Between(-50, 50)
# Strictly between 128 and 4096, and even.
_SIDE = Between(130, 4094, step=2)


# --- who is seen ---------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Offset(Request):
    """How far from its place something stands, in shares of the frame."""

    x: float | None = optional(served=0)
    y: float | None = optional(served=0)


@attrs.frozen(kw_only=True)
class TalkingPhotoCharacter(Request):
    """A photo that speaks: a look of a photo avatar, or an uploaded talking photo.

    Attributes:
        talking_photo_id: the *look's* id. Photo looks are never an ``avatar_id``.
        scale: 0 to 5.
        talking_photo_style: the cut-out.
        offset: where it stands.
        talking_style: how much it moves.
        expression: its face.
        super_resolution: make the face sharper.
        matting: take away the photo's own background.
        circle_background_color: behind a circle, ``#1a2b3c``.
        use_avatar_iv_model: the newer engine; some looks are refused without it.
        prompt: how it moves.
        custom_motion_prompt: the same, for the newer engine.
        keep_original_prompt: do not let HeyGen rewrite the prompt.
    """

    talking_photo_id: str = attrs.field(validator=ID)
    scale: float | None = optional(_SCALE, served=1)
    talking_photo_style: TalkingPhotoStyle | str | None = optional()
    offset: Offset | None = optional()
    talking_style: TalkingStyle | str | None = optional()
    expression: Expression | str | None = optional()
    super_resolution: bool | None = optional()
    matting: bool | None = optional()
    circle_background_color: str | None = optional(COLOUR)
    use_avatar_iv_model: bool | None = optional(served=False)
    prompt: str | None = optional(Text(1))
    custom_motion_prompt: str | None = optional(Text(1))
    keep_original_prompt: bool | None = optional()
    type: str = tag("talking_photo")


@attrs.frozen(kw_only=True)
class AvatarCharacter(Request):
    """A video avatar that speaks: HeyGen's stock, or one's own made of footage.

    Attributes:
        avatar_id: of the avatar; a photo look is refused here.
        scale: 0 to 5.
        avatar_style: the cut-out.
        offset: where it stands.
        matting: take away its own background.
        circle_background_color: behind a circle, ``#1a2b3c``.
        use_avatar_iv_model: the newer engine.
    """

    avatar_id: str = attrs.field(validator=ID)
    scale: float | None = optional(_SCALE, served=1)
    avatar_style: AvatarStyle | str | None = optional()
    offset: Offset | None = optional()
    matting: bool | None = optional()
    circle_background_color: str | None = optional(COLOUR)
    use_avatar_iv_model: bool | None = optional()
    type: str = tag("avatar")


Character = TalkingPhotoCharacter | AvatarCharacter
"""Who is seen in a scene."""


# --- what is heard -------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ElevenLabsSettings(Request):
    """For voices of ElevenLabs; all shares are 0 to 1."""

    model: str | None = optional(Text(1))
    similarity_boost: float | None = optional(_SHARE)
    stability: float | None = optional(_SHARE)
    style: float | None = optional(_SHARE)


@attrs.frozen(kw_only=True)
class TextVoice(Request):
    """A script, spoken.

    Attributes:
        voice_id: who speaks.
        input_text: the script, 1 to 5000 characters.
        speed: 0.5 to 1.5 times the normal pace.
        pitch: -50 to 50.
        emotion: only for voices with ``emotion_support``.
        locale: an accent, such as ``en-GB``, for voices with ``support_locale``.
        elevenlabs_settings: for voices of that engine.
    """

    voice_id: str = attrs.field(validator=ID)
    input_text: str = attrs.field(validator=SCRIPT)
    speed: float | None = optional(_SPEED, served=1)
    pitch: int | None = optional(_PITCH, served=0)
    emotion: VoiceEmotion | str | None = optional()
    locale: str | None = optional(Text(1))
    elevenlabs_settings: ElevenLabsSettings | None = optional()
    type: str = tag("text")


@attrs.frozen(kw_only=True)
class AudioVoice(Request):
    """Recorded speech: exactly one of an address and an asset."""

    audio_url: str | None = optional(URL)
    audio_asset_id: str | None = optional(ID)
    type: str = tag("audio")

    def _cohere(self) -> None:
        exactly_one(
            "AudioVoice", {"audio_url": self.audio_url, "audio_asset_id": self.audio_asset_id}
        )


@attrs.frozen(kw_only=True)
class SilenceVoice(Request):
    """Nothing, for so many seconds: 1 to 100, which is not verified."""

    duration: float | None = optional(Between(1, 100), served=1)
    type: str = tag("silence")


Voice = TextVoice | AudioVoice | SilenceVoice
"""What is heard in a scene."""


# --- what stands behind --------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class ColorBackground(Request):
    """A colour, such as ``#1a2b3c``."""

    value: str = attrs.field(validator=COLOUR)
    type: str = tag("color")


@attrs.frozen(kw_only=True)
class ImageBackground(Request):
    """A picture: exactly one of an address and an asset; ``fit`` says how it fills the frame."""

    url: str | None = optional(URL)
    image_asset_id: str | None = optional(ID)
    fit: BackgroundFit | str | None = optional()
    type: str = tag("image")

    def _cohere(self) -> None:
        exactly_one("ImageBackground", {"url": self.url, "image_asset_id": self.image_asset_id})


@attrs.frozen(kw_only=True)
class VideoBackground(Request):
    """A video: exactly one of an address and an asset, and how it is played and fills the frame."""

    url: str | None = optional(URL)
    video_asset_id: str | None = optional(ID)
    play_style: PlayStyle | str | None = optional()
    fit: BackgroundFit | str | None = optional()
    type: str = tag("video")

    def _cohere(self) -> None:
        exactly_one("VideoBackground", {"url": self.url, "video_asset_id": self.video_asset_id})


BackgroundV2 = ColorBackground | ImageBackground | VideoBackground
"""What stands behind the one who is seen."""


# --- the whole -----------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class VideoInput(Request):
    """A scene.

    Attributes:
        voice: what is heard.
        character: who is seen.
        background: what stands behind.
        text: words in the picture; its fields are not documented.
    """

    voice: Voice
    character: Character | None = optional()
    background: BackgroundV2 | None = optional()
    text: Mapping[str, Any] | None = optional()


@attrs.frozen(kw_only=True)
class Dimension(Request):
    """The frame in pixels; each side even, more than 128 and less than 4096."""

    width: int = attrs.field(validator=_SIDE)
    height: int = attrs.field(validator=_SIDE)
