"""Captions burnt into a picture: white letters on a dark, half transparent plate near its foot.

A frame of video is three grey pictures: brightness in full size, two of colour in half. A caption
is prepared once as such a set and then laid on every frame it belongs to.

The letters are those of Pillow's own font, so that captions look the same on every machine. It
knows little more than ASCII. A caption with other letters is set in a font of the machine that has
all of them; where there is none, accents are left out and other scripts appear as boxes. The
subtitle file beside the video has the text as it was.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TypeAlias

import attrs
from PIL import Image, ImageChops, ImageDraw, ImageFont

__all__ = ["Caption", "Planes"]

Planes = tuple[Image.Image, Image.Image, Image.Image]
"""Brightness, and the two colour differences in half width and half height."""

_BLACK, _WHITE, _GREY = 16, 235, 128
"""Levels of studio-range video: brightness 16 to 235, and colour that is none."""

_PLATE = 170
"""How opaque the plate is, of 255."""

_FONTS = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial.ttf", "Arial Unicode.ttf", "segoeui.ttf",
    "NotoSansCJK-Regular.ttc", "NotoSansSC-Regular.otf", "wqy-microhei.ttc", "PingFang.ttc",
    "Hiragino Sans GB.ttc", "msyh.ttc", "YuGothM.ttc", "malgun.ttf", "NotoSansArabic-Regular.ttf",
    "NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf",
)  # fmt: skip
"""Files that a machine may have, those with the letters of most languages first."""

_NO_LETTER = "\U0010ffff"
"""What no font has: it is drawn as a letter that is missing."""

_Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ı": "i", "þ": "th", "ð": "d", "¿": "?", "¡": "!", "€": "EUR"}
    | {"„": "“", "‚": "‘"}
)
_DASHES = str.maketrans({"–": "-", "—": "-"})


@attrs.frozen
class Caption:
    """One line or a few, ready to be laid on frames of one size.

    Attributes:
        position: Left and top in the frame, in even pixels.
        plate: How much of the frame the plate covers, point by point.
        letters: The same for the letters, on a picture of the plate's size.
        colourless: Both together, in half size, for the colour planes.
    """

    position: tuple[int, int]
    plate: Image.Image
    letters: Image.Image
    colourless: Image.Image

    @classmethod
    def drawn(cls, text: str, frame: tuple[int, int], script: str | None = None) -> Caption:
        """Return a text set for a frame of that width and height, broken into lines that fit.

        Args:
            text: What it says.
            frame: Width and height in pixels.
            script: All that is said, if that is more: it decides on the font.
        """
        size = max(8, round(min(frame) * 0.05))
        font, letters_of = _font(text if script is None else script, size)
        lines = "\n".join(_broken(letters_of(text), font, 0.86 * frame[0]))
        pen = ImageDraw.Draw(Image.new("L", (1, 1)))
        left, top, right, bottom = pen.multiline_textbbox((0, 0), lines, font, align="center")
        margin = size // 2
        width = min(frame[0] // 2 * 2, _even(right - left + 2 * margin))
        height = min(frame[1] // 2 * 2, _even(bottom - top + 2 * margin))
        letters = Image.new("L", (width, height), 0)
        ImageDraw.Draw(letters).multiline_text(
            (margin - left, margin - top), lines, 255, font, align="center"
        )
        plate = Image.new("L", (width, height), 0)
        ImageDraw.Draw(plate).rounded_rectangle((0, 0, width - 1, height - 1), margin, _PLATE)
        place = ((frame[0] - width) // 4 * 2, max(0, frame[1] - height - size) // 2 * 2)
        return cls(place, plate, letters, ImageChops.lighter(plate, letters).reduce(2))

    def laid_on(self, planes: Planes) -> Planes:
        """Return the frame with the caption on it; the frame itself stays as it was."""
        brightness, *colours = (plane.copy() for plane in planes)
        brightness.paste(_BLACK, _box(self.position, self.plate), self.plate)
        brightness.paste(_WHITE, _box(self.position, self.letters), self.letters)
        half = (self.position[0] // 2, self.position[1] // 2)
        for colour in colours:
            colour.paste(_GREY, _box(half, self.colourless), self.colourless)
        return brightness, colours[0], colours[1]


def _box(place: tuple[int, int], picture: Image.Image) -> tuple[int, int, int, int]:
    return (*place, place[0] + picture.width, place[1] + picture.height)


def _font(script: str, size: int) -> tuple[_Font, Callable[[str], str]]:
    """Return a font for a script, and what puts a text into letters that the font has."""
    own = ImageFont.load_default(size)
    if _has(own, _dashed(script)):
        return own, _dashed
    for name in _FONTS:
        font = _installed(name, size)
        if font is not None and _has(font, script):
            return font, str
    return own, _plain


@cache
def _installed(name: str, size: int) -> ImageFont.FreeTypeFont | None:
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return None


def _has(font: _Font, text: str) -> bool:
    """Tell whether a font has every letter of a text."""
    missing = _drawn(font, _NO_LETTER)
    return all(_drawn(font, letter) != missing for letter in set(text) if not letter.isspace())


def _drawn(font: _Font, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


def _broken(text: str, font: _Font, width: float) -> list[str]:
    """Return lines of at most `width` pixels, broken at spaces, or inside an overlong word."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width:
            lines[-1] = longer
            continue
        lines.append("")
        for letter in word:
            if lines[-1] and font.getlength(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return [line for line in lines if line]


def _dashed(text: str) -> str:
    """Return a text with plain dashes for long ones."""
    return text.translate(_DASHES)


def _plain(text: str) -> str:
    """Return a text without accents and with plain letters for those that are one with theirs."""
    apart = unicodedata.normalize("NFKD", _dashed(text).translate(_PLAIN))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _even(pixels: float) -> int:
    return int(pixels + 1) // 2 * 2
