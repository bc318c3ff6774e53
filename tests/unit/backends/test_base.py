from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest

from heygen_async.backends.base import Concluded, Result, Step, Taken
from heygen_async.errors import CannotTellError, UsageError
from heygen_async.models.outcome import Stage
from heygen_async.models.state import JobState, Progress


@attrs.frozen(kw_only=True)
class Simplest(Step):
    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Concluded:
        return Concluded({"key": key})


STEP = Simplest(stream="asset:1", stage=Stage.UPLOADING)


def test_a_step_is_paid_unless_it_says_otherwise() -> None:
    assert (STEP.paid, STEP.slotted, STEP.needs) == (True, False, {})


async def test_a_step_that_cannot_search_says_that_silence_is_not_absence() -> None:
    with pytest.raises(CannotTellError, match="asset:1") as caught:
        await STEP.find({}, key="key-1")

    assert caught.value.key == "key-1"


async def test_a_step_that_settles_at_once_has_nothing_to_conclude() -> None:
    with pytest.raises(NotImplementedError, match="Simplest"):
        await STEP.conclude(Taken("r"), JobState(Progress.DONE))


async def test_what_a_dialect_cannot_delete_is_said_to_go_on() -> None:
    with pytest.raises(UsageError, match="deletes no videos; it goes on"):
        await STEP.discard(Taken("r"))


async def test_what_was_made_is_taken_to_be_there_where_nobody_can_tell() -> None:
    assert await STEP.valid({})
