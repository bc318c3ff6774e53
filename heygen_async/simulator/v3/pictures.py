"""The picture an avatar or a video is made from, wherever it came from.

It is produced when somebody looks: drawing a portrait or decoding footage costs more than most
callers of the simulator ever ask for.
"""

from __future__ import annotations

import attrs

from heygen_async.simulator.media import Watermark, image_size, portrait, sniff, thumbnail
from heygen_async.simulator.media.request import LONGEST_SIDE
from heygen_async.simulator.v3.footage import first_picture
from heygen_async.simulator.world.blobs import Blob

DRAWN = (768, 768)
"""Width and height of a portrait that we draw ourselves."""


@attrs.frozen(kw_only=True)
class Picture:
    """A photo, the first picture of some footage, or a portrait drawn from words.

    Attributes:
        blob: the caller's photo or footage; None for a drawing.
        prompt: what is drawn when there is no usable blob.
        seed: varies the drawing.
        shape: width and height of the drawing.
        face: whose face is drawn; None for one that comes with the prompt.
    """

    blob: Blob | None = None
    prompt: str = ""
    seed: int = 0
    shape: tuple[int, int] = DRAWN
    face: str | None = None

    @property
    def person(self) -> str:
        """Who is to be seen, as the `face` of another drawing."""
        return self.face or (self.prompt if self.blob is None else self.blob.sha256)

    def read(self) -> bytes:
        """The picture as PNG or JPEG; may take a tenth of a second."""
        if self.blob is not None:
            data = self.blob.read()
            if (sniff(self.blob.head) or "").startswith("image/"):
                return data
            shown = first_picture(data)
            if shown is not None:
                return shown
        return portrait(self.prompt, self.seed, self.shape, self.face)

    def jpeg(self) -> bytes:
        """The picture as JPEG, as links to previews promise; may take a tenth of a second."""
        data = self.read()
        return data if sniff(data) == "image/jpeg" else thumbnail(data, LONGEST_SIDE)

    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.shape if self.blob is None else image_size(self.read())


@attrs.frozen(kw_only=True)
class Mark:
    """A watermark, whose picture is read when it is drawn."""

    picture: Picture
    scale: float
    opacity: float
    position: str
    offset: tuple[float, float]

    def read(self) -> Watermark:
        """The watermark with its picture; may take a tenth of a second."""
        return Watermark(
            image=self.picture.read(),
            scale=self.scale,
            opacity=self.opacity,
            position=self.position,
            offset=self.offset,
        )
