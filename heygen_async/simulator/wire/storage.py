"""What the file host and the upload host have in common: they speak XML, and want no key."""

from __future__ import annotations

import asyncio
from html import escape

from aiohttp import web

from heygen_async.simulator.wire.messages import cut
from heygen_async.simulator.world.world import World


def refusal(status: int, code: str, message: str) -> web.Response:
    """An error as object storages word it."""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
    )
    return web.Response(status=status, text=text, content_type="application/xml")


def leaked(world: World, request: web.Request) -> None:
    """Note credentials that should never have come here."""
    if "x-api-key" in request.headers or "Authorization" in request.headers:
        world.ledger.leaked_keys += 1


async def spoilt(
    world: World, request: web.Request, stage: str, operation: str
) -> web.Response | None:
    """The answer of a fault that is aimed at this host, None if none strikes at this stage."""
    fault = world.faults.draw(stage, operation)
    if fault is None:
        return None
    match fault.name:
        case "connection_refused" | "lost_answer" | "truncated_body":
            return cut(request)
        case "slow_answer":
            await asyncio.sleep(5.0 if fault.seconds is None else fault.seconds)
            return None
        case "empty_body":
            return web.Response(status=fault.status or 200)
        case "html_error":
            page = "<html><body>Bad gateway</body></html>"
            return web.Response(status=fault.status or 502, text=page, content_type="text/html")
        case _:
            error = fault.error()
            answer = refusal(error.status, error.code, error.message)
            if error.retry_after is not None:
                answer.headers["Retry-After"] = str(error.retry_after)
            return answer
