"""What is written where: results to stdout, everything else to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

__all__ = ["clean", "clock", "put_json", "put_table", "put_text", "say"]

_WIDEST = 60


def put_text(text: str) -> None:
    """A line of the result, for people."""
    _write(sys.stdout, text)


def put_json(value: object) -> None:
    """A line of the result, for programs: one JSON value without a line break in it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)
    _write(sys.stdout, text)


def put_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table, its columns as wide as they need to be, the last as wide as it likes."""
    cells = [list(heads), *([_cell(value) for value in row] for row in rows)]
    widths = [min(_WIDEST, max(len(row[place]) for row in cells)) for place in range(len(heads))]
    for row in cells:
        padded = [text.ljust(width) for text, width in zip(row[:-1], widths, strict=False)]
        _write(sys.stdout, "  ".join([*padded, row[-1]]).rstrip())


def say(text: str) -> None:
    """A line that is no result: progress, a cost, an error."""
    _write(sys.stderr, text)


def clean(text: object) -> str:
    """Text of whatever origin on one line, without anything that steers a terminal."""
    return "".join(one if one.isprintable() else " " for one in str(text)).strip()


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds, ``3:07``."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def _write(stream: TextIO, text: str) -> None:
    # click.echo would find the stream below the one that a live display puts in its place, and
    # write across the display.
    stream.write(f"{text}\n")
    stream.flush()


def _cell(value: object) -> str:
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.10g}"
    return clean(value)


def _plain(value: object) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence | set | frozenset):
        return list(value)
    return str(value)
