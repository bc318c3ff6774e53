"""What things cost, as far as it is known: for estimates and caps, never for invoices.

HeyGen changes its prices often, so the table is a value that callers replace. Failed jobs are not
charged, and what is charged is the length of the finished video.
"""

from __future__ import annotations

import math
import re

import attrs

from heygen_async.models import check
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Job, Look, Photo, Prompt, Script

__all__ = ["PriceTable", "spoken_seconds"]

# A recording whose length is not known counts as the longest that HeyGen takes (usage limits).
_LONGEST_AUDIO = 600.0

# Seconds: a voice takes its time before the first word and after the last, which no rate tells.
_AROUND = 1.0

# What is counted by the character: syllables (Han, kana, Hangul), of which a calm voice says five
# a second, and letters of scripts without spaces (Thai, Lao, Burmese, Khmer), some eight.
_SYLLABLE = re.compile(
    "[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_LETTER = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
# What is read out as a word of its own where it may: each of it takes this long at the most.
_READ_OUT = re.compile(r"[0-9%$€£&@+=#]")
_OUT_LOUD = 0.5
# A pause that a script asks for, in seconds or milliseconds.
_PAUSE = re.compile(r"<break\b[^<>]*\btime\s*=\s*[\"']?([0-9]{1,6}(?:\.[0-9]{1,6})?)(m?)s", re.I)

# Seconds in which v2 counts most videos (v2 behaviour file §7, read 2026-11-20).
_V2_STEP = 30.0


def spoken_seconds(job: Job) -> float | None:
    """Seconds the job's script takes to speak, at 150 words a minute; None for a recording.

    Scripts that put no spaces between their words are counted by characters.
    """
    if not isinstance(job.speech, Script):
        return None
    return max(1.0, _paced(job.speech.text) / (job.speech.speed or 1.0))


def _paced(text: str) -> float:
    """Seconds that a calm voice speaks at its usual speed."""
    seconds = 0.0
    if not text.isascii():
        text, syllables = _SYLLABLE.subn(" ", text)
        text, letters = _LETTER.subn(" ", text)
        seconds = syllables / 5 + letters / 8
        text = " ".join(text.split())
    return seconds + max(len(text.split()) / 2.5, len(text) / 15)


def _slowest(job: Job, margin: float, recorded: float | None) -> float:
    """Seconds that the job's video may have at the most."""
    if not isinstance(job.speech, Script):
        return _LONGEST_AUDIO if recorded is None else min(recorded + _AROUND, _LONGEST_AUDIO)
    text = job.speech.text
    paced = max(1.0, _paced(text) + _OUT_LOUD * len(_READ_OUT.findall(text)))
    pauses = sum(float(time) / (1000 if milli else 1) for time, milli in _PAUSE.findall(text))
    return margin * paced / (job.speech.speed or 1.0) + pauses + _AROUND


@attrs.frozen(kw_only=True)
class PriceTable:
    """Prices in the account's currency, by default USD for self-serve accounts.

    Attributes:
        avatar: for each avatar that is created, from a photo or a prompt.
        photo_second: for each second of a video of a photo avatar or an animated image.
        studio_second: for each second with a stock avatar or digital twin.
        premium_second: for each second of those with the engine avatar_v.
        economy_second: for each second with the engine avatar_iii.
        v2_generation: in HeyGen v2, for each generation of photos of a person.
        v2_new_look: for each generation of new looks of one who is trained.
        v2_training: for each training of an avatar.
        v2_motion: for each look that moves.
        v2_upscale: for each look that is made larger.
        v2_photo_step: for each 30 s begun of a v2 video of a photo avatar.
        v2_footage_step: for each 30 s begun of one with an avatar made of footage.
        v2_av4_second: for each second of a v2 video by Avatar IV.
        margin: what the time to speak is multiplied with for what is reserved, since a voice may be
            slower than the average.
        dated: when these prices were read, ISO.
    """

    # Prices of July to October 2026, of each the higher (behaviour file §12, read 2026-11-20).
    avatar: float = attrs.field(default=1.0, validator=check.between(0, 1e6))
    photo_second: float = attrs.field(default=0.05, validator=check.between(0, 1e6))
    studio_second: float = attrs.field(default=0.0805, validator=check.between(0, 1e6))
    premium_second: float = attrs.field(default=0.12, validator=check.between(0, 1e6))
    economy_second: float = attrs.field(default=0.0433, validator=check.between(0, 1e6))
    # v2 counts credits, which are about dollars: 60 units of the quota are one of either. Prices of
    # November 2025, the highest of those that were seen (v2 behaviour file §7, read 2026-11-20).
    v2_generation: float = attrs.field(default=1.0, validator=check.between(0, 1e6))
    v2_new_look: float = attrs.field(default=1.0, validator=check.between(0, 1e6))
    v2_training: float = attrs.field(default=4.0, validator=check.between(0, 1e6))
    v2_motion: float = attrs.field(default=1.0, validator=check.between(0, 1e6))
    v2_upscale: float = attrs.field(default=0.5, validator=check.between(0, 1e6))
    v2_photo_step: float = attrs.field(default=0.5, validator=check.between(0, 1e6))
    v2_footage_step: float = attrs.field(default=1.0, validator=check.between(0, 1e6))
    v2_av4_second: float = attrs.field(default=0.1, validator=check.between(0, 1e6))
    margin: float = attrs.field(default=1.5, validator=check.between(1, 100))
    dated: str = "2026-11-20"

    def second(self, job: Job) -> float:
        """The price of a second of the job's video."""
        if job.options.engine == "avatar_iii":
            return self.economy_second
        if job.options.engine == "avatar_v" and isinstance(job.avatar, Look):
            return self.premium_second
        photo = isinstance(job.avatar, Photo | Prompt | GeneratedPhoto | AnimatedImage)
        # A look may be of either sort; without asking, the dearer is assumed.
        return self.photo_second if photo else self.studio_second

    def video(self, job: Job, seconds: float | None = None) -> float:
        """The price of the job's video: of so many seconds, or as estimated."""
        if seconds is None:
            spoken = spoken_seconds(job)
            seconds = _LONGEST_AUDIO if spoken is None else spoken
        return round(self.second(job) * seconds, 4)

    def reserve(self, job: Job, recorded: float | None = None) -> float:
        """What is set aside for the job's video before it is submitted: what it may cost at most.

        That is for a slower voice than usual, with numbers read out, pauses, and silence around it.

        Args:
            job: what is made.
            recorded: the seconds of its recording; None where they are not known, or it has none.
        """
        return round(self.second(job) * _slowest(job, self.margin, recorded), 4)

    def v2_video(self, seconds: float, *, footage: bool, av4: bool) -> float:
        """The price of a v2 video.

        Args:
            seconds: how long it is.
            footage: whether its avatar is made of footage, and not of a photo.
            av4: whether Avatar IV makes it, which counts by the second.
        """
        if av4:
            return round(self.v2_av4_second * seconds, 4)
        step = self.v2_footage_step if footage else self.v2_photo_step
        return round(step * math.ceil(seconds / _V2_STEP), 4)

    def v2_reserve(self, job: Job, *, av4: bool, recorded: float | None = None) -> float:
        """What is set aside for the job's v2 video before it is submitted, as ``reserve`` does."""
        # Of a look that is not asked for yet, the dearer kind is assumed.
        footage = isinstance(job.avatar, Look)
        return self.v2_video(_slowest(job, self.margin, recorded), footage=footage, av4=av4)
