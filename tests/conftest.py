"""Every async test runs on virtual time, unless it is marked ``real_time``.

The unit tests of the rooms that own tasks, timers and threads run in asyncio's debug mode, which
finds coroutines that nobody awaits and calls from the wrong thread. It doubles the price of every
callback, so all others run without.
"""

from __future__ import annotations

import asyncio
import asyncio.constants
import gc
import math
import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from heygen_async.testing.virtual import VirtualTimeLoop

# A shell starts what runs in its background with ctrl-c ignored, and nohup with hangups; and so
# would be all that the tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# In debug mode each callback, future and task keeps the stack it came from, of which ten frames are
# a fifth of a test's time. The last ones tell enough.
asyncio.constants.DEBUG_STACK_DEPTH = 2

_ROOMS = ("journal", "pipeline", "transport", "waiting")
_DEBUGGED = [Path(__file__).parent / "unit" / room for room in _ROOMS]


class _Calm(asyncio.BaseEventLoop):
    """Without debug mode, whatever pytest-asyncio says."""

    def set_debug(self, enabled: bool) -> None:
        super().set_debug(False)


class _CalmReal(_Calm, asyncio.SelectorEventLoop):
    pass


class _CalmVirtual(_Calm, VirtualTimeLoop):
    pass


# By whether they run on real time.
_DEBUG = {True: {"real": asyncio.new_event_loop}, False: {"virtual": VirtualTimeLoop}}
_CALM = {True: {"real": _CalmReal}, False: {"virtual": _CalmVirtual}}


def pytest_asyncio_loop_factories(
    config: pytest.Config, item: pytest.Item
) -> Mapping[str, Callable[[], asyncio.AbstractEventLoop]]:
    loops = _DEBUG if any(map(item.path.is_relative_to, _DEBUGGED)) else _CALM
    return loops[item.get_closest_marker("real_time") is not None]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    # Tests of processes, threads and renders wait for them: half as many again keep the cores busy.
    return math.ceil(1.5 * (os.cpu_count() or 1))


def pytest_collection_finish() -> None:
    # Thousands of collected tests live to the end: the collector need not look at them each time.
    gc.collect()
    gc.freeze()


@pytest.fixture
def portrait() -> Path:
    return Path(__file__).parent / "samples" / "portrait.jpg"
