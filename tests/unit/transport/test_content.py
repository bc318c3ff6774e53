from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from PIL import Image

from heygen_async.errors import UnknownFileTypeError
from heygen_async.transport.content import AUDIO, HEAD_BYTES, IMAGES, Content, inspect

PORTRAIT = Path(__file__).parents[2] / "samples" / "portrait.jpg"


def picture(kind: str, size: tuple[int, int] = (640, 480), **options: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)
    return file.getvalue()


def box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body) + 8, kind) + body


def riff(kind: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    body = kind + b"".join(name + struct.pack("<I", len(data)) + data for name, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


PNG = picture("PNG")
JPEG = picture("JPEG")
MP4 = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"free", b"")
WEBM = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04" + b"\0" * 20
MATROSKA = b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska" + b"\0" * 20
FORMAT = struct.pack("<HHIIHH", 1, 1, 44100, 88200, 2, 16)
WAV = riff(b"WAVE", (b"fmt ", FORMAT), (b"data", b"\0" * 8))
FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413  # MPEG 1 layer III, 128 kbit/s, 44.1 kHz
MP3 = FRAME * 3
TAG = b"ID3\x03\x00\x00\x00\x00\x01\x00" + b"\0" * 128
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
ZIP = b"PK\x03\x04\x14\0\0\0\x08\0" + b"\0" * 16 + b"\x05\0\0\0a.png"
SRT = "1\r\n00:00:00,000 --> 00:00:01,500\r\nHällo\r\n".encode()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PNG, Content("image/png", 640, 480)),
        (JPEG, Content("image/jpeg", 640, 480)),
        (picture("JPEG", (1, 6000), progressive=True), Content("image/jpeg", 1, 6000)),
        (picture("JPEG", exif=b"Exif\0\0" + b"x" * 60_000), Content("image/jpeg", 640, 480)),
        (MP4, Content("video/mp4")),
        (WEBM, Content("video/webm")),
        (WAV, Content("audio/wav")),
        (riff(b"WAVE", (b"LIST", b"abc\0"), (b"fmt ", FORMAT)), Content("audio/wav")),
        (MP3, Content("audio/mpeg")),
        (TAG + MP3, Content("audio/mpeg")),
        (TAG + b"\0" * 77 + MP3, Content("audio/mpeg")),
        (PDF, Content("application/pdf")),
        (ZIP, Content("application/zip")),
        (SRT, Content("application/x-subrip")),
        (b"\xef\xbb\xbf" + SRT, Content("application/x-subrip")),
    ],
)
def test_a_file_is_known_by_its_bytes(data: bytes, expected: Content) -> None:
    assert inspect(data[:HEAD_BYTES], name="x", size=len(data)) == expected


def test_the_sample_portrait_is_a_jpeg_with_a_size() -> None:
    with Image.open(PORTRAIT) as image:
        width, height = image.size

    content = inspect(PORTRAIT.read_bytes()[:HEAD_BYTES], name="portrait.jpg", size=10**6)

    assert content == Content("image/jpeg", width, height)
    assert content.suffix == ".jpg"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "an empty file"),
        (b"Hello, I am a photo.\n", "plain text"),
        ("Schöne Grüße".encode(), "plain text"),
        (b"<!DOCTYPE html><html></html>", "HTML"),
        (b"\n  <html><body>", "HTML"),
        (b'{"a": 1}', "JSON"),
        (b"<?xml version='1.0'?><a/>", "XML"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG image"),
        (picture("GIF"), "a GIF image"),
        (picture("WEBP"), "a WebP image"),
        (picture("BMP"), "a BMP image"),
        (picture("TIFF"), "a TIFF image"),
        (box(b"ftyp", b"heic\0\0\0\0mif1heic"), "a HEIC image"),
        (box(b"ftyp", b"avif\0\0\0\0mif1avif"), "an AVIF image"),
        (box(b"ftyp", b"qt  \0\0\0\0qt  "), "a QuickTime video"),
        (box(b"moov", b"\0" * 50), "a QuickTime video"),
        (box(b"ftyp", b"M4A \0\0\0\0M4A "), "M4A audio"),
        (MATROSKA, "a Matroska video"),
        (riff(b"AVI ", (b"LIST", b"")), "an AVI video"),
        (b"OggS\0\2" + b"\0" * 30, "Ogg audio"),
        (b"fLaC\0\0\0\x22", "FLAC audio"),
        (b"\xff\xf1\x50\x80" + b"\0" * 30, "AAC audio"),
        (
            b"PK\x03\x04\x14\0\6\0\x08\0" + b"\0" * 16 + b"\x13\0\0\0[Content_Types].xml",
            "an office",
        ),
        (b"\x7fELF\2\1\1", "a program"),
        (b"\x93\x01\x02\xfe" * 20, "data of an unknown type"),
        (b"\xff\xd8\xff\xe0" + b"garbage " * 50, "a JPEG image cut off"),
        (b"\xff\xd8\xff\xe0" + b"garbage " * 9000, "a broken JPEG image"),
        (b"\xff\xd8\xff", "a JPEG image cut off"),
        (JPEG[:20], "a JPEG image cut off"),
        (b"\xff\xd8\xff\xd9" + b"\0" * 20, "a broken JPEG image"),
        (b"\x89PNG\r\n\x1a\n" + b"garbage!" * 10, "a broken PNG image"),
        (PNG[:20], "a PNG image cut off"),
        (PNG[:33], "a PNG image cut off"),
        (PNG[:16] + b"\0\0\0\1" + PNG[20:], "a broken PNG image"),
        (MP4[:20], "an MP4 video cut off"),
        (box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + b"\1\2\3\4\5\6\7\x08", "a broken MP4 video"),
        (b"\x1a\x45\xdf\xa3" + b"\0" * 40, "a broken WebM video"),
        (riff(b"WAVE", (b"data", b"\0" * 8)), "a broken WAV file"),
        (riff(b"WAVE", (b"fmt ", b"\0" * 16)), "a broken WAV file"),
        (TAG, "an ID3 tag without any sound"),
        (TAG + b"garbage " * 20, "a broken MP3 file"),
        (FRAME[:100], "an MP3 file cut off"),
        (b"%PDF-oops" + b"\0" * 40, "a broken PDF"),
    ],
)
def test_a_fake_or_a_stranger_is_refused_by_its_real_name(data: bytes, what: str) -> None:
    with pytest.raises(UnknownFileTypeError, match=f"photo.jpg is {what}") as caught:
        inspect(data, name="photo.jpg")

    assert "PNG, JPEG, MP4" in str(caught.value)


def test_a_good_file_of_a_type_the_call_does_not_take_is_refused() -> None:
    with pytest.raises(UnknownFileTypeError, match=r"is an MP4 video; .* PNG or JPEG"):
        inspect(MP4, name="clip.mp4", accept=IMAGES)
    with pytest.raises(UnknownFileTypeError, match=r"is a PNG image; .* MP3 or WAV"):
        inspect(PNG, name="a.mp3", accept=AUDIO)


def test_a_header_that_ends_after_the_head_is_believed() -> None:
    tag = b"ID3\x04\x00\x00\x00\x7f\x7f\x7f" + b"\0" * 500
    jpeg = b"\xff\xd8\xff\xe1\xff\xff" + b"x" * 500

    assert inspect(tag, name="x", size=10**7) == Content("audio/mpeg")
    assert inspect(jpeg, name="x", size=10**7) == Content("image/jpeg")


def test_a_png_with_a_wrong_checksum_is_refused_even_if_its_size_is_plausible() -> None:
    header = b"IHDR" + struct.pack(">IIBBBBB", 640, 480, 8, 2, 0, 0, 0)
    right = struct.pack(">I", zlib.crc32(header))
    start = b"\x89PNG\r\n\x1a\n\0\0\0\r" + header

    assert inspect(start + right, name="x", size=10**6).width == 640
    with pytest.raises(UnknownFileTypeError):
        inspect(start + b"\0\0\0\0", name="x", size=10**6)


@given(
    start=st.sampled_from([b"", PNG, JPEG, MP4, WEBM, WAV, MP3, TAG + MP3, PDF, ZIP, SRT]),
    cut=st.integers(0, 600),
    more=st.binary(max_size=200),
    size=st.none() | st.integers(0, 10**9),
)
def test_no_bytes_at_all_make_it_fail_otherwise(
    start: bytes, cut: int, more: bytes, size: int | None
) -> None:
    try:
        content = inspect(start[:cut] + more, name="x", size=size)
    except UnknownFileTypeError:
        return

    assert "/" in content.mime
