"""What a journal knows of its jobs: how far each is, without running anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import attrs

from heygen_async.journal.base import Journal
from heygen_async.journal.codec import job_from_plain
from heygen_async.models.events import Accepted, Closed, Event, Settled
from heygen_async.models.job import Job
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.machine import Phase, fold

__all__ = ["Record", "admitted", "records"]

_PAGE = 500


@attrs.frozen(kw_only=True)
class Record:
    """A job as the journal knows it.

    Attributes:
        job: what was asked for.
        digests: the SHA-256 of its media, by their source.
        stage: DONE, FAILED, or how far it is.
        error: why it failed, or why it stopped.
        error_class: the class of that error, by name.
        resumable: whether running it again goes on.
        video_id: the video's id at HeyGen, once it was submitted.
        seconds: the length of the finished video.
        price: what the finished video cost, by the price table; its avatar not included.
        accepted_at: when it was taken on, seconds since 1970.
        closed_at: when it ended last, None while it has not.
    """

    job: Job
    digests: Mapping[str, str] = attrs.field(repr=False)
    stage: Stage
    error: str | None = None
    error_class: str | None = None
    resumable: bool = True
    video_id: str | None = None
    seconds: float | None = None
    price: float | None = None
    accepted_at: float | None = None
    closed_at: float | None = None


async def records(journal: Journal) -> AsyncIterator[Record]:
    """All jobs of an open journal, in the order in which they were accepted."""
    after = 0
    while page := await journal.accepted(after, _PAGE):
        for _, stream in page:
            goal = f"video:{stream.removeprefix('job:')}"
            streams = await journal.read([stream, goal])
            yield _record(streams[stream], streams[goal])
        after = page[-1][0]


def admitted(story: tuple[Event, ...]) -> tuple[Job, dict[str, str]]:
    """The job of a job's stream, and the digests of its media."""
    plain = next(event.job for event in reversed(story) if isinstance(event, Accepted))
    return job_from_plain(plain["job"]), plain["digests"]


_STAGES = {
    Phase.READY: Stage.ACCEPTED,
    Phase.SUBMITTING: Stage.SUBMITTING,
    Phase.UNCERTAIN: Stage.SUBMITTING,
    Phase.SETTLING: Stage.RENDERING,
    Phase.DONE: Stage.DOWNLOADING,
    Phase.FAILED: Stage.FAILED,
}


def _record(story: tuple[Event, ...], video: tuple[Event, ...]) -> Record:
    job, digests = admitted(story)
    state = fold(video)
    paid = [event.price for event in video if isinstance(event, Settled)]
    closed = story[-1] if isinstance(story[-1], Closed) else None
    stage = _STAGES[state.phase]
    if closed is not None:
        stage = Stage.DONE if closed.error is None else Stage.FAILED
    return Record(
        job=job,
        digests=digests,
        stage=stage,
        error=None if closed is None else closed.message,
        error_class=None if closed is None else closed.error,
        resumable=closed is None or closed.resumable,
        video_id=state.ref,
        seconds=(state.result or {}).get("duration"),
        price=sum(paid) if paid else None,
        accepted_at=story[0].at,
        closed_at=None if closed is None else closed.at,
    )
