"""agent.ai as a plan: an avatar made there speaks in HeyGen v3; a stock avatar speaks there.

::

    photo or description ──▶ avatar (PA1) ──▶ its group, seen by HeyGen ──▶ video (HeyGen v3)
    stock avatar, topic, article or script ──▶ video (HG1, HG2)

agent.ai has no idempotency keys, and no way to look anything up. An avatar whose answer was lost is
looked for among HeyGen's groups, by the mark in its name; a stock video whose answer was lost can
only be reported as uncertain. Whether an avatar belongs to the account of the caller's HeyGen key
is not documented [agent.ai behaviour notes §12, read 2026-11-20]: if HeyGen does not know the
group, that is said, and nothing is made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import attrs
import orjson

from heygen_async.api.agentai.actions import KIND, RENDERING, Actions
from heygen_async.api.agentai.schemas import (
    AgentAIAvatarRequest,
    AgentAIVideoRequest,
    AgentAIVideoStatus,
)
from heygen_async.api.looking import gone
from heygen_async.api.v3.avatars import Avatars
from heygen_async.api.watch import ended_badly
from heygen_async.backends.base import Concluded, Fetch, Materials, Plan, Result, Step, Taken
from heygen_async.backends.capabilities import refuse_what_it_cannot
from heygen_async.backends.generated import for_agentai
from heygen_async.backends.v3.backend import V3Backend
from heygen_async.backends.v3.requests import marked, marker
from heygen_async.errors import (
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    ProtocolError,
    UsageError,
)
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job, Photo, Script
from heygen_async.models.loss import Loss
from heygen_async.models.outcome import Stage, Video
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable
from heygen_async.models.source import Origin
from heygen_async.models.state import JobState, Progress
from heygen_async.models.stock import Article, StockAvatar, Topic

__all__ = ["AgentAIBackend"]

# Seconds for which a group that was made may be missing in HeyGen's list; a guess, since agent.ai
# says nothing of how it makes one.
_UNSEEN = 600.0

_SHAPES = {None: "landscape", "16:9": "landscape", "9:16": "portrait"}


class AgentAIBackend:
    """See the module.

    Args:
        actions: agent.ai's.
        materials: gives the user's bytes.
        fetch: downloads a finished video.
        policies: patience, and whether names are marked.
        prices: what things cost.
        avatars: HeyGen's avatars, for whoever has a HeyGen key.
        v3: makes the videos of avatars; None without a HeyGen key.
    """

    name = "agentai"

    def __init__(
        self,
        actions: Actions,
        materials: Materials,
        fetch: Fetch,
        policies: Policies,
        prices: PriceTable,
        *,
        avatars: Avatars | None = None,
        v3: V3Backend | None = None,
    ) -> None:
        self._actions = actions
        self._materials = materials
        self._fetch = fetch
        self._policies = policies
        self._prices = prices
        self._avatars = avatars
        self._v3 = v3

    async def plan(self, job: Job, digests: Mapping[str, str]) -> Plan:
        """The steps of a job, after a check of everything that can be checked for free."""
        refuse_what_it_cannot(job, self.name)
        if isinstance(job.avatar, StockAvatar):
            return Plan(self._stock(job))
        assert isinstance(job.avatar, Photo | GeneratedPhoto)
        if self._v3 is None or self._avatars is None:
            raise UsageError(
                "agent.ai makes avatars, and HeyGen makes them speak: give the Orchestrator a"
                " HeyGen client too, with a key of the account that owns the avatars; or use a"
                " StockAvatar"
            )
        request, losses = _request(job.avatar)
        avatar = CreateAgentAvatar(
            stream=f"agentai:avatar:{_identity(request, job.avatar, digests)}",
            stage=Stage.TRAINING,
            kind="avatar_group",
            keyed=False,
            findable=self._policies.marker,
            unseen=_UNSEEN,
            price=self._prices.avatar,
            timeout=self._policies.avatar_timeout,
            api=self._actions,
            avatars=self._avatars,
            materials=self._materials,
            request=request,
            photo=job.avatar if isinstance(job.avatar, Photo) else None,
            digest=digests[str(job.avatar.source)] if isinstance(job.avatar, Photo) else "",
        )
        plan = await self._v3.plan_with(avatar, job, digests)
        return attrs.evolve(plan, losses=losses)

    def _stock(self, job: Job) -> Step:
        return StockVideoStep(
            stream=f"video:{job.id}",
            stage=Stage.RENDERING,
            kind=KIND,
            keyed=False,
            slotted=True,
            price=self._prices.reserve(job),
            expected=RENDERING,
            timeout=self._policies.video_timeout,
            api=self._actions,
            request=_stock_request(job),
        )

    async def video(self, result: Result) -> Video:
        """The finished video, read anew."""
        if result.get("stock"):
            video_id = result["video_id"]
            return _video(video_id, result.get("title"), await self._status(video_id))
        assert self._v3 is not None
        return await self._v3.video(result)

    async def _status(self, video_id: str) -> AgentAIVideoStatus:
        try:
            return await self._actions.video_status(video_id)
        except InvalidRequestError as error:
            if not gone(error):
                raise
            # agent.ai has no status of its own for what it does not know.
            raise NotFoundError(error.message, code=error.code, status=error.status) from error

    async def download(self, video: Video, path: str) -> Result:
        """Write the video to a file; an expired address is asked for anew."""
        if not isinstance(video, _StockVideo):
            assert self._v3 is not None
            return await self._v3.download(video, path)

        async def address() -> str:
            status = await self._actions.video_status(video.id)
            if status.video_url is None:
                raise NotFoundError(f"Video {video.id} has no file any more")
            return status.video_url

        return await self._fetch(video.video_url or await address(), path, refresh=address)


@attrs.frozen(kw_only=True)
class _StockVideo(Video):
    """A video that HeyGen's own calls do not show."""


@attrs.frozen(kw_only=True)
class CreateAgentAvatar(Step):
    """PA1; the group is then waited for at HeyGen. What it costs is not documented."""

    api: Actions
    avatars: Avatars
    materials: Materials
    request: AgentAIAvatarRequest
    photo: Photo | None
    digest: str

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Create it."""
        name = marked(self.request.name or "Avatar", key, mark=self.findable)
        photos = []
        if self.photo is not None:
            photos = [await self.materials.content(self.photo, self.digest)]
        request = attrs.evolve(self.request, name=name)
        created = await self.api.create_avatar(request, photos=photos)
        return Taken(created.group_id)

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Look through the account's own groups for the mark."""
        async for group in self.avatars.groups(ownership="private", limit=50):
            if marker(key) in group.name:
                return Taken(group.id)
        return None

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The group's look, or why there is none."""
        if state.progress is Progress.GONE:
            # A fresh group may be missing for a while: giving it up would pay for another one.
            raise NotReadyError(
                f"agent.ai made avatar group {taken.ref}, and HeyGen does not know it (yet). Is the"
                " HeyGen key of the account that owns agent.ai's avatars? Run the job again with"
                " the right one, or in a while: it goes on with this group",
                code="not_found",
            )
        if state.progress is not Progress.DONE:
            raise ended_badly(self.kind, taken.ref, state)
        async for look in self.avatars.list(group_id=taken.ref, limit=50):
            if look.state.progress is Progress.DONE:
                return Concluded({"look_id": look.id, "group_id": taken.ref})
        raise ProtocolError(
            f"Avatar group {taken.ref} is ready and has no look that is; resume in a while, and"
            " report it if that does not help",
            operation="listAvatarLooks",
            path="data",
        )

    async def valid(self, result: Result) -> bool:
        """Whether the look is still there."""
        try:
            await self.avatars.get(result["look_id"])
        except NotFoundError:
            return False
        return True


@attrs.frozen(kw_only=True)
class StockVideoStep(Step):
    """HG1 and HG2. What it costs is not documented."""

    api: Actions
    request: AgentAIVideoRequest

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Create it; a full pool is the pipeline's to wait for."""
        created = await self.api.generate_video(self.request, concurrency="raise")
        return Taken(created.video_id, {"title": created.title} if created.title else {})

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The video, or why there is none."""
        if state.progress is not Progress.DONE:
            raise ended_badly(self.kind, taken.ref, state)
        status = state.resource
        if not isinstance(status, AgentAIVideoStatus):
            status = await self.api.video_status(taken.ref)
        title = taken.detail.get("title")
        result: dict[str, Any] = {"video_id": taken.ref, "title": title, "stock": True}
        return Concluded(result, _video(taken.ref, title, status))


def _video(video_id: str, title: str | None, status: AgentAIVideoStatus) -> Video:
    return _StockVideo(
        id=video_id,
        title=title,
        video_url=status.video_url,
        thumbnail_url=status.thumbnail_url,
    )


def _request(avatar: Photo | GeneratedPhoto) -> tuple[AgentAIAvatarRequest, tuple[Loss, ...]]:
    """What creates the avatar, without its mark; and what of it agent.ai cannot say."""
    if isinstance(avatar, GeneratedPhoto):
        narrowed = for_agentai(avatar)
        return AgentAIAvatarRequest(source_type="generate", **narrowed.value), narrowed.losses
    if avatar.origin not in {Origin.FILE, Origin.MEMORY, Origin.KEPT}:
        raise InvalidInputError.of(
            "Job.avatar",
            "must be a photo's file or bytes for agent.ai, which takes no addresses and no assets",
            str(avatar.source or avatar.asset_id),
        )
    if avatar.group_id is not None:
        raise InvalidInputError.of(
            "Photo.group_id", "cannot be said in agent.ai; leave it out", avatar.group_id
        )
    stem = avatar.path.stem if avatar.origin is Origin.FILE else "Photo avatar"
    return AgentAIAvatarRequest(source_type="upload", name=avatar.name or stem), ()


def _identity(
    request: AgentAIAvatarRequest, avatar: Photo | GeneratedPhoto, digests: Mapping[str, str]
) -> str:
    """What the avatar is made from; its name does not count: one photo, one avatar."""
    if isinstance(avatar, Photo):
        made_from: Any = digests[str(avatar.source)]
    else:
        made_from = attrs.asdict(request, filter=lambda field, _: field.name != "name")
    return hashlib.sha256(orjson.dumps(made_from, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _stock_request(job: Job) -> AgentAIVideoRequest:
    avatar, options = job.avatar, job.options
    assert isinstance(avatar, StockAvatar)
    if options.aspect_ratio not in _SHAPES:
        raise InvalidInputError.of(
            "VideoOptions.aspect_ratio", "must be 16:9 or 9:16 in agent.ai", options.aspect_ratio
        )
    background = options.background
    if background is not None and background.color is None:
        raise InvalidInputError.of(
            "VideoOptions.background", "must be a colour in agent.ai", background
        )
    return AgentAIVideoRequest(
        aspect_ratio=_SHAPES[options.aspect_ratio],
        avatar_name=avatar.name,
        expression="happy" if avatar.happy else "default",
        circle_style=avatar.circle,
        background_color=None if background is None else background.color,
        **_told(job),
    )


def _told(job: Job) -> dict[str, str]:
    match job.speech:
        case Article(url=url, promote=promote):
            kind = "blog_promotion" if promote else "blog_summary"
            return {"source_type": "blog_url", "blog_url": url, "content_type": kind}
        case Topic(text=text):
            return {"source_type": "topic_or_script", "topic": text}
        case Script() as script if _only_text(script):
            return {"source_type": "topic_or_script", "topic": script.text}
    raise InvalidInputError.of(
        "Job.speech",
        "must be a Script of text alone in agent.ai, whose stock avatars have their own voices",
        job.speech,
    )


def _only_text(script: Script) -> bool:
    return script == Script(script.text)
