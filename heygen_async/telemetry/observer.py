"""The observer: takes events, and hands each to whoever makes spans and metrics of its sort."""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version

from opentelemetry.metrics import MeterProvider, get_meter
from opentelemetry.trace import TracerProvider, get_tracer

from heygen_async.models.outcome import Joined, Progressed, Spent, Stopped
from heygen_async.telemetry.jobs import Jobs
from heygen_async.telemetry.requests import Requests
from heygen_async.telemetry.slots import Pools, Slots
from heygen_async.transport.observer import RequestFinished, Retrying, Throttled

__all__ = ["Telemetry"]

_SCOPE = "heygen_async"

# The version of the conventions that the names were taken from.
_SCHEMA = "https://opentelemetry.io/schemas/1.36.0"


class Telemetry:
    """An observer that makes OpenTelemetry's spans and metrics of what it is told.

    Give the same one to the client and to the Orchestrator; one serves any number of both.

    Spans: ``produce video`` for each run of a job, a child for each stage of it, and in these a
    client span for each attempt of a request. Metrics: ``http.client.request.duration``,
    ``heygen.request.retries``, ``heygen.throttle.duration``, ``heygen.job.count`` by stage,
    ``heygen.job.duration`` by outcome, ``heygen.job.stage.duration``, ``heygen.cost``, and
    ``heygen.render_slot.limit``, ``.used`` and ``.pending_requests``.

    Args:
        tracer_provider: None for the global one.
        meter_provider: None for the global one.
        now: wall time, seconds since 1970; for tests.
    """

    def __init__(
        self,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        ours = _version()
        tracer = get_tracer(_SCOPE, ours, tracer_provider, _SCHEMA)
        meter = get_meter(_SCOPE, ours, meter_provider, _SCHEMA)

        def nanoseconds() -> int:
            return int(now() * 1e9)

        self._jobs = Jobs(tracer, meter, nanoseconds)
        self._requests = Requests(tracer, meter, nanoseconds, self._jobs.context)
        self._pools = Pools(meter)

    def __call__(self, event: object, /) -> None:
        """Take an event of a client or an Orchestrator."""
        match event:
            case RequestFinished():
                self._requests.finished(event)
            case Retrying():
                self._requests.retrying(event)
            case Throttled():
                self._requests.throttled(event)
            case Progressed():
                self._jobs.progressed(event)
            case Joined():
                self._jobs.joined(event)
            case Stopped():
                self._jobs.stopped(event)
            case Spent():
                self._jobs.spent(event)

    def observe_slots(self, slots: Slots) -> None:
        """Let the metrics tell of a pool of render slots, for as long as it exists."""
        self._pools.add(slots)


def _version() -> str:
    """Ours; empty where the package is used without having been installed."""
    try:
        return version("heygen-async")
    except PackageNotFoundError:
        return ""
