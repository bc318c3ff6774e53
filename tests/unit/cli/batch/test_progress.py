from __future__ import annotations

import asyncio

import pytest

from heygen_async.cli.batch.progress import BatchLines, Tally, batch_reporting
from heygen_async.cli.options import Settings
from heygen_async.errors import DeadlineError, VideoFailedError
from heygen_async.models.outcome import Progressed, Stage
from heygen_async.transport.observer import RequestFinished


def progressed(stage: Stage, at: float, job_id: str) -> Progressed:
    return Progressed(job_id=job_id, stage=stage, at=at)


def test_jobs_are_counted_by_what_they_are_at() -> None:
    tally = Tally(10)
    tally.follow(lambda: "slots 2/4; $1.00 spent")

    for job, stage in (("a", Stage.RENDERING), ("b", Stage.RENDERING), ("c", Stage.TRAINING)):
        tally.note(progressed(stage, 0.0, job))
    tally.note(progressed(Stage.DONE, 1.0, "a"))
    tally.end(None)
    tally.end(VideoFailedError("no face"))
    tally.end(DeadlineError("too long"))

    assert str(tally) == (
        "1/10 done, 1 stopped, 1 failed, 1 rendering, 1 training; slots 2/4; $1.00 spent"
    )


def test_an_end_is_foretold_from_what_was_worked_on_and_not_from_what_was_done_before() -> None:
    tally = Tally(100)
    for number in range(50):
        tally.note(progressed(Stage.ACCEPTED, 0.0, f"old-{number}"))
        tally.note(progressed(Stage.DONE, 0.0, f"old-{number}"))
        tally.end(None)
    before = str(tally)

    for number in range(5):
        tally.note(progressed(Stage.RENDERING, 0.0, f"new-{number}"))
        tally.note(progressed(Stage.DONE, 60.0, f"new-{number}"))
        tally.end(None)

    assert before == "50/100 done"
    # Five took a minute, so the other 45 take nine.
    assert str(tally) == "55/100 done; about 9:00 left"


def test_lines_come_now_and_then_however_many_jobs_there_are() -> None:
    written: list[str] = []
    lines = BatchLines(Tally(1000), verbose=False, write=written.append)

    for second in range(40):
        for job in range(10):
            lines(progressed(Stage.RENDERING, 100.0 + second, f"{second}-{job}"))

    assert [line.split()[0] for line in written] == ["0:15", "0:30"]
    assert written[0].endswith("0/1000 done, 151 rendering")


async def test_lines_come_as_well_while_nothing_happens(
    capsys: pytest.CaptureFixture[str],
) -> None:
    loop = asyncio.get_running_loop()
    with batch_reporting(Settings(), Tally(10)) as lines:
        await asyncio.sleep(100.0)  # Nothing has begun yet.
        lines(progressed(Stage.RENDERING, loop.time(), "a"))
        await asyncio.sleep(200.0)
    await asyncio.sleep(200.0)

    told = capsys.readouterr().err.splitlines()
    assert len(told) == 3
    assert all(line.endswith("  0/10 done, 1 rendering") for line in told)


def test_requests_are_told_only_to_those_who_ask() -> None:
    request = RequestFinished(
        operation="createVideo",
        method="POST",
        route="/v3/videos",
        url="https://api.heygen.com/v3/videos",
        status=200,
        seconds=1.5,
        attempt=1,
        request_id=None,
    )
    quiet: list[str] = []
    loud: list[str] = []

    BatchLines(Tally(1), verbose=False, write=quiet.append)(request)
    BatchLines(Tally(1), verbose=True, write=loud.append)(request)

    assert quiet == []
    assert [line.strip() for line in loud] == ["createVideo 200 in 1.50 s"]
