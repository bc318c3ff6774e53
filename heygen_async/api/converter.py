"""JSON to values and back; with ``hooks``, the only place that uses cattrs.

Answers are read tolerantly where HeyGen is known to move, and strictly where guessing would hide
damage:

- unknown fields are ignored and stay reachable in ``raw``, unknown words become an ``OpenWord``
  that carries them, an unknown variant becomes the union's fallback class;
- a field that may be absent may also be null;
- but a missing required field, or a value of another type, is a ``ProtocolError`` that says
  where. cattrs by itself would turn null into ``"None"``, ``"false"`` into ``True``, ``1.9`` into
  ``1`` and ``"ab"`` into a list of two, so ``hooks`` has a strict one for each of them.

Numbers: JSON does not tell 1 from 1.0, so an integral float is read as an integer, and an integer
as a float.

Requests are written without the fields that were left out. They can be read as well (a manifest,
a journal): strictly, a field that does not exist is an ``InvalidInputError``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

import orjson
from cattrs import BaseValidationError, ForbiddenExtraKeysError

from heygen_async.api.hooks import UNREADABLE, build
from heygen_async.errors import InvalidInputError, ProtocolError, brief
from heygen_async.transport.redact import redact_text

__all__ = [
    "structure",
    "structure_items",
    "structure_readable",
    "structure_request",
    "unstructure",
]

T = TypeVar("T")
R = TypeVar("R")

_EXCERPT = 600


def structure(cls: type[T], data: Any, *, operation: str, at: str = "data") -> T:
    """An answer's ``data`` as a value.

    Args:
        cls: the resource class.
        data: parsed JSON.
        operation: whose answer it is, for the error.
        at: where the data stood in the answer, for the error's path.

    Raises:
        ProtocolError: required fields are missing, or have another type; with ``path``.
    """
    kind: Any = cls
    try:
        resource: T = _reader(kind)(data, kind)
    except UNREADABLE as error:
        raise _unreadable(error, data, operation, at) from error
    return resource


def structure_items(cls: type[T], data: Any, *, operation: str, at: str = "data") -> tuple[T, ...]:
    """An answer's list of resources, as ``structure`` reads each."""
    items: Any = tuple[cls, ...]  # type: ignore[valid-type]
    resources: tuple[T, ...] = structure(items, data, operation=operation, at=at)
    return resources


def structure_readable(
    cls: type[T], data: Any, *, operation: str, at: str = "data"
) -> tuple[tuple[T, ...], ProtocolError | None]:
    """Those of an answer's resources that can be read, and what is wrong with the first other.

    Raises:
        ProtocolError: it is no list.
    """
    try:
        return structure_items(cls, data, operation=operation, at=at), None
    except ProtocolError as error:
        if not isinstance(data, list):
            raise
        wrong = error
    resources: list[T] = []
    for one in data:
        try:
            resources.append(structure(cls, one, operation=operation, at=at))
        except ProtocolError:
            continue  # The first of them is told.
    return tuple(resources), wrong


def structure_request(cls: type[R], data: Any) -> R:
    """A request from plain JSON, checked as if it had been made in Python.

    Raises:
        InvalidInputError: a field is unknown, missing, of another type, or breaks a rule.
    """
    name = getattr(cls, "__name__", "request")
    try:
        return _CONVERTER.structure(data, cls)
    except (BaseValidationError, TypeError, ValueError, KeyError) as error:
        path, cause = _leaf(error)
        where = f"{name}{path}"
        rule, value = getattr(cause, "rule", _said(cause)), getattr(cause, "value", None)
        raise InvalidInputError(
            f"{where}: {_said(cause)}", field=where, rule=rule, value=value
        ) from error


def unstructure(value: Any) -> Any:
    """The value as plain JSON: without fields that are None, and without ``raw``."""
    return _writer(value.__class__)(value)


@cache
def _writer(cls: Any) -> Callable[[Any], Any]:
    return _CONVERTER.get_unstructure_hook(cls)


@cache
def _reader(cls: Any) -> Callable[[Any, Any], Any]:
    return _CONVERTER.get_structure_hook(cls)


# --- errors --------------------------------------------------------------------------------------


def _unreadable(error: BaseException, data: Any, operation: str, at: str) -> ProtocolError:
    path, cause = _leaf(error)
    where = f"{at}{path}"
    return ProtocolError(
        f"{operation} was answered with something this version does not understand, "
        f"at {where}: {_said(cause)}. Please report it, with the error's body.",
        operation=operation,
        path=where,
        body=_excerpt(data),
    )


def _leaf(error: BaseException) -> tuple[str, BaseException]:
    """The path to the first thing that is wrong, and what is wrong with it."""
    path = ""
    while isinstance(error, BaseValidationError):
        error = error.exceptions[0]
        for note in getattr(error, "__notes__", ()):
            if hasattr(note, "name"):
                path += f".{note.name}"
            elif hasattr(note, "index"):
                path += f"[{note.index}]" if isinstance(note.index, int) else f".{note.index}"
    if isinstance(error, KeyError) and not getattr(error, "__notes__", None):
        path += f".{error.args[0]}"
    return path, error


def _said(cause: BaseException) -> str:
    match cause:
        case KeyError():
            return "it is required and missing"
        case ForbiddenExtraKeysError():
            return f"there is no field {', '.join(sorted(map(str, cause.extra_fields)))}"
        case _:
            return str(cause)


def _excerpt(data: Any) -> str:
    """The beginning of what came, without keys, secrets and signatures."""
    try:
        body = orjson.dumps(data).decode("utf-8")
    except (TypeError, ValueError):
        return brief(data)
    return redact_text(body)[:_EXCERPT]


_CONVERTER = build()
