"""Which jobs of a journal were given up.

Whoever changes a row of a manifest and runs it again asks for another job, with the same file or
under the same id. The journal keeps both. The one that was asked for last is meant; going on with
the other would be paid for, and would write an old video over the new one.

A row without an id or an output is another job with another file once it is changed, and one that
is deleted has no successor: what became of them shows only when all of the manifest was asked for.
Then they are withdrawn, by a word in the journal that lasts until something is done for them again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import AsyncIterator, Callable

import attrs

from heygen_async.batch.begun import Begun, shared
from heygen_async.batch.manifest.unique import Seen
from heygen_async.journal.base import Entry, Journal
from heygen_async.models.events import Accepted, Event, Settled
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.records import records, unsettled
from heygen_async.pipeline.revisions import original

__all__ = ["asked_again", "replaced", "withdraw"]

_WITHDRAWN = "withdrawn"


async def replaced(journal: Journal) -> frozenset[str]:
    """The ids of the jobs of an open journal that are not meant any more.

    Another job was given their file or id since, or they were withdrawn.

    Takes some 12 bytes a job, and a second look at the journal only where there are any.
    """
    seen, files, ids, row = Seen(), set[str](), set[str](), 0
    async for job_id, output in _jobs(journal):
        row += 1
        if output is not None and seen.add(output, row) is not None:
            files.add(output)
        if (given := original(job_id)) != job_id:
            ids.add(given)
    withdrawn = await _withdrawn(journal)
    if not files and not ids and not withdrawn:
        return frozenset()
    given_up = set[str]()
    rivals: dict[tuple[str, str], list[tuple[float, int, str]]] = defaultdict(list)
    async for job_id, output in _jobs(journal):
        row += 1
        groups = [("file", output)] if output is not None and output in files else []
        groups += [("id", given)] if (given := original(job_id)) in ids else []
        if groups or job_id in withdrawn:
            touched = await _touched(journal, job_id, output)
            for group in groups:
                rivals[group].append((touched, row, job_id))
            if touched <= withdrawn.get(job_id, -math.inf):
                given_up.add(job_id)
    for jobs in rivals.values():
        # Of equals the one that was accepted last.
        given_up.update(job_id for _, _, job_id in sorted(jobs)[:-1])
    return frozenset(given_up)


async def withdraw(journal: Journal, batch: Begun, asked: Callable[[str], bool], now: float) -> int:
    """Write down which jobs of a batch its manifest does not ask for any more; how many they are.

    A job that is paid in part is left as it is, for ``resume`` to follow it to its end: its video
    was submitted and did not fail, or some avatar is still being made, which may be its own. And
    where manifests share a folder, nobody knows whose a job is.

    Args:
        journal: open.
        batch: all of whose manifest was asked for.
        asked: whether the manifest asks for a job, by its id.
        now: wall time, seconds since 1970.
    """
    under_way = await unsettled(journal)
    unclear = not all(stream.startswith("video:") for stream in under_way)
    if unclear or await shared(journal, batch):
        return 0
    given_up, ids = await replaced(journal), list[str]()
    async for record in records(journal):
        job_id = str(record.job.id)
        paid = record.price is not None or f"video:{job_id}" in under_way
        if record.stage is Stage.DONE or paid or not batch.holds(record.job):
            continue
        if job_id not in given_up and not asked(job_id):
            ids.append(job_id)
    if ids:
        await journal.append([Entry(_WITHDRAWN, Settled(at=now, result={"jobs": ids}))])
    return len(ids)


async def _withdrawn(journal: Journal) -> dict[str, float]:
    """When each job was withdrawn last."""
    story = (await journal.read([_WITHDRAWN]))[_WITHDRAWN]
    return {
        job_id: event.at
        for event in story
        if isinstance(event, Settled)
        for job_id in event.result["jobs"]
    }


async def asked_again(journal: Journal, job_id: str, at: float) -> None:
    """Write down that a job of an open journal, which was given up, is meant after all."""
    stream = f"job:{job_id}"
    accepted = _accepted((await journal.read([stream]))[stream])
    await journal.append([Entry(stream, attrs.evolve(accepted, at=at))])


async def _jobs(journal: Journal) -> AsyncIterator[tuple[str, str | None]]:
    """The ids of all jobs, and the path of each one's file."""
    after = 0
    while page := await journal.accepted(after):
        stories = await journal.read([stream for _, stream in page])
        for _, stream in page:
            output: str | None = _accepted(stories[stream]).job["job"].get("output")
            yield stream.removeprefix("job:"), output
        after = page[-1][0]


def _accepted(story: tuple[Event, ...]) -> Accepted:
    return next(event for event in reversed(story) if isinstance(event, Accepted))


async def _touched(journal: Journal, job_id: str, output: str | None) -> float:
    """When something was done for the job last; what is shared with others does not count."""
    streams = [f"job:{job_id}", f"video:{job_id}", f"file:{job_id}:{output}"]
    stories = await journal.read(streams)
    return max(story[-1].at for story in stories.values() if story)
