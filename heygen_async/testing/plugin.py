"""The pytest plugin that comes with the package: virtual time for marked tests, and a simulator.

Everybody who installs the package gets this plugin, so it changes nothing for a test that does not
ask. Two traps decide its shape:

* pytest-asyncio takes an implementation of `pytest_asyncio_loop_factories` that answers None for an
  error, not for "no opinion" (read in 1.5.0, 2026-11-21): merely having the hook would break every
  other async test of the run. So it is registered for the one moment in which a marked test is
  given its loop, and taken away again.
* In pytest-asyncio's strict mode only its own `fixture` makes async fixtures. So ours live in a
  module of their own, loaded if pytest-asyncio is there.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator, Mapping
from importlib import import_module
from typing import Any

import pytest

_HOOK = "pytest_asyncio_loop_factories"
_ADVICE = "the marker virtual_time needs pytest-asyncio 1.4 or newer"


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known, and the fixtures if something can run them."""
    config.addinivalue_line(
        "markers",
        "virtual_time: run this async test on a loop whose clock jumps instead of waiting",
    )
    config.addinivalue_line(
        "markers",
        "real_time: run this async test on an ordinary loop, whatever its class or module says",
    )
    plugins = config.pluginmanager
    if plugins.hasplugin("asyncio") or plugins.hasplugin("pytest_asyncio.plugin"):
        plugins.register(import_module("heygen_async.testing.fixtures"), "heygen_async_fixtures")


@pytest.hookimpl(wrapper=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> Generator[None, Any, Any]:
    """Have pytest-asyncio run a marked test on virtual time."""
    if not (inspect.iscoroutinefunction(metafunc.function) and _wants_virtual_time(metafunc)):
        return (yield)
    plugins = metafunc.config.pluginmanager
    if getattr(plugins.hook, _HOOK, None) is None:
        pytest.fail(f"{metafunc.definition.nodeid}: {_ADVICE}", pytrace=False)
    _made_asynchronous(metafunc)
    loops = _VirtualLoops()
    plugins.register(loops)
    try:
        return (yield)
    finally:
        plugins.unregister(loops)


def _made_asynchronous(metafunc: pytest.Metafunc) -> None:
    """Mark it for pytest-asyncio, which in strict mode would leave it to somebody else."""
    if metafunc.definition.get_closest_marker("asyncio") is None:
        metafunc.definition.add_marker(pytest.mark.asyncio)
        # The items that come of the definition have the function's marks.
        function = inspect.unwrap(getattr(metafunc.function, "__func__", metafunc.function))
        pytest.mark.asyncio(function)


class _VirtualLoops:
    @pytest.hookimpl(optionalhook=True, tryfirst=True)
    def pytest_asyncio_loop_factories(self) -> Mapping[str, Callable[[], Any]]:
        return {"virtual": import_module("heygen_async.testing.virtual").VirtualTimeLoop}


def _wants_virtual_time(metafunc: pytest.Metafunc) -> bool:
    """Whether the nearest of the two markers is `virtual_time`."""
    for marker in metafunc.definition.iter_markers():
        if marker.name in {"virtual_time", "real_time"}:
            return marker.name == "virtual_time"
    return False
