"""What made a video's file, as its sidecar says: the JSON beside it, which ``batch`` writes.

Only what tells one maker from another is read here. A sidecar may be of any age and from any
machine, so nothing of it is trusted to be more than a name.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import orjson

from heygen_async.transport.redact import redact_text

__all__ = ["FORMAT", "Provenance", "place", "provenance", "up_to_date"]

FORMAT = "heygen_async sidecar 1"
"""What the ``format`` of a sidecar is."""


@attrs.frozen
class Provenance:
    """What made a file.

    Attributes:
        job_id: the job's, as its journal calls it.
        video_id: the video's id at HeyGen.
        simulated: whether a simulator that ended with its command made it.
    """

    job_id: str
    video_id: str
    simulated: bool = False

    def names(self, video_id: str) -> bool:
        """Whether it is this video's; a sidecar blanks what looks like a key."""
        return self.video_id in (video_id, redact_text(video_id))


def provenance(video: Path) -> Provenance | None:
    """What a file's sidecar says made it. Blocks; call it from a thread.

    None without one, and with one that is older than the file: that may have come from anywhere.
    """
    if not up_to_date(video):
        return None
    try:
        told = orjson.loads(place(video).read_bytes())
        if told["format"] != FORMAT or told["file"]["name"] != video.name:
            return None
        return Provenance(
            str(told["job_id"]), str(told["video_id"]), told.get("simulated", False) is True
        )
    except (OSError, LookupError, TypeError, ValueError):
        return None


def up_to_date(video: Path) -> bool:
    """Whether the video has a sidecar that was written after it. Blocks; call it from a thread."""
    try:
        return place(video).stat().st_mtime_ns >= video.stat().st_mtime_ns
    except OSError:
        return False


def place(video: Path) -> Path:
    """Where a file's sidecar is, or belongs: ``NAME.json``, if no other file has that name."""
    path = video.with_suffix(".json")
    return path if _ours(path, video.name) else video.with_name(f"{video.name}.json")


def _ours(path: Path, name: str) -> bool:
    """Whether the path is free, or holds this video's sidecar."""
    try:
        known = orjson.loads(path.read_bytes())
        return bool(known["format"] == FORMAT and known["file"]["name"] == name)
    except FileNotFoundError:
        return True
    except (LookupError, TypeError, ValueError):
        return False
