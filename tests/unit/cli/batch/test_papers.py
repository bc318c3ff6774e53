from __future__ import annotations

import io
import json
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import attrs
import pytest
from PIL import Image

from heygen_async.batch.begun import Begun
from heygen_async.cli.batch import papers
from heygen_async.cli.batch.papers import Papers
from heygen_async.journal import Entry, MemoryJournal
from heygen_async.journal.codec import job_to_plain
from heygen_async.models.events import Accepted, Closed, Event, Intended, Settled, Submitted
from heygen_async.models.job import Job, Look, Script


def job(folder: Path, name: str) -> Job:
    return Job(avatar=Look("l"), speech=Script("Hello"), output=str(folder / name), id=name)


def papers_of(journal: MemoryJournal) -> Papers:
    async def story(job_id: str) -> Mapping[str, tuple[Event, ...]]:
        streams = [f"job:{job_id}", f"video:{job_id}"]
        events = await journal.read(streams)
        accepted = events[streams[0]][0]
        assert isinstance(accepted, Accepted)
        output = accepted.job["job"]["output"]
        return await journal.read([*streams, f"file:{job_id}:{output}"])

    return Papers(journal, story)


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
    batch = Begun(out=str(tmp_path / "here"), title="Spring", jobs=2, slots=1, at=0.0)

    page = await papers_of(journal).report(batch, total=0.35, pictures=False)

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


async def test_a_report_writes_the_sidecars_that_are_missing(
    journal: MemoryJournal, tmp_path: Path
) -> None:
    batch = Begun(out=str(tmp_path / "here"), title="Spring", jobs=2, slots=1, at=0.0)
    (tmp_path / "here").mkdir()

    await papers_of(journal).report(batch, total=0.35, pictures=False)
    without = (tmp_path / "here" / "a.json").exists()
    (tmp_path / "here" / "a.mp4").write_bytes(b"mp4")
    await papers_of(journal).report(batch, total=0.35, pictures=False)

    assert not without  # There is nothing for it to stand beside.
    assert json.loads((tmp_path / "here" / "a.json").read_text())["video_id"] == "v"


async def test_a_picture_is_taken_once_and_again_only_of_another_video(
    journal: MemoryJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = Begun(out=str(tmp_path / "here"), title="Spring", jobs=2, slots=1, at=0.0)
    video, taken = tmp_path / "here" / "a.mp4", list[str]()
    video.parent.mkdir()
    video.write_bytes(b"mp4")
    os.utime(video, (100, 100))
    file = io.BytesIO()
    Image.new("RGB", (16, 9), "red").save(file, "JPEG")

    def first_frame(path: str) -> bytes:
        taken.append(path)
        return file.getvalue()

    monkeypatch.setattr(papers, "first_frame", first_frame)
    pages = []
    for pictures in (True, False, True):
        page = await papers_of(journal).report(batch, total=0.35, pictures=pictures)
        pages.append("data:image/jpeg;base64," in page.read_text())
    once = list(taken)
    later = page.stat().st_mtime + 1
    os.utime(video, (later, later))
    await papers_of(journal).report(batch, total=0.35, pictures=True)

    assert pages == [True] * 3
    assert once == [str(video)]
    assert taken == [str(video)] * 2


async def test_money_is_spent_when_a_video_is_there(journal: MemoryJournal) -> None:
    assert await papers_of(journal).spent() == pytest.approx(0.35)


async def test_a_finished_job_has_a_sidecar_with_its_story(
    journal: MemoryJournal, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()
    papers = papers_of(journal)

    await papers.sidecar(job(tmp_path / "here", "a.mp4"))
    await papers.sidecar(job(tmp_path / "here", "b.mp4"))

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


async def test_a_sidecar_is_written_again_only_after_its_video(
    journal: MemoryJournal, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()
    video, papers = tmp_path / "here" / "a.mp4", papers_of(journal)
    video.write_bytes(b"mp4")
    os.utime(video, (100, 100))
    written = []

    for at in (99, 100, 101):
        await papers.sidecar(job(tmp_path / "here", "a.mp4"))
        before = video.with_suffix(".json").stat().st_ino
        os.utime(video.with_suffix(".json"), (at, at))
        await papers.sidecar(job(tmp_path / "here", "a.mp4"))
        written.append(video.with_suffix(".json").stat().st_ino != before)

    assert written == [True, False, False]


async def test_what_a_killed_process_left_of_papers_is_removed(
    journal: MemoryJournal, tmp_path: Path
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    left = [".a.json.0123abcd.part", ".report.html.0123abcd.part"]
    others = [".b.json.0123abcd.part", "a.json.part"]
    for name in [*left, *others]:
        (folder / name).touch()
        os.utime(folder / name, (100, 100))
    papers = papers_of(journal)
    batch = Begun(out=str(folder), title="Spring", jobs=2, slots=1, at=0.0)

    await papers.sidecar(job(folder, "a.mp4"))
    await papers.report(batch, total=0.0, pictures=False)

    names = {path.name for path in folder.iterdir()}
    assert names == {*others, "a.json", "report.html", "results.csv", "results.jsonl"}


async def test_a_job_whose_file_another_has_now_is_not_reported(
    journal: MemoryJournal, tmp_path: Path
) -> None:
    changed = attrs.evolve(job(tmp_path / "here", "b.mp4"), speech=Script("Howdy"), id="b2")
    accepted = Accepted(at=9.0, job={"job": job_to_plain(changed), "digests": {}})
    await journal.append([Entry("job:b2", accepted)])
    batch = Begun(out=str(tmp_path / "here"), title="Spring", jobs=2, slots=1, at=0.0)

    page = await papers_of(journal).report(batch, total=0.35, pictures=False)

    rows = map(json.loads, page.with_name("results.jsonl").read_text().splitlines())
    assert [row["id"] for row in rows] == ["a.mp4", "b2"]


async def test_what_is_not_finished_and_not_wanted_any_more_is_not_reported_as_waiting(
    journal: MemoryJournal, tmp_path: Path
) -> None:
    batch = Begun(out=str(tmp_path / "here"), title="Spring", jobs=1, slots=1, at=0.0)

    page = await papers_of(journal).report(
        batch, total=0.35, pictures=False, wanted=lambda job_id: job_id not in ("a.mp4", "b.mp4")
    )

    rows = map(json.loads, page.with_name("results.jsonl").read_text().splitlines())
    assert [(row["id"], row["state"]) for row in rows] == [("a.mp4", "done")]
