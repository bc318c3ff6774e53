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
from weakref import WeakValueDictionary

import attrs
import orjson

from heygen_async.api.v3.assets import Assets
from heygen_async.api.v3.avatars import Avatars
from heygen_async.api.v3.videos import Videos
from heygen_async.backends.base import Fetch, Materials, Plan, Result, Step
from heygen_async.backends.capabilities import refuse_what_it_cannot
from heygen_async.backends.generated import for_v3
from heygen_async.backends.v3.batches import UNSEEN, Outbox
from heygen_async.backends.v3.requests import (
    avatar_request,
    expected_render,
    video_request,
)
from heygen_async.backends.v3.steps import CreateAvatar, RenderVideo, UploadAsset, video_of
from heygen_async.errors import NotFoundError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Audio, Job, Photo, Prompt
from heygen_async.models.loss import Loss
from heygen_async.models.outcome import Stage, Video
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable
from heygen_async.models.source import Media, Origin

__all__ = ["V3Backend"]

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
        # Of jobs that wait: thousands that share a photo need not hold its steps each.
        self._shared: WeakValueDictionary[str, _Needs] = WeakValueDictionary()

    async def plan(self, job: Job, digests: Mapping[str, str]) -> Plan:
        """The steps of a job, after a check of everything that can be checked for free."""
        refuse_what_it_cannot(job, self.name)
        losses: tuple[Loss, ...] = ()
        if isinstance(job.avatar, GeneratedPhoto):
            prompt = for_v3(job.avatar)
            losses = prompt.losses
            job = attrs.evolve(job, avatar=Prompt(prompt.value, name=job.avatar.name))
        uploads = self._uploads(digests)
        needs: Mapping[str, Step] = {}
        if isinstance(job.avatar, Photo | Prompt):
            avatar_request(job.avatar, "checked", dict.fromkeys(digests, _PLACEHOLDER))
            avatar = self._avatar(job.avatar, digests, uploads)
            known = self._shared.setdefault(avatar.stream, _Needs(avatar=avatar))
            needs = known if known["avatar"] == avatar else _Needs(avatar=avatar)
        return Plan(await self._render(job, uploads, needs), losses=losses)

    async def plan_with(self, avatar: Step, job: Job, digests: Mapping[str, str]) -> Plan:
        """The steps of a job whose avatar is made elsewhere; the step gives its ``look_id``."""
        return Plan(await self._render(job, self._uploads(digests), {"avatar": avatar}))

    def _uploads(self, digests: Mapping[str, str]) -> dict[str, Step]:
        return {
            media_source: UploadAsset(
                stream=f"asset:{digest}",
                stage=Stage.UPLOADING,
                paid=False,
                api=self._assets,
                materials=self._materials,
                source=media_source,
                digest=digest,
            )
            for media_source, digest in digests.items()
        }

    async def _render(
        self, job: Job, uploads: Mapping[str, Step], needs: Mapping[str, Step]
    ) -> Step:
        video_request(job, "checked", _PLACEHOLDER, dict.fromkeys(uploads, _PLACEHOLDER))
        media = {source: uploads[source] for source in _sources_of_video(job)}
        recorded = None
        if isinstance(job.speech, Audio):
            recorded = await self._materials.recorded(job.speech)
        return RenderVideo(
            stream=f"video:{job.id}",
            stage=Stage.RENDERING,
            needs={**media, **needs} if media else needs,
            kind="video",
            price=self._prices.reserve(job, recorded),
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


class _Needs(dict[str, Step]):
    """An avatar, as what all the videos need that show it; one for all of them."""


_UPLOADED = (Origin.FILE, Origin.KEPT)


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
