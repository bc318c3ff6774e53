"""Where in a photo the face probably is, so that nobody is beheaded when a photo is cut.

Skin of every shade has nearly the same colour once brightness is taken away: a little red, less
blue. The place with the most of it, nearest to where photographers put faces, is taken for one.
That is a guess, and good enough to cut by; a photo without such a place gets the photographers'.
"""

from __future__ import annotations

import math

from PIL import Image, ImageChops, ImageFilter

__all__ = ["face"]

_SHORTER = 36
"""Points along the shorter side of the small picture that is looked at."""

_REACH = _SHORTER // 9
"""How far around a point its skin is counted: half a face of usual size."""

_USUAL = (0.5, 0.36)
"""Where faces are, from the left and from the top."""

_LEAST = 20.0
"""Of 255: less skin than this is no face."""

_BRIGHTNESS, _BLUE, _RED = (45, 240), (80, 122), (138, 175)
"""Skin in YCbCr: from the deepest shade that we draw to the palest, and short of orange."""


def face(photo: Image.Image) -> tuple[float, float]:
    """Return the middle of the face, as shares of the photo's width and height."""
    scale = _SHORTER / min(photo.size)
    width, height = (max(_SHORTER, round(side * scale)) for side in photo.size)
    small = photo.convert("RGB").resize((width, height), Image.Resampling.BOX)
    much = _skin(small).filter(ImageFilter.BoxBlur(_REACH)).tobytes()
    shares = {
        (right, down): much[row * width + column] * _likely(right, down)
        for row, down in enumerate(_middles(height))
        for column, right in enumerate(_middles(width))
    }
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _LEAST else _USUAL


def _skin(picture: Image.Image) -> Image.Image:
    planes = zip(picture.convert("YCbCr").split(), (_BRIGHTNESS, _BLUE, _RED), strict=True)
    brightness, blue, red = (_between(plane, *span) for plane, span in planes)
    return ImageChops.multiply(ImageChops.multiply(brightness, blue), red)


def _between(plane: Image.Image, least: int, most: int) -> Image.Image:
    return plane.point([255 * (least <= level <= most) for level in range(256)])


def _likely(right: float, down: float) -> float:
    return math.exp(-2 * (right - _USUAL[0]) ** 2 - 4 * (down - _USUAL[1]) ** 2)


def _middles(side: int) -> list[float]:
    return [(place + 0.5) / side for place in range(side)]
