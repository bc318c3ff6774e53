"""Captions burnt into a picture: white letters on a dark, half transparent plate near its foot.

A frame of video is three grey pictures: brightness in full size, two of colour in half. A caption
is prepared once as such a set and then laid on every frame it belongs to.

The letters are those of Pillow's own font, so that captions look the same on every machine. It
knows little more than ASCII: accents are left out, other scripts appear as boxes. The subtitle file
beside the video has the text as it was.
"""

from __future__ import annotations

import unicodedata

import attrs
from PIL import Image, ImageChops, ImageDraw, ImageFont

__all__ = ["Caption", "Planes"]

Planes = tuple[Image.Image, Image.Image, Image.Image]
"""Brightness, and the two colour differences in half width and half height."""

_BLACK, _WHITE, _GREY = 16, 235, 128
"""Levels of studio-range video: brightness 16 to 235, and colour that is none."""

_PLATE = 170
"""How opaque the plate is, of 255."""

_PLAIN = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
    | {"đ": "d", "Đ": "D", "ı": "i", "þ": "th", "ð": "d", "¿": "?", "¡": "!", "€": "EUR"}
    | {"„": "“", "‚": "‘", "–": "-", "—": "-"}
)


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
    def drawn(cls, text: str, frame: tuple[int, int]) -> Caption:
        """Return a text set for a frame of that width and height, broken into lines that fit."""
        size = max(8, round(min(frame) * 0.05))
        font = ImageFont.load_default(size)
        lines = "\n".join(_broken(text, font, 0.86 * frame[0]))
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


def _broken(
    text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float
) -> list[str]:
    """Return lines of at most `width` pixels, broken at spaces, or inside an overlong word."""
    lines = [""]
    for word in _plain(text).split():
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


def _plain(text: str) -> str:
    """Return a text without accents and with plain letters for those that are one with theirs."""
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _even(pixels: float) -> int:
    return int(pixels + 1) // 2 * 2
