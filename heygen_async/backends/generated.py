"""A described person in the words of each dialect: a table, and three readings of it.

Rules:

1. **Nothing is left to a server's default.** Defaults differ between the dialects (agent.ai's
   person is a young adult unless told otherwise), so each attribute a dialect has is sent.
2. **Nothing is lost silently.** What a dialect has no word for goes with the nearest word that is
   not wrong, and with its own words into the free text; each such case is a `Loss`. Where no word
   is near, the neutral one is sent: of four sorts of Asian none is chosen for the caller.
3. **The caller's text is whole or refused.** Nothing of it is cut to make room.
4. **Same in, same out.** Avatars are recognised by what they are made from.

HeyGen v3 has no attributes at all: everything becomes words of one prompt, which is why nothing is
lost there, and why the caller's text has less room.

Source: the dialects' vocabularies are those of source documents 000 (agent.ai) and 001 (HeyGen v2),
the pairs those of the v2 and agent.ai behaviour notes §11; all read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Generic, TypeVar

import attrs

from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import (
    Age,
    Ethnicity,
    Gender,
    GeneratedPhoto,
    Orientation,
    Pose,
    Style,
)
from heygen_async.models.job import PROMPT_LIMIT
from heygen_async.models.loss import Loss

__all__ = ["TABLE", "Narrowed", "Row", "Said", "for_agentai", "for_v2", "for_v3"]

_T = TypeVar("_T")

V2_APPEARANCE_LIMIT = 1000
"""Characters [source document 001, read 2026-11-20]; agent.ai states no limit."""


@attrs.frozen
class Narrowed(Generic[_T]):
    """What a dialect is told, and what of the wish it cannot be told.

    Attributes:
        value: a prompt, or fields by their name in the dialect.
        losses: in the order of the fields.
    """

    value: _T
    losses: tuple[Loss, ...] = ()


@attrs.frozen
class Said:
    """How a dialect says a word.

    Attributes:
        word: what stands in the field.
        text: what is added to the free text, empty for nothing.
        reason: why this is not quite what was asked for, empty where it is.
    """

    word: str
    text: str = ""
    reason: str = ""

    @property
    def given(self) -> str:
        """The word and the text, for the reader of a loss."""
        return f"{self.word!r}" + (f" and {self.text!r} in the text" if self.text else "")


@attrs.frozen
class Row:
    """A word in the three dialects; ``v3`` is what it adds to the prompt, empty for nothing."""

    v3: str
    v2: Said
    agentai: Said


def _row(v3: str, v2: str | Said, agentai: str | Said | None = None) -> Row:
    said = Said(v2) if isinstance(v2, str) else v2
    if agentai is None:
        return Row(v3, said, said)
    return Row(v3, said, Said(agentai) if isinstance(agentai, str) else agentai)


def _asian(word: str) -> Said:
    return Said("Asian", word, "it has one word for all Asians")


def _art(text: str) -> Said:
    return Said("Artistic", text, "it has only realistic, professional and artistic pictures")


TABLE: Mapping[str, Mapping[StrEnum, Row]] = {
    "age": {
        Age.YOUNG_ADULT: _row("young adult", "Young Adult"),
        Age.EARLY_MIDDLE_AGE: _row(
            "in early middle age",
            "Early Middle Age",
            Said("Middle-Aged", "in early middle age", "it does not divide middle age"),
        ),
        Age.MIDDLE_AGED: _row(
            "middle-aged",
            Said("Early Middle Age", "middle-aged", "it has only early and late middle age"),
            "Middle-Aged",
        ),
        Age.LATE_MIDDLE_AGE: _row(
            "in late middle age",
            "Late Middle Age",
            Said("Middle-Aged", "in late middle age", "it does not divide middle age"),
        ),
        Age.SENIOR: _row("senior", "Senior"),
        Age.UNSPECIFIED: _row(
            "", "Unspecified", Said("Young Adult", "", "it cannot leave the age open")
        ),
    },
    "gender": {
        Gender.WOMAN: _row("woman", "Woman", "Female"),
        Gender.MAN: _row("man", "Man", "Male"),
        Gender.NON_BINARY: _row(
            "non-binary person",
            Said("Unspecified", "non-binary person", "it has only two genders"),
            "Non-Binary",
        ),
        Gender.UNSPECIFIED: _row("", "Unspecified"),
    },
    "ethnicity": {
        Ethnicity.WHITE: _row("white", "White", "Caucasian"),
        Ethnicity.BLACK: _row("Black", "Black"),
        Ethnicity.ASIAN: _row(
            "Asian",
            Said("Unspecified", "Asian", "it has four words for Asians and none for all of them"),
            "Asian",
        ),
        Ethnicity.ASIAN_AMERICAN: _row(
            "Asian American", "Asian American", _asian("Asian American")
        ),
        Ethnicity.EAST_ASIAN: _row("East Asian", "East Asian", _asian("East Asian")),
        Ethnicity.SOUTH_EAST_ASIAN: _row(
            "Southeast Asian", "South East Asian", _asian("Southeast Asian")
        ),
        Ethnicity.SOUTH_ASIAN: _row("South Asian", "South Asian", _asian("South Asian")),
        Ethnicity.MIDDLE_EASTERN: _row("Middle Eastern", "Middle Eastern"),
        Ethnicity.PACIFIC: _row(
            "Pacific Islander",
            "Pacific",
            Said("Unspecified", "Pacific Islander", "it has no word for it"),
        ),
        Ethnicity.HISPANIC: _row("Hispanic", "Hispanic"),
        Ethnicity.MIXED: _row(
            "of mixed ethnicity",
            Said("Unspecified", "of mixed ethnicity", "it has no word for it"),
            "Mixed",
        ),
        Ethnicity.UNSPECIFIED: _row("", "Unspecified"),
    },
    "orientation": {
        Orientation.SQUARE: _row("square format", "square"),
        Orientation.PORTRAIT: _row("portrait format (higher than wide)", "vertical", "portrait"),
        Orientation.LANDSCAPE: _row(
            "landscape format (wider than high)", "horizontal", "landscape"
        ),
    },
    "pose": {
        Pose.HALF_BODY: _row("half-body shot", "half_body"),
        Pose.CLOSE_UP: _row("close-up", "close_up"),
        Pose.FULL_BODY: _row("full-body shot", "full_body"),
    },
    "style": {
        Style.REALISTIC: _row("realistic photo", "Realistic"),
        Style.PROFESSIONAL: _row(
            "realistic professional photo",
            Said("Realistic", "professional", "it has no word for it"),
            "Professional",
        ),
        Style.ARTISTIC: _row(
            "artistic style",
            Said("Unspecified", "artistic style", "it has no word for it"),
            "Artistic",
        ),
        Style.PIXAR: _row("Pixar style", "Pixar", _art("Pixar style")),
        Style.CINEMATIC: _row("cinematic style", "Cinematic", _art("cinematic style")),
        Style.VINTAGE: _row("vintage style", "Vintage", _art("vintage style")),
        Style.NOIR: _row("film noir style", "Noir", _art("film noir style")),
        Style.CYBERPUNK: _row("cyberpunk style", "Cyberpunk", _art("cyberpunk style")),
        Style.UNSPECIFIED: _row(
            "", "Unspecified", Said("Realistic", "", "it cannot leave the style open")
        ),
    },
}
"""What each word of each field becomes; the documentation prints it."""


def for_v3(photo: GeneratedPhoto) -> Narrowed[str]:
    """The prompt for HeyGen v3, at most 1000 characters; nothing is lost.

    Raises:
        InvalidInputError: the appearance does not fit; says how much room it has.
    """
    said = [row.v3 for _, row in _rows(photo) if row.v3]
    prompt = f"One person: {', '.join(said)}."
    return Narrowed(_with_text(prompt, " ", photo, PROMPT_LIMIT, "v3"))


def for_v2(photo: GeneratedPhoto) -> Narrowed[Mapping[str, str]]:
    """The eight fields of HeyGen v2's photo generation, all of which it requires.

    Raises:
        InvalidInputError: the appearance does not fit; or the photo is ``strict`` and v2 has no
            exact word for something.
    """
    fields, texts, losses = _narrowed(photo, "v2", lambda row: row.v2)
    appearance = _with_text(", ".join(texts), "; ", photo, V2_APPEARANCE_LIMIT, "v2")
    return Narrowed({"name": photo.name, **fields, "appearance": appearance}, losses)


def for_agentai(photo: GeneratedPhoto) -> Narrowed[Mapping[str, str]]:
    """The fields of agent.ai's PA1; ``appearance`` is there only if something is said in it.

    Raises:
        InvalidInputError: the photo is ``strict`` and agent.ai has no exact word for something.
    """
    fields, texts, losses = _narrowed(photo, "agentai", lambda row: row.agentai)
    appearance = _with_text(", ".join(texts), "; ", photo, None, "agentai")
    more = {"appearance": appearance} if appearance else {}
    return Narrowed({"name": photo.name, **fields, **more}, losses)


def _rows(photo: GeneratedPhoto) -> list[tuple[str, Row]]:
    return [(field, words[getattr(photo, field)]) for field, words in TABLE.items()]


def _narrowed(
    photo: GeneratedPhoto, dialect: str, say: Callable[[Row], Said]
) -> tuple[dict[str, str], list[str], tuple[Loss, ...]]:
    """The fields, what is to be said in the free text besides, and what is lost all the same."""
    fields: dict[str, str] = {}
    texts: list[str] = []
    losses: list[Loss] = []
    for field, row in _rows(photo):
        said = say(row)
        fields[field] = said.word
        texts += [said.text] if said.text else []
        if said.reason:
            asked = str(getattr(photo, field))
            loss = Loss(
                field=field, asked=asked, given=said.given, dialect=dialect, reason=said.reason
            )
            losses.append(loss)
    if losses and photo.strict:
        listed = "; ".join(str(loss) for loss in losses)
        raise InvalidInputError(
            f"GeneratedPhoto is strict, and {dialect} cannot say all of it exactly: {listed}."
            " Change these, choose another dialect, or leave strict out",
            field="GeneratedPhoto.strict",
            rule=f"must be sayable exactly in {dialect}",
            value=", ".join(f"{loss.field}={loss.asked}" for loss in losses),
        )
    return fields, texts, tuple(losses)


def _with_text(
    before: str, between: str, photo: GeneratedPhoto, limit: int | None, dialect: str
) -> str:
    """The words made of the attributes, and behind them the caller's own, whole."""
    if photo.appearance is None:
        return before
    before += between if before else ""
    room = None if limit is None else limit - len(before)
    if room is not None and len(photo.appearance) > room:
        shared = f", which shares {limit} with the other attributes" if before else ""
        raise InvalidInputError.of(
            "GeneratedPhoto.appearance",
            f"must have at most {room} characters in {dialect}{shared} (it has"
            f" {len(photo.appearance)})",
            photo.appearance,
        )
    return before + photo.appearance
