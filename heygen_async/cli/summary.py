"""What a journal's jobs add up to: counts, slots, money, and when it will be over.

The pace is that of the last jobs to end since a batch was begun last: pauses between runs say
nothing about how long the rest takes, and neither does what an earlier run had done already.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import attrs

from heygen_async.batch.begun import Begun
from heygen_async.journal import Journal
from heygen_async.models.events import Intended
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.budget import Budget
from heygen_async.pipeline.machine import Phase, fold
from heygen_async.pipeline.records import Record

__all__ = ["STOPPED", "Money", "Pace", "Summary", "money", "word"]

STOPPED = "stopped"
"""What a job is at that ended with an error which running it again gets over."""

# So many jobs tell the pace.
_LAST = 50
_ENOUGH = 3
# Who is this many times slower than before has probably ended.
_SILENCE = 10
_SHORTEST_SILENCE = 120.0


@attrs.frozen(kw_only=True)
class Money:
    """In the account's currency, by the price table.

    Attributes:
        spent: what is done.
        reserved: what jobs that run may cost at the most.
        uncertain: the same for requests without an answer: they may have been taken.
    """

    spent: float
    reserved: float
    uncertain: float


async def money(journal: Journal) -> Money:
    """What an open journal knows of the costs of all its jobs."""
    budget, after = Budget(), 0
    open_: dict[str, float] = {}
    while page := await journal.paid(after):
        for _, entry in page:
            budget.recall(entry.stream, entry.event)
            if isinstance(entry.event, Intended):
                open_[entry.stream] = entry.event.price
            else:
                open_.pop(entry.stream, None)
        after = page[-1][0]
    stories = await journal.read(list(open_))
    uncertain = sum(
        price
        for stream, price in open_.items()
        if fold(stories[stream]).phase is not Phase.SETTLING
    )
    return Money(
        spent=budget.spent, reserved=max(0.0, budget.reserved - uncertain), uncertain=uncertain
    )


def word(record: Record) -> str:
    """What the job is at, in a word: a stage, or STOPPED."""
    failed = record.stage is Stage.FAILED
    return STOPPED if failed and not record.dead else str(record.stage)


class Pace:
    """How quickly jobs end."""

    def __init__(self, since: float) -> None:
        self._since = since
        self._ends: list[float] = []

    def note(self, end: float | None) -> None:
        """Take the end of a job into account, in any order."""
        if end is None or end < self._since:
            return
        if len(self._ends) < _LAST:
            heapq.heappush(self._ends, end)
        else:
            heapq.heappushpop(self._ends, end)

    def left(self, jobs: int, now: float) -> float | None:
        """Seconds until so many more jobs have ended; None where that cannot be told."""
        ends = sorted(self._ends)
        if not jobs or len(ends) < _ENOUGH:
            return None
        each = (ends[-1] - ends[0]) / (len(ends) - 1)
        silence = now - ends[-1]
        if silence > max(_SHORTEST_SILENCE, _SILENCE * each):
            return None
        return max(0.0, each * jobs - silence)


@attrs.define
class Summary:
    """Takes the records of a journal, and sums them up.

    Attributes:
        batches: that were begun.
        given_up: ids of jobs that are not meant any more; they are counted, and no more.
        counts: jobs by what they are at, as ``word`` tells.
        left_alone: how many of those the journal holds.
        rendering: how many hold a render slot, as far as is known.
        changed: when a job was last begun or ended.
    """

    batches: Mapping[str, Begun]
    given_up: Collection[str] = ()
    counts: Counter[str] = attrs.field(factory=Counter)
    left_alone: int = 0
    rendering: int = 0
    changed: float | None = None
    _held: Counter[str] = attrs.field(factory=Counter)
    _pace: Pace = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._pace = Pace(max((one.at for one in self.batches.values()), default=0.0))

    def note(self, record: Record) -> None:
        """Take a job in."""
        if record.job.id in self.given_up:
            self.left_alone += 1
            return
        self.counts[word(record)] += 1
        self.rendering += record.stage in (Stage.SUBMITTING, Stage.RENDERING)
        for out, batch in self.batches.items():
            self._held[out] += batch.holds(record.job)
        self._pace.note(record.closed_at)
        at = record.closed_at or record.accepted_at
        if at is not None:
            self.changed = max(at, self.changed or at)

    @property
    def begun(self) -> int:
        """How many jobs the journal holds, but for those that were given up."""
        return self.counts.total()

    @property
    def waiting(self) -> int:
        """How many rows of manifests were not begun yet."""
        return sum(max(0, one.jobs - self._held[out]) for out, one in self.batches.items())

    @property
    def slots(self) -> int | None:
        """Renders at once at the most, where the last batch was given a number."""
        last = max(self.batches.values(), key=lambda one: one.at, default=None)
        return None if last is None else last.slots

    def left(self, now: float) -> float | None:
        """Seconds until all that is not over is done, at the pace of the last jobs."""
        over = self.counts[Stage.DONE] + self.counts[Stage.FAILED] + self.counts[STOPPED]
        return self._pace.left(self.begun - over + self.waiting, now)

    def parts(self) -> Sequence[str]:
        """The counts in words, the finished first."""
        order = [Stage.DONE, *reversed([one for one in Stage if one not in _ENDS])]
        words = [*map(str, order), STOPPED, str(Stage.FAILED)]
        told = [f"{self.counts[one]} {one}" for one in words if self.counts[one]]
        told += [f"{self.waiting} not begun"] if self.waiting else []
        return [*told, f"{self.left_alone} more given up"] if self.left_alone else told


_ENDS = (Stage.DONE, Stage.FAILED)
