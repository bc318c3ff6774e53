"""The account that all strategies work for: the simulator, its jobs, and the best anybody can do.

Everything runs over real sockets against the simulator of this package, on a loop whose time
jumps, so hours pass in seconds and no strategy pays for a slow machine. Requests take no virtual
time.

The model: a script takes as long to say as its words need; rendering takes a constant times that,
times a factor of chance. Both are lognormal, so the whole is, with a median of 60 s. Training is
lognormal with a median of 20 s.
"""

from __future__ import annotations

import asyncio
import io
import random
import statistics
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
from table import extra

from heygen_async.models.job import Job, Photo, Script
from heygen_async.models.policies import PollPolicy

with extra():
    from PIL import Image

    from heygen_async.simulator import Simulator
    from heygen_async.simulator.media.speech import speech_seconds
    from heygen_async.simulator.world.timing import Timing

__all__ = [
    "DELIVERY",
    "MODEL",
    "POLLING",
    "Account",
    "Result",
    "make_jobs",
    "opened",
    "write_photos",
]

RENDER = 60.0
TRAINING = 20.0
LENGTH_SPREAD = 0.46
RENDER_SPREAD = 0.2
TRAINING_SPREAD = 0.1
WORDS = 20
DELIVERY = 0.5
"""Seconds between an event and its webhook's arrival."""

MODEL = (
    f"renders: lognormal, median {RENDER:g} s = script length (sigma {LENGTH_SPREAD}) "
    f"× chance (sigma {RENDER_SPREAD}); trainings: lognormal, median {TRAINING:g} s "
    f"(sigma {TRAINING_SPREAD}); webhooks arrive {DELIVERY:g} s late"
)

POLLING = PollPolicy()

_VOICE = "sim-voice-anna"
_VOCABULARY = ("this", "spring", "our", "team", "ships", "more", "than", "ever", "to", "you")


@attrs.frozen(kw_only=True)
class Result:
    """What a strategy did.

    Attributes:
        jobs: how many videos it made.
        makespan: seconds from the first request to the last answer.
        bound: seconds that the same renders need at the least.
        requests: by operation.
    """

    jobs: int
    makespan: float
    bound: float
    requests: dict[str, int]

    @property
    def stretch(self) -> float:
        """Makespan by lower bound."""
        return self.makespan / self.bound

    @property
    def per_video(self) -> float:
        """Requests per video; downloads are none."""
        return sum(self.requests.values()) / self.jobs


class Account:
    """What is true at the simulator, whether or not somebody has looked.

    Args:
        simulator: open, and used by one account only.
        slots: of its account.
    """

    def __init__(self, simulator: Simulator, slots: int) -> None:
        self.url = simulator.url
        self.slots = slots
        self._simulator = simulator

    def ends(self, video_id: str) -> float:
        """The loop time at which a video settles."""
        (account,) = self._simulator.world.accounts.values()
        return self._on_loop(account.videos[video_id].settles_at)

    def ready(self, look_id: str) -> float:
        """The loop time at which a look can be used."""
        (account,) = self._simulator.world.accounts.values()
        return self._on_loop(account.looks[look_id].ready_at)

    def result(self, jobs: int, began: float) -> Result:
        """What was done since ``began``."""
        now = asyncio.get_running_loop().time()
        (account,) = self._simulator.world.accounts.values()
        videos = account.videos.values()
        assert len(videos) == jobs, f"{len(videos)} videos for {jobs} jobs"
        trained = min(look.ready_at - look.created_at for look in account.looks.values())
        return Result(
            jobs=jobs,
            makespan=now - began,
            # Nothing renders before the quickest avatar is trained.
            bound=trained + sum(video.render_seconds for video in videos) / self.slots,
            requests=dict(self._simulator.ledger.requests),
        )

    def _on_loop(self, moment: float) -> float:
        loop = asyncio.get_running_loop()
        return loop.time() + moment - self._simulator.world.now()


@attrs.frozen(kw_only=True)
class _Timing(Timing):
    waiting: float = 0.1
    pending: float = 0.1
    render_base: float = 0.0
    render_spread: float = RENDER_SPREAD
    photo_training: float = TRAINING
    training_spread: float = TRAINING_SPREAD


@asynccontextmanager
async def opened(slots: int, seed: int) -> AsyncIterator[Account]:
    """An account at a fresh simulator."""
    timing = _Timing(render_ratio=RENDER / _median_seconds())
    async with Simulator(render_slots=slots, credits=1e9, timing=timing, seed=seed) as simulator:
        yield Account(simulator, slots)


def write_photos(folder: Path, count: int) -> list[Path]:
    """So many different photos."""
    paths = []
    for number in range(count):
        color = (number % 256, number // 256, 128)
        picture = io.BytesIO()
        Image.new("RGB", (128, 128), color).save(picture, "PNG")
        path = folder / f"photo-{number}.png"
        path.write_bytes(picture.getvalue())
        paths.append(path)
    return paths


def make_jobs(count: int, photos: list[Path], seed: int) -> list[Job]:
    """Jobs with scripts of all lengths, their photos taken in turn."""
    chance = random.Random(seed)
    return [
        Job(
            avatar=Photo(str(photos[number % len(photos)])),
            speech=Script(_script(chance), voice_id=_VOICE),
            id=f"job-{number}",
        )
        for number in range(count)
    ]


def _script(chance: random.Random) -> str:
    words = max(2, round(WORDS * chance.lognormvariate(0.0, LENGTH_SPREAD)))
    return " ".join(chance.choices(_VOCABULARY, k=words)) + "."


def _median_seconds() -> float:
    chance = random.Random(0)
    return statistics.median(speech_seconds(_script(chance)) for _ in range(2001))
