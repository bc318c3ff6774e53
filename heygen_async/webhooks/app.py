"""The receiver as a sub-application of aiohttp; the only module here that knows the framework.

The body is read here and not by the framework, whose limit is that of the application around it.
"""

from __future__ import annotations

import asyncio
import logging

from aiohttp import web

from heygen_async.errors import ProtocolError, SignatureError
from heygen_async.webhooks.receiver import ANSWER_WITHIN, Receiver

__all__ = ["application"]

_LOGGER = logging.getLogger("heygen_async")


def application(receiver: Receiver, *, largest_body: int) -> web.Application:
    """See ``Receiver.app``."""

    async def take(request: web.Request) -> web.Response:
        body = await _body(request, largest_body)
        try:
            event = receiver.parse(request.headers, body)
        except SignatureError as error:
            _LOGGER.warning("%s", error)
            return web.Response(status=401, text=str(error.code))
        except ProtocolError as error:
            _LOGGER.warning("%s", error)
            return web.Response(status=400, text="not an event")
        try:
            await receiver.handle(event)
        except web.HTTPException:
            raise
        except Exception:
            _LOGGER.exception(
                "Handling %r (event %r) failed; HeyGen will send it again.",
                event.event_type,
                event.event_id,
            )
            return web.Response(status=500, text="not handled, send again")
        return web.Response(status=200)

    async def probe(request: web.Request) -> web.Response:
        return web.Response(status=204, headers={"Allow": "POST, OPTIONS"})

    app = web.Application()
    for path in ("", "/"):
        app.router.add_post(path, take)
        app.router.add_options(path, probe)
    return app


async def _body(request: web.Request, largest: int) -> bytes:
    """The raw body.

    Raises:
        web.HTTPRequestEntityTooLarge: there are more bytes, or more are announced.
        web.HTTPBadRequest: it broke off, or is not in the encoding that it claims.
        web.HTTPRequestTimeout: it did not come in the time that HeyGen itself would wait.
    """
    announced = request.content_length or 0
    body = bytearray()
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            while announced <= largest and len(body) <= largest:
                chunk = await request.content.readany()
                if not chunk:
                    return bytes(body)
                body += chunk
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (web.RequestPayloadError, ConnectionError) as error:
        raise web.HTTPBadRequest(text="the body broke off") from error
    raise web.HTTPRequestEntityTooLarge(max_size=largest, actual_size=max(announced, len(body)))
