"""What each dialect can do, as data: said before anything is spent, and printed in the docs.

A job that a dialect cannot do is refused with the field, the reason, and the dialects that can.
Finer limits (which resolutions, which shapes) are checked where the requests are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from types import MappingProxyType

import attrs

from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import (
    AnimatedImage,
    Audio,
    Job,
    Look,
    Photo,
    Prompt,
    Script,
    VideoOptions,
)
from heygen_async.models.stock import Article, StockAvatar, Topic
from heygen_async.models.v2 import V2Options

__all__ = ["CAPABILITIES", "STOCK", "Capabilities", "refuse_what_it_cannot"]

_NAMES = {
    "v3": "HeyGen v3 (dialect='v3')",
    "v2": "HeyGen v2 (dialect='v2')",
    "agentai": "agent.ai (dialect='agentai')",
}
_KINDS = {"avatar": "avatars", "speech": "speeches"}
_ALL = frozenset(field.name for field in attrs.fields(VideoOptions))


@attrs.frozen(kw_only=True)
class Capabilities:
    """What a dialect can be asked for.

    Attributes:
        avatars: kinds of avatars.
        speeches: kinds of speech.
        options: names of the fields of `VideoOptions` that may differ from their default.
        v2: whether it takes `V2Options`.
    """

    avatars: frozenset[type]
    speeches: frozenset[type]
    options: frozenset[str]
    v2: bool = False


CAPABILITIES: Mapping[str, Capabilities] = MappingProxyType(
    {
        "v3": Capabilities(
            avatars=frozenset({Photo, AnimatedImage, Prompt, GeneratedPhoto, Look}),
            speeches=frozenset({Script, Audio}),
            options=_ALL,
        ),
        "v2": Capabilities(
            avatars=frozenset({Photo, AnimatedImage, GeneratedPhoto, Look}),
            speeches=frozenset({Script, Audio}),
            options=frozenset(
                {
                    "title",
                    "resolution",
                    "aspect_ratio",
                    "fit",
                    "background",
                    "captions",
                    "motion_prompt",
                    "callback_url",
                    "callback_id",
                }
            ),
            v2=True,
        ),
        # An avatar that agent.ai makes speaks in HeyGen v3, with everything v3 can do; its stock
        # avatars speak in agent.ai, see STOCK.
        "agentai": Capabilities(
            avatars=frozenset({Photo, GeneratedPhoto, StockAvatar}),
            speeches=frozenset({Script, Audio, Topic, Article}),
            options=_ALL,
        ),
    }
)

STOCK = Capabilities(
    avatars=frozenset({StockAvatar}),
    speeches=frozenset({Script, Topic, Article}),
    options=frozenset({"aspect_ratio", "background"}),
)
"""What agent.ai can do with a stock avatar."""


def refuse_what_it_cannot(job: Job, dialect: str) -> None:
    """Say what a job asks for that its dialect cannot do.

    Raises:
        InvalidInputError: with the field, and the dialects that can.
    """
    can, where = CAPABILITIES[dialect], _NAMES[dialect]
    _refuse(job, "avatar", can, where)
    if dialect == "agentai" and isinstance(job.avatar, StockAvatar):
        can, where = STOCK, "agent.ai with a stock avatar"
    elif dialect == "agentai" and isinstance(job.speech, Topic | Article):
        raise InvalidInputError.of(
            "Job.speech",
            "must be a Script or Audio for an avatar of one's own; agent.ai writes words for a"
            " StockAvatar only",
            type(job.speech).__name__,
        )
    _refuse(job, "speech", can, where)
    for field in attrs.fields(VideoOptions):
        value = getattr(job.options, field.name)
        if field.name not in can.options and value != field.default:
            others = [_NAMES[name] for name, one in CAPABILITIES.items() if one.options == _ALL]
            way = "an avatar of your own" if can is STOCK else " or ".join(others)
            raise InvalidInputError.of(
                f"VideoOptions.{field.name}",
                f"cannot be said in {where}; leave it out, or use {way}",
                value,
            )
    if job.v2 is not None and not can.v2:
        asked, given = _asked_of_v2(job.v2)
        raise InvalidInputError.of(
            asked,
            f"cannot be done in {where}; leave it out, or use HeyGen v2 (dialect='v2')",
            given,
        )


def _asked_of_v2(options: V2Options) -> tuple[str, object]:
    """What of v2's options is asked for, the first of it: a name that the caller has said."""
    for field in attrs.fields(V2Options):
        value = getattr(options, field.name)
        if value != field.default:
            return f"V2Options.{field.name}", value
    return "Job.v2", options


def _refuse(job: Job, field: str, can: Capabilities, where: str) -> None:
    """Refuse an avatar or a speech of a kind that is not among those that can be taken."""
    kind, kinds = type(getattr(job, field)), attrgetter(_KINDS[field])
    if kind in kinds(can):
        return
    taken = ", ".join(sorted(one.__name__ for one in kinds(can)))
    others = [_NAMES[name] for name, one in CAPABILITIES.items() if kind in kinds(one)]
    able = f"; {' and '.join(others)} can take it" if others else ""
    rule = f"must be one of {taken} in {where}"
    raise InvalidInputError(
        f"Job.{field} {rule}, not {kind.__name__}{able}",
        field=f"Job.{field}",
        rule=f"{rule}{able}",
        value=kind.__name__,
    )
