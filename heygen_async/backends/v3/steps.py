"""The steps of HeyGen v3: an upload, an avatar, a video. ``backend`` puts them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.api.family import raise_nameless
from heygen_async.api.v3.assets import Assets
from heygen_async.api.v3.avatars import CREATE_AVATAR, Avatars
from heygen_async.api.v3.places import split
from heygen_async.api.v3.videos import Videos
from heygen_async.api.v3.videos_schemas import VideoDetail
from heygen_async.api.watch import ended_badly
from heygen_async.backends.base import Concluded, Materials, Result, Step, Taken
from heygen_async.backends.v3.batches import Outbox, refusal, unknown, unready
from heygen_async.backends.v3.requests import (
    avatar_request,
    marked,
    marker,
    video_request,
)
from heygen_async.errors import NotFoundError, ProtocolError
from heygen_async.models.job import Job, Look, Photo, Prompt, Script
from heygen_async.models.outcome import Video
from heygen_async.models.prices import PriceTable
from heygen_async.models.source import Media, Origin
from heygen_async.models.state import JobState, Progress

__all__ = ["CreateAvatar", "RenderVideo", "UploadAsset", "video_of"]


@attrs.frozen(kw_only=True)
class UploadAsset(Step):
    """A file becomes an asset. Free, so it may happen twice, and its intent is not written down."""

    api: Assets
    materials: Materials
    source: str
    digest: str

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Concluded:
        """Upload it."""
        content = await self.materials.content(Media(self.source), self.digest)
        uploaded = await self.api.upload(content, idempotency_key=key)
        return Concluded({"asset_id": uploaded.asset_id})

    async def valid(self, result: Result) -> bool:
        """Whether the asset is still there."""
        return await _exists(self.api.get(result["asset_id"]))


@attrs.frozen(kw_only=True)
class CreateAvatar(Step):
    """A photo or a prompt becomes an avatar look; charged per call."""

    api: Avatars
    avatar: Photo | Prompt

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Create it."""
        assets = {source: result["asset_id"] for source, result in inputs.items()}
        name = marked(_name(self.avatar), key, mark=self.findable)
        created = await self.api.create(
            avatar_request(self.avatar, name, assets), idempotency_key=key
        )
        look = created.avatar_item
        if look is None:
            raise_nameless(CREATE_AVATAR, "data.avatar_item", key=key)
        return Taken(look.id, {"group_id": look.group_id} if look.group_id else {})

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Look through the account's own looks for the mark."""
        async for look in self.api.list(ownership="private", limit=50):
            if marker(key) in look.name:
                return Taken(look.id, {"group_id": look.group_id} if look.group_id else {})
        return None

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The look, or why there is none."""
        if state.progress is not Progress.DONE:
            raise await _failure(self.kind, taken, state, self._why)
        return Concluded({"look_id": taken.ref, **taken.detail})

    async def valid(self, result: Result) -> bool:
        """Whether the look is still there."""
        return await _exists(self.api.get(result["look_id"]))

    async def _why(self, look_id: str) -> JobState:
        return (await self.api.get(look_id)).state


@attrs.frozen(kw_only=True)
class RenderVideo(Step):
    """The video; charged by the second, when it succeeds.

    Attributes:
        api: the family of a client.
        job: what is asked for.
        prices: what things cost.
        outbox: sends it together with others; None sends it alone.
        callback_url: where to call if the job names no address.
    """

    api: Videos
    job: Job
    prices: PriceTable
    outbox: Outbox | None = None
    callback_url: str | None = None

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Create it, or have it created with others; a full pool is the pipeline's to wait for."""
        look_id: str | None = None
        if isinstance(self.job.avatar, Look):
            look_id = self.job.avatar.id
        elif "avatar" in inputs:
            look_id = inputs["avatar"]["look_id"]
        assets = {
            source: result["asset_id"] for source, result in inputs.items() if source != "avatar"
        }
        title = marked(self.job.options.title or _title(self.job), key, mark=self.findable)
        request = video_request(self.job, title, look_id, assets)
        if request.callback_url is None and self.callback_url is not None:
            request = attrs.evolve(request, callback_url=self.callback_url)
        if self.outbox is not None:
            # With what the video is marked with, for batches that HeyGen may forget.
            detail = {"key": key} if self.findable else {}
            return Taken(await self.outbox.send(request, key), detail)
        created = await self.api.create(request, idempotency_key=key, concurrency="raise")
        return Taken(created.video_id)

    def withdrawn(self, key: str, *, unsent: bool) -> bool:
        """Whether it still lay in the outbox, which sends for all, or waited to be sent itself."""
        return unsent if self.outbox is None else self.outbox.withdrawn(key)

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Look for the mark in the titles, unless the outbox knows where it is."""
        place = None if self.outbox is None else self.outbox.late(key)
        if place is not None:
            return Taken(place, {"key": key})
        async for video in self.api.list(title=marker(key), limit=100):
            if video.title is not None and marker(key) in video.title:
                return Taken(video.id)
        return None

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The video, or why there is none."""
        if state.became is None and split(taken.ref) is not None:
            taken, state = await self._without_id(taken, state)
        taken = Taken(state.became or taken.ref)
        if state.progress is not Progress.DONE:
            raise await _failure(self.kind, taken, state, self._why)
        detail = state.resource
        if not isinstance(detail, VideoDetail) or detail.video_url is None:
            detail = await self.api.get(taken.ref)
        if detail.state.progress is Progress.FAILED:
            raise ended_badly(self.kind, taken.ref, detail.state)
        if detail.video_url is None:
            raise ProtocolError(
                f"getVideo: video {taken.ref} is {detail.status} without an address; resume in a"
                " while, and report it if that does not help",
                operation="getVideo",
                path="data.video_url",
            )
        result = {"video_id": detail.id, "duration": detail.duration, "title": detail.title}
        price = self.prices.video(self.job, detail.duration)
        return Concluded(result, video_of(detail), price)

    async def discard(self, taken: Taken) -> None:
        """Delete it at HeyGen."""
        video_id = taken.ref
        if split(video_id) is not None:
            item = (await self.api.look_items([video_id])).get(video_id)
            if item is None or item.became is None:
                raise unready(video_id)
            video_id = item.became
        await self.api.delete(video_id)

    async def _without_id(self, taken: Taken, state: JobState) -> tuple[Taken, JobState]:
        """What became of a place whose video is not known by now."""
        if state.progress is Progress.FAILED:
            raise refusal(taken.ref, state)
        # Its batch is gone, which does not prove that the video is.
        key = taken.detail.get("key")
        found = await self.find({}, key=key) if key else None
        if found is None:
            raise unknown(taken.ref, key)
        detail = await self.api.get(found.ref)
        if not detail.state.settled:
            raise unready(taken.ref, found.ref)
        return found, attrs.evolve(detail.state, resource=detail)

    async def _why(self, video_id: str) -> JobState:
        return (await self.api.get(video_id)).state


def video_of(detail: VideoDetail) -> Video:
    """v3's words for a video, in ours."""
    return Video(
        id=detail.id,
        title=detail.title,
        duration=detail.duration,
        video_url=detail.video_url,
        captioned_video_url=detail.captioned_video_url,
        subtitle_url=detail.subtitle_url,
        thumbnail_url=detail.thumbnail_url,
        gif_url=detail.gif_url,
        page_url=detail.video_page_url,
    )


def _name(avatar: Photo | Prompt) -> str:
    if avatar.name is not None:
        return avatar.name
    assert isinstance(avatar, Photo)
    return avatar.path.stem if avatar.origin is Origin.FILE else "Photo avatar"


def _title(job: Job) -> str:
    return job.speech.text[:60] if isinstance(job.speech, Script) else "Avatar video"


async def _exists(read: Any) -> bool:
    try:
        await read
    except NotFoundError:
        return False
    return True


async def _failure(kind: str, taken: Taken, state: JobState, why: Any) -> Exception:
    """The error for a job that ended badly; the resource may say more than the bulk status."""
    if state.progress is Progress.FAILED and not (state.code or state.reason):
        try:
            told = await why(taken.ref)
        except NotFoundError:
            told = state
        state = told if told.progress is Progress.FAILED else state
    return ended_badly(kind, taken.ref, state)
