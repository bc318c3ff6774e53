"""Videos: create, look, wait, list, delete; one by one and in batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import attrs

from heygen_async.api.calls import deletes, reads, renders
from heygen_async.api.family import Concurrency, request_of
from heygen_async.api.looking import UNLISTED
from heygen_async.api.paging import Pages
from heygen_async.api.rules import identifiers, page_size, text
from heygen_async.api.v3.batch_family import BatchFamily
from heygen_async.api.v3.batches import BatchItem, BatchItemStatus, CreateBatchResponse, told
from heygen_async.api.v3.cinematic import CreateVideoFromCinematicAvatar
from heygen_async.api.v3.places import Places, split
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
from heygen_async.api.watch import Watch
from heygen_async.errors import (
    HeyGenError,
    InvalidInputError,
    NotFoundError,
    ProtocolError,
    RepeatError,
    ServerError,
)
from heygen_async.models.state import JobState, Progress
from heygen_async.transport.endpoint import Replay
from heygen_async.transport.http import Transport

__all__ = ["Videos"]

CREATE_VIDEO = renders("/v3/videos", "createVideo", Replay.KEYED)
LIST_VIDEOS = reads("/v3/videos", "listVideos")
GET_VIDEO = reads("/v3/videos/{video_id}", "getVideo")
DELETE_VIDEO = deletes("/v3/videos/{video_id}", "deleteVideo")
BULK_STATUSES = reads("/v3/videos/statuses", "bulkVideoStatuses")
# Unlike the batches of lipsyncs and translations, these are not named among the calls that know
# idempotency keys [behaviour notes 4, read 2026-11-20]: a second one may be paid a second time.
CREATE_BATCH = renders("/v3/videos/batches", "createVideoBatch", Replay.UNSAFE)
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

# Videos of a page at the most; how many are read beside those that are looked for, since others are
# made meanwhile; and after how many pages in vain the list is not asked any more.
_PAGE = 100
_BESIDE = 10
_BELIEVED = 3

#: Seconds a short video usually takes [behaviour notes 13, read 2026-11-20].
RENDERING = 180.0


class Videos(BatchFamily):
    """Videos and batches of videos."""

    _kind = "video"
    _bulk = (BULK_STATUSES, "video_ids")
    _batch = GET_BATCH

    # How many first pages of the list in a row showed none of the videos that were looked for.
    # HeyGen does not say that the newest come first; it is believed until then.
    _in_vain = 0

    def __init__(self, transport: Transport, watch: Watch | None = None) -> None:
        super().__init__(transport, watch)
        self._places = Places()

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

    async def look(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of videos; where it costs nothing more, with the videos whole.

        A bulk status says that a video is finished, but not where its file is, which then costs
        another request for each. The list says both: those that render now are among the newest.
        What its first page does not show, the bulk status is asked for.

        Args:
            ids: of videos, or places in batches as ``BATCH/INDEX``. A place is followed to its
                video, whose state it has from then on, with the video's id as ``became``; until
                then it runs, or failed without one. A batch is read only while it has to be.
        """
        wanted = identifiers("ids", ids)
        places = [one for one in wanted if split(one) is not None]
        if not places:
            return await self._look(wanted)
        fresh = [one for one in places if self._places.video(one) is None]
        items: dict[str, JobState] = {}
        try:
            items = await self.look_items(fresh) if fresh else {}
        except (ProtocolError, ServerError) as error:
            if len(fresh) == len(wanted):
                raise
            self._passed_over(GET_BATCH.operation, error)
        became: dict[str, str] = {}
        for place in places:
            video_id = items[place].became if place in items else self._places.video(place)
            if video_id is not None:
                became[place] = video_id
        direct = [one for one in wanted if split(one) is None]
        videos = list(dict.fromkeys([*direct, *became.values()]))
        seen = await self._look(videos) if videos else {}
        states = {place: state for place, state in items.items() if state.became is None}
        for place, video_id in became.items():
            if video_id in seen:
                states[place] = attrs.evolve(seen[video_id], became=video_id)
        return states | {one: seen[one] for one in direct if one in seen}

    async def _look(self, wanted: Sequence[str]) -> dict[str, JobState]:
        states: dict[str, JobState] = {}
        if len(wanted) == 1:
            try:
                return {wanted[0]: _seen(await self.get(wanted[0]))}
            except NotFoundError as error:
                return {wanted[0]: JobState(Progress.GONE, "not_found", error.code, error.message)}
        limit = _BESIDE + 2 * len(wanted)
        listed = limit <= _PAGE and self._in_vain < _BELIEVED
        if listed:
            states = await self._newest(limit, wanted)
        missing = [video_id for video_id in wanted if video_id not in states]
        if not missing:
            self._in_vain = 0
            return states
        try:
            found = await super().look(missing)
        except RepeatError:
            if not states:
                raise
            found = {}
        if listed:
            self._in_vain = 0 if states else self._in_vain + 1
        return states | found

    async def _newest(self, limit: int, wanted: Sequence[str]) -> dict[str, JobState]:
        """Those of the wanted videos that are among the newest, whole."""
        query = {"limit": limit}
        try:
            page = await self._items(VideoDetail, LIST_VIDEOS, query=query, readable=True)
        except UNLISTED as error:
            self._passed_over(LIST_VIDEOS.operation, error)
            return {}
        return {video.id: _seen(video) for video in page.items if video.id in wanted}

    async def delete(self, video_id: str) -> DeletedVideo:
        """Delete a video. Nothing says that this stops or refunds one that is rendering."""
        return await self._call(DeletedVideo, DELETE_VIDEO, ids={"video_id": video_id})

    async def create_batch(
        self,
        request: CreateVideoBatchRequest,
        *,
        concurrency: Concurrency = "wait",
    ) -> CreateBatchResponse:
        """Begin to render up to 100 videos; each is charged by itself, as ``create`` says.

        HeyGen documents no idempotency key for batches of videos, so a request whose answer is lost
        is never repeated: look for the titles of the videos before you call again. Raises what
        ``create`` raises.
        """
        request_of(CreateVideoBatchRequest, request, "request")
        taken = await self._call(
            CreateBatchResponse,
            CREATE_BATCH,
            body=request,
            concurrency=concurrency,
        )
        for index in range(len(request.videos)):
            self._places.expect(f"{taken.batch_id}/{index}")
        return taken

    async def look_items(self, items: Sequence[str]) -> dict[str, JobState]:
        """What items of batches have become, one request for each batch.

        Args:
            items: as ``BATCH/INDEX``. One that HeyGen has not begun with is still running, one that
                has an id is done, whatever has become of the video, whose id is ``became``, and one
                that failed without an id was refused. The item is the state's ``resource``. One
                that cannot be read is left out.

        Raises:
            HeyGenError: no batch could be read.
        """
        batches: dict[str, dict[int, str]] = {}
        for item in identifiers("items", items):
            place = split(item)
            if place is None:
                raise InvalidInputError.of("items", "must be like BATCH/INDEX", item)
            batches.setdefault(place[0], {})[place[1]] = item
        states: dict[str, JobState] = {}
        failure: HeyGenError | None = None
        for batch_id, wanted in batches.items():
            try:
                found = await self._items_of(batch_id)
            except (ProtocolError, ServerError) as error:
                failure = error
                continue
            except NotFoundError as error:
                gone = JobState(Progress.GONE, "not_found", error.code, error.message)
                states |= dict.fromkeys(wanted.values(), gone)
                continue
            for it in found:
                name = f"{batch_id}/{it.item_index}"
                if it.video_id is not None:
                    self._places.learn(name, it.video_id)
                elif it.status is not BatchItemStatus.FAILED:
                    self._places.expect(name)
            states |= {wanted[it.item_index]: _begun(it) for it in found if it.item_index in wanted}
        if failure is not None:
            if not states:
                raise failure
            self._passed_over(GET_BATCH.operation, failure)
        return states

    def places_of(self, video_id: str) -> Collection[str]:
        """The place in a batch from which a video came; where that is not known, all it may be."""
        place = self._places.place(video_id)
        return tuple(self._places.vacant) if place is None else (place,)


def _begun(item: BatchItem) -> JobState:
    if item.video_id is not None:
        return JobState(Progress.DONE, item.status.value, resource=item, became=item.video_id)
    if item.status is BatchItemStatus.FAILED:
        return JobState(Progress.FAILED, item.status.value, *told(item.error), resource=item)
    return JobState(Progress.RUNNING, item.status.value, resource=item)


def _state(video: VideoDetail) -> JobState:
    return video.state


def _seen(video: VideoDetail) -> JobState:
    return attrs.evolve(video.state, resource=video) if video.state.settled else video.state
