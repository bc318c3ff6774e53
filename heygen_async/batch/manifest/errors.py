"""What is wrong with a manifest, told by row and column, and shown as one table."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.errors import InvalidInputError, brief

__all__ = ["RowError", "table"]

_HEADINGS = ("row", "line", "column", "value", "rule")
_VALUE_WIDTH = 40


@attrs.frozen
class RowError:
    """One thing that is wrong.

    Attributes:
        row: counted as a spreadsheet counts, so a CSV's column names are row 1; in JSONL the line.
        line: the line of the file on which the row begins; later than ``row`` where values before
            it contain line breaks.
        column: the column or key, None where the row as a whole is wrong.
        value: a short rendering of what stands there, None for nothing.
        rule: what it has to be.
    """

    row: int
    line: int
    column: str | None
    value: str | None
    rule: str

    def error(self, manifest: str) -> InvalidInputError:
        """The same as an exception, its ``field`` being like ``rows[7].script``."""
        where = f"{manifest}, row {self.row} (line {self.line})"
        if self.column is not None:
            where += f", column {self.column}"
        shown = "" if self.value is None else f", not {self.value}"
        field = f"rows[{self.row}]" + ("" if self.column is None else f".{self.column}")
        return InvalidInputError(
            f"{where}: {self.rule}{shown}", field=field, rule=self.rule, value=self.value
        )


def table(errors: Sequence[RowError]) -> str:
    """The errors as a plain text table, one line each; empty for none."""
    if not errors:
        return ""
    rows = [_HEADINGS, *map(_shown, errors)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_HEADINGS) - 1)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]])
        for row in rows
    )


def _shown(error: RowError) -> tuple[str, ...]:
    value = "(empty)" if error.value is None else error.value
    if len(value) > _VALUE_WIDTH:
        value = value[: _VALUE_WIDTH - 1] + "…"
    # A column's name is the file's: shown escaped, it cannot break out of its line.
    column = "" if error.column is None else brief(error.column)[1:-1]
    return str(error.row), str(error.line), column, value, error.rule
