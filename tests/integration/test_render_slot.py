"""One pool for videos, agents and translations: what a caller starts himself waits in line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from heygen_async import (
    ConcurrencyLimitError,
    CreateVideoAgentRequest,
    HeyGen,
    Job,
    Look,
    Orchestrator,
    Policies,
    Progressed,
    Script,
    Stage,
    UsageError,
)
from heygen_async.simulator import Fault, Simulator

REQUEST = CreateVideoAgentRequest(prompt="A film about bread")


def jobs(number: int) -> list[Job]:
    speech = Script("Hello", voice_id="sim-voice-anna")
    return [Job(avatar=Look("sim-look-mia"), speech=speech, id=f"job-{n}") for n in range(number)]


async def agent(heygen: HeyGen, orchestrator: Orchestrator) -> None:
    async with orchestrator.render_slot():
        session = await heygen.video_agents.create(REQUEST, concurrency="raise")
        await heygen.video_agents.wait(session.session_id)


async def test_agents_and_videos_share_the_slots_and_none_is_refused() -> None:
    async with Simulator(render_slots=3) as simulator:
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, render_slots=3) as orchestrator,
            asyncio.TaskGroup() as tasks,
        ):
            for job in jobs(9):
                tasks.create_task(orchestrator.produce(job))
            for _ in range(4):
                tasks.create_task(agent(heygen, orchestrator))

        assert simulator.ledger.peak_renders == 3
        assert simulator.ledger.requests["createVideo"] == 9
        assert simulator.ledger.requests["createVideoAgentSession"] == 4
        assert orchestrator.slots.held == 0


async def test_a_full_pool_inside_the_block_shrinks_the_learnt_limit_and_is_told() -> None:
    async with Simulator(render_slots=2) as simulator:
        simulator.add_fault(Fault("concurrency_limited", operation="createVideoAgentSession"))
        async with (
            HeyGen("any", base_url=simulator.url) as heygen,
            Orchestrator(heygen, render_slots=None) as orchestrator,
        ):
            before = orchestrator.slots.limit
            with pytest.raises(ConcurrencyLimitError):
                await agent(heygen, orchestrator)

            assert orchestrator.slots.limit < before
            assert orchestrator.slots.held == 0


async def test_what_settles_in_full_slots_widens_the_learnt_limit() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, render_slots=None) as orchestrator:
            before = orchestrator.slots.limit

            async with asyncio.TaskGroup() as tasks:
                for _ in range(before + 2):
                    tasks.create_task(agent(heygen, orchestrator))

            assert orchestrator.slots.limit > before


@pytest.mark.parametrize("end", ["error", "cancel"])
async def test_the_slot_is_given_back_however_the_block_ends(end: str) -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with Orchestrator(heygen, render_slots=1) as orchestrator:

            async def fail() -> None:
                raise ZeroDivisionError

            async def linger() -> None:
                await asyncio.sleep(60)

            body: Callable[[], Awaitable[None]] = {"error": fail, "cancel": linger}[end]
            with pytest.raises((ZeroDivisionError, TimeoutError)):
                async with asyncio.timeout(1), orchestrator.render_slot():
                    await body()

            assert (orchestrator.slots.held, orchestrator.slots.limit) == (0, 1)
            async with asyncio.timeout(1), orchestrator.render_slot():
                assert orchestrator.slots.held == 1


@pytest.mark.parametrize(("in_order", "first"), [(False, "long"), (True, "short")])
async def test_a_longer_one_goes_first_unless_order_is_asked_for(
    in_order: bool, first: str
) -> None:
    began: list[str] = []
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        policies = Policies(in_order=in_order)
        async with Orchestrator(heygen, render_slots=1, policies=policies) as orchestrator:

            async def use(name: str, seconds: float) -> None:
                async with orchestrator.render_slot(seconds):
                    began.append(name)

            async with asyncio.TaskGroup() as tasks:
                async with orchestrator.render_slot():
                    tasks.create_task(use("short", 10))
                    tasks.create_task(use("long", 1000))
                    await asyncio.sleep(1)
                    assert began == []

        assert began[0] == first


async def test_a_closed_orchestrator_has_no_slots() -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        orchestrator = Orchestrator(heygen)

        with pytest.raises(UsageError):
            async with orchestrator.render_slot():
                raise AssertionError("it was let in")


@pytest.mark.parametrize("fault", ["rate_limited", "concurrency_limited"])
async def test_a_batch_waits_out_a_pause_that_is_longer_than_a_caller_would(fault: str) -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault(fault, operation="createVideo", retry_after=300, times=2))
        stages: list[Stage] = []

        def note(event: object) -> None:
            if isinstance(event, Progressed):
                stages.append(event.stage)

        async with Orchestrator(heygen, render_slots=5, observer=note) as orchestrator:
            async with orchestrator.produce_many(jobs(20)) as outcomes:
                errors = [outcome.error async for outcome in outcomes]

            assert orchestrator.slots.held == 0

        assert errors == [None] * 20
        assert simulator.charges("createVideo") == 20
        assert simulator.ledger.early_requests == []
        assert Stage.PAUSED in stages
