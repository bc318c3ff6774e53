"""What a batch leaves beside its videos: a sidecar for each, and the report on all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from heygen_async.batch.report import Report, Row, first_frame
from heygen_async.batch.sidecar import Sidecar, timeline, write_sidecar
from heygen_async.journal import Journal
from heygen_async.models.events import Accepted, Settled
from heygen_async.models.job import Job
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.budget import Budget
from heygen_async.pipeline.records import Record, records

__all__ = ["sidecar", "spent", "write_report"]

# Rows that go to the report's thread at a time.
_CHUNK = 100


async def spent(journal: Journal) -> float:
    """What all jobs of an open journal have cost so far, their avatars included."""
    budget, after = Budget(), 0
    while page := await journal.paid(after):
        for _, entry in page:
            budget.note(entry.stream, entry.event)
        after = page[-1][0]
    return budget.spent


async def sidecar(journal: Journal, job: Job) -> None:
    """Write a finished job's sidecar, where it has a file.

    Raises:
        OSError: it cannot be written.
    """
    streams = (f"job:{job.id}", f"video:{job.id}", f"file:{job.id}:{job.output}")
    events = await journal.read(streams)
    accepted = [event.job for event in events[streams[0]] if isinstance(event, Accepted)]
    settled = [event for event in events[streams[1]] if isinstance(event, Settled)]
    files = [event.result for event in events[streams[2]] if isinstance(event, Settled)]
    if job.output is None or not (accepted and settled and files):
        return
    written = Sidecar(
        job=accepted[-1]["job"],
        video_id=files[-1]["video_id"],
        size=files[-1]["size"],
        sha256=files[-1]["sha256"],
        media=accepted[-1]["digests"],
        seconds=settled[-1].result.get("duration"),
        cost=sum(event.price for event in settled),
        # The field's converter takes any iterable, which mypy cannot tell of `tuple`.
        timeline=cast("Any", timeline(events)),
    )
    await asyncio.to_thread(write_sidecar, job.output, written)


async def write_report(
    journal: Journal, out: Path, *, title: str, total: float, pictures: bool
) -> Path:
    """Write the report on those jobs of an open journal whose videos belong in the folder.

    Args:
        journal: may hold other batches, too.
        out: the folder, absolute.
        title: of the page.
        total: what was spent.
        pictures: whether to take a frame of each video, which takes some 20 ms a piece.

    Returns:
        The page.

    Raises:
        OSError: it cannot be written.
    """
    poster = _frame if pictures else _no_frame
    with Report(out, title=title, spent=total, poster=poster) as report:
        chunk: list[Row] = []
        async for record in records(journal):
            if record.job.output is None or not Path(record.job.output).is_relative_to(out):
                continue
            chunk.append(_row(record))
            if len(chunk) == _CHUNK:
                await asyncio.to_thread(_add, report, chunk)
                chunk = []
        await asyncio.to_thread(_add, report, chunk)
    return out / "report.html"


def _frame(row: Row) -> bytes | None:
    return None if row.output is None else first_frame(row.output)


def _no_frame(_: Row) -> None:
    return None


def _add(report: Report, rows: Sequence[Row]) -> None:
    for row in rows:
        report.add(row)


def _row(record: Record) -> Row:
    done = record.stage is Stage.DONE
    return Row(
        id=str(record.job.id),
        state=record.stage,
        title=record.job.options.title,
        output=record.job.output if done else None,
        video_id=record.video_id,
        seconds=record.seconds,
        cost=record.price,
        error=record.error_class,
        message=record.error,
        resumable=record.resumable and not done,
        started=record.accepted_at,
        finished=record.closed_at,
    )
