"""Where the operations of all dialects are served: one table for every simulator.

To make the table takes longer than all else that opening a simulator takes, and a test suite opens
them by the thousand. So it is made once, of resources that aiohttp lets several applications share,
and holds nothing of any world: who answers is looked up in the application that was asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import cache

from aiohttp import web

from heygen_async.simulator.contract import Operation
from heygen_async.simulator.dialects import DIALECTS
from heygen_async.simulator.wire.pipeline import Pipeline

__all__ = ["PIPELINES", "resources"]

PIPELINES: web.AppKey[Mapping[str, Pipeline]] = web.AppKey("heygen_pipelines", Mapping)
"""Who answers in an application, by the name of the dialect."""


@cache
def resources() -> tuple[web.AbstractResource, ...]:
    """The path of each operation, with its methods."""
    table = web.UrlDispatcher()
    for dialect in DIALECTS:
        for operation in dialect.contract.operations:
            path = dialect.prefix + operation.path
            table.add_route(operation.method, path, _serving(dialect.name, operation))
    return tuple(table.resources())


def _serving(
    dialect: str, operation: Operation
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def serve(request: web.Request) -> web.StreamResponse:
        return await request.app[PIPELINES][dialect].serve(request, operation)

    return serve
