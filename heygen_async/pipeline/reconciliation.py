"""Reconciliation: what became of a request whose answer was lost, and whose key says nothing more.

It is looked for by the mark that it carried. Three things can come of that, and only two of them
lead on:

- it is there: the run follows it as if its answer had come;
- it is not there, and that counts, because by now it would be: the step begins anew;
- nobody can tell: there was no mark, or it is too early to call silence absence. That is an error,
  and the step stays uncertain, so that another run may look again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from heygen_async.backends.base import Result, Step
from heygen_async.errors import CannotTellError
from heygen_async.models.events import Absent, Found, Lost, StepEvent
from heygen_async.pipeline.machine import Phase, State, absence_counts

__all__ = ["reconciled"]


async def reconciled(
    step: Step,
    state: State,
    inputs: Mapping[str, Result],
    *,
    now: Callable[[], float],
    write: Callable[[Step, State, StepEvent], Awaitable[State]],
) -> tuple[State, Found | Absent]:
    """Returns where the step is, and what is to be written down next.

    Args:
        step: whose request it was.
        state: from which the machine says to find it.
        inputs: the results of what the step needs.
        now: wall time, seconds since 1970.
        write: writes an event down, and gives the state that follows.

    Raises:
        CannotTellError: there is no way to find out, or not yet.
    """
    key = state.key
    assert key is not None
    if not state.findable:
        raise CannotTellError(
            f"The answer to {step.stream} was lost, it cannot be asked for again under its key"
            " (any more), and its request carried no mark to find it by. Look for it in HeyGen."
            " To have it made anew, which may be charged again: give the job another id, or"
            " where jobs share it, change what it is made from.",
            key=key,
        )
    if state.phase is Phase.SUBMITTING:
        # Whoever sent it is gone, so by now it has left, if it ever did.
        lost = Lost(at=now(), reason="the run ended before the answer came")
        state = await write(step, state, lost)
    taken = await step.find(inputs, key=key)
    if taken is not None:
        return state, Found(at=now(), ref=taken.ref, detail=taken.detail)
    if not absence_counts(state, now()):
        raise CannotTellError(
            f"{step.stream} is not there, but was asked for so lately that HeyGen may still be"
            f" about to make it: that is certain {state.unseen / 60:.0f} minutes after the"
            " answer was lost. Run the job again then, or earlier to look again.",
            key=key,
        )
    return state, Absent(at=now())
