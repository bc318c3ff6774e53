"""Headers of the file formats that HeyGen takes, read from a file's first bytes. Pure.

A signature is a promise that fakes make too, so each reader goes on to what the format must say
next: a PNG to its checked IHDR, a JPEG along its segments to the frame, an MP3 to the second frame.
A reader returns what it found, or raises `Broken`, or returns None for another format. Where the
head ends before the proof and the file goes on, the signature has to do.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable

import attrs

__all__ = ["READERS", "Broken", "Found", "id3_length", "mp3_frame", "strange_name"]


@attrs.frozen
class Found:
    """A known format.

    Attributes:
        mime: its media type.
        width: pixels, None where that does not apply or lies beyond the head.
        height: likewise.
    """

    mime: str
    width: int | None = None
    height: int | None = None


class Broken(Exception):  # noqa: N818 - a finding, turned into an error by `content`
    """Starts like a format and then is none."""


def png(head: bytes, whole: bool) -> Found | None:
    """PNG: the first chunk is IHDR, 13 bytes long, with a right checksum."""
    if not head.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    if len(head) < 33:
        raise Broken("a PNG image cut off in its header")
    length, kind, width, height, depth, colour = struct.unpack_from(">I4sIIBB", head, 8)
    (checksum,) = struct.unpack_from(">I", head, 29)
    depths = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
    if length != 13 or kind != b"IHDR" or checksum != zlib.crc32(head[12:29]):
        raise Broken("a broken PNG image: its header does not add up")
    if not (0 < width < 2**31 and 0 < height < 2**31) or depth not in depths.get(colour, ()):
        raise Broken("a broken PNG image: its header is impossible")
    if whole and len(head) < 57:
        raise Broken("a PNG image cut off after its header")
    return Found("image/png", width, height)


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LONE = frozenset({0x01, *range(0xD0, 0xD8)})


def jpeg(head: bytes, whole: bool) -> Found | None:
    """JPEG: segments in a row up to the start of the frame, which holds the size."""
    if not head.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 4 <= len(head):
        if head[at] != 0xFF:
            raise Broken("a broken JPEG image: garbage between its segments")
        marker = head[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in _LONE:
            at += 2
            continue
        (length,) = struct.unpack_from(">H", head, at + 2)
        if marker in {0x00, 0xD8, 0xD9, 0xDA} or length < 2:
            raise Broken("a broken JPEG image: no frame before its data")
        if marker in _FRAMES:
            if at + 9 > len(head):
                break
            height, width = struct.unpack_from(">HH", head, at + 5)
            if not width or length < 8:
                raise Broken("a broken JPEG image: its size is impossible")
            return Found("image/jpeg", width, height or None)
        at += 2 + length
    if whole:
        raise Broken("a JPEG image cut off in its header")
    return Found("image/jpeg")


_ISO_NAMES = {
    b"avif": "an AVIF image",
    b"avis": "an AVIF image",
    b"heic": "a HEIC image",
    b"heix": "a HEIC image",
    b"heim": "a HEIC image",
    b"hevc": "a HEIC image",
    b"mif1": "a HEIC image",
    b"msf1": "a HEIC image",
    b"M4A ": "M4A audio",
    b"M4B ": "M4A audio",
    b"qt  ": "a QuickTime video (.mov)",
    b"3gp4": "a 3GP video",
    b"3gp5": "a 3GP video",
    b"crx ": "a Canon raw image",
}


def mp4(head: bytes, whole: bool) -> Found | None:
    """MP4: an ftyp box of a video brand, followed by another box."""
    if head[4:8] != b"ftyp":
        return None
    (size,) = struct.unpack_from(">I", head)
    if head[8:12] in _ISO_NAMES:
        raise Broken(_ISO_NAMES[head[8:12]])
    if not 16 <= size <= 4096 or (whole and len(head) < size + 8):
        raise Broken("an MP4 video cut off in its header")
    following = head[size + 4 : size + 8]
    if len(following) == 4 and not re.fullmatch(rb"[A-Za-z0-9 _\-\xa9]{4}", following):
        raise Broken("a broken MP4 video: garbage after its header")
    return Found("video/mp4")


def webm(head: bytes, whole: bool) -> Found | None:
    """WebM: an EBML header whose document type is webm; Matroska's other types are not taken."""
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    kind = re.search(rb"\x42\x82([\x81-\x90])", head[:128])
    if kind is None:
        raise Broken("a broken WebM video: its header names no type")
    name = head[kind.end() : kind.end() + (kind.group(1)[0] & 0x7F)].rstrip(b"\0")
    if name == b"webm":
        return Found("video/webm")
    raise Broken("a Matroska video (.mkv)" if name == b"matroska" else "an unknown EBML file")


_RIFF = {b"AVI ": "an AVI video", b"WEBP": "a WebP image"}


def wav(head: bytes, whole: bool) -> Found | None:
    """WAV: RIFF chunks, one of which is the format, with channels and a rate."""
    if head[:4] != b"RIFF" or len(head) < 12:
        return None
    if head[8:12] != b"WAVE":
        raise Broken(_RIFF.get(head[8:12], "an unknown RIFF file"))
    at = 12
    while at + 8 <= len(head):
        kind, size = struct.unpack_from("<4sI", head, at)
        if kind == b"fmt ":
            if size < 16 or at + 24 > len(head):
                break
            _, channels, rate = struct.unpack_from("<HHI", head, at + 8)
            if channels and rate:
                return Found("audio/wav")
            break
        at += 8 + size + size % 2
    else:
        if not whole:
            return Found("audio/wav")
    raise Broken("a broken WAV file: it has no sound format")


_RATES = ((11025, 12000, 8000), (0, 0, 0), (22050, 24000, 16000), (44100, 48000, 32000))
_BITS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_BITS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)


def mp3_frame(head: bytes, at: int) -> tuple[int, float] | None:
    """The bytes and seconds of the layer III frame that starts there, None if none does."""
    if at + 4 > len(head) or head[at] != 0xFF or head[at + 1] & 0xE0 != 0xE0:
        return None
    version, layer = head[at + 1] >> 3 & 3, head[at + 1] >> 1 & 3
    bits, rate = head[at + 2] >> 4, head[at + 2] >> 2 & 3
    if version == 1 or layer != 1 or bits in {0, 15} or rate == 3:
        return None
    table, samples = (_BITS_1, 1152) if version == 3 else (_BITS_2, 576)
    hertz = _RATES[version][rate]
    return samples * 125 * table[bits] // hertz + (head[at + 2] >> 1 & 1), samples / hertz


def id3_length(head: bytes) -> int | None:
    """The bytes of the ID3 tag that these begin with, None if they begin with none.

    Raises:
        Broken: it has no length.
    """
    if not head.startswith(b"ID3") or len(head) < 10:
        return None
    if max(head[6:10]) > 0x7F:
        raise Broken("a broken MP3 file: its ID3 tag has no length")
    return 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])


def mp3(head: bytes, whole: bool) -> Found | None:
    """MP3: perhaps an ID3 tag, then frames of layer III, each ending where the next begins."""
    tag = id3_length(head)
    at = tag or 0
    if tag is not None:
        while at < len(head) and head[at] == 0:  # padding that some writers leave uncounted
            at += 1
        if at + 4 > len(head):
            if whole:
                raise Broken("an ID3 tag without any sound after it")
            return Found("audio/mpeg")
    frame = mp3_frame(head, at)
    if frame is None:
        if tag is not None:
            raise Broken("a broken MP3 file: no sound after its ID3 tag")
        return None
    following = at + frame[0]
    if following + 4 <= len(head) and mp3_frame(head, following) is None:
        if head[following : following + 3] not in {b"TAG", b"APE"}:
            return None
    elif following > len(head) and whole:
        raise Broken("an MP3 file cut off in its first frame")
    return Found("audio/mpeg")


def pdf(head: bytes, whole: bool) -> Found | None:
    """PDF: its version."""
    if not head.startswith(b"%PDF-"):
        return None
    if not re.match(rb"%PDF-[12]\.\d", head) or (whole and len(head) < 32):
        raise Broken("a broken PDF document")
    return Found("application/pdf")


def zipped(head: bytes, whole: bool) -> Found | None:
    """ZIP: a first entry with a possible version and a name, but no office document."""
    if not head.startswith(b"PK\x03\x04"):
        return None
    if len(head) < 30 or head[4] > 63:
        raise Broken("a broken ZIP archive")
    name = head[30 : 30 + struct.unpack_from("<H", head, 26)[0]]
    if name in {b"[Content_Types].xml", b"mimetype"}:
        raise Broken("an office document")
    return Found("application/zip")


_CUE = re.compile(
    r"\s*\d+[ \t]*\r?\n"
    r"\s*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->[ \t]*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}"
)


def srt(head: bytes, whole: bool) -> Found | None:
    """SubRip: text that begins with a numbered cue."""
    text = _as_text(head)
    return Found("application/x-subrip") if text and _CUE.match(text) else None


READERS: tuple[Callable[[bytes, bool], Found | None], ...] = (
    png,
    jpeg,
    mp4,
    webm,
    wav,
    pdf,
    zipped,
    mp3,
    srt,
)
"""Each takes the head of a file and whether that is all of it."""

_SIGNATURES = (
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"8BPS", "a Photoshop image"),
    (b"\0\0\1\0", "an icon"),
    (b"fLaC", "FLAC audio"),
    (b"OggS", "Ogg audio"),
    (b"#!AMR", "AMR audio"),
    (b"FORM", "AIFF audio"),
    (b"\x30\x26\xb2\x75", "Windows Media"),
    (b"FLV", "a Flash video"),
    (b"\xff\xf1", "AAC audio"),
    (b"\xff\xf9", "AAC audio"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"PK", "an empty ZIP archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)


def strange_name(head: bytes) -> str:
    """What to call a file of a type that nobody here takes."""
    if not head:
        return "an empty file"
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return name
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free"}:
        return "a QuickTime video (.mov)"
    text = _as_text(head)
    if text is None:
        return "data of an unknown type"
    start = text.lstrip().lower()
    if start.startswith(("<!doctype html", "<html")):
        return "HTML"
    if "<svg" in start[:1000]:
        return "an SVG image"
    if start.startswith("<?xml"):
        return "XML"
    return "JSON" if start.startswith(("{", "[")) else "plain text"


def _as_text(head: bytes) -> str | None:
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:  # not just a character cut off at the end
            return None
        text = head[: error.start].decode("utf-8-sig")
    return None if re.search(r"[\x00-\x08\x0e-\x1f]", text) else text
