"""What one run remembers besides the journal, and whom it tells how far it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from heygen_async.models.job import Job
from heygen_async.models.outcome import Stage, Video

__all__ = ["RunContext"]


class RunContext:
    """The memory of one run.

    Args:
        job: whose run it is.
        told: called with the job, each stage the run comes to, and ids worth showing.
        retry_before: failures from before this wall time are tried again; None for none.
    """

    __slots__ = ("_told", "failures", "gone_at", "job", "retry_before", "video")

    def __init__(
        self,
        job: Job,
        told: Callable[[Job, Stage, Mapping[str, str]], None],
        *,
        retry_before: float | None = None,
    ) -> None:
        self._told = told
        self.job = job
        self.retry_before = retry_before
        # The wall time at which an earlier run ended because something was not found.
        self.gone_at: float | None = None
        self.video: Video | None = None
        self.failures = 0

    def remakes(self, submitted_at: float = 0.0) -> bool:
        """Whether what is not found is to be made anew, and paid again.

        Whoever asks for that has been told: an earlier run did not find it either. So a wrong key
        costs nothing, whatever it is asked to try again; and what was made since then, in this run
        or another, is not made once more.

        Args:
            submitted_at: the wall time at which it was written down that the server took it.
        """
        told = self.gone_at is not None and submitted_at < self.gone_at
        return told and self.retry_before is not None

    def tell(self, stage: Stage, detail: Mapping[str, str]) -> None:
        """Say how far the run is."""
        self._told(self.job, stage, detail)
