"""The report of a batch: a page to look at, and two files to work with.

Rows go in one at a time and leave memory at once, so a million are as good as ten; only the page
stops showing cards after some thousands, and says so. Nothing is in its place before all is
written, so a report is never half of one, and a failed attempt leaves the last one standing.

All of it blocks. In an async program call ``add`` from a thread, one at a time.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from heygen_async.batch.report.files import csv_lines, jsonl_lines, replacing
from heygen_async.batch.report.page import Page
from heygen_async.batch.report.posters import first_frame
from heygen_async.batch.report.row import Group, Row, Totals
from heygen_async.errors import UsageError

__all__ = ["Group", "Report", "Row", "Totals", "first_frame"]


def _poster(row: Row) -> bytes | None:
    return None if row.output is None else first_frame(row.output)


class Report:
    """A context manager that writes ``report.html``, ``results.jsonl`` and ``results.csv``.

    Leaving it with an error writes nothing.

    Args:
        folder: where they go; made if it is missing. Links in the page are relative to it.
        title: the page's heading.
        spent: all that was spent, where more is known than the rows' costs add up to.
        currency: stands before amounts.
        poster: a picture of a finished video, a JPEG or PNG of any size, or None; by default the
            first frame of its file. What it raises ends the report.
        now: wall time, seconds since 1970.

    Attributes:
        totals: what the rows so far add up to.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        title: str = "Video batch",
        spent: float | None = None,
        currency: str = "$",
        poster: Callable[[Row], bytes | None] = _poster,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.totals = Totals()
        self._folder = Path(folder)
        self._title = title
        self._spent = spent
        self._currency = currency
        self._poster = poster
        self._now = now
        self._files = ExitStack()
        self._page: Page | None = None
        self._lines: tuple[Callable[[Row], None], ...] = ()

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as files:
            page = files.enter_context(replacing(self._folder / "report.html"))
            jsonl = files.enter_context(replacing(self._folder / "results.jsonl"))
            # Spreadsheets take a file without this mark for one of the last century.
            table = files.enter_context(replacing(self._folder / "results.csv", "utf-8-sig"))
            self._lines = (jsonl_lines(jsonl), csv_lines(table))
            self._page = files.enter_context(Page(page, self._folder, self._currency))
            self._files = files.pop_all()
        return self

    def add(self, row: Row) -> None:
        """Take a row in.

        Raises:
            UsageError: outside of the block.
            OSError: the disk is full, and the like.
        """
        if self._page is None:
            raise UsageError("A report takes rows inside its with block only.")
        self.totals.add(row)
        for write in self._lines:
            write(row)
        if self._page.room(row):
            self._page.add(row, self._poster(row) if row.group is Group.DONE else None)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        page, self._page = self._page, None
        with self._files as files:
            if error is not None:
                # The files' own ends see the error, and put nothing in place.
                files.__exit__(kind, error, trace)
                return
            assert page is not None
            page.finish(self.totals, title=self._title, spent=self._spent, at=self._now())
