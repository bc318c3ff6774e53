from __future__ import annotations

import copy
import pickle

import pytest

from heygen_async.models.open_word import OpenWord


class Colour(OpenWord):
    RED = "red"
    BLUE = "blue"


def test_a_known_word_is_its_member() -> None:
    assert Colour("red") is Colour.RED
    assert Colour.RED.known
    assert Colour.words() == ("red", "blue")


def test_an_unknown_word_is_kept_as_it_came() -> None:
    word = Colour("teal")

    assert isinstance(word, Colour)
    assert not word.known
    assert (word.name, word.value, str(word)) == ("UNKNOWN", "teal", "teal")


def test_an_unknown_word_equals_its_text_and_finds_its_place_in_a_dict() -> None:
    word = Colour("teal")

    assert word == "teal"
    assert word == Colour("teal")
    assert word != Colour("mauve")
    assert {"teal": 1}[word] == 1


def test_an_unknown_word_joins_no_members() -> None:
    Colour("teal")

    assert list(Colour) == [Colour.RED, Colour.BLUE]


@pytest.mark.parametrize("word", [Colour.RED, Colour("teal")])
def test_a_word_survives_pickling_and_copying(word: Colour) -> None:
    copies = [pickle.loads(pickle.dumps(word)), copy.copy(word), copy.deepcopy(word)]

    assert all(type(one) is Colour and one == word for one in copies)
    assert all(one.known == word.known for one in copies)


@pytest.mark.parametrize("value", [None, 7, b"red"])
def test_what_is_no_text_is_no_word(value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        Colour(value)
