"""Posters: of videos that play, and of whatever else is called one."""

from __future__ import annotations

import importlib.util
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from heygen_async.batch.report.posters import WIDEST, data_uri, first_frame, thumbnail


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=5)
        stream.width, stream.height = 640, 360
        for colour in ("red", "blue"):
            frame = av.VideoFrame.from_image(Image.new("RGB", (640, 360), colour))
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    found = importlib.util.find_spec

    def leave_out(missing: str) -> None:
        def find(name: str, *rest: Any) -> Any:
            return None if name == missing else found(name, *rest)

        monkeypatch.setattr(importlib.util, "find_spec", find)

    return leave_out


def test_the_first_frame_is_a_small_jpeg(film: Path) -> None:
    poster = first_frame(film)

    assert poster is not None
    with Image.open(io.BytesIO(poster)) as picture:
        red, green, blue = picture.convert("RGB").getpixel((100, 100))
        assert (picture.format, picture.size) == ("JPEG", (WIDEST, 180))
        assert red > 200 > 50 > max(green, blue)


@pytest.mark.parametrize("content", [b"", b"not a video", b"\0\0\0\x18ftypmp42" + bytes(40)])
def test_what_is_no_video_has_no_frame(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.mp4"
    path.write_bytes(content)

    assert first_frame(path) is None


def test_a_missing_file_has_no_frame(tmp_path: Path) -> None:
    assert first_frame(tmp_path / "missing.mp4") is None


@pytest.mark.parametrize("missing", ["av", "PIL"])
def test_without_the_extra_there_is_no_frame(
    film: Path, without: Callable[[str], None], missing: str
) -> None:
    without(missing)

    assert first_frame(film) is None


def _png(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (width, height), (0, 0, 255, 128)).save(file, "PNG")
    return file.getvalue()


def test_a_thumbnail_keeps_the_shape() -> None:
    small = thumbnail(_png(900, 1600))

    assert small is not None
    with Image.open(io.BytesIO(small)) as picture:
        assert picture.size == (180, WIDEST)


def test_a_picture_too_large_to_open_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)

    assert thumbnail(_png(12, 12)) is None


def test_without_pillow_small_pictures_are_taken_as_they_are(
    without: Callable[[str], None],
) -> None:
    without("PIL")

    picture = _png(20, 20)
    assert thumbnail(picture) == picture
    assert thumbnail(picture + bytes(100_000)) is None
    assert thumbnail(b"<svg/>") is None


def test_an_address_names_the_type() -> None:
    assert data_uri(_png(1, 1)).startswith("data:image/png;base64,iVBOR")
