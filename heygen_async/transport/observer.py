"""What the transport tells while it works: one callable, frozen events.

Events are for metrics, traces and progress; they carry no bodies, no keys and no signed addresses.
Without an observer no event is ever built. All but TransferProgress are told from the task that
waits for the answer, so whoever asks `asyncio.current_task` knows whose they are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol, TypeVar

import attrs

__all__ = [
    "Deprecated",
    "Event",
    "Observer",
    "RequestFinished",
    "Retrying",
    "Throttled",
    "TransferProgress",
    "tell",
]

log = logging.getLogger("heygen_async")

E = TypeVar("E")


@attrs.frozen(kw_only=True)
class RequestFinished:
    """One attempt is over.

    Attributes:
        operation: what was called.
        method: ``GET``, ``POST``, …
        route: the path with its placeholders, such as ``/v3/videos/{video_id}``; empty for the
            host of a file.
        url: the address, without its query; only the origin for the host of a file.
        status: the HTTP status, None where no answer came.
        error: the class of the error, such as ``ServerError``, None where there is none.
        seconds: from sending to the last byte.
        attempt: 1 for the first.
        request_id: the server's name for it.
    """

    operation: str
    method: str
    route: str
    url: str
    status: int | None
    error: str | None = None
    seconds: float
    attempt: int
    request_id: str | None


@attrs.frozen(kw_only=True)
class Retrying:
    """An attempt failed and another will follow.

    Attributes:
        operation: what was called.
        attempt: the one that failed, 1 for the first.
        wait: seconds until the next, not counting the wait at a gate.
        cause: the class of the error, such as ``ServerError``.
    """

    operation: str
    attempt: int
    wait: float
    cause: str


@attrs.frozen(kw_only=True)
class Throttled:
    """The server answered 429, or said otherwise that it is too much.

    Attributes:
        operation: what was called.
        scope: whose gate.
        seconds: for how long the gate is closed now; 0 where waiting would not help.
        kind: ``rate``, ``concurrency``, ``quota``, or ``plan``.
    """

    operation: str
    scope: str
    seconds: float
    kind: str


@attrs.frozen(kw_only=True)
class Deprecated:
    """The server says that a call is going to end. Its words are text to be shown, nothing more.

    Attributes:
        operation: what was called.
        sunset: when it ends, as the server wrote it: an HTTP date or an ISO one; None if it did
            not say.
        message: the server's sentence, None if it had none.
        successor: the call to use instead, as the server or the contract names it; None if there
            is none.
    """

    operation: str
    sunset: str | None
    message: str | None
    successor: str | None


@attrs.frozen(kw_only=True)
class TransferProgress:
    """Bytes of an upload or download have moved.

    Attributes:
        operation: ``upload`` or ``download``.
        name: the file's name.
        done: bytes so far, of this attempt.
        total: bytes in all, None if unknown.
    """

    operation: str
    name: str
    done: int
    total: int | None


Event = RequestFinished | Retrying | Throttled | Deprecated | TransferProgress


class Observer(Protocol):
    """Anything that can be called with an event; it must return at once and not block."""

    def __call__(self, event: Event, /) -> None:
        """Take note of an event."""


def tell(observer: Callable[[E], None] | None, event: E) -> None:
    """Hand an event to the observer; its own errors are logged and harm no call."""
    if observer is None:
        return
    try:
        observer(event)
    except Exception:  # somebody else's code must not lose a paid answer
        log.exception("the observer failed on %s", type(event).__name__)
