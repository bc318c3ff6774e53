from __future__ import annotations

import pytest

from heygen_async.cli.naming import called
from heygen_async.models.job import Audio, Job, Look, Script, VideoOptions

LOOK = Look("l")


@pytest.mark.parametrize(
    ("job", "name"),
    [
        (
            Job(
                avatar=LOOK,
                speech=Script("Hello"),
                options=VideoOptions(title="T"),
                output="/there/a.mp4",
            ),
            "a.mp4",
        ),
        (
            Job(avatar=LOOK, speech=Script("Hello"), options=VideoOptions(title="A title")),
            "A title",
        ),
        (Job(avatar=LOOK, speech=Script("Hello\n  you")), "Hello you"),
        (Job(avatar=LOOK, speech=Script("a" * 39 + " b")), "a" * 39 + "…"),
        (Job(avatar=LOOK, speech=Audio("hello.mp3")), "hello.mp3"),
    ],
)
def test_a_job_is_called_by_its_file_its_title_or_its_words(job: Job, name: str) -> None:
    assert called(job) == name
