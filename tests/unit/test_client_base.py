from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.errors import InvalidInputError, UsageError
from heygen_async.models.policies import PollPolicy
from heygen_async.simulator import Simulator


@pytest.fixture
async def heygen() -> AsyncIterator[HeyGen]:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        yield heygen


async def test_after_the_close_nothing_is_waited_for(heygen: HeyGen) -> None:
    await heygen.close()

    with pytest.raises(UsageError, match="closed"):
        await heygen.videos.wait("v", timeout=None)


@pytest.mark.parametrize("name", ["", "a,b", "..", None], ids=repr)
async def test_what_cannot_be_an_id_is_refused_and_spoils_no_look(
    heygen: HeyGen, name: str
) -> None:
    other = asyncio.create_task(heygen.videos.wait("sim-video-none"))
    await asyncio.sleep(0)

    with pytest.raises(InvalidInputError, match="id"):
        await heygen.watch("video", name, timeout=10)

    other.cancel()
    await asyncio.wait([other])


async def test_a_waiter_that_waits_on_while_the_client_closes_harms_nobody(heygen: HeyGen) -> None:
    async def stubborn() -> None:
        try:
            await heygen.watch("video", "v", timeout=None)
        except UsageError:
            await heygen.watch("voice_clone", "c", timeout=None)

    kinds = ("video", "avatar_look", "lipsync")
    others = [asyncio.create_task(heygen.watch(kind, "x", timeout=None)) for kind in kinds]
    waiter = asyncio.create_task(stubborn())
    await asyncio.sleep(0.1)

    await heygen.close()

    done, pending = await asyncio.wait([waiter, *others], timeout=60)
    assert pending == set()
    assert {type(task.exception()) for task in done} == {UsageError}


async def test_whoever_is_cancelled_while_closing_has_ended_all_waiting(heygen: HeyGen) -> None:
    kinds = ("video", "avatar_look", "lipsync")
    waiters = [asyncio.create_task(heygen.watch(kind, "x", timeout=None)) for kind in kinds]
    await asyncio.sleep(0.1)

    closing = asyncio.create_task(heygen.close())
    await asyncio.sleep(0)
    closing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await closing

    done, pending = await asyncio.wait(waiters, timeout=60)
    assert pending == set()
    assert {type(task.exception()) for task in done} == {UsageError}
    others = asyncio.all_tasks() - {asyncio.current_task()}
    assert not [task for task in others if task.get_name().startswith("heygen-async")]


HERE = "http://127.0.0.1:8080"


@pytest.mark.parametrize("client", [HeyGen, AgentAI])
async def test_a_simulator_s_speed_comes_from_the_environment(
    client: type[HeyGen | AgentAI], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEYGEN_SIMULATOR_SPEED", "60")

    assert client("any", base_url=HERE)._poll == PollPolicy().faster(60)
    assert client("any", base_url=HERE, poll=PollPolicy(price=7))._poll == PollPolicy(price=7)


@pytest.mark.parametrize("speed", [None, ""])
async def test_without_a_speed_jobs_take_as_long_as_heygen_s(
    speed: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEYGEN_SIMULATOR_SPEED", raising=False)
    if speed is not None:
        monkeypatch.setenv("HEYGEN_SIMULATOR_SPEED", speed)

    assert HeyGen("any", base_url=HERE)._poll == PollPolicy()


@pytest.mark.parametrize("speed", ["0", "-60", "nan", "inf", "1e-300", "fast"])
async def test_a_speed_that_is_no_positive_number_is_refused_by_its_name(
    speed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEYGEN_SIMULATOR_SPEED", speed)

    with pytest.raises(InvalidInputError, match=f"^HEYGEN_SIMULATOR_SPEED must be .*{speed}"):
        HeyGen("any", base_url=HERE)


@pytest.mark.parametrize("client", [HeyGen, AgentAI])
async def test_the_real_api_is_not_asked_as_often_as_a_simulator(
    client: type[HeyGen | AgentAI], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HEYGEN_API_KEY", "AGENTAI_API_KEY"):
        monkeypatch.setenv(name, "any")
    for name in ("HEYGEN_BASE_URL", "AGENTAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HEYGEN_SIMULATOR_SPEED", "60")

    with pytest.raises(InvalidInputError, match="HEYGEN_SIMULATOR_SPEED is a simulator's"):
        client()
