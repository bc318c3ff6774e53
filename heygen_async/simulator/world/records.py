"""What an account owns: assets, groups, looks, voices, videos, batches.

Records hold facts and moments; a status is never stored but told from them and the present moment.
"""

from __future__ import annotations

import math
import random
from typing import Any, Protocol

import attrs

from heygen_async.simulator.v2.records import Traits
from heygen_async.simulator.v3.pictures import Mark, Picture
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.fate import Failure, Fate
from heygen_async.simulator.world.ledger import Charge
from heygen_async.simulator.world.postbox import Callback


@attrs.define(kw_only=True, eq=False)
class UploadSlot:
    """A presigned address that waits for bytes."""

    content_type: str
    size: int
    checksum: str | None
    expires_at: float
    received: Blob | None = None


@attrs.define(kw_only=True, eq=False)
class Asset:
    """An uploaded file.

    Attributes:
        number: grows with each asset; lists are sorted by it.
        content: the bytes, once they are complete.
        slot: how they are to arrive, for direct uploads.
        ready_at: when it became or becomes usable; None while the upload is not complete.
    """

    id: str
    number: int
    name: str
    mime: str
    created_at: float
    content: Blob | None = None
    slot: UploadSlot | None = None
    ready_at: float | None = None

    def status(self, now: float) -> str:
        """pending_upload, processing or completed."""
        if self.ready_at is None:
            return "pending_upload"
        return "completed" if now >= self.ready_at else "processing"

    def item_status(self, now: float) -> str:
        """The same in the words of a batch."""
        status = self.status(now)
        return "queued" if status == "pending_upload" else status

    def item_error(self, now: float) -> dict[str, Any] | None:
        """None: an asset that was accepted never fails."""
        return None

    def item_id(self, now: float) -> str | None:
        """The asset's id, known from the start."""
        return self.id


@attrs.define(kw_only=True, eq=False)
class Group:
    """An avatar group: one character with its looks.

    Attributes:
        consent: None if it needs none, else whether and when consent was given (infinity: not yet).
    """

    id: str
    number: int
    name: str
    created_at: float
    public: bool = False
    consent: float | None = None

    def consent_status(self, now: float) -> str | None:
        """None, pending or approved."""
        if self.consent is None:
            return None
        return "approved" if now >= self.consent else "pending"


@attrs.define(kw_only=True, eq=False)
class Look:
    """One look of an avatar; its id is what videos call `avatar_id`, or v2's `talking_photo_id`."""

    id: str
    number: int
    group: Group
    name: str
    avatar_type: str
    picture: Picture
    size: tuple[int, int]
    engines: tuple[str, ...]
    created_at: float
    ready_at: float
    gender: str | None = None
    default_voice_id: str | None = None
    fate: Fate = attrs.field(factory=Fate)
    traits: Traits = attrs.field(factory=Traits)

    def status(self, now: float) -> str | None:
        """processing, pending_consent, completed or failed; None for public looks."""
        if self.group.public:
            return None
        if word := self.fate.spoken(self.created_at, now):
            return word
        if now < self.ready_at:
            return "processing"
        if self.fate.failure is not None:
            return "failed"
        waiting = self.group.consent_status(now) == "pending"
        return "pending_consent" if waiting else "completed"

    def trained(self, now: float) -> bool:
        """Whether there is something to see."""
        return self.status(now) in {None, "completed", "pending_consent"}

    def failure(self, now: float) -> Failure | None:
        """Why training failed, once it has."""
        return self.fate.failure if self.status(now) == "failed" else None


@attrs.define(kw_only=True, eq=False)
class Voice:
    """A voice of the catalogue, or one the caller cloned or designed."""

    id: str
    number: int
    name: str
    language: str
    gender: str
    engine: str = "starfish"
    public: bool = True
    clone: bool = False
    created_at: float = 0.0
    ready_at: float = 0.0
    fate: Fate = attrs.field(factory=Fate)

    @property
    def pitch(self) -> float:
        """Of its own, in hertz, and fit for its gender."""
        lowest, highest = (90.0, 135.0) if self.gender.lower() == "male" else (165.0, 225.0)
        return random.Random(self.id).uniform(lowest, highest)

    def status(self, now: float) -> str | None:
        """processing, complete or failed for clones; None for all others."""
        if not self.clone:
            return None
        if word := self.fate.spoken(self.created_at, now):
            return word
        if now < self.ready_at:
            return "processing"
        return "complete" if self.fate.failure is None else "failed"


@attrs.frozen(kw_only=True)
class Plan:
    """A video that was found in order: all that is needed to price, render and caption it.

    Attributes:
        kind: avatar, image, cinematic_avatar or studio.
        title: what the caller calls it.
        seconds: how long it will be.
        credits: what it costs.
        picture: what it shows.
        text: what is said, None if nothing is or if a recording is played.
        speed: of the voice.
        pitch: of the voice, in hertz; None if it is nobody's.
        audio: a recording to be played.
        captions, burnt: whether an SRT file and a second video with captions in it are wanted.
        gif: whether somebody wants to be told of the animation, which is always there.
        resolution, aspect_ratio, fit, background, background_image, output_format: the frame.
        frame: its exact width and height, where the request named them.
        volume: of the sound, 0 to 1.
        cut_out: whether the person is cut out of the picture.
        watermark: a picture in a corner.
        scenes: what it consists of, one after the other; empty if it is one scene itself.
    """

    kind: str
    title: str | None
    seconds: float
    credits: float
    picture: Picture
    text: str | None = None
    speed: float = 1.0
    pitch: float | None = None
    audio: Blob | None = None
    captions: bool = False
    burnt: bool = False
    gif: bool = False
    resolution: str = "1080p"
    aspect_ratio: str = "16:9"
    fit: str = "contain"
    background: str | None = None
    background_image: Blob | None = None
    output_format: str = "mp4"
    frame: tuple[int, int] | None = None
    volume: float = 1.0
    cut_out: bool = False
    watermark: Mark | None = None
    scenes: tuple[Plan, ...] = ()


@attrs.define(kw_only=True, eq=False)
class Video:
    """A video from its acceptance on.

    Attributes:
        started_at: when it got its render slot; None while it is queued in a batch.
        settles_at: when it is completed or failed; infinity for never.
        settled: whether that has happened.
        phases: how long it shows `waiting` and then `pending`.
        charge: what was paid for it.
        callback: who is told when it settles.
        deleted: whether the caller deleted it; it renders on regardless.
    """

    id: str
    number: int
    plan: Plan
    created_at: float
    phases: tuple[float, float]
    render_seconds: float
    charge: Charge
    callback: Callback = attrs.field(factory=Callback)
    fate: Fate = attrs.field(factory=Fate)
    started_at: float | None = None
    settles_at: float = math.inf
    settled: bool = False
    deleted: bool = False

    def status(self, now: float) -> str:
        """queued, waiting, pending, processing, completed or failed."""
        if self.started_at is None:
            return "queued"
        if self.settled:
            return "completed" if self.fate.failure is None else "failed"
        if word := self.fate.spoken(self.started_at, now):
            return word
        age, (waiting, pending) = now - self.started_at, self.phases
        if age < waiting:
            return "waiting"
        return "pending" if age < waiting + pending else "processing"

    def item_status(self, now: float) -> str:
        """queued, processing, completed or failed."""
        status = self.status(now)
        return status if status in {"queued", "completed", "failed"} else "processing"

    def item_error(self, now: float) -> dict[str, Any] | None:
        """The failure as a batch tells it."""
        failure = self.fate.failure if self.settled else None
        return None if failure is None else attrs.asdict(failure)

    def item_id(self, now: float) -> str | None:
        """The video's id, known once it runs."""
        return None if self.started_at is None else self.id


class Member(Protocol):
    """What a batch needs to know of its items."""

    def item_status(self, now: float) -> str:
        """queued, processing, completed or failed."""

    def item_error(self, now: float) -> dict[str, Any] | None:
        """Code and message of a failure."""

    def item_id(self, now: float) -> str | None:
        """The item's id once it exists."""


@attrs.frozen(kw_only=True)
class Rejected:
    """An item of a batch that was refused; it fails alone."""

    code: str
    message: str

    def item_status(self, now: float) -> str:
        """Failed, from the start."""
        return "failed"

    def item_error(self, now: float) -> dict[str, Any] | None:
        """What a single request would have been told."""
        return {"code": self.code, "message": self.message}

    def item_id(self, now: float) -> str | None:
        """None: nothing was created."""
        return None


@attrs.define(kw_only=True, eq=False)
class Batch:
    """Many jobs of one family, under one id; `callback` is told when all of them have ended."""

    id: str
    family: str
    title: str | None
    created_at: float
    members: list[Member]
    callback: Callback = attrs.field(factory=Callback)
