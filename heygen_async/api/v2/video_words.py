"""The words of v1 and v2 videos: looks, voices, frames, and how far they are.

Source: HeyGen v2 contract, read 2026-11-20.
"""

from __future__ import annotations

from heygen_async.models.open_word import OpenWord

__all__ = [
    "Av4Fit",
    "Av4Orientation",
    "AvatarStyle",
    "BackgroundFit",
    "Expression",
    "PlayStyle",
    "TalkingPhotoStyle",
    "TalkingStyle",
    "V2AspectRatio",
    "V2Expressiveness",
    "VideoStatusValue",
    "VoiceEmotion",
]


class TalkingPhotoStyle(OpenWord):
    """The cut-out of a talking photo."""

    SQUARE = "square"
    CIRCLE = "circle"


class TalkingStyle(OpenWord):
    """How much a talking photo moves."""

    STABLE = "stable"
    EXPRESSIVE = "expressive"


class Expression(OpenWord):
    """The face of a talking photo."""

    DEFAULT = "default"
    HAPPY = "happy"


class AvatarStyle(OpenWord):
    """The cut-out of an avatar."""

    NORMAL = "normal"
    CIRCLE = "circle"
    CLOSE_UP = "closeUp"


class VoiceEmotion(OpenWord):
    """How a voice speaks, if it has emotions."""

    EXCITED = "Excited"
    FRIENDLY = "Friendly"
    SERIOUS = "Serious"
    SOOTHING = "Soothing"
    BROADCASTER = "Broadcaster"


class BackgroundFit(OpenWord):
    """How a background fills the frame."""

    COVER = "cover"
    CROP = "crop"
    CONTAIN = "contain"
    NONE = "none"


class PlayStyle(OpenWord):
    """How a background video is played while somebody speaks."""

    FIT_TO_SCENE = "fit_to_scene"
    FREEZE = "freeze"
    LOOP = "loop"
    FULL_VIDEO = "full_video"
    ONCE = "once"


class VideoStatusValue(OpenWord):
    """How far a video is; the list of v1 knows ``draft`` as well."""

    WAITING = "waiting"
    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class Av4Orientation(OpenWord):
    """The frame of an Avatar IV video; ``square`` stands in a third party's text only."""

    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"
    SQUARE = "square"


class Av4Fit(OpenWord):
    """Whether the whole photo is shown or the whole frame is filled."""

    COVER = "cover"
    CONTAIN = "contain"


class V2AspectRatio(OpenWord):
    """Width to height."""

    WIDE = "16:9"
    TALL = "9:16"


class V2Expressiveness(OpenWord):
    """How much a photo avatar moves."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
