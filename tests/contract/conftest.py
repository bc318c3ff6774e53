"""A server that knows a contract and nothing else, for whoever calls all operations of a dialect.

A test module says which contract in ``CONTRACT`` and which families in ``FAMILIES``.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema_rs
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

import heygen_async
from heygen_async import api
from heygen_async.errors import HeyGenV2Warning
from heygen_async.transport.credentials import ApiKey
from heygen_async.transport.http import Transport
from heygen_async.transport.retry import RetryPolicy

CONTRACTS = Path(heygen_async.__file__).parent / "simulator" / "contract"


class ContractServer:
    """Answers every operation by the contract, and remembers what it was asked.

    Attributes:
        operations: method, path and description, by operation id.
        called: the operations, in their order.
        query: the names of all query parameters.
        wrong: how requests broke the contract.
    """

    def __init__(self, contract: Mapping[str, Any]) -> None:
        self._components = contract["components"]
        self.operations: dict[str, tuple[str, str, Any]] = {
            operation["operationId"]: (method.upper(), path, operation)
            for path, methods in contract["paths"].items()
            for method, operation in methods.items()
        }
        self.called: list[str] = []
        self.query: list[str] = []
        self.wrong: list[str] = []

    @property
    def missing(self) -> set[str]:
        """Query parameters that the contract has and nobody sent, or the other way round."""
        wanted = [self.operations[name][2].get("parameters", ()) for name in self.called]
        known = {one["name"] for many in wanted for one in many if one.get("in") == "query"}
        return known ^ set(self.query)

    async def handle(self, request: web.Request) -> web.Response:
        name = self._operation_at(request.method, request.path)
        _, _, operation = self.operations[name]
        self.called.append(name)
        self.query.extend(request.query)
        parameters = operation.get("parameters", [])
        # Named there by analogy, and by no source of HeyGen's [behaviour notes 4]: none is sent.
        takes_key = any("$ref" in one for one in parameters) and name != "createVideoBatch"
        if takes_key != ("Idempotency-Key" in request.headers):
            self.wrong.append("the idempotency key")
        for one in parameters:
            needed = one.get("in") == "query" and one.get("required")
            if needed and one["name"] not in request.query:
                self.wrong.append(f"{one['name']} is missing")
        await self._check_body(request, operation.get("requestBody", {"content": {}})["content"])
        status, reply = next((s, r) for s, r in operation["responses"].items() if s[0] == "2")
        schema = reply["content"]["application/json"]["schema"]
        return web.json_response(self._answer(schema), status=int(status))

    async def _check_body(self, request: web.Request, content: Mapping[str, Any]) -> None:
        body = await request.read()
        if bool(content) != bool(body):
            self.wrong.append("a body where there is none, or none where there is one")
        if not content:
            return
        if request.content_type not in content:
            self.wrong.append(f"a body of {request.content_type}")
        elif request.content_type == "application/json":
            schema = {**content["application/json"]["schema"], "components": self._components}
            errors = jsonschema_rs.validator_for(schema).iter_errors(orjson.loads(body))
            self.wrong.extend(error.message for error in errors)
        elif request.content_type.startswith("multipart/"):
            if b'name="file"; filename="portrait.jpg"' not in body:
                self.wrong.append("the file part")
        elif not body.startswith(b"\xff\xd8\xff"):
            self.wrong.append("the raw file")

    def _operation_at(self, method: str, path: str) -> str:
        found = [
            (template.count("{"), name)
            for name, (verb, template, _) in self.operations.items()
            if verb == method and re.fullmatch(re.sub(r"\{\w+\}", r"[^/]+", template), path)
        ]
        return min(found)[1]

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in schema:
            return schema
        named: Mapping[str, Any] = self._components["schemas"][schema["$ref"].rpartition("/")[2]]
        return named

    def _answer(self, schema: Mapping[str, Any]) -> Any:
        """A valid answer in which every field is set."""
        schema = self._resolved(schema)
        if "allOf" in schema:
            parts = [self._answer(part) for part in schema["allOf"]]
            return {**{k: v for part in parts for k, v in part.items()}, "has_more": False}
        for several in ("oneOf", "anyOf"):
            if several in schema:
                return self._answer(schema[several][0])
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
        match kind:
            case "object":
                fields = schema.get("properties", {})
                return {name: self._answer(one) for name, one in fields.items()}
            case "array":
                return [self._answer(schema["items"])]
            case "string":
                return "text"
            case "boolean":
                return True
            case "null":
                return None
            case _:
                return max(schema.get("minimum", 0), 1)


@pytest.fixture
def contract_server(request: pytest.FixtureRequest) -> ContractServer:
    return ContractServer(orjson.loads((CONTRACTS / request.module.CONTRACT).read_bytes()))


@pytest.fixture
async def families(
    request: pytest.FixtureRequest, contract_server: ContractServer
) -> AsyncIterator[SimpleNamespace]:
    """The module's families of calls, over one transport to the server."""
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{tail:.*}", contract_server.handle)
    async with (
        TestServer(app) as running,
        Transport(
            ApiKey("test-key"), base_url=str(running.make_url("/")), retry=RetryPolicy(attempts=1)
        ) as transport,
    ):
        known = request.module.FAMILIES
        yield SimpleNamespace(**{name: api.family_of(name, known)(transport) for name in known})


@pytest.fixture(autouse=True)
def told_of_v2() -> Iterator[None]:
    """Nothing here is about the warning of v2's end, which comes once in a process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HeyGenV2Warning)
        yield
