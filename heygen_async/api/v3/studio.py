"""Studio videos: up to 50 scenes in a row, rendered as one video, all or nothing.

Source: HeyGen v3 contract and behaviour notes section 11, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.rules import CALLBACK, COLOUR, ID, Between, Count, Text
from heygen_async.api.v3.inputs import AssetInput
from heygen_async.api.v3.speech import Spoken
from heygen_async.api.v3.video_looks import (
    MOTION,
    CaptionSetting,
    EngineConfig,
    Expressiveness,
    VideoAspectRatio,
    VideoResolution,
    WatermarkInput,
    check_motion,
)
from heygen_async.api.values import Request, optional, tag

__all__ = [
    "AvatarVideoScene",
    "CreateVideoFromStudio",
    "ImageScene",
    "ScenePlayback",
    "StudioAvatarInput",
    "StudioBackgroundInput",
    "StudioColorBackgroundInput",
    "StudioImageInput",
    "StudioScene",
    "StudioSceneInput",
    "VideoScene",
]


@attrs.frozen
class StudioColorBackgroundInput(Request):
    """A colour behind the avatar.

    Attributes:
        color: six hexadecimal digits, ``#1a2b3c``.
    """

    color: str = attrs.field(validator=COLOUR)
    type: str = tag("color")


StudioBackgroundInput = StudioColorBackgroundInput


@attrs.frozen(kw_only=True)
class StudioAvatarInput(Spoken):
    """An avatar that speaks in a scene; fields as in ``CreateVideoFromAvatar``."""

    avatar_id: str = attrs.field(validator=ID)
    engine: EngineConfig | None = optional()
    background: StudioBackgroundInput | None = optional()
    motion_prompt: str | None = optional(MOTION)
    expressiveness: Expressiveness | str | None = optional()
    type: str = tag("avatar")

    def _cohere(self) -> None:
        self._check_speech(own_voice=True)
        check_motion(
            self,
            engine=self.engine,
            motion_prompt=self.motion_prompt,
            expressiveness=self.expressiveness,
        )


@attrs.frozen(kw_only=True)
class StudioImageInput(Spoken):
    """A picture that speaks in a scene; fields as in ``CreateVideoFromImage``."""

    image: AssetInput
    motion_prompt: str | None = optional(MOTION)
    expressiveness: Expressiveness | str | None = optional()
    type: str = tag("image")

    def _cohere(self) -> None:
        self._check_speech(own_voice=False)


StudioSceneInput = StudioAvatarInput | StudioImageInput
"""Who speaks in a scene."""


@attrs.frozen
class AvatarVideoScene(Request):
    """A scene in which somebody speaks."""

    input: StudioSceneInput
    type: str = tag("avatar_video")


@attrs.frozen(kw_only=True)
class ImageScene(Spoken):
    """A still picture, silent or with a voice over it.

    Attributes:
        source: the picture.
        duration: seconds, above 0, to 300; with a voice, its length.
        script: spoken over the picture, 1 to 5000 characters; or one of the audio fields, or none.
        audio_url: recorded speech at a public address.
        audio_asset_id: recorded speech that was uploaded.
        voice_id: who speaks the script; needed with one.
        voice_settings: how it is spoken.
    """

    source: AssetInput
    duration: float | None = optional(Between(0, 300, above=True))
    type: str = tag("image")

    def _cohere(self) -> None:
        self._check_speech(own_voice=False, needed=False)


@attrs.frozen(kw_only=True)
class ScenePlayback(Request):
    """How the sound of a video scene is played.

    Attributes:
        volume: 0 to 1.
        mute: no sound at all.
    """

    volume: float | None = optional(Between(0, 1), served=1)
    mute: bool | None = optional(served=False)


@attrs.frozen
class VideoScene(Request):
    """A finished video as a scene.

    Attributes:
        source: the video.
        playback: how its sound is played.
    """

    source: AssetInput
    playback: ScenePlayback | None = optional()
    type: str = tag("video")


StudioScene = AvatarVideoScene | ImageScene | VideoScene
"""A part of a studio video."""


@attrs.frozen(kw_only=True)
class CreateVideoFromStudio(Request):
    """A video of several scenes.

    Attributes:
        scenes: 1 to 50, in their order; one that fails fails the video.
        title: for display and for search.
        resolution: of the shorter side.
        aspect_ratio: of the frame.
        caption: captions, as a file or in the picture.
        watermark: a picture over the video.
        callback_url: https address that is told when the video settles; it is not signed.
        callback_id: comes back in that message.
    """

    scenes: Sequence[StudioScene] = attrs.field(validator=Count(1, 50))
    title: str | None = optional(Text(1))
    resolution: VideoResolution | str | None = optional()
    aspect_ratio: VideoAspectRatio | str | None = optional(served="16:9")
    caption: CaptionSetting | None = optional()
    watermark: WatermarkInput | None = optional()
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))
    type: str = tag("studio")
