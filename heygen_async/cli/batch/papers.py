"""What a batch leaves beside its videos: a sidecar for each, and the report on all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import attrs

from heygen_async.batch.begun import Begun
from heygen_async.batch.replaced import replaced
from heygen_async.batch.report.earlier import Earlier
from heygen_async.batch.report.report import Report, Row, first_frame
from heygen_async.batch.sidecar import Sidecar, timeline, up_to_date, write_sidecar
from heygen_async.cli.naming import called
from heygen_async.cli.narrowing import losses_of, plain
from heygen_async.cli.spelling import columns
from heygen_async.cli.summary import money
from heygen_async.journal import Journal
from heygen_async.models.events import Accepted, Event, Settled
from heygen_async.models.job import Job
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.records import Record, records
from heygen_async.pipeline.revisions import original
from heygen_async.transport.strays import Strays

__all__ = ["Papers"]

Story = Mapping[str, tuple[Event, ...]]
_E = TypeVar("_E", Accepted, Settled)

# Rows that go to the report's thread at a time.
_CHUNK = 100


@attrs.frozen
class Papers:
    """Writes them, from an open journal.

    Attributes:
        journal: may hold other batches, too.
        story: tells the journal's events on a job, by stream.
        simulated: whether a simulator that ends with the command makes the videos.
    """

    journal: Journal
    story: Callable[[str], Awaitable[Story]]
    simulated: bool = False
    _strays: Strays = attrs.field(factory=Strays)

    async def spent(self) -> float:
        """What all jobs of the journal have cost so far, their avatars included."""
        return (await money(self.journal)).spent

    async def sidecar(self, job: Job) -> None:
        """Write a finished job's sidecar, where it has a file and none that is newer than that.

        Raises:
            OSError: it cannot be written.
        """
        if job.output is None or await asyncio.to_thread(up_to_date, job.output):
            return
        story = await self.story(str(job.id))
        accepted, made = _of(story, "job:", Accepted), _of(story, "video:", Settled)
        files = _of(story, "file:", Settled)
        if not (accepted and made and files):
            return
        dialect = accepted[-1].job.get("dialect", "v3")
        sidecar = Sidecar(
            job=accepted[-1].job["job"],
            video_id=files[-1].result["video_id"],
            avatar=_avatar(story),
            dialect=dialect,
            losses=plain(losses_of(job, dialect)),
            size=files[-1].result["size"],
            sha256=files[-1].result["sha256"],
            media=accepted[-1].job["digests"],
            seconds=made[-1].result.get("duration"),
            cost=sum(event.price for event in made),
            timeline=timeline(story),
            simulated=self.simulated,
        )
        await asyncio.to_thread(self._written, job.output, sidecar)

    def _written(self, output: str, sidecar: Sidecar) -> None:
        self._strays.clear(write_sidecar(output, sidecar))

    async def report(
        self,
        batch: Begun,
        *,
        total: float,
        pictures: bool,
        wanted: Callable[[str], bool] = lambda _: True,
    ) -> Path:
        """Write the report on those jobs of the journal whose videos belong in a batch's folder.

        And the sidecars that those which are done have not got yet.

        Jobs that are not meant any more are not among them.

        Args:
            batch: whose.
            total: what was spent.
            pictures: whether to take a frame of each video that the last report has no picture of,
                which takes some 20 ms a piece.
            wanted: tells by its id whether a job that is not finished is still to be.

        Returns:
            The page.

        Raises:
            OSError: it cannot be written.
        """
        out, given_up = Path(batch.out), await replaced(self.journal)
        earlier = await asyncio.to_thread(Earlier, out / "report.html")

        def poster(row: Row) -> bytes | None:
            assert row.output is not None
            known = earlier.picture(row.output)
            return first_frame(row.output) if known is None and pictures else known

        with Report(out, title=batch.title, spent=total, poster=poster) as report:
            chunk: list[Record] = []
            async for record in records(self.journal):
                if not batch.holds(record.job) or record.job.id in given_up:
                    continue
                if record.stage is not Stage.DONE and not wanted(str(record.job.id)):
                    continue
                chunk.append(record)
                if len(chunk) == _CHUNK:
                    await self._added(report, chunk)
                    chunk = []
            await self._added(report, chunk)
        for name in ("report.html", "results.jsonl", "results.csv"):
            await asyncio.to_thread(self._strays.clear, out / name)
        return out / "report.html"

    async def _added(self, report: Report, chunk: Sequence[Record]) -> None:
        # Some ended while nobody took their outcomes, as after a signal.
        for job in await asyncio.to_thread(_without_sidecars, chunk):
            await self.sidecar(job)
        await asyncio.to_thread(_add, report, chunk)


def _of(story: Story, prefix: str, kind: type[_E]) -> list[_E]:
    """The events of a kind in the streams that begin so."""
    return [
        event
        for stream, events in story.items()
        if stream.startswith(prefix)
        for event in events
        if isinstance(event, kind)
    ]


def _avatar(story: Story) -> dict[str, str]:
    """The ids of the avatar that was made: of whatever dialect, and the last where several were."""
    made = [event.result for event in _of(story, "", Settled) if "look_id" in event.result]
    ids = {name: value for name, value in made[-1].items() if name.endswith("_id")} if made else {}
    return {name: value for name, value in ids.items() if isinstance(value, str)}


def _without_sidecars(chunk: Sequence[Record]) -> list[Job]:
    """The jobs that are done, have a file, and no sidecar that is newer."""
    return [
        record.job
        for record in chunk
        if record.stage is Stage.DONE
        and record.job.output is not None
        and Path(record.job.output).is_file()
        and not up_to_date(record.job.output)
    ]


def _add(report: Report, chunk: Sequence[Record]) -> None:
    for record in chunk:
        report.add(_row(record))


def _row(record: Record) -> Row:
    done = record.stage is Stage.DONE
    return Row(
        id=original(str(record.job.id)),
        state=record.stage,
        title=record.job.options.title,
        label=called(record.job),
        output=record.job.output if done else None,
        video_id=record.video_id,
        seconds=record.seconds,
        cost=record.price,
        error=record.error_class,
        message=None if record.error is None else columns(record.job).sentence(record.error),
        resumable=record.resumable and not done,
        dialect=record.dialect,
        losses=tuple(map(str, losses_of(record.job, record.dialect))),
        started=record.accepted_at,
        finished=record.closed_at,
    )
