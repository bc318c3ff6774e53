"""Video agents: a video from a wish, planned and made by HeyGen's agent.

The session is the authority: it can fail before there is a video, and its ``video_id`` is None at
first. In ``generate`` mode it goes through; in ``chat`` mode it may stop and wait for a message.

Source: HeyGen v3 contract and behaviour notes sections 6.3 and 13, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

from heygen_async.api.calls import posts, reads, renders
from heygen_async.api.family import Concurrency, Family, request_of
from heygen_async.api.looking import looking, state_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import page_size
from heygen_async.api.v3.video_agents_schemas import (
    CreatedVideoAgentSession,
    CreateVideoAgentRequest,
    SendVideoAgentMessageRequest,
    SentVideoAgentMessage,
    StoppedVideoAgentSession,
    StopVideoAgentRequest,
    VideoAgentResource,
    VideoAgentSession,
    VideoAgentSessionSummary,
    VideoAgentStyle,
)
from heygen_async.api.v3.videos_schemas import VideoDetail
from heygen_async.api.watch import BulkLook
from heygen_async.models.state import JobState
from heygen_async.transport.endpoint import Replay

__all__ = ["VideoAgents"]

# Neither POST that starts work is known to take an idempotency key [behaviour notes 4].
CREATE_SESSION = renders("/v3/video-agents", "createVideoAgentSession", Replay.UNSAFE)
SEND_MESSAGE = renders("/v3/video-agents/{session_id}", "sendVideoAgentMessage", Replay.UNSAFE)
LIST_SESSIONS = reads("/v3/video-agents", "listVideoAgentSessions")
GET_SESSION = reads("/v3/video-agents/{session_id}", "getVideoAgentSession")
LIST_VIDEOS = reads("/v3/video-agents/{session_id}/videos", "listVideoAgentSessionVideos")
GET_RESOURCE = reads(
    "/v3/video-agents/{session_id}/resources/{resource_id}", "getVideoAgentResource"
)
LIST_STYLES = reads("/v3/video-agents/styles", "listVideoAgentStyles")
STOP_SESSION = posts("/v3/video-agents/{session_id}/stop", "stopVideoAgentSession", Replay.UNSAFE)

ENDPOINTS = (
    CREATE_SESSION,
    SEND_MESSAGE,
    LIST_SESSIONS,
    GET_SESSION,
    LIST_VIDEOS,
    GET_RESOURCE,
    LIST_STYLES,
    STOP_SESSION,
)

#: Seconds a session usually takes [behaviour notes 13, read 2026-11-20].
WORKING = 1800.0


class VideoAgents(Family):
    """Sessions of HeyGen's video agent."""

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {"video_agent": self.look}

    async def create(
        self, request: CreateVideoAgentRequest, *, concurrency: Concurrency = "wait"
    ) -> CreatedVideoAgentSession:
        """Begin a session and return its id.

        Charged by the second of finished video; failed renders are not. There is no idempotency
        key: a lost answer is never repeated.

        Args:
            request: the wish.
            concurrency: what to do when the account runs as many jobs as it may: ``wait`` as long
                as the server says, or ``raise``.

        Raises:
            InvalidRequestError: among others, the avatar is unknown.
            UncertainError: the answer was lost; look for the session with ``list``.
        """
        request_of(CreateVideoAgentRequest, request, "request")
        return await self._call(
            CreatedVideoAgentSession, CREATE_SESSION, body=request, concurrency=concurrency
        )

    async def wait(
        self,
        session_id: str,
        *,
        timeout: float | None = 7200.0,
        expected: float | None = WORKING,
    ) -> VideoAgentSession:
        """The session, once its video is finished; 20 to 45 minutes are usual.

        A session in ``chat`` mode that waits for an answer is waited for as well: give one with
        ``send``, or look at it with ``get``.

        Raises:
            JobFailedError: the session says no reason; its last message of type ``error`` is it.
            NotFoundError: it does not exist any more.
            DeadlineError: not finished in time; its ``last_status`` may be ``waiting_for_input``.
        """
        return await self._settled(
            "video_agent", session_id, self.get, state_of, timeout=timeout, expected=expected
        )

    async def look(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of sessions, one request each."""
        return await looking(self.get)(ids)

    async def get(self, session_id: str) -> VideoAgentSession:
        """One session with its last messages."""
        return await self._call(VideoAgentSession, GET_SESSION, ids={"session_id": session_id})

    def list(
        self, *, limit: int | None = None, token: str | None = None
    ) -> Pages[VideoAgentSessionSummary]:
        """Sessions; ``limit`` is items a page, 1 to 100, 20 by default."""
        query = {"limit": page_size(limit, 100)}
        return self._list(VideoAgentSessionSummary, LIST_SESSIONS, query=query, token=token)

    async def send(
        self,
        session_id: str,
        request: SendVideoAgentMessageRequest,
        *,
        concurrency: Concurrency = "wait",
    ) -> SentVideoAgentMessage:
        """Answer the agent or ask for a change; only in ``chat`` mode.

        May start another charged render. There is no idempotency key: a lost answer is never
        repeated.

        Raises:
            UncertainError: the answer was lost; the session's messages tell.
        """
        request_of(SendVideoAgentMessageRequest, request, "request")
        return await self._call(
            SentVideoAgentMessage,
            SEND_MESSAGE,
            ids={"session_id": session_id},
            body=request,
            concurrency=concurrency,
        )

    async def stop(self, session_id: str) -> StoppedVideoAgentSession:
        """Stop a session; what it has made stays."""
        return await self._call(
            StoppedVideoAgentSession,
            STOP_SESSION,
            ids={"session_id": session_id},
            body=StopVideoAgentRequest(),
        )

    async def videos(self, session_id: str) -> tuple[VideoDetail, ...]:
        """All videos that a session has made."""
        return (await self._items(VideoDetail, LIST_VIDEOS, ids={"session_id": session_id})).items

    async def resource(self, session_id: str, resource_id: str) -> VideoAgentResource:
        """Something that a message of a session refers to."""
        ids = {"session_id": session_id, "resource_id": resource_id}
        return await self._call(VideoAgentResource, GET_RESOURCE, ids=ids)

    def styles(
        self, *, tag: str | None = None, limit: int | None = None, token: str | None = None
    ) -> Pages[VideoAgentStyle]:
        """Styles a video can have.

        Args:
            tag: only those with this tag.
            limit: items a page, 1 to 100; the server's default is 20.
            token: where to go on.
        """
        query = {"tag": tag, "limit": page_size(limit, 100)}
        return self._list(VideoAgentStyle, LIST_STYLES, query=query, token=token)
