"""What v1 and v2 know of an account beside v3's records: generations, trainings, motion, sound.

As everywhere, a status is told from facts and the present moment.
"""

from __future__ import annotations

import attrs

from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.world.fate import Fate
from heygen_async.simulator.world.faults import REJECTED


@attrs.define(kw_only=True, eq=False)
class Course:
    """Something that was begun and will be over.

    Attributes:
        created_at: when it began.
        ready_at: when it is over; infinity for never.
    """

    created_at: float
    ready_at: float
    fate: Fate

    def word(self, now: float, working: str, done: str) -> str:
        """How far it is, in the words of its family; `failed` is the same in all."""
        if word := self.fate.spoken(self.created_at, now):
            return word
        if now < self.ready_at:
            return working
        return done if self.fate.failure is None else "failed"


@attrs.define(kw_only=True, eq=False)
class Generation(Course):
    """Pictures of somebody, as they were asked for in words.

    Attributes:
        pictures: by the key each of them will have.
    """

    id: str
    pictures: dict[str, Picture]


@attrs.define(kw_only=True, eq=False)
class Training(Course):
    """A group that learns a face; `flow_id` names this one try."""

    flow_id: str


@attrs.define(kw_only=True, eq=False)
class Sound(Course):
    """A sound effect below a look that moves."""

    id: str


@attrs.define(kw_only=True, eq=False)
class Traits:
    """What only v2 tells of a look.

    Attributes:
        generated: whether its picture was drawn from words.
        moves: whether it was made by adding motion.
        upscaled: whether it was made by upscaling.
        sound: the sound that was added last.
    """

    generated: bool = False
    moves: bool = False
    upscaled: bool = False
    sound: Sound | None = None


def rejected(fate: Fate) -> bool:
    """Whether moderation is the reason of a failure."""
    return fate.failure is not None and fate.failure.code == REJECTED
