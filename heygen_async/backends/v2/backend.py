"""HeyGen v2 as a plan: from a photo or a description to a group, its looks, and a video.

::

    photo file ──▶ asset ──▶ group ──▶ further looks ──▶ training ──▶ new look ─┐
    description ──▶ photos ──▶ ↑                                               │
    existing look ─────────────────────────────────────────────────────────────┤
                                   ┌───────────────────────────────────────────┘
                                   └──▶ enlarged ──▶ moving ──▶ video
    image file ──▶ asset ──▶ video      (by Avatar IV, without an avatar)

Everything in a job's ``V2Options`` is done; speaking needs none of it. A picture is enlarged before
it moves: what is made of a moving look may stand still.

v2 has no idempotency keys, so no step is ``keyed``: what was asked for and not answered is looked
for, or reported as uncertain, and never asked for twice. ``photos``, ``groups``, ``training``,
``looks`` and ``videos`` hold the steps and say how each is found; ``plan`` strings them together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from heygen_async.backends.base import Fetch, Materials, Plan, Result, Step
from heygen_async.backends.capabilities import refuse_what_it_cannot
from heygen_async.backends.v2.checks import UPLOADED, by_av4, check, needs_av4_model
from heygen_async.backends.v2.photos import Keys
from heygen_async.backends.v2.plan import Families, Planner, asset
from heygen_async.backends.v2.requests import (
    av4_request,
    generation_request,
    look_request,
    video_request,
)
from heygen_async.backends.v2.videos import (
    VIDEO_UNSEEN,
    RenderVideo,
    address,
    expected_render,
    video_of,
)
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Audio, Job
from heygen_async.models.loss import Loss
from heygen_async.models.outcome import Stage, Video
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable
from heygen_async.models.source import Media

__all__ = ["V2Backend"]

# Seconds before a file that is not there is asked for again, and once more: right after a video was
# completed it was seen missing for a moment (v2 behaviour notes §4.5, read 2026-11-20).
_PAUSES = (3.0, 15.0)

_CHECKED = "checked-before-it-is-made"


class V2Backend:
    """See the module.

    Args:
        v2: the families of a client that speaks v2, such as ``heygen.v2``.
        materials: gives the user's bytes.
        fetch: downloads a finished video.
        policies: patience, and whether titles and names are marked.
        prices: what things cost.
    """

    name = "v2"

    def __init__(
        self,
        v2: Families,
        materials: Materials,
        fetch: Fetch,
        policies: Policies,
        prices: PriceTable,
    ) -> None:
        self._v2 = v2
        self._materials = materials
        self._fetch = fetch
        self._policies = policies
        self._prices = prices

    async def plan(self, job: Job, digests: Mapping[str, str]) -> Plan:
        """The steps of a job, after a check of everything that can be checked for free."""
        refuse_what_it_cannot(job, self.name)
        check(job)
        losses = _rehearsed(job, digests)
        planner = Planner(
            v2=self._v2,
            materials=self._materials,
            policies=self._policies,
            prices=self._prices,
            job=job,
            digests=digests,
        )
        photo: Keys | None = None
        if by_av4(job):
            photo, needs = planner.still()
        else:
            needs = planner.speaker()
        return Plan(await self._render(job, photo, needs, planner), losses)

    async def _render(
        self, job: Job, photo: Keys | None, needs: Mapping[str, Step], planner: Planner
    ) -> Step:
        files = _files(job)
        recorded = None
        if isinstance(job.speech, Audio):
            recorded = await self._materials.recorded(job.speech)
        return RenderVideo(
            stream=f"video:{job.id}",
            stage=Stage.RENDERING,
            needs={**planner.uploads(files), **needs},
            kind="v2_video",
            price=self._prices.v2_reserve(job, av4=needs_av4_model(job), recorded=recorded),
            keyed=False,
            findable=self._policies.marker,
            unseen=VIDEO_UNSEEN,
            slotted=True,
            expected=expected_render(job),
            timeout=self._policies.video_timeout,
            api=self._v2.videos,
            job=job,
            prices=self._prices,
            uploads={str(file.source): asset(str(file.source)) for file in files},
            photo=photo,
            callback_url=self._policies.callback_url,
        )

    async def video(self, result: Result) -> Video:
        """The finished video, read anew."""
        return video_of(await self._v2.videos.status(result["video_id"]), result)

    async def download(self, video: Video, path: str) -> Result:
        """Write the video to a file; an expired address, or one too young, is asked for anew."""
        known = {"burnt": video.captioned_video_url is not None}
        pauses = iter(_PAUSES)

        async def refreshed() -> str:
            await asyncio.sleep(next(pauses, 0.0))
            return address(video_of(await self._v2.videos.status(video.id), known))

        return await self._fetch(address(video), path, refresh=refreshed)


def _rehearsed(job: Job, digests: Mapping[str, str]) -> tuple[Loss, ...]:
    """Make every request once, for its checks, before anything is spent; what is lost in them."""
    pretended = dict.fromkeys(digests, _CHECKED)
    if by_av4(job):
        av4_request(job, _CHECKED, _CHECKED, pretended)
    else:
        look = {"look_id": _CHECKED, "voice_id": _CHECKED}
        video_request(job, _CHECKED, look, pretended)
    if job.v2 is not None and job.v2.new_look is not None:
        look_request(job.v2.new_look, _CHECKED)
    if isinstance(job.avatar, GeneratedPhoto):
        return generation_request(job.avatar).losses
    return ()


def _files(job: Job) -> list[Media]:
    """The files that the video itself refers to, and not its avatar."""
    background = job.options.background
    media = [
        job.speech if isinstance(job.speech, Audio) else None,
        None if background is None else background.image,
    ]
    return [one for one in media if one is not None and one.origin in UPLOADED]
