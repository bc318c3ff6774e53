"""Attempts, retries and closed gates, in the words of the conventions for HTTP clients."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from opentelemetry.context import Context
from opentelemetry.metrics import Meter
from opentelemetry.trace import SpanKind, StatusCode, Tracer

from heygen_async.transport.observer import RequestFinished, Retrying, Throttled

__all__ = ["Requests"]

# Seconds; what the conventions ask for and a minute more, as creating a video may take half of one.
_SECONDS = (
    *(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75),
    *(1.0, 2.5, 5.0, 7.5, 10.0, 30.0, 60.0),
)
_CLOSED_SECONDS = (1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 3600.0)

_METHODS = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
)
_PORTS = {"http": 80, "https": 443}

_Attributes = dict[str, str | int]


class Requests:
    """Makes spans and metrics of a client's requests.

    Args:
        tracer: starts the spans.
        meter: whose instruments they are.
        nanoseconds: wall time.
        context: what a request's span is a child of, at the moment it is asked.
    """

    def __init__(
        self,
        tracer: Tracer,
        meter: Meter,
        nanoseconds: Callable[[], int],
        context: Callable[[], Context],
    ) -> None:
        self._tracer = tracer
        self._nanoseconds = nanoseconds
        self._context = context
        self._seconds = meter.create_histogram(
            "http.client.request.duration",
            "s",
            "Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._retries = meter.create_counter(
            "heygen.request.retries", "{retry}", "Attempts that failed and were followed by another"
        )
        self._closed = meter.create_histogram(
            "heygen.throttle.duration",
            "s",
            "Time for which a 429 closed the gate for all requests of a scope",
            explicit_bucket_boundaries_advisory=_CLOSED_SECONDS,
        )

    def finished(self, event: RequestFinished) -> None:
        """An attempt is over: a count, a duration, and a span dated back to its start."""
        words = _words(event)
        self._seconds.record(event.seconds, words)
        details: _Attributes = {"url.full": event.url}
        if event.attempt > 1:
            details["http.request.resend_count"] = event.attempt - 1
        if event.request_id is not None:
            details["heygen.request.id"] = event.request_id
        ended = self._nanoseconds()
        verb = event.method if event.method in _METHODS else "HTTP"
        span = self._tracer.start_span(
            f"{verb} {event.route}" if event.route and _named(event) else verb,
            self._context(),
            SpanKind.CLIENT,
            {**words, **details},
            start_time=ended - int(event.seconds * 1e9),
        )
        if "error.type" in words:
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    def retrying(self, event: Retrying) -> None:
        """An attempt failed and another will follow."""
        self._retries.add(1, {"heygen.operation": event.operation, "error.type": event.cause})

    def throttled(self, event: Throttled) -> None:
        """A gate is closed."""
        words = {"heygen.throttle.scope": event.scope, "heygen.throttle.kind": event.kind}
        self._closed.record(event.seconds, words)


def _words(event: RequestFinished) -> _Attributes:
    """What the span and the metrics both say."""
    server = urlsplit(event.url)
    words: _Attributes = {
        "http.request.method": event.method if event.method in _METHODS else "_OTHER",
        "server.address": server.hostname or "",
        "server.port": server.port or _PORTS.get(server.scheme, 443),
    }
    if _named(event):
        words["heygen.operation"] = event.operation
        if event.route:
            words["url.template"] = event.route
    if event.status is not None:
        words["http.response.status_code"] = event.status
    error = str(event.status) if (event.status or 0) >= 400 else event.error
    if error is not None:
        words["error.type"] = error
    return words


def _named(event: RequestFinished) -> bool:
    """Whether the operation is one of few: ``HeyGen.request`` has a path with ids in it instead."""
    return event.operation != f"{event.method} {event.route}"
