"""How a family waits for a job: it asks whoever owns the looking, and judges the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from heygen_async.errors import (
    AvatarFailedError,
    HeyGenError,
    JobFailedError,
    NotFoundError,
    VideoFailedError,
)
from heygen_async.models.state import JobState, Progress

__all__ = ["BULK", "BulkLook", "Watch", "ended_badly"]

#: Ids in one bulk status request. HeyGen v3 behaviour notes, read 2026-11-20.
BULK = 100

BulkLook = Callable[[Sequence[str]], Awaitable[dict[str, JobState]]]
"""Look at many jobs of one kind: ids to states; an id that is not in the result was not seen."""


class Watch(Protocol):
    """Whoever looks at jobs until they settle, for all waiters of a kind at once."""

    async def __call__(
        self,
        kind: str,
        id: str,  # noqa: A002 - the server's own word for it
        *,
        timeout: float | None,
        expected: float | None = None,
    ) -> JobState:
        """Return the settled state of a job.

        Args:
            kind: such as ``video``; a key of a family's ``kinds``.
            id: of the job.
            timeout: seconds, None to wait for ever.
            expected: seconds the job will probably take from now, None if nobody knows.

        Raises:
            DeadlineError: it has not settled in time.
        """
        ...


_FAILURES: dict[str, type[JobFailedError]] = {
    "video": VideoFailedError,
    "avatar_look": AvatarFailedError,
    "avatar_group": AvatarFailedError,
    "v2_generation": AvatarFailedError,
    "v2_photo_avatar": AvatarFailedError,
    "v2_training": AvatarFailedError,
    "v2_video": VideoFailedError,
    "agentai_video": VideoFailedError,
}


def ended_badly(kind: str, job_id: str, state: JobState) -> HeyGenError:
    """The error for a job that failed or is gone; failed jobs are not billed.

    Source: HeyGen's pricing page, as noted in the behaviour notes, read 2026-11-20. Of v2, which
    charges most things by the call, and of agent.ai nobody says so.
    """
    name = kind.replace("_", " ")
    if state.progress is Progress.GONE:
        return NotFoundError(
            f"{name} {job_id} is gone ({state.status}): deleted, unknown, or of another account.",
            code="not_found",
        )
    given = ": ".join(part for part in (state.code, state.reason) if part)
    why = f": {given}" if given else " without a reason from the server"
    billing = "" if kind.startswith(("v2_", "agentai_")) else ". Failed jobs are not billed."
    return _FAILURES.get(kind, JobFailedError)(
        f"{name} {job_id} ended as {state.status or 'failed'}{why}{billing}",
        kind=kind,
        id=job_id,
        code=state.code,
        reason=state.reason,
    )
