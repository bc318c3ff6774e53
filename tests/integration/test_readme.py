"""The README is run: its examples, its diagram, its commands."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from heygen_async.batch.manifest import Manifest
from heygen_async.pipeline.machine import diagram
from heygen_async.simulator import Simulator

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


# The others are applications, which something else has to call: test_frameworks does.
PROGRAMS = [block for block in blocks("python") if block.endswith("asyncio.run(main())\n")]


@pytest.mark.parametrize("number", range(len(PROGRAMS)))
async def test_every_python_example_runs(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = PROGRAMS[number].removesuffix("asyncio.run(main())\n")
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    monkeypatch.chdir(tmp_path)
    example: dict[str, Any] = {}

    async with Simulator() as simulator:
        monkeypatch.setenv("HEYGEN_API_KEY", "any")
        monkeypatch.setenv("HEYGEN_BASE_URL", simulator.url)
        exec(compile(source, f"README.md example {number}", "exec"), example)
        await example["main"]()

        assert source.count("async def main() -> None:") == 1
        if "ledger" not in source:
            assert simulator.ledger.requests["createVideo"] > 0


def test_what_is_no_program_is_an_application() -> None:
    others = [block for block in blocks("python") if block not in PROGRAMS]

    assert [re.findall(r"^(?:def application|app = FastAPI)", block, re.M) for block in others] == [
        ["def application"],
        ["app = FastAPI"],
    ]


def test_the_diagram_is_the_machine_s_own() -> None:
    assert blocks("mermaid") == [diagram() + "\n"]


def test_the_first_two_commands_make_a_video_and_run_the_tests() -> None:
    first, second = blocks("sh")

    assert "heygen-async produce tests/samples/portrait.jpg" in first
    assert "--simulate" in first
    assert "-m pytest" in second


SHOWN = [
    line.removeprefix("$ heygen-async ")
    for block in blocks("console")
    for line in block.splitlines()
    if line.startswith("$ heygen-async produce --dialect")
]


@pytest.mark.real_time
@pytest.mark.parametrize("command", SHOWN, ids=lambda command: command.split()[2])
def test_the_commands_of_the_dialects_make_videos(command: str, tmp_path: Path) -> None:
    words = [*shlex.split(command), "--speed", "1000"]

    done = subprocess.run(
        [sys.executable, "-m", "heygen_async.cli", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    (video,) = tmp_path.iterdir()
    assert video.read_bytes()[4:8] == b"ftyp"


def test_the_dialects_that_are_shown_are_those_there_are_besides_v3() -> None:
    assert {command.split()[2] for command in SHOWN} == {"v2", "agentai"}


def test_the_extras_that_the_commands_name_exist() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]

    named = {name for command in blocks("sh") for name in re.findall(r"[\w,]+(?=\]')", command)}

    assert named
    assert {one for name in named for one in name.split(",")} <= set(extras)


def test_the_manifest_it_shows_is_one(tmp_path: Path) -> None:
    shown = re.search(r"^\$ cat jobs\.csv\n(.*?)^\$ ", README, re.MULTILINE | re.DOTALL)
    assert shown is not None
    (tmp_path / "jobs.csv").write_text(shown.group(1))
    (tmp_path / "ada.jpg").symlink_to(ROOT / "tests/samples/portrait.jpg")

    checked = Manifest(tmp_path / "jobs.csv", out=tmp_path / "videos").check()

    assert checked.errors == ()
    assert (checked.jobs, checked.photos) == (2, 1)
