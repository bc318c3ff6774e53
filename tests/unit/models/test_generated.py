from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import (
    Age,
    Ethnicity,
    Gender,
    GeneratedPhoto,
    Orientation,
    Pose,
    Style,
)
from heygen_async.models.job import Job, Script
from heygen_async.models.loss import Loss
from heygen_async.models.outcome import Outcome, Video

LOSS = Loss(field="style", asked="Noir", given="'Artistic'", dialect="agentai", reason="so it is")


@pytest.mark.parametrize(
    ("field", "spelt", "meant"),
    [
        ("age", "senior", Age.SENIOR),
        ("age", "middle aged", Age.MIDDLE_AGED),
        ("age", " Early_Middle-Age ", Age.EARLY_MIDDLE_AGE),
        ("gender", "Male", Gender.MAN),
        ("gender", "FEMALE", Gender.WOMAN),
        ("gender", "non binary", Gender.NON_BINARY),
        ("ethnicity", "Caucasian", Ethnicity.WHITE),
        ("ethnicity", "south-east asian", Ethnicity.SOUTH_EAST_ASIAN),
        ("orientation", "vertical", Orientation.PORTRAIT),
        ("orientation", "Horizontal", Orientation.LANDSCAPE),
        ("pose", "close-up", Pose.CLOSE_UP),
        ("style", "noir", Style.NOIR),
    ],
)
def test_a_word_is_understood_as_any_dialect_spells_it(
    field: str, spelt: str, meant: object
) -> None:
    photo = GeneratedPhoto(**{field: spelt})  # type: ignore[arg-type]

    assert getattr(photo, field) is meant


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": " "}, "GeneratedPhoto.name must be a non-empty string, not ' '"),
        ({"age": "old"}, "GeneratedPhoto.age must be one of 'Young Adult', .* not 'old'"),
        ({"age": None}, "GeneratedPhoto.age must be one of .* not None"),
        ({"gender": 3}, "GeneratedPhoto.gender must be one of .* not 3"),
        ({"ethnicity": ""}, "GeneratedPhoto.ethnicity must be one of .* not ''"),
        ({"pose": Age.SENIOR}, "GeneratedPhoto.pose must be one of 'half_body'"),
        ({"style": "Realistic!"}, "GeneratedPhoto.style must be one of .* not 'Realistic!'"),
        ({"appearance": ""}, "GeneratedPhoto.appearance must be a non-empty string, not ''"),
        ({"strict": 1}, "GeneratedPhoto.strict must be one of bool, not 1"),
    ],
)
def test_what_is_no_word_is_refused_with_its_field(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidInputError, match=told):
        GeneratedPhoto(**fields)


def test_strictness_says_nothing_about_what_is_made() -> None:
    assert GeneratedPhoto(strict=True) == GeneratedPhoto()
    assert hash(GeneratedPhoto(strict=True)) == hash(GeneratedPhoto())


def test_a_job_may_be_about_a_person_who_does_not_exist() -> None:
    job = Job(avatar=GeneratedPhoto(age="Senior"), speech=Script("Hello"))

    assert job.avatar == GeneratedPhoto(age=Age.SENIOR)


def test_a_loss_says_what_became_of_what_and_why() -> None:
    assert str(LOSS) == "style 'Noir' becomes 'Artistic' in agentai: so it is"
    assert pickle.loads(pickle.dumps(LOSS)) == copy.copy(LOSS) == LOSS
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        LOSS.given = ""  # type: ignore[misc]


def test_an_outcome_has_lost_nothing_unless_it_is_told_so() -> None:
    job = Job(avatar=GeneratedPhoto(), speech=Script("Hello"))

    assert Outcome(job=job).losses == ()
    assert Outcome(job=job, video=Video(id="v", losses=(LOSS,))).losses == (LOSS,)
