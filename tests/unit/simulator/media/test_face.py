from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from heygen_async.simulator.media import portrait
from heygen_async.simulator.media.face import face
from heygen_async.simulator.media.image import canvas

PHOTO = (Path(__file__).parents[3] / "samples" / "portrait.jpg").read_bytes()
SKIN = "#e0a97e"


def snapshot(place: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    """Return a grey picture with a round face."""
    picture = Image.new("RGB", size, "#8090a0")
    x, y = place
    ImageDraw.Draw(picture).ellipse((x - 60, y - 60, x + 60, y + 60), SKIN)
    return picture


def png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def test_the_face_of_a_portrait_is_found() -> None:
    across, down = face(Image.open(io.BytesIO(PHOTO)))

    assert across == pytest.approx(0.43, abs=0.06)
    assert down == pytest.approx(0.21, abs=0.07)


@pytest.mark.parametrize("seed", range(8))
def test_the_faces_we_draw_are_found_in_every_shade_and_before_every_wall(seed: int) -> None:
    across, down = face(Image.open(io.BytesIO(portrait("somebody", seed))))

    assert across == pytest.approx(0.5, abs=0.08)
    assert 0.25 < down < 0.6


@pytest.mark.parametrize("colour", ["white", "black", "#1f7a8c", "#c0662b"])
def test_without_skin_the_face_is_where_faces_usually_are(colour: str) -> None:
    assert face(Image.new("RGB", (400, 300), colour)) == (0.5, 0.36)


@pytest.mark.parametrize(
    ("place", "photo", "frame"),
    [
        ((300, 80), (600, 800), (640, 360)),
        ((300, 700), (600, 800), (640, 360)),
        ((120, 200), (1200, 400), (360, 640)),
        ((1080, 200), (1200, 400), (360, 640)),
    ],
)
def test_a_frame_that_is_filled_beheads_nobody(
    place: tuple[int, int], photo: tuple[int, int], frame: tuple[int, int]
) -> None:
    filled = canvas(png(snapshot(place, photo)), frame, fit="cover")

    scale = max(frame[0] / photo[0], frame[1] / photo[1])
    redder = filled.convert("YCbCr").getchannel("Cr").point(lambda level: 255 * (level > 138))
    left, top, right, bottom = redder.getbbox() or (0, 0, 0, 0)
    assert (right - left, bottom - top) == pytest.approx((120 * scale, 120 * scale), abs=6)
