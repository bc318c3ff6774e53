"""Backends that plan jobs and do nothing else, for commands that only read a journal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache
from typing import Any, cast

from heygen_async.backends.base import Backend
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.dialects import Clients, Dialect, Needs, backend_of
from heygen_async.models.job import Audio
from heygen_async.models.policies import Policies, PollPolicy
from heygen_async.models.prices import PriceTable
from heygen_async.models.source import Media

__all__ = ["planning"]

# Nothing is sent, so whatever the environment names as an address, or as a simulator's speed, does
# not matter.
_NOWHERE = "http://127.0.0.1"


@asynccontextmanager
async def planning() -> AsyncIterator[Callable[[str], Backend]]:
    """The backend of each dialect, for as long as the block lasts."""
    async with (
        HeyGen("unused", base_url=_NOWHERE, poll=PollPolicy()) as heygen,
        AgentAI("unused", base_url=_NOWHERE, poll=PollPolicy()) as agentai,
    ):
        clients = Clients(heygen, agentai)
        needs = Needs(materials=_Nothing(), fetch=_fetch, policies=Policies(), prices=PriceTable())

        @cache
        def backend(dialect: str) -> Backend:
            return backend_of(cast("Dialect", dialect), clients, needs)

        yield backend


class _Nothing:
    async def content(self, media: Media, digest: str) -> bytes | str:
        raise AssertionError(f"{media} is wanted, and a plan needs no bytes")

    async def recorded(self, audio: Audio) -> float | None:
        return None  # Nothing is to be paid.


async def _fetch(url: str, path: str, *, refresh: Callable[[], Awaitable[str]]) -> dict[str, Any]:
    raise AssertionError(f"{path} is wanted, and a plan needs no file")
