"""Runs a job in a process that kills itself at one write of its journal.

A zygote imports everything once; for each scenario, a line of JSON on its standard input, it forks
a child that runs the job, and answers with the child's wait status. So a scenario costs a fork
and not an interpreter.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
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


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            asyncio.run(run(json.loads(line)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
