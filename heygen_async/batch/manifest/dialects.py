"""What only some dialects can do, in a row: described persons, stock avatars, and v2's steps.

A described person stands in one cell (``age=Senior,gender=Woman``), in a column for each word
(``generate.age``), or in both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar

import attrs

from heygen_async.errors import InvalidInputError, brief
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.stock import Article, StockAvatar, Topic
from heygen_async.models.v2 import Motion, NewLook, V2Options

__all__ = ["COLUMN_OF", "described", "person", "stock_avatar", "told", "v2_options"]

_T = TypeVar("_T")

_WORDS = tuple(field.name for field in attrs.fields(GeneratedPhoto) if not field.kw_only)
_WORD = re.compile(rf"(?:^|,)\s*({'|'.join(_WORDS)})\s*=", re.I)

_V2 = tuple(field.name for field in attrs.fields(V2Options))

COLUMN_OF: Mapping[str, str] = {
    **{f"GeneratedPhoto.{name}": f"generate.{name}" for name in (*_WORDS, "strict")},
    "GeneratedPhoto.name": "name",
    "StockAvatar.name": "stock_avatar",
    "Article.url": "article",
    **{f"V2Options.{name}": f"v2.{name}" for name in _V2},
    "Motion.prompt": "v2.motion",
    "Motion.type": "v2.motion_type",
    "NewLook.prompt": "v2.new_look",
}
"""Which column a field of the models comes from."""


class Row(Protocol):
    """A row on its way to a job."""

    def cell(self, column: str) -> str:
        """The column's text, empty where it says nothing."""
        ...

    def wrong(self, column: str, rule: str) -> None:
        """Say what is wrong."""
        ...

    def yes_no(self, column: str, *others: str) -> bool | None:
        """A yes or no, None for neither."""
        ...

    def built(
        self, kind: Callable[..., _T], column: str | None = None, /, **given: Any
    ) -> _T | None:
        """What a model makes of values."""
        ...


def described(text: str) -> dict[str, str]:
    """The words of ``age=Senior,gender=Woman,appearance=braids, a blue suit``, by their names.

    A comma divides only where a name follows, so texts may have commas.

    Raises:
        InvalidInputError: something is not NAME=WORD, or no name of a ``GeneratedPhoto``'s.
    """
    found = list(_WORD.finditer(text))
    begin = text[: found[0].start()] if found else text
    if begin.strip():
        raise _undescribed(begin)
    said: dict[str, str] = {}
    for place, match in enumerate(found):
        end = found[place + 1].start() if place + 1 < len(found) else len(text)
        name, word = match[1].lower(), text[match.end() : end].strip()
        if name in said or not word:
            raise _refusal(f"must say {name} once, and say something", word or None)
        if name != "appearance" and name != "name" and "," in word:
            raise _undescribed(word.partition(",")[2])
        said[name] = word
    return said


def _undescribed(text: str) -> InvalidInputError:
    return _refusal(f"must be NAME=WORD,NAME=WORD with the names {', '.join(_WORDS)}", brief(text))


def _refusal(rule: str, value: str | None) -> InvalidInputError:
    shown = "" if value is None else f", not {value}"
    return InvalidInputError(f"generate {rule}{shown}", field="generate", rule=rule, value=value)


def person(row: Row) -> GeneratedPhoto | None:
    """Whom the row describes."""
    try:
        said: dict[str, Any] = dict(described(row.cell("generate")))
    except InvalidInputError as error:
        row.wrong("generate", error.rule or error.message)
        return None
    for name in _WORDS:
        column = COLUMN_OF[f"GeneratedPhoto.{name}"]
        text = row.cell(column)
        if text and name in said:
            row.wrong(column, "is said in generate as well")
        elif text:
            said[name] = text
    if row.cell("generate.strict"):
        said["strict"] = bool(row.yes_no("generate.strict"))
    return row.built(GeneratedPhoto, "generate", **said)


def stock_avatar(row: Row) -> StockAvatar | None:
    """Which of agent.ai's avatars the row wants."""
    said = _said(row, happy="stock_avatar.happy", circle="stock_avatar.circle")
    return row.built(StockAvatar, "stock_avatar", name=row.cell("stock_avatar"), **said)


def told(row: Row, column: str) -> Topic | Article | None:
    """What a stock avatar is to tell of."""
    if column == "topic":
        return row.built(Topic, column, text=row.cell(column))
    return row.built(Article, column, url=row.cell(column), **_said(row, promote="article.promote"))


def v2_options(row: Row) -> V2Options | None:
    """What HeyGen v2 is to do between photo and video; None if the row says nothing of it."""
    said: dict[str, Any] = _said(row, train="v2.train", upscale="v2.upscale")
    for name in ("pick", "looks"):
        if text := row.cell(f"v2.{name}"):
            if text.isascii() and text.isdigit():
                said[name] = int(text)
            else:
                row.wrong(f"v2.{name}", "must be a number from 0 to 15")
    if text := row.cell("v2.engine"):
        said["engine"] = text
    if text := row.cell("v2.new_look"):
        said["new_look"] = row.built(NewLook, "v2.new_look", prompt=text)
    motion = {"prompt": row.cell("v2.motion"), "type": row.cell("v2.motion_type")}
    if any(motion.values()):
        given = {name: text for name, text in motion.items() if text}
        said["motion"] = row.built(Motion, "v2.motion", **given)
    return row.built(V2Options, "v2.engine", **said) if said else None


def _said(row: Row, **columns: str) -> dict[str, bool]:
    """What is said in columns of yes and no, by the names of the fields."""
    return {name: bool(row.yes_no(column)) for name, column in columns.items() if row.cell(column)}
