"""A client for a command: to HeyGen, or to a simulator of its own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from heygen_async.cli.options import Settings
from heygen_async.client import HeyGen
from heygen_async.errors import AuthenticationError, InvalidInputError
from heygen_async.models.policies import PollPolicy
from heygen_async.transport.credentials import KEY_VARIABLE, credentials_from, is_loopback

__all__ = ["connected", "simulated"]


@asynccontextmanager
async def connected(
    settings: Settings,
    observer: Callable[[Any], None] | None = None,
    *,
    speed: float | None = None,
) -> AsyncIterator[HeyGen]:
    """A client with the key of the environment.

    Args:
        settings: where the API is.
        observer: as the client's.
        speed: of the simulator that is talked to, so that its jobs are looked at as often as it
            is fast; None for HeyGen, which must not be asked that often.

    Raises:
        AuthenticationError: there is no key, or none that could be one.
        InvalidInputError: the address is none, or there is a speed and the address is HeyGen's.
    """
    poll = None
    if speed is not None:
        address = settings.base_url or os.environ.get("HEYGEN_BASE_URL") or ""
        if not is_loopback(urlsplit(address).hostname or ""):
            raise InvalidInputError(
                "--speed is a simulator's: it needs --simulate, or the address of one that runs on"
                " this machine",
                field="--speed",
            )
        poll = PollPolicy().faster(speed)
    if KEY_VARIABLE not in os.environ:
        raise AuthenticationError(
            f"no API key: set the environment variable {KEY_VARIABLE} (the key is on HeyGen's"
            " settings page, under API), or try `produce --simulate`, which needs none"
        )
    try:
        credentials = credentials_from(None)
    except InvalidInputError as error:
        raise AuthenticationError(error.message) from error
    async with HeyGen(
        credentials, base_url=settings.base_url, poll=poll, observer=observer
    ) as heygen:
        yield heygen


@asynccontextmanager
async def simulated(
    *, speed: float, seed: int, observer: Callable[[Any], None] | None = None
) -> AsyncIterator[HeyGen]:
    """A client of a simulator that lives as long as the block.

    Args:
        speed: how many seconds pass there in one second here.
        seed: decides its ids, durations and accidents.
        observer: as the client's.

    Raises:
        ImportError: the extra ``simulator`` is not installed.
    """
    from heygen_async.simulator import Simulator

    async with Simulator(speed=speed, seed=seed) as simulator:
        poll = PollPolicy().faster(speed)
        async with HeyGen(
            "simulated", base_url=simulator.url, poll=poll, observer=observer
        ) as heygen:
            yield heygen
