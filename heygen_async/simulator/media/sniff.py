"""What kind of file some bytes are, judged by the bytes alone: names and declared types may lie."""

from __future__ import annotations

import re

__all__ = ["sniff"]

_HEAD = 1024
"""Bytes looked at; every signature known here lies within them."""

_NOT_VIDEO = frozenset(
    {b"avif", b"avis", b"heic", b"heix", b"heim", b"mif1", b"msf1", b"M4A ", b"qt  "}
)
"""Brands of ISO media files that are pictures, sound or QuickTime, and no MP4 video."""

_FIRST_CUE = re.compile(
    r"\s*\d+[ \t]*\r?\n"
    r"\s*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->[ \t]*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}"
)


def sniff(data: bytes) -> str | None:
    """Return the MIME type of a file by its content, or None for any kind not listed here.

    Known are PNG, JPEG, GIF, WebP, MP4, WebM, MP3, WAV, PDF, ZIP and SubRip. Only the beginning is
    read: a truncated file still has its type.
    """
    head = bytes(data[:_HEAD])
    match head:
        case _ if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png"
        case _ if head.startswith(b"\xff\xd8\xff"):
            return "image/jpeg"
        case _ if head.startswith((b"GIF87a", b"GIF89a")):
            return "image/gif"
        case _ if head.startswith(b"%PDF-"):
            return "application/pdf"
        case _ if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return "application/zip"
        case _ if head.startswith(b"\x1a\x45\xdf\xa3"):
            return "video/webm" if b"webm" in head[:64] else None
        case _ if head[:4] == b"RIFF":
            return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(head[8:12])
        case _ if head[4:8] == b"ftyp":
            return None if head[8:12] in _NOT_VIDEO else "video/mp4"
        case _ if head.startswith(b"ID3") or _mp3_frame(head):
            return "audio/mpeg"
        case _ if _subrip(head):
            return "application/x-subrip"
        case _:
            return None


def _mp3_frame(head: bytes) -> bool:
    """Tell whether the bytes open with the header of an MPEG audio frame of layer III."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and 0 < bitrate < 15 and rate != 3


def _subrip(head: bytes) -> bool:
    return _FIRST_CUE.match(head.decode("utf-8-sig", errors="replace")) is not None
