"""``batch`` at work: check everything, tell the price, make the videos, leave a report."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

import attrs

from heygen_async.batch.begun import Begun, remember
from heygen_async.batch.manifest.manifest import DEFAULT_ENCODING, Checked, Manifest
from heygen_async.batch.manifest.unique import Seen
from heygen_async.batch.replaced import withdraw
from heygen_async.cli.batch.bill import Bill, Due
from heygen_async.cli.batch.clients import Reach, left_in
from heygen_async.cli.batch.ends import Ends
from heygen_async.cli.batch.papers import Papers
from heygen_async.cli.batch.precautions import JOURNAL, apart, lost_rows, refused, words_again
from heygen_async.cli.batch.pricing import affordable, outstanding_of, revised, take, whole
from heygen_async.cli.batch.progress import Tally, batch_reporting
from heygen_async.cli.batch.rows import Rows, in_columns
from heygen_async.cli.batch.taken import Known, Taken, taken
from heygen_async.cli.console import clean, put_json, put_text, say
from heygen_async.cli.delivering import Delivery, patience
from heygen_async.cli.exits import Exit, worst
from heygen_async.cli.narrowing import refuse
from heygen_async.cli.options import Settings
from heygen_async.cli.precautions import Named, existing, keepable, writable
from heygen_async.cli.progress import Report, reporting
from heygen_async.cli.snapshot import copied
from heygen_async.cli.wanted import SIMULATED_VOICE
from heygen_async.cli.webhooks import told_of_events
from heygen_async.dialects import Clients, Dialect
from heygen_async.errors import HeyGenError, InvalidInputError, JournalError
from heygen_async.journal import Journal, MemoryJournal, SqliteJournal
from heygen_async.models.job import Job
from heygen_async.models.policies import Policies
from heygen_async.orchestrator import Orchestrator
from heygen_async.pipeline.runs import resumable
from heygen_async.transport.credentials import KEY_VARIABLE

__all__ = ["Batch"]

# Stands for the ids of jobs that were not taken on; no id is empty.
_NAMELESS = ""


@attrs.frozen(kw_only=True)
class Batch:
    """One call of ``batch``.

    Attributes:
        settings: how to report.
        manifest: the file, as typed.
        out: the folder, as typed.
        journal: the file the work is written down in, as typed; None for the command's own choice.
        slots: renders at once at the most, None to learn it.
        budget: the cap on what all jobs of the journal cost, None for none.
        defaults: values for empty cells, by column.
        encoding: of the manifest, None for the usual ones.
        dialect: in which the videos are made.
        agentai_key: a file with agent.ai's token; None for the environment's.
        dry_run: whether to end when the price is told.
        overwrite: whether files that this journal did not make may go.
        in_order: whether renders begin in the order of the rows.
        retry_failed: whether to try again what failed for good.
        submit_batches: whether videos that are ready together leave together.
        webhook_listen: host and port to take events at, None for none.
        webhook_url: the public address that leads there; None for the local one.
        simulate: whether on a simulator of its own.
        speed: of the simulator; None for HeyGen, and for the usual speed of one started here.
        timeout: seconds to wait for everything, None to wait as long as it takes.
    """

    settings: Settings
    manifest: str
    out: str
    journal: str | None = None
    slots: int | None
    budget: float | None = None
    defaults: tuple[tuple[str, str], ...] = ()
    encoding: str | None = None
    dialect: Dialect = "v3"
    agentai_key: str | None = None
    dry_run: bool = False
    overwrite: bool = False
    in_order: bool = False
    retry_failed: bool = False
    submit_batches: bool = False
    webhook_listen: tuple[str, int] | None = None
    webhook_url: str | None = None
    simulate: bool = False
    speed: float | None = None
    timeout: float | None = None

    @property
    def kept(self) -> Path | None:
        """Where it is written down; a simulated account is gone with its process anyway."""
        if self.journal is not None:
            return Path(self.journal)
        return None if self.simulate else Path(self.out) / JOURNAL

    def hint(self, error: HeyGenError | None) -> str | None:
        """The command that goes on after the error, or after an interruption (None): the same.

        None where nothing was begun, and where going on would end the same way.
        """
        if self.simulate or self.dry_run or self.kept is None or not self.kept.exists():
            return None
        if isinstance(error, JournalError) or (error is not None and not resumable(error)):
            return None
        return shlex.join(["heygen-async", *words_again(sys.argv[1:], error)])

    async def run(self) -> Exit:
        """Make what is not made yet; the code is DONE only if all of it is.

        Raises:
            HeyGenError: what stopped all of it.
        """
        defaults = {"voice": SIMULATED_VOICE} if self.simulate else {}
        manifest = Manifest(
            self.manifest,
            out=self.out,
            defaults=defaults | dict(self.defaults),
            encoding=self.encoding or DEFAULT_ENCODING,
        )
        videos, reach, named = Due(), self._reach(), Named(self.simulate)
        if self.simulate:
            apart(manifest.out, self.journal)
        if self.journal is not None:
            keepable(self.journal, made=self.out)

        def note(job: Job) -> None:
            refuse(job, self.dialect)
            take(job, videos, self.dialect)
            reach.note(job)
            named.note(job)

        checked = await asyncio.to_thread(manifest.check, each=in_columns(note))
        if checked.found:
            return refused(checked, self.manifest, as_json=self.settings.as_json)
        if not checked.jobs:
            raise InvalidInputError(f"{self.manifest} has no rows", field="MANIFEST")
        if not self._going_on and (theirs := await self._taken(manifest)):
            return theirs.told(self.out, as_json=self.settings.as_json)
        if self.dry_run:
            return await self._priced(manifest, checked, videos, reach, named)
        tally = Tally(checked.jobs)
        with batch_reporting(self.settings, tally) as report:
            async with reach.clients(report) as clients:
                bill, going_on = whole(checked, videos), self._going_on
                if self.dialect == "v3" and not going_on:
                    affordable(self.budget, bill)
                await asyncio.to_thread(writable, manifest.out, "--out")
                words, left = await left_in(clients)
                if not going_on and (wrong := await self._lost(manifest, clients, named)):
                    return refused(wrong, self.manifest, as_json=self.settings.as_json, asked=True)
                journal = MemoryJournal() if self.kept is None else SqliteJournal(self.kept)
                async with self._orchestrator(clients, journal, report) as orchestrator:
                    if going_on and (theirs := await self._taken(manifest, orchestrator, journal)):
                        return theirs.told(self.out, as_json=self.settings.as_json)
                    if going_on or self.dialect != "v3":
                        named = Named(self.simulate)
                        bill = await self._bill(orchestrator, manifest, checked, named)
                    if going_on and (wrong := await self._lost(manifest, clients, named)):
                        return refused(
                            wrong, self.manifest, as_json=self.settings.as_json, asked=True
                        )
                    self._announce(bill, words, left, going_on=going_on)
                    async with told_of_events(
                        clients.heygen, self.webhook_url, self.webhook_listen
                    ):
                        return await self._made(clients, orchestrator, journal, manifest, tally)

    @property
    def _going_on(self) -> bool:
        return self.kept is not None and self.kept.exists()

    def _reach(self) -> Reach:
        return Reach(
            settings=self.settings,
            dialect=self.dialect,
            agentai_key=self.agentai_key,
            simulate=self.simulate,
            speed=self.speed,
            # What a journal names must not be what another simulator calls something else.
            seed=0 if self.journal is None else int.from_bytes(os.urandom(3)),
        )

    def _orchestrator(
        self, clients: Clients, journal: Journal, report: Report | None = None
    ) -> Orchestrator:
        return Orchestrator(
            clients.heygen,
            agentai=clients.agentai,
            dialect=self.dialect,
            journal=journal,
            render_slots=self.slots,
            policies=Policies(in_order=self.in_order, submit_in_batches=self.submit_batches),
            budget=self.budget,
            observer=report,
        )

    async def _priced(
        self, manifest: Manifest, checked: Checked, videos: Due, reach: Reach, named: Named
    ) -> Exit:
        """Tell the price, and end; what would be refused in earnest is refused here."""
        bill = whole(checked, videos)
        await asyncio.to_thread(writable, existing(manifest.out), "--out")
        if self.dialect == "v3" and not self._going_on:
            affordable(self.budget, bill)
        if self._going_on or self.dialect != "v3":
            named = Named(self.simulate)
            found = await self._outstanding(manifest, checked, reach, named)
            if isinstance(found, Taken):
                return found.told(self.out, as_json=self.settings.as_json)
            bill = found
        words: str | None = None
        left: float | None = None
        if self.simulate or KEY_VARIABLE in os.environ:
            with reporting(self.settings) as report:
                async with reach.clients(report, balance_only=True) as clients:
                    words, left = await left_in(clients)
                    wrong = await self._lost(manifest, clients, named)
            if wrong:
                return refused(wrong, self.manifest, as_json=self.settings.as_json, asked=True)
        if self.settings.as_json:
            known = {"dry_run": True, "simulated": self.simulate, "balance": words}
            put_json(bill.plain() | known | {"balance_usd": left, "budget_usd": self.budget})
            return Exit.DONE
        put_text(bill.counts())
        put_text(str(bill) if bill.paid else f"{bill}; prices read {bill.dated}")
        put_text(f"balance: {words or f'not known without {KEY_VARIABLE}'}{self._mark}")
        self._warn(bill, left)
        return Exit.DONE

    async def _lost(self, manifest: Manifest, clients: Clients, named: Named) -> Checked | None:
        return await lost_rows(clients.heygen, self.dialect, manifest, named)

    async def _outstanding(
        self, manifest: Manifest, checked: Checked, reach: Reach, named: Named
    ) -> Bill | Taken:
        """The bill, or why there is none: on a copy of the journal, which may be being filled."""
        async with AsyncExitStack() as stack:
            journal: Journal = MemoryJournal()
            if self._going_on:
                path = await stack.enter_async_context(copied(str(self.kept)))
                journal = SqliteJournal(path)
            clients = await stack.enter_async_context(reach.idle())
            orchestrator = self._orchestrator(clients, journal)
            await stack.enter_async_context(orchestrator)
            if self._going_on and (theirs := await self._taken(manifest, orchestrator, journal)):
                return theirs
            return await self._bill(orchestrator, manifest, checked, named)

    async def _taken(
        self,
        manifest: Manifest,
        orchestrator: Orchestrator | None = None,
        journal: Journal | None = None,
    ) -> Taken | None:
        """The files that would be replaced and are not this journal's; None where all is well."""
        if self.overwrite:
            return None
        known = None if orchestrator is None or journal is None else Known(orchestrator, journal)
        return await taken(manifest, known, simulate=self.simulate, retry=self.retry_failed)

    async def _bill(
        self, orchestrator: Orchestrator, manifest: Manifest, checked: Checked, named: Named
    ) -> Bill:
        bill = await outstanding_of(
            orchestrator,
            manifest,
            checked,
            retry=self.retry_failed,
            dialect=self.dialect,
            each=named.note,
        )
        budget = orchestrator.budget
        if not budget.reserved:  # Else there is something to finish.
            affordable(self.budget, bill, budget.spent)
        return attrs.evolve(bill, spent=budget.spent)

    def _announce(
        self, bill: Bill, words: str | None, left: float | None, *, going_on: bool
    ) -> None:
        say(bill.counts())
        if self.simulate:
            say(f"Simulated, nothing is charged; HeyGen would take {bill}.")
        else:
            when = f", charged only on success (prices read {bill.dated})"
            say(f"This will cost {bill}{'' if bill.paid else when}.")
            if words is not None:
                say(f"The account's balance: {words}.")
            if self.dialect == "agentai":
                say("agent.ai does not say what it charges; these are HeyGen's prices.")
        if going_on:
            say(f"Going on from {self.kept}: what was paid there is not paid again.")
        self._warn(bill, left)

    def _warn(self, bill: Bill, left: float | None) -> None:
        for loss, jobs in bill.due.losses.items():
            say(f"warning: {clean(loss)} ({jobs} job{'' if jobs == 1 else 's'})")
        on = "" if self.kept is None else ", and can be gone on with"
        end = f"the batch will stop where it is used up{on}."
        if self.budget is not None and self.budget - bill.spent < bill.total:
            rest = f", of which ${bill.spent:.2f} is spent already," if bill.spent else ""
            say(f"The budget of ${self.budget:.2f}{rest} is less than that: {end}")
        if left is not None and left < bill.total:
            say(f"The balance of ${left:.2f} is less than that: {end}")

    async def _made(
        self,
        clients: Clients,
        orchestrator: Orchestrator,
        journal: Journal,
        manifest: Manifest,
        tally: Tally,
    ) -> Exit:
        begun = Begun(
            out=str(manifest.out),
            title=manifest.path.stem,
            jobs=tally.jobs,
            slots=self.slots,
            manifest=str(manifest.path),
            budget=self.budget,
            at=time.time(),
        )
        await remember(journal, begun)
        rows = Rows(manifest)
        delivery = Delivery(self.settings, clients, self.dialect, rows.ended)
        papers = Papers(journal, orchestrator.story, self.simulate)
        ends, hurried = Ends(simulate=self.simulate), False
        drawn = Seen()
        earlier = await papers.spent() - orchestrator.budget.spent

        def total() -> float:
            return earlier + orchestrator.budget.spent

        def gauge() -> str:
            slots = orchestrator.slots
            return f"slots {slots.held}/{slots.limit}; ${total():.2f} spent"

        tally.follow(gauge)
        try:
            many = orchestrator.produce_many(
                revised(orchestrator, journal, rows.jobs()), retry=self.retry_failed
            )
            async with patience(self.timeout, simulate=self.simulate), many as outcomes:
                async for outcome in outcomes:
                    drawn.add(outcome.job.id or _NAMELESS, 1)
                    error = await delivery.outcome(outcome)
                    if outcome.done:
                        await papers.sidecar(outcome.job)
                    tally.end(error)
                    if error is not None:
                        ends.note(error)
        except asyncio.CancelledError:
            hurried = True
            raise
        finally:
            # Of what another edition of the manifest began, this one may know nothing any more.
            # A job whose file cannot be read has no id to be known by: it may be any.
            complete = tally.ended == tally.jobs and _NAMELESS not in drawn
            page = await papers.report(
                begun,
                total=total(),
                pictures=not hurried,
                wanted=lambda job_id: not complete or job_id in drawn,
            )
            ends.sum_up(tally, total(), page, as_json=self.settings.as_json)
        if complete:
            lost = await withdraw(journal, begun, drawn.__contains__, time.time())
            if lost:
                say(f"{lost} that an earlier run began, no row asks for any more: left alone.")
        ends.advise(tally, self.hint(ends.refusal), self.kept)
        return worst(ends.codes)

    @property
    def _mark(self) -> str:
        return " (simulated)" if self.simulate else ""
