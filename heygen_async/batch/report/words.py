"""Words and addresses as the page shows them."""

from __future__ import annotations

import html
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from heygen_async.batch.report.row import Totals

__all__ = ["clock", "href", "initial", "relative", "span", "text", "when"]

# What no document may hold, and what cannot be encoded.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def text(words: str) -> str:
    """The words, meaning nothing but themselves in an element or a quoted attribute."""
    return html.escape(_CONTROL.sub("�", words), quote=True)


def relative(path: str, folder: Path) -> str:
    """The file as seen from the folder, or its whole path where there is no way."""
    try:
        # Real folders: a page reached through a link to its folder goes up from the real one.
        return os.path.relpath(os.path.realpath(path), os.path.realpath(folder))
    except ValueError:  # another drive on Windows
        return str(Path(path).absolute())


def href(path: str, folder: Path) -> str:
    """A link from the folder to the file; no name can make it a scheme or another host."""
    beside = relative(path, folder)
    if Path(beside).is_absolute():
        return Path(beside).as_uri()
    return "./" + quote(os.fsencode(beside.replace(os.sep, "/")), safe="/")


def initial(name: str) -> str:
    """The first letter or digit of a name, for a placeholder."""
    return next((letter for letter in name if letter.isalnum()), "·").upper()[:1]


def clock(seconds: float) -> str:
    """A video's length: ``0:42``, ``1:02:03``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def span(seconds: float | None) -> str:
    """A longer time: ``42 s``, ``7 min``, ``3 h 20 min``; a dash for None."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60:,} h {minutes % 60:02} min"


def when(totals: Totals, at: float) -> str:
    """From when to when it took; ``at`` stands in for what is not known."""
    first, last = (
        datetime.fromtimestamp(at if known is None else known, UTC)
        for known in (totals.started, totals.finished)
    )
    days = f"{first.day} {first:%B %Y, %H:%M}"
    if first.date() == last.date():
        return f"{days} – {last:%H:%M} UTC"
    return f"{days} – {last.day} {last:%B %Y, %H:%M} UTC"
