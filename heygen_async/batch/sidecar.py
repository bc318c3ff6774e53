"""A sidecar: what is to be known of a finished video, as JSON beside it.

It is for people and their tools, years later: which job made this file, from what, when, and
whether it is still the same file. Nothing in it opens anything: the values of signing parameters
and whatever looks like a key are blanked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from heygen_async.batch.report.files import json_bytes, replacing
from heygen_async.batch.report.row import iso
from heygen_async.models.events import (
    Closed,
    Declined,
    Event,
    Failed,
    Found,
    Intended,
    Lost,
    Reopened,
    Settled,
    Submitted,
)
from heygen_async.pipeline import provenance
from heygen_async.transport.redact import redact_text

__all__ = ["Moment", "Sidecar", "timeline", "up_to_date", "write_sidecar"]

_DIALECTS = ("v2", "agentai")

# The fields of events that are told; what was accepted stands in the sidecar already.
_TOLD: Mapping[type[Any], tuple[str, ...]] = {
    Intended: ("attempt", "key"),
    Submitted: ("ref",),
    Found: ("ref",),
    Settled: ("price",),
    Declined: ("reason",),
    Lost: ("reason",),
    Reopened: ("reason",),
    Failed: ("error", "message", "code"),
    Closed: ("error", "message"),
}


@attrs.frozen(kw_only=True)
class Moment:
    """Something that happened on the way.

    Attributes:
        at: wall time, seconds since 1970.
        step: to what, as ``video`` or ``avatar``.
        event: the journal's word, in lower case.
        detail: plain JSON.
    """

    at: float
    step: str
    event: str
    detail: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Sidecar:
    """What is written beside a video.

    Attributes:
        job: the plain job, with its id, as the journal holds it.
        video_id: the video's id at HeyGen.
        avatar: ids of the avatar that was made for it, such as ``look_id`` and ``group_id``.
        size: the file's bytes.
        sha256: its checksum, 64 hexadecimal digits.
        media: the SHA-256 of the job's photos and recordings, by their source.
        seconds: the video's length.
        cost: what was spent on it, in the account's currency; None where that is not known.
        timeline: what happened, in any order.
        dialect: in which it was made: ``v3``, ``v2`` or ``agentai``.
        losses: what the dialect could not say exactly, as plain JSON.
        simulated: whether a simulator that ended with its command made it.
    """

    job: Mapping[str, Any]
    video_id: str
    size: int
    sha256: str
    avatar: Mapping[str, str] = attrs.field(factory=dict)
    media: Mapping[str, str] = attrs.field(factory=dict)
    seconds: float | None = None
    cost: float | None = None
    timeline: tuple[Moment, ...] = ()
    dialect: str = "v3"
    losses: Sequence[Mapping[str, str]] = ()
    simulated: bool = False


def timeline(events: Mapping[str, Iterable[Event]]) -> tuple[Moment, ...]:
    """The moments of a job out of the journal's events.

    Args:
        events: by stream, such as ``job:ID``, ``avatar:CONTENT``, ``video:ID``, ``file:ID:PATH``.
    """
    return tuple(
        Moment(
            at=event.at,
            step=_step(stream),
            event=type(event).__name__.lower(),
            detail=_said(event),
        )
        for stream, story in events.items()
        for event in story
    )


def _step(stream: str) -> str:
    """What a stream is of: ``avatar:…`` is an avatar, and so is ``agentai:avatar:…``."""
    first, _, rest = stream.partition(":")
    return rest.partition(":")[0] if first in _DIALECTS else first


def _said(event: Event) -> dict[str, Any]:
    """What a reader wants to know of the event."""
    names = _TOLD.get(type(event), ())
    said = {name: value for name in names if (value := getattr(event, name))}
    if isinstance(event, Settled):
        ids = {name: value for name, value in event.result.items() if name.endswith("_id")}
        return ids | said
    return said


def write_sidecar(video: str | Path, sidecar: Sidecar) -> Path:
    """Write ``NAME.json`` beside ``NAME.mp4``; returns where it is.

    Where that is another file's already, a manifest or the sidecar of ``NAME.webm``, it is
    ``NAME.mp4.json``. It is there whole or not at all. Blocks; call it from a thread.

    Raises:
        OSError: the folder cannot be written to.
    """
    video = Path(video)
    path = provenance.place(video)
    plain = {
        "format": provenance.FORMAT,
        "file": {"name": video.name, "size": sidecar.size, "sha256": sidecar.sha256},
        "job_id": sidecar.job.get("id"),
        "video_id": sidecar.video_id,
        "avatar": dict(sidecar.avatar),
        "seconds": sidecar.seconds,
        "cost": sidecar.cost,
        "dialect": sidecar.dialect,
        "simulated": sidecar.simulated,
        "losses": list(sidecar.losses),
        "job": dict(sidecar.job),
        "media": dict(sidecar.media),
        "timeline": [
            {"at": iso(moment.at), "step": moment.step, "event": moment.event, **moment.detail}
            for moment in sorted(sidecar.timeline, key=lambda moment: moment.at)
        ],
    }
    with replacing(path) as file:
        file.write(json_bytes(_harmless(plain), indent=True).decode() + "\n")
    return path


def up_to_date(video: str | Path) -> bool:
    """Whether the video has a sidecar that was written after it. Blocks; call it from a thread."""
    return provenance.up_to_date(Path(video))


def _harmless(value: Any) -> Any:
    match value:
        case str():
            return redact_text(value)
        case Mapping():
            return {redact_text(key): _harmless(item) for key, item in value.items()}
        case list() | tuple():
            return [_harmless(item) for item in value]
    return value
