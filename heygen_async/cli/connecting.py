"""Clients for a command: of HeyGen and agent.ai, or of a simulator of its own."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from heygen_async.cli.options import Settings
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.dialects import Clients
from heygen_async.errors import AuthenticationError, InvalidInputError
from heygen_async.models.policies import PollPolicy
from heygen_async.transport.credentials import (
    KEY_VARIABLE,
    TOKEN_VARIABLE,
    Bearer,
    credentials_from,
    is_loopback,
    token_from,
)
from heygen_async.transport.retry import RetryPolicy

__all__ = ["AT_ONCE", "connected", "reaching", "simulated"]

AT_ONCE = RetryPolicy(attempts=3)
"""For commands that make nothing: whoever waits for their answer is told within some two seconds
that nobody listens, and loses nothing by asking again. Paid work keeps the client's patience, which
outlasts a server that restarts."""

# Where our own simulator answers for agent.ai.
_SIMULATED_AGENTAI = "/agentai/v1"


@asynccontextmanager
async def connected(
    settings: Settings,
    observer: Callable[[Any], None] | None = None,
    *,
    speed: float | None = None,
    retry: RetryPolicy | None = None,
) -> AsyncIterator[HeyGen]:
    """A client with the key of the environment.

    Args:
        settings: where the API is.
        observer: as the client's.
        speed: of the simulator that is talked to, so that its jobs are looked at as often as it
            is fast; None for HeyGen, which must not be asked that often.
        retry: as the client's.

    Raises:
        AuthenticationError: there is no key, or none that could be one.
        InvalidInputError: the address is none, or there is a speed and the address is HeyGen's.
    """
    poll = _poll(speed, _heygen_address(settings))
    if KEY_VARIABLE not in os.environ:
        raise AuthenticationError(
            f"no API key: set the environment variable {KEY_VARIABLE} (the key is on HeyGen's"
            " settings page, under API), or try it with `produce --simulate` or"
            " `batch --simulate`, which need none"
        )
    try:
        credentials = credentials_from(None)
    except InvalidInputError as error:
        raise AuthenticationError(error.message) from error
    async with HeyGen(
        credentials, base_url=settings.base_url, retry=retry, poll=poll, observer=observer
    ) as heygen:
        yield heygen


@asynccontextmanager
async def reaching(
    settings: Settings,
    observer: Callable[[Any], None] | None = None,
    *,
    heygen: bool,
    agentai: bool,
    speed: float | None = None,
    agentai_key: str | None = None,
    retry: RetryPolicy | None = None,
) -> AsyncIterator[Clients]:
    """The clients that jobs need.

    Args:
        settings: where HeyGen's API is; agent.ai's is at AGENTAI_BASE_URL, or at the simulator that
            the former leads to.
        observer: as the clients'.
        heygen: whether HeyGen is needed.
        agentai: whether agent.ai is.
        speed: as for ``connected``.
        agentai_key: a file with agent.ai's token; None for ``AGENTAI_API_KEY``.
        retry: as the clients'.

    Raises:
        AuthenticationError: a key is missing, or cannot be one.
        InvalidInputError: as ``connected``; or the token's file cannot be read.
    """
    async with AsyncExitStack() as clients:
        told = None
        if agentai:
            told = await clients.enter_async_context(
                _agentai(settings, observer, speed, agentai_key, retry)
            )
        known = None
        if heygen:
            known = await clients.enter_async_context(
                connected(settings, observer, speed=speed, retry=retry)
            )
        yield Clients(known, told)


@asynccontextmanager
async def simulated(
    *, speed: float, seed: int, observer: Callable[[Any], None] | None = None
) -> AsyncIterator[Clients]:
    """Clients of a simulator that lives as long as the block.

    Args:
        speed: how many seconds pass there in one second here.
        seed: decides its ids, durations and accidents.
        observer: as the clients'.

    Raises:
        ImportError: the extra ``simulator`` is not installed.
    """
    from heygen_async.simulator import Simulator

    key, poll = "simulated", PollPolicy().faster(speed)
    async with (
        Simulator(speed=speed, seed=seed) as simulator,
        HeyGen(key, base_url=simulator.url, poll=poll, observer=observer) as heygen,
        AgentAI(key, base_url=simulator.agentai_url, poll=poll, observer=observer) as agentai,
    ):
        yield Clients(heygen, agentai)


def _agentai(
    settings: Settings,
    observer: Callable[[Any], None] | None,
    speed: float | None,
    file: str | None,
    retry: RetryPolicy | None,
) -> AgentAI:
    address = os.environ.get("AGENTAI_BASE_URL")
    heygen = _heygen_address(settings)
    if address is None and is_loopback(urlsplit(heygen).hostname or ""):
        address = heygen.rstrip("/") + _SIMULATED_AGENTAI
    poll = _poll(speed, address or "")
    if file is None and TOKEN_VARIABLE not in os.environ:
        raise AuthenticationError(
            f"no token for agent.ai: set the environment variable {TOKEN_VARIABLE}, or name a file"
            " with it by --agentai-key (the token is on https://agent.ai/user/integrations#api)"
        )
    text = None if file is None else _read(file)
    try:
        token = token_from(None) if text is None else Bearer(text, source=str(file))
    except InvalidInputError as error:
        raise AuthenticationError(error.message) from error
    return AgentAI(token, base_url=address, retry=retry, poll=poll, observer=observer)


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise InvalidInputError(
            f"--agentai-key: {file} cannot be read: {reason}", field="--agentai-key", value=file
        ) from error


def _heygen_address(settings: Settings) -> str:
    return settings.base_url or os.environ.get("HEYGEN_BASE_URL") or ""


def _poll(speed: float | None, address: str) -> PollPolicy | None:
    if speed is None:
        return None
    if not is_loopback(urlsplit(address).hostname or ""):
        raise InvalidInputError(
            "--speed is a simulator's: it needs --simulate, or the address of one that runs on"
            " this machine",
            field="--speed",
        )
    return PollPolicy().faster(speed)
