"""The contract's worked examples, read and written."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import Any, get_args

import orjson
import pytest

import heygen_async
from heygen_async import api
from heygen_async.api import v3
from heygen_async.api.converter import structure, structure_items, structure_request, unstructure
from heygen_async.api.paging import read_cursor
from heygen_async.api.v3.webhooks import WebhookDelivery
from heygen_async.errors import HeyGenError, InvalidInputError, ProtocolError
from heygen_async.transport.messages import Reply, read_reply

SAMPLES = Path(__file__).parents[1] / "samples" / "heygen-v3.examples.json"
EXAMPLES: dict[str, Any] = orjson.loads(SAMPLES.read_bytes())["examples"]
CONTRACT = orjson.loads(
    Path(heygen_async.__file__)
    .with_name("simulator")
    .joinpath("contract", "heygen-v3.openapi.json")
    .read_bytes()
)
OPERATIONS: dict[str, Any] = {
    operation["operationId"]: operation
    for methods in CONTRACT["paths"].values()
    for operation in methods.values()
}
ENDPOINTS = {endpoint.operation: endpoint for endpoint in api.ENDPOINTS}

NAMES: dict[str, Any] = {}
for found in pkgutil.iter_modules(v3.__path__):
    NAMES |= vars(import_module(f"{v3.__name__}.{found.name}"))

CALLS = {name: one for name, one in EXAMPLES.items() if "operationId" in one}
ANSWERED = sorted(name for name, one in CALLS.items() if one["response"]["status"] < 300)
FAILED = sorted(set(CALLS) - set(ANSWERED))
SENT = sorted(name for name, one in CALLS.items() if one["request"].get("body") is not None)
DELIVERED = sorted(set(EXAMPLES) - set(CALLS))
# What HeyGen refuses in these we refuse before.
REFUSED = {"error_400_invalid_parameter"}


def named(schema: dict[str, Any]) -> Any:
    return NAMES[schema["$ref"].rpartition("/")[2]]


def without_nulls(value: Any) -> Any:
    match value:
        case dict():
            return {key: without_nulls(one) for key, one in value.items() if one is not None}
        case list():
            return [without_nulls(one) for one in value]
    return value


def holds(whole: Any, part: Any) -> bool:
    """Whether everything in the part stands in the whole as well."""
    match whole, part:
        case dict(), dict():
            return all(key in whole and holds(whole[key], one) for key, one in part.items())
        case list(), list():
            return len(whole) == len(part) and all(map(holds, whole, part))
    return bool(whole == part)


@pytest.mark.parametrize("name", ANSWERED)
def test_an_answer_is_understood_and_nothing_of_it_is_lost(name: str) -> None:
    example = CALLS[name]
    operation, status = example["operationId"], str(example["response"]["status"])
    body = orjson.dumps(example["response"]["body"])
    schema = OPERATIONS[operation]["responses"][status]["content"]["application/json"]["schema"]

    answer = read_reply(ENDPOINTS[operation], Reply(int(status), {}, body), 0.0)
    if "allOf" in schema:
        cls = named(schema["allOf"][1]["properties"]["data"]["items"])
        result: Any = structure_items(cls, answer.data, operation=operation)
        assert read_cursor(answer.envelope, operation) == answer.envelope.get("next_token")
    else:
        cls = named(schema["properties"]["data"])
        result = structure(cls, answer.data, operation=operation)
        assert result.raw == answer.data

    assert holds(unstructure(result), without_nulls(answer.data))


@pytest.mark.parametrize("name", sorted(set(SENT) - REFUSED))
def test_a_request_is_written_as_in_the_example(name: str) -> None:
    example = CALLS[name]
    content = OPERATIONS[example["operationId"]]["requestBody"]["content"]
    cls = named(content["application/json"]["schema"])

    request = structure_request(cls, example["request"]["body"])

    assert isinstance(request, get_args(cls) or cls)
    assert unstructure(request) == without_nulls(example["request"]["body"])


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_the_server_would_refuse_is_refused_here(name: str) -> None:
    example = CALLS[name]
    content = OPERATIONS[example["operationId"]]["requestBody"]["content"]

    with pytest.raises(InvalidInputError, match="exactly one of script"):
        structure_request(named(content["application/json"]["schema"]), example["request"]["body"])


@pytest.mark.parametrize("name", FAILED)
def test_an_error_is_understood(name: str) -> None:
    example = CALLS[name]
    response = example["response"]
    body = response["body"]
    sent = body.encode() if isinstance(body, str) else orjson.dumps(body)

    with pytest.raises(HeyGenError) as caught:
        read_reply(
            ENDPOINTS[example["operationId"]],
            Reply(response["status"], response["headers"], sent),
            0.0,
        )

    assert not isinstance(caught.value, ProtocolError)
    assert caught.value.status == response["status"]
    assert isinstance(body, str) or caught.value.code == body["error"]["code"]


@pytest.mark.parametrize("name", DELIVERED)
def test_a_delivery_is_understood(name: str) -> None:
    body = EXAMPLES[name]["request"]["body"]

    delivery = structure(WebhookDelivery, body, operation="webhook")

    assert delivery.event_type.known
    assert holds(unstructure(delivery), without_nulls(body))
