"""Background removals: a video taken apart into foreground, mask and background.

Source: HeyGen v3 contract and behaviour notes sections 4 and 6, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

import attrs

from heygen_async.api.calls import deletes, reads, renders
from heygen_async.api.family import Concurrency, Family, request_of
from heygen_async.api.looking import looking, state_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import Text, page_size
from heygen_async.api.v3.inputs import AssetInput
from heygen_async.api.values import Request, Resource, optional
from heygen_async.api.watch import BulkLook
from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState, Progress, Words
from heygen_async.transport.endpoint import Replay

__all__ = [
    "BackgroundRemovalJob",
    "BackgroundRemovalStatus",
    "BackgroundRemovals",
    "CreateBackgroundRemovalRequest",
    "DeletedBackgroundRemoval",
    "VideoLayer",
]


class BackgroundRemovalStatus(OpenWord):
    """How far a removal is; ``deleted`` is what a deleted one answers."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    DELETED = "deleted"


class VideoLayer(OpenWord):
    """What a removal can give."""

    FOREGROUND = "foreground"
    MASK = "mask"
    BACKGROUND = "background"


@attrs.frozen(kw_only=True)
class CreateBackgroundRemovalRequest(Request):
    """A video to be taken apart.

    Attributes:
        video: the video.
        layers: which layers to make; HeyGen's choice without it.
        title: for display.
        request_id: makes the call repeatable: HeyGen gives the same job for the same id, even if
            the rest of the request differs. One is made if none is given.
    """

    video: AssetInput
    layers: Sequence[VideoLayer | str] | None = optional()
    title: str | None = optional(Text(1))
    request_id: str | None = optional(Text(1))


@attrs.frozen
class BackgroundRemovalJob(Resource):
    """A removal.

    Attributes:
        id: its id.
        status: how far it is.
        layers: the files by layer; signed addresses, which end and are not shown.
        duration: seconds.
        created_at: unix seconds.
        completed_at: unix seconds.
        error: why it failed, in words; may be None even then.
    """

    id: str
    status: BackgroundRemovalStatus
    layers: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    duration: float | None = None
    created_at: int | None = None
    completed_at: int | None = None
    error: str | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure."""
        return _WORDS.read(self.status, reason=self.error)


@attrs.frozen
class DeletedBackgroundRemoval(Resource):
    """The id of the removal that was deleted."""

    id: str
    deleted: bool


_WORDS = Words.of({"completed": Progress.DONE, "failed": Progress.FAILED, "deleted": Progress.GONE})

_PATH = "/v3/background-removals"

CREATE_REMOVAL = renders(_PATH, "createBackgroundRemoval", Replay.BODY_ID)
LIST_REMOVALS = reads(_PATH, "listBackgroundRemovals")
GET_REMOVAL = reads(_PATH + "/{job_id}", "getBackgroundRemoval")
DELETE_REMOVAL = deletes(_PATH + "/{job_id}", "deleteBackgroundRemoval")

ENDPOINTS = (CREATE_REMOVAL, LIST_REMOVALS, GET_REMOVAL, DELETE_REMOVAL)


class BackgroundRemovals(Family):
    """Background removals."""

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {"background_removal": self.look}

    async def create(
        self,
        request: CreateBackgroundRemovalRequest,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> BackgroundRemovalJob:
        """Begin a removal and return it as it is then.

        Charged; a failed one is not. A lost answer is asked for again under the same
        ``request_id``, which HeyGen answers with the same job.

        Args:
            request: the video and the layers.
            idempotency_key: the ``request_id``, as other calls name it.
            concurrency: what to do when the account runs as many jobs as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            InvalidInputError: ``idempotency_key`` and ``request_id`` are both given and differ.
            UncertainError: the answer was lost; call again with the error's ``key``.
        """
        request_of(CreateBackgroundRemovalRequest, request, "request")
        if None not in (idempotency_key, request.request_id) and (
            idempotency_key != request.request_id
        ):
            raise InvalidInputError.of(
                "idempotency_key", "must be the request_id or be left out", idempotency_key
            )
        key = idempotency_key or request.request_id or uuid4().hex
        return await self._call(
            BackgroundRemovalJob,
            CREATE_REMOVAL,
            body=attrs.evolve(request, request_id=key),
            key=key,
            concurrency=concurrency,
        )

    async def wait(self, job_id: str, *, timeout: float | None = 3600.0) -> BackgroundRemovalJob:
        """The removal, once it is finished; it has no webhook event, so it is polled.

        Raises:
            JobFailedError: with ``reason``, which is None at times.
            NotFoundError: it was deleted or does not exist.
            DeadlineError: not finished in time; wait again with its id.
        """
        return await self._settled(
            "background_removal", job_id, self.get, state_of, timeout=timeout
        )

    async def look(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of removals, one request each."""
        return await looking(self.get)(ids)

    async def get(self, job_id: str) -> BackgroundRemovalJob:
        """One removal, with fresh addresses of its layers."""
        return await self._call(BackgroundRemovalJob, GET_REMOVAL, ids={"job_id": job_id})

    def list(
        self, *, limit: int | None = None, token: str | None = None
    ) -> Pages[BackgroundRemovalJob]:
        """Removals; ``limit`` is items a page, 1 to 100, 10 by default."""
        query = {"limit": page_size(limit, 100)}
        return self._list(BackgroundRemovalJob, LIST_REMOVALS, query=query, token=token)

    async def delete(self, job_id: str) -> DeletedBackgroundRemoval:
        """Delete a removal with its layers."""
        return await self._call(DeletedBackgroundRemoval, DELETE_REMOVAL, ids={"job_id": job_id})
