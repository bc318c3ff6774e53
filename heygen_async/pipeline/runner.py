"""The machine's hands: drives one step from where the journal says it is to its end.

``Runner.settle`` is the whole of it: read the state, do the next move, write down what came of it,
until the step is done. Between "we paid" and "we wrote it down" there is no await but the
journal's; a journal's append is not undone by a cancellation, so wherever a run is cancelled or
killed, the journal tells the truth or "it may have happened".

The steps that a step needs are settled only when their results are needed: a run that resumes
behind a finished avatar does not look at the photo again.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from functools import partial
from typing import Protocol, TypeVar

from heygen_async.backends.base import Concluded, Result, Step, Taken
from heygen_async.errors import (
    ConcurrencyLimitError,
    DeadlineError,
    HeyGenError,
    JobFailedError,
    JournalError,
    NotFoundError,
    NotReadyError,
    PayError,
)
from heygen_async.journal.base import Entry, Journal
from heygen_async.models.events import (
    Declined,
    Failed,
    Found,
    Intended,
    Lost,
    Reopened,
    Settled,
    StepEvent,
    Submitted,
)
from heygen_async.models.outcome import Stage
from heygen_async.models.policies import Policies
from heygen_async.models.state import JobState, Progress
from heygen_async.pipeline.budget import Budget
from heygen_async.pipeline.context import RunContext
from heygen_async.pipeline.failures import failed, gone, recalled
from heygen_async.pipeline.locks import Locks
from heygen_async.pipeline.machine import (
    Move,
    Phase,
    State,
    advance,
    fold,
    next_move,
)
from heygen_async.pipeline.pauses import Pauses
from heygen_async.pipeline.reconciliation import reconciled
from heygen_async.pipeline.slots import RenderSlots, Slot
from heygen_async.pipeline.verdict import Verdict, judge
from heygen_async.transport.departure import Departure, departing

__all__ = ["Runner", "Sight"]

# What a second counts by which an avatar is ready too late, while all render slots are in use.
_LEISURE = 0.01

# What is asked again after that many others costs one read.
_REMEMBERED = 10_000

_REQUESTS = frozenset({Move.SUBMIT, Move.REPLAY})

_LOGGER = logging.getLogger("heygen_async")

_T = TypeVar("_T")


class Sight(Protocol):
    """Waits until a job settles; ``HeyGen.watch`` is one."""

    def __call__(
        self,
        kind: str,
        id: str,  # noqa: A002 - the server's own word for it
        *,
        timeout: float | None,
        expected: float | None = None,
        age: float = 0.0,
        urgency: float = 1.0,
    ) -> Awaitable[JobState]:
        """The state in which it settled."""
        ...


class Runner:
    """Drives steps; shared by all runs of an Orchestrator.

    Args:
        journal: where it is written down; open.
        slots: the account's pool of running jobs.
        watch: waits for jobs.
        policies: patience, resubmits, cancellation.
        budget: the cap on what all runs spend together.
        now: wall time, seconds since 1970.
    """

    def __init__(
        self,
        journal: Journal,
        slots: RenderSlots,
        watch: Sight,
        policies: Policies,
        budget: Budget,
        now: Callable[[], float],
    ) -> None:
        self._journal = journal
        self._slots = slots
        self._watch = watch
        self._policies = policies
        self._budget = budget
        self._now = now
        self._locks = Locks()
        self.pauses = Pauses(policies.patience)
        self._validated: dict[str, None] = {}

    async def settle(self, step: Step, context: RunContext, *, as_it_was: bool = False) -> Result:
        """Returns the step's result, doing whatever of it is not done yet.

        Args:
            step: what to settle.
            context: what the run remembers.
            as_it_was: take a result of an earlier process without asking whether it is still
                there.

        Raises:
            JobFailedError: the job ended badly, now or in an earlier run.
            UncertainError: it may have happened; nothing was repeated.
            HeyGenError: what stopped it; the journal knows how far it came.
        """
        async with self._locks.hold(step.stream):
            state = fold((await self._journal.read([step.stream]))[step.stream])
            if not as_it_was:
                state = await self._revalidated(step, state, context)
            if state.phase is Phase.FAILED:
                state = await self._retried(step, state, context.retry_before)
            while state.phase is not Phase.DONE:
                state = await self._round(step, state, context)
            if not as_it_was:
                self._remember(step)
            assert state.result is not None
            return state.result

    async def conclude(self, step: Step, seen: JobState) -> None:
        """Write down the end of a job that nobody runs, and that was seen to have ended well."""
        async with self._locks.hold(step.stream):
            state = fold((await self._journal.read([step.stream]))[step.stream])
            if state.phase is Phase.SETTLING:
                conclude = partial(step.conclude, _taken(state), seen)
                concluded = await self._read(step, state, conclude)
                await self._concluded(step, state, concluded)

    async def reopen(self, step: Step, reason: str, *, made: Result | None = None) -> None:
        """Forget that a step has ended: what it made is gone, or what was wrong is mended.

        Somebody else may have come to the same conclusion, and have it made anew by now: that is
        left as it is.

        Args:
            step: which.
            reason: for whoever reads the journal.
            made: what is gone; None forgets a failure.
        """
        async with self._locks.hold(step.stream):
            state = fold((await self._journal.read([step.stream]))[step.stream])
            still = state.phase is Phase.FAILED if made is None else state.result == made
            if still:
                await self._written(step, state, Reopened(at=self._now(), reason=reason))

    # --- one round: from wherever it is to settled, or back to READY -----------------------------

    async def _round(self, step: Step, state: State, context: RunContext) -> State:
        inputs: dict[str, Result] = {}
        if state.phase is not Phase.SETTLING:
            # A request that went out before is repeated with what it went out with, even if that
            # is gone by now: making it anew would be paid and change nothing.
            again = state.phase is not Phase.READY
            for name, needed in step.needs.items():
                inputs[name] = await self.settle(needed, context, as_it_was=again)
            await self.pauses.end(step.stage, context)
        if step.slotted:
            context.tell(Stage.QUEUED, {})
        async with self._slot(step, state) as slot:
            self._budget.enter(step.stream)
            try:
                context.tell(step.stage, {})
                state = await self._submitted(step, state, inputs, slot)
                del inputs  # Tens of thousands wait here at once.
                if state.phase is Phase.SETTLING:
                    assert state.ref is not None
                    context.tell(step.stage, {"id": state.ref})
                    try:
                        seen = await self._settling(step, state, state.ref)
                    except asyncio.CancelledError:
                        await self._cancelled(step, state)
                        raise
                    except DeadlineError as late:
                        seen = await self._overdue(step, state, late)
                    if slot is not None:
                        slot.release()
                        self._slots.settled()
                    state = await self._concluding(step, state, seen, context)
            finally:
                self._budget.leave(step.stream)
        if state.phase is Phase.FAILED:
            state = await self._resubmitted(step, state, context)
        return state

    async def _submitted(
        self, step: Step, state: State, inputs: Mapping[str, Result], slot: Slot | None
    ) -> State:
        """One move towards a job that runs: the request, or the search for one that may run.

        Room in the budget may come in a minute or in a day, and a key is judged by its age. So the
        move is chosen once there is room, and nothing is waited for between that and the intent.
        """
        move = next_move(state, now=self._now(), keyed=step.keyed)
        if step.paid and move in _REQUESTS:
            await self._budget.room(step.stream, step.price)
            move = next_move(state, now=self._now(), keyed=step.keyed)
        match move:
            case Move.SUBMIT:
                return await self._sent(step, state, inputs, slot, state.attempt + 1)
            case Move.REPLAY:
                return await self._sent(step, state, inputs, slot, state.attempt)
            case Move.FIND:
                return await self._reconciled(step, state, inputs)
            case _:
                return state

    async def _sent(
        self,
        step: Step,
        state: State,
        inputs: Mapping[str, Result],
        slot: Slot | None,
        attempt: int,
    ) -> State:
        if self.pauses.left(step.stage) > 0:
            return state  # Since it was given its slot.
        key = self._key(step, attempt)
        again = state.phase is not Phase.READY
        if step.paid:
            intent = Intended(
                at=self._now(),
                key=key,
                attempt=attempt,
                price=step.price,
                findable=step.findable,
                keyed=step.keyed,
                unseen=step.unseen,
            )
            try:
                state = await self._written(step, state, intent)
            except asyncio.CancelledError:
                if not again:  # It is written all the same, and nothing was asked for.
                    await self._withdrawn(step, advance(state, intent))
                raise
        departure = Departure()
        try:
            with departing() as departure:
                answer = await step.submit(inputs, key=key)
        except HeyGenError as error:
            state = await self._not_taken(step, state, error, again=again)
            if slot is not None and isinstance(error, ConcurrencyLimitError):
                slot.refused()
                return state
            if self.pauses.asked(step.stage, error):
                return state
            raise
        except asyncio.CancelledError:
            if step.paid and not again and step.withdrawn(key, unsent=departure.unsent):
                await self._withdrawn(step, state)
            raise
        self.pauses.taken(step.stage)
        match answer:
            case Taken(ref=ref, detail=detail):
                taken = Submitted(at=self._now(), ref=ref, detail=detail)
                return await self._running(step, state, taken)
            case Concluded():
                return await self._concluded(step, state, answer)

    async def _concluded(self, step: Step, state: State, concluded: Concluded) -> State:
        price = step.price if concluded.price is None else concluded.price
        settled = Settled(at=self._now(), result=concluded.result, price=price)
        return await self._written(step, state, settled)

    async def _withdrawn(self, step: Step, state: State) -> None:
        await self._noted(step, state, Declined(at=self._now(), reason="cancelled"))

    async def _not_taken(
        self, step: Step, state: State, error: HeyGenError, *, again: bool
    ) -> State:
        """Write down what an error means for the attempt.

        Where the same key went out before, in a life of which only the intent is left, a refusal
        of the repetition proves nothing about the first time: the attempt stays uncertain.
        """
        if not step.paid:
            return state
        at, text = self._now(), error.message
        verdict = Verdict.LOST if again else judge(error)
        match verdict:
            case Verdict.DECLINED:
                state = await self._written(step, state, Declined(at=at, reason=text))
            case Verdict.REFUSED:
                state = await self._written(step, state, failed(at, error))
            case Verdict.LOST:
                state = await self._written(step, state, Lost(at=at, reason=text))
        return state

    async def _reconciled(self, step: Step, state: State, inputs: Mapping[str, Result]) -> State:
        state, event = await reconciled(step, state, inputs, now=self._now, write=self._written)
        if isinstance(event, Found):
            return await self._running(step, state, event)
        return await self._written(step, state, event)

    async def _running(self, step: Step, state: State, event: Submitted | Found) -> State:
        try:
            return await self._written(step, state, event)
        except asyncio.CancelledError:
            await self._cancelled(step, advance(state, event))  # It is written all the same.
            raise

    # --- following a job that runs ---------------------------------------------------------------

    def _settling(self, step: Step, state: State, ref: str) -> Awaitable[JobState]:
        """The wait for a job that runs; no coroutine of its own, for the room that one takes."""
        return self._watch(
            step.kind,
            ref,
            timeout=step.timeout,
            expected=step.expected,
            age=max(0.0, self._now() - (state.submitted_at or self._now())),
            urgency=_LEISURE if not step.slotted and self._slots.busy else 1.0,
        )

    async def _overdue(self, step: Step, state: State, late: DeadlineError) -> JobState:
        """How a job ended that the looks at it would never have shown to end.

        Raises:
            DeadlineError: it may end yet, as far as anybody can tell.
        """
        try:
            seen = await step.overdue(_taken(state))
        except HeyGenError as error:
            raise late from error
        if seen is None:
            raise late
        return seen

    async def _concluding(
        self, step: Step, state: State, seen: JobState, context: RunContext
    ) -> State:
        """Read what became of a job that has settled, and write down how it ended.

        Only what the look said ends a job badly. An error of the reading says nothing about the
        job, which may be finished and paid: it goes up, and the step is still SETTLING. Nor does it
        end a job that it is not found, for with the key of another account none is.
        """
        conclude = partial(step.conclude, _taken(state), seen)
        try:
            concluded = await self._read(step, state, conclude, context)
        except JobFailedError as error:
            return await self._written(step, state, failed(self._now(), error, state.ref))
        except NotFoundError as error:
            if seen.progress is not Progress.GONE:
                raise NotReadyError(
                    f"{step.kind} {state.ref} is {seen.status}, and HeyGen does not find it when it"
                    " is read. Run the job again in a while: it goes on there, and costs nothing.",
                    code=error.code,
                    status=error.status,
                    request_id=error.request_id,
                ) from error
            if not context.remakes(state.submitted_at or 0.0):
                raise gone(step.kind, _taken(state).ref, error) from error
            state = await self._written(step, state, failed(self._now(), error, state.ref))
            return await self._written(step, state, Reopened(at=self._now(), reason="gone"))
        except PayError as error:
            if seen.progress is not Progress.FAILED or error.status is not None:
                raise
            # Taken, and not made for want of money: as if it had been declined at once.
            state = await self._written(step, state, failed(self._now(), error, state.ref))
            await self._written(step, state, Reopened(at=self._now(), reason="it was not paid"))
            raise
        context.video = concluded.video or context.video
        return await self._concluded(step, state, concluded)

    async def _cancelled(self, step: Step, state: State) -> None:
        if not (step.slotted and self._policies.on_cancel == "delete"):
            return
        await asyncio.sleep(0)  # Others who are cancelled in the same moment leave first.
        if self._locks.users(step.stream) > 1:
            return  # Somebody else waits for it.
        taken = _taken(state)
        try:
            async with asyncio.timeout(30):
                await step.discard(taken)
        except (HeyGenError, TimeoutError) as error:
            # The caller is leaving: all that can be done is to say it; resume will find the video.
            _LOGGER.warning("%s %s was not deleted: %s", step.kind, taken.ref, error)
            return
        deleted = Failed(
            at=self._now(),
            error=JobFailedError.__name__,
            message=f"{step.kind} {taken.ref} was deleted when its run was cancelled",
            code="cancelled",
            ref=taken.ref,
        )
        await self._noted(step, state, deleted)

    def _slot(self, step: Step, state: State) -> AbstractAsyncContextManager[Slot | None]:
        if not step.slotted:
            return nullcontext()
        running = state.phase is Phase.SETTLING
        first = state.phase in (Phase.SUBMITTING, Phase.UNCERTAIN)
        length = 0.0 if self._policies.in_order else step.expected or 0.0
        return self._slots.hold(step.stream, first=first, running=running, length=length)

    # --- failures and what is gone ---------------------------------------------------------------

    async def _resubmitted(self, step: Step, state: State, context: RunContext) -> State:
        """A new attempt after a failure of this run, while the policy allows one."""
        context.failures += 1
        if step.slotted and context.failures <= self._policies.resubmits:
            reason = f"attempt {state.attempt} failed"
            return await self._written(step, state, Reopened(at=self._now(), reason=reason))
        raise recalled(state)

    async def _retried(self, step: Step, state: State, before: float | None) -> State:
        """A failure that is remembered, unless it is to be tried again.

        Only what failed before the caller asked: a thousand jobs that share a failed avatar, and
        were asked for together, retry it once.
        """
        assert isinstance(state.failure, Failed)
        if before is None or state.failure.at >= before:
            raise recalled(state)
        return await self._written(step, state, Reopened(at=self._now(), reason="retried"))

    async def _revalidated(self, step: Step, state: State, context: RunContext) -> State:
        """What an earlier process made may have been deleted since: asked once per process."""
        if state.phase is not Phase.DONE or step.stream in self._validated:
            return state
        assert state.result is not None
        if await self._read(step, state, partial(step.valid, state.result), context):
            return state
        return await self._written(step, state, Reopened(at=self._now(), reason="gone"))

    def _read(
        self,
        step: Step,
        state: State,
        read: Callable[[], Awaitable[_T]],
        context: RunContext | None = None,
    ) -> Awaitable[_T]:
        return self.pauses.reading(step.kind, state.ref or step.stream, read, context)

    def _remember(self, step: Step) -> None:
        if step.slotted:
            return  # Nobody else will ask for it.
        self._validated[step.stream] = None
        if len(self._validated) > _REMEMBERED:
            del self._validated[next(iter(self._validated))]

    # --- the journal -----------------------------------------------------------------------------

    async def _written(self, step: Step, state: State, event: StepEvent) -> State:
        following = advance(state, event)
        # Before the append: between a reservation and its check nobody else may reserve.
        self._budget.note(step.stream, event)
        await self._journal.append([Entry(step.stream, event)])
        return following

    async def _noted(self, step: Step, state: State, event: StepEvent) -> None:
        """Write something down for a caller who leaves, cancelled, and hears of nothing else.

        The next run finds out by itself what a journal that fails does not tell it.
        """
        try:
            await self._written(step, state, event)
        except JournalError as error:
            _LOGGER.warning(
                "%s was cancelled, and the journal does not say so: %s", step.stream, error
            )

    def _key(self, step: Step, attempt: int) -> str:
        """The attempt's idempotency key: the same for the same attempt, in whatever process.

        Derived and not drawn, so that even an intent that was not read again leads to the same
        key. The journal's id keeps two journals apart.
        """
        text = f"{self._journal.id}/{step.stream}/{attempt}"
        return f"hga-{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _taken(state: State) -> Taken:
    assert state.ref is not None
    return Taken(state.ref, state.detail or {})
