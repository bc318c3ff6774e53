from __future__ import annotations

from typing import Any

import pytest

from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import Orientation, Pose, Style
from heygen_async.models.v2 import NewLook


def test_a_new_look_takes_the_words_of_a_generated_photo_in_any_spelling() -> None:
    words: dict[str, Any] = {"orientation": "vertical", "pose": "Close Up", "style": "noir"}

    look = NewLook("On a boat", **words)

    assert (look.orientation, look.pose, look.style) == (
        Orientation.PORTRAIT,
        Pose.CLOSE_UP,
        Style.NOIR,
    )


@pytest.mark.parametrize(
    ("field", "word", "known"),
    [
        ("orientation", "round", "'square', 'portrait', 'landscape'"),
        ("pose", "standing", "'half_body', 'close_up', 'full_body'"),
        ("style", "Professional", "'Realistic', 'Pixar', 'Cinematic'"),
        ("style", 5, "'Realistic', 'Pixar', 'Cinematic'"),
    ],
)
def test_a_new_look_refuses_other_words_with_those_there_are(
    field: str, word: Any, known: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        NewLook("On a boat", **{field: word})

    assert caught.value.field == f"NewLook.{field}"
    assert known in caught.value.message
