"""How long a recording lasts, told by its headers and without decoding it. Reads, and waits for it.

A WAV says how many bytes a second has. An MP3 is walked frame by frame: what its first frame says
of the whole would be wrong where the bit rate varies, where the file was cut, or where two of them
were put together. What cannot be told for sure is not told.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from heygen_async.transport.formats import Broken, id3_length, mp3_frame

__all__ = ["seconds_of"]

# What has the same number of bytes in every second: PCM, floats, A-law and mu-law.
_EVEN = frozenset({1, 3, 6, 7})
_EXTENSIBLE = 0xFFFE
# Written by who does not know the length yet, and cannot go back to the header later.
_OPEN_ENDED = frozenset({0, 0xFFFFFFFF})
# What may follow the last frame.
_TAILS = (b"TAG", b"APETAGEX", b"LYRICSBEGIN")
# Bytes read at a time, and those of them by which it is told what comes next.
_WINDOW = 2**16
_LOOK = 16
# Nobody takes more than that (600 s), so it need not be known how much more it is.
_ENOUGH = 3600.0


def seconds_of(file: BinaryIO, size: int) -> float | None:
    """The seconds that a WAV or MP3 file lasts; None where that is not sure.

    Args:
        file: at its beginning.
        size: of the file, in bytes.
    """
    start = file.read(12)
    if start[:4] == b"RIFF" and start[8:] == b"WAVE":
        return _wav(file, size)
    try:
        return _mp3(file, size)
    except Broken:
        return None


def _wav(file: BinaryIO, size: int) -> float | None:
    at, pace = 12, 0
    while len(chunk := _at(file, at, 8)) == 8:
        kind, length = struct.unpack("<4sI", chunk)
        at += 8
        if kind == b"fmt ":
            pace = _pace(_at(file, at, min(length, 40)))
        if kind == b"data":
            rest = size - at
            sound = rest if length in _OPEN_ENDED else min(length, rest)
            return sound / pace if pace else None
        at += length + length % 2
    return None


def _pace(form: bytes) -> int:
    """Bytes of a second, 0 where seconds differ."""
    if len(form) < 16:
        return 0
    tag, _, rate, _, block = struct.unpack_from("<HHIIH", form)
    if tag == _EXTENSIBLE and len(form) >= 26:
        (tag,) = struct.unpack_from("<H", form, 24)
    return rate * block if tag in _EVEN else 0


def _mp3(file: BinaryIO, size: int) -> float | None:
    at, seconds = 0, 0.0
    window, begins = b"", 0
    known: dict[bytes, tuple[int, float]] = {}  # Frames differ in little: most have one header.
    while at < size and seconds < _ENOUGH:
        here = at - begins
        if here + _LOOK > len(window):
            window, begins, here = _at(file, at, _WINDOW), at, 0
        start = window[here : here + 3]
        frame = known.get(start) or mp3_frame(window, here)
        if frame is not None:
            known[start] = frame
            length, lasts = frame
            seconds += lasts
        else:
            following = _silent(window[here:])
            if following is None:
                return None
            length = following or size
        at += length
    return seconds or None


def _silent(data: bytes) -> int | None:
    """The bytes between frames that these begin with, 0 if all that follows is none.

    None if it is neither: nobody can tell what a player makes of that.
    """
    tag = id3_length(data)
    if tag is not None:
        return tag
    if data.startswith(_TAILS):
        return 0
    return (len(data) - len(data.lstrip(b"\0"))) or None


def _at(file: BinaryIO, at: int, length: int) -> bytes:
    file.seek(at)
    return file.read(length)
