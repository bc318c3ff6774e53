"""The fixtures of the pytest plugin. Importing this needs pytest-asyncio."""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

import pytest_asyncio


@pytest_asyncio.fixture
async def heygen_simulator() -> AsyncIterator[Any]:
    """A `heygen_async.simulator.Simulator` of the test's own, running; its address is `url`.

    Needs the extra `simulator`, which is imported with the first test that asks.
    """
    async with import_module("heygen_async.simulator").Simulator() as simulator:
        yield simulator


@pytest_asyncio.fixture
async def heygen_client(heygen_simulator: Any) -> AsyncIterator[Any]:
    """A `heygen_async.HeyGen` that talks to the simulator of the test."""
    client = import_module("heygen_async").HeyGen
    async with client("simulated", base_url=heygen_simulator.url) as heygen:
        yield heygen
