from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from heygen_async.batch.manifest.dialects import described
from heygen_async.batch.manifest.manifest import Manifest
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import Job, Look, Script
from heygen_async.models.stock import Article, StockAvatar, Topic
from heygen_async.models.v2 import Motion, NewLook, V2Options

Write = Callable[..., Manifest]


@pytest.fixture
def rows(tmp_path: Path) -> Write:
    """A manifest of these rows."""

    def write(*cells: dict[str, Any], **options: Any) -> Manifest:
        path = tmp_path / "jobs.jsonl"
        path.write_text("\n".join(json.dumps(one) for one in cells))
        return Manifest(path, out=tmp_path / "out", **options)

    return write


def only(manifest: Manifest) -> Job:
    assert manifest.check().errors == ()
    (job,) = manifest.jobs()
    return job


HELLO = {"script": "Hi", "voice": "v"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age=Senior", {"age": "Senior"}),
        (" Age = Senior , gender=woman ", {"age": "Senior", "gender": "woman"}),
        (
            "appearance=braids, a blue suit, pose=close_up",
            {"appearance": "braids, a blue suit", "pose": "close_up"},
        ),
        ("name=Ada, countess,style=Noir", {"name": "Ada, countess", "style": "Noir"}),
        ("", {}),
    ],
)
def test_a_description_in_one_text(text: str, said: dict[str, str]) -> None:
    assert described(text) == said


@pytest.mark.parametrize(
    "text", ["old", "hair=red", "age=Senior,hair=red", "age", "a woman,age=Senior"]
)
def test_a_description_of_other_words_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(InvalidInputError, match="with the names name, age, gender, ethnicity,"):
        described(text)


@pytest.mark.parametrize("text", ["age=", "age=Senior,age=Senior"])
def test_a_description_says_each_word_once(text: str) -> None:
    with pytest.raises(InvalidInputError, match="must say age once"):
        described(text)


ADA = GeneratedPhoto("Ada", age="Senior", gender="Woman", appearance="silver braids")


@pytest.mark.parametrize(
    "cells",
    [
        {"generate": "name=Ada,age=Senior,gender=Woman,appearance=silver braids"},
        {"generate": "age=Senior,gender=Woman,appearance=silver braids", "name": "Ada"},
        {
            "name": "Ada",
            "generate.age": "senior",
            "Generate.Gender": "female",
            "generate.appearance": "{hair} braids",
            "hair": "silver",
        },
        {
            "generate": "name=Ada,age=Senior",
            "generate.gender": "Woman",
            "generate.appearance": "silver braids",
        },
    ],
)
def test_a_described_person_in_one_cell_or_in_many(rows: Write, cells: dict[str, str]) -> None:
    assert only(rows(cells | HELLO)).avatar == ADA


def test_a_strict_person(rows: Write) -> None:
    job = only(rows({"generate.age": "Senior", "generate.strict": True, **HELLO}))

    assert isinstance(job.avatar, GeneratedPhoto)
    assert job.avatar.strict is True


def test_a_default_completes_a_description_and_leaves_photos_alone(rows: Write) -> None:
    manifest = rows(
        {"generate.age": "Senior", **HELLO},
        {"look": "L1", **HELLO},
        defaults={"generate.gender": "Woman"},
    )

    described_, look = manifest.jobs()

    assert described_.avatar == GeneratedPhoto(age="Senior", gender="Woman")
    assert look.avatar == Look("L1")


@pytest.mark.parametrize(
    ("cells", "speech"),
    [
        ({"topic": "Bees"}, Topic("Bees")),
        ({"article": "https://x.org/a"}, Article("https://x.org/a")),
        (
            {"article": "https://x.org/a", "article.promote": "yes"},
            Article("https://x.org/a", promote=True),
        ),
        ({"script": "We love bees."}, Script("We love bees.")),
    ],
)
def test_a_stock_avatar_tells(rows: Write, cells: dict[str, str], speech: object) -> None:
    stock = {"stock_avatar": "gabrielle", "stock_avatar.happy": "yes"}

    job = only(rows(stock | cells, defaults={"voice": "v", "look": "L1"}))

    assert job.avatar == StockAvatar("gabrielle", happy=True)
    assert job.speech == speech


def test_a_column_called_topic_is_data_for_everybody_else(rows: Write) -> None:
    cells = {"look": "L1", "script": "About {topic}.", "topic": "bees", "voice": "v"}

    assert only(rows(cells)).speech == Script("About bees.", voice_id="v")


def test_the_steps_of_v2(rows: Write) -> None:
    said = {
        "v2.pick": 1,
        "v2.looks": "3",
        "v2.train": True,
        "v2.new_look": "On a {where}",
        "where": "boat",
        "v2.motion": "waves",
        "v2.motion_type": "consistent",
        "v2.upscale": "yes",
    }

    job = only(rows({"generate.age": "Senior", **said, **HELLO}))

    assert job.v2 == V2Options(
        pick=1,
        looks=3,
        train=True,
        new_look=NewLook("On a boat"),
        motion=Motion("waves", type="consistent"),
        upscale=True,
    )


def test_a_row_that_says_nothing_of_v2_has_no_options_of_it(rows: Write) -> None:
    assert only(rows({"look": "L1", **HELLO})).v2 is None


@pytest.mark.parametrize(
    ("cells", "column", "rule"),
    [
        ({"generate": "hair=red"}, "generate", "must be NAME=WORD"),
        (
            {"generate": "age=Old"},
            "generate.age",
            "must be one of 'Young Adult', 'Early Middle Age'",
        ),
        ({"generate.style": "Cubist"}, "generate.style", "must be one of 'Realistic',"),
        (
            {"generate": "age=Senior", "generate.age": "Senior"},
            "generate.age",
            "is said in generate as well",
        ),
        ({"generate": "age=Senior", "group_id": "g"}, "group_id", "goes with a photo or a prompt"),
        ({"generate.age": "Senior", "look": "L1"}, "look", "exactly one of photo"),
        ({"stock_avatar": "ada", "voice": ""}, "stock_avatar", "must be one of 'sawyer',"),
        (
            {"stock_avatar": "asher", "script": "", "article": "ftp://x", "voice": ""},
            "article",
            "must be an http:// or https:// address",
        ),
        (
            {"stock_avatar": "asher", "script": "", "topic": "Bees"},
            "voice",
            "cannot go with topic",
        ),
        ({"look": "L1", "v2.looks": "many"}, "v2.looks", "must be a number from 0 to 15"),
        ({"look": "L1", "v2.looks": 99}, "v2.looks", "must be a number from 0 to 15"),
        ({"look": "L1", "v2.engine": "av5"}, "v2.engine", "must be one of 'v2', 'av4'"),
        ({"look": "L1", "v2.train": "maybe"}, "v2.train", "must be yes or no"),
        ({"look": "L1", "v2.new_look": "x" * 1001}, "v2.new_look", "must have at most 1000"),
        ({"look": "L1", "v2.motion": "x" * 1001}, "v2.motion", "must have at most 1000"),
        ({"look": "L1", "v2.trian": "yes"}, "v2.trian", "did you mean v2.train?"),
        ({"look": "L1", "generat.age": "x"}, "generat.age", "did you mean generate.age?"),
        (
            {"look": "L1", "v2.engine": "av4", "v2.train": "yes"},
            "v2.train",
            "cannot go with engine 'av4'",
        ),
    ],
)
def test_a_bad_value_is_told_under_its_column(
    rows: Write, cells: dict[str, Any], column: str, rule: str
) -> None:
    (error,) = rows(HELLO | cells).check().errors

    assert error.column == column
    assert error.rule.startswith(rule)
