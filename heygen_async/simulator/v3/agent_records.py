"""What a video agent's session consists of: messages, resources, runs, videos."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.world.fate import Fate
from heygen_async.simulator.world.ledger import Charge
from heygen_async.simulator.world.postbox import Callback
from heygen_async.simulator.world.records import Video

WORKING = frozenset({"thinking", "generating"})
"""The phases in which the agent works, and holds a slot."""


@attrs.frozen(kw_only=True)
class Message:
    """A line of the conversation.

    Attributes:
        role: user or model.
        type: text, resource or error.
        resource_ids: what it refers to.
    """

    role: str
    type: str
    content: str
    created_at: float
    resource_ids: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class AgentResource:
    """Something that was given to the agent, or that it made.

    Attributes:
        type: image, video, audio or document.
        source: user or agent.
        path: of our own file; None if it lies elsewhere.
        url: where it lies, if that is elsewhere.
        still: path of a picture of it.
        facts: what else is known.
    """

    id: str
    type: str
    source: str
    created_at: float
    path: str | None = None
    url: str | None = None
    still: str | None = None
    facts: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.define(kw_only=True, eq=False)
class Run:
    """One piece of the agent's work, from a message to where it stops.

    Attributes:
        next_phase: where it stops: `waiting_for_input`, `reviewing`, or `completed` with a video.
        charge: what was paid for the video; None if it makes none.
        fate: what becomes of the agent; that of its video is apart.
        started_at: when it began.
        thought_at: when it has thought enough.
        ends_at: when it stops.
        video: once it renders.
        stopped: whether the caller stopped it.
        release: settles it before its time.
    """

    id: str
    next_phase: str
    charge: Charge | None
    fate: Fate
    started_at: float = 0.0
    thought_at: float = math.inf
    ends_at: float = math.inf
    video: Video | None = None
    stopped: bool = False
    release: Callable[[float], None] | None = None


@attrs.define(kw_only=True, eq=False)
class Session:
    """A conversation with the agent, and what came of it.

    Attributes:
        number: grows with each session; the list is sorted by it.
        wish: everything the user said so far.
        picture: what the video shows.
        aspect_ratio: of the video.
        seconds: how long it is to be; None while nobody said so.
        title: found when the agent has thought for the first time.
        phase: how far it is; moved by the agenda.
        run: the last piece of work.
    """

    id: str
    number: int
    mode: str
    wish: str
    picture: Picture
    aspect_ratio: str
    created_at: float
    callback: Callback
    seconds: float | None = None
    title: str | None = None
    phase: str = "thinking"
    run: Run | None = None
    messages: list[Message] = attrs.field(factory=list)
    resources: dict[str, AgentResource] = attrs.field(factory=dict)
    videos: list[Video] = attrs.field(factory=list)

    def status(self, now: float) -> str:
        """How far it is, in HeyGen's words; or a word nobody knows, while a fault shows it."""
        if self.run is not None and self.phase in WORKING:
            return self.run.fate.spoken(self.run.started_at, now) or self.phase
        return self.phase

    def progress(self, now: float) -> int:
        """Percent; 0 until it renders."""
        if self.phase == "completed":
            return 100
        run = self.run
        if self.phase != "generating" or run is None or math.isinf(run.ends_at):
            return 0
        share = (now - run.thought_at) / max(run.ends_at - run.thought_at, 1e-9)
        return min(99, int(100 * share))

    def say(
        self,
        moment: float,
        role: str,
        content: str,
        *,
        kind: str = "text",
        about: tuple[str, ...] = (),
    ) -> None:
        """Add a line to the conversation."""
        self.messages.append(
            Message(role=role, type=kind, content=content, created_at=moment, resource_ids=about)
        )
