from __future__ import annotations

import copy
import pickle

import pytest

from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState, Progress, Words

WORDS = Words.of(
    {
        "completed": Progress.DONE,
        "complete": Progress.DONE,
        "failed": Progress.FAILED,
        "cancelled": Progress.FAILED,
        "not_found": Progress.GONE,
        "processing": Progress.RUNNING,
    }
)


class Status(OpenWord):
    """Words for these tests."""

    COMPLETED = "completed"
    FAILED = "failed"


@pytest.mark.parametrize(
    ("word", "progress"),
    [
        ("completed", Progress.DONE),
        ("complete", Progress.DONE),
        ("failed", Progress.FAILED),
        ("cancelled", Progress.FAILED),
        ("not_found", Progress.GONE),
        ("processing", Progress.RUNNING),
        ("waiting", Progress.RUNNING),
        ("COMPLETED", Progress.RUNNING),
        ("a word of tomorrow", Progress.RUNNING),
        ("", Progress.RUNNING),
        (None, Progress.RUNNING),
        (Status.COMPLETED, Progress.DONE),
        (Status("polishing"), Progress.RUNNING),
    ],
)
def test_every_word_means_something_and_unknown_ones_that_it_still_runs(
    word: str | None, progress: Progress
) -> None:
    state = WORDS.read(word)

    assert state.progress is progress
    assert state.status == word
    assert type(state.status) in (str, type(None))
    assert state.settled is (progress is not Progress.RUNNING)


@pytest.mark.parametrize(
    ("word", "kept"), [("failed", True), ("not_found", True), ("completed", False), ("x", False)]
)
def test_a_reason_is_kept_only_where_something_went_wrong(word: str, kept: bool) -> None:
    state = WORDS.read(word, code="c", reason="r")

    assert (state.code, state.reason) == (("c", "r") if kept else (None, None))


def test_a_failure_may_have_no_reason() -> None:
    assert WORDS.read("failed") == JobState(Progress.FAILED, "failed")


@pytest.mark.parametrize("word", [Status.FAILED, Status("polishing")])
def test_words_survive_pickling_and_copying(word: Status) -> None:
    for again in (pickle.loads(pickle.dumps(word)), copy.copy(word), copy.deepcopy(word)):
        assert again == word
        assert type(again) is Status
        assert (again.known, again.value) == (word.known, word.value)


def test_an_unknown_word_is_kept_and_becomes_no_member() -> None:
    word = Status("polishing")

    assert (word, word.value, word.name, word.known) == ("polishing", "polishing", "UNKNOWN", False)
    assert Status.words() == ("completed", "failed")
    assert f"{word}" == "polishing"
    assert hash(word) == hash(Status("polishing"))


def test_a_word_that_is_no_string_is_refused() -> None:
    with pytest.raises(ValueError, match="7"):
        Status(7)
