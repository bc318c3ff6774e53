"""What stands beside a video."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from heygen_async.batch.sidecar import Moment, Sidecar, timeline, write_sidecar
from heygen_async.models.events import Accepted, Closed, Intended, Settled, Submitted

_JOB = {"id": "one", "avatar": {"kind": "look", "id": "l1"}, "options": {"title": "Hello"}}
_SIDECAR = Sidecar(job=_JOB, video_id="v1", size=3, sha256="ab" * 32, seconds=12.5, cost=0.63)


def test_a_sidecar_says_what_the_file_is_and_where_it_comes_from(tmp_path: Path) -> None:
    moments = [
        Moment(at=2.0, step="video", event="submitted", detail={"ref": "v1"}),
        Moment(at=1.0, step="job", event="accepted"),
    ]

    path = write_sidecar(
        tmp_path / "one.mp4",
        Sidecar(
            job=_JOB,
            video_id="v1",
            size=3,
            sha256="ab" * 32,
            avatar={"look_id": "l2"},
            media={"ada.jpg": "cd" * 32},
            seconds=12.5,
            timeline=tuple(moments),
            dialect="v2",
            losses=[{"field": "ethnicity"}],
        ),
    )

    assert path == tmp_path / "one.json"
    assert orjson.loads(path.read_bytes()) == {
        "format": "heygen_async sidecar 1",
        "file": {"name": "one.mp4", "size": 3, "sha256": "ab" * 32},
        "job_id": "one",
        "video_id": "v1",
        "avatar": {"look_id": "l2"},
        "seconds": 12.5,
        "cost": None,
        "dialect": "v2",
        "simulated": False,
        "losses": [{"field": "ethnicity"}],
        "job": _JOB,
        "media": {"ada.jpg": "cd" * 32},
        "timeline": [
            {"at": "1970-01-01T00:00:01.000+00:00", "step": "job", "event": "accepted"},
            {
                "at": "1970-01-01T00:00:02.000+00:00",
                "step": "video",
                "event": "submitted",
                "ref": "v1",
            },
        ],
    }
    assert list(tmp_path.iterdir()) == [path]


def test_a_sidecar_is_written_again_in_its_place(tmp_path: Path) -> None:
    write_sidecar(tmp_path / "one.mp4", _SIDECAR)

    path = write_sidecar(tmp_path / "one.mp4", _SIDECAR)

    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("there", [b'{"jobs": []}', b"no json", b"[]", b"1"])
def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path, there: bytes) -> None:
    (tmp_path / "one.json").write_bytes(there)

    path = write_sidecar(tmp_path / "one.mp4", _SIDECAR)

    assert path == tmp_path / "one.mp4.json"
    assert (tmp_path / "one.json").read_bytes() == there


def test_two_videos_of_one_name_have_two_sidecars(tmp_path: Path) -> None:
    first = write_sidecar(tmp_path / "one.mp4", _SIDECAR)
    second = write_sidecar(tmp_path / "one.webm", _SIDECAR)

    assert orjson.loads(first.read_bytes())["file"]["name"] == "one.mp4"
    assert second == tmp_path / "one.webm.json"


def test_nothing_in_a_sidecar_opens_anything(tmp_path: Path) -> None:
    signed = "https://bucket.example/ada.jpg?X-Amz-Signature=abcdef012345&X-Amz-Expires=60"
    job = {
        "id": "one",
        "avatar": {"kind": "photo", "source": signed},
        "words": ["x-api-key: qwertz"],
    }
    moment = Moment(at=0.0, step="file", event="settled", detail={"result": {"url": signed}})

    path = write_sidecar(
        tmp_path / "one.mp4",
        Sidecar(job=job, video_id="v", size=0, sha256="", media={signed: "ab"}, timeline=[moment]),
    )

    text = path.read_text()
    assert text.count("bucket.example") == 3
    assert "abcdef012345" not in text
    assert "qwertz" not in text


def test_a_sidecar_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = write_sidecar(tmp_path / "one.mp4", _SIDECAR)
    before = path.read_bytes()

    with pytest.raises(TypeError):
        write_sidecar(
            tmp_path / "one.mp4",
            Sidecar(job={"id": object()}, video_id="v", size=0, sha256=""),
        )

    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_the_timeline_is_what_the_journal_says() -> None:
    events = {
        "job:one": [Accepted(at=1.0, job={"job": _JOB}), Closed(at=9.0)],
        "avatar:abc": [Settled(at=0.5, result={"look_id": "l2", "size": 3}, price=1.0)],
        "video:one": [
            Intended(at=2.0, key="k", attempt=1, price=0.5),
            Submitted(at=3.0, ref="v1"),
            Settled(at=8.0, result={"duration": 12.5}),
        ],
    }

    moments = timeline(events)

    assert [(moment.at, moment.step, moment.event) for moment in moments] == [
        (1.0, "job", "accepted"),
        (9.0, "job", "closed"),
        (0.5, "avatar", "settled"),
        (2.0, "video", "intended"),
        (3.0, "video", "submitted"),
        (8.0, "video", "settled"),
    ]
    assert moments[0].detail == {}
    assert moments[2].detail == {"look_id": "l2", "price": 1.0}
    assert moments[3].detail == {"key": "k", "attempt": 1}
    assert moments[4].detail == {"ref": "v1"}
