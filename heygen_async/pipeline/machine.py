"""The life of a step, as a table.

A step is one piece of work with an effect outside: an upload, an avatar, a render, a download.
Each has the same life, whatever the dialect::

    READY ──Intended──▶ SUBMITTING ──Submitted──▶ SETTLING ──Settled──▶ DONE
                            │  ▲                     │
                          Lost Intended            Failed
                            ▼  │                     ▼
                         UNCERTAIN                FAILED

The rules that the table holds:

1. **The intent is on disk before the request leaves**, so after a crash SUBMITTING means "it may
   have happened", and READY means "it did not".
2. **A request whose fate is unknown is never repeated blindly.** From SUBMITTING and UNCERTAIN
   there are three ways on: the *same* key once more while the server honours it (``Intended``
   with the same attempt), the job is found, or it is proved absent. Only ``Absent`` and
   ``Declined`` lead back to READY, and only from READY does a new attempt with a new key begin.
   How a request left is part of its intent: whoever resumes may be set to send others, and the
   key and the silence of this one are still worth what they were worth then.
3. **The state is a fold over the events.** Nothing else is remembered; resuming is reading.

A step that costs nothing and may happen twice (``once``: uploads, downloads) skips the intent and
goes from READY to DONE.

This module is pure: it neither waits, nor reads clocks, nor talks to anybody. ``next_move`` is the
whole of what the runner has to know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs

from heygen_async.errors import JournalError
from heygen_async.models.events import (
    Absent,
    Declined,
    Event,
    Failed,
    Found,
    Intended,
    Lost,
    Reopened,
    Settled,
    Submitted,
)

__all__ = [
    "KEY_TRUST",
    "TABLE",
    "Move",
    "Phase",
    "State",
    "absence_counts",
    "advance",
    "diagram",
    "fold",
    "next_move",
]

# HeyGen keeps idempotency keys for 24 h (source document 003, read 2026-11-20). Clocks differ, and
# the request may sit at a gate before it leaves: four hours are given up for that.
KEY_TRUST = 20 * 3600.0
_GATE = 4 * 3600.0


class Phase(StrEnum):
    """Where a step is."""

    READY = "ready"
    SUBMITTING = "submitting"
    UNCERTAIN = "uncertain"
    SETTLING = "settling"
    DONE = "done"
    FAILED = "failed"


TABLE: Mapping[Phase, Mapping[type[Any], Phase]] = MappingProxyType(
    {
        Phase.READY: {
            Intended: Phase.SUBMITTING,
            Settled: Phase.DONE,
            Failed: Phase.FAILED,
        },
        Phase.SUBMITTING: {
            Intended: Phase.SUBMITTING,
            Submitted: Phase.SETTLING,
            Settled: Phase.DONE,
            Declined: Phase.READY,
            Lost: Phase.UNCERTAIN,
            Found: Phase.SETTLING,
            Absent: Phase.READY,
            Failed: Phase.FAILED,
        },
        Phase.UNCERTAIN: {
            Intended: Phase.SUBMITTING,
            Found: Phase.SETTLING,
            Absent: Phase.READY,
        },
        Phase.SETTLING: {
            Settled: Phase.DONE,
            Failed: Phase.FAILED,
        },
        Phase.DONE: {
            Reopened: Phase.READY,
        },
        Phase.FAILED: {
            Reopened: Phase.READY,
        },
    }
)


@attrs.frozen(kw_only=True)
class State:
    """A step as its events tell it.

    Attributes:
        phase: where it is.
        attempt: how many jobs were begun for it so far.
        key: the idempotency key of the attempt under way.
        intended_at: wall time at which that key was used first.
        findable: whether its request carried a mark by which it can be found.
        keyed: whether the server remembers the key for the way on which the request left.
        unseen: seconds after its request left for which it may exist and not be found.
        lost_at: wall time by which the request had surely left, if it ever did.
        submitted_at: wall time at which the server's taking it was written down.
        ref: the job's id at the server.
        detail: what else the server said when it took the job.
        result: what later steps need, once it is done.
        failure: why it failed, or what made it uncertain.
    """

    phase: Phase = Phase.READY
    attempt: int = 0
    key: str | None = None
    intended_at: float | None = None
    findable: bool = False
    keyed: bool = True
    unseen: float = 0.0
    lost_at: float | None = None
    submitted_at: float | None = None
    ref: str | None = None
    detail: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    failure: Failed | Lost | None = None


NEW = State()


def advance(state: State, event: Event) -> State:
    """The state after one more event.

    Raises:
        JournalError: the table has no such way; the journal was tampered with, or the runner is
            wrong. Never guessed at, since a wrong guess may pay twice.
    """
    phase = TABLE[state.phase].get(type(event))
    if phase is None:
        raise JournalError(
            f"A step in phase {state.phase} cannot see {type(event).__name__};"
            " the journal does not tell a possible story"
        )
    match event:
        case Intended(at=at, key=key, attempt=attempt):
            again = key == state.key and state.intended_at is not None
            if state.phase is not Phase.READY and not again:
                raise JournalError("An open attempt cannot be repeated under another key")
            first = state.intended_at if again else at
            # What holds for the attempt is what holds for each request under its key.
            return State(
                phase=phase,
                attempt=attempt,
                key=key,
                intended_at=first,
                findable=event.findable and (state.findable or not again),
                keyed=event.keyed and (state.keyed or not again),
                unseen=max(event.unseen, state.unseen if again else 0.0),
            )
        case Submitted(at=at, ref=ref, detail=detail) | Found(at=at, ref=ref, detail=detail):
            return attrs.evolve(
                state, phase=phase, ref=ref, detail=detail or None, submitted_at=at, failure=None
            )
        case Settled(result=result):
            return attrs.evolve(state, phase=phase, result=result)
        case Lost(at=at):
            return attrs.evolve(state, phase=phase, failure=event, lost_at=at)
        case Failed():
            return attrs.evolve(state, phase=phase, failure=event)
        case _:
            # Declined, Absent, Reopened: the attempt is over, its number is not used again.
            return State(phase=phase, attempt=state.attempt)


def fold(events: Iterable[Event]) -> State:
    """The state that the events add up to."""
    state = NEW
    for event in events:
        state = advance(state, event)
    return state


class Move(StrEnum):
    """What the runner does next."""

    SUBMIT = "submit"  # with a new key, after writing the intent
    REPLAY = "replay"  # with the same key, whose answer the server still remembers
    FIND = "find"  # the key is too old to be trusted
    WAIT = "wait"
    FINISH = "finish"
    STOP = "stop"


def next_move(state: State, *, now: float, keyed: bool) -> Move:
    """What to do about a step that nobody is working on.

    Args:
        state: the step.
        now: wall time, seconds since 1970.
        keyed: whether the server remembers idempotency keys for the way on which the request would
            be repeated; it must also do so for the way on which it left.
    """
    match state.phase:
        case Phase.READY:
            return Move.SUBMIT
        case Phase.SUBMITTING | Phase.UNCERTAIN:
            remembered = keyed and state.keyed and key_trusted(state, now)
            return Move.REPLAY if remembered else Move.FIND
        case Phase.SETTLING:
            return Move.WAIT
        case Phase.DONE:
            return Move.FINISH
        case Phase.FAILED:
            return Move.STOP


def key_trusted(state: State, now: float) -> bool:
    """Whether the server surely still remembers the key of the open attempt.

    A clock that went backwards proves nothing, so it is not trusted either.
    """
    return state.intended_at is not None and 0 <= now - state.intended_at < KEY_TRUST


def absence_counts(state: State, now: float) -> bool:
    """Whether not finding the job of the open attempt proves that there is none.

    A request may have sat at a gate before it left, so what counts is when its answer was lost; but
    no gate keeps it longer than ``_GATE``.
    """
    if not state.unseen:
        return True
    if state.intended_at is None or state.lost_at is None:
        return False
    return now - min(state.lost_at, state.intended_at + _GATE) >= state.unseen


def diagram() -> str:
    """The table as a Mermaid state diagram; the README's is this one."""
    lines = ["stateDiagram-v2", "    [*] --> READY"]
    for phase, ways in TABLE.items():
        targets: dict[Phase, list[str]] = {}
        for event, target in ways.items():
            targets.setdefault(target, []).append(event.__name__)
        lines += [
            f"    {phase.name} --> {target.name}: {', '.join(names)}"
            for target, names in targets.items()
        ]
    return "\n".join([*lines, "    DONE --> [*]", "    FAILED --> [*]"])
