"""A server that answers what the test tells it to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import attrs
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from heygen_async.transport.credentials import ApiKey
from heygen_async.transport.http import Transport
from heygen_async.transport.retry import RetryPolicy


@attrs.frozen
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@attrs.define
class Canned:
    """Answers in the order given for a method and path; the last one for ever."""

    url: str = ""
    asked: list[Asked] = attrs.field(factory=list)
    _answers: dict[tuple[str, str], list[tuple[int, Any]]] = attrs.field(factory=dict)

    def answer(self, method: str, path: str, body: Any, status: int = 200) -> None:
        self._answers.setdefault((method, path), []).append((status, body))

    def data(self, method: str, path: str, data: Any) -> None:
        self.answer(method, path, {"data": data})

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.asked.append(
            Asked(request.method, request.path, dict(request.query), dict(request.headers), body)
        )
        waiting = self._answers.get((request.method, request.path))
        if not waiting:
            missing = {"error": {"code": "not_found", "message": f"no {request.path}"}}
            return web.json_response(missing, status=404)
        status, answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        body = answer if isinstance(answer, bytes) else orjson.dumps(answer)
        return web.Response(status=status, body=body, content_type="application/json")


@pytest.fixture
async def server() -> AsyncIterator[Canned]:
    canned = Canned()
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{tail:.*}", canned.handle)
    async with TestServer(app) as running:
        canned.url = str(running.make_url("")).rstrip("/")
        yield canned


@pytest.fixture
async def transport(server: Canned) -> AsyncIterator[Transport]:
    async with Transport(
        ApiKey("test-key"), base_url=server.url, retry=RetryPolicy(attempts=1)
    ) as transport:
        yield transport
