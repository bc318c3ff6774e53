"""What of a manifest is still to be paid: all of it, or what a journal does not know as done."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator

from heygen_async.batch.manifest import Checked, Manifest
from heygen_async.batch.manifest_unique import Seen
from heygen_async.cli.batch_bill import Bill, Due
from heygen_async.errors import InvalidInputError
from heygen_async.models.job import Job
from heygen_async.orchestrator import Orchestrator
from heygen_async.pipeline.records import Outstanding

__all__ = ["outstanding_of", "whole"]

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


async def outstanding_of(
    orchestrator: Orchestrator,
    manifest: Manifest,
    checked: Checked,
    *,
    retry: bool,
    dialect: str = "v3",
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
    """
    due, avatars, failed = Due(), Seen(), 0
    jobs = manifest.jobs()
    while chunk := await asyncio.to_thread(_chunk, jobs):
        found = await asyncio.gather(*(_asked(orchestrator, job) for job in chunk))
        for job, left in zip(chunk, found, strict=True):
            if left is not None and left.failed and not retry:
                failed += 1
                continue
            if left is None or left.steps:
                reserved = left.steps[-1].price if left is not None else None
                due.video(job, None if dialect == "v3" else reserved)
            for step in left.steps[:-1] if left is not None else ():
                if avatars.add(step.stream, 1) is None:
                    due.avatar(step.price, whole=step.stream.startswith(_AVATAR))
    return Bill(checked, due, failed)


def _chunk(jobs: Iterator[Job]) -> list[Job]:
    return list(itertools.islice(jobs, _CHUNK))


async def _asked(orchestrator: Orchestrator, job: Job) -> Outstanding | None:
    try:
        return await orchestrator.outstanding(job)
    except InvalidInputError:
        return None  # A file has changed since the check; the run will tell.
