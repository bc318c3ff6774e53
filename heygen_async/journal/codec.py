"""Journal words to bytes and back: strict, because the journal is ours.

An unknown key or kind means that another version wrote it; guessing could pay twice, so it is an
error. ``VERSION`` rises with every change to what is written, and the migrations are functions
here, from one version to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from types import UnionType
from typing import Any

import orjson
from cattrs import Converter
from cattrs.errors import BaseValidationError
from cattrs.gen import make_dict_unstructure_fn

from heygen_async.errors import JournalError, JournalFormatError
from heygen_async.journal.base import Entry
from heygen_async.models.check import encodable
from heygen_async.models.events import (
    Absent,
    Accepted,
    Closed,
    Declined,
    Event,
    Failed,
    Found,
    Intended,
    Lost,
    Reopened,
    Settled,
    Submitted,
)
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Audio, Job, Look, Photo, Prompt, Script
from heygen_async.models.stock import Article, StockAvatar, Topic

__all__ = [
    "VERSION",
    "Row",
    "decode",
    "encode",
    "job_from_plain",
    "job_to_plain",
    "kind_of",
    "rows_of",
]

VERSION = 1

_EVENTS: dict[str, type[Any]] = {
    kind.__name__.lower(): kind
    for kind in (
        Absent,
        Accepted,
        Closed,
        Declined,
        Failed,
        Found,
        Intended,
        Lost,
        Reopened,
        Settled,
        Submitted,
    )
}
_AVATARS: dict[str, type[Any]] = {
    "photo": Photo,
    "image": AnimatedImage,
    "prompt": Prompt,
    "generated": GeneratedPhoto,
    "look": Look,
    "stock": StockAvatar,
}
_SPEECHES: dict[str, type[Any]] = {
    "script": Script,
    "audio": Audio,
    "topic": Topic,
    "article": Article,
}


def _strict() -> Converter:
    converter = Converter(forbid_extra_keys=True, omit_if_default=True)
    converter.register_structure_hook(str | bytes | None, lambda value, _: value)
    for kind, written in ((bool, bool), (int, int), (float, int | float), (str, str)):
        # Left alone, cattrs makes 'None' of null and True of "false".
        converter.register_structure_hook(kind, partial(_exact, written))
    _tagged(
        converter, Photo | AnimatedImage | Prompt | GeneratedPhoto | Look | StockAvatar, _AVATARS
    )
    _tagged(converter, Script | Audio | Topic | Article, _SPEECHES)
    for kind in _EVENTS.values():
        # An event is written whole: a reader should not have to know our defaults.
        converter.register_unstructure_hook(
            kind, make_dict_unstructure_fn(kind, converter, _cattrs_omit_if_default=False)
        )
    return converter


def _exact(written: type[Any] | UnionType, value: Any, kind: type[Any]) -> Any:
    if not isinstance(value, written) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return kind(value)


def _tagged(converter: Converter, union: Any, kinds: dict[str, type[Any]]) -> None:
    tags = {kind: tag for tag, kind in kinds.items()}

    def structure(value: Any, _: Any) -> Any:
        fields = dict(value)
        tag = fields.pop("kind", None)
        if tag not in kinds:
            raise ValueError(f"unknown kind {tag!r}, known are {', '.join(kinds)}")
        return converter.structure(fields, kinds[tag])

    def unstructure(value: Any) -> Any:
        return {
            "kind": tags[type(value)],
            **converter.unstructure(value, unstructure_as=type(value)),
        }

    converter.register_structure_hook(union, structure)
    converter.register_unstructure_hook(union, unstructure)


Row = tuple[str, str, bytes]
"""The stream of an entry, the name of its event, and the event's fields as JSON."""

_CONVERTER = _strict()
# What cattrs raises for fields that are wrong, and for what is no object at all.
_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, BaseValidationError)


def kind_of(event: Event) -> str:
    """The event's name in the journal."""
    return type(event).__name__.lower()


def encode(event: Event) -> bytes:
    """The event's fields as JSON.

    Raises:
        JournalError: one of them cannot be written as JSON.
    """
    try:
        return orjson.dumps(_CONVERTER.unstructure(event))
    except TypeError as error:
        raise JournalError(
            f"A {kind_of(event)!r} entry cannot be written to the journal: {error}"
        ) from error


def rows_of(entries: Sequence[Entry]) -> list[Row]:
    """What is to be written for the entries, all of which can be.

    Raises:
        InvalidInputError: the name of a stream is no Unicode.
        JournalError: a field of an event cannot be written as JSON.
    """
    for entry in entries:
        encodable("stream", entry.stream)
    return [(entry.stream, kind_of(entry.event), encode(entry.event)) for entry in entries]


def decode(kind: str, body: bytes) -> Event:
    """The event back from its name and JSON.

    Raises:
        JournalFormatError: this version does not know the kind, or a field of it.
    """
    try:
        return _CONVERTER.structure(orjson.loads(body), _EVENTS[kind])  # type: ignore[no-any-return]
    except _UNREADABLE as error:
        raise JournalFormatError(
            f"The journal has a {kind!r} entry that this version of heygen_async cannot read;"
            " it was probably written by a newer one. Upgrade, or finish the run with that one."
        ) from error


def job_to_plain(job: Job) -> dict[str, Any]:
    """The job as plain JSON; bytes must have been replaced by what keeps them."""
    return _CONVERTER.unstructure(job)  # type: ignore[no-any-return]


def job_from_plain(plain: Any) -> Job:
    """The job back.

    Raises:
        JournalFormatError: another version wrote it.
    """
    try:
        return _CONVERTER.structure(plain, Job)
    except _UNREADABLE as error:
        raise JournalFormatError(
            "The journal has a job that this version of heygen_async cannot read;"
            " it was probably written by a newer one."
        ) from error
