"""Bytes for each job that waits, by the thousand and by the hundred thousand.

Each measurement has a fresh process. It is the growth of the resident memory while so many jobs
more begin to wait beside the first three thousand, after a garbage collection, so it holds
everything: the caller's task, the job with a script of its own, the pipeline, the waiting, and what
the journal keeps. Those first ones pay what is paid once, such as SQLite's page cache and the peak
of a thousand requests at once; ``paid once`` is what they took beyond their share. Nothing goes
over sockets: a session without any stands where aiohttp's would be (see ``fake``).

The peers are bare tasks that wait for a future with a deadline and remember nothing but a script.
"""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from fake import FakeSession
from table import Goal, conclude, options, show

from heygen_async.client import HeyGen
from heygen_async.models.job import Job, Look, Photo, Script
from heygen_async.orchestrator import Orchestrator

LIMIT = 6000.0
PATIENCE = 86_400.0
SCRIPT = 200
"""Characters of each script."""

PICTURE = Path(__file__).parents[1] / "tests/samples/portrait.jpg"

_CHUNK = 1000
_WARM = 3000

Start = Callable[[int], Coroutine[Any, Any, None]]


def resident() -> int:
    """This process's resident memory in bytes; Linux only."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def script(number: int) -> str:
    """A text of its own for each job."""
    return f"{number:08d} ".ljust(SCRIPT, "x")


# --- in the fresh process ------------------------------------------------------------------------


async def bare_wait_for(count: int, stack: AsyncExitStack) -> tuple[Start, Callable[[], int]]:
    """asyncio.wait_for on a future."""

    async def job(text: str) -> None:
        await asyncio.wait_for(asyncio.get_running_loop().create_future(), PATIENCE)
        print(text)

    return _bare(job)


async def bare_timeout(count: int, stack: AsyncExitStack) -> tuple[Start, Callable[[], int]]:
    """asyncio.timeout round a future."""

    async def job(text: str) -> None:
        async with asyncio.timeout(PATIENCE):
            await asyncio.get_running_loop().create_future()
        print(text)

    return _bare(job)


def _bare(job: Callable[[str], Coroutine[Any, Any, None]]) -> tuple[Start, Callable[[], int]]:
    started = 0

    async def start(number: int) -> None:
        nonlocal started
        started += 1
        await job(script(number))

    return start, lambda: started


async def rendering(count: int, stack: AsyncExitStack) -> tuple[Start, Callable[[], int]]:
    """Ours: as many slots as jobs, all wait for their renders; journal in memory."""
    return await _ours(stack, count + 1, journal=False)


async def rendering_on_disk(count: int, stack: AsyncExitStack) -> tuple[Start, Callable[[], int]]:
    """Ours: as many slots as jobs, all wait for their renders; journal in SQLite."""
    return await _ours(stack, count + 1, journal=True)


async def queued(count: int, stack: AsyncExitStack) -> tuple[Start, Callable[[], int]]:
    """Ours: ten slots, nearly all wait for one; journal in memory."""
    return await _ours(stack, 10, journal=False)


async def queued_on_disk(count: int, stack: AsyncExitStack) -> tuple[Start, Callable[[], int]]:
    """Ours: ten slots, nearly all wait for one; journal in SQLite."""
    return await _ours(stack, 10, journal=True)


async def photo(count: int, stack: AsyncExitStack) -> tuple[Start, Callable[[], int]]:
    """Ours: all jobs share one photo, and wait for their renders; journal in memory."""
    return await _ours(stack, count + 1, journal=False, photo=True)


async def photo_on_disk(count: int, stack: AsyncExitStack) -> tuple[Start, Callable[[], int]]:
    """Ours: all jobs share one photo, and wait for their renders; journal in SQLite."""
    return await _ours(stack, count + 1, journal=True, photo=True)


async def _ours(
    stack: AsyncExitStack, slots: int, *, journal: bool, photo: bool = False
) -> tuple[Start, Callable[[], int]]:
    folder = stack.enter_context(tempfile.TemporaryDirectory())
    session = FakeSession(lambda _: False)
    heygen = await stack.enter_async_context(
        HeyGen("benchmark", base_url="http://127.0.0.1:9", session=session)
    )
    orchestrator = await stack.enter_async_context(
        Orchestrator(
            heygen, journal=Path(folder) / "journal.db" if journal else None, render_slots=slots
        )
    )

    async def start(number: int) -> None:
        text = Script(script(number), voice_id="voice")
        # As a manifest gives it: each job has a value of its own.
        avatar = Photo(PICTURE) if photo else Look("look")
        await orchestrator.produce(Job(avatar=avatar, speech=text, id=f"job-{number}"))

    def waiting() -> int:
        if photo:
            heygen.nudge("avatar_look", "look")  # It is ready, and would be looked at in a minute.
        multiplexer = heygen._multiplexers.get("video")
        rendering = 0 if multiplexer is None else multiplexer.waiting
        return orchestrator.slots.waiting + rendering

    return start, waiting


SUBJECTS = {
    "rendering": (rendering, "heygen_async: renders, journal in memory"),
    "rendering_on_disk": (rendering_on_disk, "heygen_async: renders, journal in SQLite"),
    "queued": (queued, "heygen_async: queues for a slot, journal in memory"),
    "queued_on_disk": (queued_on_disk, "heygen_async: queues for a slot, journal in SQLite"),
    "photo": (photo, "heygen_async: renders, one photo, journal in memory"),
    "photo_on_disk": (photo_on_disk, "heygen_async: renders, one photo, journal in SQLite"),
    "bare_wait_for": (bare_wait_for, "bare task, asyncio.wait_for"),
    "bare_timeout": (bare_timeout, "bare task, asyncio.timeout"),
}


async def measure(subject: str, count: int) -> tuple[float, float]:
    """Bytes for each of so many waiting jobs, and bytes that were paid once."""
    make, _ = SUBJECTS[subject]
    async with AsyncExitStack() as stack:
        start, waiting = await make(_WARM + count, stack)
        tasks: list[asyncio.Task[None]] = []

        async def grow(end: int) -> int:
            while len(tasks) < end:
                numbers = range(len(tasks), min(len(tasks) + _CHUNK, end))
                tasks.extend([asyncio.create_task(start(number)) for number in numbers])
                await _until(lambda: waiting() >= len(tasks))
            return resident()

        first = await grow(1)
        warm = await grow(_WARM)
        each = (await grow(_WARM + count) - warm) / count
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    return each, warm - first - each * (_WARM - 1)


async def _until(reached: Callable[[], bool]) -> None:
    while not reached():  # noqa: ASYNC110 - no event tells how many wait
        await asyncio.sleep(0.001)


# --- in the first process ------------------------------------------------------------------------


def in_fresh_process(subject: str, count: int) -> tuple[float, float]:
    """The same, where nothing ran before."""
    command = [sys.executable, __file__, "--measure", subject, str(count)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    each, once = map(float, done.stdout.split())
    return each, once


def main() -> int:
    """Measure, print, judge."""
    if sys.argv[1:2] == ["--measure"]:
        print(*asyncio.run(measure(sys.argv[2], int(sys.argv[3]))))
        return 0
    arguments = options(__doc__).parse_args()
    counts = (1000, 10_000) if arguments.quick else (1000, 10_000, 100_000)
    found = {
        subject: [in_fresh_process(subject, count) for count in counts] for subject in SUBJECTS
    }
    show(
        f"Resident bytes per waiting job, scripts of {SCRIPT} characters included",
        ("who waits", *(f"{count:,} jobs" for count in counts), "paid once"),
        [
            (name, *(each for each, _ in found[subject]), found[subject][0][1])
            for subject, (_, name) in SUBJECTS.items()
        ],
    )
    goals = [
        Goal(f"{name}, {count:,} jobs, bytes", measured, LIMIT)
        for subject, (_, name) in SUBJECTS.items()
        if name.startswith("heygen_async")
        for count, (measured, _) in zip(counts, found[subject], strict=True)
    ]
    return conclude(goals, check=arguments.check)


if __name__ == "__main__":
    sys.exit(main())
