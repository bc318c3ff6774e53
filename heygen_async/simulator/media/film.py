"""The pictures of a video: the photo under a camera that moves gently, and the captions on it.

The camera moves in a closed loop of four seconds: in a little, drifting, and out again by the same
way. Zooming works on the planes of the video's own colour format, which are half the samples of RGB
and need no conversion per frame. A position is held for more than one frame, so that a loop takes
only 26 drawings (11 in 4k), kept in memory.
"""

from __future__ import annotations

import math
import random

import av
from PIL import Image

from heygen_async.simulator.media.caption import Caption, Planes
from heygen_async.simulator.media.image import canvas
from heygen_async.simulator.media.mark import marked
from heygen_async.simulator.media.request import RenderRequest, Watermark
from heygen_async.simulator.media.speech import cues, speech_seconds

__all__ = ["BT709", "FRAME_RATE", "LOOP", "STUDIO_RANGE", "Film", "loops"]

FRAME_RATE = 25
"""Frames a second (behaviour facts §11, read 2026-11-20)."""

LOOP = 100
"""Frames until the camera is back where it began."""

BT709 = 1
"""The colours of HD video, by their number in H.273."""

STUDIO_RANGE = 1
"""Brightness from 16 to 235, by its number in FFmpeg."""

_HELD, _HELD_4K = 2, 5
"""Frames for which a position is held; divisors of half the loop."""

_ZOOM = 0.06
"""How much closer the camera comes."""


class Film:
    """The frames of one scene, drawn when asked for."""

    def __init__(
        self,
        request: RenderRequest,
        size: tuple[int, int],
        seconds: float,
        watermark: Watermark | None = None,
    ) -> None:
        """Prepare frames of `size` pixels for a scene of `seconds`.

        Raises:
            ValueError: The photo, the background image or the watermark cannot be decoded.
        """
        chance = random.Random(request.seed)
        self._anchor = (chance.uniform(0.3, 0.7), chance.uniform(0.1, 0.3))
        self._held = _HELD_4K if min(size) > 1080 else _HELD
        self._still = _planes(
            canvas(
                request.image,
                size,
                fit=request.fit,
                background=request.background,
                background_image=request.background_image,
                cut_out=request.cut_out,
            )
        )
        self._mark = None if watermark is None else _laid(marked(size, watermark))
        self._drawn: dict[int, Planes] = {}
        self._captions = _captions(request, size, seconds)

    def frame(self, number: int) -> av.VideoFrame:
        """Return a frame by its number, counted from 0, its time not yet set."""
        phase = number % LOOP
        step = min(phase, LOOP - phase) // self._held
        if step not in self._drawn:
            self._drawn[step] = self._zoomed(step * self._held / (LOOP / 2))
        planes = self._drawn[step]
        for start, end, caption in self._captions:
            if start <= number / FRAME_RATE < end:
                planes = caption.laid_on(planes)
        return _frame(planes)

    def _zoomed(self, way: float) -> Planes:
        """Return the picture from a point on the camera's way in: 0 far, 1 near, eased at both."""
        visible = 1 / (1 + _ZOOM * (1 - math.cos(math.pi * way)) / 2)
        drawn = [self._cropped(plane, visible) for plane in self._still]
        if self._mark is not None:
            for number, (plane, (mark, mask)) in enumerate(zip(drawn, self._mark, strict=True)):
                drawn[number] = Image.composite(mark, plane, mask)
        return drawn[0], drawn[1], drawn[2]

    def _cropped(self, plane: Image.Image, visible: float) -> Image.Image:
        if visible == 1:
            return plane
        width, height = plane.width * visible, plane.height * visible
        left = (plane.width - width) * self._anchor[0]
        top = (plane.height - height) * self._anchor[1]
        box = (left, top, left + width, top + height)
        return plane.resize(plane.size, Image.Resampling.BILINEAR, box)


def loops(request: RenderRequest) -> bool:
    """Tell whether the frames of a scene come again after LOOP of them."""
    return not (request.captions and request.text)


def _laid(layer: Image.Image) -> list[tuple[Image.Image, Image.Image]]:
    """Return the planes of a transparent picture, each with its mask."""
    mask = layer.getchannel("A")
    masks = (mask, mask.reduce(2), mask.reduce(2))
    return list(zip(_planes(layer), masks, strict=True))


def _captions(
    request: RenderRequest, size: tuple[int, int], seconds: float
) -> list[tuple[float, float, Caption]]:
    if not request.captions or not request.text:
        return []
    spoken = min(seconds, speech_seconds(request.text, request.voice_speed))
    return [
        (cue.start, cue.end, Caption.drawn(cue.text, size, request.text))
        for cue in cues(request.text, spoken)
    ]


def _planes(picture: Image.Image) -> Planes:
    opaque = picture.convert("RGBA").tobytes()
    converted = av.VideoFrame.from_bytes(opaque, *picture.size).reformat(
        format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
    )
    brightness, *colours = (
        Image.frombytes(
            "L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1
        )
        for plane in converted.planes
    )
    return brightness, colours[0], colours[1]


def _frame(planes: Planes) -> av.VideoFrame:
    frame = av.VideoFrame(*planes[0].size, "yuv420p")
    for drawn, plane in zip(planes, frame.planes, strict=True):
        plane.update(_padded(drawn, plane.line_size))
    frame.colorspace = BT709
    frame.color_range = STUDIO_RANGE
    return frame


def _padded(plane: Image.Image, line: int) -> bytes:
    """Return the bytes of a plane whose lines FFmpeg has made longer, for alignment."""
    if line == plane.width:
        return plane.tobytes()
    wider = Image.new("L", (line, plane.height))
    wider.paste(plane)
    return wider.tobytes()
