"""``status`` at work.

A journal belongs to one process at a time, and the one that fills it should not be disturbed. So
what is read here is a copy that SQLite takes of it, consistent to the last commit.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from heygen_async.cli.console import clean, put_json, put_table, put_text
from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings
from heygen_async.errors import JournalError, JournalFormatError
from heygen_async.journal import SqliteJournal
from heygen_async.pipeline.records import Record, records

__all__ = ["standing"]


async def standing(settings: Settings, journal: str) -> Exit:
    """Show the journal's jobs.

    Raises:
        JournalFormatError: the file is none.
        JournalError: it cannot be read.
    """
    with TemporaryDirectory(prefix="heygen-async-") as folder:
        copy = Path(folder) / "journal.db"
        await asyncio.to_thread(_copy, Path(journal), copy)
        try:
            known = await _records(copy)
        except JournalFormatError as error:
            raise JournalFormatError(error.message.replace(str(copy), journal)) from None
    counts = Counter(str(record.stage) for record in known)
    if settings.as_json:
        put_json({"jobs": [_fields(record) for record in known], "counts": dict(counts)})
        return Exit.DONE
    if known:
        put_table(
            ("JOB", "STAGE", "VIDEO", "SECONDS", "OUTPUT", "ERROR"),
            [_row(record) for record in known],
        )
    jobs = "1 job" if len(known) == 1 else f"{len(known)} jobs"
    put_text(", ".join([jobs, *(f"{count} {stage}" for stage, count in counts.items())]))
    return Exit.DONE


async def _records(path: Path) -> list[Record]:
    journal = SqliteJournal(path)
    await journal.open()
    try:
        return [record async for record in records(journal)]
    finally:
        await journal.close()


def _row(record: Record) -> tuple[object, ...]:
    error = record.error
    if error is not None and record.resumable:
        error = f"{error} (can be resumed)"
    return (
        record.job.id,
        record.stage,
        record.video_id,
        record.seconds,
        record.job.output,
        None if error is None else clean(error),
    )


def _fields(record: Record) -> dict[str, Any]:
    return {
        "job_id": record.job.id,
        "stage": str(record.stage),
        "video_id": record.video_id,
        "seconds": record.seconds,
        "output": record.job.output,
        "error": record.error,
        "resumable": record.resumable,
    }


def _copy(journal: Path, copy: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"{journal.absolute().as_uri()}?mode=rw", uri=True)) as source,
            closing(sqlite3.connect(copy)) as target,
        ):
            source.backup(target)
    except sqlite3.OperationalError as error:
        raise JournalError(f"The journal {journal} cannot be read: {error}") from error
    except sqlite3.DatabaseError as error:
        raise JournalFormatError(f"{journal} is not a journal, or is damaged: {error}") from error
