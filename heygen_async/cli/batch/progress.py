"""How a batch is getting on, on stderr: one line that sums up all jobs.

On a terminal it stands still and changes (``batch_live``); elsewhere it is written again every
so often. A job is known by its stage only while it is under way, so a million are as good as ten.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from heygen_async.cli.console import clock, say
from heygen_async.cli.options import Settings
from heygen_async.cli.progress import Outage, Report, told
from heygen_async.cli.summary import STOPPED
from heygen_async.errors import HeyGenError
from heygen_async.models.outcome import Progressed, Stage
from heygen_async.pipeline.runs import resumable

__all__ = ["BatchLines", "Tally", "batch_reporting"]

# Seconds between two lines where there is no terminal.
_EVERY = 15.0
# The same while nothing happens.
_AT_REST = 60.0
# An end is estimated once so many jobs were worked on to theirs.
_ENOUGH = 3


class Tally:
    """Counts jobs by what they are at.

    Args:
        jobs: how many there are.

    Attributes:
        done: how many ended well.
        failed: how many failed for good.
        stopped: how many ended with an error that running again gets over.
    """

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self.done = 0
        self.failed = 0
        self.stopped = 0
        self._at: dict[str, Stage] = {}
        self._worked = 0
        self._began: float | None = None
        self._now = 0.0
        self._gauge: Callable[[], str] = str

    @property
    def ended(self) -> int:
        """How many ended, well or not."""
        return self.done + self.failed + self.stopped

    def follow(self, gauge: Callable[[], str]) -> None:
        """Take on something that tells of slots and money, to be shown with the counts."""
        self._gauge = gauge

    def note(self, event: Progressed) -> None:
        """Take a job's new stage into account, but not its end, which ``end`` is told of."""
        self._began = event.at if self._began is None else self._began
        self._now = event.at
        if event.stage in (Stage.DONE, Stage.FAILED):
            # What an earlier run has done goes from accepted to done at once, and says nothing
            # about how long the rest takes.
            self._worked += self._at.pop(event.job_id, Stage.ACCEPTED) is not Stage.ACCEPTED
        else:
            self._at[event.job_id] = event.stage

    def wait(self, now: float) -> None:
        """Take into account that time went by, to the loop's time ``now``."""
        if self._began is not None:
            self._now = max(self._now, now)

    def end(self, error: HeyGenError | None) -> None:
        """Count a job that ended, well or with an error."""
        if error is None:
            self.done += 1
        elif resumable(error):
            self.stopped += 1
        else:
            self.failed += 1

    def ends(self) -> list[str]:
        """How many did not end well, in the words of ``status``."""
        counted = ((self.stopped, STOPPED), (self.failed, Stage.FAILED))
        return [f"{count} {word}" for count, word in counted if count]

    def __str__(self) -> str:
        stages = Counter(self._at.values())
        counts = [f"{self.done}/{self.jobs} done", *self.ends()]
        counts += [f"{stages[stage]} {stage}" for stage in reversed(Stage) if stages[stage]]
        parts = [", ".join(counts), self._gauge(), self._left()]
        return "; ".join(part for part in parts if part)

    @property
    def elapsed(self) -> float:
        """Seconds from the first event to the last, or to the end of a wait since."""
        return 0.0 if self._began is None else self._now - self._began

    def _left(self) -> str:
        if self._worked < _ENOUGH or self.ended >= self.jobs:
            return ""
        return f"about {clock(self.elapsed / self._worked * (self.jobs - self.ended))} left"


@contextmanager
def batch_reporting(settings: Settings, tally: Tally) -> Iterator[Report]:
    """Something that takes events for as long as the block lasts."""
    if find_spec("rich") is not None and sys.stderr.isatty():
        from heygen_async.cli.batch.live import batch_live

        with batch_live(tally, verbose=settings.verbose > 0) as report:
            yield report
    else:
        lines = BatchLines(tally, verbose=settings.verbose > 0)
        with _ticking(lines.tick):
            yield lines


@contextmanager
def _ticking(tick: Callable[[float], None]) -> Iterator[None]:
    """Call it with the loop's time every so often, for as long as the block lasts."""
    loop = asyncio.get_running_loop()
    timer: asyncio.TimerHandle

    def again() -> None:
        nonlocal timer
        timer = loop.call_later(_EVERY, again)
        tick(loop.time())

    timer = loop.call_later(_EVERY, again)
    try:
        yield
    finally:
        timer.cancel()


class BatchLines:
    """A line now and then: often while something happens, seldom while nothing does.

    Args:
        tally: is told of events, and tells the line.
        verbose: also a line for each request.
        write: takes a line.
    """

    def __init__(self, tally: Tally, *, verbose: bool, write: Callable[[str], None] = say) -> None:
        self._tally = tally
        self._verbose = verbose
        self._write = write
        self._outage = Outage()
        self._last = 0.0

    def __call__(self, event: object) -> None:
        """Tell of an event."""
        if isinstance(event, Progressed):
            self._tally.note(event)
            self._after(_EVERY)
            return
        text = told(event) if self._verbose else self._outage.told(event)
        if text is not None:
            self._write(text)

    def tick(self, now: float) -> None:
        """Tell of a long time in which nothing happened; ``now`` is the loop's time."""
        self._tally.wait(now)
        self._after(_AT_REST)

    def _after(self, seconds: float) -> None:
        """Write the line, if so much time went by since the last one."""
        elapsed = self._tally.elapsed
        if elapsed >= self._last + seconds:
            self._last = elapsed
            self._write(f"{clock(elapsed):>5}  {self._tally}")
