"""The guides are run: every Python example, against the simulator."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from heygen_async import Policies
from heygen_async.api import FAMILIES
from heygen_async.simulator import Simulator
from heygen_async.simulator.world.faults import NAMES

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INI = """
[pytest]
addopts = -p no:randomly
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
"""


def examples(*, tests: bool) -> list[Any]:
    return [
        pytest.param(block, id=f"{page.stem}-{number}")
        for page in sorted(DOCS.glob("**/*.md"))
        for number, block in enumerate(BLOCK.findall(page.read_text()), 1)
        if ("\nasync def test_" in block) is tests
    ]


@pytest.mark.parametrize("source", examples(tests=False))
async def test_every_example_runs(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    monkeypatch.chdir(tmp_path)
    example: dict[str, Any] = {"__name__": "example"}

    async with Simulator() as simulator:
        monkeypatch.setenv("HEYGEN_API_KEY", "any")
        monkeypatch.setenv("HEYGEN_BASE_URL", simulator.url)
        monkeypatch.setenv("AGENTAI_API_KEY", "any")
        monkeypatch.setenv("AGENTAI_BASE_URL", simulator.agentai_url)
        exec(compile(source, "example", "exec"), example)
        await example["main"]()

        assert source.count("async def main() -> None:") == 1


@pytest.mark.parametrize("source", examples(tests=True))
def test_every_example_of_a_test_passes(source: str, pytester: pytest.Pytester) -> None:
    pytester.makefile(".ini", pytest=INI)
    pytester.makepyfile(source)

    result = pytester.runpytest_subprocess("-q")

    result.assert_outcomes(passed=source.count("async def test_"))


def test_every_family_has_its_page() -> None:
    pages = {page.stem for page in (DOCS / "reference" / "families").glob("*.md")}

    assert pages == {*FAMILIES, "shared"}


def test_the_guide_knows_how_many_jobs_are_worked_on_at_once() -> None:
    guide = " ".join((DOCS / "guide" / "batch.md").read_text().split())

    assert f"by default {Policies().lookahead:g} for each render slot" in guide


def test_the_guide_names_every_fault_once() -> None:
    guide = (DOCS / "guide" / "testing.md").read_text()
    table = guide.partition("| fault |")[2].partition("\n\n")[0]

    rows = [row.split("|")[1] for row in re.findall(r"^\| `.*$", table, re.MULTILINE)]

    assert sorted(name for row in rows for name in re.findall(r"\w+", row)) == sorted(NAMES)
