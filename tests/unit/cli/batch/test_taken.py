"""Which outputs are taken by files that a journal did not make."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from heygen_async.batch.manifest.manifest import Manifest
from heygen_async.batch.sidecar import Sidecar, write_sidecar
from heygen_async.cli.batch.taken import Known, Taken, taken
from heygen_async.client import HeyGen
from heygen_async.journal import Entry, MemoryJournal
from heygen_async.journal.codec import job_to_plain
from heygen_async.models.events import Accepted, Settled
from heygen_async.orchestrator import Orchestrator


@pytest.fixture
async def known() -> AsyncIterator[Known]:
    journal = MemoryJournal()
    async with (
        HeyGen("key", base_url="http://127.0.0.1:9") as heygen,
        Orchestrator(heygen, journal=journal) as orchestrator,
    ):
        yield Known(orchestrator, journal)


def manifest(folder: Path, rows: int = 1) -> Manifest:
    lines = [f"n{row},look-1,Hello {row},n{row}" for row in range(rows)]
    (folder / "jobs.csv").write_text("\n".join(["id,look,script,output", *lines]))
    (folder / "out").mkdir()
    for row in range(rows):
        (folder / "out" / f"n{row}.mp4").write_bytes(b"film")
    return Manifest(folder / "jobs.csv", out=folder / "out")


def sidecar(jobs: Manifest, job_id: str, *, simulated: bool = False) -> None:
    about = Sidecar(job={"id": job_id}, video_id="v1", size=4, sha256="", simulated=simulated)
    write_sidecar(jobs.out / "n0.mp4", about)


async def accept(known: Known, jobs: Manifest, job_id: str, video_id: str | None) -> None:
    plain = job_to_plain(next(jobs.jobs())) | {"id": job_id}
    accepted = Accepted(at=1.0, job={"job": plain, "digests": {}})
    await known.journal.append([Entry(f"job:{job_id}", accepted)])
    if video_id is not None:
        made = Settled(at=2.0, result={"video_id": video_id}, price=0.1)
        await known.journal.append([Entry(f"video:{job_id}", made)])


@pytest.mark.parametrize(
    ("video_id", "simulated", "own"),
    [("v1", False, True), ("v2", False, False), (None, False, False), (None, True, True)],
)
async def test_a_file_is_the_journals_if_it_knows_the_job_and_the_video_of_its_sidecar(
    known: Known, tmp_path: Path, video_id: str | None, simulated: bool, own: bool
) -> None:
    jobs = manifest(tmp_path)
    sidecar(jobs, "older", simulated=simulated)
    await accept(known, jobs, "older", video_id)

    found = await taken(jobs, known)

    assert (found is None) is own


async def test_a_file_without_a_sidecar_is_the_journals_if_its_job_was_made(
    known: Known, tmp_path: Path
) -> None:
    jobs = manifest(tmp_path)
    await accept(known, jobs, "older", None)
    before = await taken(jobs, known)

    await accept(known, jobs, "older", "v1")

    assert (before is None, await taken(jobs, known)) == (False, None)


@pytest.mark.parametrize("simulated", [False, True])
async def test_a_simulation_replaces_only_what_was_simulated(
    known: Known, tmp_path: Path, simulated: bool
) -> None:
    jobs = manifest(tmp_path)
    sidecar(jobs, "older", simulated=simulated)
    await accept(known, jobs, "older", "v1")

    found = [await taken(jobs, one, simulate=True) for one in (known, None)]

    assert [one is None for one in found] == [simulated, simulated]


async def test_what_was_simulated_gives_way_to_whatever_is_made(
    known: Known, tmp_path: Path
) -> None:
    jobs = manifest(tmp_path)
    sidecar(jobs, "older", simulated=True)

    assert [await taken(jobs, one) for one in (known, None)] == [None, None]


@pytest.mark.parametrize("simulate", [False, True])
async def test_what_was_put_over_a_simulated_video_since_is_not_simulated(
    known: Known, tmp_path: Path, simulate: bool
) -> None:
    jobs = manifest(tmp_path)
    sidecar(jobs, "older", simulated=True)
    later = (tmp_path / "out" / "n0.json").stat().st_mtime + 10
    (tmp_path / "out" / "n0.mp4").write_bytes(b"my own")
    os.utime(tmp_path / "out" / "n0.mp4", (later, later))

    found = [await taken(jobs, one, simulate=simulate) for one in (known, None)]

    assert None not in found


async def test_what_is_taken_is_told_in_a_table_of_bounded_length(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs = manifest(tmp_path, rows=1002)
    sidecar(jobs, "x" * 500)

    found = await taken(jobs, None)
    assert isinstance(found, Taken)
    found.told("out", as_json=False)

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1002
    assert all(len(line) < 300 for line in lines[:-1])
    assert "1002 files in out would be replaced" in lines[-1]
    assert "(2 more are not shown)" in lines[-1]
