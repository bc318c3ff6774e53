from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings
from heygen_async.cli.running import execute
from heygen_async.client import HeyGen
from heygen_async.errors import ConnectError, NotFoundError

PATIENCE = 60
PROGRAM = """
import asyncio, pathlib, sys
from heygen_async.cli.running import execute
from heygen_async.cli.options import Settings

async def main():
    pathlib.Path("ready").touch()
    if "kill" in sys.argv:
        import os, signal
        os.kill(os.getpid(), signal.SIGHUP)
    try:
        for _ in range(1000):  # Long enough for a signal to arrive.
            await asyncio.sleep(0)
        if "short" not in sys.argv:
            await asyncio.sleep(50)
    except asyncio.CancelledError:
        print("words to a terminal that is gone", flush=True)
        pathlib.Path("closed").touch()
        raise
    return 0

execute(Settings(), main, hint=lambda _: "resume it")
"""
LIST = """
from heygen_async.cli.console import put_text
from heygen_async.cli.running import execute
from heygen_async.cli.options import Settings

async def main():
    for _ in range(100_000):
        put_text("a line")
    return 0

execute(Settings(), main, hint={hint})
"""


IMPORTING = """
import os, pathlib, signal, sys
from importlib.abc import MetaPathFinder
from heygen_async.cli.running import execute
from heygen_async.cli.options import Settings

class Pressed(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "asyncio.coroutines":
            os.kill(os.getpid(), signal.SIGINT)

async def main():
    pathlib.Path("begun").touch()
    return 0

def hint(error):
    import asyncio
    return f"go on with {asyncio.coroutines.__name__}"

assert "asyncio" not in sys.modules
sys.meta_path.insert(0, Pressed())
execute(Settings(), main, hint=hint)
"""


def ended(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A program that was run to its end."""
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def test_ctrl_c_during_the_first_imports_is_told_like_any_other(tmp_path: Path) -> None:
    done = ended(tmp_path, sys.executable, "-c", IMPORTING)

    assert done.returncode == Exit.INTERRUPTED, done.stderr
    assert done.stderr.splitlines() == [
        "interrupted",
        "To go on, without paying again for what was begun: go on with asyncio.coroutines",
    ]
    assert not (tmp_path / "begun").exists()


@pytest.mark.real_time
def test_a_hangup_ends_a_command_like_sigterm(tmp_path: Path) -> None:
    done = ended(tmp_path, sys.executable, "-c", PROGRAM, "kill")

    assert done.returncode == Exit.INTERRUPTED, done.stderr
    assert done.stderr.splitlines()[0] == "interrupted"
    assert done.stderr.rstrip().endswith("resume it")
    assert (tmp_path / "closed").exists()


@pytest.mark.real_time
def test_nohup_keeps_a_command_from_being_hung_up(tmp_path: Path) -> None:
    done = ended(tmp_path, "nohup", sys.executable, "-c", PROGRAM, "kill", "short")

    assert done.returncode == 0, done.stderr


@pytest.mark.real_time
def test_a_closed_terminal_leaves_everything_in_order(tmp_path: Path) -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(tmp_path)
        os.execv(sys.executable, [sys.executable, "-c", PROGRAM])
    while not (tmp_path / "ready").exists():
        assert os.waitpid(pid, os.WNOHANG) == (0, 0)

    os.close(terminal)
    _, status = os.waitpid(pid, 0)

    assert os.waitstatus_to_exitcode(status) == Exit.INTERRUPTED
    assert (tmp_path / "closed").exists()


@pytest.mark.real_time
@pytest.mark.parametrize(("hint", "code"), [("None", 0), ("lambda _: None", 1)])
def test_a_reader_who_leaves_ends_a_list_well_but_no_work(hint: str, code: int) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LIST.format(hint=hint)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == b"a line\n"
        process.stdout.close()
        stderr = process.stderr.read()

    assert process.returncode == code
    assert stderr == b""


@pytest.mark.parametrize(
    ("error", "address", "asked"),
    [
        (ConnectError("no connection"), "http://127.0.0.1:8080", True),
        (ConnectError("no connection"), "https://api.heygen.com", False),
        (NotFoundError("no such thing"), "http://127.0.0.1:8080", False),
    ],
)
def test_where_nobody_answers_on_this_machine_the_simulator_is_asked_for(
    error: Exception, address: str, asked: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    async def main() -> Exit:
        raise error

    with pytest.raises(SystemExit):
        execute(Settings(base_url=address), main)

    told = capsys.readouterr().err
    assert (f"Is the simulator running at {address}?" in told) is asked
    assert ("`heygen-async simulate --port 8080`" in told) is asked


def test_what_the_library_advises_is_said_in_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def main() -> Exit:
        HeyGen("k", base_url="https://api.heygen.com")
        return Exit.DONE

    monkeypatch.setenv("HEYGEN_SIMULATOR_SPEED", "60")
    with pytest.raises(SystemExit):
        execute(Settings(), main)

    assert capsys.readouterr().err.endswith("unset it, or set the address of a simulator\n")
