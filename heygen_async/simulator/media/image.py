"""Pictures: read, measured, fitted to a frame."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import ExifTags, Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from heygen_async.simulator.media.face import face
from heygen_async.simulator.media.sniff import sniff

__all__ = ["canvas", "image_size", "jpeg", "opened", "thumbnail"]

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
_DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError)
"""What Pillow's decoders raise on broken data; OSError includes "cannot identify image file"."""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes a picture upright, by its orientation in Exif."""

_ON_ITS_SIDE = {_TURNS[orientation] for orientation in (5, 6, 7, 8)}
"""The turns by which width and height change places."""

_BLUR_WIDTH = 48
"""The blurred backdrop is painted this wide and stretched: cheaper than blurring every pixel."""


_FACE = (0.5, 0.45)
"""Where the face is to be in a frame that is filled, from the left and from the top."""


def image_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a picture in pixels, the way up that its camera noted.

    Raises:
        ValueError: The data is no picture, or is damaged.
    """
    with _decoding(data) as picture:
        width, height = picture.size
        # All of a JPEG is read, and an eighth of each side worked out.
        picture.draft(None, (1, 1))
        picture.load()
        turned = _turn(picture) in _ON_ITS_SIDE
    return (height, width) if turned else (width, height)


def thumbnail(image: bytes, width: int = 480) -> bytes:
    """Return a picture as a JPEG of at most `width` pixels across, in proportion, never enlarged.

    Raises:
        ValueError: The data is no picture, or is damaged.
    """
    picture = opened(image)
    if picture.width > width:
        height = max(1, round(picture.height * width / picture.width))
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    return jpeg(_flattened(picture, Image.new("RGB", picture.size, "white")))


def jpeg(picture: Image.Image) -> bytes:
    """Return a picture as a JPEG file."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """Return a picture, wholly decoded, turned upright, as RGB or RGBA.

    Raises:
        ValueError: The data is no JPEG, PNG, WebP or GIF, is damaged, or unpacks to so many
            pixels that it cannot be meant well.
    """
    with _decoding(data) as picture:
        # By hand: what Pillow has for it also rewrites the Exif data, of which any tag may be odd.
        turn = _turn(picture)
        mode = "RGBA" if picture.has_transparency_data else "RGB"
        plain = picture.convert(mode)
        return plain if turn is None else plain.transpose(turn)


def _turn(picture: Image.Image) -> Image.Transpose | None:
    orientation = picture.getexif().get(ExifTags.Base.Orientation)
    return _TURNS.get(orientation) if isinstance(orientation, int) else None


@contextmanager
def _decoding(data: bytes) -> Iterator[Image.Image]:
    """A picture that is decoded inside, where whatever is wrong with it becomes a ValueError."""
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            yield picture
    except (*_DAMAGED, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        kind = sniff(data)
        what = (
            f"damaged {kind}" if kind and kind.startswith("image/") else kind or "an unknown type"
        )
        raise ValueError(f"not a decodable image: found {what} ({error})") from error


def canvas(
    image: bytes,
    size: tuple[int, int],
    *,
    fit: str = "contain",
    background: str | None = None,
    background_image: bytes | None = None,
    cut_out: bool = False,
) -> Image.Image:
    """Return the picture a video starts from: the photo fitted into a frame, over its background.

    Args:
        image: The photo.
        size: Width and height of the frame in pixels.
        fit: "contain" shows the whole photo and leaves borders to the background, "cover" fills
            the frame and cuts what does not fit, as far from the face as it can.
        background: A colour like "#1a2b3c". None, and no background image: a blur of the photo.
        background_image: A picture that fills the background, and wins over the colour.
        cut_out: Whether the person is cut out of the photo; what is behind is white by default.

    Raises:
        ValueError: One of the pictures cannot be decoded.
    """
    photo = opened(image)
    if cut_out:
        photo, background = _cut_out(photo), background or "#ffffff"
    if fit == "cover":
        photo = ImageOps.fit(photo, size, Image.Resampling.BICUBIC, centering=_cut(photo, size))
    else:
        photo = ImageOps.contain(photo, size, Image.Resampling.BICUBIC)
    return _flattened(photo, _backdrop(photo, size, background, background_image))


def _cut(photo: Image.Image, size: tuple[int, int]) -> tuple[float, float]:
    """Return which share of what does not fit is to be cut on the left, and at the top."""
    scale = max(size[0] / photo.width, size[1] / photo.height)
    seen = (size[0] / scale / photo.width, size[1] / scale / photo.height)
    across, down = (
        min(max((at - place * part) / (1 - part), 0.0), 1.0) if part < 1 else 0.5
        for at, place, part in zip(face(photo), _FACE, seen, strict=True)
    )
    return across, down


def _cut_out(photo: Image.Image) -> Image.Image:
    """Return a photo of which head and shoulders are left, where they probably are."""
    width, height = photo.size
    across, down = face(photo)
    middle, eyes, reach = across * width, down * height, min(photo.size)
    chest, broad = eyes + 0.8 * reach, 0.46 * reach
    mask = Image.new("L", photo.size)
    pen = ImageDraw.Draw(mask)
    pen.ellipse(_round(middle, eyes, 0.22 * reach, 0.3 * reach), fill=255)
    pen.ellipse(_round(middle, chest, broad, 0.58 * reach), fill=255)
    if chest < height:
        pen.rectangle((middle - broad, chest, middle + broad, height), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(0.015 * reach))
    person = photo.convert("RGBA")
    person.putalpha(ImageChops.multiply(person.getchannel("A"), mask))
    return person


def _round(
    right: float, below: float, wide: float, high: float
) -> tuple[float, float, float, float]:
    return (right - wide, below - high, right + wide, below + high)


def _backdrop(
    photo: Image.Image,
    size: tuple[int, int],
    background: str | None,
    background_image: bytes | None,
) -> Image.Image:
    if background_image is not None:
        picture = ImageOps.fit(opened(background_image), size, Image.Resampling.BICUBIC)
        return _flattened(picture, Image.new("RGB", size, background or "black"))
    if background is not None:
        return Image.new("RGB", size, background)
    small = (_BLUR_WIDTH, max(2, round(_BLUR_WIDTH * size[1] / size[0])))
    blurred = ImageOps.fit(photo.convert("RGB"), small).filter(ImageFilter.GaussianBlur(3))
    darker = blurred.point(lambda level: level * 3 // 4)
    return darker.resize(size, Image.Resampling.BICUBIC)


def _flattened(picture: Image.Image, backdrop: Image.Image) -> Image.Image:
    """Return a picture laid on the middle of a backdrop, which shows through where it may."""
    left = (backdrop.width - picture.width) // 2
    top = (backdrop.height - picture.height) // 2
    backdrop.paste(picture, (left, top), picture if picture.mode == "RGBA" else None)
    return backdrop
