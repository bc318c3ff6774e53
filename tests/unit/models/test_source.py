from __future__ import annotations

import os
from pathlib import Path

import attrs
import pytest

from heygen_async.errors import InvalidInputError
from heygen_async.models.job import AnimatedImage, Audio, Photo
from heygen_async.models.source import Media, Origin


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        ("ada.jpg", Origin.FILE),
        (Path("photos") / "ada.jpg", Origin.FILE),
        ("C:/photos/ada.jpg", Origin.FILE),
        ("/photos/a very long name with a scheme later http://x.jpg", Origin.FILE),
        (b"\xff\xd8\xff", Origin.MEMORY),
        (bytearray(b"\xff\xd8"), Origin.MEMORY),
        (memoryview(b"\xff\xd8"), Origin.MEMORY),
        ("https://example.com/ada.jpg", Origin.URL),
        ("sha256:" + "0" * 64, Origin.KEPT),
    ],
)
def test_the_origin_is_told_by_what_is_given(source: str | bytes | Path, origin: Origin) -> None:
    assert Media(source).origin is origin


def test_an_asset_has_no_source() -> None:
    media = Media(asset_id="asset-1")

    assert (media.origin, media.source) == (Origin.ASSET, None)


@pytest.mark.parametrize("kind", [Media, Photo, AnimatedImage, Audio])
@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "{} takes exactly one of a source and an asset_id"),
        (
            {"source": "a.jpg", "asset_id": "a"},
            "{} takes exactly one of a source and an asset_id",
        ),
        ({"source": ""}, "{}.source must be a path, bytes, or an https:// address, not ''"),
        ({"source": b""}, "{}.source must be a path, bytes, or an https:// address, not 0 bytes"),
        (
            {"source": "ph\udcfc.jpg"},
            "{}.source must be Unicode; its character 3 is half of one, not 'ph\\udcfc.jpg'",
        ),
        ({"source": 7}, "{}.source must be a path, bytes, or an https:// address, not 7"),
        ({"asset_id": " "}, "{}.asset_id must be a non-empty string, not ' '"),
        (
            {"source": "http://example.com/a.jpg"},
            "{}.source must use https://, HeyGen fetches it from outside,"
            " not 'http://example.com/a.jpg'",
        ),
        (
            {"source": "ftp://example.com/a.jpg"},
            "{}.source must use https://, HeyGen fetches it from outside,"
            " not 'ftp://example.com/a.jpg'",
        ),
        (
            {"source": "file:///a.jpg"},
            "{}.source must use https://, HeyGen fetches it from outside, not 'file:///a.jpg'",
        ),
    ],
)
def test_bad_media_are_refused_by_the_name_of_their_class(
    kind: type[Media], fields: dict[str, object], message: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        kind(**fields)  # type: ignore[arg-type]

    assert str(caught.value) == message.format(kind.__name__)


def test_a_path_is_kept_as_its_text() -> None:
    media = Media(Path("photos") / "ada.jpg")

    assert media.source == os.path.join("photos", "ada.jpg")  # noqa: PTH118 - what str() gives
    assert media.path == Path("photos/ada.jpg")


def test_bytes_are_not_shown() -> None:
    assert "JFIF" not in repr(Media(b"\xff\xd8JFIF" * 100))
    assert "<600 bytes>" in repr(Media(b"\xff\xd8JFIF" * 100))


def test_what_is_kept_stays_what_it_was_by_its_digest() -> None:
    photo = Photo(b"\xff\xd8", name="Ada", group_id="g")

    kept = photo.kept("0" * 64)

    assert isinstance(kept, Photo)
    assert (kept.origin, kept.digest) == (Origin.KEPT, "0" * 64)
    assert (kept.name, kept.group_id) == ("Ada", "g")


def test_bytes_from_a_buffer_do_not_change_with_it() -> None:
    buffer = bytearray(b"\xff\xd8")
    media = Media(buffer)

    buffer[0] = 0

    assert media.source == b"\xff\xd8"


def test_media_are_values() -> None:
    assert Media("a.jpg") == Media(Path("a.jpg"))
    assert len({Media("a.jpg"), Media("a.jpg"), Media("b.jpg")}) == 2
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        Media("a.jpg").source = "b.jpg"  # type: ignore[misc]
