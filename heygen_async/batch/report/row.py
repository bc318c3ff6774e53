"""A line of the report: plain data about one job, and what many of them add up to.

A row knows nothing of journals or runs, so a report can be made of anything that has jobs.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import PurePath
from typing import Any

import attrs

from heygen_async.models.outcome import Stage
from heygen_async.transport.redact import redact_text

__all__ = ["Group", "Row", "Totals", "iso"]

# So many kinds of failure are told apart; there are about 30 error classes.
_REASONS = 100


class Group(StrEnum):
    """What a reader asks of a job: is it there, is it lost, will running again bring it."""

    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    WAITING = "waiting"


def _redacted(text: str | None) -> str | None:
    return None if text is None else redact_text(text)


@attrs.frozen(kw_only=True)
class Row:
    """One job in the report.

    Attributes:
        id: the job's id.
        state: DONE, FAILED, or how far it is.
        title: what the video is called; None shows the file's name, else the label, else the id.
        output: the video's file; None where none was asked for, or it is not there.
        video_id: its id at HeyGen.
        seconds: the length of the video.
        cost: what was spent on it, in the account's currency; None where that is not known.
        error: the error's class, by name.
        message: why it failed or stopped; keys and signatures in it are blanked.
        resumable: whether running it again goes on.
        started: wall time, seconds since 1970.
        finished: likewise.
        dialect: in which it was made: ``v3``, ``v2`` or ``agentai``.
        losses: what the dialect could not say exactly, in words.
        label: what the job is called while it has no file.
    """

    id: str
    state: Stage = attrs.field(converter=Stage)
    title: str | None = None
    output: str | None = None
    video_id: str | None = None
    seconds: float | None = None
    cost: float | None = None
    error: str | None = None
    message: str | None = attrs.field(default=None, converter=_redacted)
    resumable: bool = False
    started: float | None = None
    finished: float | None = None
    dialect: str = "v3"
    losses: tuple[str, ...] = ()
    label: str | None = None

    @property
    def group(self) -> Group:
        """DONE, FAILED for good, STOPPED with an error that running again gets over, or WAITING."""
        match self.state:
            case Stage.DONE:
                return Group.DONE
            case Stage.FAILED:
                return Group.STOPPED if self.resumable else Group.FAILED
        return Group.STOPPED if self.error is not None else Group.WAITING

    @property
    def name(self) -> str:
        """What a reader calls it."""
        file = PurePath(self.output).name if self.output else ""
        return self.title or file or self.label or self.id

    def plain(self) -> dict[str, Any]:
        """The row as plain JSON, its times as ISO 8601 in UTC."""
        return {
            "id": self.id,
            "name": self.name,
            # What can go on has not failed, as the other words about it say as well.
            "state": str(self.group if self.state is Stage.FAILED else self.state),
            "title": self.title,
            "output": self.output,
            "video_id": self.video_id,
            "seconds": self.seconds,
            "cost": self.cost,
            "error": self.error,
            "message": self.message,
            "resumable": self.resumable,
            "started": iso(self.started),
            "finished": iso(self.finished),
            "dialect": self.dialect,
            "losses": list(self.losses),
        }


@attrs.define
class Totals:
    """What the rows add up to, in memory that does not grow with them.

    Attributes:
        groups: how many jobs are in each group.
        reasons: how often each error class occurs, with its group.
        seconds: of finished videos.
        cost: of the jobs whose cost is known.
        priced: how many those are.
        started: when the first job began.
        finished: when the last one ended.
    """

    groups: Counter[Group] = attrs.field(factory=Counter)
    reasons: Counter[tuple[str, Group]] = attrs.field(factory=Counter)
    seconds: float = 0.0
    cost: float = 0.0
    priced: int = 0
    started: float | None = None
    finished: float | None = None

    @property
    def jobs(self) -> int:
        """How many there are."""
        return self.groups.total()

    @property
    def elapsed(self) -> float | None:
        """Seconds from the first start to the last end, pauses between runs included."""
        if self.started is None or self.finished is None:
            return None
        return max(0.0, self.finished - self.started)

    @property
    def rate(self) -> float | None:
        """Videos an hour."""
        return self.groups[Group.DONE] * 3600 / self.elapsed if self.elapsed else None

    def add(self, row: Row) -> None:
        """Count a row in."""
        self.groups[row.group] += 1
        if row.group is Group.DONE:
            self.seconds += row.seconds or 0.0
        elif row.error is not None:
            reason = (row.error, row.group)
            if reason in self.reasons or len(self.reasons) < _REASONS:
                self.reasons[reason] += 1
        if row.cost is not None:
            self.cost += row.cost
            self.priced += 1
        if row.started is not None:
            self.started = min(row.started, self.started or row.started)
        if row.finished is not None:
            self.finished = max(row.finished, self.finished or row.finished)


def iso(at: float | None) -> str | None:
    """Wall time as ISO 8601 in UTC, to the millisecond."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
