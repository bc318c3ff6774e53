"""The journal's words: what happened to a step, in the order it happened.

A step is a piece of work with an outside effect: an upload, an avatar, a render, a download. Its
state is a fold over these events (``pipeline.machine``), so a crash loses nothing but the wait.

What they hold is plain JSON and never a secret: no key, no signed address. ``at`` is wall time in
seconds since 1970, because a later process has to compare it with its own clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

__all__ = [
    "Absent",
    "Accepted",
    "Closed",
    "Declined",
    "Event",
    "Failed",
    "Found",
    "Intended",
    "JobEvent",
    "Lost",
    "Reopened",
    "Settled",
    "StepEvent",
    "Submitted",
]


# --- of a step -----------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Intended:
    """The request is about to leave. On disk before it does.

    Attributes:
        key: the idempotency key it carries, and the marker it can be found by.
        attempt: 1 for the first job of this step; a new one only once the old is proved absent.
        price: what it may cost at the most, reserved until it is settled, failed or declined.
        findable: whether the request carries a mark by which it can be found without its answer.
        keyed: whether asking again under the key is answered as before, instead of done again.
        unseen: seconds for which a job that was taken may not be found yet.
    """

    at: float
    key: str
    attempt: int
    price: float = 0.0
    findable: bool = False
    keyed: bool = True
    unseen: float = 0.0


@attrs.frozen(kw_only=True)
class Submitted:
    """The server took the job; ``ref`` is its id there. On disk before anything builds on it."""

    at: float
    ref: str
    detail: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Settled:
    """The work is done; ``result`` is what later steps need of it, ``price`` what it cost."""

    at: float
    result: Mapping[str, Any]
    price: float = 0.0


@attrs.frozen(kw_only=True)
class Declined:
    """The server provably did not take the job, and would if asked again later."""

    at: float
    reason: str


@attrs.frozen(kw_only=True)
class Lost:
    """The answer was lost for good: the job may exist, and may have been charged."""

    at: float
    reason: str


@attrs.frozen(kw_only=True)
class Found:
    """The job whose answer was lost exists; ``ref`` is its id."""

    at: float
    ref: str
    detail: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Absent:
    """The job whose answer was lost was looked for everywhere, and does not exist."""

    at: float


@attrs.frozen(kw_only=True)
class Failed:
    """The job ended badly, or was refused for good.

    Attributes:
        error: the error's class, by name.
        message: its text.
        code: the server's reason.
        ref: the job, where there was one.
        kind: what kind of job it was.
        reason: the server's words for it.
    """

    at: float
    error: str
    message: str
    code: str | None = None
    ref: str | None = None
    kind: str | None = None
    reason: str | None = None


@attrs.frozen(kw_only=True)
class Reopened:
    """The step is to be done anew: what it made is gone, or a failure is to be tried again."""

    at: float
    reason: str


# --- of a job ------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class Accepted:
    """A job was taken on; ``job`` is all that is needed to do it in another process."""

    at: float
    job: Mapping[str, Any]


@attrs.frozen(kw_only=True)
class Closed:
    """A job ended; ``error`` is None where it ended well.

    Attributes:
        resumable: whether running it again goes on where it stopped.
    """

    at: float
    error: str | None = None
    message: str | None = None
    resumable: bool = False


StepEvent = Intended | Submitted | Settled | Declined | Lost | Found | Absent | Failed | Reopened
JobEvent = Accepted | Closed
Event = StepEvent | JobEvent
