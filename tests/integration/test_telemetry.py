"""Spans and metrics of real runs, from the first byte of a photo to the last of its video."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from heygen_async import HeyGen, Job, Look, Orchestrator, Photo, Script
from heygen_async.simulator import Fault, Simulator
from heygen_async.telemetry import Telemetry

KEY = "the-key-that-nobody-may-see"


class Tree:
    """Finished spans, and what is in what."""

    def __init__(self, spans: tuple[ReadableSpan, ...]) -> None:
        self.spans = spans
        self._named = {span.context.span_id: span for span in spans}

    def above(self, span: ReadableSpan) -> Iterator[ReadableSpan]:
        while span.parent is not None and span.parent.span_id in self._named:
            span = self._named[span.parent.span_id]
            yield span

    def path(self, span: ReadableSpan) -> str:
        return " < ".join([span.name, *(one.name for one in self.above(span))])

    def paths(self) -> Counter[str]:
        return Counter(map(self.path, self.spans))

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans if span.name == name]


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> TracerProvider:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


@pytest.fixture
def reader() -> InMemoryMetricReader:
    return InMemoryMetricReader()


@pytest.fixture
def telemetry(provider: TracerProvider, reader: InMemoryMetricReader) -> Telemetry:
    return Telemetry(
        tracer_provider=provider,
        meter_provider=MeterProvider([reader]),
        now=lambda: asyncio.get_running_loop().time(),
    )


def total(reader: InMemoryMetricReader, name: str) -> float:
    data: Any = reader.get_metrics_data()
    return float(
        sum(
            point.value if hasattr(point, "value") else point.count
            for scope in data.resource_metrics[0].scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        )
    )


async def test_jobs_at_the_same_time_have_a_tree_each(
    telemetry: Telemetry,
    provider: TracerProvider,
    exporter: InMemorySpanExporter,
    reader: InMemoryMetricReader,
    portrait: Path,
    tmp_path: Path,
) -> None:
    tracer = provider.get_tracer("the application")
    jobs = [
        Job(
            id=name,
            avatar=Photo(portrait),
            speech=Script(f"I am {name}.", voice_id="sim-voice-anna"),
            output=tmp_path / f"{name}.mp4",
        )
        for name in ("ada", "grace", "mary")
    ]

    async with (
        Simulator() as simulator,
        HeyGen(KEY, base_url=simulator.url, observer=telemetry) as heygen,
        Orchestrator(heygen, render_slots=1, observer=telemetry) as orchestrator,
    ):
        simulator.add_fault(Fault("internal_error", operation="createVideo", times=1))
        telemetry.observe_slots(orchestrator.slots)
        with tracer.start_as_current_span("the caller"):
            await asyncio.gather(*map(orchestrator.produce, jobs))
        arrived = simulator.ledger.requests
        spent = orchestrator.budget.spent
        slots = total(reader, "heygen.render_slot.limit")

    tree = Tree(exporter.get_finished_spans())
    paths = tree.paths()
    # A look at a single video has told all about it; after one at several each is read once more.
    read = "GET /v3/videos/{video_id} < render video < produce video < the caller"
    assert paths.pop(read, 0) <= 3
    assert {path: n for path, n in paths.items() if path.endswith("the caller")} == {
        "the caller": 1,
        "produce video < the caller": 3,
        "upload file < produce video < the caller": 1,
        "POST /v3/assets < upload file < produce video < the caller": 1,
        "train avatar < produce video < the caller": 1,
        "POST /v3/avatars < train avatar < produce video < the caller": 1,
        "wait for render slot < produce video < the caller": 3,
        "render video < produce video < the caller": 3,
        "POST /v3/videos < render video < produce video < the caller": 4,
        "download video < produce video < the caller": 3,
        "GET < download video < produce video < the caller": 3,
    }
    # The looks serve all three, and belong to none of them.
    looks = [path for path in paths if not path.endswith("the caller")]
    assert set(looks) <= {
        "GET /v3/avatars/looks/{look_id}",
        "GET /v3/videos/statuses",
        "GET /v3/videos/{video_id}",
    }
    assert looks
    for span in tree.named("produce video"):
        assert span.attributes is not None
        assert span.attributes["heygen.job.outcome"] == "done"
    for stage in tree.named("render video"):
        (job,) = (one for one in tree.above(stage) if one.name == "produce video")
        assert (stage.attributes or {})["heygen.resource.id"] == (job.attributes or {})[
            "heygen.video.id"
        ]
    assert total(reader, "http.client.request.duration") == sum(arrived.values())
    assert total(reader, "heygen.request.retries") == 1
    assert total(reader, "heygen.cost") == pytest.approx(spent)
    assert total(reader, "heygen.job.count") == 0
    assert slots == 1


async def test_no_span_says_what_is_nobody_s_business(
    telemetry: Telemetry,
    exporter: InMemorySpanExporter,
    reader: InMemoryMetricReader,
    portrait: Path,
    tmp_path: Path,
) -> None:
    words = "My bank's number is fifteen."
    job = Job(
        avatar=Photo(portrait),
        speech=Script(words, voice_id="sim-voice-anna"),
        output=tmp_path / "a.mp4",
    )

    async with (
        Simulator() as simulator,
        HeyGen(KEY, base_url=simulator.url, observer=telemetry) as heygen,
        Orchestrator(heygen, observer=telemetry) as orchestrator,
    ):
        video = await orchestrator.produce(job)

    said = "".join(span.to_json() for span in exporter.get_finished_spans())
    counted = repr(reader.get_metrics_data())
    assert video.video_url is not None
    assert "produce video" in said
    for secret in (KEY, words, video.video_url, video.video_url.partition("?")[2], "?"):
        assert secret not in said + counted


async def test_a_run_that_is_timed_out_ends_its_spans_and_the_next_has_its_own(
    telemetry: Telemetry, exporter: InMemorySpanExporter, provider: TracerProvider
) -> None:
    tracer = provider.get_tracer("the application")
    job = Job(avatar=Look("sim-look-mia"), speech=Script("Patience.", voice_id="sim-voice-ben"))

    async with (
        Simulator() as simulator,
        HeyGen(KEY, base_url=simulator.url, observer=telemetry) as heygen,
        Orchestrator(heygen, observer=telemetry) as orchestrator,
    ):
        with pytest.raises(TimeoutError), tracer.start_as_current_span("hurried"):
            async with asyncio.timeout(10):
                await orchestrator.produce(job)
        after = [span.name for span in exporter.get_finished_spans()]
        await heygen.account.me()
        with tracer.start_as_current_span("patient"):
            await orchestrator.produce(job)

    tree = Tree(exporter.get_finished_spans())
    assert after[-2:] == ["produce video", "hurried"]
    assert [
        (span.attributes or {})["heygen.job.outcome"] for span in tree.named("produce video")
    ] == [
        "stopped",
        "done",
    ]
    assert tree.paths()["GET /v3/users/me"] == 1
    assert tree.paths()["render video < produce video < hurried"] == 1
    assert tree.paths()["render video < produce video < patient"] == 1


async def test_a_batch_belongs_to_whoever_entered_it(
    telemetry: Telemetry, exporter: InMemorySpanExporter, provider: TracerProvider
) -> None:
    tracer = provider.get_tracer("the application")
    jobs = [
        Job(avatar=Look("sim-look-mia"), speech=Script(f"Number {n}.", voice_id="sim-voice-ben"))
        for n in range(3)
    ]

    async with (
        Simulator() as simulator,
        HeyGen(KEY, base_url=simulator.url, observer=telemetry) as heygen,
        Orchestrator(heygen, observer=telemetry) as orchestrator,
    ):
        simulator.add_fault(Fault("failed", operation="createVideo", times=1))
        with tracer.start_as_current_span("the batch"):
            async with orchestrator.produce_many(jobs) as outcomes:
                ended = [outcome.done async for outcome in outcomes]

    tree = Tree(exporter.get_finished_spans())
    assert sorted(ended) == [False, True, True]
    assert tree.paths()["produce video < the batch"] == 3
    assert sorted(
        (span.attributes or {}).get("error.type", "") for span in tree.named("produce video")
    ) == [
        "",
        "",
        "VideoFailedError",
    ]
