from __future__ import annotations

import pytest

from heygen_async.cli.spelling import as_typed
from heygen_async.errors import InvalidInputError, UnknownFileTypeError


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
