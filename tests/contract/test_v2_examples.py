"""The contract's worked examples of v1 and v2: requests, answers, errors and deliveries."""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import attrs
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import heygen_async
from heygen_async import api, webhooks
from heygen_async.api import v2
from heygen_async.api.converter import structure_request, unstructure
from heygen_async.api.paging import Page, Pages
from heygen_async.api.values import Resource
from heygen_async.errors import HeyGenError, NotFoundError, ProtocolError
from heygen_async.transport.credentials import ApiKey
from heygen_async.transport.http import Transport
from heygen_async.transport.messages import Reply, read_reply
from heygen_async.transport.retry import RetryPolicy

SAMPLES = Path(__file__).parents[1] / "samples"
EXAMPLES = orjson.loads((SAMPLES / "heygen-v2-agentai.examples.json").read_bytes())
CONTRACT = orjson.loads(
    Path(heygen_async.__file__)
    .with_name("simulator")
    .joinpath("contract", "heygen-v2.openapi.json")
    .read_bytes()
)
OPERATIONS = {
    operation["operationId"]: operation
    for methods in CONTRACT["paths"].values()
    for operation in methods.values()
}
ENDPOINTS = {one.operation: one for one in api.ENDPOINTS if one.dialect == "v2"}

NAMES: dict[str, Any] = {}
for found in pkgutil.iter_modules(v2.__path__):
    NAMES |= vars(import_module(f"{v2.__name__}.{found.name}"))


def cases(what: str) -> list[Any]:
    """The examples with this part, each with its operation's name."""
    found = []
    for example in EXAMPLES["heygen"]:
        first = {"request_body": example["request"]["body"], **example["response"]}
        parts = {
            "answers": [first, *example.get("variants", ())],
            "errors": example.get("errors", []),
        }[what]
        name = example["operationId"]
        found += [pytest.param(name, one, id=f"{name}-{at}") for at, one in enumerate(parts)]
    return found


SENT = [case for case in cases("answers") if isinstance(case.values[1].get("request_body"), dict)]

PORTRAIT = SAMPLES / "portrait.jpg"
#: The operations that send nothing but ids, by what is called; the others are called with a body.
PLAIN: dict[str, Callable[[Any], Awaitable[Any] | Pages[Any]]] = {
    "upload-asset": lambda h: h.assets.upload(PORTRAIT),
    "list-assets": lambda h: h.assets.list(file_type="image", limit=2),
    "delete-asset": lambda h: h.assets.delete("4d86a76b3a56d9eb0dec5dbbb2c02348"),
    "upload-talking-photo": lambda h: h.talking_photos.upload(PORTRAIT),
    "list-talking-photos": lambda h: h.talking_photos.list(),
    "delete-talking-photo": lambda h: h.talking_photos.delete("35a448b5c9018c4b93cd8dbe8502d060"),
    "check-photolook-generation-status": lambda h: h.photo_avatars.generation(
        "6a29cf18161f652ab0e0b2943249c52e"
    ),
    "train-photo-avatar-group": lambda h: h.photo_avatars.train("a28be0811827c086c5925ee953844fee"),
    "get-training-job-status": lambda h: h.photo_avatars.training(
        "a28be0811827c086c5925ee953844fee"
    ),
    "add-sound-effect": lambda h: h.photo_avatars.add_sound_effect(
        "0dfa2d440f134d84edf548521fac75dc"
    ),
    "upscale-an-avatar": lambda h: h.photo_avatars.upscale("8f7f17b822f379bc37207fa69e357fa1"),
    "photo-avatar-details": lambda h: h.photo_avatars.get("a28be0811827c086c5925ee953844fee"),
    "delete-photo-avatar-by-id": lambda h: h.photo_avatars.delete(
        "0c87994ebd362faac75793c27e6c3700"
    ),
    "delete-photo-avatar-group": lambda h: h.photo_avatars.delete_group(
        "a28be0811827c086c5925ee953844fee"
    ),
    "list-all-avatar-groups": lambda h: h.avatars.groups(include_public=False),
    "list-all-avatars-in-one-avatar-group": lambda h: h.avatars.looks(
        "a28be0811827c086c5925ee953844fee"
    ),
    "list-avatars-v2": lambda h: h.avatars.list(),
    "retrieve-avatar-details": lambda h: h.avatars.get("Rosa_sitting_front"),
    "list-videos-v2": lambda h: h.videos.list(limit=10),
    "get-video-detail": lambda h: h.videos.get("a595d65fa196442190d6e00e5669b5b3"),
    "delete-video-v2": lambda h: h.videos.delete("a595d65fa196442190d6e00e5669b5b3"),
    "video-status": lambda h: h.videos.status("a93c7af3ad4a07dc34417823a8fd0ca8"),
    "video-list": lambda h: h.videos.list_v1(limit=2),
    "delete-a-video": lambda h: h.videos.delete_v1("238d54d14c91f7a2e0008d3c04c28fe8"),
    "list-voices-v2": lambda h: h.voices.list(),
    "get-remaining-quota-v2": lambda h: h.account.quota(),
    "list-webhook-endpoints": lambda h: h.webhooks.list(),
    "delete-a-webhook-endpoint": lambda h: h.webhooks.delete("d9bca06a35a8cad0cb73f0fd7674c7e4"),
    "list-available-webhook-events": lambda h: h.webhooks.event_names(),
}
#: Those with a body.
WITH_BODY: dict[str, Callable[[Any], Callable[[Any], Awaitable[Any]]]] = {
    "generate-photo-avatar-photos": lambda h: h.photo_avatars.generate,
    "create-photo-avatar-group": lambda h: h.photo_avatars.create_group,
    "add-looks-to-photo-avatar-group": lambda h: h.photo_avatars.add_looks,
    "generate-photo-avatar-looks": lambda h: h.photo_avatars.generate_look,
    "add-motion": lambda h: h.photo_avatars.add_motion,
    "create-an-avatar-video-v2": lambda h: h.videos.generate,
    "create-avatar-iv-video": lambda h: h.videos.generate_av4,
    "create-video-1": lambda h: h.videos.create,
    "add-a-webhook-endpoint": lambda h: h.webhooks.create,
    "update-a-webhook-endpoint": lambda h: h.webhooks.update,
}


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


def request_class(operation: str) -> Any:
    content = OPERATIONS[operation]["requestBody"]["content"]
    return NAMES[content["application/json"]["schema"]["$ref"].rpartition("/")[2]]


def meat(body: dict[str, Any]) -> Any:
    """What an answer is about: without its envelopes, and of a list the list."""
    data = body["data"]
    if isinstance(data, dict) and "code" in data:
        data = data["data"]
    lists = {"assets", "avatar_group_list", "avatar_list", "videos", "voices", "photo_avatar_list"}
    listed = lists & data.keys() if isinstance(data, dict) else set()
    return data[listed.pop()] if listed else data


@attrs.define
class Exchange:
    """A server that gives one answer, and keeps what it was asked."""

    status: int
    body: bytes
    asked: list[tuple[str, str, dict[str, str], bytes]] = attrs.field(factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.asked.append((request.method, request.path, dict(request.query), body))
        return web.Response(status=self.status, body=self.body, content_type="application/json")


async def exchanged(operation: str, case: Any) -> tuple[Any, Exchange]:
    """What the call of an operation makes of an example's answer."""
    server = Exchange(case["status"], orjson.dumps(case["body"]))
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{tail:.*}", server.handle)
    async with (
        TestServer(app) as running,
        Transport(
            ApiKey("sk_sim_000"),
            base_url=str(running.make_url("/")),
            retry=RetryPolicy(attempts=1),
        ) as transport,
    ):
        families = SimpleNamespace(
            **{name: api.family_of(name, api.FAMILIES_V2)(transport) for name in api.FAMILIES_V2}
        )
        if operation in PLAIN:
            called: Any = PLAIN[operation](families)
        else:
            example = next(e for e in EXAMPLES["heygen"] if e["operationId"] == operation)
            sent = case.get("request_body") or example["request"]["body"]
            called = WITH_BODY[operation](families)(
                structure_request(request_class(operation), sent)
            )
        return await (called.page() if isinstance(called, Pages) else called), server


@pytest.mark.parametrize(("operation", "case"), cases("answers"))
async def test_an_answer_is_understood_and_nothing_of_it_is_lost(operation: str, case: Any) -> None:
    result, _ = await exchanged(operation, case)

    expected = meat(case["body"])
    if isinstance(result, Page):
        assert result.raw == case["body"]
        result = result.items
    if expected is None:
        assert result is None or not attrs.asdict(result, filter=lambda _, value: bool(value))
    elif isinstance(result, Resource):
        assert result.raw == expected
        assert holds(unstructure(result), without_nulls(expected))
    else:
        assert holds(unstructure(list(result)), without_nulls(expected))


@pytest.mark.parametrize("operation", [example["operationId"] for example in EXAMPLES["heygen"]])
async def test_a_request_goes_where_the_example_s_goes(operation: str) -> None:
    example = next(e for e in EXAMPLES["heygen"] if e["operationId"] == operation)
    wanted = example["request"]

    _, server = await exchanged(operation, example["response"])

    ((method, path, query, body),) = server.asked
    assert (method, path) == (wanted["method"], wanted["path"])
    assert query == {name: str(value) for name, value in wanted["query"].items()}
    if isinstance(wanted["body"], dict):
        assert orjson.loads(body) == wanted["body"]
    else:
        assert body == (PORTRAIT.read_bytes() if wanted["body"] else b"")


@pytest.mark.parametrize(("operation", "case"), SENT)
def test_a_request_is_written_as_in_the_example(operation: str, case: Any) -> None:
    request = structure_request(request_class(operation), case["request_body"])

    assert unstructure(request) == without_nulls(case["request_body"])


@pytest.mark.parametrize(("operation", "case"), cases("errors"))
def test_an_error_is_understood(operation: str, case: Any) -> None:
    body = case["body"]
    told = body.get("error") or body

    with pytest.raises(HeyGenError) as caught:
        read_reply(ENDPOINTS[operation], Reply(case["status"], {}, orjson.dumps(body)), 0.0)

    error = caught.value
    assert not isinstance(error, ProtocolError)
    assert error.status == case["status"]
    assert error.code == str(told["code"])
    assert told["message"].rstrip(".") in error.message
    assert isinstance(error, NotFoundError) == (case["status"] == 404)


@pytest.mark.parametrize(
    "case", [pytest.param(one, id=one["event"]) for one in EXAMPLES["heygen_webhooks"]]
)
def test_a_delivery_is_verified_and_understood(case: Any) -> None:
    body = case["raw_body"].encode()

    event = webhooks.parse(case["headers"], body, secret=case["secret"])

    assert event.event_type == case["event"]
    assert event.raw == case["body"]
