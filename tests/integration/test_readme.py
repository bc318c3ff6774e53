"""The README is run: its examples, its diagram, its commands."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from heygen_async.api import ENDPOINTS, FAMILIES
from heygen_async.errors import HeyGenError, ServerError
from heygen_async.pipeline.machine import KEY_TRUST, diagram
from heygen_async.simulator import Simulator
from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timing
from heygen_async.transport.retry import in_the_end
from tests.integration.shell import Shell, environment

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
def test_the_commands_of_the_dialects_make_videos(
    shell: Shell, command: str, tmp_path: Path
) -> None:
    words = [*shlex.split(command), "--speed", "1000"]

    done = shell.run(tmp_path, *words)

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


@pytest.mark.real_time
def test_the_batch_it_shows_can_be_typed(tmp_path: Path) -> None:
    (shown,) = [block for block in blocks("console") if "jobs.csv" in block]
    typed = re.sub(r"^\$ ", "", shown, flags=re.MULTILINE)
    quickly = re.sub(r"(heygen-async.*--simulate)", r"\1 --speed 1000", typed)
    ours = quickly.replace("heygen-async", shlex.join([sys.executable, "-m", "heygen_async.cli"]))
    (tmp_path / "tests").symlink_to(ROOT / "tests")

    done = subprocess.run(
        ["sh", "-ec", ours],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert len(list((tmp_path / "videos").glob("*.mp4"))) == 2
    assert (tmp_path / "videos" / "report.html").is_file()


@pytest.mark.real_time
def test_a_simulator_says_how_to_reach_it_as_the_docs_do(shell: Shell, tmp_path: Path) -> None:
    with shell.start(tmp_path, "simulate", "--speed", "60") as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()

    line = told.splitlines()[0]
    assert line == f"export HEYGEN_API_KEY=any HEYGEN_BASE_URL={url} HEYGEN_SIMULATOR_SPEED=60"
    documented = line.replace(url, "http://127.0.0.1:8080")
    assert documented in README
    assert documented in (ROOT / "docs" / "index.md").read_text()
    assert documented in (ROOT / "docs" / "guide" / "command-line.md").read_text()


def test_a_key_is_trusted_as_long_in_the_text_as_in_the_machine_and_the_error() -> None:
    hours = f"{KEY_TRUST / 3600:g}"
    keyed = Endpoint("POST", "/v3/videos", "createVideo", Replay.KEYED, Scope.WRITE, Timing.WRITE)

    told = in_the_end(ServerError("No answer", status=502), keyed, lost=True, key="k")

    assert f"keys are trusted for {hours} of HeyGen's 24 hours" in README
    assert f"Call again within {hours} hours under the same idempotency key k" in str(told)


def test_it_counts_the_operations_and_families_right() -> None:
    operations = [endpoint for endpoint in ENDPOINTS if endpoint.dialect == "v3"]

    assert re.findall(r"\ball (\d+) operations of v3", README) == [str(len(operations))]
    assert re.findall(r"^All (\d+) operations", README, re.M) == [str(len(operations))]
    listed = README.partition("in fourteen families: ")[2].partition(";")[0]
    assert sorted(re.findall(r"`(\w+)`", listed)) == sorted(FAMILIES)
    assert len(FAMILIES) == 14


@pytest.mark.parametrize("page", ["README.md", "docs/guide/errors.md"])
def test_the_classes_of_errors_are_those_there_are(page: str) -> None:
    rows = re.findall(r"^\| `(\w+Error)` \|", (ROOT / page).read_text(), re.M)

    assert sorted(rows) == sorted(one.__name__ for one in HeyGenError.__subclasses__())


def test_a_journal_is_looked_into_only_where_one_was_left() -> None:
    (shown,) = [block for block in blocks("console") if ".journal.db" in block]

    commands = shown.splitlines()

    assert [".journal.db" in command for command in commands].index(True) > commands.index("^C")
