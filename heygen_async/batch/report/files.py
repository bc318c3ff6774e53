"""Files of a report: in their place whole, or not at all."""

from __future__ import annotations

import csv
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import orjson

from heygen_async.batch.report.row import Row

__all__ = ["csv_lines", "json_bytes", "jsonl_lines", "replacing"]

_COLUMNS = tuple(Row(id="", state="done").plain())
# What makes a spreadsheet take a cell for a formula, which may then call out.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@contextmanager
def replacing(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Write a text file beside its place and put it there when the block ends well.

    A block that raises leaves what was there before. What cannot be encoded, which file names of
    another encoding cannot, is written as its escape. Blocks; call from a thread.

    Raises:
        OSError: the folder cannot be written to.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with part.open("x", encoding=encoding, errors="backslashreplace", newline="") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def jsonl_lines(file: TextIO) -> Callable[[Row], None]:
    """Writes rows to ``results.jsonl``, exactly as they are."""

    def write(row: Row) -> None:
        file.write(json_bytes(row.plain()).decode() + "\n")

    return write


def csv_lines(file: TextIO) -> Callable[[Row], None]:
    """Writes rows to ``results.csv``, for spreadsheets.

    A text that a spreadsheet would run as a formula gets an apostrophe in front, which it hides.
    """
    lines = csv.writer(file)
    lines.writerow(_COLUMNS)

    def write(row: Row) -> None:
        lines.writerow([_cell(value) for value in row.plain().values()])

    return write


def _cell(value: Any) -> Any:
    match value:
        case bool():
            return "yes" if value else "no"
        case str() if value.startswith(_FORMULA):
            return "'" + value
        case list():
            return _cell("; ".join(map(str, value)))
    return value


def json_bytes(plain: Any, *, indent: bool = False) -> bytes:
    """Plain data as JSON; what is no text in Unicode is written as its escape.

    Raises:
        TypeError: it is not plain.
    """
    option = orjson.OPT_INDENT_2 if indent else 0
    try:
        return orjson.dumps(plain, option=option)
    except TypeError:
        return orjson.dumps(_encodable(plain), option=option)


def _encodable(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {_encodable(key): _encodable(item) for key, item in value.items()}
        case list() | tuple():
            return [_encodable(item) for item in value]
    return value
