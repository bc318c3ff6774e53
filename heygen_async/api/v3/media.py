"""What lipsyncs and translations have in common.

Source: HeyGen v3 contract and behaviour notes section 6, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.rules import Text
from heygen_async.api.values import Request
from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import Progress, Words

__all__ = ["FpsMode", "JobRunStatus", "QualityMode", "UpdateTitleRequest"]


class FpsMode(OpenWord):
    """How frames are timed: variable, constant, or as in the source."""

    VFR = "vfr"
    CFR = "cfr"
    PASSTHROUGH = "passthrough"


class JobRunStatus(OpenWord):
    """How far a lipsync or translation is."""

    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"


class QualityMode(OpenWord):
    """Faster and cheaper, or better; ``precision`` costs twice as much."""

    SPEED = "speed"
    PRECISION = "precision"


@attrs.frozen
class UpdateTitleRequest(Request):
    """Another title.

    Attributes:
        title: at least one character.
    """

    title: str = attrs.field(validator=Text(1))


RUN_WORDS = Words.of({"completed": Progress.DONE, "failed": Progress.FAILED})


def check_span(name: str, start_time: float | None, end_time: float | None) -> None:
    """Check that a part of a video begins before it ends; seconds from its start.

    Raises:
        InvalidInputError: it does not.
    """
    if start_time is not None and end_time is not None and end_time <= start_time:
        raise InvalidInputError.of(f"{name}.end_time", f"must be above {start_time:g}", end_time)
