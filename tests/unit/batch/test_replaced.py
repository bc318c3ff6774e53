from __future__ import annotations

from collections.abc import AsyncIterator

import attrs
import pytest

from heygen_async.batch.begun import Begun, remember
from heygen_async.batch.replaced import asked_again, replaced, withdraw
from heygen_async.journal import Entry, MemoryJournal
from heygen_async.journal.codec import job_to_plain
from heygen_async.models.events import Accepted, Closed, Event, Intended, Lost, Settled, Submitted
from heygen_async.models.job import Job, Look, Script


@pytest.fixture
async def journal() -> AsyncIterator[MemoryJournal]:
    journal = MemoryJournal()
    await journal.open()
    yield journal
    await journal.close()


async def accept(journal: MemoryJournal, job_id: str, output: str | None, at: float) -> None:
    job = Job(avatar=Look("l"), speech=Script(job_id), output=output, id=job_id)
    accepted = Accepted(at=at, job={"job": job_to_plain(job), "digests": {}})
    await journal.append([Entry(f"job:{job_id}", accepted)])


async def test_the_job_that_was_asked_for_last_keeps_the_file(journal: MemoryJournal) -> None:
    await accept(journal, "old", "/out/a.mp4", 1.0)
    await accept(journal, "other", "/out/b.mp4", 1.0)
    await accept(journal, "new", "/out/a.mp4", 2.0)

    assert await replaced(journal) == {"old"}


async def test_jobs_without_a_file_have_none_to_lose(journal: MemoryJournal) -> None:
    await accept(journal, "one", None, 1.0)
    await accept(journal, "two", None, 2.0)

    assert await replaced(journal) == frozenset()


async def test_of_jobs_that_were_taken_on_at_once_the_later_one_is_meant(
    journal: MemoryJournal,
) -> None:
    for job_id in ("a", "b", "c"):
        await accept(journal, job_id, "/out/a.mp4", 1.0)

    assert await replaced(journal) == {"a", "b"}


@pytest.mark.parametrize(
    ("stream", "event"),
    [
        ("job:old", Closed(at=3.0, error="TimeoutError", resumable=True)),
        ("video:old", Intended(at=3.0, key="k", attempt=1)),
        ("file:old:/out/a.mp4", Settled(at=3.0, result={})),
    ],
    ids=["ended", "asked for", "downloaded"],
)
async def test_a_change_that_was_taken_back_gives_the_file_back(
    journal: MemoryJournal, stream: str, event: Event
) -> None:
    await accept(journal, "old", "/out/a.mp4", 1.0)
    await accept(journal, "new", "/out/a.mp4", 2.0)

    await journal.append([Entry(stream, event)])

    assert await replaced(journal) == {"new"}


async def test_a_job_that_is_asked_for_again_is_meant_after_all(journal: MemoryJournal) -> None:
    await accept(journal, "old", "/out/a.mp4", 1.0)
    await accept(journal, "new", "/out/a.mp4", 2.0)

    await asked_again(journal, "old", 3.0)

    assert await replaced(journal) == {"new"}
    story = (await journal.read(["job:old"]))["job:old"]
    assert isinstance(story[-1], Accepted)
    assert isinstance(story[0], Accepted)
    assert story[-1].job == story[0].job


async def test_a_revision_takes_the_place_of_the_job_that_was_changed(
    journal: MemoryJournal,
) -> None:
    await accept(journal, "c-1", "/out/hello.mp4", 1.0)
    await accept(journal, "c-2", "/out/other.mp4", 1.0)
    await accept(journal, "c-1~rev-00000001", "/out/howdy.mp4", 2.0)
    await accept(journal, "c-1~rev-00000002", None, 3.0)

    assert await replaced(journal) == {"c-1", "c-1~rev-00000001"}


BATCH = Begun(out="/out", title="Spring", jobs=1, slots=None, at=0.0)


async def test_what_no_row_asks_for_any_more_is_withdrawn_until_it_is_asked_for(
    journal: MemoryJournal,
) -> None:
    for job_id in ("kept", "dropped", "done"):
        await accept(journal, job_id, f"/out/{job_id}.mp4", 1.0)
    await accept(journal, "elsewhere", "/other/a.mp4", 1.0)
    await journal.append([Entry("job:dropped", Closed(at=2.0, error="BudgetError"))])
    await journal.append([Entry("job:done", Closed(at=2.0))])

    count = await withdraw(journal, BATCH, {"kept"}.__contains__, 3.0)
    after = await replaced(journal)
    again = await withdraw(journal, BATCH, {"kept"}.__contains__, 4.0)
    await asked_again(journal, "dropped", 5.0)

    assert (count, again) == (1, 0)
    assert after == {"dropped"}
    assert await replaced(journal) == frozenset()


INTENDED = Intended(at=2.0, key="k", attempt=1, price=0.1)


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        ("video:dropped", [INTENDED]),
        ("video:dropped", [INTENDED, Submitted(at=2.0, ref="v")]),
        ("video:dropped", [INTENDED, Lost(at=2.0, reason="no answer")]),
        ("video:dropped", [INTENDED, Settled(at=2.0, result={}, price=0.1)]),
        ("avatar:of-whomever", [INTENDED]),
    ],
    ids=["asked for", "taken", "lost", "made", "an avatar"],
)
async def test_what_may_be_paid_is_not_withdrawn(
    journal: MemoryJournal, stream: str, events: list[Event]
) -> None:
    await accept(journal, "dropped", "/out/a.mp4", 1.0)
    await journal.append([Entry(stream, event) for event in events])

    count = await withdraw(journal, BATCH, set[str]().__contains__, 3.0)

    assert count == 0
    assert await replaced(journal) == frozenset()


async def test_what_another_manifest_of_the_folder_may_ask_for_is_not_withdrawn(
    journal: MemoryJournal,
) -> None:
    await remember(journal, attrs.evolve(BATCH, manifest="/spring.csv"))
    await remember(journal, attrs.evolve(BATCH, manifest="/summer.csv"))
    await accept(journal, "dropped", "/out/a.mp4", 1.0)

    summer = attrs.evolve(BATCH, manifest="/summer.csv")
    count = await withdraw(journal, summer, set[str]().__contains__, 3.0)

    assert count == 0
