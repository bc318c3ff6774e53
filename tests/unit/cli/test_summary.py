from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import attrs
import pytest

from heygen_async.batch.begun import Begun, begun, budgeted, remember
from heygen_async.cli.summary import Pace, Summary, money
from heygen_async.journal import Entry, MemoryJournal
from heygen_async.models.events import Declined, Event, Intended, Lost, Settled, Submitted
from heygen_async.models.job import Job, Look, Script
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.records import Record

BATCH = Begun(out="/out", title="Spring", jobs=10, slots=4, at=100.0)


def record(number: int, stage: Stage, **more: Any) -> Record:
    job = Job(avatar=Look("l"), speech=Script("Hi"), output=f"/out/{number}.mp4", id=str(number))
    return Record(job=job, digests={}, stage=stage, accepted_at=100.0, **more)


@pytest.fixture
async def journal() -> AsyncIterator[MemoryJournal]:
    journal = MemoryJournal()
    await journal.open()
    yield journal
    await journal.close()


def test_jobs_are_counted_by_what_can_be_done_about_them() -> None:
    summary = Summary({"/out": BATCH})

    for one in (
        record(0, Stage.DONE, closed_at=200.0),
        record(1, Stage.RENDERING),
        record(2, Stage.SUBMITTING),
        record(3, Stage.FAILED, resumable=True, closed_at=150.0),
        record(4, Stage.FAILED, resumable=False, closed_at=160.0),
    ):
        summary.note(one)

    assert summary.parts() == [
        *("1 done", "1 rendering", "1 submitting", "1 stopped", "1 failed", "5 not begun")
    ]
    assert (summary.rendering, summary.slots, summary.changed) == (2, 4, 200.0)


def test_jobs_that_were_replaced_are_neither_waited_for_nor_counted_as_the_manifest_s() -> None:
    summary = Summary({"/out": BATCH}, given_up={"1", "2"})

    for one in (
        record(0, Stage.DONE),
        record(1, Stage.RENDERING),
        record(2, Stage.FAILED, resumable=False),
    ):
        summary.note(one)

    assert summary.parts() == ["1 done", "9 not begun", "2 more given up"]
    assert (summary.begun, summary.rendering) == (1, 0)


def test_a_manifest_that_was_shortened_leaves_nothing_to_begin() -> None:
    summary = Summary({"/out": Begun(out="/out", title="t", jobs=1, slots=None, at=0.0)})

    for number in range(3):
        summary.note(record(number, Stage.DONE))

    assert summary.waiting == 0


def test_the_end_is_told_by_the_pace_of_this_run() -> None:
    summary = Summary({"/out": BATCH})

    # The first was done by an earlier run, long ago.
    for number, end in enumerate((1.0, 110.0, 120.0, 130.0)):
        summary.note(record(number, Stage.DONE, closed_at=end))

    # Six are left at ten seconds each, and five of those are over.
    assert summary.left(135.0) == pytest.approx(55.0)


def test_nothing_is_told_of_the_end_before_some_have_ended_or_after_a_long_silence() -> None:
    pace = Pace(since=0.0)
    for end in (10.0, 20.0):
        pace.note(end)
    few = pace.left(5, 20.0)

    pace.note(30.0)

    assert few is None
    assert pace.left(5, 30.0) == pytest.approx(50.0)
    assert pace.left(5, 1000.0) is None
    assert pace.left(0, 30.0) is None


async def test_money_is_spent_reserved_or_uncertain(journal: MemoryJournal) -> None:
    def intended(price: float) -> Intended:
        return Intended(at=1.0, key="k", attempt=1, price=price)

    stories: dict[str, list[Event]] = {
        "video:done": [intended(2.0), Settled(at=3.0, result={}, price=1.5)],
        "video:runs": [intended(3.0), Submitted(at=2.0, ref="v")],
        "video:lost": [intended(5.0), Lost(at=2.0, reason="no answer")],
        "video:left": [intended(7.0)],
        "video:declined": [intended(11.0), Declined(at=2.0, reason="busy")],
    }
    for stream, events in stories.items():
        await journal.append([Entry(stream, event) for event in events])

    known = await money(journal)

    assert (known.spent, known.reserved, known.uncertain) == (1.5, 3.0, 12.0)


async def test_the_budget_is_that_of_the_last_batch_of_whatever_folder(
    journal: MemoryJournal,
) -> None:
    known = [await budgeted(journal)]
    # The third was begun after the clock was set back.
    for out, budget, at in (("/out", 5.0, 10.0), ("/other", 7.0, 20.0), ("/out", 3.0, 15.0)):
        await remember(journal, attrs.evolve(BATCH, out=out, budget=budget, at=at))
        known.append(await budgeted(journal))
    await remember(journal, BATCH)
    known.append(await budgeted(journal))

    assert known == [None, 5.0, 7.0, 3.0, None]


async def test_a_batch_of_before_budgets_were_written_down_has_none(
    journal: MemoryJournal,
) -> None:
    await remember(journal, BATCH)
    ((stream, (event,)),) = (await journal.read(["batches"])).items()
    assert isinstance(event, Settled)
    plain = {name: value for name, value in event.result.items() if name != "budget"}
    older = MemoryJournal()
    await older.open()
    await older.append([Entry(stream, attrs.evolve(event, result=plain))])

    assert "budget" in event.result
    assert await budgeted(older) is None
    assert (await begun(older))["/out"] == BATCH


async def test_a_batch_is_known_as_it_was_begun_last(journal: MemoryJournal) -> None:
    await remember(journal, BATCH)
    await remember(journal, Begun(out="/other", title="o", jobs=1, slots=None, at=110.0))
    await remember(journal, Begun(out="/out", title="Spring", jobs=12, slots=4, at=120.0))

    known = await begun(journal)

    assert {out: (one.jobs, one.at) for out, one in known.items()} == {
        "/out": (12, 120.0),
        "/other": (1, 110.0),
    }
    assert await money(journal) == await money(journal)
