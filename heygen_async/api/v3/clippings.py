"""Clippings: the best short clips out of a long video.

Source: HeyGen v3 contract and behaviour notes sections 6 and 15, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.calls import deletes, reads, renders
from heygen_async.api.family import Concurrency, Family, request_of
from heygen_async.api.looking import looking, state_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import CALLBACK, Text, page_size
from heygen_async.api.v3.assets_schemas import FrameOrientation
from heygen_async.api.v3.batches import DeletedResource
from heygen_async.api.v3.inputs import AssetInputUrlOrId
from heygen_async.api.values import Request, Resource, optional, signed
from heygen_async.api.watch import BulkLook
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState, Progress, Words
from heygen_async.transport.endpoint import Replay

__all__ = [
    "AiClip",
    "AiClipStatus",
    "AiClippingDetail",
    "AiClippingOutputSettings",
    "AiClippingStatus",
    "AppliedOutputSettings",
    "ClipDuration",
    "Clippings",
    "CreateAiClippingRequest",
    "CreateAiClippingResponse",
]


class AiClippingStatus(OpenWord):
    """How far a clipping is; ``cancelled`` is an end of its own."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AiClipStatus(OpenWord):
    """How far one clip is."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"


class ClipDuration(OpenWord):
    """How long clips may be: up to so many seconds, or longer."""

    UP_TO_30 = "30"
    UP_TO_60 = "60"
    UP_TO_180 = "180"
    LONG = "long"


@attrs.frozen(kw_only=True)
class AiClippingOutputSettings(Request):
    """What the clips are to be.

    Attributes:
        aspect_ratio: of the frame.
        captions: draw captions into the picture.
        caption_style: their style by name.
        duration_types: how long they may be.
        prompt: what to look for, up to 500 characters.
    """

    aspect_ratio: FrameOrientation | str | None = optional(served="portrait")
    captions: bool | None = optional(served=True)
    caption_style: str | None = optional(Text(1))
    duration_types: Sequence[ClipDuration | str] | None = optional()
    prompt: str | None = optional(Text(0, 500))


@attrs.frozen(kw_only=True)
class CreateAiClippingRequest(Request):
    """A video to be clipped.

    Attributes:
        video: by address or asset.
        title: for display.
        input_language: of the video; found by HeyGen without it.
        output_settings: what the clips are to be.
        callback_url: https address that gets the whole job when it settles; it is not signed.
        callback_id: comes back in that message.
    """

    video: AssetInputUrlOrId
    title: str | None = optional(Text(1))
    input_language: str | None = optional(Text(1))
    output_settings: AiClippingOutputSettings | None = optional()
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))


@attrs.frozen
class CreateAiClippingResponse(Resource):
    """The id of a clipping that was accepted."""

    ai_clipping_id: str


@attrs.frozen
class AppliedOutputSettings(Resource):
    """The settings a clipping was made with; fields as in ``AiClippingOutputSettings``."""

    aspect_ratio: FrameOrientation = FrameOrientation.PORTRAIT
    captions: bool = True
    caption_style: str | None = None
    duration_types: tuple[ClipDuration, ...] = ()
    prompt: str | None = None


@attrs.frozen
class AiClip(Resource):
    """One clip; its addresses are signed and end.

    Attributes:
        id: its id.
        status: how far it is.
        title: found by HeyGen.
        aspect_ratio: of its frame.
        duration_seconds: its length.
        virality_score: 0 to 100, HeyGen's guess.
        video_url: the file, None until it is completed.
        thumbnail_url: a still.
        failure_message: why it failed; may be None even then.
    """

    id: str
    status: AiClipStatus
    title: str | None = None
    aspect_ratio: FrameOrientation | None = None
    duration_seconds: float | None = None
    virality_score: int | None = None
    video_url: str | None = signed()
    thumbnail_url: str | None = signed()
    failure_message: str | None = None


@attrs.frozen
class AiClippingDetail(Resource):
    """A clipping with its clips.

    Attributes:
        id: its id.
        status: how far it is.
        progress: 0 to 100.
        title: as given.
        input_language: of the source.
        source_duration: seconds.
        output_settings: as they were applied.
        clips: in HeyGen's order; each may have failed by itself.
        callback_id: as given.
        created_at: unix seconds.
        failure_message: why it failed; may be None even then.
    """

    id: str
    status: AiClippingStatus
    progress: int = 0
    title: str | None = None
    input_language: str | None = None
    source_duration: float | None = None
    output_settings: AppliedOutputSettings | None = None
    clips: tuple[AiClip, ...] = ()
    callback_id: str | None = None
    created_at: int | None = None
    failure_message: str | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure."""
        return _WORDS.read(self.status, reason=self.failure_message)


_WORDS = Words.of(
    {"completed": Progress.DONE, "failed": Progress.FAILED, "cancelled": Progress.FAILED}
)

# No idempotency key is known for it [behaviour notes 4, read 2026-11-20].
CREATE_CLIPPING = renders("/v3/ai-clipping", "createAiClipping", Replay.UNSAFE)
LIST_CLIPPINGS = reads("/v3/ai-clipping", "listAiClippings")
GET_CLIPPING = reads("/v3/ai-clipping/{job_id}", "getAiClipping")
DELETE_CLIPPING = deletes("/v3/ai-clipping/{job_id}", "deleteAiClipping")

ENDPOINTS = (CREATE_CLIPPING, LIST_CLIPPINGS, GET_CLIPPING, DELETE_CLIPPING)


class Clippings(Family):
    """Clippings."""

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {"clipping": self.look}

    async def create(
        self, request: CreateAiClippingRequest, *, concurrency: Concurrency = "wait"
    ) -> CreateAiClippingResponse:
        """Begin a clipping and return its id.

        Charged. There is no idempotency key: a lost answer is never repeated.

        Args:
            request: the video and what to make of it.
            concurrency: what to do when the account runs as many jobs as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            InvalidRequestError: among others, the server could not fetch the video.
            UncertainError: the answer was lost; look for the title with ``list``.
        """
        request_of(CreateAiClippingRequest, request, "request")
        return await self._call(
            CreateAiClippingResponse, CREATE_CLIPPING, body=request, concurrency=concurrency
        )

    async def wait(self, job_id: str, *, timeout: float | None = 3600.0) -> AiClippingDetail:
        """The clipping, once it is finished; single clips may have failed.

        Raises:
            JobFailedError: it failed or was cancelled; with ``reason``, which is None at times.
            NotFoundError: it does not exist any more.
            DeadlineError: not finished in time; wait again with its id.
        """
        return await self._settled("clipping", job_id, self.get, state_of, timeout=timeout)

    async def look(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of clippings, one request each."""
        return await looking(self.get)(ids)

    async def get(self, job_id: str) -> AiClippingDetail:
        """One clipping, with fresh addresses of its clips."""
        return await self._call(AiClippingDetail, GET_CLIPPING, ids={"job_id": job_id})

    def list(
        self, *, limit: int | None = None, token: str | None = None
    ) -> Pages[AiClippingDetail]:
        """Clippings; ``limit`` is items a page, 1 to 100, 10 by default."""
        query = {"limit": page_size(limit, 100)}
        return self._list(AiClippingDetail, LIST_CLIPPINGS, query=query, token=token)

    async def delete(self, job_id: str) -> DeletedResource:
        """Delete a clipping with its clips."""
        return await self._call(DeletedResource, DELETE_CLIPPING, ids={"job_id": job_id})
