"""What happens meanwhile, on stderr: a live display on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from heygen_async.cli.console import clean, clock, say
from heygen_async.cli.options import Settings
from heygen_async.errors import ConnectError
from heygen_async.models.outcome import Progressed, Stage
from heygen_async.transport.observer import RequestFinished, Retrying, Throttled, TransferProgress

__all__ = ["Lines", "Outage", "Report", "reporting"]

Report = Callable[[Any], None]
"""Takes the events of a client and of an Orchestrator."""

_WORDS = {
    Stage.ACCEPTED: "accepted",
    Stage.UPLOADING: "uploading",
    Stage.TRAINING: "training the avatar",
    Stage.PAUSED: "paused as HeyGen asks",
    Stage.QUEUED: "waiting for a render slot",
    Stage.SUBMITTING: "submitting",
    Stage.RENDERING: "rendering the video",
    Stage.DOWNLOADING: "downloading",
    Stage.DONE: "done",
    Stage.FAILED: "failed",
}
_ENDED = (Stage.DONE, Stage.FAILED)


@contextmanager
def reporting(settings: Settings, *, several: bool = False) -> Iterator[Report]:
    """Something that takes events for as long as the block lasts.

    Args:
        settings: whether to tell of requests, too.
        several: whether there is more than one job, so that each line has to name its own.
    """
    if find_spec("rich") is not None and sys.stderr.isatty():
        from heygen_async.cli.live import live

        with live(verbose=settings.verbose > 0, several=several) as report:
            yield report
    else:
        yield Lines(verbose=settings.verbose > 0, several=several)


class Outage:
    """Tells that nobody answers, once each time: the tries that follow take a while."""

    def __init__(self) -> None:
        self._lasts = False

    def told(self, event: object) -> str | None:
        """The line to write now, if the event calls for one."""
        match event:
            case Retrying(cause=ConnectError.__name__) if not self._lasts:
                self._lasts = True
                return "No connection; trying again."
            case RequestFinished(status=int()):
                self._lasts = False
        return None


class Lines:
    """A line for each stage a job comes to.

    Args:
        verbose: also one for each request.
        several: whether lines name their job.
        write: takes a line.
    """

    def __init__(self, *, verbose: bool, several: bool, write: Callable[[str], None] = say) -> None:
        self._verbose = verbose
        self._several = several
        self._write = write
        self._outage = Outage()
        self._began: float | None = None
        self._last: dict[str, str] = {}

    def __call__(self, event: object) -> None:
        """Tell of an event."""
        if not isinstance(event, Progressed):
            text = told(event) if self._verbose else self._outage.told(event)
            if text is not None:
                self._write(text)
            return
        self._began = event.at if self._began is None else self._began
        line = staged(event, several=self._several)
        if event.stage is Stage.ACCEPTED or self._last.get(event.job_id) == line:
            return
        self._last[event.job_id] = line
        if event.stage in _ENDED:
            del self._last[event.job_id]
        self._write(f"{clock(event.at - self._began):>5}  {line}")


def staged(event: Progressed, *, several: bool) -> str:
    """A job's stage in words."""
    parts = [event.job_id[:12]] if several else []
    parts.append(_WORDS[event.stage])
    if event.stage not in _ENDED and "id" in event.detail:
        parts.append(clean(event.detail["id"]))
    return " ".join(parts)


def told(event: object) -> str | None:
    """An event of the client in words; None for those that only a live display can show."""
    match event:
        case RequestFinished(operation=operation, status=status, seconds=seconds, attempt=attempt):
            again = f", attempt {attempt}" if attempt > 1 else ""
            return f"       {operation} {status or 'no answer'} in {seconds:.2f} s{again}"
        case Retrying(operation=operation, wait=wait, cause=cause):
            return f"       {operation} failed ({cause}), again in {wait:.1f} s"
        case Throttled(operation=operation, seconds=seconds, kind=kind):
            return f"       {operation} refused ({kind} limit), wait {seconds:.1f} s"
        case TransferProgress():
            return None
    return None
