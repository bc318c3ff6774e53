"""What is in store for a job: the faults decide it when the job is created."""

from __future__ import annotations

import math

import attrs


@attrs.frozen(kw_only=True)
class Failure:
    """Why a job failed; HeyGen sometimes says neither (behaviour notes §6.1)."""

    code: str | None
    message: str | None


@attrs.frozen(kw_only=True)
class Fate:
    """What the faults have in store for a job.

    Attributes:
        stuck: it never leaves its working status.
        failure: it fails, for this reason.
        word: a status word nobody knows, shown at first.
        word_seconds: for how long, in simulated seconds.
        appeal: how long a person looks at it before it ends, in simulated seconds.
        warning: an error that a video names although it was completed.
        lag: how long its files come after its completion, in simulated seconds.
    """

    stuck: bool = False
    failure: Failure | None = None
    word: str | None = None
    word_seconds: float = 0.0
    appeal: float = 0.0
    warning: Failure | None = None
    lag: float = 0.0

    def end(self, begin: float, planned: float) -> float:
        """When a job ends that began at `begin` and would take `planned` seconds."""
        if self.stuck:
            return math.inf
        return begin + max(planned, self.word_seconds) + self.appeal

    def spoken(self, begin: float, now: float) -> str | None:
        """The unknown word, while it is shown."""
        return self.word if now - begin < self.word_seconds else None
