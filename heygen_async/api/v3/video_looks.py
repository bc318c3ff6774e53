"""How a video looks: engine, frame, background, captions, watermark.

Source: HeyGen v3 contract and behaviour notes section 11, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.rules import COLOUR, ID, URL, Between, Text, exactly_one
from heygen_async.api.v3.inputs import AssetInput
from heygen_async.api.values import Request, optional, tag
from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord

__all__ = [
    "AvatarFit",
    "AvatarIIIEngineConfig",
    "AvatarIVEngineConfig",
    "AvatarVEngineConfig",
    "BackgroundSetting",
    "BackgroundType",
    "CaptionFileFormat",
    "CaptionSetting",
    "CaptionStyle",
    "EngineConfig",
    "Expressiveness",
    "VideoAspectRatio",
    "VideoOutputFormat",
    "VideoResolution",
    "WatermarkInput",
    "WatermarkPlacement",
    "WatermarkPosition",
]


class VideoAspectRatio(OpenWord):
    """Width to height; ``auto`` follows the picture."""

    WIDE = "16:9"
    TALL = "9:16"
    FOUR_TO_FIVE = "4:5"
    FIVE_TO_FOUR = "5:4"
    SQUARE = "1:1"
    AUTO = "auto"


class VideoResolution(OpenWord):
    """The shorter side of the frame; 4k is not available for every engine."""

    UHD = "4k"
    FULL_HD = "1080p"
    HD = "720p"


class VideoOutputFormat(OpenWord):
    """``webm`` has a transparent background."""

    MP4 = "mp4"
    WEBM = "webm"


class AvatarFit(OpenWord):
    """Whether the whole avatar is shown or the whole frame is filled."""

    CONTAIN = "contain"
    COVER = "cover"


class Expressiveness(OpenWord):
    """How much a photo avatar moves."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class BackgroundType(OpenWord):
    """What stands behind the avatar."""

    COLOR = "color"
    IMAGE = "image"


class CaptionFileFormat(OpenWord):
    """Formats of a caption file."""

    SRT = "srt"


class CaptionStyle(OpenWord):
    """Styles of captions that are drawn into the picture."""

    DEFAULT = "default"


class WatermarkPosition(OpenWord):
    """A corner of the frame."""

    TOP_LEFT = "top_left"
    TOP_RIGHT = "top_right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM_RIGHT = "bottom_right"


@attrs.frozen(kw_only=True)
class AvatarVEngineConfig(Request):
    """The newest engine, for digital twins and stock avatars.

    Attributes:
        reference_look_id: a look whose motion is followed.
    """

    reference_look_id: str | None = optional(ID)
    type: str = tag("avatar_v")


@attrs.frozen(kw_only=True)
class AvatarIVEngineConfig(Request):
    """The engine for photo avatars; the only one with expressiveness."""

    type: str = tag("avatar_iv")


@attrs.frozen(kw_only=True)
class AvatarIIIEngineConfig(Request):
    """The cheapest engine; follows no motion prompt."""

    type: str = tag("avatar_iii")


EngineConfig = AvatarVEngineConfig | AvatarIVEngineConfig | AvatarIIIEngineConfig
"""The engine that renders an avatar, with what it alone takes."""


@attrs.frozen(kw_only=True)
class BackgroundSetting(Request):
    """A colour or a picture behind the avatar.

    Attributes:
        type: ``color`` or ``image``.
        value: for a colour: ``#1a2b3c``.
        url: for a picture: its public address.
        asset_id: for a picture: the asset it was uploaded as.
    """

    type: BackgroundType | str
    value: str | None = optional()
    url: str | None = optional(URL)
    asset_id: str | None = optional(ID)

    def _cohere(self) -> None:
        name = "BackgroundSetting"
        if self.type == BackgroundType.COLOR:
            COLOUR.check(f"{name}.value", self.value or "")
            for field in ("url", "asset_id"):
                if getattr(self, field) is not None:
                    raise InvalidInputError.of(f"{name}.{field}", "is not for a colour", "one")
        elif self.type == BackgroundType.IMAGE:
            exactly_one(name, {"url": self.url, "asset_id": self.asset_id})
            if self.value is not None:
                raise InvalidInputError.of(f"{name}.value", "is not for a picture", self.value)


@attrs.frozen(kw_only=True)
class CaptionSetting(Request):
    """Captions as a file, and with a style also in the picture.

    Attributes:
        file_format: of the file.
        style: draws them into a second video, ``captioned_video_url``.
    """

    file_format: CaptionFileFormat | str | None = optional(served="srt")
    style: CaptionStyle | str | None = optional()


@attrs.frozen(kw_only=True)
class WatermarkPlacement(Request):
    """Where a watermark stands.

    Attributes:
        position: the corner.
        offset_x: -1 to 1, shares of the frame's width.
        offset_y: -1 to 1, shares of the frame's height.
    """

    position: WatermarkPosition | str | None = optional(served="bottom_right")
    offset_x: float | None = optional(Between(-1, 1))
    offset_y: float | None = optional(Between(-1, 1))


@attrs.frozen(kw_only=True)
class WatermarkInput(Request):
    """A picture over the video.

    Attributes:
        image: the picture.
        opacity: 0 to 1.
        scale: above 0, to 2.
        placement: where it stands.
    """

    image: AssetInput
    opacity: float | None = optional(Between(0, 1), served=1)
    scale: float | None = optional(Between(0, 2, above=True), served=1)
    placement: WatermarkPlacement | None = optional()


#: A motion prompt in words; HeyGen publishes no length.
MOTION = Text(1)


def check_motion(
    request: object,
    *,
    engine: EngineConfig | None,
    motion_prompt: str | None,
    expressiveness: Expressiveness | str | None,
) -> None:
    """Check what the engine can do with motion.

    Raises:
        InvalidInputError: a motion prompt for ``avatar_iii``, or expressiveness for another engine
            than ``avatar_iv``.
    """
    name = type(request).__name__
    if motion_prompt is not None and isinstance(engine, AvatarIIIEngineConfig):
        raise InvalidInputError.of(
            f"{name}.motion_prompt", "must be left out with the engine avatar_iii", motion_prompt
        )
    if (
        expressiveness is not None
        and engine is not None
        and not isinstance(engine, AvatarIVEngineConfig)
    ):
        raise InvalidInputError.of(
            f"{name}.expressiveness",
            f"must be left out with the engine {engine.type}, it is for avatar_iv",
            str(expressiveness),
        )
