"""A file of jobs, one to a row: checked as a whole before anything is spent, then streamed.

CSV or JSON lines, with columns called like a Job's fields; other columns are data for the
``{column}`` templates in scripts, titles, prompts and output names. A check goes through the whole
file, never stops at the first error, and keeps only what it needs to find names that come twice
(about 12 bytes a row and kind of name, see ``manifest_unique``).

A row's job depends on what the row says and not on where it stands: rows may be moved, added and
removed, and a batch that is run again makes only what is new or changed. Rows without an ``id``
leave it to the Orchestrator, which derives one from the content; output names are made of the id,
or of the title or script and a digest of the row.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

import attrs

from heygen_async.batch.manifest.columns import COLUMNS, canonical, merged, similar
from heygen_async.batch.manifest.errors import RowError, table
from heygen_async.batch.manifest.files import Files
from heygen_async.batch.manifest.jobs import Made, make
from heygen_async.batch.manifest.judging import column_of
from heygen_async.batch.manifest.names import collision_key
from heygen_async.batch.manifest.reading import DEFAULT_ENCODING, Reader, Row
from heygen_async.batch.manifest.unique import Seen
from heygen_async.errors import InvalidInputError, brief
from heygen_async.models.check import encodable
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job, Photo, Prompt
from heygen_async.models.prices import spoken_seconds

__all__ = ["DEFAULT_ENCODING", "Checked", "Manifest", "RowError", "table"]


@attrs.frozen(kw_only=True)
class Checked:
    """What a check found.

    Attributes:
        rows: how many rows there are, blank ones and column names not counted.
        jobs: how many of them are good.
        photos: how many different photos are to become avatars, by path, address or asset.
        avatars: how many avatars are to be made: of photos, different prompts and descriptions.
        seconds: how long the scripts take to speak, estimated.
        recordings: how many jobs have a recording instead, whose length is not in ``seconds``.
        found: how many errors there are.
        errors: the first of them.
    """

    rows: int
    jobs: int
    photos: int
    avatars: int
    seconds: float
    recordings: int
    found: int
    errors: tuple[RowError, ...]


class Manifest:
    """The jobs of a file.

    Args:
        path: CSV (with comma, semicolon, tab or bar) or JSON lines, told by suffix and content.
        out: the folder that output names lead into; None is the manifest's own. Nothing is
            created.
        defaults: values for empty cells by column, templates included; relative paths in them are
            relative to the manifest, too.
        encoding: of the text; UTF-16 and UTF-32 with a mark are recognised where this is not
            given.

    Raises:
        InvalidInputError: a default is for no column, or the output folder's name is no text.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        out: str | os.PathLike[str] | None = None,
        defaults: Mapping[str, str] | None = None,
        encoding: str = DEFAULT_ENCODING,
    ) -> None:
        self.path = Path(path).absolute()
        self.folder = self.path.parent
        self.out = self.folder if out is None else Path(out).absolute()
        encodable("out", str(self.out))
        self._defaults = _defaults(defaults or {})
        self._encoding = encoding

    def check(
        self, max_errors: int = 1000, *, each: Callable[[Job], object] | None = None
    ) -> Checked:
        """Everything that is wrong with the file, and what it asks for; reads, and spends nothing.

        Each distinct file that the jobs name is opened once and its head looked at. Blocks for
        some 100 µs a row: in an event loop, call it in a thread.

        Args:
            max_errors: how many errors are kept; all are counted.
            each: called with every good job, so that a price can be summed in the same pass; what
                it refuses by an InvalidInputError is an error of the row.

        Raises:
            InvalidInputError: the manifest itself cannot be read.
        """
        reader, used = Reader(self.path, self._encoding), set[str]()
        files, photos, people = Files(), Seen(), Seen()
        rows = jobs = recordings = found = 0
        seconds = 0.0
        errors: list[RowError] = []
        for row, made, wrong in self._rows(reader, used):
            if row is not None and made is not None:
                rows += 1
                wrong += files.faults(row, made.media)
                if made.job is not None and not wrong and each is not None:
                    wrong += _refused(row, each, made.job)
                if made.job is not None and not wrong:
                    jobs += 1
                    spoken = spoken_seconds(made.job)
                    seconds += spoken or 0.0
                    recordings += spoken is None
                    match made.job.avatar:
                        case Photo() as photo:
                            photos.add(str(photo.source or photo.asset_id), row.number)
                        case Prompt() | GeneratedPhoto() as person:
                            people.add(repr(person), row.number)
            if wrong:
                found += len(wrong)
                errors += wrong[: max_errors - len(errors)]
        # They come first, because they may be the reason for all others.
        misspelt = list(_misspelt(reader, used))
        found += len(misspelt)
        errors = [*misspelt, *errors][:max_errors]
        return Checked(
            rows=rows,
            jobs=jobs,
            photos=len(photos),
            avatars=len(photos) + len(people),
            seconds=seconds,
            recordings=recordings,
            found=found,
            errors=tuple(errors),
        )

    def jobs(self) -> Iterator[Job]:
        """The jobs in the order of the rows, in bounded memory.

        The files that jobs name are not looked at here: `check` does, and the Orchestrator when it
        accepts a job. Call `check` first; what only the whole file shows, such as a misspelt
        column, comes last here.

        Raises:
            InvalidInputError: the first error of the file, with ``field`` like ``rows[7].script``.
        """
        return (job for _, job in self.rows())

    def rows(self) -> Iterator[tuple[Row, Job]]:
        """The same with the row that each job comes from.

        Raises:
            InvalidInputError: as ``jobs``.
        """
        reader, used = Reader(self.path, self._encoding), set[str]()
        for row, made, wrong in self._rows(reader, used):
            for error in wrong:
                raise error.error(self.path.name)
            if row is not None and made is not None and made.job is not None:
                yield row, made.job
        for error in _misspelt(reader, used):
            raise error.error(self.path.name)

    def _rows(
        self, reader: Reader, used: set[str]
    ) -> Iterator[tuple[Row | None, Made | None, list[RowError]]]:
        """Each row with its errors; the columns that templates use are added to ``used``."""
        folder, out = str(self.folder), str(self.out)
        ids, outputs = Seen(), Seen()
        for row in reader:
            if isinstance(row, RowError):
                yield None, None, [row]
                continue
            if self._defaults:
                row = attrs.evolve(row, cells=merged(row.cells, self._defaults))
            made = make(row, folder=folder, out=out, used=used)
            yield row, made, made.errors + _repeated(row, made, ids, outputs)


def _defaults(defaults: Mapping[str, str]) -> dict[str, str]:
    columns = {}
    for name, value in defaults.items():
        column = canonical(name)
        if column not in COLUMNS or column == "id":
            hint = similar(column)
            raise InvalidInputError(
                f"There can be no default for {brief(name)}"
                + (f"; did you mean {hint}?" if hint and hint != "id" else ""),
                field=f"defaults.{name}",
                rule="must be a column other than id",
                value=brief(name),
            )
        if value.strip():
            columns[column] = value.strip()
    return columns


def _refused(row: Row, each: Callable[[Job], object], job: Job) -> list[RowError]:
    try:
        each(job)
    except InvalidInputError as error:
        column = column_of(error.field or "", job)
        if column in row.cells:
            return [row.wrong(column, error.rule or error.message)]
        return [row.wrong(None, error.message)]
    return []


def _repeated(row: Row, made: Made, ids: Seen, outputs: Seen) -> list[RowError]:
    """What this row has in common with one before it, and must not."""
    found = []
    if (job_id := row.cells.get("id")) and (first := ids.add(job_id, row.number)) is not None:
        found.append(row.wrong("id", f"must be unique, and is the id of row {first}"))
        if not made.named:
            return found  # The same name follows from the same id.
    if made.name is None or (made.errors and not made.named):
        return found
    first = outputs.add(collision_key(made.name), row.number)
    if first is None:
        if made.job is not None and made.job.options.captions is not None:
            # Their name has another ending, so that two videos may have one.
            captions = collision_key(str(PurePosixPath(made.name).with_suffix(".srt")))
            if (other := outputs.add(captions, row.number)) is not None:
                rule = f"leads to the captions of row {other}; give one of them another name"
                found.append(row.wrong("output", rule))
        return found
    if made.named:
        found.append(row.wrong("output", f"must be unique, and row {first} has the same file name"))
    else:
        rule = f"is the same video as row {first}; for another take of it, give both an id"
        if job_id:
            rule = f"leads to the file name of row {first}; give one of them an output"
        found.append(row.wrong("id", rule))
    return found


def _misspelt(reader: Reader, used: set[str]) -> Iterator[RowError]:
    """Columns that are none, and that no template uses, but that look like one."""
    for name, (row, line) in reader.names.items():
        if name not in COLUMNS and name not in used and (hint := similar(name)) is not None:
            rule = f"did you mean {hint}? It is no column, and no template uses it"
            yield RowError(row, line, name, brief(name), rule)
