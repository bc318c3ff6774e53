"""Lost answers beside other misfortune."""

from __future__ import annotations

import asyncio

from heygen_async.api.v3.video_agents_schemas import CreateVideoAgentRequest
from heygen_async.client import HeyGen
from heygen_async.models.job import Job, Look, Script
from heygen_async.orchestrator import Orchestrator
from heygen_async.simulator import Fault, Simulator
from heygen_async.transport.observer import Retrying

WISH = CreateVideoAgentRequest(prompt="A video of five seconds.")
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


async def test_a_refused_connection_is_tried_again_even_by_what_must_not_be_repeated() -> None:
    async with Simulator() as simulator, HeyGen("k", base_url=simulator.url) as heygen:
        async with asyncio.TaskGroup() as tasks:
            async with simulator.unreachable():
                wish = tasks.create_task(heygen.video_agents.create(WISH))
                await asyncio.sleep(0.1)

        assert wish.result().session_id
        assert simulator.ledger.requests["createVideoAgentSession"] == 1
