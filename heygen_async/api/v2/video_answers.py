"""What is answered about videos, by v1 and by v2.

Source: HeyGen v2 contract and behaviour notes section 4.5, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.v2.video_words import VideoStatusValue
from heygen_async.api.values import Resource, signed
from heygen_async.models.state import JobState, Progress, Words

__all__ = [
    "AcceptedVideo",
    "V2Video",
    "VideoError",
    "VideoListItem",
    "VideoStatusV2",
]

_WORDS = Words.of({"completed": Progress.DONE, "failed": Progress.FAILED})


@attrs.frozen
class AcceptedVideo(Resource):
    """A video that was accepted. It may still fail for want of credit: v2 says so only later.

    Attributes:
        video_id: its id.
        status: ``waiting``, where the server says so at all.
    """

    video_id: str
    status: VideoStatusValue | None = None


@attrs.frozen
class VideoError(Resource):
    """Why a video failed; the code is a number or a word."""

    code: int | str | None = None
    detail: str | None = None
    message: str | None = None


@attrs.frozen
class VideoStatusV2(Resource):
    """How far a video is, as v1 tells it. Addresses are signed for seven days, anew at each look.

    Attributes:
        id: its id.
        status: how far it is.
        video_url: the file, None until it is completed; it may be missing for seconds after that.
        video_url_caption: the video with captions, which may come seconds later.
        caption_url: the caption file, likewise.
        gif_url: a short animation.
        thumbnail_url: a still.
        duration: seconds, None until it is completed.
        created_at: unix seconds.
        callback_id: as given.
        error: why it failed. A completed video may have one too: the free plan's watermark.
    """

    id: str
    status: VideoStatusValue | None = None
    video_url: str | None = signed()
    video_url_caption: str | None = signed()
    caption_url: str | None = signed()
    gif_url: str | None = signed()
    thumbnail_url: str | None = signed()
    duration: float | None = None
    created_at: float | None = None
    callback_id: str | None = None
    error: VideoError | str | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure; an error alone is none."""
        match self.error:
            case VideoError() as told:
                code = None if told.code is None else str(told.code)
                return _WORDS.read(self.status, code=code, reason=told.detail or told.message)
            case reason:
                return _WORDS.read(self.status, reason=reason or None)


@attrs.frozen
class VideoListItem(Resource):
    """A line of v1's list of videos; ``created_at`` in unix seconds."""

    video_id: str
    status: VideoStatusValue | None = None
    video_title: str | None = None
    created_at: float | None = None
    type: str | None = None
    folder_id: str | None = None

    @property
    def state(self) -> JobState:
        """What the status means; the list tells no reason of a failure."""
        return _WORDS.read(self.status)


@attrs.frozen
class V2Video(Resource):
    """A video, as v2 tells of it. Addresses are signed, and made anew at each look.

    Attributes:
        id: its id.
        status: how far it is.
        title: as given.
        video_url: the file, None until it is completed.
        thumbnail_url: a still.
        gif_url: a short animation.
        captioned_video_url: the video with captions in the picture.
        subtitle_url: the caption file.
        duration: seconds, None until it is completed.
        created_at: unix seconds.
        completed_at: unix seconds, None until then.
        folder_id: where it lies.
        output_language: of translated videos.
        failure_code: why it failed.
        failure_message: the same in words.
    """

    id: str
    status: VideoStatusValue | None = None
    title: str | None = None
    video_url: str | None = signed()
    thumbnail_url: str | None = signed()
    gif_url: str | None = signed()
    captioned_video_url: str | None = signed()
    subtitle_url: str | None = signed()
    duration: float | None = None
    created_at: float | None = None
    completed_at: float | None = None
    folder_id: str | None = None
    output_language: str | None = None
    failure_code: str | None = None
    failure_message: str | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure."""
        return _WORDS.read(self.status, code=self.failure_code, reason=self.failure_message)
