"""What a look at a job tells, whatever the job is and whichever words its API has for it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs

__all__ = ["JobState", "Progress", "Words"]


class Progress(StrEnum):
    """How far a job is, in the four words that decide what happens next."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    GONE = "gone"


@attrs.frozen
class JobState:
    """A job as it was when it was looked at.

    Attributes:
        progress: what the status means.
        status: the server's own word, None where it gave none.
        code: the server's reason for a failure, often None.
        reason: the server's words for a failure, often None.
        resource: the job whole, where the look read it on its way; None where it did not. It
            holds signed addresses, and says nothing about equality.
        became: the id of the job, where it was asked for by another name, such as its place in a
            batch; None until it has one.
    """

    progress: Progress
    status: str | None = None
    code: str | None = None
    reason: str | None = None
    resource: Any = attrs.field(default=None, eq=False, repr=False)
    became: str | None = None

    @property
    def settled(self) -> bool:
        """Whether looking again would tell nothing new."""
        return self.progress is not Progress.RUNNING


@attrs.frozen
class Words:
    """The status words of one kind of job; every word not listed means it still runs.

    HeyGen adds words, and its bulk status is an open string: an unknown word must keep the waiter
    looking, never crash it and never end it.
    """

    done: frozenset[str]
    failed: frozenset[str]
    gone: frozenset[str] = frozenset()

    def read(
        self, status: str | None, *, code: str | None = None, reason: str | None = None
    ) -> JobState:
        """What the word means; the reason is kept only where something went wrong."""
        word = None if status is None else str(status)
        if word in self.done:
            return JobState(Progress.DONE, word)
        if word in self.failed:
            return JobState(Progress.FAILED, word, code, reason)
        if word in self.gone:
            return JobState(Progress.GONE, word, code, reason)
        return JobState(Progress.RUNNING, word)

    @classmethod
    def of(cls, spoken: Mapping[str, Progress]) -> Words:
        """From a table of words, for the reader's sake."""

        def pick(progress: Progress) -> frozenset[str]:
            return frozenset(word for word, meaning in spoken.items() if meaning is progress)

        return cls(pick(Progress.DONE), pick(Progress.FAILED), pick(Progress.GONE))
