"""An address of this process's own for HeyGen's events, for as long as it is needed.

::

    async with HeyGen() as heygen, listening(heygen, "https://example.org/heygen", port=8080):
        ...                                     # events wake whoever waits

For a program that has no web application of its own. One that has registers its address once, and
mounts a ``Receiver`` among its routes.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web

from heygen_async.api.v3.webhooks import CreateWebhookEndpointRequest
from heygen_async.client import HeyGen
from heygen_async.errors import HeyGenError, InvalidInputError, NotFoundError, UncertainError
from heygen_async.webhooks.receiver import Handler, Receiver

__all__ = ["listening"]

# HeyGen waits 10 seconds for an answer; what is being handled at the end may take a part of that.
_GOODBYE = 2.0

# Seconds to remove the address at the end, when somebody may be waiting to leave.
_FAREWELL = 20.0

_LOGGER = logging.getLogger("heygen_async")


@asynccontextmanager
async def listening(
    heygen: HeyGen,
    url: str | None = None,
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    handler: Handler | None = None,
) -> AsyncIterator[Receiver]:
    """Take HeyGen's events for the time of the block, and wake who waits in the client.

    Events are served at the path of ``url``, over plain HTTP: what ends TLS stands in front. The
    address is registered once it can answer, for all events, and removed when the block is left,
    however that happens, or when a cancellation or a lost answer keeps it from being entered; only
    a killed process leaves it behind. An endpoint that is registered at exactly this address
    already is taken for such a one, and replaced.

    Args:
        heygen: the client whose waiters are woken; it stays open.
        url: the public https address under which HeyGen reaches ``host`` and ``port``; None is the
            local address itself, which only a simulator on this machine can call.
        host: to listen on; ``0.0.0.0`` for all interfaces.
        port: to listen on; 0 takes a free one.
        handler: is also called with each event, once, after it was verified.

    Raises:
        InvalidInputError: the address is not one that HeyGen could call.
        OSError: the port cannot be listened on.
        HeyGenError: the address could not be registered.
    """
    # Until it is registered, nobody can know the secret.
    receiver = Receiver(secrets.token_hex(), handler, heygen=heygen)
    runner = web.AppRunner(
        _application(_path(url), receiver), access_log=None, shutdown_timeout=_GOODBYE
    )
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        name, bound = runner.addresses[0][:2]
        address = url or f"http://{f'[{name}]' if ':' in name else name}:{bound}/"
        async with _registered(heygen, address, receiver):
            yield receiver
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _registered(heygen: HeyGen, url: str, receiver: Receiver) -> AsyncIterator[None]:
    for known in await _at(heygen, url):
        _LOGGER.warning("The webhook endpoint %s has our address, it is replaced", known)
        await heygen.webhooks.delete(known)
    try:
        endpoint = await heygen.webhooks.create(CreateWebhookEndpointRequest(url=url))
    except (UncertainError, asyncio.CancelledError):
        await _unregister(heygen, url)  # It may be there, under an id that nobody told us.
        raise
    try:
        if endpoint.secret is None:
            raise InvalidInputError.of("url", "must be registered with a secret", "none was told")
        receiver.trust(endpoint.secret)
        yield
    finally:
        await _unregister(heygen, url, endpoint.endpoint_id)


async def _at(heygen: HeyGen, url: str) -> list[str]:
    """The endpoints that are registered at an address."""
    return [it.endpoint_id async for it in heygen.webhooks.list(limit=100) if it.url == url]


async def _unregister(heygen: HeyGen, url: str, endpoint_id: str | None = None) -> None:
    """Remove an endpoint, or all at the address where its id is not known."""
    try:
        async with asyncio.timeout(_FAREWELL):
            for known in [endpoint_id] if endpoint_id else await _at(heygen, url):
                await heygen.webhooks.delete(known)
    except NotFoundError:
        _LOGGER.debug("The endpoint at %s was removed by somebody else", url)
    except (HeyGenError, TimeoutError) as error:
        # The block is over, well or badly: all that can be done is to say it.
        named = f"endpoint {endpoint_id}" if endpoint_id else f"endpoint at {url}, if there is one,"
        _LOGGER.warning("The webhook %s was not removed: %s", named, error)


def _path(url: str | None) -> str:
    return "" if url is None else urlsplit(url).path.rstrip("/")


def _application(path: str, receiver: Receiver) -> web.Application:
    if not path:
        return receiver.app()
    application = web.Application()
    application.add_subapp(path, receiver.app())
    return application
