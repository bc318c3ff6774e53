"""What an account owns besides videos: lipsyncs, translations, proofreads, clippings, removals.

As with videos, a status is never stored but told from facts and the present moment.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import attrs

from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.world.fate import Failure, Fate
from heygen_async.simulator.world.ledger import Charge
from heygen_async.simulator.world.postbox import Callback
from heygen_async.simulator.world.records import Batch, Plan

CANCELLED = "cancelled"


@attrs.define(kw_only=True, eq=False)
class Job:
    """A job from its acceptance on.

    Attributes:
        number: grows with each job of its kind; lists are sorted by it.
        pending: how long it shows `pending` once it runs, in simulated seconds.
        work: how long it runs, that included.
        charge: what was paid for it.
        callback: whom to tell when it settles.
        batch: the one it is an item of; its id then stays unknown until it runs.
        started_at: when it began to run; None while it waits for a slot.
        settles_at: when it is completed or failed; infinity for never.
        settled: whether that has happened.
        deleted: whether the caller deleted it; it runs on regardless.
    """

    working: ClassVar[str] = "running"

    id: str
    number: int
    title: str | None
    created_at: float
    pending: float
    work: float
    charge: Charge
    fate: Fate
    callback: Callback
    batch: Batch | None = None
    started_at: float | None = None
    settles_at: float = math.inf
    settled: bool = False
    deleted: bool = False

    def status(self, now: float) -> str:
        """pending, the family's word for work, completed or failed."""
        if self.started_at is None:
            return "pending"
        if self.settled:
            return "completed" if self.fate.failure is None else "failed"
        if word := self.fate.spoken(self.started_at, now):
            return word
        return "pending" if now - self.started_at < self.pending else self.working

    @property
    def done(self) -> bool:
        """Whether its result is there."""
        return self.settled and self.fate.failure is None

    @property
    def failure(self) -> Failure | None:
        """Why it failed, once it has."""
        return self.fate.failure if self.settled else None

    @property
    def failure_message(self) -> str | None:
        """The reason in words; None also for a failure that gives none."""
        return None if self.failure is None else self.failure.message

    def item_status(self, now: float) -> str:
        """queued, processing, completed or failed."""
        if self.started_at is None:
            return "queued"
        status = self.status(now)
        return status if status in {"completed", "failed"} else "processing"

    def item_error(self, now: float) -> dict[str, Any] | None:
        """The failure as a batch tells it."""
        return None if self.failure is None else attrs.asdict(self.failure)

    def item_id(self, now: float) -> str | None:
        """The job's id, as far as it is known."""
        return None if self.batch is not None and self.started_at is None else self.id


@attrs.define(kw_only=True, eq=False)
class Dub(Job):
    """A video that speaks anew: a lipsync, or the base of a translation.

    Attributes:
        plan: what its video is to be.
        srt: its subtitles.
    """

    plan: Plan
    srt: str


@attrs.define(kw_only=True, eq=False)
class Translation(Dub):
    """A translation into one language."""

    input_language: str | None
    output_language: str
    audio_only: bool


@attrs.define(kw_only=True, eq=False)
class Proofread(Job):
    """A translation's text, to be checked before its video is made; there is no `pending` here.

    Attributes:
        plan: what the video is to be.
        mode: speed or precision.
        output_language: of the text.
        original: subtitles in the language of the video.
        srt: subtitles in the new language, as they were corrected last.
    """

    working: ClassVar[str] = "processing"

    plan: Plan
    mode: str
    output_language: str
    original: str
    srt: str


@attrs.frozen(kw_only=True)
class Clip:
    """One clip of a clipping.

    Attributes:
        share: of the whole work, after which it is completed.
        virality: HeyGen's guess at its success, 0 to 100.
    """

    id: str
    title: str
    plan: Plan
    share: float
    virality: int


@attrs.define(kw_only=True, eq=False)
class Clipping(Job):
    """A long video that is cut into short ones; a failure with the code `cancelled` cancels it."""

    clips: tuple[Clip, ...]
    settings: dict[str, Any]
    input_language: str | None
    seconds: float

    def status(self, now: float) -> str:
        """As of any job, and `cancelled`."""
        cancelled = self.failure is not None and self.failure.code == CANCELLED
        return CANCELLED if cancelled else super().status(now)

    def progress(self, now: float) -> float:
        """The share of the work that is done, 0 to 1."""
        if self.started_at is None or self.failure is not None:
            return 0.0
        if self.settled:
            return 1.0
        # The last percent comes with the end, also for one that is stuck.
        return min(0.99, (now - self.started_at) / self.work)


@attrs.define(kw_only=True, eq=False)
class Removal(Job):
    """A video that is taken apart into layers; a deleted one stays to be seen as such."""

    working: ClassVar[str] = "processing"

    picture: Picture
    seconds: float
    layers: tuple[str, ...]

    def status(self, now: float) -> str:
        """As of any job, and `deleted`."""
        return "deleted" if self.deleted else super().status(now)
