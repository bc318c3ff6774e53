from __future__ import annotations

import re

import pytest

from heygen_async.cli.console import put_json
from heygen_async.cli.live import live
from heygen_async.models.outcome import Progressed, Stage
from heygen_async.transport.observer import TransferProgress


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")


def test_a_result_reaches_the_pipe_while_the_display_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with live(verbose=False, several=False) as report:
        report(Progressed(job_id="a", stage=Stage.RENDERING, at=0.0, detail={"id": "[red]v"}))
        put_json({"done": 1})

    told = capsys.readouterr()
    assert told.out == '{"done":1}\n'
    assert "rendering the video [red]v" in told.err


def test_a_line_is_as_long_as_it_is_however_narrow_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    id_ = "v-" * 40

    with live(verbose=False, several=False) as report:
        report(Progressed(job_id="a", stage=Stage.RENDERING, at=0.0, detail={"id": id_}))

    assert f"0:00  rendering the video {id_}\n" in capsys.readouterr().err


def test_the_display_fits_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    detail = {"id": "f" * 32}

    with live(verbose=False, several=True) as report:
        report(Progressed(job_id="a" * 24, stage=Stage.RENDERING, at=0.0, detail=detail))

    drawn = re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", capsys.readouterr().err)
    shown = [
        line for line in re.split(r"[\r\n]+", drawn) if "\N{BOX DRAWINGS HEAVY HORIZONTAL}" in line
    ]
    assert shown
    assert max(map(len, shown)) < 80


def test_what_is_over_leaves_the_display_and_stays_as_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with live(verbose=False, several=False) as report:
        report(Progressed(job_id="a", stage=Stage.DOWNLOADING, at=0.0))
        report(TransferProgress(operation="download", name="a.mp4", done=1, total=2))
        report(TransferProgress(operation="download", name="a.mp4", done=2, total=2))
        report(Progressed(job_id="a", stage=Stage.DONE, at=61.0))
        capsys.readouterr()

    assert "downloading" not in capsys.readouterr().err
