from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from heygen_async.cli.batch_papers import sidecar, spent, write_report
from heygen_async.journal import Entry, MemoryJournal
from heygen_async.journal.codec import job_to_plain
from heygen_async.models.events import Accepted, Closed, Intended, Settled, Submitted
from heygen_async.models.job import Job, Look, Script


def job(folder: Path, name: str) -> Job:
    return Job(avatar=Look("l"), speech=Script("Hello"), output=str(folder / name), id=name)


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[MemoryJournal]:
    """Of two folders: ``here`` has a finished job and one that renders, ``there`` another."""
    journal = MemoryJournal()
    await journal.open()
    for folder, name in (("here", "a.mp4"), ("here", "b.mp4"), ("there", "c.mp4")):
        one = job(tmp_path / folder, name)
        accepted = Accepted(at=1.0, job={"job": job_to_plain(one), "digests": {}})
        intended = Intended(at=2.0, key="k", attempt=1, price=0.5)
        submitted = Submitted(at=3.0, ref=f"video-{name}")
        await journal.append([Entry(f"job:{name}", accepted)])
        await journal.append([Entry(f"video:{name}", event) for event in (intended, submitted)])
        if name == "a.mp4":
            settled = Settled(at=4.0, result={"video_id": "v", "duration": 7.0}, price=0.35)
            file = {"size": 3, "sha256": "0" * 64, "video_id": "v", "path": one.output}
            await journal.append([Entry("video:a.mp4", settled)])
            await journal.append([Entry(f"file:a.mp4:{one.output}", Settled(at=5.0, result=file))])
            await journal.append([Entry("job:a.mp4", Closed(at=6.0))])
    yield journal
    await journal.close()


async def test_the_report_is_on_the_jobs_of_its_folder(
    journal: MemoryJournal, tmp_path: Path
) -> None:
    page = await write_report(
        journal, tmp_path / "here", title="Spring", total=0.35, pictures=False
    )

    written = (page.parent / "results.jsonl").read_text()
    rows = [json.loads(line) for line in written.splitlines()]
    assert [(row["id"], row["state"]) for row in rows] == [
        ("a.mp4", "done"),
        ("b.mp4", "rendering"),
    ]
    assert [row["output"] for row in rows] == [str(tmp_path / "here" / "a.mp4"), None]
    assert rows[0]["cost"] == 0.35
    assert [row["resumable"] for row in rows] == [False, True]
    assert "Spring" in page.read_text()


async def test_money_is_spent_when_a_video_is_there(journal: MemoryJournal) -> None:
    assert await spent(journal) == pytest.approx(0.35)


async def test_a_finished_job_has_a_sidecar_with_its_story(
    journal: MemoryJournal, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()

    await sidecar(journal, job(tmp_path / "here", "a.mp4"))
    await sidecar(journal, job(tmp_path / "here", "b.mp4"))

    (path,) = (tmp_path / "here").iterdir()
    told = json.loads(path.read_text())
    assert path.name == "a.json"
    assert told["cost"] == 0.35
    assert told["seconds"] == 7.0
    assert [moment["event"] for moment in told["timeline"]] == [
        "accepted",
        "intended",
        "submitted",
        "settled",
        "settled",
        "closed",
    ]
