"""From a row of text to a Job, or to everything that is wrong with the row.

The models judge the values; what they refuse is told under the column it came from, then left out,
and the rest is judged on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, MutableSet
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import attrs
import orjson

from heygen_async.batch.manifest_columns import AVATARS, COLUMNS, NAMED, SPEECHES, SPOKEN, TEMPLATED
from heygen_async.batch.manifest_errors import RowError
from heygen_async.batch.manifest_names import checked, default_name, digest, suffix_of
from heygen_async.batch.manifest_reading import Row
from heygen_async.batch.manifest_templates import fill
from heygen_async.errors import InvalidInputError
from heygen_async.models.job import (
    AnimatedImage,
    Audio,
    Background,
    Captions,
    Job,
    Look,
    Photo,
    Prompt,
    Script,
    VideoOptions,
    Watermark,
)
from heygen_async.models.source import Media

__all__ = ["Made", "make"]

_M = TypeVar("_M", bound=Media)
_T = TypeVar("_T")

_ASSET = "asset:"
_COLOR = re.compile(r"#.*|[0-9a-fA-F]{6}")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_YES = ("yes", "true", "1")
_NO = ("no", "false", "0")

# Where a field of the models is called otherwise than its column, by the field's last word.
_COLUMN_OF = {
    "voice_id": "voice",
    "motion_prompt": "motion",
    "output_format": "format",
    "color": "background",
}
_OPTIONS = (
    ("title", "title"),
    ("resolution", "resolution"),
    ("aspect_ratio", "aspect_ratio"),
    ("fit", "fit"),
    ("engine", "engine"),
    ("expressiveness", "expressiveness"),
    ("motion_prompt", "motion"),
    ("callback_url", "callback_url"),
    ("callback_id", "callback_id"),
)

_CONTENT = frozenset(COLUMNS) - {"id", "output"}


@attrs.frozen
class Made:
    """What a row came to.

    Attributes:
        job: the job; None if there are errors.
        name: the output file's name below the output folder; None if that is wrong.
        named: whether the row names its output itself.
        media: what the row refers to, by column.
        errors: everything that is wrong.
    """

    job: Job | None
    name: str | None
    named: bool
    media: dict[str, Media]
    errors: list[RowError]


def make(row: Row, *, folder: str, out: str, used: MutableSet[str]) -> Made:
    """What the row comes to. Pure.

    Args:
        row: with the defaults in it.
        folder: what relative paths are relative to.
        out: where output names lead.
        used: takes the names of the columns that templates mention.
    """
    making = _Making(row, folder)
    making.fill(used)
    format = making.format()  # noqa: A001 - as the column is called
    options, avatar, speech = making.options(format), making.avatar(), making.speech()
    name = making.name(format)
    job = None
    if not making.errors:
        job = making.built(
            Job,
            avatar=avatar,
            speech=speech,
            options=options,
            output=f"{out}/{name}",
            id=making.cell("id") or None,
        )
    return Made(job, name, bool(making.cell("output")), making.media, making.errors)


class _Making:
    """One row on its way."""

    def __init__(self, row: Row, folder: str) -> None:
        self.errors: list[RowError] = []
        self.media: dict[str, Media] = {}
        self._row = row
        self._cells = row.cells
        self._folder = folder

    def cell(self, column: str) -> str:
        return self._cells.get(column, "")

    def wrong(self, column: str, rule: str) -> None:
        self.errors.append(self._row.wrong(column, rule))

    def fill(self, used: MutableSet[str]) -> None:
        """Fill in the templates, each from the row as it was written."""
        cells = dict(self._cells)
        for column in TEMPLATED:
            if (text := self.cell(column)) and ("{" in text or "}" in text):
                # A text that is refused stays as it is, so that the rest of the row is judged.
                filled = self._asked(column, partial(fill, text, self._cells, used))
                cells[column] = filled or text
        self._cells = cells

    def format(self) -> str:
        """The video's format: given, or told by the output's name."""
        return self.cell("format") or suffix_of(self.cell("output")) or "mp4"

    def name(self, format: str) -> str | None:  # noqa: A002
        """The output's name."""
        output = self.cell("output")
        if self._failed("output") or self._failed("format"):
            return None
        if not output:
            about = self.cell("title") or self.cell("script") or Path(self.cell("audio")).stem
            job_id = self.cell("id") or None
            content = "" if job_id else self._digest()
            output = default_name(job_id, about, content, format)
        return self._asked("output", partial(checked, output, format))

    def _digest(self) -> str:
        """Equal for rows that ask for the same video, with the same words."""
        said = {name: value for name, value in self._cells.items() if value and name in _CONTENT}
        return digest(orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())

    def avatar(self) -> Photo | AnimatedImage | Prompt | Look | None:
        """Who speaks."""
        given = self._one_of(AVATARS)
        text = self.cell(given) if given else ""
        named = {key: value for key in NAMED if (value := self.cell(key))}
        if given in ("look", "image"):
            for key in named:
                self.wrong(key, "goes with a photo or a prompt only")
        match given:
            case "photo":
                return self._media(Photo, "photo", **named)
            case "image":
                return self._media(AnimatedImage, "image")
            case "prompt":
                return self.built(Prompt, "prompt", text=text, **named)
            case "look":
                return self.built(Look, "look", id=text)
        return None

    def speech(self) -> Script | Audio | None:
        """What is said."""
        match self._one_of(SPEECHES):
            case "audio":
                for column in SPOKEN:
                    if self.cell(column):
                        self.wrong(column, "cannot go with audio")
                return self._media(Audio, "audio")
            case "script":
                if not self.cell("voice") and any(map(self.cell, ("photo", "image", "prompt"))):
                    # HeyGen would say so as well, but after the avatar has been paid for.
                    self.wrong("voice", "is needed with a script where the avatar is not a look")
                numbers = {column: self._number(column) for column in ("speed", "pitch", "volume")}
                return self.built(
                    Script,
                    "script",
                    text=self.cell("script"),
                    voice_id=self.cell("voice") or None,
                    locale=self.cell("locale") or None,
                    **numbers,
                )
        return None

    def options(self, format: str) -> VideoOptions | None:  # noqa: A002
        """How it looks."""
        given: dict[str, Any] = {
            name: value for name, column in _OPTIONS if (value := self._cells.get(column))
        }
        if text := self.cell("background"):
            if _COLOR.fullmatch(text):
                given["background"] = self.built(Background, color="#" + text.lstrip("#"))
            elif (image := self._media(Media, "background")) is not None:
                given["background"] = Background(image=image)
        if self.cell("watermark") and (image := self._media(Media, "watermark")) is not None:
            given["watermark"] = Watermark(image)
        if self.cell("captions").lower() == "styled":
            given["captions"] = Captions(styled=True)
        else:
            given["captions"] = self._yes_no("captions", "styled")
        given["remove_background"] = self._yes_no("remove_background")
        return self.built(VideoOptions, output_format=format, **given)

    def built(
        self, kind: Callable[..., _T], column: str | None = None, /, **given: Any
    ) -> _T | None:
        """What the model makes of the values; what it refuses is told and left out.

        Args:
            kind: the model.
            column: where its main value comes from, if not from the column called like the kind.
            given: its fields.
        """
        while True:
            try:
                return kind(**given)
            except InvalidInputError as error:
                field = (error.field or "").rpartition(".")[2]
                told = _COLUMN_OF.get(field, field)
                if field in ("text", "source", "asset_id", "id"):
                    told = column or field
                self.wrong(told, error.rule or error.message)
                # The main values and a job's parts cannot be left out.
                if field not in given or field in ("text", "source", "asset_id", "id", "color"):
                    return None
                del given[field]

    def _media(self, kind: type[_M], column: str, **given: str) -> _M | None:
        """A file by its path, something HeyGen fetches by its address, or ``asset:ID``."""
        text = self.cell(column)
        if text.startswith(_ASSET):
            media = self.built(kind, column, asset_id=text.removeprefix(_ASSET), **given)
        else:
            # A third of the time that pathlib takes.
            source = text if "://" in text[:12] else os.path.join(self._folder, text)  # noqa: PTH118
            media = self.built(kind, column, source=source, **given)
        if media is not None:
            self.media[column] = media
        return media

    def _one_of(self, columns: tuple[str, ...]) -> str | None:
        given = [column for column in columns if self.cell(column)]
        if len(given) == 1:
            return given[0]
        if not any(self._failed(column) for column in columns):
            rule = f"exactly one of {', '.join(columns)} is needed"
            self.wrong(given[1] if given else columns[0], rule)
        return None

    def _number(self, column: str) -> float | None:
        text = self.cell(column)
        if not text:
            return None
        if _NUMBER.fullmatch(text):
            return float(text)
        self.wrong(column, "must be a number, written like 1.25")
        return None

    def _yes_no(self, column: str, *others: str) -> bool | None:
        text = self.cell(column).lower()
        if text in _YES:
            return True
        if text and text not in _NO:
            self.wrong(column, "must be " + " or ".join(["yes", "no", *others]))
        return False if text else None

    def _asked(self, column: str, ask: Callable[[], str]) -> str | None:
        try:
            return ask()
        except InvalidInputError as error:
            self.wrong(column, error.rule or error.message)
        return None

    def _failed(self, column: str) -> bool:
        return any(error.column == column for error in self.errors)
