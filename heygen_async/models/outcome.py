"""What a user gets: the video, or why there is none; and what happened on the way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

import attrs

from heygen_async.errors import HeyGenError
from heygen_async.models.job import Job
from heygen_async.models.loss import Loss

__all__ = [
    "Joined",
    "Outcome",
    "PipelineEvent",
    "Progressed",
    "Spent",
    "Stage",
    "Stopped",
    "Video",
]


@attrs.frozen(kw_only=True)
class Video:
    """A finished video, in whatever dialect it was made.

    The addresses are signed and expire: read the video again for fresh ones. They are left out of
    the repr for the same reason.

    Attributes:
        id: the video's id.
        title: its name in HeyGen.
        duration: seconds.
        video_url: the MP4 or WebM.
        captioned_video_url: the same with captions burnt in, where that was asked for.
        subtitle_url: the captions as SRT, where they were asked for.
        thumbnail_url: a still image.
        gif_url: a short animation, where HeyGen made one.
        page_url: the video's page in HeyGen's app; not media.
        path: the file it was downloaded to, None where it was not.
        losses: what of the job's wishes the dialect could not say exactly.
    """

    id: str
    title: str | None = None
    duration: float | None = None
    video_url: str | None = attrs.field(default=None, repr=False)
    captioned_video_url: str | None = attrs.field(default=None, repr=False)
    subtitle_url: str | None = attrs.field(default=None, repr=False)
    thumbnail_url: str | None = attrs.field(default=None, repr=False)
    gif_url: str | None = attrs.field(default=None, repr=False)
    page_url: str | None = attrs.field(default=None, repr=False)
    path: str | None = None
    losses: tuple[Loss, ...] = ()


@attrs.frozen(kw_only=True)
class Outcome:
    """How one job of many ended: with a video, or with an error.

    Attributes:
        job: the job, with its id; as it was given, perhaps without one, where it could not be taken
            on because a file of it cannot be read, or because it is no Job.
        video: the video, None where there is an error.
        error: why there is none, None where there is one.
    """

    job: Job
    video: Video | None = None
    error: HeyGenError | None = None

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What of the job's wishes its video does not hold exactly."""
        return () if self.video is None else self.video.losses

    @property
    def done(self) -> bool:
        """Whether there is a video."""
        return self.video is not None

    def unwrap(self) -> Video:
        """Returns the video.

        Raises:
            HeyGenError: the job's error, where there is no video.
        """
        if self.error is not None:
            raise self.error
        assert self.video is not None
        return self.video


class Stage(StrEnum):
    """What a job is at, in the words of a progress line."""

    ACCEPTED = "accepted"
    UPLOADING = "uploading"
    TRAINING = "training"
    PAUSED = "paused"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    RENDERING = "rendering"
    DOWNLOADING = "downloading"
    DONE = "done"
    FAILED = "failed"


@attrs.frozen(kw_only=True)
class Progressed:
    """An event: a job came to another stage.

    Attributes:
        job_id: the job.
        stage: what it is at now.
        at: loop time, seconds.
        detail: ids and numbers worth showing, such as ``video_id``.
    """

    job_id: str
    stage: Stage
    at: float
    detail: Mapping[str, str | int | float] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Joined:
    """An event: a run begins whose job is under way already. It shares what that comes to.

    Attributes:
        job_id: the job.
        at: loop time, seconds.
    """

    job_id: str
    at: float


@attrs.frozen(kw_only=True)
class Stopped:
    """An event: a job's run was cancelled, or broke. The job is still at its last stage.

    Attributes:
        job_id: the job.
        at: loop time, seconds.
    """

    job_id: str
    at: float


@attrs.frozen(kw_only=True)
class Spent:
    """An event: something was paid for.

    Attributes:
        stream: what was, by its name in the journal, such as ``video:…`` or ``avatar:…``.
        price: what it cost by the price table, in the account's currency.
    """

    stream: str
    price: float


PipelineEvent = Progressed | Joined | Stopped | Spent
"""What the observer of an Orchestrator is called with, a class for each event.

Later versions may tell of more: match the classes that you know, and pass over the others.
"""
