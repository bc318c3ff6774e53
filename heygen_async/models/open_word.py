"""Words of a server that may add words tomorrow.

An ``OpenWord`` is a string enum whose members are the words known today. A word it does not know
is no error: it becomes a value of the same class that carries the raw word, so that code which
branches on members keeps working and code which prints, stores or sends the word loses nothing::

    status = VideoStatus("polishing")
    status.known            # False
    status.name             # "UNKNOWN"
    status == "polishing"   # True: it is a str, as every member is
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

__all__ = ["OpenWord"]

_UNKNOWN = "UNKNOWN"


class OpenWord(StrEnum):
    """The base of every vocabulary that the server may extend."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        word = str.__new__(cls, value)
        word._name_ = _UNKNOWN
        word._value_ = str(value)
        return word

    @property
    def known(self) -> bool:
        """Whether this version of the library knows the word."""
        return self._name_ != _UNKNOWN

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """The known words, in the order they are defined."""
        return tuple(member.value for member in cls)

    # By value: an unknown word has no member's name to be found by.
    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return type(self), (self._value_,)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self
