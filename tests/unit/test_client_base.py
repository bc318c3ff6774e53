from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from heygen_async.client import HeyGen
from heygen_async.errors import InvalidInputError, UsageError
from heygen_async.simulator import Simulator


@pytest.fixture
async def heygen() -> AsyncIterator[HeyGen]:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        yield heygen


async def test_after_the_close_nothing_is_waited_for(heygen: HeyGen) -> None:
    await heygen.close()

    with pytest.raises(UsageError, match="closed"):
        await heygen.videos.wait("v", timeout=None)


@pytest.mark.parametrize("name", ["", "a,b", None], ids=repr)
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
