"""Places in batches, and how many of them are remembered."""

from __future__ import annotations

import pytest

from heygen_async.api.v3.places import Places, split


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("b1/0", ("b1", 0)),
        ("a/b/12", ("a/b", 12)),
        *((word, None) for word in ("b", "b/", "/1", "b/x", "b/-1", "b/\u0661", "")),
    ],
)
def test_a_place_is_a_batch_and_an_index(word: str, meaning: tuple[str, int] | None) -> None:
    assert split(word) == meaning


def test_what_a_place_has_become_is_known_in_both_directions() -> None:
    places = Places()

    places.learn("b/0", "v0")

    assert places.video("b/0") == "v0"
    assert places.place("v0") == "b/0"
    assert places.video("b/1") is None
    assert places.place("v1") is None


def test_the_oldest_places_are_forgotten() -> None:
    places = Places(remembered=2)

    for index in range(3):
        places.learn(f"b/{index}", f"v{index}")

    assert [places.video(f"b/{index}") for index in range(3)] == [None, "v1", "v2"]
    assert [places.place(f"v{index}") for index in range(3)] == [None, "b/1", "b/2"]
