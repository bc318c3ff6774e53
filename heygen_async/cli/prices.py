"""What a job will cost, roughly, told before anything is spent.

HeyGen changes its prices and bills enterprises by other ones, so this is a note with a date and
never a promise. Figures: HeyGen's self-serve list as read by third parties from July to October
2026 (behaviour file §12, 2026-10 where it differs); only successful work is charged.
"""

from __future__ import annotations

import attrs

from heygen_async.models.job import Job, Look, Photo, Prompt, Script

__all__ = ["AS_OF", "Estimate", "estimate"]

AS_OF = "2026-10"

# US dollars for an avatar, per call.
_AVATAR = 1.0

# US dollars per second of video: the lowest and the highest figure seen. Avatars of photos, and of
# whatever a given look may be: a photo at best, a filmed twin at worst.
_PHOTO = {"avatar_iii": (0.0433, 0.0433), "avatar_iv": (0.0385, 0.05), "avatar_v": (0.0385, 0.05)}
_LOOK = {"avatar_iii": (0.0167, 0.0433), "avatar_iv": (0.0385, 0.0805), "avatar_v": (0.0385, 0.12)}
_ANY = "avatar_v"  # Without a choice of engine HeyGen takes a newer one.


@attrs.frozen
class Estimate:
    """A job's price in US dollars.

    Attributes:
        avatar: for making the avatar, 0 where none is made.
        per_second: the lowest and the highest price of a second of video.
        seconds: how long the video will be, None where a recording decides.
    """

    avatar: float
    per_second: tuple[float, float]
    seconds: float | None

    @property
    def range(self) -> tuple[float, float] | None:
        """The lowest and the highest sum; None where the length is not known."""
        if self.seconds is None:
            return None
        low, high = self.per_second
        return (
            round(self.avatar + low * self.seconds, 2),
            round(self.avatar + high * self.seconds, 2),
        )

    def __str__(self) -> str:
        video = f"{_dollars(*self.per_second)} for each second of video"
        parts = [f"{_dollars(self.avatar)} for the avatar"] if self.avatar else []
        if self.range is None:
            return f"about {' and '.join([*parts, video])}"
        parts.append(f"{video}, about {self.seconds:.0f} s")
        return f"about {_dollars(*self.range)} ({' and '.join(parts)})"


def estimate(job: Job) -> Estimate:
    """What the job costs if all of it has yet to be done."""
    prices = _LOOK if isinstance(job.avatar, Look) else _PHOTO
    avatar = _AVATAR if isinstance(job.avatar, Photo | Prompt) else 0.0
    seconds = spoken(job.speech) if isinstance(job.speech, Script) else None
    return Estimate(avatar, prices[job.options.engine or _ANY], seconds)


def spoken(script: Script) -> float:
    """Seconds it takes to say the script, at 150 words a minute.

    The second figure is for languages that put no spaces between words.
    """
    words, characters = len(script.text.split()), len(script.text)
    return max(1.0, words / 2.5, characters / 15) / (script.speed or 1.0)


def _dollars(low: float, high: float | None = None) -> str:
    digits = 2 if low >= 0.5 else 3
    first = f"${low:.{digits}f}"
    if high is None or f"{high:.{digits}f}" == f"{low:.{digits}f}":
        return first
    return f"{first} to ${high:.{digits}f}"
