"""Failures through the journal: an error becomes an event, and the event the same error again.

A later process has to raise what an earlier one met, with its class, its words and its fields. One
error leaves no such event: with the right key what is gone may be there.
"""

from __future__ import annotations

from heygen_async import errors
from heygen_async.errors import (
    GoneError,
    HeyGenError,
    JobFailedError,
    JournalError,
    NotFoundError,
    UncertainError,
)
from heygen_async.models.events import Failed, Lost
from heygen_async.pipeline.machine import State

__all__ = ["failed", "gone", "recalled"]


def failed(at: float, error: HeyGenError, ref: str | None = None) -> Failed:
    """The journal's word for an error that ended a step.

    Args:
        at: wall time, seconds since 1970.
        error: what ended it.
        ref: the job that the server had taken; None where it refused to.
    """
    return Failed(
        at=at,
        error=type(error).__name__,
        message=error.message,
        code=error.code,
        ref=getattr(error, "id", None) if ref is None else ref,
        kind=getattr(error, "kind", None),
        reason=getattr(error, "reason", None),
    )


def recalled(state: State) -> HeyGenError:
    """The error that a failure in the journal stands for."""
    match state.failure:
        case Failed() as event:
            known = getattr(errors, event.error, None)
            if known is not None and not issubclass(known, JobFailedError):
                refused: HeyGenError = known(event.message, code=event.code)
                return refused
            return (known or JobFailedError)(
                event.message,
                kind=event.kind,
                id=event.ref,
                code=event.code,
                reason=event.reason,
            )
        case Lost(reason=reason):
            return UncertainError(reason, key=state.key)
    return JournalError("The journal says that a step failed, and not why")


def gone(kind: str, id_: str, error: NotFoundError) -> GoneError:
    """The error for what is paid for, and is not found.

    Args:
        kind: of the job that made it.
        id_: the server's name for it.
        error: the server's word.
    """
    return GoneError(
        f"{kind.replace('_', ' ')} {id_} is not found with this key: it was deleted, or is"
        " another account's. With a key of the account that paid for it, run the job again: it"
        " goes on and costs nothing more. If it was deleted, it is made anew by retry"
        " (--retry-failed), which is charged.",
        kind=kind,
        id=id_,
        operation=error.operation,
        code=error.code,
        status=error.status,
        request_id=error.request_id,
    )
