"""From a row of text to a Job, or to everything that is wrong with the row."""

from __future__ import annotations

import os
import re
from collections.abc import MutableSet
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import attrs
import orjson

from heygen_async.batch.manifest.columns import (
    AVATARS,
    COLUMNS,
    DESCRIBED,
    NAMED,
    SPEECHES,
    SPOKEN,
    TEMPLATED,
    TOLD,
    V2,
)
from heygen_async.batch.manifest.dialects import (
    person,
    stock_avatar,
    told,
    v2_options,
)
from heygen_async.batch.manifest.errors import RowError
from heygen_async.batch.manifest.judging import Judged
from heygen_async.batch.manifest.names import checked, default_name, digest, suffix_of
from heygen_async.batch.manifest.reading import Row
from heygen_async.batch.manifest.templates import fill
from heygen_async.models.generated import GeneratedPhoto
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
from heygen_async.models.stock import Article, StockAvatar, Topic
from heygen_async.models.v2 import V2Options

__all__ = ["Made", "make"]

_M = TypeVar("_M", bound=Media)

_ASSET = "asset:"
_COLOR = re.compile(r"#.*|[0-9a-fA-F]{6}")
# The plain options: their columns, and the fields that they are.
_OPTIONS = {
    "title": "title",
    "resolution": "resolution",
    "aspect_ratio": "aspect_ratio",
    "fit": "fit",
    "engine": "engine",
    "expressiveness": "expressiveness",
    "motion": "motion_prompt",
    "callback_url": "callback_url",
    "callback_id": "callback_id",
}
_NAMED = ("photo", "prompt")
_SPEECHES = tuple(column for column in SPEECHES if column not in TOLD)
_NUMBERS = ("speed", "pitch", "volume")
# HeyGen knows no voice of these.
_VOICELESS = frozenset({"photo", "image", "prompt", "generate"})
_DESCRIBED, _V2 = frozenset(DESCRIBED), frozenset(V2)

_CONTENT = frozenset(COLUMNS) - {"id", "output"}


@attrs.define
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
    v2, name = making.v2(), making.name(format)
    job = None
    if not making.errors:
        job = making.built(
            Job,
            avatar=avatar,
            speech=speech,
            options=options,
            v2=v2,
            output=f"{out}/{name}",
            id=making.cell("id") or None,
        )
    return Made(job, name, bool(making.cell("output")), making.media, making.errors)


class _Making(Judged):
    """One row on its way."""

    def __init__(self, row: Row, folder: str) -> None:
        super().__init__(row)
        self.media: dict[str, Media] = {}
        self._folder = folder
        if not _DESCRIBED.isdisjoint(self._said):
            self._said.setdefault("generate", "")
        if "stock_avatar" not in self._said:
            for column in TOLD:  # Then they are data, for templates.
                self._said.pop(column, None)

    def fill(self, used: MutableSet[str]) -> None:
        """Fill in the templates, each from the row as it was written."""
        for column in TEMPLATED:
            text = self._said.get(column)
            if text is not None and ("{" in text or "}" in text):
                # A text that is refused stays as it is, so that the rest of the row is judged.
                filled = self.asked(column, partial(fill, text, self._row.cells, used))
                self._said[column] = filled or text

    def format(self) -> str:
        """The video's format: given, or told by the output's name."""
        return self.cell("format") or suffix_of(self.cell("output")) or "mp4"

    def name(self, format: str) -> str | None:  # noqa: A002
        """The output's name."""
        output = self.cell("output")
        if self.failed("output") or self.failed("format"):
            return None
        if not output:
            said = self.cell("script") or self.cell("topic") or self.cell("article")
            about = self.cell("title") or said or Path(self.cell("audio")).stem
            job_id = self.cell("id") or None
            content = "" if job_id else self._digest()
            output = default_name(job_id, about, content, format)
        return self.asked("output", partial(checked, output, format))

    def _digest(self) -> str:
        """Equal for rows that ask for the same video, with the same words."""
        said = {name: value for name, value in self._said.items() if name in _CONTENT}
        return digest(orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode())

    def avatar(self) -> Photo | AnimatedImage | Prompt | GeneratedPhoto | Look | StockAvatar | None:
        """Who speaks."""
        given = self.one_of(AVATARS)
        text = self.cell(given) if given else ""
        named = {key: self._said[key] for key in NAMED if key in self._said}
        for key in () if given in _NAMED else named:
            if given is not None and (given, key) != ("generate", "name"):
                self.wrong(key, "goes with a photo or a prompt only")
        match given:
            case "photo":
                return self._media(Photo, "photo", **named)
            case "image":
                return self._media(AnimatedImage, "image")
            case "prompt":
                return self.built(Prompt, "prompt", text=text, **named)
            case "generate":
                return person(self)
            case "look":
                return self.built(Look, "look", id=text)
            case "stock_avatar":
                return stock_avatar(self)
        return None

    def speech(self) -> Script | Audio | Topic | Article | None:
        """What is said."""
        given = self.one_of(SPEECHES if "stock_avatar" in self._said else _SPEECHES)
        match given:
            case "audio" | "topic" | "article":
                for column in SPOKEN:
                    if column in self._said:
                        self.wrong(column, f"cannot go with {given}")
                return self._media(Audio, "audio") if given == "audio" else told(self, given)
            case "script":
                if "voice" not in self._said and not _VOICELESS.isdisjoint(self._said):
                    # HeyGen would say so as well, but after the avatar has been paid for.
                    self.wrong("voice", "is needed with a script where the avatar is not a look")
                numbers = {name: self.number(name) for name in _NUMBERS if name in self._said}
                return self.built(
                    Script,
                    "script",
                    text=self._said["script"],
                    voice_id=self._said.get("voice"),
                    locale=self._said.get("locale"),
                    **numbers,
                )
        return None

    def options(self, format: str) -> VideoOptions | None:  # noqa: A002
        """How it looks."""
        said = self._said
        given: dict[str, Any] = {_OPTIONS[name]: said[name] for name in said if name in _OPTIONS}
        if text := self.cell("background"):
            if _COLOR.fullmatch(text):
                given["background"] = self.built(Background, color="#" + text.lstrip("#"))
            elif (image := self._media(Media, "background")) is not None:
                given["background"] = Background(image=image)
        if "watermark" in said and (image := self._media(Media, "watermark")) is not None:
            given["watermark"] = Watermark(image)
        if self.cell("captions").lower() == "styled":
            given["captions"] = Captions(styled=True)
        elif "captions" in said:
            given["captions"] = self.yes_no("captions", "styled")
        if "remove_background" in said:
            given["remove_background"] = self.yes_no("remove_background")
        return self.built(VideoOptions, output_format=format, **given)

    def v2(self) -> V2Options | None:
        """What HeyGen v2 does between photo and video."""
        return None if _V2.isdisjoint(self._said) else v2_options(self)

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
