"""One look for all who wait.

All waiters of a kind share one Multiplexer: one named task that sleeps until ``prediction`` says
that looking is worth a request, looks at up to a hundred jobs with it, and wakes those that have
settled. So the number of requests grows with the number of jobs over a hundred, not with the number
of waiters, and the task exists only while somebody waits.

What a look may do to a wait:

- a settled job ends it;
- an unknown word, or a failed look, never does: the next look comes, later and later while looks
  keep failing. Only a refusal of the credentials ends all waits, since no later look could succeed;
- what is refused because of one job keeps no other from being seen, see ``separation``. An id that
  cannot be one ends the wait for it;
- "not found" counts once it was said twice: a list may lag behind its create.

A waiter that is cancelled just leaves. A webhook (``nudge``) makes the next look come at once; it
is never believed by itself. It may come before its waiter, who is then looked at at once.
"""

from __future__ import annotations

import asyncio
import contextvars
import copy
import heapq
import logging
import math

from heygen_async.api.watch import BulkLook
from heygen_async.errors import (
    AuthenticationError,
    DeadlineError,
    HeyGenError,
    InvalidInputError,
    PermissionDeniedError,
    UsageError,
)
from heygen_async.models.policies import PollPolicy
from heygen_async.models.state import JobState, Progress
from heygen_async.waiting.deadlines import Deadlines, Turn
from heygen_async.waiting.prediction import Durations, Watched, next_look
from heygen_async.waiting.separation import Separation

__all__ = ["Multiplexer"]

_LOGGER = logging.getLogger("heygen_async")

# The ceiling is reached long before; an outage of a day must not end in an overflow.
_DOUBLINGS = 60

# Nudges that are remembered for jobs that nobody waits for, and may never be waited for here.
_EARLY = 10_000


class _Waiter:
    """One job, and all who wait for it."""

    __slots__ = ("due", "expected", "gone", "id", "old", "status", "there", "turns", "watched")

    def __init__(self, id: str, watched: Watched, expected: float) -> None:  # noqa: A002
        self.id = id
        self.watched = watched
        self.expected = expected
        # Of all who came, until many of them have left; and how many are still there. A dict, from
        # which each could take their own, takes three times the room where one waits, as mostly.
        self.turns: list[Turn[JobState]] = []
        self.there = 0
        self.status: str | None = None
        self.gone = False
        # Whether it had probably ended before anybody looked: when, its first look does not tell.
        self.old = False
        self.due = 0.0

    def __lt__(self, other: _Waiter) -> bool:
        return self.due < other.due

    def enter(self, turn: Turn[JobState]) -> None:
        """Somebody begins to wait."""
        self.turns.append(turn)
        self.there += 1

    def leave(self) -> None:
        """Somebody whose turn is done waits no more."""
        self.there -= 1
        if len(self.turns) > 2 * self.there:
            self.turns = [turn for turn in self.turns if not turn.done()]


class Multiplexer:
    """The waiters of one kind.

    Args:
        kind: what is waited for, for error texts: ``video``, ``avatar_look``, …
        look: looks at up to ``batch`` ids with as few requests as the API allows.
        policy: when looks are worth their price.
        usual: the seconds such a job takes when nothing better is known.
        batch: how many ids one look takes.
    """

    def __init__(
        self,
        kind: str,
        look: BulkLook,
        *,
        policy: PollPolicy,
        usual: float,
        batch: int = 100,
    ) -> None:
        self._kind = kind
        self._looks = Separation(kind, look)
        self._policy = policy
        self._usual = usual
        self._batch = batch
        self._durations = Durations()
        self._waiters: dict[str, _Waiter] = {}
        self._heap: list[_Waiter] = []
        self._nudged: set[str] = set()
        self._early: dict[str, None] = {}
        self._deadlines: Deadlines[JobState] = Deadlines(self._expire)
        self._wake: asyncio.Event | None = None
        self._wakes_at = math.inf
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many jobs are waited for."""
        return len(self._waiters)

    def waits_for(self, id: str) -> bool:  # noqa: A002
        """Whether anybody waits for this job."""
        return id in self._waiters

    async def wait(
        self,
        id: str,  # noqa: A002
        *,
        timeout: float | None = None,
        expected: float | None = None,
        age: float = 0.0,
        urgency: float = 1.0,
    ) -> JobState:
        """Returns the state in which the job settled, well or badly.

        Args:
            id: the job.
            timeout: seconds to wait at most, None for ever.
            expected: seconds that this job is expected to take, None for the usual.
            age: seconds that it has been running already.
            urgency: what a second of waiting too long counts, 1 for a job that others wait for.

        Raises:
            DeadlineError: it did not settle in time. It goes on at HeyGen, and can be waited for
                again with the id that the error carries.
            AuthenticationError, PermissionDeniedError: the credentials do not allow looking.
        """
        loop = asyncio.get_running_loop()
        if self._closed:
            raise UsageError("The client is closed; nothing can be waited for any more")
        waiter = self._waiters.get(id) or self._enter(id, loop.time() - age, expected, urgency)
        waiter.watched.urgency = max(waiter.watched.urgency, urgency)
        turn: Turn[JobState] = Turn(
            id, math.inf if timeout is None else loop.time() + timeout, timeout or 0.0
        )
        waiter.enter(turn)
        if timeout is not None:
            self._deadlines.add(turn)
        try:
            return await turn
        finally:
            waiter.leave()
            if not waiter.there and self._waiters.get(id) is waiter:
                del self._waiters[id]
            if not self._waiters:
                self._deadlines.clear()

    def nudge(self, id: str) -> None:  # noqa: A002
        """Look at this job now, or as soon as it is waited for: something says that it settled."""
        if id in self._waiters:
            self._nudged.add(id)
            if self._wake is not None:
                self._wake.set()
            return
        self._early[id] = None
        if len(self._early) > _EARLY:
            del self._early[next(iter(self._early))]

    async def close(self) -> None:
        """End the looking; those who still wait are told so."""
        self._closed = True
        self._tell_all(UsageError("The client was closed while waiting; the job goes on"))
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    # --- the waiters -----------------------------------------------------------------------------

    def _expire(self, turn: Turn[JobState]) -> None:
        status = self._waiters[turn.job].status
        turn.set_exception(
            DeadlineError(
                f"{self._kind} {turn.job} has not settled after {turn.patience:g} s; its last"
                f" status was {status or 'never seen'}. It goes on at HeyGen: wait for the same id"
                " again, or resume the journal.",
                kind=self._kind,
                id=turn.job,
                last_status=status,
                waited=turn.patience,
            )
        )

    def _enter(
        self,
        id: str,  # noqa: A002
        began: float,
        expected: float | None,
        urgency: float,
    ) -> _Waiter:
        expected = (expected or self._usual) * self._policy.pace
        watched = Watched(
            began,
            math.log(expected) + self._durations.mean,
            self._durations.sigma,
            urgency=urgency,
        )
        waiter = _Waiter(id, watched, expected)
        waiter.old = asyncio.get_running_loop().time() - began > expected
        self._waiters[id] = waiter
        self._schedule(waiter)
        if self._task is None or self._task.done():
            self._wake = asyncio.Event()
            self._task = asyncio.create_task(
                self._run(),
                name=f"heygen-async wait {self._kind}",
                context=contextvars.Context(),  # It looks for all, and not for who came first.
            )
        elif waiter.due < self._wakes_at and self._wake is not None:
            self._wake.set()
        if id in self._early:
            del self._early[id]
            self.nudge(id)
        return waiter

    def _schedule(self, waiter: _Waiter) -> None:
        """Put a waiter where it belongs in the order of attention."""
        watched = waiter.watched
        # About when this job, were it alone and the share of a full request its price, deserves a
        # look. It only orders the waiters and says when a newcomer matters; the summed waste of
        # the leaders decides.
        early = watched.mu - 1.5 * watched.sigma
        waiter.due = watched.began + max(watched.seen * 1.02 + self._policy.floor, math.exp(early))
        heapq.heappush(self._heap, waiter)

    def _urgent(self) -> list[_Waiter]:
        """Take the jobs that were nudged out of the order, as many as one look takes."""
        urgent: list[_Waiter] = []
        while self._nudged and len(urgent) < self._batch:
            waiter = self._waiters.get(self._nudged.pop())
            if waiter is not None:
                urgent.append(waiter)
        if urgent:
            taken = {waiter.id for waiter in urgent}
            self._heap = [waiter for waiter in self._heap if waiter.id not in taken]
            heapq.heapify(self._heap)
        return urgent

    def _leaders(self) -> list[_Waiter]:
        """Take the jobs that deserve the next look out of the order, as many as one look takes."""
        leaders: list[_Waiter] = []
        while self._heap and len(leaders) < self._batch:
            waiter = heapq.heappop(self._heap)
            if self._waiters.get(waiter.id) is waiter:
                leaders.append(waiter)
        return leaders

    # --- looking ---------------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            await self._look_on()
        except Exception as error:  # noqa: BLE001 - handed to all who wait, none of it is hidden
            self._tell_all(error)

    async def _look_on(self) -> None:
        loop = asyncio.get_running_loop()
        failures = 0
        while self._waiters:
            leaders = self._urgent()
            if not leaders:
                leaders = self._leaders()
                if not await self._sleep(leaders, failures):
                    for waiter in leaders:
                        heapq.heappush(self._heap, waiter)
                    continue
                leaders = [one for one in leaders if self._waiters.get(one.id) is one]
                if not leaders:
                    continue
            try:
                seen = await self._looks.look([waiter.id for waiter in leaders])
            except (AuthenticationError, PermissionDeniedError, UsageError) as error:
                self._tell_all(error)
                continue
            except HeyGenError as error:
                failures += 1
                _LOGGER.warning("Looking at %d %s failed: %s", len(leaders), self._kind, error)
                for waiter in leaders:
                    self._schedule(waiter)
                continue
            failures = 0
            for waiter in leaders:
                state = seen.get(waiter.id)
                if isinstance(state, InvalidInputError):
                    self._tell(waiter, state)
                else:
                    self._seen(waiter, state, loop.time())

    async def _sleep(self, leaders: list[_Waiter], failures: int) -> bool:
        """Sleep until looking is worth it; False if the leaders have to be chosen again."""
        assert self._wake is not None
        loop = asyncio.get_running_loop()
        policy = self._policy
        now = loop.time()
        floor = min(policy.floor * 2 ** min(failures, _DOUBLINGS), policy.ceiling)
        until = next_look(
            [waiter.watched for waiter in leaders],
            now=now,
            price=policy.price,
            floor=floor,
            ceiling=policy.ceiling,
        )
        self._wakes_at = until
        self._wake.clear()
        try:
            async with asyncio.timeout_at(until):
                await self._wake.wait()
        except TimeoutError:
            return True
        return False

    def _seen(self, waiter: _Waiter, state: JobState | None, now: float) -> None:
        watched = waiter.watched
        age = max(0.0, now - watched.began)
        if state is not None:
            waiter.status = state.status
        if state is None or not state.settled:
            waiter.gone = False
        elif state.progress is Progress.GONE and not waiter.gone:
            waiter.gone = True
        else:
            if state.progress is Progress.DONE and not waiter.old:
                # It ended somewhere between the last two looks.
                taken = max((watched.seen + age) / 2, 0.001)
                self._durations = self._durations.learn(waiter.expected, taken)
            for turn in waiter.turns:
                if not turn.done():
                    turn.set_result(state)
            waiter.turns.clear()
            if self._waiters.get(waiter.id) is waiter:  # Not one who came back meanwhile.
                del self._waiters[waiter.id]
            return
        watched.seen = age
        waiter.old = False
        self._schedule(waiter)

    def _tell_all(self, error: Exception) -> None:
        for waiter in list(self._waiters.values()):
            self._tell(waiter, error)
        self._heap.clear()

    def _tell(self, waiter: _Waiter, error: Exception) -> None:
        for turn in waiter.turns:
            if not turn.done():
                # A copy for each: they are raised in many tasks, each with its own traceback.
                turn.set_exception(copy.copy(error) if isinstance(error, HeyGenError) else error)
        waiter.turns.clear()
        if self._waiters.get(waiter.id) is waiter:
            del self._waiters[waiter.id]
