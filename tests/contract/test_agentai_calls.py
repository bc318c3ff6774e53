"""agent.ai's four actions: every one can be called, as its contract and its examples want it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, get_args, get_type_hints

import attrs
import jsonschema_rs
import orjson
import pytest

import heygen_async
from heygen_async import api
from heygen_async.api.agentai import schemas, words
from heygen_async.api.agentai.schemas import (
    AgentAIAvatar,
    AgentAIAvatarRequest,
    AgentAIReportRequest,
    AgentAIVideo,
    AgentAIVideoRequest,
    AgentAIVideoStatus,
    AgentAIVideoStatusRequest,
)
from heygen_async.api.converter import structure, structure_request, unstructure
from heygen_async.errors import AuthenticationError, HeyGenError, InvalidRequestError, ServerError
from heygen_async.models.open_word import OpenWord
from heygen_async.transport.messages import Reply, read_reply

CONTRACT = "agentai.openapi.json"
FAMILIES = {"actions": ("heygen_async.api.agentai.actions", "Actions")}

DOCUMENT: dict[str, Any] = orjson.loads(
    (Path(heygen_async.__file__).parent / "simulator" / "contract" / CONTRACT).read_bytes()
)
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
SAMPLES = Path(__file__).parents[1] / "samples"
EXAMPLES = orjson.loads((SAMPLES / "heygen-v2-agentai.examples.json").read_bytes())["agentai"]
ENDPOINTS = {one.operation: one for one in api.ENDPOINTS if one.dialect == "agentai"}
PORTRAIT = SAMPLES / "portrait.jpg"

CREATE, REPORT = "heygenPhotoAvatarCreateAvatarAction", "heygenPhotoAvatarRenderAvatarReport"
VIDEO, STATUS = "heygenAvatarGenerateVideo", "heygenAvatarGetVideoStatus"

#: The class of each schema; what the contract calls them says nothing beside v3's names.
CLASSES: dict[str, Any] = {
    "CreateAvatarRequest": AgentAIAvatarRequest,
    "CreateAvatarResult": AgentAIAvatar,
    "RenderReportRequest": AgentAIReportRequest,
    "GenerateVideoRequest": AgentAIVideoRequest,
    "GenerateVideoResult": AgentAIVideo,
    "VideoStatusRequest": AgentAIVideoStatusRequest,
    "VideoStatusResult": AgentAIVideoStatus,
}
REQUESTS = [name for name in CLASSES if name.endswith("Request")]
#: The request and the answer of each operation.
SPOKEN: dict[str, tuple[Any, Any]] = {
    CREATE: (AgentAIAvatarRequest, AgentAIAvatar),
    REPORT: (AgentAIReportRequest, None),
    VIDEO: (AgentAIVideoRequest, AgentAIVideo),
    STATUS: (AgentAIVideoStatusRequest, AgentAIVideoStatus),
}

#: One call for every operation.
CALLS: dict[str, Callable[[Any], Awaitable[Any]]] = {
    CREATE: lambda h: h.actions.create_avatar(
        AgentAIAvatarRequest(source_type="upload", name="Ada"), photos=[PORTRAIT]
    ),
    REPORT: lambda h: h.actions.avatar_report(AgentAIAvatar(group_id="g1")),
    VIDEO: lambda h: h.actions.generate_video(
        AgentAIVideoRequest(
            source_type="blog_url",
            blog_url="https://example.org/bees",
            aspect_ratio="portrait",
            avatar_name="araj",
            content_type="blog_promotion",
            expression="happy",
            circle_style=True,
            background_color="#1a2b3c",
        )
    ),
    STATUS: lambda h: h.actions.video_status("v1"),
}


def payload(operation: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of what an action gives; PA1_Report's is not in the contract."""
    named = operation.get("x-response-payload-schema") or {
        CREATE: "#/components/schemas/CreateAvatarResult"
    }.get(operation["operationId"])
    return {"$ref": named} if named else {"type": "string"}


@pytest.fixture(params=["response", "variable"])
def contract_server(contract_server: Any, request: pytest.FixtureRequest) -> Any:
    """The contract's server, with the payload in either of its two places."""
    document = orjson.loads(orjson.dumps(DOCUMENT))
    for methods in document["paths"].values():
        for operation in methods.values():
            given = payload(operation)
            name = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            fields = SCHEMAS[name.rpartition("/")[2]]["properties"]
            variable = fields["output_variable_name"]["default"]
            if request.param == "variable" or given == {"type": "string"}:
                given = {"type": "object", "properties": {variable: given}}
            operation["responses"]["200"]["content"]["application/json"]["schema"] = {
                "type": "object",
                "properties": {"status": {"const": 200}, "response": given},
            }
    return type(contract_server)(document)


def test_every_operation_has_its_endpoint_and_every_endpoint_its_operation() -> None:
    operations = {
        (method.upper(), path, operation["operationId"])
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    }

    assert {(e.method, e.path, e.operation) for e in ENDPOINTS.values()} == operations
    assert set(CALLS) == {name for _, _, name in operations}
    assert len(CALLS) == 4


def test_what_makes_something_is_never_repeated_and_what_looks_always_may_be() -> None:
    assert {e.operation: str(e.replay) for e in ENDPOINTS.values()} == {
        CREATE: "unsafe",
        REPORT: "safe",
        VIDEO: "unsafe",
        STATUS: "safe",
    }


@pytest.mark.parametrize("operation", sorted(CALLS))
async def test_a_call_is_what_the_contract_wants_and_its_answer_is_understood(
    operation: str, contract_server: Any, families: Any
) -> None:
    result = await CALLS[operation](families)

    assert contract_server.called == [operation]
    assert contract_server.wrong == []
    assert result == "text" or isinstance(result, SPOKEN[operation][1])


# --- schemas -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CLASSES)
def test_a_class_has_the_fields_of_its_schema_and_no_others(name: str) -> None:
    fields = {field.name for field in attrs.fields(CLASSES[name])} - {"raw"}

    assert fields == set(SCHEMAS[name]["properties"])


@pytest.mark.parametrize("name", REQUESTS)
def test_what_is_required_is_always_sent_and_nothing_else(name: str) -> None:
    fields = attrs.fields(CLASSES[name])

    sent = {field.name for field in fields if field.default is not None}

    assert sent == set(SCHEMAS[name]["required"])


@pytest.mark.parametrize("name", REQUESTS)
def test_a_default_is_the_one_of_the_contract(name: str) -> None:
    for field in attrs.fields(CLASSES[name]):
        served = field.metadata.get("served") if field.default is None else field.default
        if served is not attrs.NOTHING:
            assert served == SCHEMAS[name]["properties"][field.name].get("default"), field.name


@pytest.mark.parametrize("name", CLASSES)
def test_a_field_with_fixed_words_has_them_all(name: str) -> None:
    hints = get_type_hints(CLASSES[name])

    for field, schema in SCHEMAS[name]["properties"].items():
        if "enum" in schema:
            members = get_args(hints[field]) or (hints[field],)
            (vocabulary,) = [one for one in members if issubclass(one, OpenWord)]
            assert list(vocabulary.words()) == schema["enum"], field


def test_every_public_name_is_a_class_of_the_contract_or_its_words() -> None:
    vocabularies = {getattr(words, name) for name in words.__all__}

    assert {getattr(schemas, name) for name in schemas.__all__} == set(CLASSES.values())
    assert all(issubclass(one, OpenWord) for one in vocabularies)


# --- examples ------------------------------------------------------------------------------------


def cases(what: str) -> list[Any]:
    found = []
    for example in EXAMPLES:
        first = {"request_body": example["request"]["body"], **example["response"]}
        parts = {
            "answers": [first, *example.get("variants", ())],
            "errors": example.get("errors", []),
        }[what]
        name = example["operationId"]
        found += [pytest.param(name, one, id=f"{name}-{at}") for at, one in enumerate(parts)]
    return found


SENT = [case for case in cases("answers") if "request_body" in case.values[1]]
KINDS = {400: InvalidRequestError, 401: AuthenticationError, 500: ServerError}


@pytest.mark.parametrize(("operation", "example"), SENT)
def test_a_request_is_written_as_in_the_example(operation: str, example: Any) -> None:
    request = structure_request(SPOKEN[operation][0], example["request_body"])

    assert unstructure(request) == example["request_body"]


@pytest.mark.parametrize(("operation", "example"), cases("answers"))
def test_an_answer_is_understood_and_nothing_of_it_is_lost(operation: str, example: Any) -> None:
    body = orjson.dumps(example["body"])

    answer = read_reply(ENDPOINTS[operation], Reply(example["status"], {}, body), 0.0)

    assert answer.data == example["body"]["response"]
    if operation != REPORT:
        result = structure(SPOKEN[operation][1], answer.data, operation=operation)
        given = {name: one for name, one in answer.data.items() if one is not None}
        assert unstructure(result) == given


@pytest.mark.parametrize(("operation", "example"), cases("errors"))
def test_an_error_is_understood(operation: str, example: Any) -> None:
    body = orjson.dumps(example["body"])

    with pytest.raises(HeyGenError) as caught:
        read_reply(ENDPOINTS[operation], Reply(example["status"], {}, body), 0.0)

    assert type(caught.value) is KINDS[example["status"]]
    # "bearer token" is taken for a token, and blanked: rather one word too many.
    assert example["body"]["response"]["error"].partition("bearer")[0] in str(caught.value)


async def test_the_photos_are_packed_as_the_contract_says(
    contract_server: Any, families: Any
) -> None:
    packed = orjson.loads(await families.actions._packed([PORTRAIT, PORTRAIT.read_bytes()]))

    schema = {**SCHEMAS["PhotosJsonDecoded"], "components": DOCUMENT["components"]}
    assert jsonschema_rs.validator_for(schema).is_valid(packed)
    assert [one["mimeType"] for one in packed] == ["image/jpeg"] * 2
