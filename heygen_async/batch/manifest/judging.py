"""A row under judgement: what it says, and all that is wrong with that.

The models judge the values; what they refuse is told under the column it came from, then left out,
and the rest is judged on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from heygen_async.batch.manifest.dialects import COLUMN_OF
from heygen_async.batch.manifest.errors import RowError
from heygen_async.batch.manifest.reading import Row
from heygen_async.errors import InvalidInputError, brief
from heygen_async.models.job import Job

__all__ = ["KINDS", "Judged", "column_of"]

_T = TypeVar("_T")

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_YES = ("yes", "true", "1")
_NO = ("no", "false", "0")

# Where a field of the models is called otherwise than its column, by its name or its last word.
_COLUMN_OF = {
    **COLUMN_OF,
    "voice_id": "voice",
    "motion_prompt": "motion",
    "output_format": "format",
    "color": "background",
}
# The main values, which stand in the column that is called like what they make.
_MAIN = ("text", "source", "asset_id", "id")

KINDS = {
    "AnimatedImage": "image",
    "Article": "article",
    "Audio": "audio",
    "GeneratedPhoto": "generate",
    "Look": "look",
    "Photo": "photo",
    "Prompt": "prompt",
    "Script": "script",
    "StockAvatar": "stock_avatar",
    "Topic": "topic",
    "Watermark": "watermark",
}
"""The column that makes a part of a job, by the part's class."""

# They, and a part's, cannot be left out.
_NEEDED = frozenset({*_MAIN, "color", "url", "prompt"})
# So many of a file's columns are told where none of the needed ones is there.
_SHOWN = 12


def column_of(name: str, job: Job | None = None) -> str:
    """The column that a field of the models comes from, by its name such as ``Script.voice_id``.

    Args:
        name: of the field.
        job: its avatar and its speech tell which columns they come from.
    """
    kind, _, field = name.rpartition(".")
    if job is not None and kind == "Job" and field in ("avatar", "speech"):
        kind, field = type(getattr(job, field)).__name__, _MAIN[0]
    if kind.startswith("Job.options."):
        return kind.rpartition(".")[2]
    if field in _MAIN and kind in KINDS:
        return KINDS[kind]
    return _COLUMN_OF.get(name) or _COLUMN_OF.get(field, field)


class Judged:
    """One row.

    Args:
        row: as it was read.

    Attributes:
        errors: all that was found wrong.
    """

    def __init__(self, row: Row) -> None:
        self.errors: list[RowError] = []
        self._row = row
        # Most columns of most rows are empty, and each is asked for: so only what is said is kept.
        self._said = {column: text for column, text in row.cells.items() if text}

    def cell(self, column: str) -> str:
        """The column's text, empty where it says nothing."""
        return self._said.get(column, "")

    def wrong(self, column: str, rule: str) -> None:
        """Say what is wrong with a column."""
        self.errors.append(self._row.wrong(column, rule))

    def failed(self, column: str) -> bool:
        """Whether something is."""
        return bool(self.errors) and any(error.column == column for error in self.errors)

    def built(
        self, kind: Callable[..., _T], column: str | None = None, /, **given: Any
    ) -> _T | None:
        """What the model makes of the values; what it refuses is told and left out.

        Args:
            kind: the model.
            column: where its main value comes from, if not from the column called like the kind.
            given: its fields.
        """
        while True:
            try:
                return kind(**given)
            except InvalidInputError as error:
                field = (error.field or "").rpartition(".")[2]
                told = column_of(error.field or "")
                if field in _MAIN:
                    told = column or field
                self.wrong(told, error.rule or error.message)
                if field not in given or field in _NEEDED:
                    return None
                del given[field]

    def one_of(self, columns: tuple[str, ...]) -> str | None:
        """The one column of several that says something; None where it is not one."""
        given = [column for column in columns if column in self._said]
        if len(given) == 1:
            return given[0]
        if not any(self.failed(column) for column in columns):
            rule = f"exactly one of {', '.join(columns)} is needed"
            if not any(column in self._row.cells for column in columns):
                here = [brief(name)[1:-1] for name in self._row.cells]
                shown = here[:_SHOWN] + ["..."] * (len(here) > _SHOWN)
                rule += f"; the columns here are {', '.join(shown)}"
            self.wrong(given[1] if given else columns[0], rule)
        return None

    def number(self, column: str) -> float | None:
        """The number in a column."""
        text = self._said[column]
        if _NUMBER.fullmatch(text):
            return float(text)
        self.wrong(column, "must be a number, written like 1.25")
        return None

    def yes_no(self, column: str, *others: str) -> bool | None:
        """A yes or no, None for neither.

        Args:
            column: the column.
            others: what else may stand there.
        """
        text = self.cell(column).lower()
        if text in _YES:
            return True
        if text and text not in _NO:
            self.wrong(column, "must be " + " or ".join(["yes", "no", *others]))
        return False if text else None

    def asked(self, column: str, ask: Callable[[], str]) -> str | None:
        """What the question is answered with; None where the answer is a refusal, which is told."""
        try:
            return ask()
        except InvalidInputError as error:
            self.wrong(column, error.rule or error.message)
        return None
