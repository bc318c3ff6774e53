"""Events for a command: an address of its own for as long as it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from heygen_async.cli.console import say
from heygen_async.client import HeyGen
from heygen_async.errors import InvalidInputError
from heygen_async.transport.credentials import is_loopback

__all__ = ["told_of_events"]


@asynccontextmanager
async def told_of_events(
    heygen: HeyGen | None, url: str | None, listen: tuple[str, int] | None
) -> AsyncIterator[None]:
    """Let events wake whoever waits in the block.

    Args:
        heygen: whose waiters; None where only agent.ai is used, which tells of nothing.
        url: the public address; None for the local one, which a simulator can call.
        listen: host and port; None for no events.

    Raises:
        InvalidInputError: nobody could call the address.
    """
    if listen is None:
        yield
        return
    if heygen is None:
        raise InvalidInputError(
            "--webhook-listen is for HeyGen; agent.ai tells of nothing", field="--webhook-listen"
        )
    if url is None and not is_loopback(urlsplit(heygen.base_url).hostname or ""):
        raise InvalidInputError(
            "--webhook-listen needs --webhook-url, the public https address that leads to it",
            field="--webhook-url",
        )
    # Only here, since a server of one's own takes as long to import as all else that is needed.
    from heygen_async.listener import listening

    host, port = listen
    async with listening(heygen, url, host=host, port=port):
        say(f"HeyGen tells {url or 'this machine'} what is finished.")
        yield
