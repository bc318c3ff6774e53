"""What of a manifest is still to be paid: all of it, or what a journal does not know as done."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import suppress

from heygen_async.batch.manifest.manifest import Checked, Manifest
from heygen_async.batch.manifest.unique import Seen
from heygen_async.batch.replaced import asked_again, replaced
from heygen_async.cli.batch.bill import Bill, Due
from heygen_async.cli.narrowing import losses_of
from heygen_async.errors import InvalidInputError
from heygen_async.journal import Journal
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job, Photo, Prompt
from heygen_async.orchestrator import Orchestrator
from heygen_async.pipeline.media_store import recorded
from heygen_async.pipeline.records import Outstanding

__all__ = ["affordable", "outstanding_of", "revised", "take", "whole"]

# Jobs that are looked up at once, so that they share the journal's rounds.
_CHUNK = 100

# What steps are called that make an avatar; all others make something of one.
_AVATAR = ("avatar:", "agentai:avatar:", "v2:group:")


def whole(checked: Checked, videos: Due) -> Bill:
    """The bill where nothing is done yet.

    Args:
        checked: the manifest.
        videos: with the video of each of its jobs.
    """
    for _ in range(checked.avatars):
        videos.avatar()
    return Bill(checked, videos)


def take(job: Job, videos: Due, dialect: str) -> None:
    """Take a job of which nothing is done yet into the sum; this reads its recording."""
    lasts = recorded(job.speech)
    videos.video(job, recorded=lasts)
    made = isinstance(job.avatar, Photo | Prompt | GeneratedPhoto)
    videos.reserve(videos.prices.reserve(job, lasts) + (videos.prices.avatar if made else 0.0))
    videos.lose(losses_of(job, dialect))


def affordable(budget: float | None, bill: Bill, spent: float = 0.0) -> None:
    """Refuse a budget that could make an avatar, but none of the videos.

    Args:
        budget: for all jobs of a journal, None for none.
        bill: what is to be made.
        spent: what its other jobs have cost.

    Raises:
        InvalidInputError: with the least that would do for one of them.
    """
    least = bill.due.least
    if budget is None or least is None or spent + least <= budget + 1e-9:
        return
    before = f" on top of ${spent:.2f} that is spent already" if spent else ""
    avatar = " with its avatar" if bill.due.avatars else ""
    enough = math.ceil(round((spent + least) * 100, 6)) / 100
    raise InvalidInputError(
        f"--budget: ${budget:.2f} does for none of the videos: the cheapest may take"
        f" ${least:.2f}{avatar}{before}; at least --budget {enough:.2f} is needed",
        field="--budget",
        value=f"{budget:g}",
    )


async def outstanding_of(
    orchestrator: Orchestrator,
    manifest: Manifest,
    checked: Checked,
    *,
    retry: bool,
    dialect: str = "v3",
    each: Callable[[Job], object] = lambda _: None,
) -> Bill:
    """The bill for what the journal of an open Orchestrator does not know as done.

    Takes some 300 µs a row; nothing is asked or sent.

    Args:
        orchestrator: open.
        manifest: was checked.
        checked: what was found.
        retry: whether what failed for good is to be made, too.
        dialect: of the orchestrator. What videos cost is estimated for v3, and told as they are
            reserved, at the most, for the others.
        each: called with every job that is to be made.
    """
    due, avatars, failed = Due(), Seen(), 0
    jobs = manifest.jobs()
    while chunk := await asyncio.to_thread(_chunk, jobs):
        found = await asyncio.gather(*(_asked(orchestrator, job) for job in chunk))
        lengths = await asyncio.to_thread(_lengths, chunk, found)
        for job, lasts, left in zip(chunk, lengths, found, strict=True):
            if left is None:
                due.video(job, recorded=lasts)
                due.lose(losses_of(job, dialect))
                each(job)
                continue
            if left.failed and not retry:
                failed += 1
                continue
            if left.steps:
                goal = left.steps[-1]
                begun = goal.stream in left.under_way
                price = None if dialect == "v3" else goal.price
                due.video(job, price, recorded=lasts, begun=begun)
                due.lose(losses_of(job, dialect))
                due.reserve(sum({step.stream: step.price for step in left.steps}.values()))
                each(job)
            for step in left.steps[:-1]:
                if avatars.add(step.stream, 1) is None:
                    due.avatar(
                        step.price,
                        whole=step.stream.startswith(_AVATAR),
                        begun=step.stream in left.under_way,
                    )
    return Bill(checked, due, failed)


async def revised(
    orchestrator: Orchestrator, journal: Journal, jobs: Iterator[Job]
) -> AsyncIterator[Job]:
    """A manifest's jobs, those that were changed since they were made under ids of their own.

    A change that was taken back is written down, else the journal would take the job for replaced.
    """
    given_up = await replaced(journal)
    while chunk := await asyncio.to_thread(_chunk, jobs):
        for job in chunk:
            with suppress(InvalidInputError):  # A file has changed since: the run will tell.
                job = await orchestrator.revised(job)
            if job.id in given_up:
                await asked_again(journal, str(job.id), time.time())
            yield job


def _chunk(jobs: Iterator[Job]) -> list[Job]:
    return list(itertools.islice(jobs, _CHUNK))


def _lengths(jobs: Sequence[Job], found: Sequence[Outstanding | None]) -> list[float | None]:
    """The seconds of the recordings of what is still to be made."""
    return [
        recorded(job.speech) if left is None or left.steps else None
        for job, left in zip(jobs, found, strict=True)
    ]


async def _asked(orchestrator: Orchestrator, job: Job) -> Outstanding | None:
    try:
        return await orchestrator.outstanding(await orchestrator.revised(job))
    except InvalidInputError:
        return None  # A file has changed since the check; the run will tell.
