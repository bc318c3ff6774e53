"""Every async test runs on virtual time, unless it is marked ``real_time``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from heygen_async.testing.virtual import VirtualTimeLoop

_REAL = {"real": asyncio.new_event_loop}
_VIRTUAL = {"virtual": VirtualTimeLoop}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    return _REAL if item.get_closest_marker("real_time") else _VIRTUAL


@pytest.fixture
def portrait() -> Path:
    return Path(__file__).parent / "samples" / "portrait.jpg"
