"""The command line as its users have it: a process, its streams, its exit code."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path

import pytest

from tests.integration.shell import Process, Shell, charges, simulator

pytestmark = pytest.mark.real_time


def ended_at(process: Process, words: str, sent: signal.Signals) -> tuple[int, str]:
    """Send a process a signal as soon as it says the words; its code and its stderr."""
    assert process.stderr is not None
    lines = []
    for line in process.stderr:
        lines.append(line)
        if re.search(words, line):
            process.send_signal(sent)
            break
    lines.extend(process.stderr)
    return process.wait(), "".join(lines)


def test_a_newcomer_gets_a_video_without_a_key(
    interpreters: Shell, portrait: Path, tmp_path: Path
) -> None:
    words = ("produce", str(portrait), "--script", "Hello", "-o", "hello.mp4", "--simulate")

    done = interpreters.run(tmp_path, *words, "--speed", "1000", "--json")

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["simulated"] is True
    assert told["file"] == str(tmp_path / "hello.mp4")
    assert (tmp_path / "hello.mp4").read_bytes()[4:8] == b"ftyp"
    assert [path.name for path in tmp_path.iterdir()] == ["hello.mp4"]
    assert done.stderr.startswith("Simulated, nothing is charged")


def test_ctrl_c_can_be_resumed_and_is_paid_once(
    shell: Shell, interpreters: Shell, portrait: Path, tmp_path: Path
) -> None:
    words = ("--script", "Hello", "--voice", "sim-voice-anna", "-o", "hello.mp4")
    words = (*words, "--resolution", "720p")
    # Jobs run forty times as fast, so the signal comes more than half a second before the end.
    with interpreters.simulator("--speed", "40") as to:
        command = ("produce", str(portrait), *words, "--speed", "40")
        with interpreters.start(tmp_path, *command, **to) as process:
            code, stderr = ended_at(process, "rendering the video [0-9a-f]", signal.SIGINT)
        status = shell.run(tmp_path, "status", "hello.mp4.journal.db", "--json")
        hint = "heygen-async resume hello.mp4.journal.db --remove --speed 40"
        resumed = shell.run(tmp_path, *hint.split()[1:], **to)
        paid = charges(to)

    assert code == 130, stderr
    assert stderr.splitlines()[-2] == "interrupted"
    assert stderr.splitlines()[-1].endswith(hint)
    assert status.returncode == 0, status.stdout
    assert json.loads(status.stdout)["counts"] == {"rendering": 1}
    assert resumed.returncode == 0, resumed.stderr
    assert paid == ["createAvatar", "createVideo"]
    assert [path.name for path in tmp_path.iterdir()] == ["hello.mp4"], resumed.stderr


def test_a_terminated_run_and_one_out_of_patience_can_be_resumed(
    shell: Shell, portrait: Path, tmp_path: Path
) -> None:
    words = ("--script", "Hello", "--voice", "sim-voice-anna")
    with simulator("--fault", "stuck:createVideo") as to:
        command = ("produce", str(portrait), *words, "-o", "a.mp4")
        with shell.start(tmp_path, *command, **to) as process:
            code, stderr = ended_at(process, "training the avatar [0-9a-f]", signal.SIGTERM)
        late = shell.run(
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


def test_a_reader_that_has_seen_enough_breaks_nothing(shell: Shell, tmp_path: Path) -> None:
    with simulator() as to:
        words = ("voices", "list", "--json", "--limit", "0")
        with shell.start(tmp_path, *words, **to) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            stderr = process.stderr.read()

    assert process.returncode == 0
    assert stderr == ""


# --- what is looked at before anything is paid ---------------------------------------------------


@pytest.mark.parametrize(
    ("who", "voice", "told"),
    [
        ("asset", "no-voice", "--voice: there is no voice no-voice; `heygen-async voices list`"),
        ("look", "sim-voice-anna", "--look: there is no look no-look; `heygen-async avatars looks"),
    ],
)
def test_a_wrong_id_costs_no_avatar(
    shell: Shell, who: str, voice: str, told: str, portrait: Path, tmp_path: Path
) -> None:
    avatar = [str(portrait)] if who == "asset" else ["--look", "no-look"]
    words = ("--script", "Hello", "--voice", voice, "-o", "a.mp4", "--speed", "1000")
    with simulator("--speed", "1000") as to:
        done = shell.run(tmp_path, "produce", *avatar, *words, **to)
        paid = charges(to)

    assert done.returncode == 2, done.stderr
    assert told in done.stderr
    assert paid == []
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_is_there_is_made_again_only_if_that_is_said(
    shell: Shell, tmp_path: Path
) -> None:
    words = ("produce", "--look", "sim-look-mia", "--script", "Hello", "--voice", "sim-voice-anna")
    words = (*words, "-o", "a.mp4", "--resolution", "720p", "--speed", "1000")
    with simulator("--speed", "1000") as to:
        shell.run(tmp_path, *words, **to)
        again = shell.run(tmp_path, *words, **to)
        simulated = shell.run(tmp_path, *words, "--simulate")
        once = charges(to)
        meant = shell.run(tmp_path, *words, "--overwrite", "--journal", "j.db", **to)
        known = shell.run(tmp_path, *words, "--journal", "j.db", **to)
        twice = charges(to)

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


def test_captions_that_are_there_are_made_again_only_if_that_is_said(
    shell: Shell, tmp_path: Path
) -> None:
    words = ("produce", "--look", "sim-look-mia", "--script", "Hello", "--voice", "sim-voice-anna")
    words = (*words, "-o", "a.mp4", "--captions", "--simulate", "--speed", "1000")
    (tmp_path / "a.srt").write_text("mine")

    refused = [shell.run(tmp_path, *words, *more) for more in ((), ("--journal", "j.db"))]
    before = (tmp_path / "a.srt").read_text()
    meant = shell.run(tmp_path, *words, "--overwrite")

    assert [one.returncode for one in refused] == [2, 2]
    assert "a.srt is there already" in refused[0].stderr
    assert before == "mine"
    assert meant.returncode == 0, meant.stderr
    assert "Hello" in (tmp_path / "a.srt").read_text()


def test_an_output_that_an_unfinished_job_will_have_is_not_given_to_another(
    shell: Shell, tmp_path: Path
) -> None:
    words = ("produce", "--look", "sim-look-mia", "--voice", "sim-voice-anna", "-o", "a.mp4")
    with simulator("--fault", "stuck:createVideo") as to:
        shell.run(tmp_path, *words, "--script", "One", "--timeout", "1", **to)
        other = shell.run(tmp_path, *words, "--script", "Two", "--timeout", "1", **to)
        same = shell.run(tmp_path, *words, "--script", "One", "--timeout", "1", **to)

    assert other.returncode == 2, other.stderr
    assert "`heygen-async resume a.mp4.journal.db --remove`, or take another -o" in other.stderr
    assert same.returncode == 4, same.stderr
    assert "Going on from a.mp4.journal.db" in same.stderr
