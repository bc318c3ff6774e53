"""Which jobs of a journal were given up for another.

Whoever changes a row of a manifest and runs it again asks for another job, with the same file or
under the same id. The journal keeps both. The one that was asked for last is meant; going on with
the other would be paid for, and would write an old video over the new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator

import attrs

from heygen_async.batch.manifest.unique import Seen
from heygen_async.journal.base import Entry, Journal
from heygen_async.models.events import Accepted, Event
from heygen_async.pipeline.revisions import original

__all__ = ["asked_again", "replaced"]


async def replaced(journal: Journal) -> frozenset[str]:
    """The ids of the jobs of an open journal whose file or id another job was given since.

    Takes some 12 bytes a job, and a second look at the journal only where there are any.
    """
    seen, files, ids, row = Seen(), set[str](), set[str](), 0
    async for job_id, output in _jobs(journal):
        row += 1
        if output is not None and seen.add(output, row) is not None:
            files.add(output)
        if (given := original(job_id)) != job_id:
            ids.add(given)
    if not files and not ids:
        return frozenset()
    rivals: dict[tuple[str, str], list[tuple[float, int, str]]] = defaultdict(list)
    async for job_id, output in _jobs(journal):
        row += 1
        groups = [("file", output)] if output is not None and output in files else []
        groups += [("id", given)] if (given := original(job_id)) in ids else []
        if groups:
            touched = await _touched(journal, job_id, output)
            for group in groups:
                rivals[group].append((touched, row, job_id))
    # Of equals the one that was accepted last.
    return frozenset(job_id for jobs in rivals.values() for _, _, job_id in sorted(jobs)[:-1])


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
