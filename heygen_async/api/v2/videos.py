"""Videos of v1 and v2: generate, look, wait, list, delete.

None of these calls takes an idempotency key: a second ``generate`` is a second video, and charged.

Source: HeyGen v2 contract and behaviour notes sections 4.5, 5 and 13, read 2026-11-20.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any

from heygen_async.api.calls import deletes, reads, renders
from heygen_async.api.family import Concurrency, request_of
from heygen_async.api.looking import look_in_list, look_side_by_side, state_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import identifier, identifiers, page_size, text
from heygen_async.api.v2.legacy import LegacyFamily, legacy
from heygen_async.api.v2.video_answers import AcceptedVideo, V2Video, VideoListItem, VideoStatusV2
from heygen_async.api.v2.video_requests import (
    Av4GenerateRequest,
    V2VideoCreateRequest,
    VideoGenerateRequest,
)
from heygen_async.api.watch import BulkLook
from heygen_async.errors import FixError
from heygen_async.models.state import JobState, Progress
from heygen_async.transport.endpoint import Replay

__all__ = ["VideosV2"]

_CREATE = "POST /v3/videos"
_GET = "GET /v3/videos/{video_id}"
_LIST = "GET /v3/videos"
_DELETE = "DELETE /v3/videos/{video_id}"

GENERATE = legacy(
    renders("/v2/video/generate", "create-an-avatar-video-v2", Replay.UNSAFE), _CREATE
)
GENERATE_AV4 = legacy(
    renders("/v2/video/av4/generate", "create-avatar-iv-video", Replay.UNSAFE), _CREATE
)
CREATE = legacy(renders("/v2/videos", "create-video-1", Replay.UNSAFE), _CREATE)
LIST_VIDEOS = legacy(reads("/v2/videos", "list-videos-v2"), _LIST)
GET_VIDEO = legacy(reads("/v2/videos/{video_id}", "get-video-detail"), _GET)
DELETE_VIDEO = legacy(deletes("/v2/videos/{video_id}", "delete-video-v2"), _DELETE)
STATUS = legacy(reads("/v1/video_status.get", "video-status"), _GET)
LIST_V1 = legacy(reads("/v1/video.list", "video-list"), _LIST)
DELETE_V1 = legacy(deletes("/v1/video.delete", "delete-a-video"), _DELETE)

ENDPOINTS = (
    GENERATE,
    GENERATE_AV4,
    CREATE,
    LIST_VIDEOS,
    GET_VIDEO,
    DELETE_VIDEO,
    STATUS,
    LIST_V1,
    DELETE_V1,
)

#: Seconds a video usually takes: 5 to 15 minutes, and hours at worst.
RENDERING = 480.0

#: Seconds by which captions usually follow their video.
CAPTIONING = 5.0

#: What the status of a video says right after it was accepted, before all of HeyGen knows it; and
#: after how many such looks it is believed.
_UNKNOWN_YET = "PACIFIC_VIDEO"
_UNKNOWN_LOOKS = 5

_PAGE_MOST = 100


class VideosV2(LegacyFamily):
    """Videos, in the three forms that v1 and v2 have for them."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._unknown: Counter[str] = Counter()

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {"v2_video": self.look, "v2_captions": self._look_at_captions}

    async def generate(
        self, request: VideoGenerateRequest, *, concurrency: Concurrency = "wait"
    ) -> AcceptedVideo:
        """Begin to render a video of one or more scenes and return its id.

        Charged by the second of finished video.

        Args:
            request: the scenes; photo looks are a ``TalkingPhotoCharacter``.
            concurrency: what to do when the account renders as much as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            NotFoundError: the look, avatar or voice is unknown; or a look was sent as an avatar.
            PlanLimitError: a trial's videos of the day are used up, or the plan has no such size.
            ConcurrencyLimitError: too many jobs are running.
            UncertainError: the answer was lost; look for the title in ``list_v1(title=…)``.
        """
        request_of(VideoGenerateRequest, request, "request")
        return await self._call(AcceptedVideo, GENERATE, body=request, concurrency=concurrency)

    async def generate_av4(
        self, request: Av4GenerateRequest, *, concurrency: Concurrency = "wait"
    ) -> AcceptedVideo:
        """Begin to render an Avatar IV video of one photo and return its id.

        Charged by the second of finished video, at a higher rate. Raises what ``generate`` raises.
        """
        request_of(Av4GenerateRequest, request, "request")
        return await self._call(AcceptedVideo, GENERATE_AV4, body=request, concurrency=concurrency)

    async def create(
        self, request: V2VideoCreateRequest, *, concurrency: Concurrency = "wait"
    ) -> AcceptedVideo:
        """Begin to render a video of an avatar or a picture and return its id.

        Charged by the second of finished video. Raises what ``generate`` raises.
        """
        request_of(V2VideoCreateRequest, request, "request")
        return await self._call(AcceptedVideo, CREATE, body=request, concurrency=concurrency)

    async def wait(
        self, video_id: str, *, timeout: float | None = 7200.0, expected: float | None = RENDERING
    ) -> VideoStatusV2:
        """The video, once it is finished.

        A video that the server does not know yet, right after it was accepted, is waited for.

        Args:
            video_id: as the video was accepted under.
            timeout: seconds, None to wait for ever. Minutes as a rule, hours when HeyGen is busy.
            expected: seconds it will probably take from now.

        Raises:
            VideoFailedError: with ``code`` and ``reason``; want of credit is one of them.
            NotFoundError: it does not exist.
            DeadlineError: not finished in time; it goes on rendering, wait again with its id.
        """
        return await self._settled(
            "v2_video", video_id, self.status, state_of, timeout=timeout, expected=expected
        )

    async def wait_captions(self, video_id: str, *, timeout: float | None = 120.0) -> VideoStatusV2:
        """A finished video, once its captions are there too, which may come seconds later.

        Args:
            video_id: of a video that captions were asked for.
            timeout: seconds, None to wait for ever.

        Raises:
            VideoFailedError: it failed.
            DeadlineError: not there in time; the video is finished all the same.
        """
        return await self._settled(
            "v2_captions", video_id, self.status, state_of, timeout=timeout, expected=CAPTIONING
        )

    async def _look_at_captions(self, ids: Sequence[str]) -> dict[str, JobState]:
        async def one(video_id: str) -> JobState:
            video = await self.status(video_id)
            late = video.caption_url is None or video.video_url_caption is None
            if late and video.state.progress is Progress.DONE:
                return JobState(Progress.RUNNING, "without captions")
            return video.state

        return await look_side_by_side(identifiers("ids", ids), one)

    async def look(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of videos, of many in few requests.

        There is no bulk status, but a page of v1's list shows 100.
        """

        def read(line: VideoListItem) -> tuple[str, JobState]:
            self._unknown.pop(line.video_id, None)
            return line.video_id, line.state

        query = {"limit": _PAGE_MOST}
        return await look_in_list(
            identifiers("ids", ids),
            self._pages(VideoListItem, LIST_V1, "videos", query=query, readable=True).pages(),
            read,
            self._look,
            partial(self._passed_over, LIST_V1.operation),
        )

    async def _look(self, video_id: str) -> JobState:
        try:
            state = (await self.status(video_id)).state
        except FixError as error:
            if _UNKNOWN_YET not in error.message:
                raise
            self._unknown[video_id] += 1
            if self._unknown[video_id] <= _UNKNOWN_LOOKS:
                return JobState(Progress.RUNNING, "not found yet")
            if self._unknown[video_id] > _UNKNOWN_LOOKS + 1:
                del self._unknown[video_id]  # Said twice, which is believed.
            raise
        self._unknown.pop(video_id, None)
        return state

    async def status(self, video_id: str) -> VideoStatusV2:
        """How far a video is, with fresh addresses of its files."""
        query = {"video_id": identifier("video_id", video_id)}
        return await self._call(VideoStatusV2, STATUS, query=query)

    async def get(self, video_id: str) -> V2Video:
        """One video as v2 tells of it: with its title, and the reason of a failure in words."""
        return await self._call(V2Video, GET_VIDEO, ids={"video_id": video_id})

    def list(self, *, limit: int | None = None, token: str | None = None) -> Pages[V2Video]:
        """Videos, with their files; whether the server heeds the two parameters is unverified.

        Args:
            limit: items a page, 1 to 100.
            token: where to go on.
        """
        query = {"limit": page_size(limit, _PAGE_MOST)}
        return self._pages(V2Video, LIST_VIDEOS, "videos", query=query, token=token)

    def list_v1(
        self,
        *,
        title: str | None = None,
        folder_id: str | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[VideoListItem]:
        """Videos by title and folder, without their files, the newest first.

        Args:
            title: only those whose title contains this.
            folder_id: only those in this folder.
            limit: items a page, 1 to 100.
            token: where to go on.
        """
        query = {
            "title": None if title is None else text("title", title),
            "folder_id": folder_id,
            "limit": page_size(limit, _PAGE_MOST),
        }
        return self._pages(VideoListItem, LIST_V1, "videos", query=query, token=token)

    async def delete(self, video_id: str) -> None:
        """Delete a video."""
        await self._ask(DELETE_VIDEO, ids={"video_id": video_id})

    async def delete_v1(self, video_id: str) -> None:
        """Delete a video by v1's call, which does the same."""
        await self._ask(DELETE_V1, query={"video_id": identifier("video_id", video_id)})
