"""Jobs as spans: one for a run, one for each of its stages; and how long and how dear they were."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from opentelemetry.context import Context, get_current
from opentelemetry.metrics import Meter
from opentelemetry.trace import Span, StatusCode, Tracer, set_span_in_context

from heygen_async.models.outcome import Joined, Progressed, Spent, Stage, Stopped

__all__ = ["Jobs"]

_SECONDS = (1, 5, 10, 30, 60, 120, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 86400)

_NAMES = {
    Stage.UPLOADING: "upload file",
    Stage.TRAINING: "train avatar",
    Stage.PAUSED: "wait for rate limit",
    Stage.QUEUED: "wait for render slot",
    Stage.SUBMITTING: "submit video",
    Stage.RENDERING: "render video",
    Stage.DOWNLOADING: "download video",
}


class _Run:
    """A job's run, as far as it has come.

    Attributes:
        span: the run's.
        work: the stage's, None before the first.
        stage: what it is at.
        began: loop time.
        came: loop time at which it came to the stage.
        cost: what it has paid for.
    """

    __slots__ = ("began", "came", "cost", "span", "stage", "work")

    def __init__(self, span: Span, began: float) -> None:
        self.span = span
        self.work: Span | None = None
        self.stage = Stage.ACCEPTED
        self.began = self.came = began
        self.cost = 0.0


class Jobs:
    """Makes spans and metrics of an Orchestrator's runs.

    Args:
        tracer: starts the spans.
        meter: whose instruments they are.
        nanoseconds: wall time.
    """

    def __init__(self, tracer: Tracer, meter: Meter, nanoseconds: Callable[[], int]) -> None:
        self._tracer = tracer
        self._nanoseconds = nanoseconds
        self._runs: dict[asyncio.Task[object], _Run] = {}
        self._count = meter.create_up_down_counter(
            "heygen.job.count", "{job}", "Jobs under way, by stage"
        )
        self._seconds = meter.create_histogram(
            "heygen.job.duration",
            "s",
            "Duration of a job's run, from its acceptance to its end",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._stage_seconds = meter.create_histogram(
            "heygen.job.stage.duration",
            "s",
            "Duration of one stage of a job",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._cost = meter.create_counter(
            "heygen.cost", "{currency}", "What was paid for, by the price table"
        )

    def context(self) -> Context:
        """What something that happens in the current task is a child of."""
        run = self._run()
        return get_current() if run is None else set_span_in_context(run.work or run.span)

    def progressed(self, event: Progressed) -> None:
        """The current task's job came to a stage."""
        run = self._run()
        match event.stage:
            case Stage.ACCEPTED:
                self._end(run, event.at, "stopped")
                self._begin(event)
            case Stage.DONE:
                if run is not None and "id" in event.detail:
                    run.span.set_attribute("heygen.video.id", event.detail["id"])
                self._end(run, event.at, "done")
            case Stage.FAILED:
                self._end(run, event.at, "failed", str(event.detail.get("error", "_OTHER")))
            case _ if run is not None:
                self._come(run, event)

    def joined(self, event: Joined) -> None:
        """The current task's run waits for one of the same job."""
        self._end(self._run(), event.at, "stopped")
        self._begin(event)

    def stopped(self, event: Stopped) -> None:
        """The current task's run ends, and its job does not."""
        self._end(self._run(), event.at, "stopped")

    def spent(self, event: Spent) -> None:
        """The current task's job has paid for something."""
        self._cost.add(event.price, {"heygen.paid": event.stream.partition(":")[0]})
        run = self._run()
        if run is not None:
            run.cost += event.price

    # --- runs ------------------------------------------------------------------------------------

    def _run(self) -> _Run | None:
        task = asyncio.current_task()
        return None if task is None else self._runs.get(task)

    def _begin(self, event: Progressed | Joined) -> None:
        task = asyncio.current_task()
        if task is None:
            return
        span = self._tracer.start_span(
            "produce video",
            attributes={"heygen.job.id": event.job_id},
            start_time=self._nanoseconds(),
        )
        self._runs[task] = _Run(span, event.at)
        self._count.add(1, _word(Stage.ACCEPTED))
        # A run that cannot say that it ends, ends with its task.
        task.add_done_callback(self._abandoned)

    def _come(self, run: _Run, event: Progressed) -> None:
        """To another stage, or to a further word about the same."""
        if event.stage is not run.stage:
            self._leave(run, event.at)
            run.stage, run.came = event.stage, event.at
            self._count.add(1, _word(event.stage))
            run.work = self._tracer.start_span(
                _NAMES[event.stage],
                set_span_in_context(run.span),
                attributes=_word(event.stage),
                start_time=self._nanoseconds(),
            )
        if run.work is not None and "id" in event.detail:
            run.work.set_attribute("heygen.resource.id", event.detail["id"])

    def _leave(self, run: _Run, at: float, error: str | None = None) -> None:
        self._count.add(-1, _word(run.stage))
        if run.work is None:
            return
        self._stage_seconds.record(at - run.came, _word(run.stage))
        _close(run.work, error, self._nanoseconds())
        run.work = None

    def _end(self, run: _Run | None, at: float, outcome: str, error: str | None = None) -> None:
        task = asyncio.current_task()
        if run is None or task is None:
            return
        del self._runs[task]
        task.remove_done_callback(self._abandoned)
        self._ended(run, at, outcome, error)

    def _abandoned(self, task: asyncio.Task[object]) -> None:
        run = self._runs.pop(task, None)
        if run is not None:
            self._ended(run, task.get_loop().time(), "stopped", None)

    def _ended(self, run: _Run, at: float, outcome: str, error: str | None) -> None:
        self._leave(run, at, error)
        words = {"heygen.job.outcome": outcome}
        run.span.set_attributes({**words, "heygen.job.cost": round(run.cost, 6)})
        _close(run.span, error, self._nanoseconds())
        if error is not None:
            words["error.type"] = error
        self._seconds.record(at - run.began, words)


def _word(stage: Stage) -> dict[str, str]:
    return {"heygen.job.stage": stage.value}


def _close(span: Span, error: str | None, at: int) -> None:
    if error is not None:
        span.set_attribute("error.type", error)
        span.set_status(StatusCode.ERROR)
    span.end(at)
