"""Journals as files of a command: where they are, how to go on with them, when they are done with.

Without ``--journal`` a run that costs money keeps one all the same, beside its output, and removes
it once nothing is left to resume. So ctrl-c is always safe, and success leaves no litter.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import shlex
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import attrs

from heygen_async.cli.options import Settings
from heygen_async.errors import HeyGenError, InvalidInputError, JobFailedError, JournalError
from heygen_async.journal import SqliteJournal
from heygen_async.models.job import Job
from heygen_async.models.outcome import Stage
from heygen_async.orchestrator import Orchestrator
from heygen_async.pipeline.records import Record
from heygen_async.pipeline.runs import resumable

__all__ = ["SUFFIX", "Kept", "continued", "finished", "opened", "spared"]

SUFFIX = ".journal.db"

# SQLite's own files beside a database, and our lock.
_BESIDE = ("", "-wal", "-shm", ".lock", ".lock-journal")


@attrs.frozen
class Kept:
    """A command's journal.

    Attributes:
        path: the file as it was typed; None for a journal in memory.
        ours: whether nobody asked for it, so that it goes when it is done with.
    """

    path: str | None
    ours: bool = False

    @property
    def there(self) -> bool:
        """Whether there is such a file yet."""
        return self.path is not None and Path(self.path).exists()

    @classmethod
    def beside(cls, output: str) -> Kept:
        """The journal that a run keeps of its own accord."""
        return cls(output + SUFFIX, ours=True)

    def resuming(
        self,
        settings: Settings,
        error: HeyGenError | None,
        speed: float | None,
        agentai_key: str | None = None,
        *,
        budget: float | None = None,
    ) -> str | None:
        """The command that goes on after the error, or after an interruption (None).

        None where nothing was begun, or where going on would end the same way. The journal knows
        the dialects of its jobs, and the budget of its batch: only another one is named.
        """
        if self.path is None or not self.there:
            return None
        words = ["heygen-async", "resume", self.path]
        if isinstance(error, JobFailedError):
            words.append("--retry-failed")
        elif isinstance(error, JournalError) or (error is not None and not resumable(error)):
            return None
        elif isinstance(error, InvalidInputError) and error.field == "base_url":
            return None  # It would be refused again.
        if self.ours:
            words.append("--remove")
        if budget is not None:
            words += ["--budget", f"{budget:.15g}"]
        if settings.base_url is not None:
            words += ["--base-url", settings.base_url]
        if speed is not None:
            words += ["--speed", f"{speed:g}"]
        if agentai_key is not None:
            words += ["--agentai-key", agentai_key]
        return shlex.join(words)

    async def dropped(self) -> bool:
        """Remove the file if it holds no job, and tell whether it was removed."""
        if self.path is None or not self.there:
            return False
        journal = SqliteJournal(self.path)
        try:
            await journal.open()
            try:
                empty = not await journal.accepted(limit=1)
            finally:
                await journal.close()
        except JournalError:  # It is somebody else's, or cannot be read: it stays.
            return False
        if empty:
            self.remove()
        return empty

    def remove(self) -> None:
        """Delete the file and what belongs to it."""
        if self.path is not None:
            for ending in _BESIDE:
                Path(self.path + ending).unlink(missing_ok=True)


async def finished(
    orchestrator: Orchestrator, *, given_up: Collection[str] = (), instead: str | None = None
) -> bool:
    """Whether its journal holds nothing that could be gone on with.

    Args:
        orchestrator: open.
        given_up: ids of jobs that are not to be gone on with.
        instead: a file that is there now; what failed for good on the way to it is over as well.
    """
    async for record in orchestrator.records():
        over = record.dead and instead is not None and record.job.output == instead
        over = over or record.job.id in given_up
        if record.stage is not Stage.DONE and not over:
            return False
    return True


@asynccontextmanager
async def opened(orchestrator: Orchestrator) -> AsyncIterator[None]:
    """An Orchestrator, open. Who is cancelled meanwhile hears of it when its journal is closed.

    A journal that is left half way is still being made when the command is about to end, and could
    not be told from one that holds something, or be removed.
    """
    opening = asyncio.ensure_future(orchestrator.__aenter__())
    try:
        await asyncio.shield(opening)
    except asyncio.CancelledError:
        await asyncio.wait([opening])
        if not opening.cancelled() and opening.exception() is None:
            await orchestrator.__aexit__(None, None, None)
        raise
    async with AsyncExitStack() as stack:
        stack.push_async_exit(orchestrator)
        yield


def spared(output: str, *, captions: bool = False, paid: bool = True) -> None:
    """Refuse to write over a file that is there.

    Args:
        output: as it was typed.
        captions: whether they are written beside it, as ``.srt``.
        paid: whether making it again costs money.

    Raises:
        InvalidInputError: there is one; says what to type instead.
    """
    endings = [Path(output).suffix, *([".srt"] if captions else [])]
    there = [path for path in _beside(Path(output), endings) if path.exists()]
    if there:
        anew = ", and pay for it again" if paid else ""
        once = ". With one --journal for all runs, a video that is done is not made twice"
        raise InvalidInputError(
            f"--output: {there[0]} is there already, and was left as it is: add --overwrite to make"
            f" it again{anew}, or take -o {shlex.quote(_free(output, endings))} to keep both"
            f"{once if paid else ''}",
            field="--output",
            value=output,
        )


def _beside(path: Path, endings: Sequence[str]) -> list[Path]:
    return [path.with_suffix(ending) for ending in endings]


def _free(output: str, endings: Sequence[str]) -> str:
    """A name like that one which no file has, whichever of the endings it needs."""
    path = Path(output)
    for number in itertools.count(2):
        other = path.with_stem(f"{path.stem}-{number}")
        if not any(taken.exists() for taken in _beside(other, endings)):
            return str(other)
    raise AssertionError("numbers do not end")


async def continued(
    orchestrator: Orchestrator, job: Job, dialect: str, resuming: str | None
) -> bool:
    """Whether the journal of an open Orchestrator knows this very job.

    Args:
        orchestrator: open.
        job: with an output.
        dialect: of the job.
        resuming: the command that goes on with what is in the journal, if one does.

    Raises:
        InvalidInputError: another job that is to be gone on with has the same output.
    """
    other = False
    async for record in orchestrator.records():
        if record.job.output != job.output:
            continue
        if record.dialect == dialect and await asyncio.to_thread(_same, record, job):
            return True
        other = other or not (record.stage is Stage.DONE or record.dead)
    if other:
        how = "resume JOURNAL" if resuming is None else resuming
        raise InvalidInputError(
            f"--output: another video, which is not finished, is to be written to {job.output};"
            f" finish it first by `{how}`, or take another -o",
            field="--output",
            value=job.output,
        )
    return False


def _same(record: Record, job: Job) -> bool:
    """Whether a record is of this job, made of the same files."""
    if attrs.evolve(record.job, id=None) != attrs.evolve(job, id=None):
        return False
    return all(_digest(source) in (None, known) for source, known in record.digests.items())


def _digest(source: str) -> str | None:
    try:
        with Path(source).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
