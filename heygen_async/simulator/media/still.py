"""Pictures that stand for a video: its poster, and a little animation."""

from __future__ import annotations

import io
import math

from PIL import Image

from heygen_async.simulator.media.image import canvas, image_size, jpeg
from heygen_async.simulator.media.mark import marked
from heygen_async.simulator.media.request import RenderRequest, dimensions

__all__ = ["animation", "frame_size", "poster"]

_POSTER_WIDTH, _ANIMATION_WIDTH = 480, 240
"""Pixels."""

_STEPS, _STEP_MS = 16, 120
"""Pictures of the animation, and how long each is shown."""

_ZOOM = 0.06
"""How much closer the camera comes."""


def frame_size(request: RenderRequest) -> tuple[int, int]:
    """Return width and height of a video in pixels.

    Raises:
        ValueError: The photo cannot be decoded.
    """
    if request.frame is not None:
        return request.frame
    return dimensions(request.resolution, request.aspect_ratio, image_size(request.image))


def poster(request: RenderRequest) -> bytes:
    """Return what a video shows, as a JPEG of at most 480 pixels across.

    Raises:
        ValueError: The photo or the background image cannot be decoded.
    """
    return jpeg(_small(request, _POSTER_WIDTH))


def animation(request: RenderRequest) -> bytes:
    """Return the camera's way in and out again, as a GIF that plays for ever.

    Raises:
        ValueError: The photo or the background image cannot be decoded.
    """
    still = _small(request, _ANIMATION_WIDTH)
    ways = (1 - math.cos(2 * math.pi * step / _STEPS) for step in range(_STEPS))
    first, *others = (_nearer(still, 1 / (1 + _ZOOM * way / 2)).quantize(128) for way in ways)
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=_STEP_MS, loop=0)
    return file.getvalue()


def _small(request: RenderRequest, width: int) -> Image.Image:
    size = frame_size(request)
    width = min(width, size[0])
    small = (width, max(1, round(width * size[1] / size[0])))
    first = request.scenes[0] if request.scenes else request
    still = canvas(
        first.image,
        small,
        fit=first.fit,
        background=first.background,
        background_image=first.background_image,
        cut_out=first.cut_out,
    )
    if request.watermark is not None:
        layer = marked(small, request.watermark)
        still.paste(layer, mask=layer)
    return still


def _nearer(still: Image.Image, visible: float) -> Image.Image:
    width, height = still.width * visible, still.height * visible
    left, top = (still.width - width) / 2, (still.height - height) / 3
    box = (left, top, left + width, top + height)
    return still.resize(still.size, Image.Resampling.BILINEAR, box)
