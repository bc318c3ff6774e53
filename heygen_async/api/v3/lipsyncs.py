"""Lipsyncs: a video whose speaker says another recording.

Source: HeyGen v3 contract and behaviour notes sections 6, 7 and 12, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.calls import deletes, reads, renders, replaces
from heygen_async.api.family import Concurrency, request_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import CALLBACK, ID, Between, Count, Text, page_size
from heygen_async.api.v3.batch_family import BatchFamily
from heygen_async.api.v3.batches import BATCH_MOST, CreateBatchResponse, DeletedResource
from heygen_async.api.v3.inputs import AssetInputUrlOrId
from heygen_async.api.v3.media import (
    RUN_WORDS,
    FpsMode,
    JobRunStatus,
    QualityMode,
    UpdateTitleRequest,
    check_span,
)
from heygen_async.api.values import Request, Resource, optional, signed
from heygen_async.models.state import JobState
from heygen_async.transport.endpoint import Replay

__all__ = [
    "CreateLipsyncBatchRequest",
    "CreateLipsyncRequest",
    "CreatedLipsync",
    "LipsyncDetail",
    "Lipsyncs",
]


@attrs.frozen(kw_only=True)
class CreateLipsyncRequest(Request):
    """A video and what its speaker is to say.

    Attributes:
        video: with a speaker; by address or asset, up to 32 MB by address.
        audio: the recording to say.
        mode: ``speed`` or ``precision``.
        title: for display.
        start_time: seconds; where the part to work on begins.
        end_time: seconds; where it ends.
        enable_caption: a caption file besides.
        enable_dynamic_duration: let the video become longer or shorter with the recording.
        enable_speech_enhancement: clean the recording.
        enable_watermark: HeyGen's own.
        disable_music_track: leave out the video's music.
        keep_the_same_format: size and codec as in the source.
        fps_mode: how frames are timed.
        folder_id: where the result is put.
        callback_url: https address that is told when it settles; it is not signed.
        callback_id: comes back in that message.
    """

    video: AssetInputUrlOrId
    audio: AssetInputUrlOrId
    mode: QualityMode | str | None = optional(served="speed")
    title: str | None = optional(Text(1))
    start_time: float | None = optional(Between(0))
    end_time: float | None = optional(Between(0))
    enable_caption: bool | None = optional(served=False)
    enable_dynamic_duration: bool | None = optional(served=True)
    enable_speech_enhancement: bool | None = optional(served=False)
    enable_watermark: bool | None = optional(served=False)
    disable_music_track: bool | None = optional(served=False)
    keep_the_same_format: bool | None = optional()
    fps_mode: FpsMode | str | None = optional()
    folder_id: str | None = optional(ID)
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))

    def _cohere(self) -> None:
        check_span("CreateLipsyncRequest", self.start_time, self.end_time)


@attrs.frozen(kw_only=True)
class CreateLipsyncBatchRequest(Request):
    """Up to 100 lipsyncs in one request.

    Attributes:
        lipsyncs: 1 to 100; each is made, fails and is charged by itself.
        title: for the batch.
        callback_url: https address that is told once, when all have settled.
    """

    lipsyncs: Sequence[CreateLipsyncRequest] = attrs.field(validator=Count(1, BATCH_MOST))
    title: str | None = optional(Text(1))
    callback_url: str | None = optional(CALLBACK)


@attrs.frozen
class CreatedLipsync(Resource):
    """The id of a lipsync that was accepted."""

    lipsync_id: str


@attrs.frozen
class LipsyncDetail(Resource):
    """A lipsync; addresses are signed and end, a new look gives fresh ones.

    Attributes:
        id: its id.
        status: how far it is.
        title: as given.
        created_at: unix seconds.
        duration: seconds, of the result.
        video_url: the result, None until it is completed.
        caption_url: the caption file, if one was asked for.
        callback_id: as given.
        failure_message: why it failed; may be None even then.
    """

    id: str
    status: JobRunStatus
    title: str | None = None
    created_at: int | None = None
    duration: float | None = None
    video_url: str | None = signed()
    caption_url: str | None = signed()
    callback_id: str | None = None
    failure_message: str | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure."""
        return RUN_WORDS.read(self.status, reason=self.failure_message)


CREATE_LIPSYNC = renders("/v3/lipsyncs", "createLipsync", Replay.KEYED)
LIST_LIPSYNCS = reads("/v3/lipsyncs", "listLipsyncs")
GET_LIPSYNC = reads("/v3/lipsyncs/{lipsync_id}", "getLipsync")
UPDATE_LIPSYNC = replaces("PATCH", "/v3/lipsyncs/{lipsync_id}", "updateLipsync")
DELETE_LIPSYNC = deletes("/v3/lipsyncs/{lipsync_id}", "deleteLipsync")
BULK_STATUSES = reads("/v3/lipsyncs/statuses", "bulkLipsyncStatuses")
CREATE_BATCH = renders("/v3/lipsyncs/batches", "createLipsyncBatch", Replay.KEYED)
GET_BATCH = reads("/v3/lipsyncs/batches/{batch_id}", "getLipsyncBatch")

ENDPOINTS = (
    CREATE_LIPSYNC,
    LIST_LIPSYNCS,
    GET_LIPSYNC,
    UPDATE_LIPSYNC,
    DELETE_LIPSYNC,
    BULK_STATUSES,
    CREATE_BATCH,
    GET_BATCH,
)


class Lipsyncs(BatchFamily):
    """Lipsyncs and batches of them."""

    _kind = "lipsync"
    _bulk = (BULK_STATUSES, "lipsync_ids")
    _batch = GET_BATCH

    async def create(
        self,
        request: CreateLipsyncRequest,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> CreatedLipsync:
        """Begin a lipsync and return its id.

        Charged by the second of result, twice as much for ``precision``; a failed one is not.

        Args:
            request: the video and the recording.
            idempotency_key: to repeat the call within 24 hours without being charged twice; one
                is made if none is given. Never use one for two different requests.
            concurrency: what to do when the account runs as many jobs as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            InvalidRequestError: among others, the server could not fetch a file.
            InsufficientCreditError: the balance is below the price.
            UncertainError: the answer was lost; call again with the error's ``key``.
        """
        request_of(CreateLipsyncRequest, request, "request")
        return await self._call(
            CreatedLipsync,
            CREATE_LIPSYNC,
            body=request,
            key=idempotency_key,
            concurrency=concurrency,
        )

    async def wait(self, lipsync_id: str, *, timeout: float | None = 3600.0) -> LipsyncDetail:
        """The lipsync, once it is finished; it has no webhook event, so it is polled.

        Raises:
            JobFailedError: with ``reason``, which is None at times.
            NotFoundError: it does not exist any more.
            DeadlineError: not finished in time; wait again with its id.
        """
        return await self._settled("lipsync", lipsync_id, self.get, _state, timeout=timeout)

    async def get(self, lipsync_id: str) -> LipsyncDetail:
        """One lipsync, with fresh addresses of its files."""
        return await self._call(LipsyncDetail, GET_LIPSYNC, ids={"lipsync_id": lipsync_id})

    def list(self, *, limit: int | None = None, token: str | None = None) -> Pages[LipsyncDetail]:
        """Lipsyncs; ``limit`` is items a page, 1 to 100, 10 by default."""
        query = {"limit": page_size(limit, 100)}
        return self._list(LipsyncDetail, LIST_LIPSYNCS, query=query, token=token)

    async def rename(self, lipsync_id: str, title: str) -> LipsyncDetail:
        """Give a lipsync another title and return it."""
        return await self._call(
            LipsyncDetail,
            UPDATE_LIPSYNC,
            ids={"lipsync_id": lipsync_id},
            body=UpdateTitleRequest(title),
        )

    async def delete(self, lipsync_id: str) -> DeletedResource:
        """Delete a lipsync."""
        return await self._call(DeletedResource, DELETE_LIPSYNC, ids={"lipsync_id": lipsync_id})

    async def create_batch(
        self,
        request: CreateLipsyncBatchRequest,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> CreateBatchResponse:
        """Begin up to 100 lipsyncs; the same key gives the same batch. See ``create``."""
        request_of(CreateLipsyncBatchRequest, request, "request")
        return await self._call(
            CreateBatchResponse,
            CREATE_BATCH,
            body=request,
            key=idempotency_key,
            concurrency=concurrency,
        )


def _state(lipsync: LipsyncDetail) -> JobState:
    return lipsync.state
