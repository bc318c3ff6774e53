"""What a file's sidecar says made it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from heygen_async.batch.sidecar import Sidecar, write_sidecar
from heygen_async.pipeline.provenance import Provenance, provenance, up_to_date


def sidecar(video: Path, *, simulated: bool = False) -> Path:
    video.touch()
    about = Sidecar(job={"id": "one"}, video_id="v1", size=3, sha256="", simulated=simulated)
    return write_sidecar(video, about)


@pytest.mark.parametrize("simulated", [False, True])
def test_a_sidecar_names_the_job_and_the_video(tmp_path: Path, simulated: bool) -> None:
    sidecar(tmp_path / "a.mp4", simulated=simulated)

    told = provenance(tmp_path / "a.mp4")

    assert told == Provenance("one", "v1", simulated)
    assert (told.names("v1"), told.names("v2")) == (True, False)


def test_another_files_json_says_nothing(tmp_path: Path) -> None:
    others = [tmp_path / name for name in ("a.webm", "b.mp4", "c.mp4")]
    for other in others:
        other.touch()
    (tmp_path / "b.json").write_text("[1]")
    (tmp_path / "c.json").mkdir()
    sidecar(tmp_path / "a.mp4")

    assert list(map(provenance, others)) == [None] * 3


def test_a_sidecar_that_is_older_than_its_video_says_nothing_of_it(tmp_path: Path) -> None:
    video = tmp_path / "a.mp4"
    path = sidecar(video)
    os.utime(video, (2, 2))

    os.utime(path, (2, 2))
    now = up_to_date(video), provenance(video)
    os.utime(path, (1, 1))

    assert now == (True, Provenance("one", "v1"))
    assert (up_to_date(video), provenance(video)) == (False, None)
