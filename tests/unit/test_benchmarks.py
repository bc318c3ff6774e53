"""The benchmarks' command lines; what they measure is measured by hand."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
EXTRA = ("PIL", "av", "httpx", "jsonschema_rs", "openai", "pydantic", "runwayml")

# None in sys.modules is a module that is not installed.
_WITHOUT = """
import runpy, sys
name, *arguments = sys.argv[1:]
sys.modules.update(dict.fromkeys({extra!r}))
sys.argv = [name, *arguments]
sys.path.insert(0, {folder!r})
runpy.run_path(name, run_name="__main__")
"""


def benchmark(name: str, *arguments: str, bare: bool = False) -> subprocess.CompletedProcess[str]:
    path = str(BENCHMARKS / f"{name}.py")
    program = [path]
    if bare:
        program = ["-c", _WITHOUT.format(extra=EXTRA, folder=str(BENCHMARKS)), path]
    return subprocess.run(
        [sys.executable, *program, *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("name", ["batch", "imports", "overhead", "parsing", "transfer"])
def test_a_benchmark_without_its_extra_names_it(name: str) -> None:
    done = benchmark(name, "--quick", bare=True)

    assert done.returncode == 1
    assert "needs the extra `bench`: pip install '.[bench]'" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["memory", "scale"])
def test_the_others_need_none(name: str) -> None:
    done = benchmark(name, "--help", bare=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_quick_batch_is_not_judged_by_the_goals_of_a_whole_one() -> None:
    pytest.importorskip("PIL")

    shown, refused = (
        benchmark("batch", "--quick", "--only", "nothing"),
        benchmark("batch", "--quick", "--check"),
    )

    assert shown.returncode == 0
    assert "goal:" not in shown.stdout
    assert "No goals: they are of 1,000 jobs." in shown.stdout
    assert refused.returncode == 2
    assert "--check judges 1,000 jobs" in refused.stderr
