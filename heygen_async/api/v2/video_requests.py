"""The three ways to ask v2 for a video.

Source: HeyGen v2 contract and behaviour notes section 5, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.rules import CALLBACK, COLOUR, ID, URL, Between, Count, Text, exactly_one
from heygen_async.api.v2.video_parts import SCRIPT, Dimension, TextVoice, VideoInput
from heygen_async.api.v2.video_words import (
    Av4Fit,
    Av4Orientation,
    V2AspectRatio,
    V2Expressiveness,
)
from heygen_async.api.values import Request, optional
from heygen_async.errors import InvalidInputError

__all__ = [
    "Av4GenerateRequest",
    "V2BackgroundSimple",
    "V2VideoCreateRequest",
    "V2VoiceSettings",
    "VideoGenerateRequest",
]

#: Scenes of a video.
SCENES_MOST = 50


@attrs.frozen(kw_only=True)
class VideoGenerateRequest(Request):
    """A video of one or more scenes.

    Attributes:
        video_inputs: 1 to 50 scenes.
        caption: draw captions; only scripts have some, not recorded speech.
        title: for display, and to find it again.
        callback_id: comes back in the message to ``callback_url``, and in the status.
        callback_url: https address that is told when the video settles.
        dimension: the frame. Say it always: documents disagree on the default, and the free plan
            takes no more than 1280 by 720.
        folder_id: where it is put.
        test: an old switch for a watermark; it counts against a trial's limit all the same.
        aspect_ratio: an old way to say the frame.
    """

    video_inputs: Sequence[VideoInput] = attrs.field(validator=Count(1, SCENES_MOST))
    caption: bool | None = optional(served=False)
    title: str | None = optional(Text(1))
    callback_id: str | None = optional(Text(1))
    callback_url: str | None = optional(CALLBACK)
    dimension: Dimension | None = optional()
    folder_id: str | None = optional(ID)
    test: bool | None = optional()
    aspect_ratio: str | None = optional(Text(1))

    def _cohere(self) -> None:
        if self.caption and not any(isinstance(one.voice, TextVoice) for one in self.video_inputs):
            raise InvalidInputError.of(
                "VideoGenerateRequest.caption", "needs a scene with a TextVoice", self.caption
            )


@attrs.frozen(kw_only=True)
class Av4GenerateRequest(Request):
    """An Avatar IV video of one photo, without a group or training.

    Attributes:
        image_key: of the photo, an uploaded asset's ``image_key``.
        video_title: for display; the server refuses a video without one.
        script: what is spoken, 1 to 5000 characters, by ``voice_id``; or one of the audio fields.
        voice_id: who speaks; one of HeyGen's pages wants it beside audio as well.
        audio_url: recorded speech at a public address.
        audio_asset_id: recorded speech that was uploaded.
        video_orientation: the frame.
        fit: how the photo fills it.
        custom_motion_prompt: how the person moves.
        enhance_custom_motion_prompt: let HeyGen rewrite that.
        callback_url: https address that is told when the video settles.
        callback_id: comes back in that message.
    """

    image_key: str = attrs.field(validator=ID)
    video_title: str = attrs.field(validator=ID)
    script: str | None = optional(SCRIPT)
    voice_id: str | None = optional(ID)
    audio_url: str | None = optional(URL)
    audio_asset_id: str | None = optional(ID)
    video_orientation: Av4Orientation | str | None = optional(served="portrait")
    fit: Av4Fit | str | None = optional()
    custom_motion_prompt: str | None = optional(Text(1))
    enhance_custom_motion_prompt: bool | None = optional(served=False)
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))

    def _cohere(self) -> None:
        name = "Av4GenerateRequest"
        audio = {"audio_url": self.audio_url, "audio_asset_id": self.audio_asset_id}
        # One page of HeyGen's wants a script beside audio too, so both together may pass.
        exactly_one(name, audio, least=0)
        if self.script is None and not any(audio.values()):
            exactly_one(name, {"script": None, **audio})
        if self.script is not None and self.voice_id is None:
            raise InvalidInputError.of(f"{name}.voice_id", "must be given with a script", None)


@attrs.frozen(kw_only=True)
class V2BackgroundSimple(Request):
    """A colour or a picture behind the avatar.

    Attributes:
        type: ``color`` or ``image``.
        value: the colour, ``#1a2b3c``.
        url: the picture's address.
        asset_id: the asset it was uploaded as.
    """

    type: str = attrs.field(validator=ID)
    value: str | None = optional()
    url: str | None = optional(URL)
    asset_id: str | None = optional(ID)

    def _cohere(self) -> None:
        if self.type == "color":
            COLOUR.check("V2BackgroundSimple.value", self.value or "")
        elif self.type == "image":
            exactly_one("V2BackgroundSimple", {"url": self.url, "asset_id": self.asset_id})


@attrs.frozen(kw_only=True)
class V2VoiceSettings(Request):
    """How a script is spoken.

    Attributes:
        speed: 0.5 to 1.5 times the normal pace.
        pitch: -50 to 50.
        locale: an accent, such as ``en-GB``.
    """

    speed: float | None = optional(Between(0.5, 1.5), served=1)
    pitch: float | None = optional(Between(-50, 50), served=0)
    locale: str | None = optional(Text(1))


@attrs.frozen(kw_only=True)
class V2VideoCreateRequest(Request):
    """A video of an avatar or a picture, in the words of v2's last form.

    Attributes:
        avatar_id: the avatar or look; or one of the two pictures.
        image_url: a picture at a public address.
        image_asset_id: a picture that was uploaded.
        script: what is spoken, at most 5000 characters; or one of the audio fields.
        voice_id: who speaks it.
        audio_url: recorded speech at a public address.
        audio_asset_id: recorded speech that was uploaded.
        title: for display, and to find it again.
        resolution: ``720p`` or ``1080p``; the list is open.
        aspect_ratio: of the frame.
        motion_prompt: how the avatar moves.
        expressiveness: how much.
        remove_background: take away the picture's own.
        background: behind the avatar.
        voice_settings: how the script is spoken.
        callback_url: https address that is told when the video settles.
        callback_id: comes back in that message.
    """

    avatar_id: str | None = optional(ID)
    image_url: str | None = optional(URL)
    image_asset_id: str | None = optional(ID)
    script: str | None = optional(SCRIPT)
    voice_id: str | None = optional(ID)
    audio_url: str | None = optional(URL)
    audio_asset_id: str | None = optional(ID)
    title: str | None = optional(Text(1))
    resolution: str | None = optional(Text(1), served="1080p")
    aspect_ratio: V2AspectRatio | str | None = optional(served="16:9")
    motion_prompt: str | None = optional(Text(1))
    expressiveness: V2Expressiveness | str | None = optional()
    remove_background: bool | None = optional()
    background: V2BackgroundSimple | None = optional()
    voice_settings: V2VoiceSettings | None = optional()
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))

    def _cohere(self) -> None:
        for names in (
            ("avatar_id", "image_url", "image_asset_id"),
            ("script", "audio_url", "audio_asset_id"),
        ):
            exactly_one("V2VideoCreateRequest", {name: getattr(self, name) for name in names})
