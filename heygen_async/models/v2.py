"""What HeyGen v2 can do with an avatar before it speaks, and v3 cannot be told.

Source: source documents 001 and 002 and the v2 behaviour notes §4, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import attrs
from attrs.validators import optional

from heygen_async.errors import InvalidInputError
from heygen_async.models import check
from heygen_async.models.generated import (
    Orientation,
    Pose,
    Style,
    read_orientation,
    read_pose,
    read_style,
)
from heygen_async.models.source import Media

__all__ = ["Motion", "NewLook", "V2Options"]

_WORDS = 1000

# agent.ai's words, which v2 has not.
_STYLES = [str(word) for word in Style if word not in {Style.PROFESSIONAL, Style.ARTISTIC}]

# A group may hold more; more photos than these do not make a training better.
_PHOTOS = 20


def _tuple(media: Iterable[Media]) -> tuple[Media, ...]:
    try:
        return tuple(media)
    except TypeError as error:
        rule = "must be a list of Media"
        raise InvalidInputError.of("V2Options.photos", rule, media) from error


@attrs.frozen
class NewLook:
    """A trained avatar in another setting, which then speaks.

    Words are taken in any case and spelling, as those of a `GeneratedPhoto`.

    Attributes:
        prompt: the setting, 1 to 1000 characters.
        orientation: the picture's shape.
        pose: how much of the person is seen.
        style: what kind of picture it is.
    """

    prompt: str = attrs.field(validator=check.text(_WORDS))
    orientation: Orientation = attrs.field(
        default=Orientation.SQUARE,
        converter=read_orientation,
        kw_only=True,
        validator=check.one_of([str(word) for word in Orientation]),
    )
    pose: Pose = attrs.field(
        default=Pose.HALF_BODY,
        converter=read_pose,
        kw_only=True,
        validator=check.one_of([str(word) for word in Pose]),
    )
    style: Style = attrs.field(
        default=Style.REALISTIC,
        converter=read_style,
        kw_only=True,
        validator=check.one_of(_STYLES),
    )


@attrs.frozen
class Motion:
    """How the avatar moves, in a look of its own; charged once for each avatar and motion.

    Attributes:
        prompt: how, in words; None leaves it to HeyGen.
        type: which model makes it, such as ``consistent``; the list is open, None for HeyGen's.
    """

    prompt: str | None = attrs.field(default=None, validator=optional(check.text(_WORDS)))
    type: str | None = attrs.field(default=None, kw_only=True, validator=optional(check.filled))


def _motion(value: Motion | str | None) -> Any:
    return Motion(value) if isinstance(value, str) else value


def _look(value: NewLook | str | None) -> Any:
    return NewLook(value) if isinstance(value, str) else value


@attrs.frozen(kw_only=True)
class V2Options:
    """What is done in v2 between the photo and the video; the other dialects refuse it.

    Attributes:
        pick: which photo of a generation becomes the avatar, 0 for the first of about four.
        looks: how many further photos of the generation become looks of the avatar as well.
        photos: further photos of the same person, which become looks; at most 20.
        train: train the avatar; speaking needs none, ``new_look`` does.
        new_look: speak as another look, painted after a prompt; trains first. A text is its prompt.
        motion: let the look move. A text is its prompt.
        upscale: make the look's picture larger.
        engine: ``v2`` makes scenes of a look; ``av4`` animates the photo itself, without avatar.
    """

    pick: int = attrs.field(default=0, validator=[check.instance((int,)), check.between(0, 15)])
    looks: int = attrs.field(default=0, validator=[check.instance((int,)), check.between(0, 15)])
    photos: tuple[Media, ...] = attrs.field(
        default=(), converter=_tuple, validator=check.few((Media,), _PHOTOS)
    )
    train: bool = attrs.field(default=False, validator=check.instance((bool,)))
    new_look: NewLook | None = attrs.field(
        default=None, converter=_look, validator=optional(check.instance((NewLook,)))
    )
    motion: Motion | None = attrs.field(
        default=None, converter=_motion, validator=optional(check.instance((Motion,)))
    )
    upscale: bool = attrs.field(default=False, validator=check.instance((bool,)))
    engine: Literal["v2", "av4"] = attrs.field(default="v2", validator=check.one_of(("v2", "av4")))

    def __attrs_post_init__(self) -> None:
        if self.engine == "av4":
            made = {
                "looks": self.looks,
                "photos": self.photos,
                "train": self.train,
                "new_look": self.new_look,
                "motion": self.motion,
                "upscale": self.upscale,
            }
            for name, value in made.items():
                if value:
                    raise InvalidInputError.of(
                        f"V2Options.{name}",
                        "cannot go with engine 'av4', which needs no avatar",
                        value,
                    )
