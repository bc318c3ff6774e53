"""May the same request be sent again, and when: one table, one generator, one loop.

What happened to an attempt is its *fate*; together with the endpoint's ``replay`` it decides:

===========  ==============================================  ====  ======  =====================
fate         what happened                                   SAFE  KEYED   UNSAFE
                                                                   BODY_ID
===========  ==============================================  ====  ======  =====================
NEVER_SENT   no connection                                   again again   again
REFUSED      429 for rate or running jobs: not processed     again again   again
EARLY        409 conflict where that means "not yet"         again again   again
BUSY         409 request_in_progress: the first one still    --    again   --
             runs under this key
LOST         dropped, timed out, broken off, 408, 425, 5xx:  again again   UncertainError at once
             it may have been executed
SENSELESS    2xx that cannot be understood: it was executed  --    UncertainError  UncertainError
ANSWERED     anything else: the server has spoken            --    --      --
===========  ==============================================  ====  ======  =====================

Four things follow that are easy to get wrong:

- A fate is sticky. Once an attempt was LOST, a later NEVER_SENT, 429 or 402 says nothing about the
  earlier one, so what is raised in the end is UncertainError with the key. Only an answer that must
  come from executing the same request (400, 404, moderation, …) settles it.
- A 503 is LOST, with or without ``Retry-After``: only a 429, or a code that says the same, is a
  promise that nothing happened.
- What is refused here, because the client was closed or a file changed, is as little proof.
- Waiting out a 429 is the gate's work; here it costs no time, and counts against a larger number,
  because waiting as told is no failure.

``backoff`` runs the loop. Its own jitter may undercut ``Retry-After``, so the waits come from the
generator below, which is sent each exception, and ``jitter`` stays off.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Awaitable, Callable, Generator
from enum import StrEnum
from typing import Any

import attrs

from heygen_async.errors import (
    AuthenticationError,
    ConcurrencyLimitError,
    ConflictError,
    ConnectError,
    FixError,
    HeyGenError,
    InProgressError,
    InvalidInputError,
    PermissionDeniedError,
    ProtocolError,
    RateLimitError,
    ServerError,
    TransferError,
    UncertainError,
    UsageError,
)
from heygen_async.transport.endpoint import Endpoint, Replay

with warnings.catch_warnings():
    # backoff 2 asks asyncio.iscoroutinefunction, which Python 3.14 deprecates.
    warnings.simplefilter("ignore", DeprecationWarning)
    import backoff

__all__ = ["Fate", "RetryPolicy", "fate_of", "in_the_end", "may_repeat"]


def _positive(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not (isinstance(value, int | float) and value > 0):
        raise UsageError.of(attribute.name, "must be greater than 0", value)


def _count(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if type(value) is not int or value < 1:
        raise UsageError.of(attribute.name, "must be a whole number greater than 0", value)


def _never_less(instance: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not (isinstance(value, int | float) and 0.0 <= value < float("inf")):
        raise UsageError.of(attribute.name, "must be 0 or more", value)


@attrs.frozen(kw_only=True)
class RetryPolicy:
    """How often, and for how long, a failed request is repeated.

    Attributes:
        attempts: tries in all for failures, the first included.
        refusals: 429s that one call sits out before it gives up.
        base: seconds before the second try; doubled for each further one.
        cap: seconds, the end of that doubling.
        spread: by which part a wait may be longer, at random; it is never shorter.
        patience: the longest single pause for a 429, and the longest wait for a busy key, seconds.
        deadline: seconds for the whole call, all tries included; None for no limit.
    """

    attempts: int = attrs.field(default=5, validator=_count)
    refusals: int = attrs.field(default=60, validator=_count)
    base: float = attrs.field(default=0.5, validator=_positive)
    cap: float = attrs.field(default=30.0, validator=_positive)
    spread: float = attrs.field(default=0.5, validator=_never_less)
    patience: float = attrs.field(default=120.0, validator=_positive)
    deadline: float | None = attrs.field(
        default=None, validator=attrs.validators.optional(_positive)
    )

    def pause(self, failures: int, retry_after: float | None, chance: float) -> float:
        """Seconds to wait after a number of failures in a row.

        Args:
            failures: from 1.
            retry_after: what the server asked for; never undercut.
            chance: from 0 to 1.
        """
        wait = min(self.base * 2.0 ** min(failures - 1, 62), self.cap)
        return max(wait, retry_after or 0.0) * (1.0 + self.spread * chance)


class Fate(StrEnum):
    """What happened to one attempt, see the module's table."""

    NEVER_SENT = "never_sent"
    REFUSED = "refused"
    EARLY = "early"
    BUSY = "busy"
    LOST = "lost"
    SENSELESS = "senseless"
    ANSWERED = "answered"


_KEYED = frozenset({Replay.KEYED, Replay.BODY_ID})
_REPEATABLE: dict[Fate, frozenset[Replay]] = {
    Fate.NEVER_SENT: frozenset(Replay),
    Fate.REFUSED: frozenset(Replay),
    Fate.EARLY: frozenset(Replay),
    Fate.BUSY: _KEYED,
    Fate.LOST: _KEYED | {Replay.SAFE},
    Fate.SENSELESS: frozenset(),
    Fate.ANSWERED: frozenset(),
}


def may_repeat(replay: Replay, fate: Fate) -> bool:
    """Whether a request with this promise may be sent again after this fate."""
    return replay in _REPEATABLE[fate]


def fate_of(error: HeyGenError, endpoint: Endpoint) -> Fate:
    """What an error says about the attempt that raised it."""
    match error:
        case RateLimitError() | ConcurrencyLimitError():
            return Fate.REFUSED
        case InProgressError():
            return Fate.BUSY
        case ConflictError() if endpoint.conflict_is_early:
            return Fate.EARLY
        case ConnectError():
            return Fate.NEVER_SENT
        case TransferError() if _refused_by_host(error.status):
            return Fate.ANSWERED
        case ServerError() | TransferError():
            return Fate.LOST
        case ProtocolError() if error.status is None or error.status < 300:
            return Fate.SENSELESS
    return Fate.ANSWERED


def _refused_by_host(status: int | None) -> bool:
    return status is not None and 400 <= status < 500 and status not in {408, 429}


def in_the_end(
    error: HeyGenError, endpoint: Endpoint, *, lost: bool, key: str | None
) -> HeyGenError:
    """What to raise when nothing more will be tried.

    Args:
        error: of the last attempt.
        endpoint: what was called.
        lost: whether any attempt was LOST or SENSELESS.
        key: the idempotency key of all attempts.
    """
    if endpoint.replay is Replay.SAFE or not lost or _settles(error, endpoint):
        return error
    if key is not None:
        # HeyGen keeps keys for 24; clocks differ, and this attempt may not have been the first.
        hint = f"Call again within 20 hours under the same idempotency key {key}"
    elif endpoint.replay is Replay.BODY_ID:
        hint = "Call again with the same request_id"
    else:
        hint = "Look whether it happened before calling again, or it may be done and billed twice"
    happened = error.args[0].partition(". ")[0]
    return UncertainError(
        f"{happened}; but the request may have been executed. {hint}",
        key=key,
        operation=endpoint.operation,
        status=error.status,
        code=error.code,
        request_id=error.request_id,
        retry_after=error.retry_after,
    )


def _settles(error: HeyGenError, endpoint: Endpoint) -> bool:
    # Such an answer comes from executing the request: had it been executed before, the same
    # request would have answered differently. Guards in front of that prove nothing, and what was
    # refused here never reached them.
    guards = AuthenticationError | PermissionDeniedError | ConflictError | InvalidInputError
    return (
        isinstance(error, FixError) and not isinstance(error, guards) and endpoint.replay in _KEYED
    )


class Again(Exception):  # noqa: N818 - a signal to the loop below, never seen outside
    """Wait so many seconds, then make another attempt."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


def _waits() -> Generator[float, Any, None]:
    signal: Again = yield 0.0
    while True:
        signal = yield signal.wait


async def _once(attempt: Callable[[Any], Awaitable[Any]], state: Any) -> Any:
    return await attempt(state)


with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    keep_trying = backoff.on_exception(_waits, Again, jitter=None, logger=None)(_once)
    """``keep_trying(attempt, state)``: run the attempt until it raises something but Again."""


class Tries:
    """What one call remembers between its attempts, and what it decides from it.

    Attributes:
        number: attempts so far.
        lost: whether one of them may have been executed without our learning of it.
    """

    __slots__ = (
        "_busy",
        "_busy_for",
        "_endpoint",
        "_failures",
        "_policy",
        "_refusals",
        "lost",
        "number",
    )

    def __init__(self, endpoint: Endpoint, policy: RetryPolicy) -> None:
        self._endpoint = endpoint
        self._policy = policy
        self._failures = 0
        self._refusals = 0
        self._busy = 0
        self._busy_for = 0.0
        self.number = 0
        self.lost = False

    def after(self, error: HeyGenError, *, patience: float) -> float | None:
        """Seconds until the next attempt, None when there must be none."""
        fate = fate_of(error, self._endpoint)
        self.lost = self.lost or fate in {Fate.LOST, Fate.SENSELESS}
        if not may_repeat(self._endpoint.replay, fate):
            return None
        policy = self._policy
        if fate is Fate.REFUSED:
            self._refusals += 1
            too_long = (error.retry_after or 0.0) > patience
            return None if too_long or self._refusals >= policy.refusals else 0.0
        if (error.retry_after or 0.0) > patience:
            return None
        if fate is Fate.BUSY:
            self._busy += 1
            wait = policy.pause(self._busy, error.retry_after, random.random())
            self._busy_for += wait
            return wait if self._busy_for <= patience else None
        self._failures += 1
        if self._failures >= policy.attempts:
            return None
        return policy.pause(self._failures, error.retry_after, random.random())
