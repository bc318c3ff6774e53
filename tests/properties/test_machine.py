"""A step's life under any sequence of events: what the table permits folds, the rest is refused."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from heygen_async.errors import JournalError
from heygen_async.models.events import (
    Absent,
    Declined,
    Failed,
    Found,
    Intended,
    Lost,
    Reopened,
    Settled,
    Submitted,
)
from heygen_async.pipeline.machine import KEY_TRUST, TABLE, Move, Phase, advance, fold, next_move

OPEN = (Phase.SUBMITTING, Phase.UNCERTAIN)


class Life(RuleBasedStateMachine):
    """Every event is tried in every phase; a model of its own knows which attempt is open."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Any] = []
        self.state = fold([])
        self.now = 1000.0
        self.open: str | None = None
        self.first_used = 0.0
        self.keys: list[str] = []

    def happens(self, event: Any, *, forbidden: bool = False) -> bool:
        if forbidden or type(event) not in TABLE[self.state.phase]:
            before = self.state
            with pytest.raises(JournalError):
                advance(self.state, event)
            assert self.state == before
            return False
        self.state = advance(self.state, event)
        self.events.append(event)
        return True

    @rule(seconds=st.floats(0, 30 * 3600))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def a_new_key_is_intended(self) -> None:
        key = f"k{len(self.keys) + 1}"
        event = Intended(at=self.now, key=key, attempt=self.state.attempt + 1)
        if self.happens(event, forbidden=self.open is not None):
            self.keys.append(key)
            self.open, self.first_used = key, self.now

    @rule()
    def the_same_key_is_intended(self) -> None:
        if self.open is None:
            return
        event = Intended(at=self.now, key=self.open, attempt=self.state.attempt)
        self.happens(event)

    @rule()
    def it_is_submitted(self) -> None:
        if self.happens(Submitted(at=self.now, ref="r")):
            assert self.open is not None

    @rule()
    def it_is_found(self) -> None:
        if self.happens(Found(at=self.now, ref="r")):
            assert self.open is not None

    @rule()
    def it_is_lost(self) -> None:
        if self.happens(Lost(at=self.now, reason="r")):
            assert self.open is not None

    @rule(kind=st.sampled_from([Declined, Absent, Settled, Failed, Reopened]))
    def the_attempt_ends(self, kind: Any) -> None:
        fields: dict[Any, dict[str, Any]] = {
            Declined: {"reason": "r"},
            Absent: {},
            Settled: {"result": {}},
            Failed: {"error": "JobFailedError", "message": "m"},
            Reopened: {"reason": "r"},
        }
        if self.happens(kind(at=self.now, **fields[kind])):
            self.open = None

    @invariant()
    def the_journal_tells_the_same_story(self) -> None:
        assert fold(self.events) == self.state

    @invariant()
    def an_open_attempt_is_never_followed_by_a_new_key(self) -> None:
        move = next_move(self.state, now=self.now, keyed=True)
        if self.state.phase in OPEN:
            assert self.state.key == self.open
            trusted = self.now - self.first_used < KEY_TRUST
            assert move is (Move.REPLAY if trusted else Move.FIND)
        else:
            assert (move is Move.SUBMIT) == (self.state.phase is Phase.READY)

    @invariant()
    def no_key_is_used_for_two_attempts(self) -> None:
        attempts = {(one.key, one.attempt) for one in self.events if isinstance(one, Intended)}
        assert len({key for key, _ in attempts}) == len(attempts)
        assert self.state.attempt == len(self.keys)

    @invariant()
    def what_is_known_fits_the_phase(self) -> None:
        state = self.state
        if state.phase is Phase.SETTLING:
            assert state.ref is not None
        if state.phase is Phase.DONE:
            assert state.result is not None
        if state.phase in (Phase.FAILED, Phase.UNCERTAIN):
            assert state.failure is not None
        if state.phase is Phase.READY:
            assert (state.key, state.ref, state.result, state.failure) == (None,) * 4


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)


@given(
    used=st.floats(-1e12, 1e12),
    now=st.floats(allow_nan=False, allow_infinity=False),
    lost=st.booleans(),
)
def test_whatever_the_clocks_say_a_key_is_replayed_only_within_its_trust(
    used: float, now: float, lost: bool
) -> None:
    events: list[Any] = [Intended(at=used, key="k", attempt=1)]
    if lost:
        events.append(Lost(at=used, reason="r"))

    move = next_move(fold(events), now=now, keyed=True)

    assert (move is Move.REPLAY) == (0 <= now - used < KEY_TRUST)
