"""The two kinds of values on the wire: what we send and what we get.

``Request``: strict. Its types are checked from the annotations when it is made, its content by
the validators of ``rules``, its coherence by ``_cohere``; a mistake is an ``InvalidInputError``
that names class, field, rule and value, before anything is sent or charged. Every field that may
be left out has the default ``None``, which means "not sent": the server's default applies, and a
default that HeyGen changes is not frozen into our requests. Lists become tuples, so a request
does not change while it waits.

``Resource``: tolerant. Fields HeyGen adds are kept in ``raw``, fields it drops are ``None``.
"""

from __future__ import annotations

import math
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Union, get_args, get_origin, get_type_hints

import attrs

from heygen_async.api.rules import Rule
from heygen_async.errors import InvalidInputError
from heygen_async.models.open_word import OpenWord
from heygen_async.transport.redact import redact_url

__all__ = ["Request", "Resource", "optional", "shown", "signed", "tag", "tag_of"]

_SERVED = "served"
_RULES = "rules"
_TAG = "tag"

_Check = Callable[[str, Any], Any]

# A field: its name, what errors call it, whether None is allowed, its type and its rules.
_Field = tuple[str, str, bool, _Check, tuple[Rule, ...]]


@attrs.frozen
class Resource:
    """A part of an answer.

    Attributes:
        raw: the object as it came, with fields that this version does not know.
    """

    raw: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True, repr=False, eq=False)


@attrs.frozen(kw_only=True)
class Request:
    """A part of a request, checked when it is made."""

    def __attrs_post_init__(self) -> None:
        cls: Any = type(self)
        values, fields = _checks(cls)
        for value, field in zip(values(self), fields, strict=True):
            if value is None and field[2]:
                continue
            name, where, _, check, rules = field
            kept = check(where, value)
            if kept is not value:
                object.__setattr__(self, name, kept)
            for rule in rules:
                rule.check(where, kept)
        self._cohere()

    def _cohere(self) -> None:
        """Check what several fields say together; the types are known to be right."""


def optional(*rules: Rule, served: Any = None) -> Any:
    """A field that may be left out.

    Args:
        rules: what its content must be, if it is given.
        served: what the server assumes if it is not, for the reader and the contract test.
    """
    return attrs.field(default=None, metadata={_SERVED: served, _RULES: rules})


def tag(word: str) -> Any:
    """A field that tells variants apart; a constant of its class and always sent."""
    return attrs.field(default=word, init=False, repr=False, metadata={_TAG: word})


def signed() -> Any:
    """An address in an answer that may be missing, and may be signed: shown without signature."""
    return attrs.field(default=None, repr=shown)


def shown(value: object) -> str:
    """How an address is shown: whoever reads a signed one in a log could fetch the file."""
    return repr(redact_url(value)) if isinstance(value, str) else repr(value)


@cache
def tag_of(cls: type) -> tuple[str, str] | None:
    """The name and the word of a class's tag, None if it has none."""
    if not attrs.has(cls):
        return None
    for field in attrs.fields(cls):
        if _TAG in field.metadata:
            return field.name, field.metadata[_TAG]
    return None


@cache
def _checks(cls: Any) -> tuple[Callable[[Any], Iterable[Any]], tuple[_Field, ...]]:
    """What gives all values of an instance, and for each of them how it is checked."""
    hints = get_type_hints(cls)
    fields = tuple(
        (
            field.name,
            f"{cls.__name__}.{field.name}",
            type(None) in get_args(hints[field.name]),
            _check(hints[field.name]),
            field.metadata.get(_RULES, ()),
        )
        for field in attrs.fields(cls)
        if field.init
    )
    names = [name for name, *_ in fields]
    if len(names) > 1:
        return attrgetter(*names), fields
    return (lambda one: [getattr(one, name) for name in names]), fields


def _check(annotation: Any) -> _Check:
    """A function that gives back a value of the annotated type, or raises."""
    origin = get_origin(annotation)
    if origin is Union or origin is types.UnionType:
        return _check_union(get_args(annotation))
    if origin in (Sequence, tuple):
        return _check_items(_check(get_args(annotation)[0]))
    if origin is Mapping:
        return _check_mapping
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if annotation is Any:
        return lambda where, value: value
    return _check_class((annotation,))


def _check_union(members: tuple[Any, ...]) -> _Check:
    nullable = type(None) in members
    members = tuple(member for member in members if member is not type(None))
    words = [m for m in members if isinstance(m, type) and issubclass(m, OpenWord)]
    if words:
        check = _check_word(words[0])
    elif len(members) == 1:
        check = _check(members[0])
    else:
        check = _check_class(members)
    if not nullable:
        return check
    return lambda where, value: None if value is None else check(where, value)


def _check_word(words: type[OpenWord]) -> _Check:
    known = frozenset(words.words())
    said = ", ".join(words.words())

    def check(where: str, value: Any) -> Any:
        if isinstance(value, words) or (isinstance(value, str) and str(value) in known):
            return value
        raise InvalidInputError.of(where, f"must be one of {said}", value)

    return check


def _check_items(item: _Check) -> _Check:
    def check(where: str, value: Any) -> Any:
        if not isinstance(value, list | tuple):
            raise InvalidInputError.of(where, "must be a list", value)
        return tuple(item(f"{where}[{index}]", one) for index, one in enumerate(value))

    return check


def _check_mapping(where: str, value: Any) -> Any:
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return value
    raise InvalidInputError.of(where, "must be a mapping with names as keys", value)


def _check_class(classes: tuple[Any, ...]) -> _Check:
    said = " or ".join(cls.__name__ for cls in classes)

    def check(where: str, value: Any) -> Any:
        if isinstance(value, classes):
            return value
        raise InvalidInputError.of(where, f"must be {said}", value)

    return check


def _check_text(where: str, value: Any) -> Any:
    if isinstance(value, str):
        return value
    raise InvalidInputError.of(where, "must be text", value)


def _check_flag(where: str, value: Any) -> Any:
    if isinstance(value, bool):
        return value
    raise InvalidInputError.of(where, "must be True or False", value)


def _check_whole(where: str, value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise InvalidInputError.of(where, "must be a whole number", value)


def _check_number(where: str, value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    raise InvalidInputError.of(where, "must be a number", value)


_PLAIN: dict[Any, _Check] = {
    str: _check_text,
    bool: _check_flag,
    int: _check_whole,
    float: _check_number,
}
