"""Video agents on the wire.

Source: HeyGen v3 contract and behaviour notes sections 6, 6.3 and 11, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from heygen_async.api.rules import CALLBACK, ID, Count, Text
from heygen_async.api.v3.inputs import AssetInput
from heygen_async.api.values import Request, Resource, optional, signed
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState, Progress, Words

__all__ = [
    "CreateVideoAgentRequest",
    "CreatedVideoAgentSession",
    "SendVideoAgentMessageRequest",
    "SentVideoAgentMessage",
    "StopVideoAgentRequest",
    "StoppedVideoAgentSession",
    "VideoAgentMessage",
    "VideoAgentMessageType",
    "VideoAgentMode",
    "VideoAgentOrientation",
    "VideoAgentResource",
    "VideoAgentRole",
    "VideoAgentSession",
    "VideoAgentSessionSummary",
    "VideoAgentStatus",
    "VideoAgentStyle",
]


class VideoAgentStatus(OpenWord):
    """How far a session is."""

    THINKING = "thinking"
    WAITING_FOR_INPUT = "waiting_for_input"
    REVIEWING = "reviewing"
    GENERATING = "generating"
    COMPLETED = "completed"
    FAILED = "failed"


class VideoAgentMode(OpenWord):
    """Straight through, or with questions."""

    GENERATE = "generate"
    CHAT = "chat"


class VideoAgentOrientation(OpenWord):
    """The shape of the video."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"


class VideoAgentRole(OpenWord):
    """Who wrote a message."""

    USER = "user"
    MODEL = "model"


class VideoAgentMessageType(OpenWord):
    """What a message is."""

    TEXT = "text"
    RESOURCE = "resource"
    ERROR = "error"


# --- requests ------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CreateVideoAgentRequest(Request):
    """A wish for a video.

    Attributes:
        prompt: the wish, 1 to 10000 characters.
        mode: ``generate`` goes straight through, ``chat`` may ask.
        avatar_id: the look that appears.
        voice_id: the voice that speaks.
        style_id: as ``VideoAgents.styles`` lists them.
        brand_kit_id: colours and logo.
        orientation: of the frame.
        files: up to 20 pictures, videos or documents to use.
        incognito_mode: keep nothing of it for later sessions.
        callback_url: https address that is told when it settles; it is not signed.
        callback_id: comes back in that message.
    """

    prompt: str = attrs.field(validator=Text(1, 10000))
    mode: VideoAgentMode | str | None = optional(served="generate")
    avatar_id: str | None = optional(ID)
    voice_id: str | None = optional(ID)
    style_id: str | None = optional(ID)
    brand_kit_id: str | None = optional(ID)
    orientation: VideoAgentOrientation | str | None = optional()
    files: Sequence[AssetInput] | None = optional(Count(0, 20))
    incognito_mode: bool | None = optional(served=False)
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))


@attrs.frozen(kw_only=True)
class SendVideoAgentMessageRequest(Request):
    """A message to a session.

    Attributes:
        message: 1 to 10000 characters.
        avatar_id: another look from now on.
        voice_id: another voice from now on.
        brand_kit_id: other colours and logo from now on.
        files: up to 20 more.
    """

    message: str = attrs.field(validator=Text(1, 10000))
    avatar_id: str | None = optional(ID)
    voice_id: str | None = optional(ID)
    brand_kit_id: str | None = optional(ID)
    files: Sequence[AssetInput] | None = optional(Count(0, 20))


@attrs.frozen(kw_only=True)
class StopVideoAgentRequest(Request):
    """Nothing: the session is in the address."""


# --- answers -------------------------------------------------------------------------------------


@attrs.frozen
class CreatedVideoAgentSession(Resource):
    """A session that began.

    Attributes:
        session_id: its id.
        status: ``thinking`` or ``generating``, or already the end.
        created_at: unix seconds.
        video_id: None as a rule.
    """

    session_id: str
    status: VideoAgentStatus
    created_at: int
    video_id: str | None = None


@attrs.frozen
class VideoAgentMessage(Resource):
    """A message of a session.

    Attributes:
        role: who wrote it.
        type: text, a reference to resources, or an error.
        content: the text.
        resource_ids: what it refers to.
        created_at: unix seconds.
    """

    role: VideoAgentRole
    type: VideoAgentMessageType
    content: str
    resource_ids: tuple[str, ...] | None = None
    created_at: int | None = None


@attrs.frozen
class VideoAgentSession(Resource):
    """A session.

    Attributes:
        session_id: its id.
        status: how far it is.
        created_at: unix seconds.
        progress: 0 to 100.
        title: found by the agent.
        video_id: of its video, once there is one.
        messages: the last 40 at most.
    """

    session_id: str
    status: VideoAgentStatus
    created_at: int
    progress: int = 0
    title: str | None = None
    video_id: str | None = None
    messages: tuple[VideoAgentMessage, ...] = ()

    @property
    def state(self) -> JobState:
        """What the status means; a session has no reason but its last error message."""
        errors = [
            message.content
            for message in self.messages
            if message.type == VideoAgentMessageType.ERROR
        ]
        return _WORDS.read(self.status, reason=errors[-1] if errors else None)


@attrs.frozen
class VideoAgentSessionSummary(Resource):
    """A session in a list; ``created_at`` is in unix seconds."""

    session_id: str
    created_at: int
    title: str | None = None


@attrs.frozen
class SentVideoAgentMessage(Resource):
    """A message that was taken.

    Attributes:
        session_id: of its session.
        run_id: of the work it set off.
        title: of the session.
    """

    session_id: str
    run_id: str
    title: str | None = None


@attrs.frozen
class StoppedVideoAgentSession(Resource):
    """The id of the session that was stopped."""

    session_id: str


@attrs.frozen
class VideoAgentResource(Resource):
    """Something the agent found or made.

    Attributes:
        resource_id: its id.
        resource_type: what it is; an open word.
        source_type: where it is from; an open word.
        url: the thing itself.
        preview_url: a smaller one.
        thumbnail_url: a still.
        metadata: whatever else is known.
        created_at: unix seconds.
    """

    resource_id: str
    resource_type: str
    source_type: str | None = None
    url: str | None = signed()
    preview_url: str | None = signed()
    thumbnail_url: str | None = signed()
    metadata: Mapping[str, Any] | None = None
    created_at: int | None = None


@attrs.frozen
class VideoAgentStyle(Resource):
    """A style.

    Attributes:
        style_id: its id.
        name: for display.
        aspect_ratio: it is made for.
        tags: to filter by.
        thumbnail_url: a still.
        preview_video_url: a clip.
    """

    style_id: str
    name: str
    aspect_ratio: str | None = None
    tags: tuple[str, ...] | None = None
    thumbnail_url: str | None = signed()
    preview_video_url: str | None = signed()


_WORDS = Words.of({"completed": Progress.DONE, "failed": Progress.FAILED})
