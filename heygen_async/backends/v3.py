"""HeyGen v3 as a plan: upload, avatar, video, each only where the job needs it.

::

    photo file ──▶ asset ──▶ avatar ─┐
    prompt ─────────────────▶ avatar ─┼──▶ video      (a generated photo becomes a prompt)
    existing look ────────────────────┤
    image file ──▶ asset ─────────────┘     (animated without an avatar)

Assets are named by the SHA-256 of their bytes and avatars by what they are made from, so the
journal makes each of them once, however many jobs use it. Everything that is charged is KEYED in
v3; a key too old to be trusted leads to a search for the mark in the title or name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import attrs
import orjson

from heygen_async.api.v3.assets import Assets
from heygen_async.api.v3.avatars import Avatars
from heygen_async.api.v3.places import split
from heygen_async.api.v3.videos import Videos
from heygen_async.api.v3.videos_schemas import VideoDetail
from heygen_async.api.watch import ended_badly
from heygen_async.backends.base import Concluded, Fetch, Materials, Plan, Result, Step, Taken
from heygen_async.backends.capabilities import refuse_what_it_cannot
from heygen_async.backends.generated import for_v3
from heygen_async.backends.v3_batches import UNSEEN, Outbox, refusal, unknown, unready
from heygen_async.backends.v3_requests import (
    avatar_request,
    expected_render,
    marked,
    marker,
    video_request,
)
from heygen_async.errors import NotFoundError, ProtocolError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Audio, Job, Look, Photo, Prompt, Script
from heygen_async.models.loss import Loss
from heygen_async.models.outcome import Stage, Video
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable
from heygen_async.models.source import Media, Origin
from heygen_async.models.state import JobState, Progress

__all__ = ["V3Backend", "video_of"]

_PLACEHOLDER = "checked-before-it-is-made"


class V3Backend:
    """See the module.

    Args:
        assets, avatars, videos: the families of a client.
        materials: gives the user's bytes.
        fetch: downloads a finished video.
        policies: patience, and whether titles and names are marked.
        prices: what things cost.
        outbox: collects videos into batches; None sends each alone.
    """

    name = "v3"

    def __init__(
        self,
        assets: Assets,
        avatars: Avatars,
        videos: Videos,
        materials: Materials,
        fetch: Fetch,
        policies: Policies,
        prices: PriceTable,
        outbox: Outbox | None = None,
    ) -> None:
        self._assets = assets
        self._avatars = avatars
        self._videos = videos
        self._materials = materials
        self._fetch = fetch
        self._policies = policies
        self._prices = prices
        self._outbox = outbox

    async def plan(self, job: Job, digests: Mapping[str, str]) -> Plan:
        """The steps of a job, after a check of everything that can be checked for free."""
        refuse_what_it_cannot(job, self.name)
        losses: tuple[Loss, ...] = ()
        if isinstance(job.avatar, GeneratedPhoto):
            prompt = for_v3(job.avatar)
            losses = prompt.losses
            job = attrs.evolve(job, avatar=Prompt(prompt.value, name=job.avatar.name))
        uploads = self._uploads(digests)
        avatar: Step | None = None
        if isinstance(job.avatar, Photo | Prompt):
            avatar_request(job.avatar, "checked", dict.fromkeys(digests, _PLACEHOLDER))
            avatar = self._avatar(job.avatar, digests, uploads)
        return Plan(self._render(job, uploads, avatar), losses=losses)

    def plan_with(self, avatar: Step, job: Job, digests: Mapping[str, str]) -> Plan:
        """The steps of a job whose avatar is made elsewhere; the step gives its ``look_id``."""
        return Plan(self._render(job, self._uploads(digests), avatar))

    def _uploads(self, digests: Mapping[str, str]) -> dict[str, Step]:
        return {
            media_source: UploadAsset(
                stream=f"asset:{digest}",
                stage=Stage.UPLOADING,
                paid=False,
                api=self._assets,
                materials=self._materials,
                source=media_source,
            )
            for media_source, digest in digests.items()
        }

    def _render(self, job: Job, uploads: Mapping[str, Step], avatar: Step | None) -> Step:
        video_request(job, "checked", _PLACEHOLDER, dict.fromkeys(uploads, _PLACEHOLDER))
        needs = {source: uploads[source] for source in _sources_of_video(job)}
        if avatar is not None:
            needs["avatar"] = avatar
        return RenderVideo(
            stream=f"video:{job.id}",
            stage=Stage.RENDERING,
            needs=needs,
            kind="video",
            price=self._prices.reserve(job),
            slotted=True,
            expected=expected_render(job),
            timeout=self._policies.video_timeout,
            api=self._videos,
            job=job,
            findable=self._policies.marker,
            keyed=self._outbox is None,
            unseen=UNSEEN,
            prices=self._prices,
            outbox=self._outbox,
            callback_url=self._policies.callback_url,
        )

    def _avatar(
        self, avatar: Photo | Prompt, digests: Mapping[str, str], uploads: Mapping[str, Step]
    ) -> Step:
        sources = [str(media.source) for media in _media_of(avatar) if media.origin in _UPLOADED]
        return CreateAvatar(
            stream=f"avatar:{_identity(avatar, digests)}",
            stage=Stage.TRAINING,
            needs={source: uploads[source] for source in sources},
            kind="avatar_look",
            price=self._prices.avatar,
            timeout=self._policies.avatar_timeout,
            api=self._avatars,
            avatar=avatar,
            findable=self._policies.marker,
        )

    async def video(self, result: Result) -> Video:
        """The finished video, read anew."""
        return video_of(await self._videos.get(result["video_id"]))

    async def download(self, video: Video, path: str) -> Result:
        """Write the video to a file; an expired address is asked for anew."""

        async def refreshed() -> str:
            return _address(video_of(await self._videos.get(video.id)))

        return await self._fetch(_address(video), path, refresh=refreshed)


@attrs.frozen(kw_only=True)
class UploadAsset(Step):
    """A file becomes an asset. Free, so it may happen twice, and its intent is not written down."""

    api: Assets
    materials: Materials
    source: str

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Concluded:
        """Upload it."""
        content = await self.materials.content(Media(self.source))
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
            raise ProtocolError(
                "createAvatar: the answer names no look, so the avatar cannot be followed;"
                " please report it",
                operation="createAvatar",
                path="data.avatar_item",
            )
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

    def withdrawn(self, key: str) -> bool:
        """Whether it still lay in the outbox."""
        return self.outbox is not None and self.outbox.withdrawn(key)

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Look for the mark in the titles."""
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


_UPLOADED = (Origin.FILE, Origin.KEPT)


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


def _address(video: Video) -> str:
    """What to download: the captioned one where captions were asked for in the picture."""
    address = video.captioned_video_url or video.video_url
    if address is None:
        raise NotFoundError(f"Video {video.id} has no file any more", code="video_not_found")
    return address


def _media_of(avatar: Photo | Prompt) -> tuple[Media, ...]:
    return (avatar,) if isinstance(avatar, Photo) else avatar.references


def _sources_of_video(job: Job) -> list[str]:
    """The sources that the video itself refers to, and not its avatar."""
    options = job.options
    media: list[Media | None] = [
        job.avatar if isinstance(job.avatar, AnimatedImage) else None,
        job.speech if isinstance(job.speech, Audio) else None,
        options.background.image if options.background is not None else None,
        options.watermark.image if options.watermark is not None else None,
    ]
    return [str(one.source) for one in media if one is not None and one.origin in _UPLOADED]


def _identity(avatar: Photo | Prompt, digests: Mapping[str, str]) -> str:
    """What the avatar is made from. Its name does not count: one photo, one avatar."""
    made_from: dict[str, Any] = {
        "media": [
            digests.get(str(media.source)) or media.asset_id or media.source
            for media in _media_of(avatar)
        ],
        "group": avatar.group_id,
    }
    if isinstance(avatar, Prompt):
        made_from |= {"prompt": avatar.text, "look": avatar.look_id}
    text = orjson.dumps(made_from, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()


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
