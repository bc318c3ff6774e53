from __future__ import annotations

from typing import Any

import attrs
import pytest

from heygen_async.simulator.media import RenderRequest, dimensions

REQUEST = RenderRequest(image=b"photo", text="Hello", seconds=2.0)


@pytest.mark.parametrize(
    ("resolution", "aspect_ratio", "size"),
    [
        ("1080p", "16:9", (1920, 1080)),
        ("1080p", "9:16", (1080, 1920)),
        ("1080p", "1:1", (1080, 1080)),
        ("1080p", "4:5", (1080, 1350)),
        ("1080p", "5:4", (1350, 1080)),
        ("720p", "16:9", (1280, 720)),
        ("720p", "9:16", (720, 1280)),
        ("720p", "4:5", (720, 900)),
        ("4k", "16:9", (3840, 2160)),
        ("4k", "4:5", (2160, 2700)),
    ],
)
def test_the_shorter_side_follows_the_resolution(
    resolution: str, aspect_ratio: str, size: tuple[int, int]
) -> None:
    assert dimensions(resolution, aspect_ratio, (512, 512)) == size


@pytest.mark.parametrize(
    ("image_size", "size"),
    [
        ((512, 512), (720, 720)),
        ((3000, 2000), (1080, 720)),
        ((2000, 3000), (720, 1080)),
        ((333, 777), (720, 1680)),
        ((10_000, 1_000), (4096, 410)),
        ((100_000, 1), (4096, 128)),
        (None, (1280, 720)),
        ((0, 0), (1280, 720)),
    ],
)
def test_auto_follows_the_photo_within_what_heygen_renders(
    image_size: tuple[int, int] | None, size: tuple[int, int]
) -> None:
    assert dimensions("720p", "auto", image_size) == size


@pytest.mark.parametrize(("resolution", "aspect_ratio"), [("8k", "16:9"), ("720p", "3:2")])
def test_unknown_words_have_no_dimensions(resolution: str, aspect_ratio: str) -> None:
    with pytest.raises(ValueError, match="must be one of"):
        dimensions(resolution, aspect_ratio)


def test_requests_are_equal_by_content_and_so_are_their_hashes() -> None:
    same = RenderRequest(image=bytes(bytearray(b"photo")), text="Hello", seconds=2.0)

    assert same == REQUEST
    assert hash(same) == hash(REQUEST)
    assert attrs.evolve(same, image=b"other") != REQUEST


def test_the_files_are_not_printed() -> None:
    request = attrs.evolve(REQUEST, audio=b"recording", background_image=b"beach")

    assert not any(word in repr(request) for word in ("photo", "recording", "beach"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seconds", 0),
        ("seconds", float("inf")),
        ("voice_speed", -1.0),
        ("resolution", "8k"),
        ("aspect_ratio", "3:2"),
        ("fit", "stretch"),
        ("background", "red"),
        ("background", "#12345"),
        ("output_format", "avi"),
    ],
)
def test_a_field_out_of_range_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=field):
        attrs.evolve(REQUEST, **{field: value})
