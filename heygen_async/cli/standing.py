"""``status`` at work."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

from heygen_async.batch.begun import begun
from heygen_async.batch.replaced import replaced
from heygen_async.cli.console import clean, clock, put_json, put_table, put_text
from heygen_async.cli.exits import Exit
from heygen_async.cli.naming import called
from heygen_async.cli.options import Settings
from heygen_async.cli.planning import planning
from heygen_async.cli.snapshot import snapshot
from heygen_async.cli.spelling import spelt
from heygen_async.cli.summary import Money, Summary, money, word
from heygen_async.pipeline.records import Record, records, staged, unsettled

__all__ = ["DEAD", "dead_row", "standing"]

# More jobs than these are summed up only, unless they are asked for.
_TABLE = 20
_HEADS = ("JOB", "STAGE", "VIDEO", "SECONDS", "OUTPUT", "ERROR")

DEAD = ("JOB", "NAME", "ERROR", "REASON")
"""The heads of ``dead_row``."""


async def standing(settings: Settings, journal: str, *, every: bool = False) -> Exit:
    """Show how far the journal's jobs are, and what they cost.

    Args:
        settings: how to report.
        journal: the file.
        every: show each job, however many there are; with JSON, each is shown anyway.

    Raises:
        JournalFormatError: the file is none.
        JournalError: it cannot be read.
    """
    shown: list[tuple[object, ...]] = []
    dead: list[tuple[object, ...]] = []
    fields: list[dict[str, Any]] = []
    async with snapshot(journal) as copy, planning() as backend:
        under_way = await unsettled(copy)
        batches = await begun(copy)
        summary = Summary(batches, given_up=await replaced(copy))
        async for known in records(copy):
            known = spelt(known, batches.values())
            record = await staged(known, backend(known.dialect), under_way)
            summary.note(record)
            if record.job.id in summary.given_up:
                continue
            if settings.as_json:
                fields.append(_fields(record))
            elif every or len(shown) <= _TABLE:
                shown.append(_row(record))
            if record.dead:
                dead.append(dead_row(record))
        spend = await money(copy)
    now = time.time()
    if settings.as_json:
        put_json(_document(summary, spend, now) | {"jobs": fields})
        return Exit.DONE
    if every or 0 < len(shown) <= _TABLE:
        put_table(_HEADS, shown)
    for line in _lines(summary, spend, now):
        put_text(line)
    if dead and not every and len(shown) > _TABLE:
        put_text(f"failed for good; `heygen-async retry {journal}` tries these again:")
        put_table(DEAD, dead)
    return Exit.DONE


def dead_row(record: Record) -> tuple[object, ...]:
    """A job that failed for good, for a table."""
    return (record.job.id, called(record.job), record.error_class, clean(record.error or ""))


def _lines(summary: Summary, spend: Money, now: float) -> list[str]:
    jobs = summary.begun + summary.waiting
    lines = [", ".join(["1 job" if jobs == 1 else f"{jobs} jobs", *summary.parts()])]
    if summary.rendering or summary.slots:
        limit = "" if summary.slots is None else f" of {summary.slots}"
        lines.append(f"slots: {summary.rendering}{limit} in use")
    money_ = [f"${spend.spent:.2f} spent"]
    if spend.reserved:
        money_.append(f"up to ${spend.reserved:.2f} reserved for what runs")
    if spend.uncertain:
        money_.append(f"up to ${spend.uncertain:.2f} uncertain")
    lines.append(", ".join(money_))
    left = summary.left(now)
    if left is not None:
        end = datetime.fromtimestamp(now + left).astimezone()
        lines.append(f"about {clock(left)} left at this pace, until {end:%H:%M}")
    return lines


def _document(summary: Summary, spend: Money, now: float) -> dict[str, Any]:
    left = summary.left(now)
    return {
        "counts": dict(summary.counts)
        | ({"waiting": summary.waiting} if summary.waiting else {})
        | ({"given_up": summary.left_alone} if summary.left_alone else {}),
        "slots": {"in_use": summary.rendering, "limit": summary.slots},
        "spend": {
            "spent_usd": round(spend.spent, 4),
            "reserved_usd": round(spend.reserved, 4),
            "uncertain_usd": round(spend.uncertain, 4),
        },
        "changed": _iso(summary.changed),
        "seconds_left": None if left is None else round(left, 1),
        "estimated_end": None if left is None else _iso(now + left),
    }


def _iso(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def _row(record: Record) -> tuple[object, ...]:
    error = record.error
    if error is not None and not record.dead:
        error = f"{error} (can be resumed)"
    return (
        record.job.id,
        word(record),
        record.video_id,
        record.seconds,
        record.job.output,
        None if error is None else clean(error),
    )


def _fields(record: Record) -> dict[str, Any]:
    return {
        "job_id": record.job.id,
        "stage": word(record),
        "video_id": record.video_id,
        "seconds": record.seconds,
        "output": record.job.output,
        "error": record.error,
        "error_class": record.error_class,
        "resumable": record.resumable,
    }
