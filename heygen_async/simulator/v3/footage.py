"""What a caller's video shows: how long it is, and its first picture.

The demuxer is named by our own look at the bytes: left to guess, FFmpeg may take them for a
playlist and open what that names.
"""

from __future__ import annotations

import io

import av
import av.container
import av.error
from PIL import Image

from heygen_async.simulator.media import sniff

_MICROSECONDS = 1_000_000
_DEMUXERS = {"video/mp4": "mp4", "video/webm": "webm"}


def footage_seconds(data: bytes) -> float:
    """How many seconds a video lasts.

    Raises:
        ValueError: if the bytes are not a video.
    """
    try:
        with _opened(data) as container:
            if not container.streams.video or container.duration is None:
                raise ValueError("The file has no picture, or does not say how long it is")
            return float(container.duration) / _MICROSECONDS
    except av.error.FFmpegError as error:
        raise ValueError(f"The file cannot be read as a video: {error}") from error


def has_sound(data: bytes) -> bool:
    """Whether a video has a sound track.

    Raises:
        ValueError: if the bytes are not a video.
    """
    try:
        with _opened(data) as container:
            return bool(container.streams.audio)
    except av.error.FFmpegError as error:
        raise ValueError(f"The file cannot be read as a video: {error}") from error


def first_picture(data: bytes) -> bytes | None:
    """The first picture of a video as a JPEG, None if it has none that can be decoded."""
    try:
        with _opened(data) as container:
            for frame in container.decode(video=0):
                picture = io.BytesIO()
                image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
                image.save(picture, "JPEG", quality=90)
                return picture.getvalue()
    except (av.error.FFmpegError, IndexError, ValueError):
        return None
    return None


def _opened(data: bytes) -> av.container.InputContainer:
    kind = sniff(data)
    if kind not in _DEMUXERS:
        raise ValueError(f"The file is {kind or 'of an unknown type'}, not MP4 or WebM")
    return av.open(io.BytesIO(data), mode="r", format=_DEMUXERS[kind])
