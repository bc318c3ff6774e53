"""What a file is by its bytes, whatever it is called; refused before anything is sent.

Accepted types: ``POST /v3/assets`` [HeyGen v3 behaviour digest §8, read 2026-11-20].
"""

from __future__ import annotations

from collections.abc import Collection

import attrs

from heygen_async.errors import UnknownFileTypeError
from heygen_async.transport.formats import READERS, Broken, strange_name

__all__ = ["ACCEPTED", "AUDIO", "HEAD_BYTES", "IMAGES", "VIDEO", "Content", "inspect"]

HEAD_BYTES = 256 * 1024
"""How much of a file `inspect` wants to see; a JPEG's size stands behind its metadata."""

IMAGES = frozenset({"image/png", "image/jpeg"})
VIDEO = frozenset({"video/mp4", "video/webm"})
AUDIO = frozenset({"audio/mpeg", "audio/wav"})
ACCEPTED = IMAGES | VIDEO | AUDIO | {"application/pdf", "application/x-subrip", "application/zip"}
"""What HeyGen takes as an asset."""

_NAMES = {
    "image/png": ("PNG", "a PNG image", ".png"),
    "image/jpeg": ("JPEG", "a JPEG image", ".jpg"),
    "video/mp4": ("MP4", "an MP4 video", ".mp4"),
    "video/webm": ("WebM", "a WebM video", ".webm"),
    "audio/mpeg": ("MP3", "MP3 audio", ".mp3"),
    "audio/wav": ("WAV", "WAV audio", ".wav"),
    "application/pdf": ("PDF", "a PDF document", ".pdf"),
    "application/x-subrip": ("SRT", "SRT subtitles", ".srt"),
    "application/zip": ("ZIP", "a ZIP archive", ".zip"),
}


@attrs.frozen
class Content:
    """What a file is.

    Attributes:
        mime: its media type, one of ``ACCEPTED``.
        width: of an image, in pixels; None for other types, or where it is not near the beginning.
        height: likewise.
    """

    mime: str
    width: int | None = None
    height: int | None = None

    @property
    def suffix(self) -> str:
        """The usual ending of its name, with the dot."""
        return _NAMES[self.mime][2]


def inspect(
    head: bytes, *, name: str, size: int | None = None, accept: Collection[str] = ACCEPTED
) -> Content:
    """What a file is, from its first bytes.

    Args:
        head: the first ``HEAD_BYTES`` of it, or all.
        name: for the error.
        size: of the whole file in bytes; None if ``head`` is all of it.
        accept: the media types that the call takes.

    Raises:
        UnknownFileTypeError: it is something else, or a fake; says what, and what is taken.
    """
    whole = size is None or size <= len(head)
    try:
        for read in READERS:
            found = read(head, whole)
            if found is not None:
                break
        else:
            raise _refusal(name, strange_name(head), accept)
    except Broken as broken:
        raise _refusal(name, str(broken), accept) from None
    if found.mime not in accept:
        raise _refusal(name, _NAMES[found.mime][1], accept)
    return Content(found.mime, found.width, found.height)


def _refusal(name: str, what: str, accept: Collection[str]) -> UnknownFileTypeError:
    words = [names[0] for mime, names in _NAMES.items() if mime in accept]
    taken = " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
    return UnknownFileTypeError(
        f"{name} is {what}; what is taken here is {taken}, whatever the file is called",
        field="file",
        rule=f"must be {taken}",
        value=what,
    )
