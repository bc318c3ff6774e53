"""Lost answers beside other misfortune."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from heygen_async.api.v3.video_agents_schemas import CreateVideoAgentRequest
from heygen_async.client import HeyGen
from heygen_async.errors import UncertainError
from heygen_async.journal import MemoryJournal
from heygen_async.models.job import Job, Look, Photo, Script
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


async def test_a_repetition_names_what_it_named_before_though_that_is_gone(portrait: Path) -> None:
    job = Job(avatar=Photo(portrait), speech=Script("Hello.", voice_id="sim-voice-anna"))
    journal = MemoryJournal()
    async with Simulator() as simulator, HeyGen("k", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault("lost_answer", operation="createVideo", times=5))
        async with Orchestrator(heygen, journal=journal) as orchestrator:
            with pytest.raises(UncertainError):
                await orchestrator.produce(job)
        simulator.clear_faults()
        (account,) = simulator.world.accounts.values()
        (look_id,) = account.looks
        await heygen.avatars.delete(look_id)

        async with Orchestrator(heygen, journal=journal) as orchestrator:
            await orchestrator.produce(job)

        charged = Counter(charge.operation for charge in simulator.ledger.charges)
        assert charged == {"createAvatar": 1, "createVideo": 1}


async def test_a_refused_connection_is_tried_again_even_by_what_must_not_be_repeated() -> None:
    async with Simulator() as simulator, HeyGen("k", base_url=simulator.url) as heygen:
        async with asyncio.TaskGroup() as tasks:
            async with simulator.unreachable():
                wish = tasks.create_task(heygen.video_agents.create(WISH))
                await asyncio.sleep(0.1)

        assert wish.result().session_id
        assert simulator.ledger.requests["createVideoAgentSession"] == 1
