from __future__ import annotations

from typing import Any

import pytest

from heygen_async.batch.begun import Begun
from heygen_async.cli.spelling import OPTIONS, as_typed, columns, spelt
from heygen_async.errors import InvalidInputError, UncertainError, UnknownFileTypeError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Audio, Job, Look, Photo
from heygen_async.models.outcome import Stage
from heygen_async.pipeline.records import Record


def told(error: InvalidInputError) -> str:
    with pytest.raises(InvalidInputError) as caught, as_typed():
        raise error
    return caught.value.message


@pytest.mark.parametrize(
    ("field", "option"),
    [
        ("Script.speed", "--voice-speed"),
        ("Script.pitch", "--pitch"),
        ("VideoOptions.aspect_ratio", "--aspect-ratio"),
        ("VideoOptions.motion_prompt", "--motion"),
        ("V2Options.engine", "--v2-engine"),
        ("V2Options.pick", "--pick"),
        ("Photo.source", "PHOTO"),
        ("Look.id", "--look"),
    ],
)
def test_a_field_is_called_like_its_option(field: str, option: str) -> None:
    assert told(InvalidInputError.of(field, "must be good", 3)) == f"{option} must be good, not 3"


def test_a_file_that_cannot_be_read_keeps_its_name() -> None:
    error = InvalidInputError("Job.avatar: /a/Photo.jpg cannot be read: no", field="Job.avatar")

    assert told(error) == "PHOTO: /a/Photo.jpg cannot be read: no"


def test_what_a_dialect_takes_is_said_in_options() -> None:
    error = InvalidInputError(
        "Job.avatar must be one of Look, Photo in X (dialect='v3'), not StockAvatar",
        field="Job.avatar",
    )

    assert told(error) == "the avatar must be one of --look, PHOTO in X (--dialect v3), not --stock"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            "base_url 'http://example.com' would send the key in clear text: use https, or say"
            " allow_insecure=True",
            "--base-url 'http://example.com' would send the key in clear text: use https",
        ),
        (
            "listVoices failed: the answer is larger than 9 bytes. Check base_url, or allow more"
            " with max_answer_bytes",
            "listVoices failed: the answer is larger than 9 bytes. Check --base-url",
        ),
    ],
)
def test_what_only_python_can_say_is_not_advised(message: str, words: str) -> None:
    assert told(InvalidInputError(message, field="base_url")) == words


def test_objects_of_the_library_are_not_shown() -> None:
    shown = "Watermark(image=None)"
    error = InvalidInputError(
        f"VideoOptions.watermark cannot be said, not {shown}",
        field="VideoOptions.watermark",
        value=shown,
    )

    assert told(error) == "--watermark cannot be said"


def test_other_errors_pass_as_they_are() -> None:
    error = UnknownFileTypeError("a.jpg is plain text", field="Photo.source")

    with pytest.raises(UnknownFileTypeError) as caught, as_typed():
        raise error

    assert caught.value is error


def job(**changes: Any) -> Job:
    usual: dict[str, Any] = {"avatar": Photo("/a.jpg"), "speech": Audio("/a.mp3")}
    return Job(**(usual | changes))


@pytest.mark.parametrize(
    ("message", "option", "column"),
    [
        (
            "VideoOptions.resolution cannot be said in HeyGen v2; use HeyGen v3 (dialect='v3')",
            "--resolution cannot be said in HeyGen v2; use HeyGen v3 (--dialect v3)",
            "resolution cannot be said in HeyGen v2; use HeyGen v3 (--dialect v3)",
        ),
        (
            "VideoOptions.fit must be left out in HeyGen v2: goes with Avatar IV only:"
            " V2Options.engine, not 'cover'",
            "--fit must be left out in HeyGen v2: goes with Avatar IV only: --v2-engine,"
            " not 'cover'",
            "fit must be left out in HeyGen v2: goes with Avatar IV only: v2.engine, not 'cover'",
        ),
        (
            "Job.avatar: /a/Photo.jpg cannot be read: no",
            "PHOTO: /a/Photo.jpg cannot be read: no",
            "photo: /a/Photo.jpg cannot be read: no",
        ),
        (
            "Job.speech: /a.mp3 cannot be read: no",
            "--audio: /a.mp3 cannot be read: no",
            "audio: /a.mp3 cannot be read: no",
        ),
        (
            "Job.options.background.image: /b.png cannot be read: no",
            "--background: /b.png cannot be read: no",
            "background: /b.png cannot be read: no",
        ),
        (
            "VideoOptions.watermark cannot be said, not Watermark(image=None)",
            "--watermark cannot be said",
            "watermark cannot be said",
        ),
        (
            "V2Options.pick must be left out: chooses among the photos of a GeneratedPhoto, not 2",
            "--pick must be left out: chooses among the photos of --generate, not 2",
            "v2.pick must be left out: chooses among the photos of generate, not 2",
        ),
        (
            "No unlimited mode. Avatar IV makes it, if the job has a VideoOptions.motion_prompt, or"
            " a photo and V2Options(engine='av4').",
            "No unlimited mode. Avatar IV makes it, if the job has a --motion, or"
            " a photo and --v2-engine av4.",
            "No unlimited mode. Avatar IV makes it, if the job has a motion, or"
            " a photo and v2.engine av4.",
        ),
        (
            "Photo not usable: the Photo has no Look (request 1)",
            "Photo not usable: the Photo has no Look (request 1)",
            "Photo not usable: the Photo has no Look (request 1)",
        ),
        (
            "There can be no default for 'voce'; did you mean voice?",
            "--default: there can be none for 'voce'; did you mean voice?",
            "--default: there can be none for 'voce'; did you mean voice?",
        ),
        (
            "createVideo failed: no answer (HTTP 200). Check base_url and any proxy",
            "createVideo failed: no answer (HTTP 200). Check --base-url and any proxy",
            "createVideo failed: no answer (HTTP 200). Check --base-url and any proxy",
        ),
    ],
)
def test_what_a_journal_says_is_told_as_it_was_typed(
    message: str, option: str, column: str
) -> None:
    assert OPTIONS.sentence(message) == option
    assert columns(job()).sentence(message) == column


@pytest.mark.parametrize(
    ("avatar", "column"),
    [
        (Photo("/a.jpg"), "photo"),
        (AnimatedImage("/a.jpg"), "image"),
        (Look("l"), "look"),
        (GeneratedPhoto(age="Senior"), "generate"),
    ],
)
def test_the_column_of_an_avatar_is_that_of_its_kind(avatar: Any, column: str) -> None:
    assert columns(job(avatar=avatar)).name("Job.avatar") == column


def test_an_error_in_other_words_is_the_same_error() -> None:
    error = UncertainError(
        "createVideo failed: gone. Call again within 20 hours under the same idempotency key k",
        key="k",
        status=502,
    )

    with pytest.raises(UncertainError, match="Resume within 20 hours") as caught, as_typed():
        raise error

    assert (caught.value.key, caught.value.status) == ("k", 502)


def test_a_job_of_a_batch_is_spoken_of_in_columns_and_others_in_options() -> None:
    batch = Begun(out="/videos", title="jobs", jobs=1, slots=1, at=0.0)
    error = "Script.voice_id must be given: look l has no voice, not None"
    records = [
        Record(job=job(output=output), digests={}, stage=Stage.FAILED, error=error)
        for output in ("/videos/a.mp4", "/b.mp4")
    ]

    told = [spelt(record, [batch]).error for record in records]

    assert told == [
        "voice must be given: look l has no voice, not None",
        "--voice must be given: look l has no voice, not None",
    ]
