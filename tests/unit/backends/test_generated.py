from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson
import pytest

import heygen_async
from heygen_async.backends.generated import TABLE, Said, for_agentai, for_v2, for_v3
from heygen_async.errors import InvalidInputError
from heygen_async.models import generated
from heygen_async.models.generated import GeneratedPhoto

CONTRACTS = Path(heygen_async.__file__).with_name("simulator") / "contract"
V2 = orjson.loads((CONTRACTS / "heygen-v2.openapi.json").read_bytes())["components"]["schemas"]
AGENTAI = orjson.loads((CONTRACTS / "agentai.openapi.json").read_bytes())["components"]["schemas"]
NADIA = GeneratedPhoto(
    "Nadia Host",
    age="Middle-Aged",
    gender="Female",
    ethnicity="Asian",
    orientation="portrait",
    style="Professional",
    appearance="navy blazer",
)


def v2_words(field: str) -> set[str]:
    named = V2["PhotoGenerateRequest"]["properties"][field]["$ref"].rpartition("/")[2]
    return set(V2[named]["enum"])


# --- the table -----------------------------------------------------------------------------------


def test_every_word_of_every_vocabulary_has_its_row() -> None:
    vocabularies = {
        words
        for words in vars(generated).values()
        if isinstance(words, type) and issubclass(words, StrEnum) and words is not StrEnum
    }

    assert {type(next(iter(rows))) for rows in TABLE.values()} == vocabularies
    for rows in TABLE.values():
        assert list(rows) == list(type(next(iter(rows))))


@pytest.mark.parametrize("field", TABLE)
def test_a_row_speaks_the_words_of_the_contracts(field: str) -> None:
    words = set(AGENTAI["CreateAvatarRequest"]["properties"][field]["enum"])

    assert {row.v2.word for row in TABLE[field].values()} == v2_words(field)
    assert {row.agentai.word for row in TABLE[field].values()} == words


@pytest.mark.parametrize("field", TABLE)
def test_no_two_words_become_one_without_a_loss(field: str) -> None:
    for dialect in ("v2", "agentai"):
        exact = [said.word for said in said_in(field, dialect) if not said.reason]

        assert len(exact) == len(set(exact))
        assert {said.word for said in said_in(field, dialect)} >= set(exact)


def said_in(field: str, dialect: str) -> list[Said]:
    return [getattr(row, dialect) for row in TABLE[field].values()]


@pytest.mark.parametrize("field", TABLE)
def test_what_is_lost_says_why_and_what_is_not_says_nothing_besides(field: str) -> None:
    for dialect in ("v2", "agentai"):
        for said in said_in(field, dialect):
            assert said.reason or not said.text


# --- the three readings --------------------------------------------------------------------------


def test_v3_is_told_everything_in_one_prompt_and_loses_nothing() -> None:
    narrowed = for_v3(NADIA)

    assert narrowed.value == (
        "One person: middle-aged, woman, Asian, portrait format (higher than wide), half-body shot,"
        " realistic professional photo. navy blazer"
    )
    assert narrowed.losses == ()


def test_what_is_left_open_is_not_said_in_a_prompt() -> None:
    photo = GeneratedPhoto(style="Unspecified")

    assert for_v3(photo).value == "One person: square format, half-body shot."


def test_v2_gets_its_eight_fields_and_each_loss_is_told() -> None:
    narrowed = for_v2(NADIA)

    assert narrowed.value == {
        "name": "Nadia Host",
        "age": "Early Middle Age",
        "gender": "Woman",
        "ethnicity": "Unspecified",
        "orientation": "vertical",
        "pose": "half_body",
        "style": "Realistic",
        "appearance": "middle-aged, Asian, professional; navy blazer",
    }
    assert [(loss.field, loss.asked, loss.dialect) for loss in narrowed.losses] == [
        ("age", "Middle-Aged", "v2"),
        ("ethnicity", "Asian", "v2"),
        ("style", "Professional", "v2"),
    ]
    assert narrowed.losses[1].given == "'Unspecified' and 'Asian' in the text"


def test_v2_gets_all_eight_fields_even_where_nothing_is_said() -> None:
    assert set(for_v2(GeneratedPhoto()).value) == set(V2["PhotoGenerateRequest"]["required"])
    assert for_v2(GeneratedPhoto()).value["appearance"] == ""


def test_agentai_says_its_own_words_exactly() -> None:
    narrowed = for_agentai(NADIA)

    assert narrowed.losses == ()
    assert narrowed.value == {
        "name": "Nadia Host",
        "age": "Middle-Aged",
        "gender": "Female",
        "ethnicity": "Asian",
        "orientation": "portrait",
        "pose": "half_body",
        "style": "Professional",
        "appearance": "navy blazer",
    }


def test_agentai_cannot_leave_the_age_open_and_says_so() -> None:
    narrowed = for_agentai(GeneratedPhoto())

    assert [str(loss) for loss in narrowed.losses] == [
        "age 'Unspecified' becomes 'Young Adult' in agentai: it cannot leave the age open"
    ]
    assert "appearance" not in narrowed.value


# --- what is refused -----------------------------------------------------------------------------


def test_a_strict_photo_is_refused_with_all_that_would_be_lost() -> None:
    strict = GeneratedPhoto(age="Middle-Aged", ethnicity="Mixed", gender="Man", strict=True)

    with pytest.raises(InvalidInputError) as caught:
        for_v2(strict)

    assert caught.value.field == "GeneratedPhoto.strict"
    assert caught.value.value == "age=Middle-Aged, ethnicity=Mixed"
    assert "age 'Middle-Aged' becomes 'Early Middle Age'" in str(caught.value)
    assert "ethnicity 'Mixed' becomes 'Unspecified'" in str(caught.value)


@pytest.mark.parametrize(
    ("read", "fields", "room"),
    [
        (for_v3, {}, 940),
        (for_v3, {"age": "Senior", "gender": "Man"}, 927),
        (for_v2, {}, 1000),
        (for_v2, {"style": "Professional"}, 986),
    ],
)
def test_an_appearance_is_whole_or_refused_with_the_room_it_has(
    read: Any, fields: dict[str, Any], room: int
) -> None:
    whole, longer = "x" * room, "x" * (room + 1)

    told = read(GeneratedPhoto(appearance=whole, **fields)).value

    text = told if isinstance(told, str) else told["appearance"]
    assert text.endswith(whole)
    assert len(text) == 1000
    with pytest.raises(InvalidInputError, match=f"at most {room} characters"):
        read(GeneratedPhoto(appearance=longer, **fields))


def test_agentai_states_no_limit() -> None:
    long = "x" * 20_000

    assert for_agentai(GeneratedPhoto(age="Senior", appearance=long)).value["appearance"] == long
