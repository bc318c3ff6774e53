"""Videos on the wire: from an avatar or a picture, alone or in batches; and what becomes of them.

Source: HeyGen v3 contract and behaviour notes sections 6.1, 9 and 11, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.rules import CALLBACK, ID, Count, Text
from heygen_async.api.v3.batches import BATCH_MOST
from heygen_async.api.v3.cinematic import CreateVideoFromCinematicAvatar
from heygen_async.api.v3.inputs import AssetInput
from heygen_async.api.v3.speech import Spoken
from heygen_async.api.v3.studio import CreateVideoFromStudio
from heygen_async.api.v3.video_looks import (
    MOTION,
    AvatarFit,
    BackgroundSetting,
    CaptionSetting,
    EngineConfig,
    Expressiveness,
    VideoAspectRatio,
    VideoOutputFormat,
    VideoResolution,
    WatermarkInput,
    check_motion,
)
from heygen_async.api.values import Request, Resource, optional, signed, tag
from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState, Progress, Words

__all__ = [
    "CreateVideoBatchRequest",
    "CreateVideoFromAvatar",
    "CreateVideoFromImage",
    "CreateVideoRequest",
    "CreatedVideo",
    "DeletedVideo",
    "VideoDetail",
    "VideoStatus",
]


class VideoStatus(OpenWord):
    """How far a video is; the answer to its creation says ``waiting``."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


# --- requests ------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class _SpokenVideo(Spoken):
    """What videos of an avatar and of a picture have in common."""

    title: str | None = optional(Text(1))
    resolution: VideoResolution | str | None = optional()
    aspect_ratio: VideoAspectRatio | str | None = optional(served="16:9")
    fit: AvatarFit | str | None = optional()
    background: BackgroundSetting | None = optional()
    remove_background: bool | None = optional()
    output_format: VideoOutputFormat | str | None = optional(served="mp4")
    motion_prompt: str | None = optional(MOTION)
    expressiveness: Expressiveness | str | None = optional()
    caption: CaptionSetting | None = optional()
    watermark: WatermarkInput | None = optional()
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))


@attrs.frozen(kw_only=True)
class CreateVideoFromAvatar(_SpokenVideo):
    """A video of an avatar that speaks.

    Attributes:
        avatar_id: the id of a *look*; a group's id is refused by the server.
        script: what is spoken, 1 to 5000 characters; or one of the two audio fields.
        audio_url: recorded speech at a public address, WAV or MP3 of at most 600 seconds.
        audio_asset_id: recorded speech that was uploaded.
        voice_id: who speaks the script; may be left out if the look has a default voice.
        voice_settings: how it is spoken.
        engine: which model renders; must be among the look's ``supported_api_engines``.
        title: for display and for search.
        resolution: of the shorter side.
        aspect_ratio: of the frame.
        fit: how the avatar fills it.
        background: behind the avatar; not with ``webm``, which is transparent.
        remove_background: take away the background of the look's own picture.
        output_format: ``mp4`` or ``webm``; ``webm`` needs a look that supports matting.
        motion_prompt: how the avatar moves, in words; not with ``avatar_iii``.
        expressiveness: how much it moves; for photo avatars with ``avatar_iv``.
        caption: captions, as a file or in the picture.
        watermark: a picture over the video.
        callback_url: https address that is told when the video settles; it is not signed.
        callback_id: comes back in that message.
    """

    avatar_id: str = attrs.field(validator=ID)
    engine: EngineConfig | None = optional()
    type: str = tag("avatar")

    def _cohere(self) -> None:
        self._check_speech(own_voice=True)
        check_motion(
            self,
            engine=self.engine,
            motion_prompt=self.motion_prompt,
            expressiveness=self.expressiveness,
        )
        _check_background(self, self.output_format, self.background)


@attrs.frozen(kw_only=True)
class CreateVideoFromImage(_SpokenVideo):
    """A video of a picture that speaks, without an avatar being made of it.

    Attributes:
        image: the picture, with one face.
        voice_id: who speaks the script; needed with one, for a picture has no voice.

    The other fields are those of ``CreateVideoFromAvatar``; there is no choice of engine.
    """

    image: AssetInput
    type: str = tag("image")

    def _cohere(self) -> None:
        self._check_speech(own_voice=False)
        _check_background(self, self.output_format, self.background)


CreateVideoRequest = (
    CreateVideoFromAvatar
    | CreateVideoFromImage
    | CreateVideoFromCinematicAvatar
    | CreateVideoFromStudio
)
"""The four kinds of videos."""


@attrs.frozen(kw_only=True)
class CreateVideoBatchRequest(Request):
    """Up to 100 videos in one request.

    Attributes:
        videos: 1 to 100; each is made, fails and is charged by itself.
        title: for the batch.
        callback_url: https address that is told once, when all have settled.
    """

    videos: Sequence[CreateVideoRequest] = attrs.field(validator=Count(1, BATCH_MOST))
    title: str | None = optional(Text(1))
    callback_url: str | None = optional(CALLBACK)


# --- answers -------------------------------------------------------------------------------------


@attrs.frozen
class CreatedVideo(Resource):
    """A video that was accepted.

    Attributes:
        video_id: its id, which is called ``id`` everywhere else.
        status: ``waiting`` as a rule.
        output_format: as asked for.
    """

    video_id: str
    status: str
    output_format: VideoOutputFormat = VideoOutputFormat.MP4


@attrs.frozen
class VideoDetail(Resource):
    """A video; addresses are signed and end, a new look at the video gives fresh ones.

    Attributes:
        id: its id.
        status: how far it is.
        title: as given.
        created_at: unix seconds.
        completed_at: unix seconds, None until then.
        duration: seconds, None until it is completed.
        video_url: the file, None until it is completed.
        thumbnail_url: a still, likewise.
        gif_url: a short animation.
        subtitle_url: the caption file, only if captions were asked for.
        captioned_video_url: the video with captions in the picture, only if a style was asked for.
        video_page_url: a page of HeyGen's app, not a file.
        folder_id: where it lies.
        output_language: of translated videos.
        failure_code: why it failed, such as ``rendering_failed``; may be None even then.
        failure_message: the same in words; may be None even then.
    """

    id: str
    status: VideoStatus
    title: str | None = None
    created_at: int | None = None
    completed_at: int | None = None
    duration: float | None = None
    video_url: str | None = signed()
    thumbnail_url: str | None = signed()
    gif_url: str | None = signed()
    subtitle_url: str | None = signed()
    captioned_video_url: str | None = signed()
    video_page_url: str | None = signed()
    folder_id: str | None = None
    output_language: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure."""
        return _WORDS.read(self.status, code=self.failure_code, reason=self.failure_message)


@attrs.frozen
class DeletedVideo(Resource):
    """The id of the video that was deleted."""

    id: str
    deleted: bool = True


_WORDS = Words.of({"completed": Progress.DONE, "failed": Progress.FAILED})


def _check_background(
    request: object,
    output_format: VideoOutputFormat | str | None,
    background: BackgroundSetting | None,
) -> None:
    if output_format == VideoOutputFormat.WEBM and background is not None:
        raise InvalidInputError.of(
            f"{type(request).__name__}.background",
            "must be left out of a webm, which is transparent",
            background.type,
        )
