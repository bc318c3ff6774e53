"""Whatever the contract allows is understood, and whatever it does not is a ProtocolError."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import orjson
import pytest
from hypothesis import given, settings, strategies as st

import heygen_async
from heygen_async.api import v3
from heygen_async.api.converter import structure, structure_items, unstructure
from heygen_async.api.paging import read_cursor
from heygen_async.api.values import Resource
from heygen_async.errors import ProtocolError

CONTRACT = orjson.loads(
    Path(heygen_async.__file__)
    .with_name("simulator")
    .joinpath("contract", "heygen-v3.openapi.json")
    .read_bytes()
)
SCHEMAS: dict[str, Any] = CONTRACT["components"]["schemas"]

NAMES: dict[str, Any] = {}
for found in pkgutil.iter_modules(v3.__path__):
    NAMES |= vars(import_module(f"{v3.__name__}.{found.name}"))
RESOURCES = sorted(
    name
    for name in SCHEMAS
    if isinstance(cls := NAMES.get(name), type) and issubclass(cls, Resource)
)
ANSWERS = [*RESOURCES, "AssetSearchItem"]

WORDS = st.text(max_size=12)
PLAIN = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | WORDS
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(WORDS, PLAIN, max_size=2)


def valid(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Answers that the schema allows; words and fields of tomorrow included."""
    if "$ref" in schema:
        return valid(SCHEMAS[schema["$ref"].rpartition("/")[2]])
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return st.one_of([valid(one) for one in schema[several]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        # An open word may be any text.
        nothing = st.none() if None in schema["enum"] else st.nothing()
        return st.sampled_from(schema["enum"]) | WORDS.filter(bool) | nothing
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([of_kind(kind, schema) for kind in kinds])


def of_kind(kind: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    match kind:
        case "null":
            return st.none()
        case "string":
            return st.text(max_size=20)
        case "boolean":
            return st.booleans()
        case "integer":
            whole = st.integers(schema.get("minimum", -(2**53)), schema.get("maximum", 2**53))
            return whole | whole.map(float)
        case "number":
            bounds = schema.get("minimum", -1e9), schema.get("maximum", 1e9)
            return st.floats(*bounds) | st.integers(int(bounds[0]), int(bounds[1]))
        case "array":
            return st.lists(valid(schema["items"]), max_size=3)
    if "properties" not in schema:
        extra = schema.get("additionalProperties", True)
        return st.dictionaries(WORDS, JSON if extra is True else valid(extra), max_size=3)
    fields = {name: valid(one) for name, one in schema["properties"].items()}
    required = {name: fields.pop(name) for name in schema.get("required", ())}
    tomorrow = st.dictionaries(WORDS.map("new_".__add__), JSON, max_size=1)
    return st.builds(
        lambda known, new: {**known, **new},
        st.fixed_dictionaries(required, optional=fields),
        tomorrow,
    )


STRATEGIES = {name: valid(SCHEMAS[name]) for name in ANSWERS}


@st.composite
def mutated(draw: st.DrawFn, whole: st.SearchStrategy[Any]) -> Any:
    """An answer of which one part was replaced by anything, or taken out."""
    answer = draw(whole)
    parent, key, here = None, None, answer
    while isinstance(here, dict | list) and here and (parent is None or draw(st.booleans())):
        keys = sorted(here) if isinstance(here, dict) else range(len(here))
        parent, key = here, draw(st.sampled_from(keys))
        here = here[key]
    if parent is None:
        return draw(JSON)
    if draw(st.booleans()):
        parent[key] = draw(JSON)
    else:
        del parent[key]
    return answer


def outcome(read: Callable[[], Any]) -> tuple[Any, ProtocolError | None]:
    """What came of it; any other error than a ProtocolError fails the test."""
    try:
        return read(), None
    except ProtocolError as error:
        return None, error


@pytest.mark.parametrize("name", ANSWERS)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_valid_answer_is_understood(name: str, data: st.DataObject) -> None:
    answer = data.draw(STRATEGIES[name])

    resource = structure(NAMES[name], answer, operation="getThing")

    assert resource.raw == answer
    for field in attrs.fields(type(resource)):
        if field.name != "raw" and answer.get(field.name) is not None:
            assert unstructure(resource)[field.name] is not None


@pytest.mark.parametrize("name", ANSWERS)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_damaged_answer_is_understood_or_reported(name: str, data: st.DataObject) -> None:
    answer = data.draw(mutated(STRATEGIES[name]))

    resource, error = outcome(lambda: structure(NAMES[name], answer, operation="getThing"))

    if error is None:
        assert resource.raw is answer
    else:
        assert str(error.path).startswith("data")
        assert "getThing" in error.message


@settings(max_examples=100, deadline=None)
@given(
    mutated(
        st.fixed_dictionaries(
            {"data": st.lists(STRATEGIES["VideoDetail"], max_size=2)},
            optional={"has_more": st.booleans(), "next_token": st.none() | st.text()},
        )
    )
)
def test_a_damaged_page_is_understood_or_reported(envelope: Any) -> None:
    if not isinstance(envelope, dict):
        return

    def read() -> tuple[str | None, int]:
        items = structure_items(NAMES["VideoDetail"], envelope.get("data"), operation="listVideos")
        return read_cursor(envelope, "listVideos"), len(items)

    page, error = outcome(read)

    assert error is None or error.path is not None
    assert error is not None or page[1] == len(envelope["data"])
