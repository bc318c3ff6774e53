from __future__ import annotations

import asyncio

import attrs
import pytest

from heygen_async.cli.delivering import Delivery, patience
from heygen_async.cli.options import Settings
from heygen_async.cli.standing import DEAD, dead_row
from heygen_async.dialects import Clients
from heygen_async.errors import DeadlineError, InvalidInputError, VideoFailedError
from heygen_async.models.job import Job, Look, Photo, Script
from heygen_async.models.outcome import Outcome, Stage
from heygen_async.pipeline.records import Record

JOB = Job(avatar=Look("l"), speech=Script("Hello"), output="/there/ada.mp4", id="0123456789abcdef")


async def test_a_failed_job_is_told_by_its_name_with_its_id_behind(
    capsys: pytest.CaptureFixture[str],
) -> None:
    outcome = Outcome(job=JOB, error=VideoFailedError("no face"))

    await Delivery(Settings(), Clients(None, None)).outcome(outcome)

    assert capsys.readouterr().err == "error: ada.mp4 (job 0123456789abcdef): no face\n"


async def test_a_failed_job_is_told_with_its_photo(capsys: pytest.CaptureFixture[str]) -> None:
    job = attrs.evolve(JOB, avatar=Photo("/photos/cut.jpg"))

    await Delivery(Settings(), Clients(None, None)).outcome(
        Outcome(job=job, error=VideoFailedError("no face"))
    )

    assert capsys.readouterr().err == (
        "error: ada.mp4 (photo cut.jpg, job 0123456789abcdef): no face\n"
    )


async def test_a_refusal_is_told_in_the_words_of_the_shell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = InvalidInputError("Job.avatar: /there/ada.jpg cannot be read: no", field="Job.avatar")

    await Delivery(Settings(), Clients(None, None)).outcome(Outcome(job=JOB, error=error))

    told = capsys.readouterr().err
    assert told.endswith("): PHOTO: /there/ada.jpg cannot be read: no\n")


def test_a_job_that_failed_for_good_is_listed_by_its_id_and_its_name() -> None:
    record = Record(
        job=JOB,
        digests={},
        stage=Stage.FAILED,
        error="no face",
        error_class="VideoFailedError",
        resumable=False,
    )

    assert dict(zip(DEAD, dead_row(record), strict=True)) == {
        "JOB": JOB.id,
        "NAME": "ada.mp4",
        "ERROR": "VideoFailedError",
        "REASON": "no face",
    }


@pytest.mark.parametrize(
    ("simulate", "told"),
    [(False, "at HeyGen goes on there"), (True, "ends with the simulator")],
)
async def test_a_wait_that_ended_says_what_becomes_of_the_work(simulate: bool, told: str) -> None:
    with pytest.raises(DeadlineError, match=f"within 5 s; what was begun {told}"):
        async with patience(5, simulate=simulate):
            await asyncio.Event().wait()
