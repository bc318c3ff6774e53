"""Which outputs of a manifest are taken: by files that its journal did not make.

A journal may replace what it made itself: by the video of a row that was changed, or by the same
one where a file was cut off. What was simulated anybody may replace. Whatever else has an output's
name may be a finished video that another journal paid for, or the user's own, and is not touched
unasked.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path

import attrs

from heygen_async.batch.manifest.errors import RowError
from heygen_async.batch.manifest.manifest import Manifest
from heygen_async.batch.manifest.reading import Row
from heygen_async.cli.batch.precautions import tabled
from heygen_async.cli.console import clean
from heygen_async.cli.exits import Exit
from heygen_async.errors import InvalidInputError
from heygen_async.journal import Journal
from heygen_async.models.events import Settled
from heygen_async.models.job import Job
from heygen_async.orchestrator import Orchestrator
from heygen_async.pipeline.provenance import Provenance, provenance
from heygen_async.pipeline.records import records

__all__ = ["Known", "Taken", "taken"]

# As many as a manifest's other errors.
_MOST = 1000

# Rows that are looked at at once, so that they share the journal's rounds.
_CHUNK = 100

_WIDTH = 80


@attrs.frozen
class Known:
    """What a journal knows.

    Attributes:
        orchestrator: open, with the journal.
        journal: open.
    """

    orchestrator: Orchestrator
    journal: Journal

    async def made(self, told: Provenance) -> bool:
        """Whether a job of the journal made the file that has this sidecar.

        Jobs without an id of their own have the same in every journal, so that the video counts
        as well.
        """
        streams = (f"job:{told.job_id}", f"video:{told.job_id}")
        stories = await self.journal.read(streams)
        return bool(stories[streams[0]]) and any(
            told.names(str(event.result.get("video_id")))
            for event in stories[streams[1]]
            if isinstance(event, Settled)
        )


@attrs.frozen
class _Place:
    """A file that is there where a row's video is to be."""

    row: Row
    job: Job
    told: Provenance | None

    @property
    def path(self) -> str:
        assert self.job.output is not None
        return self.job.output


@attrs.define
class Taken:
    """The rows whose outputs are taken.

    Attributes:
        out: the folder of the outputs.
        found: how many there are.
        errors: the first of them.
    """

    out: Path
    found: int = 0
    errors: list[RowError] = attrs.field(factory=list)

    def add(self, place: _Place) -> None:
        """Take a row in."""
        self.found += 1
        if len(self.errors) < _MOST:
            name = clean(Path(place.path).relative_to(self.out))
            rule = f"is there already, {_maker(place.told)}"
            self.errors.append(RowError(place.row.number, place.row.line, "output", name, rule))

    def told(self, out: str, *, as_json: bool) -> Exit:
        """Refuse them, and say how to go on; ``out`` is the folder as typed."""
        hidden = self.found - len(self.errors)
        more = f" ({hidden} more are not shown)" if hidden else ""
        one = self.found == 1
        what = "1 file" if one else f"{self.found} files"
        message = (
            f"--out: {what} in {clean(out)} would be replaced, which this journal did not"
            f" make{more}: give the journal that made {'it' if one else 'them'} by --journal, or"
            " another --out; --overwrite makes them again and pays again; nothing was spent"
        )
        return tabled(self.errors, message, as_json=as_json)


async def taken(
    manifest: Manifest, known: Known | None, *, simulate: bool = False, retry: bool = False
) -> Taken | None:
    """The files that making the manifest's videos would replace; None if all are the journal's own.

    Takes a look at each output, and more only where there is a file.

    Args:
        manifest: was checked.
        known: of the journal; None where there is none yet.
        simulate: whether on a simulator that ends with the command, which may replace nothing that
            anything else made.
        retry: whether what failed for good is to be made, too.
    """
    found, rows = Taken(manifest.out), manifest.rows()
    nameless: dict[str, _Place] = {}
    while (places := await asyncio.to_thread(_places, rows)) is not None:
        theirs = await asyncio.gather(*(_theirs(one, known, simulate, retry) for one in places))
        for place, foreign in zip(places, theirs, strict=True):
            if foreign and place.told is None and known is not None:
                nameless[place.path] = place  # Killed before it had a sidecar, maybe.
            elif foreign:
                found.add(place)
    if nameless and known is not None:
        async for output in _made(known.journal):
            nameless.pop(output, None)
    for place in nameless.values():
        found.add(place)
    found.errors.sort(key=lambda error: error.row)
    return found if found.found else None


def _places(rows: Iterator[tuple[Row, Job]]) -> Sequence[_Place] | None:
    """Those of the next rows where a file is; None if there are no more rows."""
    some = list(itertools.islice(rows, _CHUNK))
    if not some:
        return None
    return [
        _Place(row, job, provenance(Path(job.output)))
        for row, job in some
        if job.output is not None and Path(job.output).exists()
    ]


async def _theirs(place: _Place, known: Known | None, simulate: bool, retry: bool) -> bool:
    """Whether a file is to be replaced that somebody else made, as far as its row and it tell."""
    told = place.told
    if told is not None and told.simulated:
        return False  # Nothing that was paid for is lost.
    if known is None or (simulate and told is not None):
        return True
    if told is not None and await known.made(told):
        return False
    try:
        job = await known.orchestrator.revised(place.job)
        left = await known.orchestrator.outstanding(job)
    except InvalidInputError:
        return False  # A file has changed since the check: the run will tell, and makes nothing.
    if left.failed and not retry:
        return False
    stream = f"file:{job.id}:{place.path}"
    written = bool((await known.journal.read([stream]))[stream])
    # What is done and was put here is fetched again, whatever was put over it since.
    return not (written and (told is None or not left.steps))


async def _made(journal: Journal) -> AsyncIterator[str]:
    """The outputs of a journal's jobs whose videos were made."""
    async for record in records(journal):
        if record.price is not None and record.job.output is not None:
            yield record.job.output


def _maker(told: Provenance | None) -> str:
    if told is None:
        return "and no sidecar says what made it"
    return f"made by job {_short(told.job_id)} (video {_short(told.video_id)})"


def _short(text: str) -> str:
    text = clean(text)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
