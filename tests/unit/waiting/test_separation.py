from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from heygen_async.errors import (
    AuthenticationError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
    ServerError,
    UsageError,
)
from heygen_async.models.state import JobState, Progress
from heygen_async.waiting.separation import Separation

DONE = JobState(Progress.DONE, "completed")


class Server:
    """Refuses looks at some ids."""

    def __init__(self, **refused: type[HeyGenError]) -> None:
        self.refused = refused
        self.looks: list[tuple[str, ...]] = []

    async def look(self, ids: Sequence[str]) -> Mapping[str, JobState]:
        self.looks.append(tuple(ids))
        for one in ids:
            if one in self.refused:
                raise self.refused[one]("no")
        return dict.fromkeys(ids, DONE)


async def test_one_that_is_refused_is_found_by_halving_and_looked_at_alone_from_then_on() -> None:
    server = Server(c=InvalidRequestError)
    separation = Separation("video", server.look)

    first = await separation.look("abcd")
    second = await separation.look("abcd")

    assert set(first) == set(second) == set("abd")
    assert ["".join(ids) for ids in server.looks] == [
        "abcd", "ab", "cd", "c", "d",
        "abd", "c",
    ]  # fmt: skip


async def test_a_look_that_fails_half_way_keeps_what_was_seen() -> None:
    server = Server(b=InvalidRequestError, c=ServerError)

    seen = await Separation("video", server.look).look("abcd")

    assert seen == {"a": DONE}


async def test_where_nothing_can_be_seen_no_id_is_held_to_spoil_looks() -> None:
    server = Server(a=InvalidRequestError, b=InvalidRequestError)
    separation = Separation("video", server.look)

    with pytest.raises(InvalidRequestError):
        await separation.look("ab")
    server.refused.clear()
    await separation.look("ab")

    assert server.looks[-1] == ("a", "b")


async def test_what_cannot_be_an_id_is_told_with_what_was_seen() -> None:
    server = Server(b=InvalidInputError)

    seen = await Separation("video", server.look).look("ab")

    assert seen["a"] == DONE
    assert isinstance(seen["b"], InvalidInputError)


@pytest.mark.parametrize("kind", [AuthenticationError, UsageError])
async def test_what_no_id_is_the_reason_of_is_not_halved(kind: type[HeyGenError]) -> None:
    server = Server(a=kind)

    with pytest.raises(kind):
        await Separation("video", server.look).look("abcd")

    assert len(server.looks) == 1
