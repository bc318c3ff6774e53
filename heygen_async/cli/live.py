"""The display on a terminal, drawn by rich, which is an extra."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import attrs
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from heygen_async.cli.progress import Lines, Report, staged
from heygen_async.models.outcome import Progressed, Stage
from heygen_async.transport.observer import TransferProgress

__all__ = ["live"]


@contextmanager
def live(*, verbose: bool, several: bool) -> Iterator[Report]:
    """A spinner for each job and a bar for each transfer; what is over stays as a line."""
    # Results are for copying: a line is as long as it is, whatever the terminal's width.
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        # Else rich would write what is meant for a pipe to the terminal.
        redirect_stdout=sys.stdout.isatty(),
    )
    with progress:
        yield _Live(progress, verbose=verbose, several=several)


class _Live:
    def __init__(self, progress: Progress, *, verbose: bool, several: bool) -> None:
        self._progress = progress
        self._several = several
        self._tasks: dict[str, TaskID] = {}
        self._transfers: dict[tuple[str, str], TaskID] = {}
        self._lines = Lines(
            verbose=verbose, several=several, write=lambda text: progress.console.print(text)
        )

    def __call__(self, event: object) -> None:
        match event:
            case Progressed(job_id=job_id, stage=Stage.DONE | Stage.FAILED):
                task = self._tasks.pop(job_id, None)
                if task is not None:
                    self._progress.remove_task(task)
            case Progressed(job_id=job_id):
                # The id is in the line above; with it, the display would be too wide for 80
                # columns, and what is too wide is not wiped away.
                text = staged(attrs.evolve(event, detail={}), several=self._several)
                if job_id not in self._tasks:
                    self._tasks[job_id] = self._progress.add_task(text, total=None)
                self._progress.update(self._tasks[job_id], description=text)
            case TransferProgress():
                self._transfer(event)
        self._lines(event)

    def _transfer(self, event: TransferProgress) -> None:
        key = (event.operation, event.name)
        if event.total is not None and event.done >= event.total:
            task = self._transfers.pop(key, None)
            if task is not None:
                self._progress.remove_task(task)
            return
        if key not in self._transfers:
            self._transfers[key] = self._progress.add_task(
                f"{event.operation} {event.name}", total=event.total
            )
        self._progress.update(self._transfers[key], completed=event.done, total=event.total)
