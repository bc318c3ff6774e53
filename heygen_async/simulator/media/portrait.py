"""People who do not exist: drawn portraits for avatars made from a prompt, and for the presets."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from PIL import Image, ImageDraw

from heygen_async.simulator.media.image import jpeg

__all__ = ["portrait"]

T = TypeVar("T")

_SKINS = ("#ffdbc4", "#f1c3a0", "#e0a97e", "#c58a5c", "#9a643d", "#6f452a")
_HAIRS = ("#2a211d", "#4b3423", "#7a4a24", "#b3803f", "#d9b36a", "#8c8c94", "#a33f22")
_CLOTHES = ("#2f5d8c", "#8c2f4f", "#2f7d5b", "#5b4b8a", "#c0662b", "#3a3f47", "#1f7a8c")
_WALLS = (
    ("#dfe9f3", "#9fb8d0"),
    ("#f6e7d8", "#d9b596"),
    ("#e4f0e2", "#a3c3a0"),
    ("#ece4f4", "#b7a4d2"),
)
_EYES = ("#3b2a1e", "#3f6b8c", "#4d7350", "#6b5a3a")
_INK = "#3a2420"

_UNITS = 100
"""The drawing's own measure: the picture is this many units wide and high."""

_OVERSAMPLED = 2
"""Drawn this much larger and scaled down, for smooth edges."""


def portrait(
    prompt: str, seed: int, size: tuple[int, int] = (768, 768), face: str | None = None
) -> bytes:
    """Return a drawn head-and-shoulders portrait as a JPEG, the same for the same prompt and seed.

    Args:
        prompt: Whom to draw. Other words give another person; their meaning is not looked at.
        seed: Another seed draws another person for the same prompt.
        size: Width and height in pixels; the person stands in the middle of the longer side.
        face: Whose face it is: with the same words here, the same person in other clothes. None
            for one that comes with the prompt.
    """
    looks = random.Random(f"{seed}:{prompt if face is None else face}")
    chance = looks if face is None else random.Random(f"{seed}:{prompt}")
    side = max(size) * _OVERSAMPLED
    picture = _wall(_varied(looks, chance, _WALLS), side)
    _Sketch(ImageDraw.Draw(picture), side / _UNITS).person(looks, chance)
    picture = picture.reduce(_OVERSAMPLED)
    left, top = (max(size) - size[0]) // 2, (max(size) - size[1]) // 2
    return jpeg(picture.crop((left, top, left + size[0], top + size[1])))


def _varied(looks: random.Random, chance: random.Random, choices: Sequence[T]) -> T:
    """Return what may change with the words; the dice of the face are thrown all the same."""
    own = looks.choice(choices)
    return own if chance is looks else chance.choice(choices)


def _wall(colours: tuple[str, str], side: int) -> Image.Image:
    """Return a background that darkens towards the floor."""
    light, dark = colours
    strip = (1, side)
    shade = Image.linear_gradient("L").resize(strip)
    shaded = Image.composite(Image.new("RGB", strip, dark), Image.new("RGB", strip, light), shade)
    return shaded.resize((side, side), Image.Resampling.NEAREST)


class _Sketch:
    """A pen that draws in units instead of pixels."""

    def __init__(self, pen: ImageDraw.ImageDraw, unit: float) -> None:
        self._pen = pen
        self._unit = unit

    def person(self, looks: random.Random, chance: random.Random) -> None:
        """Draw from back to front: long hair, body, head, face, fringe; only clothes can change."""
        skin, hair = looks.choice(_SKINS), looks.choice(_HAIRS)
        width = looks.uniform(14.5, 16.5)
        length = looks.choice((0, 0, 62, 72))
        if length:
            self._rounded(50 - width - 4, 26, 50 + width + 4, length, hair, 16)
        self._body(_varied(looks, chance, _CLOTHES), skin)
        self._head(skin, hair, width)
        self._face(looks, hair, width)
        if looks.random() < 0.35:
            self._glasses()

    def _body(self, clothes: str, skin: str) -> None:
        self._rounded(18, 74, 82, 130, clothes, 22)
        self._ellipse(42, 70, 58, 80, _darker(skin))
        self._rounded(43, 56, 57, 77, _darker(skin), 6)

    def _head(self, skin: str, hair: str, width: float) -> None:
        self._ellipse(50 - width - 3, 22, 50 + width + 3, 56, hair)
        for side in (-1, 1):
            ear = 50 + side * width
            self._ellipse(ear - 3, 42, ear + 3, 51, _darker(skin))
        self._ellipse(50 - width, 26, 50 + width, 66, skin)
        self._chord(50 - width, 22.5, 50 + width, 50, 195, 345, hair)

    def _face(self, chance: random.Random, hair: str, width: float) -> None:
        iris = chance.choice(_EYES)
        brow = chance.uniform(-0.8, 0.8)
        for side in (-1, 1):
            eye = 50 + side * 6.4
            self._ellipse(eye - 2.8, 43.4, eye + 2.8, 47.8, "white")
            self._ellipse(eye - 1.7, 43.7, eye + 1.7, 47.5, iris)
            self._ellipse(eye - 0.8, 44.7, eye + 0.8, 46.5, "black")
            self._ellipse(eye + 0.2, 44.3, eye + 0.9, 45.0, "white")
            self._arc(eye - 3.6, 39.6 + brow, eye + 3.6, 45, 205, 335, hair, 1.0)
            self._ellipse(
                50 + side * 0.62 * width - 2.6, 51, 50 + side * 0.62 * width + 2.6, 54.5, "#e98f80"
            )
        self._arc(48, 46, 52, 53, 30, 150, _INK, 0.6)
        smile = chance.uniform(4.5, 6.5)
        self._chord(50 - smile, 52.5, 50 + smile, 60.5, 15, 165, "#a8323a")
        self._chord(50 - smile * 0.8, 53.5, 50 + smile * 0.8, 59, 20, 160, "white")

    def _glasses(self) -> None:
        for side in (-1, 1):
            eye = 50 + side * 6.4
            self._arc(eye - 4.8, 41, eye + 4.8, 50.2, 0, 360, _INK, 0.7)
        self._arc(48, 43.5, 52, 47.5, 180, 360, _INK, 0.7)

    def _scaled(self, *units: float) -> tuple[float, float, float, float]:
        left, top, right, bottom = (value * self._unit for value in units)
        return left, top, right, bottom

    def _ellipse(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self._pen.ellipse(self._scaled(left, top, right, bottom), fill)

    def _rounded(
        self, left: float, top: float, right: float, bottom: float, fill: str, radius: float
    ) -> None:
        box = self._scaled(left, top, right, bottom)
        self._pen.rounded_rectangle(box, radius * self._unit, fill)

    def _chord(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        start: float,
        end: float,
        fill: str,
    ) -> None:
        self._pen.chord(self._scaled(left, top, right, bottom), start, end, fill)

    def _arc(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        start: float,
        end: float,
        fill: str,
        thickness: float,
    ) -> None:
        width = max(1, round(thickness * self._unit))
        self._pen.arc(self._scaled(left, top, right, bottom), start, end, fill, width)


def _darker(colour: str) -> str:
    levels = (int(colour[at : at + 2], 16) * 9 // 10 for at in (1, 3, 5))
    return "#" + "".join(f"{level:02x}" for level in levels)
