"""Whatever the contract allows is understood, and whatever it does not is a ProtocolError."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import attrs
import orjson
import pytest
from hypothesis import given, settings, strategies as st

import heygen_async
from heygen_async.api.converter import structure, structure_items, unstructure
from heygen_async.api.paging import read_cursor
from heygen_async.api.values import Resource
from heygen_async.errors import HeyGenError, ProtocolError
from heygen_async.transport.deprecation import deprecation
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.messages import Reply, read_reply

WORDS = st.text(max_size=12)
PLAIN = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | WORDS
JSON = PLAIN | st.lists(PLAIN, max_size=2) | st.dictionaries(WORDS, PLAIN, max_size=2)

CONTRACTS = Path(heygen_async.__file__).parent / "simulator" / "contract"


class Dialect:
    """A contract, the classes of its answers, and a strategy for each.

    Args:
        name: the dialect's.
        more: classes of answers that are no resources, such as unions.
        renamed: schemas whose class has another name.
        texts_may_be_null: whether any text may be null, whatever the contract says.
    """

    def __init__(
        self,
        name: str,
        *,
        more: Sequence[str] = (),
        renamed: Mapping[str, str] | None = None,
        texts_may_be_null: bool = False,
    ) -> None:
        (file,) = CONTRACTS.glob(f"*-{name}.openapi.json")
        self.schemas: dict[str, Any] = orjson.loads(file.read_bytes())["components"]["schemas"]
        self.texts_may_be_null = texts_may_be_null
        package = import_module(f"heygen_async.api.{name}")
        self.classes: dict[str, Any] = {}
        for found in pkgutil.iter_modules(package.__path__):
            self.classes |= vars(import_module(f"{package.__name__}.{found.name}"))
        self.classes |= {schema: self.classes[cls] for schema, cls in (renamed or {}).items()}
        resources = sorted(
            schema
            for schema in self.schemas
            if isinstance(cls := self.classes.get(schema), type) and issubclass(cls, Resource)
        )
        self.answers = {schema: self.valid(self.schemas[schema]) for schema in [*resources, *more]}

    def valid(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        """Answers that the schema allows; words and fields of tomorrow included."""
        if "$ref" in schema:
            return self.valid(self.schemas[schema["$ref"].rpartition("/")[2]])
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return st.one_of([self.valid(one) for one in schema[several]])
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            # An open word may be any text.
            nothing = st.none() if None in schema["enum"] else st.nothing()
            return st.sampled_from(schema["enum"]) | WORDS.filter(bool) | nothing
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        return st.one_of([self.of_kind(kind, schema) for kind in kinds])

    def field(self, name: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        """A field; its texts may be null where nothing else depends on them."""
        whole = self.valid(schema)
        named = self.schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
        text = named.get("type") == "string" and name != "id" and not name.endswith("_id")
        return whole | st.none() if self.texts_may_be_null and text else whole

    def of_kind(self, kind: str, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
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
                return st.lists(self.valid(schema["items"]), max_size=3)
        if "properties" not in schema:
            extra = schema.get("additionalProperties", True)
            return st.dictionaries(WORDS, JSON if extra is True else self.valid(extra), max_size=3)
        fields = {name: self.field(name, one) for name, one in schema["properties"].items()}
        required = {name: fields.pop(name) for name in schema.get("required", ())}
        tomorrow = st.dictionaries(WORDS.map("new_".__add__), JSON, max_size=1)
        return st.builds(
            lambda known, new: {**known, **new},
            st.fixed_dictionaries(required, optional=fields),
            tomorrow,
        )


V3 = Dialect("v3", more=["AssetSearchItem"])
V2 = Dialect(
    "v2",
    renamed={
        "TrainInner": "StartedTraining",
        "VideoStatus": "VideoStatusV2",
        "VoiceItem": "VoiceItemV2",
        "WebhookEndpoint": "WebhookEndpointV2",
    },
    texts_may_be_null=True,
)
EVERY = [
    pytest.param(dialect.classes[name], whole, id=f"{prefix}-{name}")
    for prefix, dialect in (("v3", V3), ("v2", V2))
    for name, whole in dialect.answers.items()
]


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


def outcome(read: Callable[[], Any], allowed: Any = ProtocolError) -> tuple[Any, Any]:
    """What came of it; any other error than the allowed one fails the test."""
    try:
        return read(), None
    except allowed as error:
        return None, error


@pytest.mark.parametrize(("cls", "whole"), EVERY)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_every_valid_answer_is_understood(cls: Any, whole: Any, data: st.DataObject) -> None:
    answer = data.draw(whole)

    resource = structure(cls, answer, operation="getThing")

    assert resource.raw == answer
    for field in attrs.fields(type(resource)):
        if field.name != "raw" and answer.get(field.name) is not None:
            assert unstructure(resource)[field.name] is not None


@pytest.mark.parametrize(("cls", "whole"), EVERY)
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_a_damaged_answer_is_understood_or_reported(
    cls: Any, whole: Any, data: st.DataObject
) -> None:
    answer = data.draw(mutated(whole))

    resource, error = outcome(lambda: structure(cls, answer, operation="getThing"))

    if error is None:
        assert resource.raw is answer
    else:
        assert str(error.path).startswith("data")
        assert "getThing" in error.message


@settings(max_examples=100, deadline=None)
@given(
    mutated(
        st.fixed_dictionaries(
            {"data": st.lists(V3.answers["VideoDetail"], max_size=2)},
            optional={"has_more": st.booleans(), "next_token": st.none() | st.text()},
        )
    )
)
def test_a_damaged_page_is_understood_or_reported(envelope: Any) -> None:
    if not isinstance(envelope, dict):
        return

    def read() -> tuple[str | None, int]:
        items = structure_items(
            V3.classes["VideoDetail"], envelope.get("data"), operation="listVideos"
        )
        return read_cursor(envelope, "listVideos"), len(items)

    page, error = outcome(read)

    assert error is None or error.path is not None
    assert error is not None or page[1] == len(envelope["data"])


CALLS = [
    Endpoint("POST", "/v3/videos", "createVideo", "keyed", "render", "write"),
    Endpoint("POST", "/v2/video/generate", "generate", "unsafe", "render", "write", "v2"),
]
CODES = st.sampled_from([100, 400123, 40119, "invalid_parameter"]) | JSON
ERRORS = JSON | st.fixed_dictionaries({}, optional={"code": CODES, "message": JSON})
NESTED = st.fixed_dictionaries({"code": CODES}, optional={"data": JSON, "message": JSON})
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "code": CODES,
        "data": JSON | NESTED,
        "error": ERRORS,
        "message": JSON,
        "warning": JSON | st.fixed_dictionaries({"message": JSON, "sunset_date": JSON}),
    },
)


@pytest.mark.parametrize("endpoint", CALLS, ids=["v3", "v2"])
@settings(max_examples=300, deadline=None)
@given(body=ENVELOPES | JSON, status=st.sampled_from([200, 202, 400, 404, 410, 429, 500]))
def test_any_reply_is_an_answer_or_one_of_our_errors(
    endpoint: Endpoint, body: Any, status: int
) -> None:
    reply = Reply(status, {"Sunset": "Sat, 31 Oct 2026 00:00:00 GMT"}, orjson.dumps(body))

    answer, failure = outcome(lambda: read_reply(endpoint, reply, 0.0), HeyGenError)

    if failure is not None:
        assert failure.status == status
    else:
        assert status < 300
        assert answer.envelope == body
        assert deprecation(endpoint, reply.headers, answer.envelope) is not None
