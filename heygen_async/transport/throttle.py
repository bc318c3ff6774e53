"""When a request may leave: gates that a 429 closes for everybody, and a limit on those under way.

Theory
------
A gate keeps *gate time*, a clock that stands still while the gate is closed::

    real time   0────1────2────3════4════5────6     closed from 3 to 5
    gate time   0────1────2────3─────────3────4     lag: 0 before, 2 after

A request that wants to leave reserves a *slot*, a point in gate time::

    slot = max(next_slot, gate_now);  next_slot = slot + interval

and sleeps, by itself, until the real time ``slot + lag``. Closing the gate adds to the lag and
touches no waiter: each finds, when it wakes, that its slot has moved, and sleeps again. From this
follows what a throttle must promise:

- *never early*: a slot that is still ahead maps to a time after the opening, because gate time does
  not reach it before;
- *first come, first served*: slots are handed out in rising order and all move together;
- *no starvation*: a slot never moves in gate time, and gate time never stops for good;
- *harmless cancellation*: a cancelled waiter gives its slot back, and whoever comes next takes it.
  So many who gave up keep nobody waiting, and the order of the others stays as it was. There is no
  queue of futures to repair and no task that hands out turns.

The *interval* is what makes waiters leave spread out. It is 0 while all is well, so that a request
passes without awaiting anything. Each burst of 429s doubles it, each success shrinks it a little,
so it hovers where the server just agrees. A burst is counted once: the gate counts its closings
(the *epoch*), and an answer to a request sent in an earlier epoch is old news. Old news may still
move the opening, since a ``Retry-After`` is never undercut, but does not double again.

The limit on requests under way stands behind the gate. Waiting for it takes time, in which the gate
may have closed. Many slots may have come by then, and all their owners would leave together at the
opening; so a request that was overtaken by a closing takes a new slot, behind those who wait.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime
from heapq import heappop, heappush

from heygen_async.errors import RateLimitError
from heygen_async.transport.endpoint import Scope

__all__ = ["LONG_PAUSE", "Gate", "Throttle"]

FIRST_INTERVAL = 0.02
"""Seconds between two departures after the first burst of 429s; HeyGen publishes no rates."""

LONGEST_INTERVAL = 2.0
"""Seconds; more than this is the server's business to ask for."""

FIRST_PAUSE = 1.0
"""Seconds to close for when a 429 does not say; doubled with each burst in a row."""

LONGEST_PAUSE = 60.0
"""Seconds, the end of that doubling."""

LONG_PAUSE = 3600.0
"""Seconds. A longer one is kept to like any other, but may be a server's mistake, such as a date
where seconds belong: it is told with its end and with the way out, which is another client."""

SHRINK = 31 / 32
"""What a success leaves of the interval: about 22 successes make up for one burst."""

GRAIN = 1e-6
"""Seconds that count as no time, for slots and never for an opening: a slot survives the rounding
of ``(now - lag) + lag``, and a sleeper wakes after its time although loops round timers down."""


class Gate:
    """The arithmetic of one gate: pure, all times are given, in seconds of one rising clock.

    Attributes:
        epoch: how often it was closed; a request remembers it when it leaves.
        interval: seconds between two slots, 0 while all is well.
        closed_until: real time of the opening; in the past when it is open.
        lag: how far gate time is behind real time once the gate is open again.
    """

    __slots__ = ("_bursts", "_unused", "closed_until", "epoch", "interval", "lag", "next_slot")

    def __init__(self) -> None:
        self.epoch = 0
        self.interval = 0.0
        self.closed_until = float("-inf")
        self.lag = 0.0
        self.next_slot = float("-inf")
        self._bursts = 0
        self._unused: list[float] = []  # a heap of the slots that were given back

    def gate_time(self, now: float) -> float:
        """Gate time at a real time that is not in the past."""
        return max(now, self.closed_until) - self.lag

    def due(self, slot: float) -> float:
        """The real time at which a slot comes, as far as is known now."""
        return max(slot + self.lag, self.closed_until)

    def ready(self, slot: float, now: float) -> bool:
        """Whether a slot has come."""
        return now >= self.closed_until and slot + self.lag <= now + GRAIN

    def peek(self, now: float) -> float:
        """The slot that ``reserve`` would hand out."""
        gate_now, unused = self.gate_time(now), self._unused
        while unused and unused[0] < gate_now:
            heappop(unused)
        return unused[0] if unused else max(self.next_slot, gate_now)

    def reserve(self, now: float) -> float:
        """Take the next slot."""
        slot = self.peek(now)
        if self._unused:
            return heappop(self._unused)
        waits = not self.ready(slot, now)
        spread = max(self.interval, FIRST_INTERVAL) if waits else self.interval
        self.next_slot = slot + spread
        return slot

    def give_back(self, slot: float, now: float) -> None:
        """Leave a slot that was taken to somebody else, if it is still to come."""
        if not self.ready(slot, now):
            heappush(self._unused, slot)

    def refused(self, now: float, seconds: float | None, *, epoch: int, pace: bool = True) -> float:
        """Close after a 429.

        Args:
            now: when the answer came.
            seconds: its ``Retry-After``, None if it had none.
            epoch: the gate's, when the request left.
            pace: whether to leave more slowly from now on; not for a full render pool, which says
                nothing about the rate of requests.

        Returns:
            For how many seconds the gate is closed now.
        """
        fresh = epoch == self.epoch
        if fresh:
            self.epoch += 1
            self._bursts += 1
            if pace:
                self.interval = min(max(self.interval * 2, FIRST_INTERVAL), LONGEST_INTERVAL)
        if seconds is None:
            # An old refusal that names no number asks for nothing that is not already done.
            pause = min(FIRST_PAUSE * 2.0 ** min(self._bursts - 1, 16), LONGEST_PAUSE)
            seconds = pause if fresh else 0.0
        opening = now + seconds
        closed_from = max(now, self.closed_until)
        if opening > closed_from:
            self.lag += opening - closed_from
            self.closed_until = opening
        return max(0.0, self.closed_until - now)

    def succeeded(self, epoch: int) -> None:
        """Leave a little faster, if the request left after the last closing."""
        if epoch == self.epoch:
            self._bursts = 0
            shrunk = self.interval * SHRINK
            self.interval = shrunk if shrunk >= FIRST_INTERVAL / 2 else 0.0


class Throttle:
    """A gate for each scope of one account, and a limit on the requests under way.

    Attributes:
        gates: by scope.
    """

    __slots__ = ("_clock", "_under_way", "_wall", "gates")

    def __init__(
        self, max_in_flight: int, clock: Callable[[], float], wall: Callable[[], float] = time.time
    ) -> None:
        self.gates = {scope: Gate() for scope in Scope}
        self._clock = clock
        self._wall = wall
        self._under_way = _Places(max_in_flight)

    def enter_at_once(self, gate: Gate) -> int | None:
        """``enter`` where nothing has to be waited for, as nearly always; else None.

        No coroutine, because this stands before every request.
        """
        if gate.interval != 0.0:
            return None
        if gate.epoch:  # A gate that was never closed has nothing to look up.
            now = self._clock()
            if not gate.ready(gate.peek(now), now):
                return None
        return gate.epoch if self._under_way.take_at_once() else None

    async def enter(self, scope: Scope, patience: float, operation: str) -> int:
        """Wait until a request may leave; every return must be paired with one ``leave``.

        Args:
            scope: whose gate.
            patience: the longest wait at the gate, in seconds.
            operation: what wants to leave, for the error.

        Returns:
            The gate's epoch, to be handed back with the answer.

        Raises:
            RateLimitError: the wait would be longer than that; raised before waiting.
        """
        gate = self.gates[scope]
        under_way = self._under_way
        arrived = now = self._clock()
        self._check_patience(gate.due(gate.peek(now)) - now, patience, operation)
        slot = gate.reserve(now)
        while True:
            try:
                while not gate.ready(slot, now := self._clock()):
                    due = gate.due(slot)
                    self._check_patience(due - arrived, patience, operation, due - now)
                    await asyncio.sleep(due - now + GRAIN)
            except BaseException:
                gate.give_back(slot, self._clock())
                raise
            waits_since = now
            await under_way.acquire()
            now = self._clock()
            if gate.ready(slot, now):
                return gate.epoch
            under_way.release()
            slot = gate.reserve(now)
            # Waiting for others of our own is no pause that somebody asked for.
            arrived += now - waits_since

    def leave(self) -> None:
        """The request is over, in whatever way."""
        self._under_way.release()

    def told(self, left: float) -> str:
        """More words about a long pause that has so many seconds left; none about others."""
        if left <= LONG_PAUSE:
            return ""
        try:
            end = f"{datetime.fromtimestamp(self._wall() + left, UTC):%Y-%m-%d %H:%M:%S} UTC"
        except (ValueError, OverflowError, OSError):
            end = "after the year 9999"
        return (
            f". The server asked for this pause with its Retry-After, and it ends {end}. If that"
            " cannot be meant, make a new client: its gates are open"
        )

    def _check_patience(
        self, wait: float, patience: float, operation: str, remaining: float | None = None
    ) -> None:
        if wait > patience:
            left = wait if remaining is None else remaining
            raise RateLimitError(
                f"{operation} failed: it would have to wait {left:.1f} s for the rate limit, with "
                f"a patience of {patience:g} s. Call again after the pause: nothing was sent"
                f"{self.told(left)}",
                operation=operation,
                retry_after=left,
            )


class _Places(asyncio.Semaphore):
    """A semaphore that can be taken without a coroutine, where nobody has to wait for it."""

    def take_at_once(self) -> bool:
        """Whether there was a place, and nobody who waits for one; it is taken then."""
        if self._value <= 0 or self._waiters:
            return False
        self._value -= 1  # what ``acquire`` does then, from 3.11 to 3.14
        return True
