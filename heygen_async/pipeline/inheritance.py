"""What an Orchestrator takes over with a journal: whose jobs it names, and what was spent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heygen_async.errors import JournalError
from heygen_async.journal.base import Entry, Journal
from heygen_async.models.events import Settled
from heygen_async.pipeline.budget import Budget

__all__ = ["claim", "recall"]

# The stream that says whose jobs a journal names.
_SERVER = "server"


async def claim(journal: Journal, servers: Mapping[str, str], at: float) -> None:
    """Tie a new journal to the servers whose jobs it will name, and refuse another's.

    The ids in a journal mean nothing elsewhere: what a simulator made would count as done at
    HeyGen. Simulators on this machine are taken for one, since each has another port.

    Args:
        journal: open.
        servers: the host of each API, by the name under which the journal knows it.
        at: wall time, seconds since 1970.

    Raises:
        JournalError: the journal belongs to another server.
    """
    known: dict[str, Any] = {}
    for event in (await journal.read([_SERVER]))[_SERVER]:
        known |= event.result if isinstance(event, Settled) else {}
    for name, server in servers.items():
        if known.get(name, server) != server:
            raise JournalError(
                f"The journal belongs to jobs at {known[name]}, not at {server}: what was made"
                " there does not exist here. Use another journal."
            )
    if not servers.keys() <= known.keys():
        await journal.append([Entry(_SERVER, Settled(at=at, result=dict(servers)))])


async def recall(journal: Journal, budget: Budget) -> None:
    """Count what earlier runs of an open journal spent and reserved, as far as a cap needs it."""
    after = 0
    while budget.cap is not None and (page := await journal.paid(after)):
        for _, entry in page:
            budget.recall(entry.stream, entry.event)
        after = page[-1][0]
