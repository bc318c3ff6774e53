from __future__ import annotations

from heygen_async.cli.batch.progress import BatchLines, Tally
from heygen_async.cli.progress import Lines, Report
from heygen_async.models.outcome import Progressed, Stage
from heygen_async.transport.observer import RequestFinished, Retrying, TransferProgress


def progressed(stage: Stage, at: float, job_id: str = "job-1", **detail: str) -> Progressed:
    return Progressed(job_id=job_id, stage=stage, at=at, detail=detail)


def test_each_stage_is_told_once_with_the_time_since_the_beginning() -> None:
    lines: list[str] = []
    tell = Lines(verbose=False, several=False, write=lines.append)

    tell(progressed(Stage.ACCEPTED, 100.0))
    tell(progressed(Stage.TRAINING, 101.0))
    tell(progressed(Stage.TRAINING, 102.0))
    tell(progressed(Stage.TRAINING, 103.0, id="look-1"))
    tell(progressed(Stage.DONE, 170.5, id="video-1"))

    assert lines == [
        " 0:01  training the avatar",
        " 0:03  training the avatar look-1",
        " 1:10  done",
    ]


def test_lines_name_their_job_where_there_are_several() -> None:
    lines: list[str] = []
    tell = Lines(verbose=False, several=True, write=lines.append)

    tell(progressed(Stage.UPLOADING, 0.0, "a"))
    tell(progressed(Stage.UPLOADING, 0.0, "b"))
    tell(progressed(Stage.FAILED, 1.0, "a"))

    assert lines == [" 0:00  a uploading", " 0:00  b uploading", " 0:01  a failed"]


def test_requests_are_told_only_to_those_who_ask() -> None:
    request = RequestFinished(
        operation="createVideo",
        method="POST",
        route="/v3/videos",
        url="https://api.heygen.com/v3/videos",
        status=200,
        seconds=1.5,
        attempt=2,
        request_id=None,
    )
    quiet: list[str] = []
    loud: list[str] = []

    Lines(verbose=False, several=False, write=quiet.append)(request)
    tell = Lines(verbose=True, several=False, write=loud.append)
    tell(request)
    tell(TransferProgress(operation="download", name="x", done=1, total=2))

    assert quiet == []
    assert [line.strip() for line in loud] == ["createVideo 200 in 1.50 s, attempt 2"]


def test_each_outage_is_told_once() -> None:
    lines: list[str] = []
    batch: list[str] = []
    tells: list[Report] = [
        Lines(verbose=False, several=False, write=lines.append),
        BatchLines(Tally(1), verbose=False, write=batch.append),
    ]
    answered = RequestFinished(
        operation="getVideo",
        method="GET",
        route="/v3/videos/{video_id}",
        url="http://127.0.0.1/v3/videos/v",
        status=200,
        seconds=0.1,
        attempt=3,
        request_id=None,
    )
    tried = [
        Retrying(operation="getVideo", attempt=number, wait=1.0, cause="ConnectError")
        for number in (1, 2)
    ]
    other = Retrying(operation="getVideo", attempt=1, wait=1.0, cause="ServerError")

    for event in [other, *tried, answered, *tried]:
        for tell in tells:
            tell(event)

    assert lines == batch == ["No connection; trying again."] * 2
