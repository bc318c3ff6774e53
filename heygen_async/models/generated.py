"""A person who does not exist yet, described so that every dialect can make a photo of them.

The words are the finest that any of the three dialects has, and the coarse ones that have no finer
counterpart beside them (``Asian``, ``Middle-Aged``): whoever knows more says more, and nobody has
to say more than they know. ``backends.generated`` narrows them to what a dialect can say.

Sources: source documents 000 (agent.ai) and 001 (HeyGen v2), read 2026-11-20.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs
from attrs.validators import optional

from heygen_async.models import check

__all__ = [
    "Age",
    "Ethnicity",
    "Gender",
    "GeneratedPhoto",
    "Orientation",
    "Pose",
    "Style",
    "read_orientation",
    "read_pose",
    "read_style",
]


class Age(StrEnum):
    """How old the person looks."""

    YOUNG_ADULT = "Young Adult"
    EARLY_MIDDLE_AGE = "Early Middle Age"
    MIDDLE_AGED = "Middle-Aged"
    LATE_MIDDLE_AGE = "Late Middle Age"
    SENIOR = "Senior"
    UNSPECIFIED = "Unspecified"


class Gender(StrEnum):
    """What gender the person shows; ``Male`` and ``Female`` are understood as well."""

    WOMAN = "Woman"
    MAN = "Man"
    NON_BINARY = "Non-Binary"
    UNSPECIFIED = "Unspecified"


class Ethnicity(StrEnum):
    """Which descent the person shows; ``Caucasian`` is understood as ``White``."""

    WHITE = "White"
    BLACK = "Black"
    ASIAN = "Asian"
    ASIAN_AMERICAN = "Asian American"
    EAST_ASIAN = "East Asian"
    SOUTH_EAST_ASIAN = "South East Asian"
    SOUTH_ASIAN = "South Asian"
    MIDDLE_EASTERN = "Middle Eastern"
    PACIFIC = "Pacific"
    HISPANIC = "Hispanic"
    MIXED = "Mixed"
    UNSPECIFIED = "Unspecified"


class Orientation(StrEnum):
    """The photo's shape; ``vertical`` and ``horizontal`` are understood as well."""

    SQUARE = "square"
    PORTRAIT = "portrait"
    LANDSCAPE = "landscape"


class Pose(StrEnum):
    """How much of the person is in the picture."""

    HALF_BODY = "half_body"
    CLOSE_UP = "close_up"
    FULL_BODY = "full_body"


class Style(StrEnum):
    """What kind of picture it is."""

    REALISTIC = "Realistic"
    PROFESSIONAL = "Professional"
    ARTISTIC = "Artistic"
    PIXAR = "Pixar"
    CINEMATIC = "Cinematic"
    VINTAGE = "Vintage"
    NOIR = "Noir"
    CYBERPUNK = "Cyberpunk"
    UNSPECIFIED = "Unspecified"


# The same in the words of one dialect, where that is the same.
_ALSO: Mapping[type[StrEnum], Mapping[str, StrEnum]] = {
    Gender: {"male": Gender.MAN, "female": Gender.WOMAN},
    Ethnicity: {"caucasian": Ethnicity.WHITE},
    Orientation: {"vertical": Orientation.PORTRAIT, "horizontal": Orientation.LANDSCAPE},
}


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", " ", word).strip().casefold()


_SPELLINGS: Mapping[type[StrEnum], Mapping[str, StrEnum]] = {
    words: {_plain(word): word for word in words} | dict(_ALSO.get(words, {}))
    for words in (Age, Gender, Ethnicity, Orientation, Pose, Style)
}


def _read(words: type[StrEnum], value: object) -> Any:
    """The word that is meant; what is none is left for the validator to refuse."""
    return _SPELLINGS[words].get(_plain(value), value) if isinstance(value, str) else value


def _age(word: Age | str) -> Age:
    return _read(Age, word)  # type: ignore[no-any-return]


def _gender(word: Gender | str) -> Gender:
    return _read(Gender, word)  # type: ignore[no-any-return]


def _ethnicity(word: Ethnicity | str) -> Ethnicity:
    return _read(Ethnicity, word)  # type: ignore[no-any-return]


def read_orientation(word: Orientation | str) -> Orientation:
    """The word that is meant, however it is spelt; what is none is left as it is."""
    return _read(Orientation, word)  # type: ignore[no-any-return]


def read_pose(word: Pose | str) -> Pose:
    """The word that is meant, however it is spelt; what is none is left as it is."""
    return _read(Pose, word)  # type: ignore[no-any-return]


def read_style(word: Style | str) -> Style:
    """The word that is meant, however it is spelt; what is none is left as it is."""
    return _read(Style, word)  # type: ignore[no-any-return]


def _one_of(words: type[StrEnum]) -> Any:
    return check.one_of([str(word) for word in words])


@attrs.frozen
class GeneratedPhoto:
    """A photo of a person who does not exist, which becomes an avatar.

    Words are taken in any case, and with hyphens, underscores or spaces. The defaults leave open
    what all dialects can leave open, and choose what they all have.

    Attributes:
        name: the avatar's name in HeyGen.
        age: see `Age`; agent.ai cannot leave it open.
        gender: see `Gender`.
        ethnicity: see `Ethnicity`.
        orientation: see `Orientation`.
        pose: see `Pose`.
        style: see `Style`.
        appearance: further wishes in your own words (clothes, mood, light), which are sent as they
            are. HeyGen v2 takes 1000 characters, less what it has no word for; in v3 the attributes
            share the 1000 characters with them. What does not fit is refused, never cut.
        strict: refuse to make the photo where a wish cannot be said exactly; otherwise each such
            wish is told as a `Loss` in the outcome. Says nothing about what is made, so it does not
            count when two are compared.
    """

    name: str = attrs.field(default="Generated avatar", validator=check.filled)
    age: Age = attrs.field(default=Age.UNSPECIFIED, converter=_age, validator=_one_of(Age))
    gender: Gender = attrs.field(
        default=Gender.UNSPECIFIED,
        converter=_gender,
        validator=_one_of(Gender),
    )
    ethnicity: Ethnicity = attrs.field(
        default=Ethnicity.UNSPECIFIED,
        converter=_ethnicity,
        validator=_one_of(Ethnicity),
    )
    orientation: Orientation = attrs.field(
        default=Orientation.SQUARE,
        converter=read_orientation,
        validator=_one_of(Orientation),
    )
    pose: Pose = attrs.field(default=Pose.HALF_BODY, converter=read_pose, validator=_one_of(Pose))
    style: Style = attrs.field(
        default=Style.REALISTIC, converter=read_style, validator=_one_of(Style)
    )
    appearance: str | None = attrs.field(default=None, validator=optional(check.filled))
    strict: bool = attrs.field(
        default=False, kw_only=True, eq=False, validator=check.instance((bool,))
    )
