"""Places in batches of videos, and the videos that they have become.

A batch is answered with its id alone, so until HeyGen has begun with an item, its place is the only
name that its video has: ``BATCH/INDEX``, which no id of a video looks like. What a place has become
never changes, so it is asked for once.
"""

from __future__ import annotations

from collections.abc import Collection

__all__ = ["Places", "split"]

# Whoever follows more places than this at once asks for some of them again.
_REMEMBERED = 10_000


def split(place: str) -> tuple[str, int] | None:
    """The id of the batch and the index in it; None for what is no place, such as a video's id."""
    batch_id, _, index = place.rpartition("/")
    return (batch_id, int(index)) if batch_id and index.isascii() and index.isdigit() else None


class Places:
    """The latest places that were seen to have become videos, and no more than so many."""

    def __init__(self, remembered: int = _REMEMBERED) -> None:
        self._remembered = remembered
        self._videos: dict[str, str] = {}
        self._places: dict[str, str] = {}
        self._vacant: dict[str, None] = {}

    @property
    def vacant(self) -> Collection[str]:
        """Those that were seen to have no video yet."""
        return self._vacant.keys()

    def expect(self, place: str) -> None:
        """Remember that a place has no video yet."""
        self._vacant[place] = None
        if len(self._vacant) > self._remembered:
            del self._vacant[next(iter(self._vacant))]

    def learn(self, place: str, video_id: str) -> None:
        """Remember what a place has become."""
        self._vacant.pop(place, None)
        self._videos[place] = video_id
        self._places[video_id] = place
        if len(self._videos) > self._remembered:
            self._places.pop(self._videos.pop(next(iter(self._videos))), None)

    def video(self, place: str) -> str | None:
        """The id of the video that a place has become, as far as is remembered."""
        return self._videos.get(place)

    def place(self, video_id: str) -> str | None:
        """The place that a video has come from, as far as is remembered."""
        return self._places.get(video_id)
