"""What a journal knows of its jobs: how far each is, without running anything."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from typing import Any

import attrs

from heygen_async.backends.base import Backend, Plan, Step
from heygen_async.errors import GoneError, HeyGenError
from heygen_async.journal.base import Journal
from heygen_async.journal.codec import job_from_plain, job_to_plain
from heygen_async.models.events import Accepted, Closed, Event, Intended, Settled
from heygen_async.models.job import Job
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.machine import Phase, fold

__all__ = [
    "Outstanding",
    "Record",
    "admission",
    "admitted",
    "dialect_of",
    "outstanding",
    "records",
    "staged",
    "story",
    "unsettled",
]

_PAGE = 500

# The dialect of jobs that name none.
_USUAL = "v3"

# Where nothing is under way, so that going on begins with what the step needs.
_AT_REST = frozenset({Phase.READY, Phase.FAILED})


@attrs.frozen(kw_only=True)
class Record:
    """A job as the journal knows it.

    Attributes:
        job: what was asked for.
        digests: the SHA-256 of its media, by their source.
        dialect: in which it was begun: ``v3``, ``v2`` or ``agentai``.
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
    dialect: str = _USUAL
    error: str | None = None
    error_class: str | None = None
    resumable: bool = True
    video_id: str | None = None
    seconds: float | None = None
    price: float | None = None
    accepted_at: float | None = None
    closed_at: float | None = None

    @property
    def dead(self) -> bool:
        """Whether it failed for good: only ``retry`` would try it again."""
        return self.stage is Stage.FAILED and not self.resumable

    @property
    def gone(self) -> bool:
        """Whether what was paid for it was not found: only ``retry`` would make it anew."""
        return self.stage is Stage.FAILED and self.error_class == GoneError.__name__


async def records(journal: Journal) -> AsyncIterator[Record]:
    """All jobs of an open journal, in the order in which they were accepted."""
    after = 0
    while page := await journal.accepted(after, _PAGE):
        pairs = [(stream, f"video:{stream.removeprefix('job:')}") for _, stream in page]
        stories = await journal.read([stream for pair in pairs for stream in pair])
        for stream, goal in pairs:
            yield _record(stories[stream], stories[goal])
        after = page[-1][0]


async def unsettled(journal: Journal) -> set[str]:
    """The streams of what was asked for, is paid, and has not ended, as far as is known."""
    found: set[str] = set()
    after = 0
    while page := await journal.paid(after):
        for _, entry in page:
            if isinstance(entry.event, Intended):
                found.add(entry.stream)
            else:
                found.discard(entry.stream)
        after = page[-1][0]
    return found


async def staged(record: Record, backend: Backend, under_way: Collection[str]) -> Record:
    """The record of a job, at the stage of the paid step that it waits for.

    A video's own stream says nothing of the avatar that is made for it first.

    Args:
        record: of a job of the backend's dialect.
        backend: plans; asks and sends nothing.
        under_way: as ``unsettled`` tells.
    """
    if record.stage is not Stage.ACCEPTED or not under_way:
        return record
    try:
        goal = (await backend.plan(record.job, record.digests)).goal
    except HeyGenError:  # What cannot be planned any more waits for nothing.
        return record
    for step in _steps(goal):
        if step.stream in under_way:
            return attrs.evolve(record, stage=step.stage)
    return record


@attrs.frozen
class Outstanding:
    """What of a job is still to be made.

    Attributes:
        steps: the paid steps that are not done, the video last; none for a finished job.
        failed: whether one of them failed for good, so that only ``retry`` would go on.
        under_way: the streams of those that were asked for already, and are paid.
    """

    steps: tuple[Step, ...]
    failed: bool
    under_way: frozenset[str] = frozenset()


async def outstanding(journal: Journal, plan: Plan) -> Outstanding:
    """What an open journal does not know as done; what a step needs counts only until it is.

    A step that was asked for had what it needs: whatever became of that since, a run goes on with
    the job that there is.
    """
    found: list[Step] = []
    under_way: set[str] = set()
    seen: set[str] = set()
    failed = False

    async def walk(step: Step) -> None:
        nonlocal failed
        if step.stream in seen:
            return
        seen.add(step.stream)
        phase = fold((await journal.read([step.stream]))[step.stream]).phase
        if phase is Phase.DONE:
            return
        failed = failed or phase is Phase.FAILED
        if phase in _AT_REST:
            for needed in step.needs.values():
                await walk(needed)
        elif step.paid:
            under_way.add(step.stream)
        if step.paid:
            found.append(step)

    await walk(plan.goal)
    return Outstanding(tuple(found), failed, frozenset(under_way))


async def story(journal: Journal, backend: Backend, job_id: str) -> Mapping[str, tuple[Event, ...]]:
    """What an open journal knows of a job: its events by stream, and those of its steps.

    Empty for a job that it does not know. A job of another dialect than the backend's cannot be
    planned: what it shares with others is left out.
    """
    own = f"job:{job_id}"
    events = (await journal.read([own]))[own]
    if not events:
        return {}
    job, digests = admitted(events)
    streams = [own]
    if dialect_of(events) == backend.name:
        goal = (await backend.plan(job, digests)).goal
        streams += [step.stream for step in _steps(goal)]
    else:
        streams.append(f"video:{job_id}")
    if job.output is not None:
        streams.append(f"file:{job_id}:{job.output}")
    return await journal.read(list(dict.fromkeys(streams)))


def _steps(step: Step) -> Iterator[Step]:
    """The step behind all that it needs."""
    for needed in step.needs.values():
        yield from _steps(needed)
    yield step


def admission(job: Job, digests: Mapping[str, str], dialect: str) -> dict[str, Any]:
    """What a job's stream says of it when it is taken on, as plain JSON."""
    plain: dict[str, Any] = {"job": job_to_plain(job), "digests": dict(digests)}
    return plain if dialect == _USUAL else plain | {"dialect": dialect}


def admitted(story: tuple[Event, ...]) -> tuple[Job, dict[str, str]]:
    """The job of a job's stream, and the digests of its media."""
    plain = _accepted(story)
    return job_from_plain(plain["job"]), plain["digests"]


def _accepted(story: tuple[Event, ...]) -> Mapping[str, Any]:
    return next(event.job for event in reversed(story) if isinstance(event, Accepted))


def dialect_of(story: tuple[Event, ...]) -> str:
    """The dialect of a job's stream."""
    return str(_accepted(story).get("dialect", _USUAL))


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
        dialect=dialect_of(story),
        error=None if closed is None else closed.message,
        error_class=None if closed is None else closed.error,
        resumable=closed is None or closed.resumable,
        video_id=(state.result or {}).get("video_id") or state.ref,
        seconds=(state.result or {}).get("duration"),
        price=sum(paid) if paid else None,
        accepted_at=story[0].at,
        closed_at=None if closed is None else closed.at,
    )
