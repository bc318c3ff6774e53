"""Which jobs of a journal have given up their file to another.

Whoever changes a row of a manifest and runs it again asks for another job, with the same file. The
journal keeps both. The one that was asked for last is meant; going on with the other would be paid
for, and would write an old video over the new one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping

from heygen_async.batch.manifest_unique import Seen
from heygen_async.journal.base import Journal
from heygen_async.models.events import Accepted, Event

__all__ = ["replaced"]


async def replaced(journal: Journal) -> frozenset[str]:
    """The ids of the jobs of an open journal whose file was asked of another job since.

    Takes some 12 bytes a job, and a second look at the journal only where there are any.
    """
    seen, shared, row = Seen(), set[str](), 0
    async for _, output in _outputs(journal):
        row += 1
        if seen.add(output, row) is not None:
            shared.add(output)
    if not shared:
        return frozenset()
    rivals: dict[str, list[str]] = defaultdict(list)
    async for job_id, output in _outputs(journal):
        if output in shared:
            rivals[output].append(job_id)
    given_up: set[str] = set()
    for output, ids in rivals.items():
        touched = [await _touched(journal, job_id, output) for job_id in ids]
        # Of equals the one that was accepted last.
        _, latest = max(zip(touched, range(len(ids)), strict=True))
        given_up.update(ids[:latest], ids[latest + 1 :])
    return frozenset(given_up)


async def _outputs(journal: Journal) -> AsyncIterator[tuple[str, str]]:
    """The ids of jobs with a file, and its path."""
    after = 0
    while page := await journal.accepted(after):
        stories = await journal.read([stream for _, stream in page])
        for _, stream in page:
            output = _output(stories[stream])
            if output is not None:
                yield stream.removeprefix("job:"), output
        after = page[-1][0]


def _output(story: tuple[Event, ...]) -> str | None:
    accepted: Mapping[str, str | None] = next(
        event.job["job"] for event in reversed(story) if isinstance(event, Accepted)
    )
    return accepted.get("output")


async def _touched(journal: Journal, job_id: str, output: str) -> float:
    """When something was done for the job last; what is shared with others does not count."""
    streams = [f"job:{job_id}", f"video:{job_id}", f"file:{job_id}:{output}"]
    stories = await journal.read(streams)
    return max(story[-1].at for story in stories.values() if story)
