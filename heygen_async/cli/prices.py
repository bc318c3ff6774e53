"""What a job will cost, roughly, told before anything is spent: in words, never a promise."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.backends.base import Step
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job, Photo, Prompt
from heygen_async.models.prices import PriceTable, spoken_seconds

__all__ = ["AtMost", "Estimate", "Price", "at_most", "estimate"]


@attrs.frozen
class Estimate:
    """A job's price at HeyGen's self-serve prices, in US dollars.

    Attributes:
        avatar: for making the avatar, 0 where none is made.
        second: for each second of video.
        seconds: how long the video will be, None where a recording decides whose length nobody
            here knows.
        dated: when the prices were read.
    """

    avatar: float
    second: float
    seconds: float | None
    dated: str

    @property
    def total(self) -> float | None:
        """The sum; None where the length is not known."""
        if self.seconds is None:
            return None
        return round(self.avatar + self.second * self.seconds, 2)

    def __str__(self) -> str:
        video = f"{_dollars(60 * self.second)} for each minute of video"
        parts = [f"{_dollars(self.avatar)} for the avatar"] if self.avatar else []
        if self.total is None:
            return f"about {' and '.join([*parts, video])}"
        parts.append(f"{video}, of which there will be {self.seconds:.0f} s")
        return f"about {_dollars(self.total)} ({' and '.join(parts)})"


def estimate(job: Job, recorded: float | None = None, *, avatar: bool = True) -> Estimate:
    """What the job costs if its video has yet to be made.

    Args:
        job: of HeyGen v3.
        recorded: the seconds of its recording; None where they are not known, or it has none.
        avatar: whether the avatar has, too, where the job is about one that is made.
    """
    prices = PriceTable()
    made = avatar and isinstance(job.avatar, Photo | Prompt | GeneratedPhoto)
    return Estimate(
        avatar=prices.avatar if made else 0.0,
        second=prices.second(job),
        seconds=spoken_seconds(job) if recorded is None else recorded,
        dated=prices.dated,
    )


@attrs.frozen
class AtMost:
    """What the steps of a job may cost at the most, in US dollars.

    Attributes:
        before: for everything that is made before the video.
        video: for the video.
        dated: when the prices were read.
    """

    before: float
    video: float
    dated: str

    @property
    def total(self) -> float:
        """The sum."""
        return round(self.before + self.video, 2)

    def __str__(self) -> str:
        parts = [f"{_dollars(self.before)} for the avatar"] if self.before else []
        if self.video:
            parts.append(f"{_dollars(self.video)} for the video")
        if not parts:
            return "nothing more"
        return f"at most {_dollars(self.total)} ({' and '.join(parts)})"


Price = Estimate | AtMost
"""Either of them."""


def at_most(steps: Sequence[Step]) -> AtMost:
    """What is still to be paid for a job whose unfinished steps these are, the video last."""
    prices = {step.stream: step.price for step in steps}
    video = steps[-1].price if steps else 0.0
    return AtMost(sum(prices.values()) - video, video, PriceTable().dated)


def _dollars(amount: float) -> str:
    return f"${max(0.01, amount):.2f}"
