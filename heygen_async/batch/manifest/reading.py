"""Rows of a manifest, one at a time, whatever kind of file it is.

CSV is told by its column names: of comma, semicolon, tab and bar, the one that yields the most
known names, where no line ``sep=;`` says which it is. A row that cannot be read is told as a
RowError and the next one is read; a line has at most a million characters, so nothing here grows
with the file. Every value becomes text, for a number in JSON and the same number in CSV are the
same job.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import attrs
import orjson

from heygen_async.batch.manifest.columns import COLUMNS, YES_NO, canonical
from heygen_async.batch.manifest.errors import RowError
from heygen_async.errors import InvalidInputError, brief

__all__ = ["DEFAULT_ENCODING", "Reader", "Row"]

DEFAULT_ENCODING = "utf-8-sig"

LINE_LIMIT = 1_000_000
_DELIMITERS = ",;\t|"
_HEAD = 64 * 1024
_NAMES = 10_000
_TABLES = (".csv", ".tsv", ".tab")
_LINES = (".jsonl", ".ndjson")
# What spreadsheets call "Unicode text" is UTF-16; a mark of UTF-32 begins like one of that.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Each other byte of what is mostly Latin letters is 0.
_UTF16 = re.compile(rb"\0[\t -~]\0[\t -~]\0|[\t -~]\0[\t -~]\0[\t -~]\0")
# All control characters but tab, the ends of lines and of pages, and DOS's end of a file.
_NOT_IN_TEXT = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")
# How files begin that people take for a table, and that are no text.
_BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-")
# A spreadsheet's own word on the delimiter, in a line before the column names, which is no row.
_SEP = re.compile(r'"?sep=([^"\r\n])"?[ \t,;]*(?:\r\n?|\n)', re.IGNORECASE)
_NO_TEXT = "must be text in {}: save the file so, or give its encoding (Excel's is often cp1252)"


@attrs.define
class Row:
    """One row that could be read.

    Attributes:
        number: as ``RowError.row``.
        line: as ``RowError.line``.
        cells: the values by canonical column name, "" for empty ones.
    """

    number: int
    line: int
    cells: dict[str, str]

    def wrong(self, column: str | None, rule: str) -> RowError:
        """What is wrong with the column's value."""
        cell = self.cells.get(column) if column is not None else None
        return RowError(self.number, self.line, column, brief(cell) if cell else None, rule)


class Reader:
    """One pass over the file.

    Attributes:
        names: the column names seen, with the row and line that had each first; at most 10 000.

    Raises:
        InvalidInputError: while iterating, the file as a whole cannot be read.
    """

    def __init__(self, path: Path, encoding: str) -> None:
        self.names: dict[str, tuple[int, int]] = {}
        self._path = path
        self._encoding = encoding

    def __iter__(self) -> Iterator[Row | RowError]:
        try:
            with self._open() as file:
                lines = _Lines(file)
                read = self._way(file)
                try:
                    yield from read(lines)
                except UnicodeError as error:
                    rule = f"cannot be read as {self._encoding}: {error}"
                    yield RowError(lines.number + 1, lines.number + 1, None, None, rule)
        except OSError as error:
            raise self._refusal(f"cannot be read: {error.strerror or error}") from error

    def _open(self) -> TextIO:
        with self._path.open("rb") as raw:
            encoding = self._checked(raw.read(64))
        try:
            # Bytes that are no text come through as surrogates, so that their row can be named.
            return self._path.open(encoding=encoding, errors="surrogateescape", newline="")
        except LookupError:
            raise self._refusal(f"cannot be read: there is no encoding {encoding!r}") from None

    def _checked(self, head: bytes) -> str:
        """The encoding of a file that begins so."""
        if head.startswith(_BOOKS):
            raise self._refusal('is a workbook, not text: save its sheet as CSV ("CSV UTF-8")')
        if self._encoding != DEFAULT_ENCODING:
            return self._encoding
        for mark, encoding in _MARKS.items():
            if head.startswith(mark):
                return encoding
        if _UTF16.search(head):
            rule = "looks like UTF-16 without its mark: save it as UTF-8, or give its encoding"
            raise self._refusal(rule)
        if _NOT_IN_TEXT.search(head):
            raise self._refusal("is not text: a manifest is a CSV or JSONL file")
        return self._encoding

    def _way(self, file: TextIO) -> Callable[[_Lines], Iterator[Row | RowError]]:
        """How the file is to be read; leaves it at its beginning."""
        suffix = self._path.suffix.lower()
        try:
            head = file.read(_HEAD)
            file.seek(0)
        except UnicodeError as error:
            raise self._refusal(f"cannot be read as {self._encoding}: {error}") from None
        first = head.lstrip()[:1]
        if suffix not in _TABLES and first == "[":
            raise self._refusal("is one JSON array; write one object per line instead")
        if suffix in _LINES or (suffix not in _TABLES and first == "{"):
            return self._objects
        self._sep = _SEP.match(head)
        self._delimiter = (
            self._sep[1]
            if self._sep is not None
            else max(_DELIMITERS, key=lambda one: _names_found(head, one))
        )
        return self._table

    def _refusal(self, rule: str) -> InvalidInputError:
        return InvalidInputError(f"{self._path} {rule}", field="path", rule=rule)

    # --- CSV -------------------------------------------------------------------------------------

    def _table(self, lines: _Lines) -> Iterator[Row | RowError]:
        names: list[str] | None = None
        if self._sep is not None:
            next(lines)
        for number, line, record in _records(lines, self._delimiter):
            if isinstance(record, RowError):
                yield record
                if names is None:
                    return
            elif not any(map(str.strip, record)):
                continue
            elif names is None:
                names = [canonical(name) for name in record]
                if not set(names) & set(COLUMNS):
                    rule = "must name the columns, such as photo, script and voice"
                    yield RowError(number, line, None, brief(_readable(",".join(record))), rule)
                    return
                yield from self._header(names, number, line)
            else:
                yield _row(number, line, names, record, self._encoding)
        if names is None:
            yield RowError(1, 1, None, None, "must name the columns, such as photo and script")

    def _header(self, names: list[str], number: int, line: int) -> Iterator[RowError]:
        for place, name in enumerate(names):
            if not _is_text(name):
                names[place] = _readable(name)
                rule = _NO_TEXT.format(_shown(self._encoding))
                yield RowError(number, line, None, brief(names[place]), rule)
            elif name in self.names:
                yield RowError(number, line, name, None, "must not be the name of two columns")
                names[place] = f"{name} (again)"
            elif name:
                self.names[name] = (number, line)

    # --- JSON lines ------------------------------------------------------------------------------

    def _objects(self, lines: _Lines) -> Iterator[Row | RowError]:
        spellings: dict[str, str] = {}
        while True:
            number = lines.number + 1
            try:
                text = next(lines)
                if not text.strip():
                    continue
                parsed = orjson.loads(text)
            except StopIteration:
                return
            except (csv.Error, orjson.JSONDecodeError) as error:
                rule = f"must be one JSON object in UTF-8 on one line: {error}"
                yield RowError(number, number, None, None, rule)
                continue
            if not isinstance(parsed, dict):
                rule = "must be one JSON object"
                yield RowError(number, number, None, brief(parsed), rule)
                continue
            yield self._object(number, parsed, spellings)

    def _object(self, number: int, parsed: dict[str, Any], spell: dict[str, str]) -> Row | RowError:
        cells: dict[str, str] = {}
        for key, value in parsed.items():
            name = spell.get(key)
            if name is None:
                name = canonical(key)
                if len(spell) < _NAMES:
                    spell[key] = name
                    self.names.setdefault(name, (number, number))
            if name in cells:
                rule = "must not be given twice"
                return RowError(number, number, name, brief(value), rule)
            text = _text(name, value)
            if text is None:
                rule = "must be text, a number or null"
                if name not in COLUMNS or name in YES_NO:
                    rule = "must be text, a number, true, false or null"
                return RowError(number, number, name, brief(value), rule)
            cells[name] = text
        return Row(number, number, cells)


class _Lines:
    """The lines of a file, counted; one that is too long is skipped and told as a csv.Error."""

    def __init__(self, file: TextIO) -> None:
        self.number = 0
        self._file = file

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LINE_LIMIT)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) < LINE_LIMIT or line.endswith(("\n", "\r")):
            return line
        while line and not line.endswith(("\n", "\r")):
            line = self._file.readline(LINE_LIMIT)
        raise csv.Error(f"a line has more than {LINE_LIMIT} characters")


def _names_found(head: str, delimiter: str) -> tuple[int, int]:
    try:
        records = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        names = next((one for one in records if any(map(str.strip, one))), [])
    except csv.Error:
        return 0, 0
    return len({canonical(name) for name in names} & set(COLUMNS)), len(names)


def _records(
    lines: _Lines, delimiter: str
) -> Iterator[tuple[int, int, list[str]] | tuple[int, int, RowError]]:
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number, line = number + 1, lines.number + 1
        try:
            yield number, line, next(records)
        except StopIteration:
            return
        except csv.Error as error:
            rule = (
                f"must be a row of CSV: {error} (is a quotation mark not closed, or not doubled?)"
            )
            yield number, line, RowError(number, line, None, None, rule)


def _row(
    number: int, line: int, names: list[str], record: list[str], encoding: str
) -> Row | RowError:
    if len(record) < len(names):
        record += [""] * (len(names) - len(record))
    if not "".join(record).isascii():
        for name, cell in zip(names, record, strict=False):
            if not _is_text(cell):
                rule = _NO_TEXT.format(_shown(encoding))
                return RowError(number, line, name or None, brief(_readable(cell)), rule)
    cells = {name: cell.strip() for name, cell in zip(names, record, strict=False) if name}
    if len(cells) < len(names):
        for name, cell in zip(names, record, strict=False):
            if not name and cell.strip():
                rule = "must stand in a column with a name"
                return RowError(number, line, None, brief(cell), rule)
    if any(map(str.strip, record[len(names) :])):
        rule = f"must have at most {len(names)} values, as there are columns, not {len(record)}"
        return RowError(number, line, None, brief(record[len(names)]), rule)
    return Row(number, line, cells)


def _is_text(cell: str) -> bool:
    try:
        cell.encode()
    except UnicodeEncodeError:
        return False
    return True


def _shown(encoding: str) -> str:
    return "UTF-8" if encoding == DEFAULT_ENCODING else encoding


def _readable(text: str) -> str:
    """The text with what is none as readers show it."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _text(name: str, value: Any) -> str | None:
    """A JSON value as it would stand in CSV; None for one that cannot."""
    match value:
        case str():
            return value.strip()
        case None:
            return ""
        case bool():
            return str(value).lower() if name not in COLUMNS or name in YES_NO else None
        case int() | float():
            return repr(value)
    return None
