"""Which clients a batch needs, and what HeyGen says is left to spend."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import attrs

from heygen_async.cli.batch.bill import balance
from heygen_async.cli.connecting import AT_ONCE, reaching, simulated
from heygen_async.cli.options import Settings
from heygen_async.cli.progress import Report
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.dialects import Clients
from heygen_async.models.job import Job
from heygen_async.models.policies import PollPolicy
from heygen_async.models.stock import StockAvatar

__all__ = ["Reach", "left_in"]

_SPEED = 60.0


@attrs.define(kw_only=True)
class Reach:
    """Finds out which clients the jobs of a batch need, and makes them.

    Attributes:
        settings: where HeyGen is.
        dialect: of the jobs.
        agentai_key: a file with agent.ai's token; None for the environment's.
        simulate: whether on a simulator of its own.
        speed: of the simulator; None for HeyGen, and for the usual speed of one started here.
        seed: of a simulator of its own.
        heygen: whether HeyGen is needed: agent.ai's own avatars can do without.
    """

    settings: Settings
    dialect: str
    agentai_key: str | None
    simulate: bool
    speed: float | None
    seed: int
    heygen: bool = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.heygen = self.dialect != "agentai"

    def note(self, job: Job) -> None:
        """Take a job into account."""
        self.heygen = self.heygen or not isinstance(job.avatar, StockAvatar)

    def clients(
        self, report: Report | None = None, *, balance_only: bool = False
    ) -> AbstractAsyncContextManager[Clients]:
        """The clients, for a block.

        Args:
            report: takes their events.
            balance_only: whether HeyGen is to be asked for the balance, and nothing else.
        """
        if self.simulate:
            return simulated(speed=self.speed or _SPEED, seed=self.seed, observer=report)
        return reaching(
            self.settings,
            report,
            heygen=self.heygen or balance_only,
            agentai=self.dialect == "agentai" and not balance_only,
            speed=self.speed,
            agentai_key=self.agentai_key,
            retry=AT_ONCE if balance_only else None,
        )

    @asynccontextmanager
    async def idle(self) -> AsyncIterator[Clients]:
        """Clients that nothing is sent with, so whoever's keys they have, and however fast."""
        poll = PollPolicy()
        async with (
            HeyGen("unused", base_url=self.settings.base_url, poll=poll) as heygen,
            AgentAI("unused", poll=poll) as agentai,
        ):
            yield Clients(heygen, agentai if self.dialect == "agentai" else None)


async def left_in(clients: Clients) -> tuple[str | None, float | None]:
    """What HeyGen's account has left, in words and in dollars, where it is known."""
    if clients.heygen is None:
        return None, None
    return balance(await clients.heygen.account.me())
