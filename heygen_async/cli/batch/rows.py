"""Where the jobs of a batch stand in its manifest, so that a refusal names the row and the column.

What can be seen of a row is refused before anything is spent, all at once. This is for what shows
later: a photo that was moved meanwhile, a rule of HeyGen's that only its answers tell.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator

from heygen_async.batch.manifest.errors import RowError
from heygen_async.batch.manifest.manifest import Manifest
from heygen_async.cli.spelling import columns
from heygen_async.errors import HeyGenError, InvalidInputError
from heygen_async.models.job import Job

__all__ = ["Rows", "in_columns"]


class Rows:
    """Gives out the jobs of a manifest, and knows the rows of those that have not ended.

    Args:
        manifest: was checked, so no two jobs have one output.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._at: dict[str | None, tuple[int, int]] = {}

    def jobs(self) -> Iterator[Job]:
        """As the manifest's."""
        for row, job in self._manifest.rows():
            self._at[job.output] = row.number, row.line
            yield job

    def ended(self, job: Job, error: HeyGenError | None) -> HeyGenError | None:
        """The error that a job ended with, of its row; the row is forgotten.

        Args:
            job: from here, under whatever id.
            error: None if it ended well.
        """
        at = self._at.pop(job.output, None)
        if error is None:
            return None
        column, rest = columns(job).parted(error.message)
        if at is None or column is None or not isinstance(error, InvalidInputError):
            return columns(job).error(error)
        found = RowError(*at, column, None, rest.lstrip(": "))
        told = found.error(self._manifest.path.name)
        spelt = copy.copy(error)  # Its class says whether running it again goes on.
        spelt.args, spelt.field = told.args, told.field
        return spelt


def in_columns(each: Callable[[Job], object]) -> Callable[[Job], None]:
    """What it refuses about a job is told in the words of a manifest."""

    def asked(job: Job) -> None:
        try:
            each(job)
        except InvalidInputError as error:
            words, field = columns(job), error.field or ""
            rule = error.rule
            if rule is not None:
                rule = words.sentence(f"{field} {rule}").removeprefix(f"{words.name(field)} ")
            raise InvalidInputError(
                words.sentence(error.message), field=field, rule=rule, value=error.value
            ) from error

    return asked
