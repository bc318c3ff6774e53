from __future__ import annotations

import io

import pytest
from PIL import Image

from heygen_async.simulator.media import sniff, tone


def picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, form)
    return file.getvalue()


CUE = b"1\n00:00:00,000 --> 00:00:01,500\nHello\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (picture("GIF"), "image/gif"),
        (picture("WEBP"), "image/webp"),
        (tone("hello"), "audio/wav"),
        (b"\xff\xfb\x90\x00" + bytes(400), "audio/mpeg"),
        (b"ID3\x04\x00" + bytes(400), "audio/mpeg"),
        (b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00", "video/mp4"),
        (b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x42\x82\x84webm", "video/webm"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"PK\x03\x04" + bytes(30), "application/zip"),
        (CUE, "application/x-subrip"),
        (b"\xef\xbb\xbf" + CUE.replace(b"\n", b"\r\n"), "application/x-subrip"),
    ],
)
def test_a_file_is_known_by_its_bytes(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"Dear reader,\n1\nnothing to see",
        b"\xff\xff\xff\xff",
        b"\xff\xfb\xf0\x00",
        b"\xff\xeb\x90\x00",
        b"\xff\xfe1\x00",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
        b"\x00\x00\x00\x18ftypqt  \x00\x00\x00\x00",
        b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x42\x82\x88matroska",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_is_not_known_is_none(data: bytes) -> None:
    assert sniff(data) is None
