"""What a journal knows of the batches that were begun with it.

A journal holds jobs, and only those that were drawn. How many there are to be, where their papers
go, and what they may cost, is written down when a batch begins, so that others can tell how far it
is, put its report in order again, and keep to its budget.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import attrs

from heygen_async.journal.base import Entry, Journal
from heygen_async.models.events import Settled
from heygen_async.models.job import Job

__all__ = ["Begun", "begun", "budgeted", "remember", "shared"]

_STREAM = "batches"


@attrs.frozen(kw_only=True)
class Begun:
    """A batch.

    Attributes:
        out: the folder of its videos and its report, absolute.
        title: of the report.
        jobs: how many its manifest has.
        slots: renders at once at the most, None where that is learnt.
        manifest: its file, absolute.
        budget: the cap on what all jobs of the journal cost, None for none; journals of before it
            was written down have none.
        at: when it was begun last, seconds since 1970.
    """

    out: str
    title: str
    jobs: int
    slots: int | None
    manifest: str = ""
    budget: float | None = None
    at: float = attrs.field(eq=False)

    def holds(self, job: Job) -> bool:
        """Whether the job's video belongs into the folder."""
        return job.output is not None and job.output.startswith(self.out + os.sep)


async def begun(journal: Journal) -> Mapping[str, Begun]:
    """The batches of an open journal by their folders, as each was begun last."""
    return {one.out: one for one in sorted(await _all(journal), key=lambda one: one.at)}


async def budgeted(journal: Journal) -> float | None:
    """The cap that the last batch of an open journal was given, None for none.

    It is on all jobs of the journal, so the last word counts, whatever folder it was about. Clocks
    are set; the order of the journal is not.
    """
    known = await _all(journal)
    return known[-1].budget if known else None


async def shared(journal: Journal, batch: Begun) -> bool:
    """Whether another manifest has its videos in the same folder."""
    return any(
        one.out == batch.out and one.manifest != batch.manifest for one in await _all(journal)
    )


async def _all(journal: Journal) -> list[Begun]:
    story = (await journal.read([_STREAM]))[_STREAM]
    return [Begun(**event.result, at=event.at) for event in story if isinstance(event, Settled)]


async def remember(journal: Journal, batch: Begun) -> None:
    """Write down that a batch begins."""
    plain = attrs.asdict(batch, filter=lambda field, _: field.name != "at")
    await journal.append([Entry(_STREAM, Settled(at=batch.at, result=plain))])
