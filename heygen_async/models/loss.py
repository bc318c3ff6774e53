"""What a dialect could not say exactly."""

from __future__ import annotations

import attrs

__all__ = ["Loss"]


@attrs.frozen(kw_only=True)
class Loss:
    """One wish that a dialect has no word for, and what was asked for in its place.

    Attributes:
        field: of the value that was narrowed, such as ``ethnicity``.
        asked: the caller's word.
        given: what the dialect is told instead.
        dialect: ``v3``, ``v2`` or ``agentai``.
        reason: why it could not be said exactly.
    """

    field: str
    asked: str
    given: str
    dialect: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field} {self.asked!r} becomes {self.given} in {self.dialect}: {self.reason}"
