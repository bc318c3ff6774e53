from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from PIL import Image, ImageOps, ImageStat

from heygen_async.simulator.media import image_size, portrait, sniff, thumbnail
from heygen_async.simulator.media.image import canvas, opened

PHOTO = (Path(__file__).parents[3] / "samples" / "portrait.jpg").read_bytes()


def picture(colour: str, size: tuple[int, int], *, mode: str = "RGB", **options: object) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, colour).save(file, "PNG", **options)
    return file.getvalue()


def far(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def test_the_size_is_read_from_the_picture() -> None:
    assert image_size(PHOTO) == (512, 512)
    assert image_size(picture("red", (30, 20))) == (30, 20)


@pytest.mark.parametrize("orientation", range(10))
def test_a_picture_is_measured_and_opened_the_way_up_that_its_camera_noted(
    orientation: int,
) -> None:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = orientation
    Image.open(io.BytesIO(PHOTO)).crop((0, 0, 400, 200)).save(file, "JPEG", exif=exif)
    with Image.open(file) as taken:
        upright = ImageOps.exif_transpose(taken)

    seen = opened(file.getvalue())

    assert image_size(file.getvalue()) == seen.size == upright.size
    assert seen.tobytes() == upright.tobytes()


def test_what_else_a_camera_noted_may_be_anything() -> None:
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"
    Image.new("RGB", (40, 20)).save(file, "JPEG", exif=exif)
    # The maker's name stands where the width should, and Pillow cannot write it back.
    odd = file.getvalue().replace(b"\x01\x0f\x00\x02", b"\x01\x00\x00\x02", 1)
    with Image.open(io.BytesIO(odd)) as taken, pytest.raises(struct.error):
        ImageOps.exif_transpose(taken)

    assert image_size(odd) == opened(odd).size == (20, 40)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "found an unknown type"),
        (b"%PDF-1.7\n", "found application/pdf"),
        (PHOTO[:3000], "found damaged image/jpeg"),
        (picture("red", (30, 20))[:50], "found damaged image/png"),
    ],
)
def test_what_is_no_whole_picture_is_refused_by_its_real_kind(data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=f"not a decodable image: {complaint}"):
        image_size(data)


def test_a_picture_that_unpacks_to_too_many_pixels_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)

    with pytest.raises(ValueError, match="not a decodable image"):
        image_size(picture("red", (30, 20)))


def test_a_thumbnail_is_a_smaller_jpeg_in_proportion() -> None:
    small = thumbnail(picture("red", (800, 400)), width=200)

    assert sniff(small) == "image/jpeg"
    assert image_size(small) == (200, 100)


def test_a_thumbnail_is_never_enlarged() -> None:
    assert image_size(thumbnail(picture("red", (100, 50)))) == (100, 50)


def test_a_thumbnail_of_a_transparent_picture_is_white_behind() -> None:
    small = thumbnail(picture("#00000000", (20, 20), mode="RGBA"))

    assert Image.open(io.BytesIO(small)).getpixel((10, 10)) == (255, 255, 255)


def test_contain_shows_the_whole_photo_between_coloured_borders() -> None:
    frame = canvas(picture("red", (50, 100)), (320, 180), background="#1a2b3c")

    assert frame.size == (320, 180)
    assert frame.getpixel((160, 0)) == (255, 0, 0)
    assert frame.getpixel((160, 179)) == (255, 0, 0)
    assert frame.getpixel((0, 90)) == frame.getpixel((319, 90)) == (0x1A, 0x2B, 0x3C)
    assert frame.getpixel((114, 90)) == (0x1A, 0x2B, 0x3C)
    assert frame.getpixel((116, 90)) == (255, 0, 0)


def test_cover_fills_the_frame() -> None:
    frame = canvas(picture("red", (50, 100)), (320, 180), fit="cover", background="#1a2b3c")

    assert frame.getextrema() == ((255, 255), (0, 0), (0, 0))


def test_borders_without_a_background_take_after_the_photo() -> None:
    frame = canvas(picture("#ff8800", (50, 100)), (320, 180))

    border = frame.getpixel((5, 90))
    assert isinstance(border, tuple)
    assert far(border, (0xFF * 3 // 4, 0x88 * 3 // 4, 0)) <= 3


def test_a_background_image_fills_the_borders_and_wins_over_the_colour() -> None:
    frame = canvas(
        picture("red", (50, 100)),
        (320, 180),
        background="#1a2b3c",
        background_image=picture("blue", (10, 10)),
    )

    assert frame.getpixel((5, 90)) == (0, 0, 255)
    assert frame.getpixel((160, 90)) == (255, 0, 0)


def test_the_background_shows_through_a_transparent_photo() -> None:
    photo = picture("#00000000", (50, 50), mode="RGBA")

    frame = canvas(photo, (320, 180), fit="cover", background="#1a2b3c")

    assert frame.getpixel((160, 90)) == (0x1A, 0x2B, 0x3C)


@pytest.mark.parametrize("fit", ["contain", "cover"])
def test_who_is_cut_out_stands_before_the_background(fit: str) -> None:
    picture = canvas(portrait("Ada", 1), (400, 400), fit=fit, background="#00ff00", cut_out=True)

    corners = [picture.getpixel(it) for it in ((10, 10), (390, 10))]
    assert corners == [(0, 255, 0), (0, 255, 0)]
    assert picture.getpixel((200, 160)) == canvas(portrait("Ada", 1), (400, 400)).getpixel(
        (200, 160)
    )


def test_behind_who_is_cut_out_is_white_if_nothing_is_said() -> None:
    picture = canvas(portrait("Ada", 1), (400, 400), cut_out=True)

    assert picture.getpixel((10, 10)) == (255, 255, 255)


def test_a_portrait_is_a_jpeg_of_the_size_asked_for() -> None:
    data = portrait("a friendly engineer", 0, (320, 240))

    assert sniff(data) == "image/jpeg"
    assert image_size(data) == (320, 240)


def test_a_portrait_is_the_same_for_the_same_prompt_and_seed_only() -> None:
    drawn = portrait("a friendly engineer", 0, (64, 64))

    assert portrait("a friendly engineer", 0, (64, 64)) == drawn
    assert portrait("a stern engineer", 0, (64, 64)) != drawn
    assert portrait("a friendly engineer", 1, (64, 64)) != drawn


def test_a_portrait_shows_somebody() -> None:
    drawn = Image.open(io.BytesIO(portrait("a friendly engineer", 0, (200, 200))))

    face = drawn.crop((70, 55, 130, 130))
    assert max(ImageStat.Stat(face).stddev) > 20
