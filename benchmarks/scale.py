"""A hundred thousand jobs through the whole pipeline, and a manifest of a million rows.

The pipeline: jobs per second of CPU, and what stays in memory. Everything is real but the sockets
and the time: a session without sockets answers at once (see ``fake``), every render is done when it
is first looked at, and the loop's clock jumps instead of waiting. So the CPU time is that of the
orchestration: plan, journal, slots, requests, looks.

The manifest: rows per second of CPU, and how far memory grows while all of it is checked. Each row
has an id, a photo, a script with a template, a title and an output of its own.
"""

from __future__ import annotations

import asyncio
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fake import FakeSession
from memory import resident, script
from table import Goal, conclude, options, show

from heygen_async.batch.manifest.manifest import Manifest
from heygen_async.client import HeyGen
from heygen_async.models.job import Job, Look, Script
from heygen_async.orchestrator import Orchestrator
from heygen_async.testing.virtual import VirtualTimeLoop

LIMIT = 1e-3
"""Seconds of CPU for each job with the SQLite journal."""

MANIFEST_LIMIT = 100.0
"""Megabytes by which the check of a manifest may grow the process."""

PHOTOS = 300
SLOTS = 100
JOURNALS = ("memory", "SQLite")

PORTRAIT = Path(__file__).parents[1] / "tests" / "samples" / "portrait.jpg"


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


def write_manifest(folder: Path, count: int) -> Path:
    """A manifest with so many rows, and its photos."""
    for number in range(PHOTOS):
        shutil.copy(PORTRAIT, folder / f"{number}.jpg")
    path = folder / "jobs.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("id,photo,who,script,voice,title,resolution,output\n")
        for number in range(count):
            file.write(
                f"job-{number},{number % PHOTOS}.jpg,Customer {number},"
                '"Hello {who}, thank you for your order. It is on its way to you.",'
                f"voice,Order {number},1080p,orders/{{id}}\n"
            )
    return path


def check(path: Path) -> tuple[float, float, float]:
    """CPU seconds, megabytes by which the process grew, and rows."""
    before, began = _peak(), time.process_time()
    checked = Manifest(path).check()
    took = time.process_time() - began
    if checked.found:
        raise SystemExit(f"the manifest has errors: {checked.errors[0]}")
    return took, _peak() - before, checked.rows


def _peak() -> float:
    """The most memory that the process ever had, in megabytes; Linux only."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# --- in the first process ------------------------------------------------------------------------


def main() -> int:
    """Measure, print, judge."""
    match sys.argv[1:]:
        case ["--measure", "manifest", count]:
            with tempfile.TemporaryDirectory() as folder:
                print(*check(write_manifest(Path(folder), int(count))))
            return 0
        case ["--measure", journal, count]:
            with (
                tempfile.TemporaryDirectory() as folder,
                asyncio.Runner(loop_factory=VirtualTimeLoop) as runner,
            ):
                print(*runner.run(produce(journal, int(count), Path(folder))))
            return 0
    parser = options(__doc__)
    parser.add_argument("--only", choices=["pipeline", "manifest"], help="one of the two")
    arguments = parser.parse_args()
    goals: list[Goal] = []
    if arguments.only != "manifest":
        goals += pipeline(5000 if arguments.quick else 100_000)
    if arguments.only != "pipeline":
        goals += manifest(50_000 if arguments.quick else 1_000_000)
    return conclude(goals, check=arguments.check)


def _measured(what: str, count: int) -> list[float]:
    """The same in a fresh process."""
    command = [sys.executable, __file__, "--measure", what, str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [float(one) for one in done.stdout.split()]


def manifest(count: int) -> list[Goal]:
    """The manifest's table and goals."""
    seconds, grown, rows = _measured("manifest", count)
    show(
        f"A manifest of {count:,} rows, checked whole",
        ("rows", "CPU s", "rows / CPU s", "grown by MB", "bytes / row"),
        [(int(rows), seconds, rows / seconds, grown, grown * 2**20 / rows)],
    )
    return [Goal(f"megabytes grown by a manifest of {count:,} rows", grown, MANIFEST_LIMIT)]


def pipeline(count: int) -> list[Goal]:
    """The pipeline's table and goals."""
    rows, goals = [], []
    for journal in JOURNALS:
        seconds, left, requests = _measured(journal, count)
        rows.append((journal, seconds * 1e6, 1 / seconds, left, requests / count))
        if journal == "SQLite":
            goals.append(Goal("CPU seconds per job with the SQLite journal", seconds, LIMIT))
    show(
        f"{count:,} jobs through the pipeline, {SLOTS} slots, no sockets, virtual time",
        ("journal", "CPU µs / job", "jobs / CPU s", "bytes left / job", "requests / job"),
        rows,
    )
    return goals


if __name__ == "__main__":
    sys.exit(main())
