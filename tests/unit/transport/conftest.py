"""A real server on loopback, for what only sockets can show."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from heygen_async.transport.credentials import ApiKey
from heygen_async.transport.http import Transport

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a server for a handler; gives its address."""
    runners: list[web.AppRunner] = []

    async def start(handler: Handler) -> str:
        async def answer(request: web.Request) -> web.StreamResponse:
            return await handler(request)

        app = web.Application(client_max_size=2**30)
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        runners.append(runner)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def connect(serve: Serve) -> AsyncIterator[Callable[..., Awaitable[Transport]]]:
    """Start a server for a handler; gives a transport that talks to it."""
    transports: list[Transport] = []

    async def start(handler: Handler, **options: object) -> Transport:
        transport = Transport(ApiKey("key-1"), base_url=await serve(handler), **options)
        transports.append(transport)
        return transport

    yield start
    for transport in transports:
        await transport.close()
