"""The columns a manifest may have, and how their names are written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

__all__ = [
    "AVATARS",
    "COLUMNS",
    "DESCRIBED",
    "NAMED",
    "SPEECHES",
    "SPOKEN",
    "TEMPLATED",
    "TOLD",
    "V2",
    "YES_NO",
    "canonical",
    "merged",
    "similar",
]

AVATARS = ("photo", "image", "prompt", "generate", "look", "stock_avatar")
"""Who speaks: exactly one of them."""

DESCRIBED = (
    "generate.age",
    "generate.gender",
    "generate.ethnicity",
    "generate.orientation",
    "generate.pose",
    "generate.style",
    "generate.appearance",
    "generate.strict",
)
"""The words of ``generate``, each in a column of its own."""

TOLD = ("topic", "article", "article.promote")
"""What is said by a stock avatar, in place of a script; data for templates in all other rows."""

SPEECHES = ("script", "audio", "topic", "article")
"""What is said: exactly one of them."""

V2 = (
    "v2.pick",
    "v2.looks",
    "v2.train",
    "v2.new_look",
    "v2.motion",
    "v2.motion_type",
    "v2.upscale",
    "v2.engine",
)
"""What HeyGen v2 does between photo and video."""

NAMED = ("name", "group_id")
"""What goes with an avatar that is made: a photo's, a prompt's, or (the name) a described one's."""

SPOKEN = ("voice", "speed", "pitch", "volume", "locale")
"""What goes with a script."""

_STOCK = ("stock_avatar.happy", "stock_avatar.circle")

YES_NO = (
    "remove_background",
    "captions",
    "generate.strict",
    *_STOCK,
    "article.promote",
    "v2.train",
    "v2.upscale",
)

COLUMNS = (
    "id",
    *AVATARS,
    *DESCRIBED,
    *_STOCK,
    *NAMED,
    *SPEECHES,
    "article.promote",
    *SPOKEN,
    "title",
    "resolution",
    "aspect_ratio",
    "fit",
    "background",
    "remove_background",
    "captions",
    "engine",
    "expressiveness",
    "motion",
    "format",
    "watermark",
    "callback_url",
    "callback_id",
    *V2,
    "output",
)

TEMPLATED = (
    "script",
    "topic",
    "title",
    "output",
    "prompt",
    "generate.appearance",
    "v2.new_look",
)
"""Where ``{column}`` stands for the row's value of that column."""

_ALIASES = {"voice_id": "voice", "motion_prompt": "motion", "output_format": "format"}
_BETWEEN_WORDS = re.compile(r"[\s\-]+")


def canonical(name: str) -> str:
    """The one spelling of a column's name: ``Voice ID`` and ``voice-id`` are both ``voice``."""
    plain = _BETWEEN_WORDS.sub("_", name.strip().lower())
    return _ALIASES.get(plain, plain)


def similar(name: str) -> str | None:
    """The column that a name which is none was probably meant to be."""
    known = [*COLUMNS, *_ALIASES]
    found = difflib.get_close_matches(name, known, n=1, cutoff=0.8)
    return _ALIASES.get(found[0], found[0]) if found else None


def merged(cells: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """The row's cells, with defaults where the row says nothing that they would contradict."""
    whole = dict(cells)
    if not defaults:
        return whole
    for column, value in defaults.items():
        if not whole.get(column) and not any(cells.get(other) for other in _instead(column)):
            whole[column] = value
    stock = whole.get("stock_avatar")
    pointless = [
        *(SPOKEN if whole.get("audio") or stock else ()),
        *(NAMED if whole.get("look") or whole.get("image") or stock else ()),
        *(("engine",) if whole.get("image") else ()),
    ]
    for column in pointless:
        if column in defaults and not cells.get(column):
            whole[column] = ""
    return whole


def _instead(column: str) -> tuple[str, ...]:
    """The columns whose values would contradict one of this column."""
    if column in SPEECHES:
        return SPEECHES
    if column in AVATARS:
        return (*AVATARS, *DESCRIBED)
    # Words of a description go together, and with no other avatar.
    return tuple(one for one in AVATARS if one != "generate") if column in DESCRIBED else ()
