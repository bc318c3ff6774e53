"""Every description can be said in every dialect, or is refused; nothing is lost in silence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from heygen_async.backends.generated import TABLE, Narrowed, for_agentai, for_v2, for_v3
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto

Read = Callable[[GeneratedPhoto], Narrowed[Any]]

TEXT = st.text(min_size=1, max_size=1100).filter(lambda text: bool(text.strip()))
PHOTOS = st.builds(
    GeneratedPhoto,
    name=TEXT,
    appearance=st.none() | TEXT,
    **{field: st.sampled_from(list(rows)) for field, rows in TABLE.items()},
)
DIALECTS = pytest.mark.parametrize("read", [for_v3, for_v2, for_agentai])


def text_of(narrowed: Narrowed[Any]) -> str:
    value = narrowed.value
    return value if isinstance(value, str) else value.get("appearance", "")


def read_or_refused(read: Read, photo: GeneratedPhoto) -> Narrowed[Any] | None:
    try:
        return read(photo)
    except InvalidInputError as error:
        if error.field != "GeneratedPhoto.appearance":
            raise
        return None


@DIALECTS
@given(photo=PHOTOS)
def test_a_description_is_said_whole_or_refused(read: Read, photo: GeneratedPhoto) -> None:
    narrowed = read_or_refused(read, photo)

    if narrowed is None:
        assert photo.appearance is not None
        assert len(photo.appearance) > 850
        return
    assert photo.appearance is None or photo.appearance in text_of(narrowed)
    assert read is for_agentai or len(text_of(narrowed)) <= 1000


@DIALECTS
@given(photo=PHOTOS)
def test_a_strict_one_is_refused_exactly_when_something_is_lost(
    read: Read, photo: GeneratedPhoto
) -> None:
    narrowed = read_or_refused(read, photo)
    strict = attrs.evolve(photo, strict=True)

    if narrowed is None:
        with pytest.raises(InvalidInputError):
            read(strict)
    elif narrowed.losses:
        with pytest.raises(InvalidInputError, match="strict") as caught:
            read(strict)
        assert all(str(loss) in str(caught.value) for loss in narrowed.losses)
    else:
        assert read(strict) == narrowed


@DIALECTS
@given(photo=PHOTOS)
def test_the_same_description_is_said_the_same_way(read: Read, photo: GeneratedPhoto) -> None:
    assert read_or_refused(read, photo) == read_or_refused(read, attrs.evolve(photo))


@DIALECTS
@pytest.mark.parametrize("field", TABLE)
@settings(max_examples=20)
@given(photo=PHOTOS)
def test_two_that_differ_in_a_word_are_told_apart_or_that_is_a_loss(
    read: Read, field: str, photo: GeneratedPhoto
) -> None:
    photo = attrs.evolve(photo, appearance=None)
    said = read(photo)

    for word in TABLE[field]:
        other = attrs.evolve(photo, **{field: word})  # type: ignore[arg-type]
        same = read(other)
        lost = {loss.field for loss in (*said.losses, *same.losses)}
        assert photo == other or said.value != same.value or field in lost
