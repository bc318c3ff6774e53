"""The dialects that an Orchestrator speaks: which backend each is, and which client it needs.

A dialect is chosen once for an Orchestrator. What no job of it needs is not imported.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

import attrs

from heygen_async.api.agentai.actions import KIND
from heygen_async.backends.base import Backend, Fetch, Materials
from heygen_async.backends.v3.backend import V3Backend
from heygen_async.backends.v3.batches import Outbox
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.client_base import Client
from heygen_async.errors import InvalidInputError, UsageError
from heygen_async.models.policies import Policies
from heygen_async.models.prices import PriceTable
from heygen_async.models.state import JobState
from heygen_async.transport.credentials import is_loopback

__all__ = ["Clients", "Dialect", "Needs", "backend_of", "dialect_of"]

Dialect = Literal["v3", "v2", "agentai"]


@attrs.frozen
class Clients:
    """The clients that an Orchestrator was given.

    Attributes:
        heygen: of HeyGen; None where only agent.ai is used.
        agentai: of agent.ai; None where only HeyGen is.
    """

    heygen: HeyGen | None
    agentai: AgentAI | None

    @property
    def first(self) -> Client:
        """The one that fetches files, HeyGen's where there are both.

        Raises:
            UsageError: there is none.
        """
        client = self.heygen or self.agentai
        if client is None:
            raise UsageError("Give the Orchestrator a HeyGen or an AgentAI client")
        return client

    @property
    def servers(self) -> dict[str, str]:
        """Where each client's server is; all on this machine are taken for one."""
        clients = {"server": self.heygen, "agentai": self.agentai}
        return {
            name: _place(client.base_url) for name, client in clients.items() if client is not None
        }

    def watch(
        self,
        kind: str,
        id: str,  # noqa: A002 - the server's own word for it
        *,
        timeout: float | None,
        expected: float | None = None,
        age: float = 0.0,
        urgency: float = 1.0,
    ) -> Awaitable[JobState]:
        """The state in which a job settles, as ``Client.watch`` tells it."""
        client = self.agentai if kind == KIND else self.heygen
        assert client is not None
        return client.watch(kind, id, timeout=timeout, expected=expected, age=age, urgency=urgency)


@attrs.frozen(kw_only=True)
class Needs:
    """What every backend is made with; see ``V3Backend``."""

    materials: Materials
    fetch: Fetch
    policies: Policies
    prices: PriceTable
    outbox: Outbox | None = None


def _place(base_url: str) -> str:
    host = urlsplit(base_url).hostname or ""
    return "this machine" if is_loopback(host) else host


def dialect_of(dialect: str | None, clients: Clients) -> Dialect:
    """The dialect that is meant: v3, unless only agent.ai's client is there.

    Raises:
        InvalidInputError: there is no such dialect.
        UsageError: its client is missing.
    """
    client = clients.first
    chosen = dialect or ("v3" if client is clients.heygen else "agentai")
    if chosen not in _BACKENDS:
        raise InvalidInputError.of(
            "dialect", f"must be one of {', '.join(get_args(Dialect))}", dialect
        )
    if chosen == "agentai" and clients.agentai is None:
        raise UsageError("dialect='agentai' needs an AgentAI client: Orchestrator(…, agentai=…)")
    if chosen != "agentai" and clients.heygen is None:
        raise UsageError(f"dialect={chosen!r} needs a HeyGen client")
    return cast("Dialect", chosen)


def backend_of(dialect: Dialect, clients: Clients, needs: Needs) -> Backend:
    """The backend of a dialect."""
    return _BACKENDS[dialect](clients, needs)


def _v3(clients: Clients, needs: Needs) -> V3Backend:
    heygen = clients.heygen
    assert heygen is not None
    return V3Backend(
        heygen.assets,
        heygen.avatars,
        heygen.videos,
        needs.materials,
        needs.fetch,
        needs.policies,
        needs.prices,
        needs.outbox,
    )


def _v2(clients: Clients, needs: Needs) -> Backend:
    from heygen_async.backends.v2.backend import V2Backend

    assert clients.heygen is not None
    return V2Backend(clients.heygen.v2, needs.materials, needs.fetch, needs.policies, needs.prices)


def _agentai(clients: Clients, needs: Needs) -> Backend:
    from heygen_async.backends.agentai import AgentAIBackend

    assert clients.agentai is not None
    return AgentAIBackend(
        clients.agentai,
        needs.materials,
        needs.fetch,
        needs.policies,
        needs.prices,
        avatars=None if clients.heygen is None else clients.heygen.avatars,
        v3=None if clients.heygen is None else _v3(clients, needs),
    )


_BACKENDS: dict[str, Callable[[Clients, Needs], Backend]] = {
    "v3": _v3,
    "v2": _v2,
    "agentai": _agentai,
}
