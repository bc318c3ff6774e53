"""The words of photo avatars: what a generated person may be, and how far things are.

Source: HeyGen v2 contract and behaviour notes sections 4.1 to 4.4, read 2026-11-20.
"""

from __future__ import annotations

from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import Progress, Words

__all__ = [
    "GenerationStatus",
    "LookStatus",
    "MotionType",
    "PhotoAge",
    "PhotoEthnicity",
    "PhotoGender",
    "PhotoOrientation",
    "PhotoPose",
    "PhotoStyle",
    "TrainStatusValue",
]


class PhotoAge(OpenWord):
    """How old a generated person is."""

    YOUNG_ADULT = "Young Adult"
    EARLY_MIDDLE_AGE = "Early Middle Age"
    LATE_MIDDLE_AGE = "Late Middle Age"
    SENIOR = "Senior"
    UNSPECIFIED = "Unspecified"


class PhotoGender(OpenWord):
    """The gender of a generated person."""

    WOMAN = "Woman"
    MAN = "Man"
    UNSPECIFIED = "Unspecified"


class PhotoEthnicity(OpenWord):
    """The ethnicity of a generated person."""

    WHITE = "White"
    BLACK = "Black"
    ASIAN_AMERICAN = "Asian American"
    EAST_ASIAN = "East Asian"
    SOUTH_EAST_ASIAN = "South East Asian"
    SOUTH_ASIAN = "South Asian"
    MIDDLE_EASTERN = "Middle Eastern"
    PACIFIC = "Pacific"
    HISPANIC = "Hispanic"
    UNSPECIFIED = "Unspecified"


class PhotoOrientation(OpenWord):
    """The picture's shape; there is no neutral word."""

    SQUARE = "square"
    HORIZONTAL = "horizontal"
    VERTICAL = "vertical"


class PhotoPose(OpenWord):
    """How much of the person is seen; there is no neutral word."""

    HALF_BODY = "half_body"
    CLOSE_UP = "close_up"
    FULL_BODY = "full_body"


class PhotoStyle(OpenWord):
    """The picture's style."""

    REALISTIC = "Realistic"
    PIXAR = "Pixar"
    CINEMATIC = "Cinematic"
    VINTAGE = "Vintage"
    NOIR = "Noir"
    CYBERPUNK = "Cyberpunk"
    UNSPECIFIED = "Unspecified"


class MotionType(OpenWord):
    """Ways to add motion; the last four are known from error texts only, and more may exist."""

    EXPRESSIVE = "expressive"
    CONSISTENT = "consistent"
    CONSISTENT_GEN_3 = "consistent_gen_3"
    HAILUO_2 = "hailuo_2"
    VEO2 = "veo2"
    SEEDANCE_LITE = "seedance_lite"
    KLING = "kling"
    VEO3_1 = "veo3.1"
    RUNWAY_GEN4 = "runway_gen4"
    RUNWAY_GEN3 = "runway_gen3"
    AVATAR_IV = "avatar_iv"


class GenerationStatus(OpenWord):
    """How far a generation is; its word for the good end is ``success``."""

    IN_PROGRESS = "in_progress"
    SUCCESS = "success"
    FAILED = "failed"


class LookStatus(OpenWord):
    """How far a look is; ``in_appeal`` is a human review, which may last."""

    PENDING = "pending"
    COMPLETED = "completed"
    FAILED = "failed"
    IN_APPEAL = "in_appeal"
    MODERATION_REJECTED = "moderation_rejected"


class TrainStatusValue(OpenWord):
    """How far a training is; its word for the good end is ``ready``."""

    PENDING = "pending"
    TRAINING = "training"
    PROCESSING = "processing"
    READY = "ready"
    FAILED = "failed"


GENERATION_WORDS = Words.of({"success": Progress.DONE, "failed": Progress.FAILED})
LOOK_WORDS = Words.of(
    {
        "completed": Progress.DONE,
        "failed": Progress.FAILED,
        "moderation_rejected": Progress.FAILED,
    }
)
TRAIN_WORDS = Words.of({"ready": Progress.DONE, "failed": Progress.FAILED})
