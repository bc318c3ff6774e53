"""``resume`` and ``retry`` at work."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import cast

import attrs

from heygen_async.batch.begun import Begun, begun, budgeted
from heygen_async.batch.producer import refused_to_all
from heygen_async.batch.replaced import replaced
from heygen_async.cli.batch.papers import Papers
from heygen_async.cli.batch.precautions import words_again
from heygen_async.cli.connecting import reaching
from heygen_async.cli.console import say
from heygen_async.cli.delivering import Delivery, patience
from heygen_async.cli.exits import Exit, exit_of, worst
from heygen_async.cli.keeping import Kept, finished
from heygen_async.cli.naming import photo_of
from heygen_async.cli.options import Settings
from heygen_async.cli.progress import Report, reporting
from heygen_async.cli.snapshot import snapshot
from heygen_async.cli.spelling import words_of
from heygen_async.cli.summary import Money, money
from heygen_async.dialects import Clients, Dialect
from heygen_async.errors import (
    AvatarFailedError,
    BudgetError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
)
from heygen_async.journal import SqliteJournal
from heygen_async.models.job import Job
from heygen_async.models.outcome import Outcome, Stage
from heygen_async.models.stock import StockAvatar
from heygen_async.orchestrator import Orchestrator
from heygen_async.pipeline.records import Record, records

__all__ = ["Resumption"]


@attrs.frozen
class _Left:
    """What a journal holds that is to be gone on with.

    Attributes:
        kinds: the dialects of those jobs, and whether they need HeyGen.
        empty: whether there is no job at all.
        over: whether all jobs are done, or were given up.
        budget: the cap on what all of them cost, None for none.
        spend: what they cost so far, where there is a budget.
    """

    kinds: frozenset[tuple[Dialect, bool]]
    empty: bool
    over: bool
    budget: float | None
    spend: Money | None


@attrs.define
class _Ends:
    """How jobs ended.

    Attributes:
        codes: of all of them.
        over: whether nothing in the journal is left to go on with.
        short: what the budget refused, if it refused something.
        unfit: whether a photo may be why HeyGen made nothing of a job.
    """

    codes: set[Exit] = attrs.field(factory=set)
    over: bool = False
    short: BudgetError | None = None
    unfit: bool = False


@attrs.frozen(kw_only=True)
class Resumption:
    """One call of ``resume`` or ``retry``.

    Attributes:
        settings: how to report.
        kept: the journal; ``ours`` where it is to be removed.
        words: of a command line that goes on with whatever is left undone; as typed, if not given.
        retry: whether to try again what failed for good; ids for those jobs and no others.
        slots: renders at once at the most.
        budget: the cap on what all jobs of the journal cost, None for its last batch's.
        timeout: seconds to wait for everything, None to wait as long as it takes.
        speed: of the simulator that is talked to, None for HeyGen.
        agentai_key: a file with agent.ai's token; None for the environment's.
    """

    settings: Settings
    kept: Kept
    words: Sequence[str] = attrs.field(factory=lambda: sys.argv[1:])
    retry: bool | frozenset[str]
    slots: int
    budget: float | None = None
    timeout: float | None
    speed: float | None
    agentai_key: str | None = None

    async def run(self) -> Exit:
        """Finish what can be finished; the code is DONE only if nothing is left undone.

        Raises:
            HeyGenError: what stopped all of it.
        """
        left = await self._left()
        if not left.kinds:
            return await self._nothing(left)
        self._announce(left)
        ends = _Ends()
        with reporting(self.settings, several=True) as report:
            async with reaching(
                self.settings,
                report,
                heygen=any(needs_heygen for _, needs_heygen in left.kinds),
                agentai=any(dialect == "agentai" for dialect, _ in left.kinds),
                speed=self.speed,
                agentai_key=self.agentai_key,
            ) as clients:
                for dialect in sorted({dialect for dialect, _ in left.kinds}):
                    await self._resumed(clients, dialect, report, left.budget, ends)
        if ends.over and self.kept.ours:
            self.kept.remove()
        code = worst(ends.codes)
        if ends.unfit:
            say(
                "A photo is uploaded once. If another is in its place by now, type the command that"
                " began with it, produce or batch: it takes the new one."
            )
        if ends.short is not None:
            again = shlex.join(["heygen-async", *words_again(self.words, ends.short)])
            say(f"With a larger budget this goes on, without paying twice: {again}")
        elif code is not Exit.DONE:
            say("Not everything is done; the same command goes on, once the cause is mended.")
        elif not ends.over and isinstance(self.retry, bool):
            return self._failed()
        return code

    def _announce(self, left: _Left) -> None:
        if left.budget is None or left.spend is None:
            return
        held = left.spend.reserved + left.spend.uncertain
        may_be = f", and up to ${held:.2f} reserved for what was begun" if held else ""
        whose = "" if self.budget is not None else " that the last batch was given"
        say(
            f"${left.spend.spent:.2f} is spent already{may_be},"
            f" of the budget of ${left.budget:.2f}{whose}."
        )

    async def _nothing(self, left: _Left) -> Exit:
        """Say that there is nothing to resume, for which no key is needed.

        Raises:
            InvalidInputError: there never was anything.
        """
        assert self.kept.path is not None
        # Whoever fills it now may not have begun all of it.
        owned = SqliteJournal(self.kept.path)
        await owned.open()
        await owned.close()
        if not left.over:
            return self._failed()
        if self.kept.ours:
            self.kept.remove()
        if left.empty:  # Not done: who asks for a video in a script would look for it in vain.
            raise InvalidInputError(
                f"JOURNAL: there is nothing to resume, {self.kept.path} holds no job; type the"
                " command again that was to begin one",
                field="JOURNAL",
                value=self.kept.path,
            )
        say("There is nothing to resume: everything is done.")
        return Exit.DONE

    def _failed(self) -> Exit:
        say(
            "What is left failed for good; --retry-failed tries it again, and"
            f" `heygen-async retry {self.kept.path} --dry-run` tells why."
        )
        return Exit.FAILED

    async def _left(self) -> _Left:
        """What there is to go on with, told without disturbing whoever fills the journal."""
        assert self.kept.path is not None
        kinds: set[tuple[Dialect, bool]] = set()
        empty = over = True
        async with snapshot(self.kept.path) as journal:
            given_up = await replaced(journal)
            async for record in records(journal):
                empty = False
                done = record.stage is Stage.DONE or record.job.id in given_up
                over = over and done
                if self._wants(record, given_up):
                    stock = isinstance(record.job.avatar, StockAvatar)
                    kinds.add((cast("Dialect", record.dialect), not stock))
            budget = await budgeted(journal) if self.budget is None else self.budget
            spend = None if budget is None else await money(journal)
        return _Left(frozenset(kinds), empty, over, budget, spend)

    def _wants(self, record: Record, given_up: Collection[str]) -> bool:
        if record.stage is Stage.DONE:
            return False
        if isinstance(self.retry, bool):
            return record.job.id not in given_up and (self.retry or not record.dead)
        return record.job.id in self.retry

    async def _resumed(
        self,
        clients: Clients,
        dialect: Dialect,
        report: Report,
        budget: float | None,
        ends: _Ends,
    ) -> None:
        assert self.kept.path is not None
        journal, hurried = SqliteJournal(self.kept.path), False
        orchestrator = Orchestrator(
            clients.heygen,
            agentai=clients.agentai,
            dialect=dialect,
            journal=journal,
            render_slots=self.slots,
            budget=budget,
            observer=report,
        )
        async with orchestrator:
            batches = (await begun(journal)).values()

            def said(job: Job, error: HeyGenError | None) -> HeyGenError | None:
                return None if error is None else words_of(job, batches).error(error)

            delivery = Delivery(self.settings, clients, dialect, said)
            papers = Papers(journal, orchestrator.story)
            there = await asyncio.to_thread(_there, batches)
            try:
                many = orchestrator.resume(retry=self.retry)
                async with patience(self.timeout), many as outcomes:
                    async for outcome in outcomes:
                        ends.codes.add(await self._told(delivery, outcome, ends))
                        if outcome.done and any(one.holds(outcome.job) for one in there):
                            await papers.sidecar(outcome.job)
            except asyncio.CancelledError:
                hurried = True
                raise
            finally:
                # What a batch left behind in its folder is put in order again.
                for batch in there if ends.codes else ():
                    total = await papers.spent()
                    await papers.report(batch, total=total, pictures=not hurried)
            ends.over = await finished(orchestrator, given_up=await replaced(journal))

    async def _told(self, delivery: Delivery, outcome: Outcome, ends: _Ends) -> Exit:
        error = await delivery.outcome(outcome)
        if error is None:
            return Exit.DONE
        unfit = isinstance(error, AvatarFailedError | InvalidRequestError)
        ends.unfit |= unfit and photo_of(outcome.job) is not None
        if isinstance(error, BudgetError):
            ends.short = ends.short or error
        if refused_to_all(error):
            say("No further job is begun: each would be refused the same way.")
        return exit_of(error)


def _there(batches: Iterable[Begun]) -> list[Begun]:
    """Those whose folder is still where it was."""
    return [batch for batch in batches if Path(batch.out).is_dir()]
