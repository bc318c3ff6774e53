"""What a dialect has to say to the pipeline: the steps of a job, and the same verbs for each.

A backend turns a job into a plan, a tree of steps in which each names those it needs. The pipeline
drives every step through the same machine, so dialects differ in data and never in branches.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol

import attrs

from heygen_async.errors import CannotTellError, UsageError
from heygen_async.models.job import Audio, Job
from heygen_async.models.loss import Loss
from heygen_async.models.outcome import Stage, Video
from heygen_async.models.source import Media
from heygen_async.models.state import JobState

__all__ = ["Backend", "Concluded", "Fetch", "Materials", "Plan", "Result", "Step", "Taken"]

Result = Mapping[str, Any]


@attrs.frozen
class Taken:
    """The server took a job.

    Attributes:
        ref: its id, by which it is watched.
        detail: plain JSON worth keeping with it.
    """

    ref: str
    detail: Result = attrs.field(factory=dict)


@attrs.frozen
class Concluded:
    """A step is done.

    Attributes:
        result: plain JSON: what later steps need, and what a later process has to know. No signed
            addresses: they would be stale, and they are secrets.
        video: the video as it was read at the end, addresses included, where the step made one.
        price: what it cost; None takes what it may have cost at the most.
    """

    result: Result
    video: Video | None = None
    price: float | None = None


class Materials(Protocol):
    """Gives the user's bytes."""

    async def content(self, media: Media, digest: str) -> bytes | str:
        """What can be uploaded: the bytes, or the path of a file.

        Raises:
            InvalidInputError: there are no such bytes; a FileChangedError if the file is another.
        """
        ...

    async def recorded(self, audio: Audio) -> float | None:
        """The seconds of a recording; None where they are not known."""
        ...


_NOTHING: Mapping[str, Any] = MappingProxyType({})


def _frugal(needs: Mapping[str, Step]) -> Mapping[str, Step]:
    """One empty mapping for all: steps wait by the ten thousand, and most need nothing."""
    return needs or _NOTHING


class Fetch(Protocol):
    """Downloads a file."""

    def __call__(
        self, url: str, path: str, *, refresh: Callable[[], Awaitable[str]]
    ) -> Awaitable[Result]:
        """Write what is at the address to the path; what is known of it as plain JSON.

        Args:
            url: where it is.
            path: what to write; appears whole or not at all.
            refresh: gives a fresh address when this one has expired.
        """
        ...


@attrs.frozen(kw_only=True)
class Step(ABC):
    """One piece of work with an effect outside.

    Attributes:
        stream: its name in the journal. Two jobs whose steps have the same stream share the step:
            it is done once.
        stage: what a job is at while this step is worked on.
        needs: the steps whose results it needs, by the names under which it gets them.
        kind: what it is watched as while it settles; empty for a step that settles at once.
        paid: whether doing it twice costs twice; if not, its intent need not be written down.
        price: what it may cost at the most, as far as is known.
        keyed: whether the server remembers idempotency keys for it.
        findable: whether its requests carry a mark by which ``find`` can find them.
        unseen: seconds for which ``find`` may miss a job that was taken.
        slotted: whether it runs in the account's pool of running jobs.
        expected: the seconds it is expected to take, None for the usual.
        timeout: seconds to wait for it at most.
    """

    stream: str
    stage: Stage
    needs: Mapping[str, Step] = attrs.field(factory=dict, converter=_frugal)
    kind: str = ""
    paid: bool = True
    price: float = 0.0
    keyed: bool = True
    findable: bool = False
    unseen: float = 0.0
    slotted: bool = False
    expected: float | None = None
    timeout: float = 3600.0

    @abstractmethod
    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken | Concluded:
        """Ask for it, once: retries that are safe happen below.

        Args:
            inputs: the results of what it needs.
            key: the idempotency key, and the marker by which it can be found.

        Raises:
            HeyGenError: ``pipeline.verdict`` tells from its class whether it may have happened.
        """

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Look for the job that was asked for under the key; None proves that there is none.

        Asked only where the request was ``findable``.

        Args:
            inputs: the results of what it needs.
            key: what the request was marked with.

        Raises:
            CannotTellError: there is no way to find out; silence is not absence.
        """
        raise CannotTellError(f"{self.stream} cannot be looked for", key=key)

    def withdrawn(self, key: str, *, unsent: bool) -> bool:
        """Whether a submit under this key that was cancelled surely never left.

        Args:
            key: of the submit.
            unsent: whether its own call still waited to be sent.
        """
        return unsent

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """Read what became of a job that has settled.

        Raises:
            JobFailedError: it ended badly.
        """
        raise NotImplementedError(f"{type(self).__name__} settles at once")

    async def overdue(self, taken: Taken) -> JobState | None:
        """The end of a job that has not settled in time and never will; None where it may."""
        return None

    async def valid(self, result: Result) -> bool:
        """Whether what was made in an earlier process is still there."""
        return True

    async def discard(self, taken: Taken) -> None:
        """Remove a job that nobody wants any more.

        Raises:
            UsageError: the dialect cannot remove it.
        """
        raise UsageError("this dialect deletes no videos; it goes on, and the next run finds it")


@attrs.frozen
class Plan:
    """A job's steps.

    Attributes:
        goal: the step that makes the video; it names those it needs.
        losses: what of the job's wishes the dialect cannot say exactly; the same whenever the job
            is planned, so the outcome of a resumed run has them as well.
    """

    goal: Step
    losses: tuple[Loss, ...] = ()


class Backend(Protocol):
    """A dialect, as the pipeline sees it."""

    @property
    def name(self) -> str:
        """``v3``, ``v2`` or ``agentai``."""
        ...

    async def plan(self, job: Job, digests: Mapping[str, str]) -> Plan:
        """The steps of a job.

        Everything that can be checked before money is spent is checked here.

        Args:
            job: with its id.
            digests: the SHA-256 of each local file and each kept bytes of the job, by its source.

        Raises:
            InvalidInputError: the job asks for what the dialect cannot do.
        """
        ...

    async def video(self, result: Result) -> Video:
        """The finished video, read anew: its addresses are fresh."""
        ...

    async def download(self, video: Video, path: str) -> Result:
        """Write the video to a file; what is known of the file as plain JSON (size, sha256)."""
        ...
