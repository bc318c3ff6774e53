from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from heygen_async.models.outcome import Progressed, Spent, Stage, Stopped
from heygen_async.pipeline.slots import RenderSlots
from heygen_async.telemetry import Telemetry
from heygen_async.transport.observer import (
    RequestFinished,
    Retrying,
    Throttled,
    TransferProgress,
)


class Collected:
    """A Telemetry, and what came out of it."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._reader = InMemoryMetricReader()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracer = self.provider.get_tracer("the application")
        self.tell = Telemetry(
            tracer_provider=self.provider,
            meter_provider=MeterProvider([self._reader]),
            now=lambda: asyncio.get_running_loop().time(),
        )

    @property
    def spans(self) -> list[ReadableSpan]:
        return list(self._exporter.get_finished_spans())

    def span(self, name: str) -> ReadableSpan:
        (found,) = [span for span in self.spans if span.name == name]
        return found

    def parent(self, name: str) -> str | None:
        parent = self.span(name).parent
        if parent is None:
            return None
        return next(one.name for one in self.spans if one.context.span_id == parent.span_id)

    def points(self, name: str) -> dict[tuple[Any, ...], Any]:
        """Sums and counters by the values of their attributes."""
        data = self._reader.get_metrics_data()
        return {
            tuple(point.attributes.values()): getattr(point, "value", None)
            if hasattr(point, "value")
            else (point.count, point.sum)
            for resource in (data.resource_metrics if data is not None else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        }


@pytest.fixture
def collected() -> Collected:
    return Collected()


def progressed(stage: Stage, job: str = "j", **detail: str) -> Progressed:
    return Progressed(job_id=job, stage=stage, at=asyncio.get_running_loop().time(), detail=detail)


def finished(**changes: Any) -> RequestFinished:
    usual: Mapping[str, Any] = {
        "operation": "createVideo",
        "method": "POST",
        "route": "/v3/videos",
        "url": "https://api.heygen.com/v3/videos",
        "status": 200,
        "seconds": 1.5,
        "attempt": 1,
        "request_id": "r1",
    }
    return RequestFinished(**{**usual, **changes})


async def test_a_run_is_a_span_with_its_stages_in_it(collected: Collected) -> None:
    with collected.tracer.start_as_current_span("the caller"):
        collected.tell(progressed(Stage.ACCEPTED))
        collected.tell(progressed(Stage.TRAINING))
        await asyncio.sleep(60)
        collected.tell(progressed(Stage.TRAINING, id="look-1"))
        collected.tell(progressed(Stage.RENDERING))
        await asyncio.sleep(120)
        collected.tell(progressed(Stage.DONE, id="video-1"))

    run, training = collected.span("produce video"), collected.span("train avatar")
    assert [collected.parent(name) for name in ("produce video", "train avatar")] == [
        "the caller",
        "produce video",
    ]
    assert dict(run.attributes or {}) == {
        "heygen.job.id": "j",
        "heygen.video.id": "video-1",
        "heygen.job.outcome": "done",
        "heygen.job.cost": 0.0,
    }
    assert (training.attributes or {})["heygen.resource.id"] == "look-1"
    assert training.end_time - training.start_time == 60e9  # type: ignore[operator]
    assert collected.points("heygen.job.duration") == {("done",): (1, 180.0)}
    assert collected.points("heygen.job.stage.duration") == {
        ("training",): (1, 60.0),
        ("rendering",): (1, 120.0),
    }


async def test_events_go_to_the_job_whose_task_tells_them(collected: Collected) -> None:
    async def run(job: str) -> None:
        collected.tell(progressed(Stage.ACCEPTED, job))
        for stage in (Stage.QUEUED, Stage.RENDERING):
            collected.tell(progressed(stage, job))
            await asyncio.sleep(1)
            collected.tell(finished(request_id=f"{job} {stage}"))
        collected.tell(Spent(stream=f"video:{job}", price=len(job)))
        collected.tell(progressed(Stage.DONE, job))

    await asyncio.gather(run("a"), run("bb"), run("ccc"))

    named = {span.context.span_id: span for span in collected.spans}
    for request in (span for span in collected.spans if span.kind is SpanKind.CLIENT):
        stage = named[request.parent.span_id]  # type: ignore[union-attr]
        job = named[stage.parent.span_id]  # type: ignore[union-attr]
        said = f"{job.attributes['heygen.job.id']} {stage.attributes['heygen.job.stage']}"  # type: ignore[index]
        assert said == request.attributes["heygen.request.id"]  # type: ignore[index]
    costs = {
        span.attributes["heygen.job.id"]: span.attributes["heygen.job.cost"]  # type: ignore[index]
        for span in collected.spans
        if span.name == "produce video"
    }
    assert costs == {"a": 1.0, "bb": 2.0, "ccc": 3.0}
    assert collected.points("heygen.cost") == {("video",): 6.0}


async def test_a_request_outside_of_runs_belongs_to_the_caller(collected: Collected) -> None:
    with collected.tracer.start_as_current_span("the caller"):
        collected.tell(finished())

    span = collected.span("POST /v3/videos")
    assert collected.parent(span.name) == "the caller"
    assert span.kind is SpanKind.CLIENT
    assert span.end_time - span.start_time == 1.5e9  # type: ignore[operator]
    assert dict(span.attributes or {}) == {
        "http.request.method": "POST",
        "server.address": "api.heygen.com",
        "server.port": 443,
        "heygen.operation": "createVideo",
        "url.template": "/v3/videos",
        "http.response.status_code": 200,
        "url.full": "https://api.heygen.com/v3/videos",
        "heygen.request.id": "r1",
    }


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": 503, "error": "ServerError"}, "503"),
        ({"status": 404, "error": "NotFoundError"}, "404"),
        ({"status": None, "error": "ConnectionLostError"}, "ConnectionLostError"),
        ({"status": 200, "error": "ProtocolError"}, "ProtocolError"),
    ],
)
async def test_an_attempt_that_failed_says_why(
    collected: Collected, changes: dict[str, Any], said: str
) -> None:
    collected.tell(finished(attempt=3, **changes))

    span = collected.span("POST /v3/videos")
    assert span.status.status_code is StatusCode.ERROR
    assert (span.attributes or {})["error.type"] == said
    assert (span.attributes or {})["http.request.resend_count"] == 2
    (words,) = collected.points("http.client.request.duration")
    assert said in words


async def test_a_path_with_ids_in_it_names_nothing(collected: Collected) -> None:
    collected.tell(finished(operation="FOO /v3/podcasts/p1", method="FOO", route="/v3/podcasts/p1"))

    assert collected.span("HTTP").kind is SpanKind.CLIENT
    (words,) = collected.points("http.client.request.duration")
    assert words == ("_OTHER", "api.heygen.com", 443, 200)


async def test_retries_and_closed_gates_are_counted(collected: Collected) -> None:
    retry = Retrying(operation="createVideo", attempt=1, wait=2.0, cause="ServerError")
    closed = Throttled(operation="createVideo", scope="render", seconds=30.0, kind="rate")

    for event in (retry, retry, closed, closed):
        collected.tell(event)

    assert collected.points("heygen.request.retries") == {("createVideo", "ServerError"): 2}
    assert collected.points("heygen.throttle.duration") == {("render", "rate"): (2, 60.0)}


async def test_jobs_are_counted_where_they_are(collected: Collected) -> None:
    during: list[Any] = []

    async def run(job: str) -> None:
        collected.tell(progressed(Stage.ACCEPTED, job))
        collected.tell(progressed(Stage.RENDERING, job))
        await asyncio.sleep(10)
        during.append(collected.points("heygen.job.count"))
        collected.tell(progressed(Stage.DONE, job))

    await asyncio.gather(run("a"), run("b"))

    assert during[0] == {("accepted",): 0, ("rendering",): 2}
    assert collected.points("heygen.job.count") == {("accepted",): 0, ("rendering",): 0}


@pytest.mark.parametrize("stage", [one for one in Stage if one is not Stage.ACCEPTED])
async def test_every_stage_there_is_can_be_told(collected: Collected, stage: Stage) -> None:
    collected.tell(progressed(Stage.ACCEPTED))
    collected.tell(progressed(stage))
    collected.tell(progressed(Stage.DONE))

    assert collected.span("produce video").end_time is not None


async def test_a_failed_job_names_its_error_and_nothing_more(collected: Collected) -> None:
    collected.tell(progressed(Stage.ACCEPTED))
    collected.tell(progressed(Stage.RENDERING))
    collected.tell(progressed(Stage.FAILED, error="VideoFailedError"))

    for name in ("produce video", "render video"):
        assert collected.span(name).status.status_code is StatusCode.ERROR
        assert (collected.span(name).attributes or {})["error.type"] == "VideoFailedError"
    assert list(collected.points("heygen.job.duration")) == [("failed", "VideoFailedError")]


async def test_a_run_that_is_stopped_leaves_nothing_behind(collected: Collected) -> None:
    collected.tell(progressed(Stage.ACCEPTED))
    collected.tell(progressed(Stage.RENDERING))
    collected.tell(Stopped(job_id="j", at=asyncio.get_running_loop().time()))
    collected.tell(finished())

    assert collected.span("produce video").status.status_code is StatusCode.UNSET
    assert collected.span("POST /v3/videos").parent is None
    assert list(collected.points("heygen.job.duration")) == [("stopped",)]
    assert collected.points("heygen.job.count") == {("accepted",): 0, ("rendering",): 0}


async def test_a_run_that_ends_without_a_word_ends_with_its_task(collected: Collected) -> None:
    async def run() -> None:
        collected.tell(progressed(Stage.ACCEPTED))
        await asyncio.sleep(5)

    await asyncio.create_task(run())
    await asyncio.sleep(0)

    assert collected.points("heygen.job.duration") == {("stopped",): (1, 5.0)}


async def test_the_next_run_of_a_task_ends_one_that_did_not_say_so(collected: Collected) -> None:
    collected.tell(progressed(Stage.ACCEPTED, "a"))
    collected.tell(progressed(Stage.ACCEPTED, "b"))
    collected.tell(progressed(Stage.DONE, "b"))

    ended = [(span.attributes or {})["heygen.job.id"] for span in collected.spans]
    assert ended == ["a", "b"]


async def test_the_slots_of_all_pools_are_added_up(collected: Collected) -> None:
    busy, idle = RenderSlots(2), RenderSlots(3)
    collected.tell.observe_slots(busy)
    collected.tell.observe_slots(idle)

    async with busy.hold(), busy.hold():
        waiting = asyncio.create_task(busy.hold().__aenter__())
        await asyncio.sleep(0)
        told = [
            collected.points(f"heygen.render_slot.{name}")[()]
            for name in ("limit", "used", "pending_requests")
        ]
    await waiting

    assert told == [5, 2, 1]


async def test_a_pool_that_is_gone_is_not_told_of(collected: Collected) -> None:
    collected.tell.observe_slots(RenderSlots(2))

    gc.collect()

    assert collected.points("heygen.render_slot.limit") == {}


async def test_what_it_does_not_know_it_leaves_alone(collected: Collected) -> None:
    collected.tell(TransferProgress(operation="upload", name="a", done=1, total=None))
    collected.tell(progressed(Stage.RENDERING))
    collected.tell(object())

    assert collected.spans == []


async def test_without_an_sdk_it_does_nothing() -> None:
    tell = Telemetry()

    for event in (progressed(Stage.ACCEPTED), finished(), progressed(Stage.DONE)):
        tell(event)


@pytest.mark.parametrize(
    "program",
    [
        "import sys, heygen_async; heygen_async.HeyGen, heygen_async.Orchestrator\n"
        "assert not any(name.startswith('opentelemetry') for name in sys.modules)",
        "import sys; sys.modules['opentelemetry.trace'] = None\n"
        "try: import heygen_async.telemetry\n"
        "except ImportError as error: assert 'heygen-async[otel]' in str(error)\n"
        "else: raise AssertionError",
    ],
    ids=["nobody pays who does not use it", "it says what is missing"],
)
def test_opentelemetry_is_an_extra(program: str) -> None:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
