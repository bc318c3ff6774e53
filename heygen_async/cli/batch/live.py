"""The display of a batch on a terminal, drawn by rich, which is an extra."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from heygen_async.cli.batch.progress import Tally
from heygen_async.cli.progress import Outage, Report, told
from heygen_async.models.outcome import Progressed

__all__ = ["batch_live"]


@contextmanager
def batch_live(tally: Tally, *, verbose: bool) -> Iterator[Report]:
    """A bar for all jobs, with the counts behind it; lines that are written stay above it."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    progress = Progress(
        BarColumn(bar_width=12, table_column=Column(min_width=12)),
        TimeElapsedColumn(table_column=Column(min_width=7, no_wrap=True)),
        # What does not fit is cut at its end, where the least important stands.
        TextColumn("{task.description}", markup=False, table_column=Column(ratio=1, no_wrap=True)),
        console=console,
        expand=True,
        transient=True,
        # Else rich would write what is meant for a pipe to the terminal.
        redirect_stdout=sys.stdout.isatty(),
    )
    with progress:
        task = progress.add_task("", total=tally.jobs)
        yield _Live(progress, task, tally, verbose=verbose)
        # An end is counted after its event was told, so the last one is not shown yet.
        progress.update(task, completed=tally.ended, description=str(tally))


class _Live:
    def __init__(self, progress: Progress, task: TaskID, tally: Tally, *, verbose: bool) -> None:
        self._progress = progress
        self._task = task
        self._tally = tally
        self._verbose = verbose
        self._outage = Outage()

    def __call__(self, event: object) -> None:
        if isinstance(event, Progressed):
            self._tally.note(event)
            self._progress.update(
                self._task, completed=self._tally.ended, description=str(self._tally)
            )
            return
        text = told(event) if self._verbose else self._outage.told(event)
        if text is not None:
            self._progress.console.print(text)
