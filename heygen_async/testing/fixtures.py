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
