"""The command line as its users have it: a process, its streams, its exit code."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.real_time

COMMAND = [sys.executable, "-m", "heygen_async.cli"]
PATIENCE = 60


def environment(**changes: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("HEYGEN_")}
    return own | changes


def run(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *words],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@contextmanager
def simulator(*words: str) -> Iterator[str]:
    """A simulator in a process of its own; gives its address."""
    with subprocess.Popen(
        [*COMMAND, "simulate", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        assert process.stdout is not None
        try:
            url = process.stdout.readline().removesuffix("\n")
            assert url.startswith("http://127.0.0.1:")
            yield url
            process.send_signal(signal.SIGINT)
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()


def ended_at(
    words: str, sent: signal.Signals, folder: Path, *command: str, **variables: str
) -> tuple[int, str]:
    """Send a command a signal as soon as it says the words; its code and its stderr."""
    with subprocess.Popen(
        [*COMMAND, *command],
        cwd=folder,
        env=environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        watchdog = threading.Timer(PATIENCE, process.kill)
        watchdog.start()
        try:
            lines = []
            for line in process.stderr:
                lines.append(line)
                if re.search(words, line):
                    process.send_signal(sent)
                    break
            lines.extend(process.stderr)
            return process.wait(), "".join(lines)
        finally:
            watchdog.cancel()
            process.kill()


def test_a_newcomer_gets_a_video_without_a_key(portrait: Path, tmp_path: Path) -> None:
    words = ("produce", str(portrait), "--script", "Hello", "-o", "hello.mp4", "--simulate")

    done = run(tmp_path, *words, "--speed", "1000", "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["simulated"] is True
    assert told["file"] == str(tmp_path / "hello.mp4")
    assert (tmp_path / "hello.mp4").read_bytes()[4:8] == b"ftyp"
    assert [path.name for path in tmp_path.iterdir()] == ["hello.mp4"]
    assert done.stderr.startswith("Simulated, nothing is charged")


def test_ctrl_c_can_be_resumed_and_is_paid_once(portrait: Path, tmp_path: Path) -> None:
    words = ("--script", "Hello", "--voice", "sim-voice-anna", "-o", "hello.mp4")
    # Jobs run forty times as fast, so the signal comes more than half a second before the end.
    with simulator("--speed", "40") as url:
        to = {"HEYGEN_BASE_URL": url, "HEYGEN_API_KEY": "k"}

        code, stderr = ended_at(
            "rendering the video [0-9a-f]",
            signal.SIGINT,
            tmp_path,
            "produce",
            str(portrait),
            *words,
            "--speed",
            "40",
            **to,
        )
        status = run(tmp_path, "status", "hello.mp4.journal.db", "--json")
        hint = "heygen-async resume hello.mp4.journal.db --remove --speed 40"
        resumed = run(tmp_path, *hint.split()[1:], **to)
        with urllib.request.urlopen(f"{url}/_simulator/ledger") as answer:
            ledger = json.load(answer)

    assert code == 130, stderr
    assert stderr.splitlines()[-2] == "interrupted"
    assert stderr.splitlines()[-1].endswith(hint)
    assert status.returncode == 0, status.stdout
    assert json.loads(status.stdout)["counts"] == {"rendering": 1}
    assert resumed.returncode == 0, resumed.stderr
    assert [one["operation"] for one in ledger["charges"]] == ["createAvatar", "createVideo"]
    assert [path.name for path in tmp_path.iterdir()] == ["hello.mp4"], resumed.stderr


def test_a_terminated_run_and_one_out_of_patience_can_be_resumed(
    portrait: Path, tmp_path: Path
) -> None:
    words = ("--script", "Hello", "--voice", "sim-voice-anna")
    with simulator("--fault", "stuck:createVideo") as url:
        to = {"HEYGEN_BASE_URL": url, "HEYGEN_API_KEY": "k"}

        code, stderr = ended_at(
            "training the avatar [0-9a-f]",
            signal.SIGTERM,
            tmp_path,
            *("produce", str(portrait), *words, "-o", "a.mp4"),
            **to,
        )
        late = run(
            tmp_path,
            *("produce", "--look", "sim-look-mia", *words, "-o", "b.mp4"),
            *("--timeout", "0.5", "--json"),
            **to,
        )

    assert code == 130, stderr
    assert "heygen-async resume a.mp4.journal.db --remove" in stderr
    assert late.returncode == 4, late.stderr
    told = json.loads(late.stdout)
    assert told["error"] == "DeadlineError"
    assert told["exit"] == 4
    assert told["resume"] == "heygen-async resume b.mp4.journal.db --remove"


def test_a_reader_that_has_seen_enough_breaks_nothing(tmp_path: Path) -> None:
    with simulator() as url:
        to = {"HEYGEN_BASE_URL": url, "HEYGEN_API_KEY": "k"}
        with subprocess.Popen(
            [*COMMAND, "voices", "list", "--json", "--limit", "0"],
            env=environment(**to),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            stderr = process.stderr.read()

    assert process.returncode == 0
    assert stderr == b""


# --- what is looked at before anything is paid ---------------------------------------------------


def charges(url: str) -> list[str]:
    with urllib.request.urlopen(f"{url}/_simulator/ledger") as answer:
        return [one["operation"] for one in json.load(answer)["charges"]]


@pytest.mark.parametrize(
    ("who", "voice", "told"),
    [
        ("asset", "no-voice", "--voice: there is no voice no-voice; `heygen-async voices list`"),
        ("look", "sim-voice-anna", "--look: there is no look no-look; `heygen-async avatars looks"),
    ],
)
def test_a_wrong_id_costs_no_avatar(
    who: str, voice: str, told: str, portrait: Path, tmp_path: Path
) -> None:
    avatar = [str(portrait)] if who == "asset" else ["--look", "no-look"]
    words = ("--script", "Hello", "--voice", voice, "-o", "a.mp4", "--speed", "1000")
    with simulator("--speed", "1000") as url:
        done = run(tmp_path, "produce", *avatar, *words, HEYGEN_BASE_URL=url, HEYGEN_API_KEY="k")
        paid = charges(url)

    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert paid == []
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_is_there_is_made_again_only_if_that_is_said(tmp_path: Path) -> None:
    words = ("produce", "--look", "sim-look-mia", "--script", "Hello", "--voice", "sim-voice-anna")
    words += ("-o", "a.mp4", "--speed", "1000")
    with simulator("--speed", "1000") as url:
        to = {"HEYGEN_BASE_URL": url, "HEYGEN_API_KEY": "k"}
        run(tmp_path, *words, **to)
        again = run(tmp_path, *words, **to)
        simulated = run(tmp_path, *words, "--simulate")
        once = charges(url)
        meant = run(tmp_path, *words, "--overwrite", "--journal", "j.db", **to)
        known = run(tmp_path, *words, "--journal", "j.db", **to)
        twice = charges(url)

    assert [again.returncode, simulated.returncode] == [2, 2], again.stderr
    assert again.stderr.startswith(
        "error: --output: a.mp4 is there already, and was left as it is: add --overwrite to make it"
        " again, and pay for it again, or take -o a-2.mp4 to keep both. With one --journal"
    )
    assert simulated.stderr.endswith("to make it again, or take -o a-2.mp4 to keep both\n")
    assert len(once) == 1
    assert meant.returncode == 0, meant.stderr
    assert known.returncode == 0, known.stderr
    assert "It is done already, by j.db: nothing is charged." in known.stderr
    assert len(twice) == 2


def test_an_output_that_an_unfinished_job_will_have_is_not_given_to_another(
    tmp_path: Path,
) -> None:
    words = ("produce", "--look", "sim-look-mia", "--voice", "sim-voice-anna", "-o", "a.mp4")
    with simulator("--fault", "stuck:createVideo") as url:
        to = {"HEYGEN_BASE_URL": url, "HEYGEN_API_KEY": "k"}
        run(tmp_path, *words, "--script", "One", "--timeout", "1", **to)
        other = run(tmp_path, *words, "--script", "Two", "--timeout", "1", **to)
        same = run(tmp_path, *words, "--script", "One", "--timeout", "1", **to)

    assert other.returncode == 2, other.stderr
    assert "`heygen-async resume a.mp4.journal.db --remove`, or take another -o" in other.stderr
    assert same.returncode == 4, same.stderr
    assert "Going on from a.mp4.journal.db" in same.stderr
