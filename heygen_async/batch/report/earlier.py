"""The pictures of the page that a report leaves behind, for the page that takes its place.

To take a frame of a video costs some 20 ms, to read its picture again next to nothing; and every
run of a batch writes the page anew.
"""

from __future__ import annotations

import base64
import html
import os
import re
from pathlib import Path

from heygen_async.batch.report.words import href

__all__ = ["Earlier"]

# A card is a line; ``page`` writes it.
_CARD = re.compile(
    rb'<li class="card"[^>]*><a class="poster"[^>]* href="([^"]*)"[^>]*>'
    rb'<img src="data:image/[a-z]+;base64,([^"]*)"'
)


class Earlier:
    """The pictures of a page, found once and read when they are asked for. Blocks.

    Args:
        page: the page, which need not be there.
    """

    def __init__(self, page: Path) -> None:
        self._page = page
        self._places: dict[str, tuple[int, int]] = {}
        self._written = 0
        try:
            with page.open("rb") as file:
                self._written = os.fstat(file.fileno()).st_mtime_ns
                begin = 0
                for line in file:
                    if found := _CARD.match(line):
                        link = html.unescape(found[1].decode("utf-8", "replace"))
                        first, last = found.span(2)
                        self._places[link] = (begin + first, last - first)
                    begin += len(line)
        except OSError:
            return  # It is the first one.

    def picture(self, video: str) -> bytes | None:
        """The picture of a video that is not newer than the page; None where there is none."""
        place = self._places.get(href(video, self._page.parent))
        if place is None:
            return None
        try:
            if Path(video).stat().st_mtime_ns >= self._written:
                return None
            with self._page.open("rb") as file:
                file.seek(place[0])
                return base64.b64decode(file.read(place[1]), validate=True)
        except (OSError, ValueError):
            return None
