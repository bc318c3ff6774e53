"""Posters: small pictures of videos, for a page that holds them all.

PyAV and Pillow come with the extra ``simulator``. Without PyAV no frame can be had of a video, and
without Pillow nothing can be made smaller; the page then draws a placeholder.
"""

from __future__ import annotations

import base64
import importlib.util
import io
import os
import warnings

__all__ = ["WIDEST", "data_uri", "first_frame", "thumbnail"]

WIDEST = 320
"""Pixels of a poster's longer side."""

_QUALITY = 74
# A picture that cannot be made smaller is taken as it is up to so many bytes.
_TAKEN = 48 * 1024

_TYPES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


def first_frame(path: str | os.PathLike[str]) -> bytes | None:
    """The first frame of a video file as a small JPEG.

    None where the file is no video that can be read, or PyAV or Pillow is not installed. Blocks
    for some tens of milliseconds; call it from a thread.
    """
    if not (importlib.util.find_spec("av") and importlib.util.find_spec("PIL")):
        return None
    # Late: PyAV is an extra, and takes 100 ms to import.
    import av

    try:
        with av.open(os.fspath(path)) as container:
            container.streams.video[0].thread_count = 1
            for frame in container.decode(video=0):
                picture = frame.to_image()  # type: ignore[no-untyped-call]
                picture.thumbnail((WIDEST, WIDEST))
                file = io.BytesIO()
                picture.convert("RGB").save(file, "JPEG", quality=_QUALITY, optimize=True)
                return file.getvalue()
    except (OSError, ValueError, IndexError):
        # FFmpeg's errors are OSErrors or ValueErrors; without a picture there is no stream 0.
        return None
    return None


def thumbnail(picture: bytes) -> bytes | None:
    """The picture as a small JPEG; None where it is none, or is too large and Pillow is missing."""
    if not importlib.util.find_spec("PIL"):
        return picture if len(picture) <= _TAKEN and _type(picture) else None
    # Late: Pillow is an extra.
    from PIL import Image

    file = io.BytesIO()
    try:
        with warnings.catch_warnings():
            # A picture of so many pixels that opening it would hurt.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(picture)) as opened:
                if (
                    opened.format == "JPEG"
                    and max(opened.size) <= WIDEST
                    and len(picture) <= _TAKEN
                ):
                    opened.load()
                    return picture
                opened.thumbnail((WIDEST, WIDEST))
                opened.convert("RGB").save(file, "JPEG", quality=_QUALITY, optimize=True)
    except (
        OSError,
        ValueError,
        SyntaxError,  # Pillow's own for broken PNG chunks
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ):
        return None
    return file.getvalue()


def _type(picture: bytes) -> str | None:
    return next((kind for magic, kind in _TYPES if picture.startswith(magic)), None)


def data_uri(picture: bytes) -> str:
    """The picture as an address that needs no network."""
    encoded = base64.b64encode(picture).decode()
    return f"data:{_type(picture) or 'image/jpeg'};base64,{encoded}"
