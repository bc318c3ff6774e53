"""The four actions: make an avatar, report on it, make a video, look at it.

None of them takes an idempotency key, so the two that make something are never repeated after a
lost answer: they raise ``UncertainError``. There is nothing to look the result up with either.

Source: agent.ai contract and behaviour notes §12, read 2026-11-20.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import attrs
import orjson

from heygen_async.api.agentai.schemas import (
    AgentAIAvatar,
    AgentAIAvatarRequest,
    AgentAIReportRequest,
    AgentAIVideo,
    AgentAIVideoRequest,
    AgentAIVideoStatus,
    AgentAIVideoStatusRequest,
)
from heygen_async.api.converter import structure, unstructure
from heygen_async.api.family import Concurrency, Family, raise_unread, request_of
from heygen_async.api.looking import look_side_by_side
from heygen_async.api.watch import BulkLook
from heygen_async.errors import InvalidInputError, ProtocolError
from heygen_async.models.state import JobState
from heygen_async.transport.content import IMAGES
from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timeout
from heygen_async.transport.request import json_bytes
from heygen_async.transport.source import Bytes
from heygen_async.transport.upload import open_source

__all__ = ["Actions"]

R = TypeVar("R")

_ROOT = "/action/heygen"


def _action(path: str, operation: str, replay: Replay, scope: Scope, timeout: Timeout) -> Endpoint:
    return Endpoint("POST", _ROOT + path, operation, replay, scope, timeout, "agentai")


CREATE_AVATAR = _action(
    "_photo_avatar_create_avatar_action",
    "heygenPhotoAvatarCreateAvatarAction",
    Replay.UNSAFE,
    Scope.WRITE,
    Timeout.TRANSFER,
)
RENDER_REPORT = _action(
    "_photo_avatar_render_avatar_report",
    "heygenPhotoAvatarRenderAvatarReport",
    Replay.SAFE,
    Scope.READ,
    Timeout.WRITE,
)
GENERATE_VIDEO = _action(
    "_avatar_generate_video",
    "heygenAvatarGenerateVideo",
    Replay.UNSAFE,
    Scope.RENDER,
    Timeout.WRITE,
)
VIDEO_STATUS = _action(
    "_avatar_get_video_status",
    "heygenAvatarGetVideoStatus",
    Replay.SAFE,
    Scope.READ,
    Timeout.READ,
)

ENDPOINTS = (CREATE_AVATAR, RENDER_REPORT, GENERATE_VIDEO, VIDEO_STATUS)

KIND = "agentai_video"

#: Seconds a video takes; agent.ai says nothing, HeyGen's short ones take so long [v3 behaviour
#: notes §13, read 2026-11-20], and here a script is written first.
RENDERING = 240.0


class Actions(Family):
    """agent.ai's HeyGen actions."""

    async def create_avatar(
        self, request: AgentAIAvatarRequest, *, photos: Sequence[Bytes] = ()
    ) -> AgentAIAvatar:
        """PA1: begin to make an avatar of photos or a description, and return its group.

        What it costs is not documented; repeating it makes, and perhaps charges, another one.

        Args:
            request: what to make.
            photos: for ``source_type="upload"``: paths, bytes, binary files or async iterators, PNG
                or JPEG by their content. They travel in the request, in one piece of memory.

        Raises:
            InvalidInputError: photos are missing or superfluous, or a file cannot be read.
            UnknownFileTypeError: a file is neither PNG nor JPEG, whatever it is called.
            UncertainError: the answer was lost, or names no group; the avatar may have been made.
        """
        request_of(AgentAIAvatarRequest, request, "request")
        body = unstructure(request)
        if not _photos_fit(request, photos):
            return await self._act(AgentAIAvatar, CREATE_AVATAR, body)
        body["photos_json"] = await self._packed(photos)
        return await self._act(AgentAIAvatar, CREATE_AVATAR, body)

    async def avatar_report(self, avatar: AgentAIAvatar | Mapping[str, Any] | str) -> str:
        """PA1_Report: a page in HTML about an avatar.

        Args:
            avatar: what ``create_avatar`` returned, or other data, as an object or as JSON.
        """
        request = AgentAIReportRequest(report_data=_data(avatar))
        answer = await self._transport.call(RENDER_REPORT, json=unstructure(request))
        page = _page(answer.data, request.output_variable_name)
        if page is None:
            raise ProtocolError(
                f"{RENDER_REPORT.operation} was answered without a page. Please report it.",
                operation=RENDER_REPORT.operation,
                path=f"response.{request.output_variable_name}",
                status=answer.status,
                request_id=answer.request_id,
            )
        return page

    async def generate_video(
        self, request: AgentAIVideoRequest, *, concurrency: Concurrency = "wait"
    ) -> AgentAIVideo:
        """HG1: begin to make a video with a stock avatar, and return its id and script.

        What it costs is not documented; repeating it makes, and perhaps charges, another one.

        Args:
            request: what to make.
            concurrency: what to do when the account renders as much as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            ConcurrencyLimitError: too many jobs are running.
            UncertainError: the answer was lost, and the video may be on its way.
        """
        request_of(AgentAIVideoRequest, request, "request")
        body = unstructure(request)
        return await self._act(AgentAIVideo, GENERATE_VIDEO, body, concurrency=concurrency)

    async def video_status(self, video_id: str) -> AgentAIVideoStatus:
        """HG2: how far a video is, with its addresses once it is completed."""
        request = AgentAIVideoStatusRequest(video_id=video_id)
        return await self._act(AgentAIVideoStatus, VIDEO_STATUS, unstructure(request))

    async def wait(
        self, video_id: str, *, timeout: float | None = 3600.0, expected: float | None = RENDERING
    ) -> AgentAIVideoStatus:
        """The video, once it is finished.

        Args:
            video_id: as ``generate_video`` gave it.
            timeout: seconds, None to wait for ever.
            expected: seconds it will probably take from now.

        Raises:
            VideoFailedError: agent.ai gives no reason as a rule.
            DeadlineError: not finished in time; wait again with its id.
        """
        return await self._settled(
            KIND, video_id, self.video_status, _state, timeout=timeout, expected=expected
        )

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """How to look at videos: each by itself, there is no other way."""

        async def one(video_id: str) -> JobState:
            return _seen(await self.video_status(video_id))

        async def look(ids: Sequence[str]) -> dict[str, JobState]:
            return await look_side_by_side(ids, one)

        return {KIND: look}

    async def _act(
        self,
        cls: type[R],
        endpoint: Endpoint,
        body: Mapping[str, Any],
        *,
        concurrency: Concurrency = "wait",
    ) -> R:
        answer = await self._transport.call(endpoint, json=body, concurrency=concurrency)
        data, at = _payload(answer.data, body["output_variable_name"])
        try:
            return structure(cls, data, operation=endpoint.operation, at=at)
        except ProtocolError as error:
            raise_unread(error, endpoint, answer)

    async def _packed(self, photos: Sequence[Bytes]) -> str:
        packed = []
        for photo in photos:
            async with open_source(self._transport, photo) as source:
                mime = source.content(IMAGES).mime
                data = b"".join([piece async for piece in source.stream()])
            packed.append({"base64": b64encode(data).decode("ascii"), "mimeType": mime})
        return orjson.dumps(packed).decode()


def _photos_fit(request: AgentAIAvatarRequest, photos: Sequence[Bytes]) -> bool:
    """Whether photos are to be packed.

    Raises:
        InvalidInputError: there are none where there must be, or some where there must not.
    """
    if isinstance(photos, str | bytes) or not isinstance(photos, Sequence):
        raise InvalidInputError.of("photos", "must be a list of photos", photos)
    ways = (request.photos_json is not None) + bool(photos)
    if request.source_type == "upload" and ways != 1:
        raise InvalidInputError.of(
            "photos", "or request.photos_json must be given for source_type 'upload'", len(photos)
        )
    if request.source_type == "generate" and ways:
        raise InvalidInputError.of(
            "photos", "must not be given for source_type 'generate'", len(photos)
        )
    return bool(photos)


def _payload(response: Any, variable: str) -> tuple[Any, str]:
    """What the action gave, and where it stood: directly, or under the name of its variable.

    Which of the two is not documented [agent.ai behaviour notes §12, read 2026-11-20].
    """
    if isinstance(response, dict) and isinstance(response.get(variable), dict):
        return response[variable], f"response.{variable}"
    return response, "response"


def _data(avatar: AgentAIAvatar | Mapping[str, Any] | str) -> str:
    match avatar:
        case AgentAIAvatar():
            return orjson.dumps({**avatar.raw, **unstructure(avatar)}).decode()
        case str():
            return avatar
        case Mapping():
            return json_bytes(avatar).decode()
    raise InvalidInputError.of("avatar", "must be an AgentAIAvatar, an object, or JSON", avatar)


def _page(response: Any, variable: str) -> str | None:
    """The page, by itself, under the name of its variable, or as the only text there is."""
    if not isinstance(response, dict):
        return response if isinstance(response, str) else None
    texts = [one for one in response.values() if isinstance(one, str)]
    page = response.get(variable, texts[0] if len(texts) == 1 else None)
    return page if isinstance(page, str) else None


def _state(video: AgentAIVideoStatus) -> JobState:
    return video.state


def _seen(video: AgentAIVideoStatus) -> JobState:
    return attrs.evolve(video.state, resource=video) if video.state.settled else video.state
