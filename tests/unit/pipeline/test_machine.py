from __future__ import annotations

import itertools

import pytest

from heygen_async.errors import JournalError
from heygen_async.models.events import (
    Absent,
    Accepted,
    Declined,
    Failed,
    Found,
    Intended,
    Lost,
    Reopened,
    Settled,
    Submitted,
)
from heygen_async.pipeline.machine import (
    KEY_TRUST,
    TABLE,
    Move,
    Phase,
    State,
    advance,
    diagram,
    fold,
    next_move,
)

HOUR = 3600.0

INTENDED = Intended(at=100.0, key="k1", attempt=1)
SUBMITTED = Submitted(at=110.0, ref="v1", detail={"group": "g"})
SETTLED = Settled(at=200.0, result={"id": "v1"})
FAILED = Failed(at=200.0, error="VideoFailedError", message="no", code="c", ref="v1")
LOST = Lost(at=120.0, reason="gone dark")
FOUND = Found(at=300.0, ref="v1", detail={"found": True})


def test_a_step_that_has_no_events_is_ready() -> None:
    assert fold([]) == State(phase=Phase.READY)


def test_the_straight_way_ends_done_with_its_result() -> None:
    state = fold([INTENDED, SUBMITTED, SETTLED])

    assert state == State(
        phase=Phase.DONE,
        attempt=1,
        key="k1",
        intended_at=100.0,
        submitted_at=110.0,
        ref="v1",
        detail={"group": "g"},
        result={"id": "v1"},
    )


def test_a_lost_answer_is_uncertain_and_keeps_the_key() -> None:
    state = fold([INTENDED, LOST])

    assert (state.phase, state.key, state.failure) == (Phase.UNCERTAIN, "k1", LOST)


def test_a_replay_keeps_the_moment_at_which_the_key_was_used_first() -> None:
    state = fold([INTENDED, LOST, Intended(at=5000.0, key="k1", attempt=1)])

    assert (state.phase, state.intended_at, state.failure) == (Phase.SUBMITTING, 100.0, None)


def test_what_was_found_is_followed_like_what_was_taken() -> None:
    state = fold([INTENDED, LOST, FOUND])

    assert (state.phase, state.ref, state.detail) == (Phase.SETTLING, "v1", {"found": True})
    assert (state.submitted_at, state.failure) == (300.0, None)


@pytest.mark.parametrize(
    "events",
    [
        [INTENDED, Declined(at=1.0, reason="full")],
        [INTENDED, LOST, Absent(at=1.0)],
        [INTENDED, Absent(at=1.0)],
        [INTENDED, SUBMITTED, FAILED, Reopened(at=1.0, reason="retried")],
        [INTENDED, SUBMITTED, SETTLED, Reopened(at=1.0, reason="gone")],
    ],
)
def test_an_attempt_that_is_over_leaves_nothing_but_its_number(events: list[object]) -> None:
    assert fold(events) == State(phase=Phase.READY, attempt=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("before", [[INTENDED], [INTENDED, LOST]])
def test_an_open_attempt_cannot_be_repeated_under_another_key(before: list[object]) -> None:
    state = fold(before)  # type: ignore[arg-type]

    with pytest.raises(JournalError, match="another key"):
        advance(state, Intended(at=1.0, key="k2", attempt=2))


_KINDS = {
    Intended: INTENDED,
    Submitted: SUBMITTED,
    Settled: SETTLED,
    Declined: Declined(at=1.0, reason="r"),
    Lost: LOST,
    Found: FOUND,
    Absent: Absent(at=1.0),
    Failed: FAILED,
    Reopened: Reopened(at=1.0, reason="r"),
    Accepted: Accepted(at=1.0, job={}),
}
_AT = {
    Phase.READY: [],
    Phase.SUBMITTING: [INTENDED],
    Phase.UNCERTAIN: [INTENDED, LOST],
    Phase.SETTLING: [INTENDED, SUBMITTED],
    Phase.DONE: [INTENDED, SUBMITTED, SETTLED],
    Phase.FAILED: [INTENDED, SUBMITTED, FAILED],
}


@pytest.mark.parametrize(("phase", "kind"), list(itertools.product(Phase, _KINDS)))
def test_the_table_is_all_there_is(phase: Phase, kind: type) -> None:
    state = fold(_AT[phase])  # type: ignore[arg-type]
    assert state.phase is phase

    if kind in TABLE[phase]:
        assert advance(state, _KINDS[kind]).phase is TABLE[phase][kind]  # type: ignore[arg-type]
    else:
        with pytest.raises(JournalError, match=f"phase {phase} cannot see {kind.__name__}"):
            advance(state, _KINDS[kind])  # type: ignore[arg-type]


def test_a_new_attempt_begins_only_where_the_old_one_is_over() -> None:
    ways_to_ready = {
        (phase, event.__name__)
        for phase, ways in TABLE.items()
        for event, target in ways.items()
        if target is Phase.READY
    }

    assert ways_to_ready == {
        (Phase.SUBMITTING, "Declined"),
        (Phase.SUBMITTING, "Absent"),
        (Phase.UNCERTAIN, "Absent"),
        (Phase.DONE, "Reopened"),
        (Phase.FAILED, "Reopened"),
    }


# --- what to do next -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "move"),
    [
        (Phase.READY, Move.SUBMIT),
        (Phase.SUBMITTING, Move.REPLAY),
        (Phase.UNCERTAIN, Move.REPLAY),
        (Phase.SETTLING, Move.WAIT),
        (Phase.DONE, Move.FINISH),
        (Phase.FAILED, Move.STOP),
    ],
)
def test_every_phase_has_its_move(phase: Phase, move: Move) -> None:
    state = fold(_AT[phase])  # type: ignore[arg-type]

    assert next_move(state, now=101.0, keyed=True) is move


@pytest.mark.parametrize("phase", [Phase.SUBMITTING, Phase.UNCERTAIN])
@pytest.mark.parametrize(
    ("now", "move"),
    [
        (100.0, Move.REPLAY),
        (100.0 + 20 * HOUR - 0.001, Move.REPLAY),
        (100.0 + 20 * HOUR, Move.FIND),
        (100.0 + 24 * HOUR, Move.FIND),
        (99.999, Move.FIND),
        (-1e9, Move.FIND),
    ],
)
def test_a_key_is_trusted_for_twenty_hours_of_a_clock_that_goes_forward(
    phase: Phase, now: float, move: Move
) -> None:
    state = fold(_AT[phase])  # type: ignore[arg-type]

    assert next_move(state, now=now, keyed=True) is move


def test_the_trust_in_a_key_ends_hours_before_the_server_forgets_it() -> None:
    assert KEY_TRUST == 20 * HOUR


@pytest.mark.parametrize("phase", [Phase.SUBMITTING, Phase.UNCERTAIN])
def test_what_the_server_keeps_no_key_of_is_looked_for(phase: Phase) -> None:
    state = fold(_AT[phase])  # type: ignore[arg-type]

    assert next_move(state, now=100.0, keyed=False) is Move.FIND


def test_a_replay_does_not_prolong_the_trust() -> None:
    again = Intended(at=100.0 + 19 * HOUR, key="k1", attempt=1)
    state = fold([INTENDED, LOST, again, LOST])

    assert next_move(state, now=100.0 + 21 * HOUR, keyed=True) is Move.FIND


# --- the diagram ---------------------------------------------------------------------------------


def test_the_diagram_draws_every_way_and_no_other() -> None:
    drawn = set()
    for line in diagram().splitlines()[2:-2]:
        way, _, events = line.strip().partition(": ")
        source, _, target = way.partition(" --> ")
        drawn |= {(source, event, target) for event in events.split(", ")}

    assert drawn == {
        (phase.name, event.__name__, target.name)
        for phase, ways in TABLE.items()
        for event, target in ways.items()
    }


def test_the_diagram_is_a_mermaid_state_diagram_with_a_beginning_and_ends() -> None:
    lines = diagram().splitlines()

    assert lines[:2] == ["stateDiagram-v2", "    [*] --> READY"]
    assert lines[-2:] == ["    DONE --> [*]", "    FAILED --> [*]"]
