from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from heygen_async.cli.app import cli
from heygen_async.cli.exits import Exit


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


ALL = list(commands(cli))


def test_ctrl_c_while_a_command_is_imported_is_an_interruption(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def pressed(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("heygen_async.cli.app.import_module", pressed)

    result = CliRunner().invoke(cli, ["voices", "list"])

    assert result.exit_code == Exit.INTERRUPTED
    assert result.stderr == "interrupted\n"


@pytest.mark.parametrize("path", [(), *ALL], ids=" ".join)
def test_every_command_has_its_help(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(cli, [*path, "--help"])

    assert result.exit_code == 0
    assert "Show this message and exit." in result.output


def test_the_commands_that_were_promised_are_there() -> None:
    for resource in ("voices", "avatars", "videos", "assets"):
        for verb in ("list", "get", "delete"):
            assert (resource, verb) in ALL
    assert {("produce",), ("resume",), ("status",), ("simulate",), ("videos", "download")} <= {*ALL}


def test_help_imports_nothing_that_is_slow() -> None:
    slow = ["aiohttp", "asyncio", "attr", "cattrs", "av", "rich", "heygen_async.client"]
    program = f"""
import sys
from heygen_async.cli.app import cli
from heygen_async.cli.exits import Exit
for path in {[list(path) for path in [(), *ALL]]}:
    try:
        cli([*path, "--help"])
    except SystemExit as end:
        assert end.code == 0, path
print("loaded:", *[name for name in {slow} if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["produce"],
        ["produce", "a.jpg", "--script", "x"],
        ["produce", "a.jpg", "--script", "x", "-o", "a.mp4", "--engine", "steam"],
        ["produce", "a.jpg", "--script", "x", "-o", "a.mp4", "--speed", "0"],
        ["produce", "a.jpg", "--script", "x", "-o", "a.mp4", "--api-key", "k"],
        ["produce", "a.jpg", "--script", "x", "-o", "a.mp4"],
        ["produce", "a.jpg", "--script", "x", "--voice", "v", "-o", "a.mp4"],
        ["produce", "--simulate", "--script", "x", "-o", "a.mp4"],
        ["produce", "a.jpg", "--simulate", "--script", "x", "-o", "a.mp4"],
        ["resume", "none.db"],
        ["status", "none.db"],
        ["simulate", "--port", "70000"],
        ["simulate", "--fault", "earthquake"],
        ["simulate", "--fault", "lost_answer:createVideo:often"],
        ["simulate", "--fault", "lost_answer:createVideo:7"],
        ["videos", "download", "id"],
        ["account", "--base-url", "http://example.org"],
    ],
    ids=" ".join,
)
def test_wrong_usage_and_input_end_with_two(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEYGEN_API_KEY", "k")
    monkeypatch.delenv("HEYGEN_BASE_URL", raising=False)

    result = CliRunner().invoke(cli, words)

    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "error: " in result.stderr
    assert "Error: " not in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("key", [None, "", "two words"])
def test_no_key_and_no_possible_key_end_with_three(
    key: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HEYGEN_API_KEY", raising=False)
    if key is not None:
        monkeypatch.setenv("HEYGEN_API_KEY", key)

    result = CliRunner().invoke(cli, ["voices", "list", "--json"])

    assert result.exit_code == 3
    assert result.stdout.startswith('{"error":"AuthenticationError","code":null,')
    assert result.stdout.endswith('"exit":3}\n')
    assert "HEYGEN_API_KEY" in result.stderr
    assert "two words" not in result.output


def test_a_wrong_speed_cannot_reach_heygen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEYGEN_API_KEY", "k")
    monkeypatch.delenv("HEYGEN_BASE_URL", raising=False)

    words = ["produce", "asset:x", "--script", "x", "--voice", "v", "-o", "a.mp4", "--speed", "9"]
    result = CliRunner().invoke(cli, words)

    assert result.exit_code == 2
    assert "--speed is a simulator's" in result.stderr


def test_the_version_is_told() -> None:
    result = CliRunner().invoke(cli, ["--version"])

    assert result.exit_code == 0
    assert result.stdout.count(".") >= 2


def test_an_unknown_command_suggests_a_near_one() -> None:
    near = CliRunner().invoke(cli, ["prodce"])
    far = CliRunner().invoke(cli, ["zzz"])

    assert near.exit_code == far.exit_code == 2
    assert "error: No such command 'prodce'. Did you mean 'produce'?" in near.stderr
    assert far.stderr.rstrip().endswith("error: No such command 'zzz'.")


@pytest.mark.parametrize("kind", ["video", "asset", "voice", "avatar"])
def test_nothing_is_deleted_unasked_where_nobody_can_be_asked(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEYGEN_API_KEY", "k")
    monkeypatch.setenv("HEYGEN_BASE_URL", "http://127.0.0.1:9")

    result = CliRunner().invoke(cli, [f"{kind}s", "delete", "an-id"])

    assert result.exit_code == 2
    assert "an-id is not deleted" in result.stderr
    assert "--yes" in result.stderr


@pytest.mark.parametrize("command", ["status", "resume", "retry"])
def test_a_file_that_is_no_journal_is_wrong_input(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEYGEN_API_KEY", "k")
    file = tmp_path / "notes.txt"
    file.write_text("These are no jobs. " * 100)

    result = CliRunner().invoke(cli, [command, str(file)])

    assert result.exit_code == 2, result.output
    assert "is not a journal" in result.stderr


@pytest.mark.parametrize("command", ["status", "resume", "retry"])
def test_a_journal_that_its_run_has_removed_is_told_from_one_that_never_was(
    command: str, tmp_path: Path
) -> None:
    (tmp_path / "a.mp4").touch()

    removed = CliRunner().invoke(cli, [command, str(tmp_path / "a.mp4.journal.db")])
    never = CliRunner().invoke(cli, [command, str(tmp_path / "b.mp4.journal.db")])

    assert removed.exit_code == never.exit_code == 2
    assert "a run that ended well has removed its journal" in removed.stderr
    assert never.stderr.endswith("b.mp4.journal.db' does not exist.\n")


def test_a_port_in_use_is_one_line_that_names_a_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        result = CliRunner().invoke(cli, ["simulate", "--port", str(port)])

    assert result.exit_code == 2
    assert result.stderr == (
        f"error: port {port} of 127.0.0.1 is in use; --port 0 takes a free one\n"
    )


def test_an_address_of_another_machine_is_refused_by_its_option() -> None:
    told = CliRunner().invoke(cli, ["simulate", "--host", "192.0.2.1"])

    assert told.exit_code == 2
    assert told.stderr == "error: --host: 192.0.2.1 is no address of this machine\n"


@pytest.mark.parametrize("words", [[], ["voices"], ["avatars"], ["videos"], ["assets"]])
def test_no_line_of_an_overview_is_cut_off(words: list[str]) -> None:
    told = CliRunner().invoke(cli, [*words, "--help"], terminal_width=80)

    _, listed = told.stdout.split("Commands:")
    assert "..." not in listed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["produce", "a.jpg", "--script", "x", "--json"], "Missing option '-o' / '--output'."),
        (["batch", "--json"], "Missing argument 'MANIFEST'."),
        (["nonsense", "--json"], "No such command 'nonsense'."),
        (["--json"], "No such option"),
    ],
)
def test_with_json_wrong_usage_is_a_document_on_stdout(words: list[str], said: str) -> None:
    result = CliRunner().invoke(cli, words)

    told = json.loads(result.stdout)
    assert result.exit_code == told["exit"] == 2
    assert told["error"] == "InvalidInputError"
    assert told["message"].startswith(said)
    assert "error: " in result.stderr


def test_without_json_wrong_usage_leaves_stdout_empty() -> None:
    assert CliRunner().invoke(cli, ["produce", "a.jpg"]).stdout == ""
