"""What a video shall look like, as one value.

Equal requests make equal videos, so a request is also the key of a cache.
"""

from __future__ import annotations

import math
import re

import attrs

__all__ = ["ASPECT_RATIOS", "RESOLUTIONS", "RenderRequest", "Watermark", "dimensions"]

RESOLUTIONS = {"720p": 720, "1080p": 1080, "4k": 2160}
"""Pixels of the shorter side."""

ASPECT_RATIOS = {"16:9": (16, 9), "9:16": (9, 16), "4:5": (4, 5), "5:4": (5, 4), "1:1": (1, 1)}
"""Width to height. The sixth word, "auto", takes the photo's own."""

SHORTEST_SIDE, LONGEST_SIDE = 128, 4096
"""Pixels; HeyGen renders nothing beyond (behaviour facts §11, read 2026-11-20)."""

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def _positive(request: RenderRequest, field: attrs.Attribute[float], value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ValueError(f"{field.name} must be a number greater than 0, not {value}")


def _colour(request: RenderRequest, field: attrs.Attribute[str | None], value: str | None) -> None:
    if value is not None and not _COLOUR.fullmatch(value):
        raise ValueError(f'{field.name} must be a colour like "#1a2b3c", not {value!r}')


@attrs.frozen(kw_only=True)
class Watermark:
    """A picture in a corner of a video.

    Attributes:
        image: The picture, JPEG or PNG.
        scale: How large, 0 to 2.
        opacity: How opaque, 0 to 1.
        position: "top_left", "top_right", "bottom_left" or "bottom_right".
        offset: How far from there to the right and down, as shares of the frame.
    """

    image: bytes = attrs.field(repr=False)
    scale: float = 1.0
    opacity: float = 1.0
    position: str = "bottom_right"
    offset: tuple[float, float] = (0.0, 0.0)


@attrs.frozen(kw_only=True)
class RenderRequest:
    """All that a video depends on.

    Attributes:
        image: The photo, JPEG or PNG. Required.
        text: What is said; None for a voice that only hums.
        seconds: How long the video lasts; `audio`, if it can be decoded, wins. Required.
        voice_speed: The speed the text is said with. If that leaves time, the voice stops early.
        resolution: "4k", "1080p" or "720p".
        aspect_ratio: "16:9", "9:16", "4:5", "5:4", "1:1", or "auto" for the photo's own.
        fit: "contain" shows the whole photo with borders, "cover" fills the frame with it.
        background: The borders' colour, like "#1a2b3c"; None for a blur of the photo.
        background_image: A picture behind the photo, in place of the colour.
        captions: Whether the text is burnt into the picture.
        seed: Varies what is left to chance: the voice's melody and where the camera drifts.
        pitch: The voice's, in hertz; None leaves it to chance.
        audio: A recording to use as the sound track, MP3 or WAV.
        output_format: "mp4" (H.264 and AAC) or "webm" (VP9 and Opus).
        frame: width and height in pixels, both even; they win over resolution and aspect ratio.
        volume: How loud the sound is, 0 to 1.
        cut_out: Whether the person is cut out of the photo, so that the background is seen.
        watermark: A picture in a corner.
        scenes: What it consists of, one after the other. The frame, the format and the watermark
            are this request's, all else is the scene's. Empty if it is one scene itself.

    Raises:
        ValueError: A field is out of its range; the message names it.
    """

    image: bytes = attrs.field(repr=False)
    text: str | None = None
    seconds: float = attrs.field(validator=_positive)
    voice_speed: float = attrs.field(default=1.0, validator=_positive)
    resolution: str = attrs.field(
        default="1080p", validator=attrs.validators.in_(tuple(RESOLUTIONS))
    )
    aspect_ratio: str = attrs.field(
        default="16:9", validator=attrs.validators.in_((*ASPECT_RATIOS, "auto"))
    )
    fit: str = attrs.field(default="contain", validator=attrs.validators.in_(("contain", "cover")))
    background: str | None = attrs.field(default=None, validator=_colour)
    background_image: bytes | None = attrs.field(default=None, repr=False)
    captions: bool = False
    seed: int = 0
    pitch: float | None = None
    audio: bytes | None = attrs.field(default=None, repr=False)
    output_format: str = attrs.field(default="mp4", validator=attrs.validators.in_(("mp4", "webm")))
    frame: tuple[int, int] | None = None
    volume: float = 1.0
    cut_out: bool = False
    watermark: Watermark | None = None
    scenes: tuple[RenderRequest, ...] = ()


def dimensions(
    resolution: str, aspect_ratio: str, image_size: tuple[int, int] | None = None
) -> tuple[int, int]:
    """Return width and height of a video in pixels, both even.

    Args:
        resolution: "4k", "1080p" or "720p": the shorter side has 2160, 1080 or 720 pixels.
        aspect_ratio: "16:9", "9:16", "4:5", "5:4", "1:1", or "auto".
        image_size: Width and height of the photo, which "auto" follows; None makes "auto" 16:9. If
            a side would pass 4096 pixels, the other shrinks along, though not below 128.

    Raises:
        ValueError: A word is not among those above.
    """
    if resolution not in RESOLUTIONS:
        raise ValueError(f"resolution must be one of {', '.join(RESOLUTIONS)}, not {resolution!r}")
    if aspect_ratio not in ASPECT_RATIOS and aspect_ratio != "auto":
        raise ValueError(
            f"aspect_ratio must be one of {', '.join(ASPECT_RATIOS)}, auto, not {aspect_ratio!r}"
        )
    fallback = image_size if image_size and min(image_size) > 0 else ASPECT_RATIOS["16:9"]
    width, height = ASPECT_RATIOS.get(aspect_ratio, fallback)
    scale = min(RESOLUTIONS[resolution] / min(width, height), LONGEST_SIDE / max(width, height))
    return _side(width * scale), _side(height * scale)


def _side(pixels: float) -> int:
    return max(SHORTEST_SIDE, round(pixels / 2) * 2)
