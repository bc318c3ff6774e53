"""A thousand jobs: how long beyond the lower bound, and how many requests per video.

Our Orchestrator and the strategies of others make the same videos over real loopback sockets
against the simulator, on virtual time; nothing is modelled but the durations (see ``account``).
The lower bound is the sum of the renders over the slots, after the quickest training.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import attrs
from account import (
    DELIVERY,
    MODEL,
    POLLING,
    Account,
    Result,
    make_jobs,
    opened,
    write_photos,
)
from strategies import STRATEGIES
from table import Goal, conclude, options, show

from heygen_async.client import HeyGen
from heygen_async.models.job import Job
from heygen_async.models.outcome import Progressed, Stage
from heygen_async.models.policies import PollPolicy
from heygen_async.orchestrator import Orchestrator
from heygen_async.testing.virtual import VirtualTimeLoop

_KEY = "benchmark"
# The limits are of that many: with fewer, what comes before the first render and after the last
# weighs more.
_JUDGED = 1000
_KINDS = {Stage.TRAINING: "avatar_look", Stage.RENDERING: "video"}

Strategy = Callable[[HeyGen, Account, Sequence[Job]], Awaitable[None]]


def ours(*, learnt: bool = False, webhooks: bool = False) -> Strategy:
    """The Orchestrator.

    Args:
        learnt: whether it has to find out how many slots there are.
        webhooks: whether the simulator's events reach it.
    """

    async def run(heygen: HeyGen, account: Account, jobs: Sequence[Job]) -> None:
        loop = asyncio.get_running_loop()

        def tell(event: object) -> None:
            if not isinstance(event, Progressed):
                return
            kind = _KINDS.get(event.stage)
            ref = event.detail.get("id")
            if webhooks and kind is not None and isinstance(ref, str):
                at = account.ready(ref) if kind == "avatar_look" else account.ends(ref)
                loop.call_at(at + DELIVERY, heygen.nudge, kind, ref)

        async with (
            Orchestrator(
                heygen,
                render_slots=None if learnt else account.slots,
                observer=tell,
                now=loop.time,
            ) as orchestrator,
            orchestrator.produce_many(jobs) as outcomes,
        ):
            async for outcome in outcomes:
                outcome.unwrap()

    return run


@attrs.frozen(kw_only=True)
class Setting:
    """One run of one strategy.

    Attributes:
        name: of the strategy.
        strategy: makes the videos.
        jobs, photos, slots: how many.
        poll: our policy of looking.
        limits: what makespan / lower bound and requests per video should be at the most.
    """

    name: str
    strategy: Strategy
    jobs: int
    photos: int
    slots: int
    poll: PollPolicy = POLLING
    limits: tuple[float | None, float | None] = (None, None)


def settings(jobs: int) -> list[Setting]:
    """All rows of the table."""
    few = max(1, jobs * 3 // 10)
    rows = [
        Setting(name=name, strategy=strategy, jobs=jobs, photos=jobs, slots=10)
        for name, strategy in STRATEGIES.items()
    ]
    for photos in (jobs, few):
        rows += [
            Setting(
                name="heygen_async, polling",
                strategy=ours(),
                jobs=jobs,
                photos=photos,
                slots=10,
                limits=(1.02, 6.5),
            ),
            Setting(
                name="heygen_async, webhooks",
                strategy=ours(webhooks=True),
                jobs=jobs,
                photos=photos,
                slots=10,
                limits=(1.01, 5.5),
            ),
        ]
    rows.append(
        Setting(
            name="heygen_async, polling, limit learnt",
            strategy=ours(learnt=True),
            jobs=jobs,
            photos=few,
            slots=10,
            limits=(1.05, None),
        )
    )
    wide = ("oracle, first in first out", "oracle, longest script first")
    rows += [
        Setting(name=name, strategy=STRATEGIES[name], jobs=jobs, photos=few, slots=100)
        for name in wide
    ]
    rows.append(
        Setting(
            name="heygen_async, polling",
            strategy=ours(),
            jobs=jobs,
            photos=few,
            slots=100,
            limits=(1.05, None),
        )
    )
    return rows


async def run(setting: Setting, photos: list[Path], seed: int) -> Result:
    """Make all videos once."""
    jobs = make_jobs(setting.jobs, photos[: setting.photos], seed)
    async with (
        opened(setting.slots, seed) as account,
        HeyGen(_KEY, base_url=account.url, poll=setting.poll) as heygen,
    ):
        began = asyncio.get_running_loop().time()
        await setting.strategy(heygen, account, jobs)
        return account.result(len(jobs), began)


def main() -> int:
    """Run, print, judge."""
    parser = options(__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of scripts and durations")
    parser.add_argument("--only", default="", help="run rows whose name holds this")
    arguments = parser.parse_args()
    if arguments.quick and arguments.check:
        parser.error(f"--check judges {_JUDGED:,} jobs: leave out --quick")
    jobs = 200 if arguments.quick else _JUDGED
    rows, goals = [], []
    with tempfile.TemporaryDirectory() as name:
        photos = write_photos(Path(name), jobs)
        for setting in settings(jobs):
            if arguments.only not in setting.name:
                continue
            began = time.process_time()
            with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
                result = runner.run(run(setting, photos, arguments.seed))
            rows.append(
                (
                    setting.name,
                    setting.slots,
                    setting.photos,
                    f"{result.stretch:.4f}",
                    f"{result.per_video:.2f}",
                    f"{result.makespan:,.0f}",
                    f"{time.process_time() - began:.1f}",
                )
            )
            where = f"{setting.name}, {setting.slots} slots, {setting.photos} photos"
            for what, measured, limit in (
                ("makespan / lower bound", result.stretch, setting.limits[0]),
                ("requests per video", result.per_video, setting.limits[1]),
            ):
                if limit is not None:
                    goals.append(Goal(f"{where}: {what}", measured, limit))
            if arguments.only:
                print(setting.name, result.requests)
    columns = (
        "strategy",
        "slots",
        "photos",
        "makespan / lower bound",
        "requests / video",
        "virtual s",
        "CPU s",
    )
    show(f"{jobs:,} jobs on virtual time, seed {arguments.seed}.\n{MODEL}", columns, rows)
    if jobs != _JUDGED:
        print(f"No goals: they are of {_JUDGED:,} jobs.")
        return 0
    return conclude(goals, check=arguments.check)


if __name__ == "__main__":
    sys.exit(main())
