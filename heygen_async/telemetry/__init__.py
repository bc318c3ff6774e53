"""OpenTelemetry: spans and metrics, made from the events of a client and an Orchestrator.

::

    telemetry = Telemetry()
    async with HeyGen(observer=telemetry) as heygen:
        async with Orchestrator(heygen, observer=telemetry) as orchestrator:
            telemetry.observe_slots(orchestrator.slots)
            await orchestrator.produce(job)

It needs the extra ``otel``, which is OpenTelemetry's API and no more: which SDK, exporter and
sampler there are is the application's choice, and without an SDK all of this does nothing.

Theory
------
1. *Whose event is it?* A run is one coroutine, and what it does is told from the task that runs it.
   So the current task says which job a stage, a request or a price belongs to, however many jobs
   run at once. The looks of a multiplexer serve all jobs; they come from a task of its own and
   belong to none, so they begin traces of their own.
2. *Nothing is made current.* An observer is called in its caller's context, and what it left there
   would outlive a cancelled call. Parents are named explicitly instead: a job's is the span that is
   current where ``produce`` is awaited, or where ``produce_many`` is entered.
3. *A request's span is made when it is over*, and dated back by its duration. No trace header is
   sent: HeyGen is no part of the caller's system.
4. *Metrics carry words from short lists only.* Ids belong to spans. Neither carries a key, a query,
   a signed address, or what a script says.

HTTP spans and ``http.client.request.duration`` follow OpenTelemetry's semantic conventions for HTTP
clients (1.36.0, read 2026-11-21); where they ask for the class of an error, it is one of ours. All
other names begin with ``heygen.``.
"""

from __future__ import annotations

try:
    import opentelemetry.metrics
    import opentelemetry.trace  # noqa: F401 - only to say what is missing
except ImportError as error:
    raise ImportError(
        "heygen_async.telemetry needs opentelemetry-api: "
        "install the extra with pip install 'heygen-async[otel]'"
    ) from error

from heygen_async.telemetry.observer import Telemetry

__all__ = ["Telemetry"]
