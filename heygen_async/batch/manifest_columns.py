"""The columns a manifest may have, and how their names are written."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

__all__ = [
    "AVATARS",
    "COLUMNS",
    "NAMED",
    "SPEECHES",
    "SPOKEN",
    "TEMPLATED",
    "YES_NO",
    "canonical",
    "merged",
    "similar",
]

AVATARS = ("photo", "image", "prompt", "look")
"""Who speaks: exactly one of them."""

SPEECHES = ("script", "audio")
"""What is said: exactly one of them."""

NAMED = ("name", "group_id")
"""What goes with an avatar that is made: a photo's or a prompt's."""

SPOKEN = ("voice", "speed", "pitch", "volume", "locale")
"""What goes with a script."""

YES_NO = ("remove_background", "captions")

COLUMNS = (
    "id",
    *AVATARS,
    *NAMED,
    *SPEECHES,
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
    "output",
)

TEMPLATED = ("script", "title", "output", "prompt")
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
        group = next((group for group in (AVATARS, SPEECHES) if column in group), ())
        if not whole.get(column) and not any(cells.get(other) for other in group):
            whole[column] = value
    pointless = [
        *(SPOKEN if whole.get("audio") else ()),
        *(NAMED if whole.get("look") or whole.get("image") else ()),
        *(("engine",) if whole.get("image") else ()),
    ]
    for column in pointless:
        if column in defaults and not cells.get(column):
            whole[column] = ""
    return whole
