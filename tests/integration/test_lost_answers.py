"""Lost answers beside other misfortune."""

from __future__ import annotations

from heygen_async.client import HeyGen
from heygen_async.models.job import Job, Look, Script
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator
from heygen_async.transport.observer import Retrying

JOB = Job(avatar=Look("sim-look-mia"), speech=Script("Hello.", voice_id="sim-voice-anna"))


async def test_a_full_pool_behind_a_lost_answer_does_not_end_the_job() -> None:
    async with Simulator() as simulator:
        simulator.add_fault(Fault("lost_answer", operation="createVideo", times=1))
        met = []

        def full(event: object) -> None:
            """The pool is full when the request is repeated."""
            if isinstance(event, Retrying) and not met:
                fault = Fault("concurrency_limited", operation="createVideo", times=1)
                simulator.add_fault(fault)
                met.append(event)

        async with HeyGen("k", base_url=simulator.url, observer=full) as heygen:
            async with Orchestrator(heygen) as orchestrator:
                await orchestrator.produce(JOB)

        assert len(met) == 1
        assert not simulator.faults
        assert len(simulator.ledger.charges) == 1
