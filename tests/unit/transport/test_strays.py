from __future__ import annotations

import os
from pathlib import Path

import pytest

from heygen_async.transport.strays import Strays

OLD = (100, 100)


def left(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).touch()
        os.utime(folder / name, OLD)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_only_parts_of_the_file_itself_are_removed(tmp_path: Path) -> None:
    others = ["ab.mp4.0123abcd.part", "a.mp4.part", "a.mp4.0123abcd", "a.mp4.xyz.part", "a.mp4"]
    left(tmp_path, "a.mp4.0123abcd.part", ".a.mp4.ffffffff.part", *others)

    Strays().clear(tmp_path / "a.mp4")

    assert names(tmp_path) == set(others)


def test_what_is_being_written_now_is_left_alone(tmp_path: Path) -> None:
    strays = Strays()
    (tmp_path / "a.mp4.0123abcd.part").touch()

    strays.clear(tmp_path / "a.mp4")

    assert names(tmp_path) == {"a.mp4.0123abcd.part"}


def test_what_was_killed_just_before_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = tmp_path / "a.mp4.0123abcd.part"
    part.touch()
    restarted = part.stat().st_mtime + 0.03
    monkeypatch.setattr("time.time", lambda: restarted)

    Strays().clear(tmp_path / "a.mp4")

    assert names(tmp_path) == set()


def test_a_folder_is_looked_through_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: looked.append(path) or scan(path))
    left(tmp_path, "a.mp4.0123abcd.part", "b.mp4.0123abcd.part")
    strays = Strays()

    for name in ("a.mp4", "b.mp4", "c.mp4"):
        strays.clear(tmp_path / name)

    assert looked == [tmp_path]
    assert names(tmp_path) == set()


def test_a_folder_that_is_not_there_has_no_strays(tmp_path: Path) -> None:
    Strays().clear(tmp_path / "none" / "a.mp4")

    assert names(tmp_path) == set()
