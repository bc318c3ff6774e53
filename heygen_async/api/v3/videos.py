"""Videos: create, look, wait, list, delete; one by one and in batches."""

from __future__ import annotations

from heygen_async.api.calls import deletes, reads, renders
from heygen_async.api.family import Concurrency, request_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import page_size, text
from heygen_async.api.v3.batch_family import BatchFamily
from heygen_async.api.v3.batches import CreateBatchResponse
from heygen_async.api.v3.cinematic import CreateVideoFromCinematicAvatar
from heygen_async.api.v3.studio import CreateVideoFromStudio
from heygen_async.api.v3.videos_schemas import (
    CreatedVideo,
    CreateVideoBatchRequest,
    CreateVideoFromAvatar,
    CreateVideoFromImage,
    CreateVideoRequest,
    DeletedVideo,
    VideoDetail,
)
from heygen_async.models.state import JobState
from heygen_async.transport.endpoint import Replay

__all__ = ["Videos"]

CREATE_VIDEO = renders("/v3/videos", "createVideo", Replay.KEYED)
LIST_VIDEOS = reads("/v3/videos", "listVideos")
GET_VIDEO = reads("/v3/videos/{video_id}", "getVideo")
DELETE_VIDEO = deletes("/v3/videos/{video_id}", "deleteVideo")
BULK_STATUSES = reads("/v3/videos/statuses", "bulkVideoStatuses")
# Not named among the keyed calls of HeyGen's changelog; taken to be one, as the batches of
# lipsyncs and translations are [behaviour notes 4, read 2026-11-20].
CREATE_BATCH = renders("/v3/videos/batches", "createVideoBatch", Replay.KEYED)
GET_BATCH = reads("/v3/videos/batches/{batch_id}", "getVideoBatch")

ENDPOINTS = (
    CREATE_VIDEO,
    LIST_VIDEOS,
    GET_VIDEO,
    DELETE_VIDEO,
    BULK_STATUSES,
    CREATE_BATCH,
    GET_BATCH,
)

_KINDS = (
    CreateVideoFromAvatar,
    CreateVideoFromImage,
    CreateVideoFromCinematicAvatar,
    CreateVideoFromStudio,
)

#: Seconds a short video usually takes [behaviour notes 13, read 2026-11-20].
RENDERING = 180.0


class Videos(BatchFamily):
    """Videos and batches of videos."""

    _kind = "video"
    _bulk = (BULK_STATUSES, "video_ids")
    _batch = GET_BATCH

    async def create(
        self,
        request: CreateVideoRequest,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> CreatedVideo:
        """Begin to render a video and return its id.

        Charged by the second of finished video (cinematic ones flat); a failed video is not. The
        answer takes 2 seconds as a rule and 30 at worst.

        Args:
            request: from an avatar, a picture, a cinematic prompt, or studio scenes.
            idempotency_key: to repeat the call within 24 hours without being charged twice; one
                is made if none is given. Never use one for two different requests.
            concurrency: what to do when the account renders as much as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            NotFoundError: the look or voice is unknown.
            ConsentRequiredError: the digital twin's person has not agreed yet.
            InsufficientCreditError: the balance is below the price.
            ConcurrencyLimitError: too many jobs are running.
            UncertainError: the answer was lost; call again with the error's ``key``.
        """
        request_of(_KINDS, request, "request")
        return await self._call(
            CreatedVideo,
            CREATE_VIDEO,
            body=request,
            key=idempotency_key,
            concurrency=concurrency,
        )

    async def wait(
        self, video_id: str, *, timeout: float | None = 3600.0, expected: float | None = RENDERING
    ) -> VideoDetail:
        """The video, once it is finished.

        Args:
            video_id: as ``create`` gave it.
            timeout: seconds, None to wait for ever. Rendering takes 5 to 10 times the video's
                length, more when HeyGen is busy.
            expected: seconds it will probably take from now.

        Raises:
            VideoFailedError: with ``code`` and ``reason``, which are both None at times.
            NotFoundError: it does not exist any more.
            DeadlineError: not finished in time; it goes on rendering, wait again with its id.
        """
        return await self._settled(
            "video", video_id, self.get, _state, timeout=timeout, expected=expected
        )

    async def get(self, video_id: str) -> VideoDetail:
        """One video, with fresh addresses of its files."""
        return await self._call(VideoDetail, GET_VIDEO, ids={"video_id": video_id})

    def list(
        self,
        *,
        title: str | None = None,
        folder_id: str | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[VideoDetail]:
        """Videos, the newest first.

        Args:
            title: only those whose title contains this.
            folder_id: only those in this folder.
            limit: items a page, 1 to 100; the server's default is 10.
            token: where to go on.
        """
        query = {
            "title": None if title is None else text("title", title),
            "folder_id": folder_id,
            "limit": page_size(limit, 100),
        }
        return self._list(VideoDetail, LIST_VIDEOS, query=query, token=token)

    async def delete(self, video_id: str) -> DeletedVideo:
        """Delete a video. Nothing says that this stops or refunds one that is rendering."""
        return await self._call(DeletedVideo, DELETE_VIDEO, ids={"video_id": video_id})

    async def create_batch(
        self,
        request: CreateVideoBatchRequest,
        *,
        idempotency_key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> CreateBatchResponse:
        """Begin to render up to 100 videos; each is charged by itself, as ``create`` says.

        Whether batches take an idempotency key is not documented by HeyGen; one is sent. Raises
        what ``create`` raises.
        """
        request_of(CreateVideoBatchRequest, request, "request")
        return await self._call(
            CreateBatchResponse,
            CREATE_BATCH,
            body=request,
            key=idempotency_key,
            concurrency=concurrency,
        )


def _state(video: VideoDetail) -> JobState:
    return video.state
