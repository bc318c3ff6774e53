from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from heygen_async import errors
from heygen_async.cli.app import cli
from heygen_async.cli.batch.running import Batch
from heygen_async.cli.options import Settings


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HEYGEN_API_KEY", raising=False)
    monkeypatch.delenv("HEYGEN_BASE_URL", raising=False)
    return tmp_path


def test_a_bad_manifest_is_refused_whole_in_one_table(folder: Path) -> None:
    (folder / "jobs.csv").write_text(
        "photo,look,script,speed\n,look-1,Hello,1.2\nnone.jpg,,Hello,fast\n,,Hello,\n"
    )

    result = CliRunner().invoke(cli, ["batch", "jobs.csv", "--out", "videos", "--simulate"])

    assert result.exit_code == 2
    assert result.stdout == ""
    table = result.stderr.splitlines()
    assert table[0].split() == ["row", "line", "column", "value", "rule"]
    assert [line.split()[:3] for line in table[1:4]] == [
        ["3", "3", "speed"],
        ["3", "3", "photo"],
        ["4", "4", "photo"],
    ]
    assert table[-1] == "error: 3 errors in jobs.csv; nothing was sent or spent"
    assert [path.name for path in folder.iterdir()] == ["jobs.csv"]


def test_a_bad_manifest_is_told_to_programs_by_row(folder: Path) -> None:
    (folder / "jobs.jsonl").write_text('{"look": "l", "script": "Hello", "fit": "tight"}\n')

    result = CliRunner().invoke(cli, ["batch", "jobs.jsonl", "--out", "v", "--json"])

    assert result.exit_code == 2
    told = json.loads(result.stdout)
    assert told["exit"] == 2
    assert [(row["row"], row["column"]) for row in told["rows"]] == [(1, "fit")]


@pytest.mark.parametrize(
    "words",
    [
        ["batch", "jobs.csv"],
        ["batch", "none.csv", "--out", "v"],
        ["batch", "jobs.csv", "--out", "v", "--slots", "0"],
        ["batch", "jobs.csv", "--out", "v", "--slots", "many"],
        ["batch", "jobs.csv", "--out", "v", "--budget", "0"],
        ["batch", "jobs.csv", "--out", "v", "--default", "voice"],
        ["batch", "jobs.csv", "--out", "v", "--default", "tempo=2"],
        ["batch", "jobs.csv", "--out", "jobs.csv"],
        ["batch", "empty.csv", "--out", "v"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_two_and_writes_nothing(words: list[str], folder: Path) -> None:
    (folder / "jobs.csv").write_text("look,script\nl,Hello\n")
    (folder / "empty.csv").write_text("look,script\n")

    result = CliRunner().invoke(cli, words)

    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "rror: " in result.stderr
    assert {path.name for path in folder.iterdir()} == {"jobs.csv", "empty.csv"}


def test_a_manifest_of_another_encoding_says_so(folder: Path) -> None:
    (folder / "jobs.csv").write_bytes("look,script\nl,Hello “Zoë”\n".encode("cp1252"))
    words = ["batch", "jobs.csv", "--out", "v", "--dry-run"]

    refused = CliRunner().invoke(cli, words)
    taken = CliRunner().invoke(cli, [*words, "--encoding", "cp1252"])

    assert refused.exit_code == 2
    assert "must be text in UTF-8" in refused.stderr
    assert "give its --encoding" in refused.stderr
    assert taken.exit_code == 0, taken.output


def test_a_dry_run_needs_no_key(folder: Path) -> None:
    (folder / "jobs.csv").write_text("look,script\nl,Hello\n")

    result = CliRunner().invoke(cli, ["batch", "jobs.csv", "--out", "v", "--dry-run"])

    assert result.exit_code == 0, result.output
    assert "1 job, 0 distinct photos" in result.stdout
    assert "prices read 20" in result.stdout
    assert "not known without HEYGEN_API_KEY" in result.stdout


def test_a_dry_run_is_one_document_for_programs(folder: Path) -> None:
    (folder / "jobs.csv").write_text("look,script\nl,Hello\nl,Good evening to you all\n")

    words = ["batch", "jobs.csv", "--out", "v", "--dry-run", "--json", "--budget", "5"]
    result = CliRunner().invoke(cli, words)

    told = json.loads(result.stdout)
    assert told["dry_run"] is True
    assert (told["jobs"], told["avatars"]) == (2, 0)
    assert told["estimated_usd"] == pytest.approx(0.24)
    assert told["budget_usd"] == 5
    assert told["balance"] is None
    assert [path.name for path in folder.iterdir()] == ["jobs.csv"]


def test_without_a_key_nothing_begins(folder: Path) -> None:
    (folder / "jobs.csv").write_text("look,script\nl,Hello\n")

    result = CliRunner().invoke(cli, ["batch", "jobs.csv", "--out", "v"])

    assert result.exit_code == 3
    assert not (folder / "v").exists()


def test_the_command_that_goes_on_is_the_same_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["x", "batch", "my jobs.csv", "--out", "v"])
    (folder / "a.db").touch()
    batch = Batch(settings=Settings(), manifest="my jobs.csv", out="v", journal="a.db", slots=1)

    assert batch.hint(None) == "heygen-async batch 'my jobs.csv' --out v"
    assert batch.hint(errors.DeadlineError("late")) == batch.hint(None)
    assert batch.hint(errors.InvalidInputError("bad")) is None
    assert batch.hint(errors.JournalLockedError("in use", owner="another")) is None


def test_nothing_goes_on_where_nothing_was_kept(folder: Path) -> None:
    kept = Batch(settings=Settings(), manifest="m.csv", out="v", journal=None, slots=1)
    simulated = Batch(settings=Settings(), manifest="m.csv", out="v", slots=1, simulate=True)

    assert kept.kept == Path("v/batch.journal.db")
    assert kept.hint(None) is None
    assert simulated.kept is None
    assert simulated.hint(None) is None
