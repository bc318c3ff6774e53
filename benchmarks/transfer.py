"""What a large upload and download cost in memory: the file goes through, it is never held.

The server is the simulator in a process of its own; the file is sparse, so no disk is filled.
Memory is the growth of this process's peak resident set, with everything imported and a small
upload done before.
"""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from table import Goal, conclude, options, require, show

from heygen_async import HeyGen

GOAL_MB = 10.0
# An MP4 by its first box; what follows is a hole.
_HEAD = (24).to_bytes(4, "big") + b"ftypisom" + bytes(4) + b"isommp42" + bytes(4) + b"free"


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _sparse(path: Path, size: int) -> Path:
    path.write_bytes(_HEAD)
    os.truncate(path, size)
    return path


async def _measure(url: str, size: int, folder: Path) -> tuple[float, float]:
    async with HeyGen("any", base_url=url) as heygen:
        await heygen.assets.upload(_sparse(folder / "small.mp4", 2**20), direct=True)
        before, started = _peak_mb(), time.perf_counter()
        await heygen.assets.upload(_sparse(folder / "large.mp4", size), direct=True)
        return _peak_mb() - before, time.perf_counter() - started


def main() -> int:
    chosen = options(__doc__).parse_args()
    require("PIL", "av", "jsonschema_rs")  # the simulator's
    size = 2**26 if chosen.quick else 2**30
    command = [sys.executable, "-m", "heygen_async.cli", "simulate", "--port", "0"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as server,
    ):
        assert server.stdout is not None
        try:
            url = server.stdout.readline().strip()
            grown, seconds = asyncio.run(_measure(url, size, Path(folder)))
        finally:
            server.terminate()
    show(
        "One direct upload: hashed, put to storage, completed",
        ["file MB", "seconds", "peak memory grew by MB"],
        [[size / 2**20, seconds, grown]],
    )
    return conclude([Goal("MB of extra memory", grown, GOAL_MB)], check=chosen.check)


if __name__ == "__main__":
    raise SystemExit(main())
