from __future__ import annotations

import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

_INI = """
[pytest]
addopts = -p pytest_asyncio.plugin -p heygen_async.testing.plugin
asyncio_default_fixture_loop_scope = function
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makefile(".ini", pytest=_INI)
    return pytester


def test_only_a_marked_test_runs_on_virtual_time(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import asyncio, pytest
        def virtual():
            return type(asyncio.get_running_loop()).__name__ == "VirtualTimeLoop"
        @pytest.mark.asyncio
        async def test_unmarked():
            assert not virtual()
        @pytest.mark.asyncio
        @pytest.mark.virtual_time
        async def test_marked():
            assert virtual()
            await asyncio.sleep(3600)
        @pytest.mark.virtual_time
        class TestClass:
            @pytest.mark.asyncio
            async def test_inherits(self):
                assert virtual()
            @pytest.mark.asyncio
            @pytest.mark.real_time
            async def test_declines(self):
                assert not virtual()
            def test_sync(self):
                pass
        """
    )

    result = project.runpytest("--strict-markers")

    result.assert_outcomes(passed=5)


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_the_marker_is_enough_in_every_mode_of_pytest_asyncio(
    project: pytest.Pytester, mode: str
) -> None:
    project.makepyfile(
        """
        import asyncio, pytest
        pytestmark = pytest.mark.virtual_time
        async def test_alone():
            await asyncio.sleep(3600)
        class TestClass:
            @pytest.mark.parametrize("n", [1, 2])
            async def test_inherits(self, n):
                await asyncio.sleep(3600 * n)
        """
    )

    result = project.runpytest("--asyncio-mode", mode)

    result.assert_outcomes(passed=3)


def test_loops_chosen_by_a_conftest_stay_for_unmarked_tests(project: pytest.Pytester) -> None:
    project.makeconftest(
        """
        import asyncio
        class Own(asyncio.SelectorEventLoop): pass
        def pytest_asyncio_loop_factories(config, item):
            return {"own": Own}
        """
    )
    project.makepyfile(
        """
        import asyncio, pytest
        pytestmark = pytest.mark.asyncio
        async def test_unmarked():
            assert type(asyncio.get_running_loop()).__name__ == "Own"
        @pytest.mark.virtual_time
        async def test_marked():
            assert type(asyncio.get_running_loop()).__name__ == "VirtualTimeLoop"
        """
    )

    result = project.runpytest()

    result.assert_outcomes(passed=2)


def test_the_simulator_comes_as_a_fixture_with_the_installed_package(
    project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    project.makefile(".ini", pytest="[pytest]\n")
    project.makepyfile(
        """
        import aiohttp, asyncio, pytest
        @pytest.mark.asyncio
        @pytest.mark.virtual_time
        async def test_simulator(heygen_simulator):
            async with aiohttp.ClientSession(headers={"x-api-key": "any"}) as session:
                async with session.get(heygen_simulator.url + "/v3/users/me") as response:
                    assert response.status == 200
        """
    )

    result = project.runpytest_subprocess()

    result.assert_outcomes(passed=1)


def test_without_pytest_asyncio_a_marked_test_says_what_it_needs(project: pytest.Pytester) -> None:
    project.makefile(".ini", pytest="[pytest]\naddopts = -p heygen_async.testing.plugin\n")
    project.makepyfile(
        """
        import pytest
        def test_sync(): pass
        @pytest.mark.virtual_time
        async def test_marked(): pass
        """
    )

    result = project.runpytest()

    result.stdout.fnmatch_lines(["*needs pytest-asyncio*"])


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    code = (
        "import sys, heygen_async.testing.plugin\n"
        "print([n for n in ('aiohttp', 'attrs', 'cattrs', 'orjson', 'pytest_asyncio',"
        " 'heygen_async.simulator', 'heygen_async.testing.virtual') if n in sys.modules])"
    )

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert loaded.stdout.strip() == "[]"
