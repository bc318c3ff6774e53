"""A video of HeyGen v2: of a look, or by Avatar IV of a photo as it is.

Charged when it is accepted, by steps of 30 s or by the second. Its title carries a mark by which it
is found in the list if the answer was lost. Three things are v2's own:

- **Want of credit shows late**: the video is accepted, and then fails with that reason. Nothing was
  made, so it is told as if it had been refused.
- **A completed video may have an error** as well, the free plan's watermark: its status counts.
- **Captions may come seconds after** the video; they are waited for a while.

Source: HeyGen v2 behaviour notes §4.5, §5 and §7, read 2026-11-20.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

import attrs

from heygen_async.api.v2.video_answers import VideoStatusV2
from heygen_async.api.v2.videos import VideosV2
from heygen_async.api.watch import ended_badly
from heygen_async.backends.base import Concluded, Result, Step, Taken
from heygen_async.backends.v2.checks import by_av4, needs_av4_model
from heygen_async.backends.v2.photos import Keys
from heygen_async.backends.v2.requests import av4_request, video_request
from heygen_async.backends.v3.requests import marked, marker
from heygen_async.errors import (
    DeadlineError,
    HeyGenError,
    InvalidRequestError,
    NotFoundError,
    PayError,
    ProtocolError,
)
from heygen_async.models.job import Job, Script
from heygen_async.models.outcome import Video
from heygen_async.models.prices import PriceTable, spoken_seconds
from heygen_async.models.state import JobState, Progress
from heygen_async.transport.codes import CODES, HINTS

__all__ = ["VIDEO_UNSEEN", "RenderVideo", "address", "expected_render", "video_of"]

VIDEO_UNSEEN = 600.0
"""Seconds after which a video that was taken is in the list; a guess on the safe side."""

# Seconds for captions to follow their video; seconds were seen.
_CAPTIONS = 120.0

_LOGGER = logging.getLogger("heygen_async")


def expected_render(job: Job) -> float | None:
    """Seconds a render is expected to take, None where nothing is known of its length.

    5 to 15 minutes are common (v2 behaviour notes §4.5); by the length as in v3.
    """
    spoken = spoken_seconds(job)
    return None if spoken is None else 300 + 7 * spoken


@attrs.frozen(kw_only=True)
class RenderVideo(Step):
    """The video.

    Attributes:
        api: the family of a client.
        job: what is asked for; checked.
        prices: what things cost.
        uploads: the names of the uploads among what it needs, by ``Media.source``.
        photo: the photo that Avatar IV animates; None where the look speaks that is needed as
            ``look``.
        callback_url: where to call if the job names no address.
    """

    api: VideosV2
    job: Job
    prices: PriceTable
    uploads: Mapping[str, str]
    photo: Keys | None = None
    callback_url: str | None = None

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Create it; a full pool is the pipeline's to wait for."""
        job = self.job
        if job.options.callback_url is None and self.callback_url is not None:
            job = attrs.evolve(
                job, options=attrs.evolve(job.options, callback_url=self.callback_url)
            )
        assets = {source: inputs[name]["asset_id"] for source, name in self.uploads.items()}
        title = marked(job.options.title or _title(job), key, mark=self.findable)
        if self.photo is None:
            look = inputs["look"]
            request = video_request(job, title, look, assets)
            try:
                accepted = await self.api.generate(request, concurrency="raise")
            except InvalidRequestError as error:
                _hint(error)
                raise
            return Taken(accepted.video_id, {"title": title, "footage": bool(look.get("footage"))})
        (image_key,), _ = self.photo.of(inputs)
        still = av4_request(job, title, image_key, assets)
        accepted = await self.api.generate_av4(still, concurrency="raise")
        return Taken(accepted.video_id, {"title": title, "footage": False})

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Look for the mark in the titles."""
        async for video in self.api.list_v1(title=marker(key), limit=100):
            title = video.video_title
            if title is not None and marker(key) in title:
                footage = bool(inputs.get("look", {}).get("footage"))
                return Taken(video.video_id, {"title": title, "footage": footage})
        return None

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The video, or why there is none."""
        if state.progress is Progress.GONE:
            raise ended_badly(self.kind, taken.ref, state)
        status = await self.api.status(taken.ref)
        if status.state.progress is Progress.FAILED or state.progress is Progress.FAILED:
            told = status.state if status.state.progress is Progress.FAILED else state
            raise _failure(self.kind, taken.ref, told)
        captions = self.job.options.captions
        if captions is not None:
            status = await self._captioned(status)
        if status.video_url is None:
            raise ProtocolError(
                f"video-status: video {taken.ref} is {status.status} without an address; resume in"
                " a while, and report it if that does not help",
                operation="video-status",
                path="data.video_url",
            )
        title, footage = taken.detail.get("title"), bool(taken.detail.get("footage"))
        price = None
        if status.duration is not None:
            av4 = needs_av4_model(self.job)
            price = self.prices.v2_video(status.duration, footage=footage, av4=av4)
        result = {
            "video_id": taken.ref,
            "duration": status.duration,
            "title": title,
            "burnt": captions is not None and captions.styled,
            "av4": by_av4(self.job),
        }
        return Concluded(result, video_of(status, result), price)

    async def discard(self, taken: Taken) -> None:
        """Delete it at HeyGen."""
        await self.api.delete(taken.ref)

    async def _captioned(self, status: VideoStatusV2) -> VideoStatusV2:
        try:
            return await self.api.wait_captions(status.id, timeout=_CAPTIONS)
        except DeadlineError:
            _LOGGER.warning(
                "Video %s is finished, and after %g s has no captions yet; its plain file is taken",
                status.id,
                _CAPTIONS,
            )
            return status


def video_of(status: VideoStatusV2, result: Result) -> Video:
    """v1's words for a video, in ours.

    Args:
        status: how it was read.
        result: of its step: what v1 does not tell, and whether burnt-in captions were asked for,
            since v2 makes both kinds at once.
    """
    return Video(
        id=status.id,
        title=result.get("title"),
        duration=status.duration,
        video_url=status.video_url,
        captioned_video_url=status.video_url_caption if result.get("burnt") else None,
        subtitle_url=status.caption_url,
        thumbnail_url=status.thumbnail_url,
        gif_url=status.gif_url,
    )


def address(video: Video) -> str:
    """What to download: the captioned one where captions were asked for in the picture."""
    found = video.captioned_video_url or video.video_url
    if found is None:
        raise NotFoundError(f"Video {video.id} has no file any more", code="video_not_found")
    return found


def _title(job: Job) -> str:
    return job.speech.text[:60] if isinstance(job.speech, Script) else "Avatar video"


def _hint(error: InvalidRequestError) -> None:
    """Say what to do about the refusal of a look that only Avatar IV animates."""
    if "unlimited mode" in error.message:
        error.args = (
            f"{error.message.rstrip('.')}. Avatar IV makes the video, at its own price, if the job"
            " has a VideoOptions.motion_prompt, or a photo and V2Options(engine='av4').",
        )


def _failure(kind: str, video_id: str, state: JobState) -> HeyGenError:
    """The error for a video that failed; for want of credit, as if it had been refused."""
    known = None if state.code is None else CODES.get(state.code)
    if known is None or not issubclass(known, PayError):
        return ended_badly(kind, video_id, state)
    why = (state.reason or state.code or "").rstrip(".")
    return known(
        f"Video {video_id} was accepted and not made: {why}. {HINTS[known]}",
        operation="video-status",
        code=state.code,
    )
