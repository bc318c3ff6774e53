"""How a request left is part of its intent, however whoever resumes it sends others."""

from __future__ import annotations

import pytest

from heygen_async.models.events import Absent, Intended, Lost
from heygen_async.pipeline.machine import Move, absence_counts, fold, next_move

LOST = Lost(at=101.0, reason="r")
ALONE = Intended(at=100.0, key="k", attempt=1)
BATCHED = Intended(at=100.0, key="k", attempt=1, keyed=False, unseen=3600.0)


@pytest.mark.parametrize(
    ("intent", "keyed", "move"),
    [
        (ALONE, True, Move.REPLAY),
        (ALONE, False, Move.FIND),
        (BATCHED, True, Move.FIND),
        (BATCHED, False, Move.FIND),
    ],
)
def test_a_key_is_used_again_only_where_it_was_and_is_remembered(
    intent: Intended, keyed: bool, move: Move
) -> None:
    assert next_move(fold([intent, LOST]), now=102.0, keyed=keyed) is move


@pytest.mark.parametrize(
    ("now", "counts"), [(100.0, False), (3700.9, False), (3701.0, True), (1e9, True), (0.0, False)]
)
def test_silence_proves_absence_once_the_job_would_be_seen(now: float, counts: bool) -> None:
    assert absence_counts(fold([BATCHED, LOST]), now) is counts


def test_what_sat_at_a_gate_is_counted_from_when_its_answer_was_lost_but_not_for_ever() -> None:
    late = fold([BATCHED, Lost(at=4100.0, reason="r")])
    much_later = fold([BATCHED, Lost(at=90_000.0, reason="the run ended")])

    assert not absence_counts(late, 7699.0)
    assert absence_counts(late, 7700.0)
    assert absence_counts(much_later, 90_000.0)


def test_while_nobody_said_that_its_answer_is_lost_silence_proves_nothing() -> None:
    assert not absence_counts(fold([BATCHED]), 1e9)


@pytest.mark.parametrize("now", [-1e9, 100.0, 1e9])
def test_silence_proves_absence_at_once_where_jobs_are_seen_at_once(now: float) -> None:
    assert absence_counts(fold([ALONE, LOST]), now)


def test_what_was_sent_twice_in_different_ways_is_worth_what_the_worse_is() -> None:
    again = Intended(at=200.0, key="k", attempt=1)
    state = fold([BATCHED, LOST, again, LOST])

    assert (state.keyed, state.unseen, state.intended_at) == (False, 3600.0, 100.0)


def test_a_new_attempt_begins_with_a_clean_slate() -> None:
    anew = Intended(at=9999.0, key="k2", attempt=2)
    state = fold([BATCHED, LOST, Absent(at=9000.0), anew])

    assert (state.keyed, state.unseen) == (True, 0.0)
