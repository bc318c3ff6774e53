"""A job's run: admitted, planned, settled, downloaded, closed.

What a run does is written in three kinds of streams: the job's own (what was asked for, how it
ended), its steps' (see ``machine``), and its file's. A run of the same job that begins later, in
this process or another, walks the same way and finds everything already done that was done.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import attrs
import orjson

from heygen_async.backends.base import Backend, Result, Step
from heygen_async.errors import (
    ContentPolicyError,
    FileChangedError,
    GoneError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
    JobFailedError,
    NotFoundError,
    UsageError,
)
from heygen_async.journal.base import Entry, Journal
from heygen_async.models.events import Accepted, Closed, Settled
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job
from heygen_async.models.outcome import Joined, PipelineEvent, Progressed, Stage, Stopped, Video
from heygen_async.pipeline.context import RunContext
from heygen_async.pipeline.failures import gone
from heygen_async.pipeline.locks import Locks
from heygen_async.pipeline.machine import Phase, fold
from heygen_async.pipeline.media_store import MediaStore
from heygen_async.pipeline.records import admission
from heygen_async.pipeline.revisions import revision
from heygen_async.pipeline.runner import Runner
from heygen_async.pipeline.running import RunningJobs

__all__ = ["Runs", "resumable"]

Tell = Callable[[PipelineEvent], None]


def resumable(error: HeyGenError) -> bool:
    """Whether running the same job again can end differently."""
    final = (
        ContentPolicyError,
        InvalidInputError,
        InvalidRequestError,
        JobFailedError,
        NotFoundError,
    )
    mended = (FileChangedError, GoneError, UsageError)
    return isinstance(error, mended) or not isinstance(error, final)


class Runs:
    """Runs jobs of one dialect.

    Args:
        backend: the dialect.
        journal: open.
        runner: drives the steps.
        media: reads the user's bytes.
        now: wall time, seconds since 1970.
        tell: is told of progress; must not raise.
    """

    def __init__(
        self,
        backend: Backend,
        journal: Journal,
        runner: Runner,
        media: MediaStore,
        now: Callable[[], float],
        tell: Tell | None,
    ) -> None:
        self._backend = backend
        self._journal = journal
        self._runner = runner
        self._media = media
        self._now = now
        self._tell = tell
        self._running = RunningJobs()
        # Of those who want one file, the first fetches it.
        self._files = Locks()
        # One bound method for all, where each run would make its own.
        self._told = self._progress

    async def admit(self, job: Job) -> tuple[Job, dict[str, str]]:
        """The job with its id, and the digests of its media; nothing is written or sent.

        Raises:
            InvalidInputError: it is no job, or a file is missing or is not what it should be.
        """
        if not isinstance(job, Job):
            raise InvalidInputError.of("job", "must be a Job", job)
        job, digests = await self._media.admit(job)
        if job.id is None:
            job = attrs.evolve(job, id=_identity(job, digests, self._backend.name))
        return job, digests

    async def revised(self, job: Job) -> Job:
        """The job with the id that it goes by: another, if another video was asked for under its.

        Raises:
            InvalidInputError: a file is missing, or the dialect cannot do it.
        """
        admitted, digests = await self.admit(job)
        if job.id is None:
            return attrs.evolve(job, id=admitted.id)
        asked = admission(admitted, digests, self._backend.name)
        stream = f"job:{job.id}"
        story = (await self._journal.read([stream]))[stream]
        before = [event.job for event in story if isinstance(event, Accepted)]
        if not before or _content(before[-1]) == _content(asked):
            return job
        goal = (await self._backend.plan(admitted, digests)).goal
        if not await self._submitted(goal):
            return job
        content = _identity(attrs.evolve(admitted, id=None), digests, self._backend.name)
        return attrs.evolve(job, id=revision(job.id, content))

    async def _submitted(self, goal: Step) -> bool:
        """Whether a video was asked for, and did not fail for good."""
        state = fold((await self._journal.read([goal.stream]))[goal.stream])
        return state.phase not in (Phase.READY, Phase.FAILED)

    async def run(
        self,
        job: Job,
        digests: Mapping[str, str] | None = None,
        *,
        retry: bool = False,
        asked_at: float | None = None,
    ) -> Video:
        """Returns the video of a job, doing whatever of it is not done yet.

        Tens of thousands wait in here at once, so it is one coroutine, and holds nothing that it
        does not need when the wait is over.

        Args:
            job: what to make; with its id, if it was admitted.
            digests: as ``admit`` gave them; None admits the job here.
            retry: whether a failure that the journal remembers is to be tried again, and what an
                earlier run did not find any more made anew.
            asked_at: the wall time at which that was asked for; what failed since then was tried
                already, for another job that needs it too. None is now.

        Raises:
            HeyGenError: why there is none; what was done is in the journal.
        """
        if digests is None:
            job, digests = await self.admit(job)
        assert job.id is not None
        before = None if not retry else self._now() if asked_at is None else asked_at
        context = RunContext(job, self._told, retry_before=before)
        plan = await self._backend.plan(job, digests)
        goal, losses = plan.goal, plan.losses
        plain = admission(job, digests, self._backend.name)
        del plan, digests
        content = orjson.dumps(_content(plain), option=orjson.OPT_SORT_KEYS)
        joins = self._running.enter(job.id, content)
        del content
        try:
            closed_well, context.gone_at = await self._accept(job.id, plain, goal)
            del plain
            if not joins:
                self._progress(job, Stage.ACCEPTED, {})
            elif self._tell is not None:
                self._tell(Joined(job_id=job.id, at=asyncio.get_running_loop().time()))
            try:
                result = await self._runner.settle(goal, context)
                video = await self._delivered(job, goal, context, result)
                if not closed_well:
                    await self._journal.append([Entry(f"job:{job.id}", Closed(at=self._now()))])
            except (Exception, asyncio.CancelledError) as error:
                await self._ended_badly(job, error)
                raise
        finally:
            self._running.leave(job.id)
        self._progress(job, Stage.DONE, {"id": video.id})
        return attrs.evolve(video, losses=losses) if losses else video

    async def _ended_badly(self, job: Job, error: BaseException) -> None:
        """Write down why there is no video, where there is a reason, and tell of the end anyway."""
        assert job.id is not None
        if not isinstance(error, HeyGenError):
            if self._tell is not None:
                self._tell(Stopped(job_id=job.id, at=asyncio.get_running_loop().time()))
            return
        name = type(error).__name__
        closed = Closed(
            at=self._now(), error=name, message=error.message, resumable=resumable(error)
        )
        try:
            await self._journal.append([Entry(f"job:{job.id}", closed)])
        finally:
            self._progress(job, Stage.FAILED, {"error": name})

    async def _accept(
        self, job_id: str, plain: dict[str, Any], goal: Step
    ) -> tuple[bool, float | None]:
        """Write down what is asked for, if that is new.

        Returns:
            Whether it was done before; and when the last run ended, if something was gone then.
        """
        stream = f"job:{job_id}"
        story = (await self._journal.read([stream]))[stream]
        ends = [event for event in story if isinstance(event, Closed)]
        gone_at = ends[-1].at if ends and ends[-1].error == GoneError.__name__ else None
        accepted = [event.job for event in story if isinstance(event, Accepted)]
        if accepted and accepted[-1] == plain:
            return isinstance(story[-1], Closed) and story[-1].error is None, gone_at
        if accepted and _content(accepted[-1]) != _content(plain):
            state = fold((await self._journal.read([goal.stream]))[goal.stream])
            if state.phase is Phase.FAILED:
                # What was wrong with the job before it was changed says nothing about it now.
                await self._runner.reopen(goal, "the job was changed")
            elif state.phase is not Phase.READY:
                raise InvalidInputError(
                    f"Job.id {job_id!r} names another job in this journal, whose video was already"
                    " submitted. Give the changed job another id, or none.",
                    field="Job.id",
                    value=job_id,
                )
        await self._journal.append([Entry(stream, Accepted(at=self._now(), job=plain))])
        return False, gone_at

    async def _delivered(
        self, job: Job, goal: Step, context: RunContext, result: Mapping[str, Any]
    ) -> Video:
        """The video that was made, with its file where one is asked for.

        A video that was finished by an earlier run and is gone at HeyGen now costs again to make,
        so that happens only when it is asked for by somebody who was told; a file of it that is
        still there is enough.
        """
        video = context.video
        if video is None:
            known = await self._on_disk(job, result["video_id"])
            try:
                video = await self._read(goal, result, context)
            except NotFoundError as error:
                if known:
                    return Video(
                        id=result["video_id"],
                        title=result.get("title"),
                        duration=result.get("duration"),
                        path=job.output,
                    )
                if not context.remakes():
                    raise gone(goal.kind, result["video_id"], error) from error
                await self._runner.reopen(goal, "gone at HeyGen", made=result)
                result = await self._runner.settle(goal, context)
                video = context.video or await self._read(goal, result, context)
        return video if job.output is None else await self._downloaded(job, video, context)

    def _read(self, goal: Step, result: Result, context: RunContext) -> Awaitable[Video]:
        read = partial(self._backend.video, result)
        return self._runner.pauses.reading(goal.kind, result["video_id"], read, context)

    async def _on_disk(self, job: Job, video_id: str) -> bool:
        """Whether this video's file is in its place, whole, and no other video was put there."""
        if job.output is None:
            return False
        stream = f"file:{job.id}:{job.output}"
        events = (await self._journal.read([stream]))[stream]
        known = events[-1].result if events and isinstance(events[-1], Settled) else {}
        if known.get("video_id") != video_id:
            return False
        size = known.get("size")  # Not every backend knows it; then nothing says that it is whole.
        path = Path(known["path"])
        if size is None or await self._media.size(path) != size:
            return False
        return not await self._media.foreign(path, video_id)

    async def _downloaded(self, job: Job, video: Video, context: RunContext) -> Video:
        """The video with its file in place; a file that is there and whole is not fetched again."""
        assert job.output is not None
        async with self._files.hold(job.output):
            if not await self._on_disk(job, video.id):
                context.tell(Stage.DOWNLOADING, {"id": video.id})
                fetch = partial(self._backend.download, video, job.output)
                fetched = await self._runner.pauses.reading("video", video.id, fetch, context)
                result = {**fetched, "video_id": video.id, "path": job.output}
                entry = Entry(f"file:{job.id}:{job.output}", Settled(at=self._now(), result=result))
                await self._journal.append([entry])
        return attrs.evolve(video, path=job.output)

    def _progress(self, job: Job, stage: Stage, detail: Mapping[str, Any]) -> None:
        if self._tell is not None:
            assert job.id is not None
            at = asyncio.get_running_loop().time()
            self._tell(Progressed(job_id=job.id, stage=stage, at=at, detail=detail))


def _content(plain: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a job another one: not its file, its strictness, nor where its media lie."""
    avatar = {key: one for key, one in plain["job"]["avatar"].items() if key != "strict"}
    said = {**plain["job"], "avatar": avatar, "output": None, "dialect": plain.get("dialect")}
    return _by_digest(said, plain["digests"])  # type: ignore[no-any-return]


def _by_digest(value: Any, digests: Mapping[str, str]) -> Any:
    """The value with the paths of media replaced by what is in them."""
    match value:
        case dict():
            return {
                key: digests.get(one, one)
                if key == "source" and isinstance(one, str)
                else _by_digest(one, digests)
                for key, one in value.items()
            }
        case list():
            return [_by_digest(one, digests) for one in value]
    return value


def _identity(job: Job, digests: Mapping[str, str], dialect: str) -> str:
    """An id for a job that has none: what it asks of whom, by the content of its media."""
    avatar = job.avatar
    if isinstance(avatar, GeneratedPhoto):
        avatar = attrs.evolve(avatar, strict=False)
    plain = admission(attrs.evolve(job, avatar=avatar, output=None), {}, dialect)
    asked = plain if "dialect" in plain else plain["job"]
    text = orjson.dumps(_by_digest(asked, digests), option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(text).hexdigest()[:24]
