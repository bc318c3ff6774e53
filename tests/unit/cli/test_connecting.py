from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from heygen_async.cli.batch.running import Batch
from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings
from heygen_async.cli.producing import Production
from heygen_async.cli.resources import deleted, show_assets, show_list, show_one
from heygen_async.cli.wanted import Wanted
from heygen_async.errors import ConnectError

Command = Callable[[Settings], Awaitable[Exit]]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Settings]:
    """Those of a shell whose server is gone; each request is told."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEYGEN_API_KEY", "k")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # Taken, and refused, since it does not listen.
        yield Settings(verbose=1, base_url=f"http://127.0.0.1:{nobody.getsockname()[1]}")


def production(settings: Settings, **changes: Any) -> Production:
    wanted = Wanted(output="a.mp4", look="mia", script="Hello", voice="anna")
    return Production(settings=settings, wanted=wanted, slots=1, speed=None, seed=0, **changes)


async def dry_batch(settings: Settings) -> Exit:
    Path("jobs.csv").write_text("look,script\nmia,Hello\n", encoding="utf-8")
    return await Batch(
        settings=settings, manifest="jobs.csv", out="videos", slots=1, dry_run=True
    ).run()


def attempts(told: str, operation: str) -> int:
    return told.count(f"{operation} no answer")


@pytest.mark.parametrize(
    ("command", "operation"),
    [
        (
            lambda settings: show_list(settings, lambda it, size: it.voices.list(), {}, 1),
            "listVoices",
        ),
        (lambda settings: show_one(settings, lambda it: it.videos.get("v")), "getVideo"),
        (
            lambda settings: show_assets(settings, {}, 1, username="ada", folder=None),
            "listAssets",
        ),
        (
            lambda settings: show_assets(settings, {}, 1, username=None, folder=None),
            "getCurrentUser",
        ),
        (
            lambda settings: deleted(settings, "video", "v", lambda it: it.videos.delete("v")),
            "deleteVideo",
        ),
        (lambda settings: production(settings, dry_run=True).run(), "getVoice"),
        (dry_batch, "getCurrentUser"),
    ],
)
async def test_who_pays_nothing_is_told_soon_that_nobody_listens(
    command: Command, operation: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConnectError):
        await command(settings)

    assert attempts(capsys.readouterr().err, operation) == 3


async def test_what_is_paid_for_outlasts_a_server_that_restarts(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ConnectError):
        await production(settings).run()

    told = capsys.readouterr().err
    assert attempts(told, "getVoice") == 5
    assert "will cost" not in told
    assert list(Path().iterdir()) == []
