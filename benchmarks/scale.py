"""A hundred thousand jobs through the whole pipeline: jobs per second of CPU, and what stays.

Everything is real but the sockets and the time: a session without sockets answers at once (see
``fake``), every render is done when it is first looked at, and the loop's clock jumps instead of
waiting. So the CPU time is that of the orchestration: plan, journal, slots, requests, looks.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fake import FakeSession
from memory import resident, script
from table import Goal, conclude, options, show

from heygen_async.client import HeyGen
from heygen_async.models.job import Job, Look, Script
from heygen_async.orchestrator import Orchestrator
from heygen_async.testing.virtual import VirtualTimeLoop

LIMIT = 1e-3
"""Seconds of CPU for each job with the SQLite journal."""

SLOTS = 100
JOURNALS = ("memory", "SQLite")


def jobs(count: int) -> Iterator[Job]:
    """So many, made as they are drawn."""
    look = Look("look")
    for number in range(count):
        yield Job(avatar=look, speech=Script(script(number), voice_id="v"), id=f"job-{number}")


async def produce(journal: str, count: int, folder: Path) -> tuple[float, float, int]:
    """CPU seconds and resident bytes for each job, and the requests of all."""
    session = FakeSession(lambda _: True)
    async with (
        HeyGen("benchmark", base_url="http://127.0.0.1:9", session=session) as heygen,
        Orchestrator(
            heygen,
            journal=folder / "journal.db" if journal == "SQLite" else None,
            render_slots=SLOTS,
        ) as orchestrator,
    ):
        await _all(orchestrator, jobs(10))
        before, began = resident(), time.process_time()
        await _all(orchestrator, jobs(count))
        took = time.process_time() - began
        return took / count, (resident() - before) / count, session.requests


async def _all(orchestrator: Orchestrator, these: Iterator[Job]) -> None:
    async with orchestrator.produce_many(these) as outcomes:
        async for outcome in outcomes:
            outcome.unwrap()


def main() -> int:
    """Measure, print, judge."""
    if sys.argv[1:2] == ["--measure"]:
        with (
            tempfile.TemporaryDirectory() as folder,
            asyncio.Runner(loop_factory=VirtualTimeLoop) as runner,
        ):
            print(*runner.run(produce(sys.argv[2], int(sys.argv[3]), Path(folder))))
        return 0
    arguments = options(__doc__).parse_args()
    count = 5000 if arguments.quick else 100_000
    rows, goals = [], []
    for journal in JOURNALS:
        command = [sys.executable, __file__, "--measure", journal, str(count)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        seconds, left, requests = map(float, done.stdout.split())
        rows.append((journal, seconds * 1e6, 1 / seconds, left, requests / count))
        if journal == "SQLite":
            goals.append(Goal("CPU seconds per job with the SQLite journal", seconds, LIMIT))
    show(
        f"{count:,} jobs through the pipeline, {SLOTS} slots, no sockets, virtual time",
        ("journal", "CPU µs / job", "jobs / CPU s", "bytes left / job", "requests / job"),
        rows,
    )
    return conclude(goals, check=arguments.check)


if __name__ == "__main__":
    sys.exit(main())
