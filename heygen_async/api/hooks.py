"""The hooks of the converter: what cattrs is told about every type of the wire."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Union, cast, get_args, get_origin

import attrs
from cattrs import BaseValidationError
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override
from cattrs.preconf.orjson import OrjsonConverter, make_converter

from heygen_async.api.values import Request, Resource, tag_of
from heygen_async.errors import brief
from heygen_async.models.open_word import OpenWord

__all__ = ["UNREADABLE", "build"]

_Hook = Callable[[Any, Any], Any]

UNREADABLE = (BaseValidationError, TypeError, ValueError, KeyError, OverflowError)
"""What reading raises on values that are not what they should be."""


def _wrong(need: str, value: object) -> TypeError:
    return TypeError(f"needs {need}, not {brief(value, 40)}")


def _text(value: Any, _: Any) -> str:
    if value.__class__ is str:
        return value
    if isinstance(value, OpenWord):
        return value
    raise _wrong("text", value)


def _flag(value: Any, _: Any) -> bool:
    if value is True or value is False:
        return value
    raise _wrong("true or false", value)


def _whole(value: Any, _: Any) -> int:
    if value.__class__ is int:
        return value
    if value.__class__ is float and value.is_integer():
        return int(value)
    raise _wrong("a whole number", value)


def _number(value: Any, _: Any) -> float:
    if value.__class__ is float:
        return value
    if value.__class__ is int:
        return float(value)
    raise _wrong("a number", value)


def _word(value: Any, cls: type[OpenWord]) -> OpenWord:
    if value.__class__ is str:
        return cast("OpenWord", cls._value2member_map_.get(value) or cls(value))
    if isinstance(value, cls):
        return value
    raise _wrong("text", value)


def _is_union(cls: Any) -> bool:
    return get_origin(cls) in (Union, types.UnionType)


def _members(cls: Any) -> tuple[Any, ...]:
    return tuple(member for member in get_args(cls) if member is not type(None))


def _is_optional(cls: Any) -> bool:
    return _is_union(cls) and type(None) in get_args(cls)


def _optional_hook(cls: Any, converter: Any) -> _Hook:
    members = _members(cls)
    inner: Any = members[0] if len(members) == 1 else Union[members]  # noqa: UP007 - at run time
    if inner is str:
        return _optional_text
    hook = converter.get_structure_hook(inner)
    return lambda value, _: None if value is None else hook(value, inner)


def _optional_text(value: Any, _: Any) -> str | None:
    if value is None or value.__class__ is str:
        return value
    return _text(value, str)


def _is_word_union(cls: Any) -> bool:
    """``Words | str``: what a request takes, checked by the request itself."""
    return _is_union(cls) and any(
        isinstance(member, type) and issubclass(member, OpenWord) for member in _members(cls)
    )


def _is_variants(cls: Any) -> bool:
    """A union of classes that a tag tells apart."""
    return _is_union(cls) and all(attrs.has(member) for member in _members(cls))


def _variants_hook(cls: Any, converter: Any) -> _Hook:
    tags = {member: tag_of(member) for member in _members(cls)}
    (name,) = {named[0] for named in tags.values() if named is not None}
    by_word = {named[1]: member for member, named in tags.items() if named is not None}
    hooks = {word: converter.get_structure_hook(member) for word, member in by_word.items()}
    fallback = next((member for member, named in tags.items() if named is None), None)
    other = None if fallback is None else converter.get_structure_hook(fallback)
    known = ", ".join(by_word)

    def hook(value: Any, _: Any) -> Any:
        if isinstance(value, tuple(by_word.values())):
            return value
        if value.__class__ is not dict:
            raise _wrong("an object", value)
        word = value.get(name)
        if isinstance(word, str) and word in hooks:
            return hooks[word](value, by_word[word])
        if other is not None:
            return other(value, fallback)
        raise ValueError(f"{name} must be one of {known}, not {brief(word, 40)}")

    return hook


def _is_mixed(cls: Any) -> bool:
    """A union that the kind of JSON value tells apart, such as ``str | int`` or ``str | Thing``."""
    members = _members(cls) if _is_union(cls) and not _is_optional(cls) else ()
    things = sum(attrs.has(member) for member in members)
    return (
        len(members) > 1 and things < 2 and all(one in _NEEDS or attrs.has(one) for one in members)
    )


_NEEDS: dict[Any, str] = {str: "text", bool: "true or false", int: "a number", float: "a number"}
# JSON does not tell 1 from 1.0; the hook for whole numbers refuses 1.5.
_FITS: dict[Any, tuple[Any, ...]] = {
    str: (str,),
    bool: (bool,),
    int: (int, float),
    float: (float, int),
}


def _mixed_hook(cls: Any, converter: Any) -> _Hook:
    hooks = [(member, converter.get_structure_hook(member)) for member in _members(cls)]
    needs = " or ".join(dict.fromkeys(_NEEDS.get(member, "an object") for member, _ in hooks))

    def hook(value: Any, _: Any) -> Any:
        kinds = _FITS.get(value.__class__, ())
        for member, read in hooks:
            if member in kinds or (attrs.has(member) and value.__class__ is dict):
                return read(value, member)
        raise _wrong(needs, value)

    return hook


def _is_items(cls: Any) -> bool:
    return get_origin(cls) in (tuple, Sequence)


def _items_hook(cls: Any, converter: Any) -> _Hook:
    items: Any = types.GenericAlias(list, (get_args(cls)[0],))
    hook = converter.get_structure_hook(items)

    def read(value: Any, _: Any) -> tuple[Any, ...]:
        if value.__class__ is list or value.__class__ is tuple:
            return tuple(hook(value, items))
        raise _wrong("a list", value)

    return read


def _is_object(cls: Any) -> bool:
    return get_origin(cls) is Mapping


def _object_hook(cls: Any, converter: Any) -> _Hook:
    inner = get_args(cls)[1]
    fields: Any = types.GenericAlias(dict, (str, inner))
    hook = None if inner is Any else converter.get_structure_hook(fields)

    def read(value: Any, _: Any) -> Any:
        if value.__class__ is not dict:
            raise _wrong("an object", value)
        return value if hook is None else hook(value, fields)

    return read


def _nullable(hook: _Hook, default: Any) -> _Hook:
    """An optional field: null says the same as its absence."""
    return lambda value, cls: default if value is None else hook(value, cls)


def _resource_hook(cls: Any, converter: Any) -> _Hook:
    overrides: dict[str, Any] = {"raw": override(omit=True)}
    for field in attrs.fields(attrs.resolve_types(cls)):
        if field.name == "raw" or not field.init:
            continue
        if field.default is not attrs.NOTHING and not _is_optional(field.type):
            inner = converter.get_structure_hook(field.type)
            overrides[field.name] = override(struct_hook=_nullable(inner, _default(field)))
    careful = make_dict_structure_fn(cls, converter, **overrides)
    read = _quick(cls, converter, careful) or careful
    # The value is frozen for its readers, but not finished before it knows where it came from.
    keep = cast("Any", Resource.raw).__set__

    def hook(value: Any, _: Any) -> Any:
        if value.__class__ is not dict:
            raise _wrong("an object", value)
        resource = read(value, cls)
        keep(resource, value)
        return resource

    return hook


def _default(field: attrs.Attribute[Any]) -> Any:
    made = getattr(field.default, "factory", None)
    return field.default if made is None else made()


# What JSON gives as it is to be kept, and what many readers may share.
_PLAIN = frozenset({str, bool, int, float})
_IMMUTABLE = (str, bool, int, float, tuple)


def _quick(cls: Any, converter: Any, careful: _Hook) -> _Hook | None:
    """A reader for objects as they should be, which leaves all others to the careful one.

    What cattrs makes calls a hook for every field, and then the constructor of a frozen class,
    which sets each through ``object.__setattr__``. Together that was a tenth of the instructions of
    a whole ``videos.get``. Most fields are plain and right, so looking at their class and filling
    their slots does it with two thirds of them (counted by cachegrind, 2026-11-29). Whatever is
    missing or strange is read again, from the beginning, by the reader that knows how to tell
    where.

    Returns:
        None for a class of which a field is out of the ordinary: checked or converted by attrs, or
        one where null and absence are not the same.
    """
    if hasattr(cls, "__attrs_post_init__"):
        return None
    nullables, others = [], []
    for field in attrs.fields(cls):
        if field.name == "raw":
            continue
        kind, required = field.type, field.default is attrs.NOTHING
        nullable, default = _is_optional(kind), None if required else _default(field)
        odd = not field.init or field.validator is not None or field.converter is not None
        if odd or (nullable and (required or default is not None)):
            return None
        if not (required or default is None or isinstance(default, _IMMUTABLE)):
            return None
        plain = _PLAIN & frozenset(_members(kind) if _is_union(kind) else (kind,))
        hook, put = converter.get_structure_hook(kind), getattr(cls, field.name).__set__
        if required or default is not None:
            others.append((field.name, plain, required, default, hook, kind, put))
        else:
            # Most fields may be null and are None where they are absent, which is the same.
            nullables.append((field.name, plain | {type(None)}, hook, kind, put))
    new = object.__new__

    def read(value: Any, _: Any) -> Any:
        resource, get = new(cls), value.get
        try:
            for name, plain, hook, kind, put in nullables:
                item = get(name)
                put(resource, item if item.__class__ in plain else hook(item, kind))
            for name, plain, required, default, hook, kind, put in others:
                item = get(name)
                if item.__class__ not in plain:
                    if item is not None:
                        item = hook(item, kind)
                    elif required:
                        return careful(value, cls)
                    else:
                        item = default
                put(resource, item)
        except UNREADABLE:
            return careful(value, cls)
        return resource

    return read


def _request_hook(cls: Any, converter: Any) -> _Hook:
    named = tag_of(cls)
    attrs.resolve_types(cls)
    read = make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True)

    def hook(value: Any, _: Any) -> Any:
        if isinstance(value, cls):
            return value
        if value.__class__ is not dict:
            raise _wrong("an object", value)
        if named is not None:
            name, word = named
            if value.get(name) != word:
                raise ValueError(f"{name} must be {word}, not {brief(value.get(name), 40)}")
            value = {key: item for key, item in value.items() if key != name}
        return read(value, cls)

    return hook


def _writer(cls: Any, converter: Any) -> Callable[[Any], Any]:
    overrides: dict[str, Any] = {}
    for field in attrs.fields(attrs.resolve_types(cls)):
        if field.name == "raw":
            overrides[field.name] = override(omit=True)
        else:
            overrides[field.name] = override(omit=False, omit_if_default=field.default is None)
    return make_dict_unstructure_fn(cls, converter, **overrides)


def build() -> OrjsonConverter:
    """A converter for JSON as orjson reads and writes it."""
    converter = make_converter(unstruct_collection_overrides={tuple: list, Sequence: list})
    converter.register_structure_hook_factory(_is_items, _items_hook)
    converter.register_structure_hook_factory(_is_object, _object_hook)
    converter.register_structure_hook_factory(_is_variants, _variants_hook)
    converter.register_structure_hook_factory(_is_mixed, _mixed_hook)
    converter.register_structure_hook_func(_is_word_union, _text)
    converter.register_structure_hook_factory(_is_optional, _optional_hook)
    converter.register_structure_hook_factory(_is_kind(Resource), _resource_hook)
    converter.register_structure_hook_factory(_is_kind(Request), _request_hook)
    converter.register_unstructure_hook_factory(_is_kind(Resource), _writer)
    converter.register_unstructure_hook_factory(_is_kind(Request), _writer)
    # By class: a predicate loses against the hook for str, of which every word is a subclass.
    converter.register_structure_hook(str, _text)
    converter.register_structure_hook(bool, _flag)
    converter.register_structure_hook(int, _whole)
    converter.register_structure_hook(float, _number)
    converter.register_structure_hook(OpenWord, _word)
    converter.register_unstructure_hook(OpenWord, str)
    return converter


def _is_kind(base: type) -> Callable[[Any], bool]:
    return lambda cls: isinstance(cls, type) and issubclass(cls, base)
