"""A watermark: a picture in a corner that stands still while the camera moves.

How large HeyGen's are is not documented; here one of scale 1 is a fifth of the frame's width.
"""

from __future__ import annotations

from PIL import Image

from heygen_async.simulator.media.image import opened
from heygen_async.simulator.media.request import Watermark

__all__ = ["marked"]

_WIDTH, _MARGIN = 0.2, 0.03
"""Shares of the frame's width, and of its shorter side."""


def marked(frame: tuple[int, int], watermark: Watermark) -> Image.Image:
    """Return a transparent picture of the frame's size with the watermark in its place.

    Raises:
        ValueError: Its picture cannot be decoded.
    """
    picture = opened(watermark.image).convert("RGBA")
    width = max(1, round(frame[0] * _WIDTH * watermark.scale))
    height = max(1, round(width * picture.height / picture.width))
    picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    opacity = watermark.opacity
    picture.putalpha(picture.getchannel("A").point(lambda level: round(level * opacity)))
    margin = round(min(frame) * _MARGIN)
    down, right = watermark.position.split("_")
    left = margin if right == "left" else frame[0] - width - margin
    top = margin if down == "top" else frame[1] - height - margin
    across, along = (round(part * side) for part, side in zip(watermark.offset, frame, strict=True))
    layer = Image.new("RGBA", frame)
    layer.paste(picture, (left + across, top + along))
    return layer
