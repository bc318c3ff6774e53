"""How long importing takes, beside the packages that it is built on.

Each import runs in a fresh interpreter and is measured inside it, as CPU time; the subjects take
turns, so that a busy machine slows down all of them.
"""

from __future__ import annotations

import statistics
import subprocess
import sys

from table import Goal, conclude, options, require, show

LIMIT = 1.3
BASE = "aiohttp, attrs, cattrs, backoff, orjson"

_SUBJECTS = {
    BASE: "import aiohttp, attrs, cattrs, backoff, orjson",
    "heygen_async": "import heygen_async",
    "HeyGen": "from heygen_async import HeyGen",
    "HeyGen, Orchestrator, Job, Photo, Script": (
        "from heygen_async import HeyGen, Job, Orchestrator, Photo, Script"
    ),
    "HeyGen and all its families": (
        "from heygen_async import HeyGen; import heygen_async.api as api; api.ENDPOINTS"
    ),
    "httpx": "import httpx",
    "openai": "import openai",
    "runwayml": "import runwayml",
}
_JUDGED = tuple(_SUBJECTS)[1:4]

_PROGRAM = "import time; began = time.process_time(); {}; print(time.process_time() - began)"


def measure(code: str) -> float:
    """The CPU seconds that a fresh interpreter needs for an import."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(code)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def main() -> int:
    """Measure, print, judge."""
    arguments = options(__doc__).parse_args()
    require("httpx", "openai", "runwayml")
    rounds = 5 if arguments.quick else 21
    for code in _SUBJECTS.values():
        measure(code)  # once for the bytecode
    taken: dict[str, list[float]] = {name: [] for name in _SUBJECTS}
    for _ in range(rounds):
        for name, code in _SUBJECTS.items():
            taken[name].append(measure(code))
    ratios = {
        name: statistics.median(mine / base for mine, base in zip(times, taken[BASE], strict=True))
        for name, times in taken.items()
    }
    show(
        f"CPU time of imports in fresh interpreters, median of {rounds} alternating rounds",
        ("import", "ms", "× base"),
        [(name, statistics.median(taken[name]) * 1e3, ratios[name]) for name in _SUBJECTS],
    )
    goals = [Goal(f"import of {name}, × base", ratios[name], LIMIT) for name in _JUDGED]
    return conclude(goals, check=arguments.check)


if __name__ == "__main__":
    sys.exit(main())
