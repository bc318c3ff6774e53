"""Runs a job in a process that kills itself at one write of its journal.

A program; its argument is the scenario, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from typing import Any

from heygen_async.client import HeyGen
from heygen_async.journal import Entry, SqliteJournal
from heygen_async.models.job import Job, Photo, Script, VideoOptions
from heygen_async.models.policies import Policies, PollPolicy
from heygen_async.orchestrator import Orchestrator
from heygen_async.transport.retry import RetryPolicy


class DyingJournal(SqliteJournal):
    """Kills its process before or after its n-th write."""

    def __init__(self, path: str, write: int, moment: str) -> None:
        super().__init__(path)
        self.left = write
        self.moment = moment

    async def append(self, entries: Sequence[Entry]) -> None:
        self.left -= 1
        if self.left == 0 and self.moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        await super().append(entries)
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


async def run(scenario: dict[str, Any]) -> None:
    journal = DyingJournal(scenario["journal"], scenario["write"], scenario["moment"])
    heygen = HeyGen(
        "any",
        base_url=scenario["url"],
        poll=PollPolicy().faster(scenario["speed"]),
        retry=RetryPolicy(base=0.01, attempts=scenario.get("attempts", 5)),
    )
    policies = Policies(submit_in_batches=scenario.get("batches", False))
    async with heygen, Orchestrator(heygen, journal=journal, policies=policies) as orchestrator:
        await orchestrator.produce(
            Job(
                avatar=Photo(scenario["photo"]),
                speech=Script("Hello", voice_id="sim-voice-anna"),
                options=VideoOptions(resolution="720p"),
                output=scenario["output"],
                id="crash",
            )
        )


if __name__ == "__main__":
    warnings.simplefilter("error")
    asyncio.run(run(json.loads(sys.argv[1])))
