from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageChops

from heygen_async.simulator.media import RenderRequest, animation, image_size, poster

PHOTO = (Path(__file__).parents[3] / "samples" / "portrait.jpg").read_bytes()


def request(**options: object) -> RenderRequest:
    return RenderRequest(image=PHOTO, seconds=1.0, **options)  # type: ignore[arg-type]


def test_a_poster_has_the_shape_of_the_video() -> None:
    assert image_size(poster(request())) == (480, 270)
    assert image_size(poster(request(aspect_ratio="9:16"))) == (480, 853)
    assert image_size(poster(request(frame=(320, 320)))) == (320, 320)


def test_a_poster_has_the_background_of_the_video() -> None:
    shown = Image.open(io.BytesIO(poster(request(background="#0000ff"))))

    red, green, blue = shown.convert("RGB").getpixel((5, 130))  # type: ignore[misc]
    assert (red < 30, green < 30, blue > 225) == (True, True, True)


def test_an_animation_comes_closer_and_plays_for_ever() -> None:
    moving = Image.open(io.BytesIO(animation(request())))

    assert moving.size == (240, 135)
    assert moving.n_frames == 16  # type: ignore[attr-defined]
    assert moving.info["loop"] == 0
    far = moving.convert("RGB")
    moving.seek(8)
    assert ImageChops.difference(far, moving.convert("RGB")).getbbox() is not None
