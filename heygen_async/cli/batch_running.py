"""``batch`` at work: check everything, tell the price, make the videos, leave a report."""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import attrs

from heygen_async.batch.manifest import Checked, Manifest, table
from heygen_async.cli.batch_bill import Bill, Videos, balance
from heygen_async.cli.batch_papers import sidecar, spent, write_report
from heygen_async.cli.batch_progress import Tally, batch_reporting
from heygen_async.cli.connecting import connected, simulated
from heygen_async.cli.console import put_json, put_text, say
from heygen_async.cli.delivering import delivered, patience
from heygen_async.cli.exits import Exit, exit_of, worst
from heygen_async.cli.options import Settings
from heygen_async.cli.progress import Report
from heygen_async.cli.wanted import SIMULATED_VOICE
from heygen_async.client import HeyGen
from heygen_async.errors import HeyGenError, InvalidInputError, JournalError, PayError
from heygen_async.journal import Journal, MemoryJournal, SqliteJournal
from heygen_async.models.outcome import Outcome
from heygen_async.models.policies import Policies
from heygen_async.orchestrator import Orchestrator
from heygen_async.pipeline.runs import resumable
from heygen_async.transport.credentials import KEY_VARIABLE

__all__ = ["Batch"]

_SPEED = 60.0
_JOURNAL = "batch.journal.db"


@attrs.define
class _Ends:
    """How jobs ended, as far as the end of the command depends on it.

    Attributes:
        codes: of those with an error.
        pay: what stopped the drawing of further jobs.
        again: how many can be gone on with.
        final: how many failed for good.
    """

    codes: set[Exit] = attrs.field(factory=set)
    pay: PayError | None = None
    again: int = 0
    final: int = 0

    def note(self, error: HeyGenError) -> None:
        """Count an error in."""
        code = exit_of(error)
        # Whoever typed the command did nothing wrong: a file changed after the check.
        self.codes.add(Exit.FAILED if code is Exit.USAGE else code)
        if isinstance(error, PayError):
            self.pay = self.pay or error
        if resumable(error):
            self.again += 1
        else:
            self.final += 1


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
        dry_run: whether to end when the price is told.
        in_order: whether renders begin in the order of the rows.
        retry_failed: whether to try again what failed for good.
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
    dry_run: bool = False
    in_order: bool = False
    retry_failed: bool = False
    simulate: bool = False
    speed: float | None = None
    timeout: float | None = None

    @property
    def kept(self) -> Path | None:
        """Where it is written down; a simulated account is gone with its process anyway."""
        if self.journal is not None:
            return Path(self.journal)
        return None if self.simulate else Path(self.out) / _JOURNAL

    def hint(self, error: HeyGenError | None) -> str | None:
        """The command that goes on after the error, or after an interruption (None): the same.

        None where nothing was begun, and where going on would end the same way.
        """
        if self.simulate or self.dry_run or self.kept is None or not self.kept.exists():
            return None
        if isinstance(error, JournalError) or (error is not None and not resumable(error)):
            return None
        return shlex.join(["heygen-async", *sys.argv[1:]])

    async def run(self) -> Exit:
        """Make what is not made yet; the code is DONE only if all of it is.

        Raises:
            HeyGenError: what stopped all of it.
        """
        defaults = {"voice": SIMULATED_VOICE} if self.simulate else {}
        manifest = Manifest(self.manifest, out=self.out, defaults=defaults | dict(self.defaults))
        videos = Videos()
        checked = await asyncio.to_thread(manifest.check, each=videos.add)
        if checked.found:
            return self._refused(checked)
        if not checked.jobs:
            raise InvalidInputError(f"{self.manifest} has no rows", field="MANIFEST")
        bill = Bill(checked, videos)
        if self.dry_run:
            return await self._priced(bill)
        tally = Tally(checked.jobs)
        with batch_reporting(self.settings, tally) as report:
            async with self._client(report) as heygen:
                self._announce(bill, *balance(await heygen.account.me()))
                manifest.out.mkdir(parents=True, exist_ok=True)
                return await self._made(heygen, manifest, tally, report)

    @asynccontextmanager
    async def _client(self, report: Report | None = None) -> AsyncIterator[HeyGen]:
        # What a journal names must not be what another simulator calls something else.
        seed = 0 if self.journal is None else int.from_bytes(os.urandom(3))
        client = (
            simulated(speed=self.speed or _SPEED, seed=seed, observer=report)
            if self.simulate
            else connected(self.settings, report, speed=self.speed)
        )
        async with client as heygen:
            yield heygen

    def _refused(self, checked: Checked) -> Exit:
        """Tell what is wrong with the manifest."""
        say(table(checked.errors))
        hidden = checked.found - len(checked.errors)
        more = f" ({hidden} more are not shown)" if hidden else ""
        count = "1 error" if checked.found == 1 else f"{checked.found} errors"
        message = f"{count} in {self.manifest}{more}; nothing was sent or spent"
        say(f"error: {message}")
        if self.settings.as_json:
            rows = [attrs.asdict(error) for error in checked.errors]
            known = {"error": "InvalidInputError", "code": None, "message": message}
            put_json(known | {"rows": rows, "exit": int(Exit.USAGE)})
        return Exit.USAGE

    async def _priced(self, bill: Bill) -> Exit:
        """Tell the price, and end."""
        words: str | None = None
        left: float | None = None
        if self.simulate or KEY_VARIABLE in os.environ:
            async with self._client() as heygen:
                words, left = balance(await heygen.account.me())
        if self.settings.as_json:
            known = {"dry_run": True, "simulated": self.simulate, "balance": words}
            put_json(bill.plain() | known | {"balance_usd": left, "budget_usd": self.budget})
            return Exit.DONE
        put_text(bill.counts())
        put_text(f"{bill}; prices read {bill.dated}")
        put_text(f"balance: {words or f'not known without {KEY_VARIABLE}'}{self._mark}")
        self._warn(bill, left)
        return Exit.DONE

    def _announce(self, bill: Bill, words: str, left: float | None) -> None:
        say(bill.counts())
        if self.simulate:
            say(f"Simulated, nothing is charged; HeyGen would take {bill}.")
        else:
            say(f"This will cost {bill}, charged only on success (prices read {bill.dated}).")
            say(f"The account's balance: {words}.")
        if self.kept is not None and self.kept.exists():
            say(f"Going on from {self.kept}: what was paid there is not paid again.")
        self._warn(bill, left)

    def _warn(self, bill: Bill, left: float | None) -> None:
        for what, amount in (("budget", self.budget), ("balance", left)):
            if amount is not None and amount < bill.total:
                say(
                    f"The {what} of ${amount:.2f} is less than that: the batch will stop where it"
                    " is used up, and can be gone on with."
                )

    async def _made(self, heygen: HeyGen, manifest: Manifest, tally: Tally, report: Report) -> Exit:
        journal: Journal = MemoryJournal() if self.kept is None else SqliteJournal(self.kept)
        orchestrator = Orchestrator(
            heygen,
            journal=journal,
            render_slots=self.slots,
            policies=Policies(in_order=self.in_order),
            budget=self.budget,
            observer=report,
        )
        ends, hurried = _Ends(), False
        async with orchestrator:
            earlier = await spent(journal) - orchestrator.budget.spent

            def total() -> float:
                return earlier + orchestrator.budget.spent

            def gauge() -> str:
                slots = orchestrator.slots
                return f"slots {slots.held}/{slots.limit}; ${total():.2f} spent"

            tally.follow(gauge)
            try:
                many = orchestrator.produce_many(manifest.jobs(), retry=self.retry_failed)
                async with patience(self.timeout), many as outcomes:
                    async for outcome in outcomes:
                        await self._told(heygen, journal, outcome, tally, ends)
            except asyncio.CancelledError:
                hurried = True
                raise
            finally:
                page = await write_report(
                    journal,
                    manifest.out,
                    title=manifest.path.stem,
                    total=total(),
                    pictures=not hurried,
                )
                self._sum_up(tally, total(), page)
        self._advise(tally, ends)
        return worst(ends.codes)

    async def _told(
        self, heygen: HeyGen, journal: Journal, outcome: Outcome, tally: Tally, ends: _Ends
    ) -> None:
        error = await delivered(self.settings, heygen, outcome)
        if outcome.done:
            await sidecar(journal, outcome.job)
        tally.end(well=error is None)
        if error is not None:
            ends.note(error)

    def _sum_up(self, tally: Tally, total: float, page: Path) -> None:
        left = tally.jobs - tally.ended
        if self.settings.as_json:
            put_json(
                {
                    "jobs": tally.jobs,
                    "done": tally.done,
                    "failed": tally.failed,
                    "unfinished": left,
                    "spent_usd": round(total, 4),
                    "simulated": self.simulate,
                    "report": str(page),
                }
            )
            return
        counts = [f"{tally.done} of {tally.jobs} done"]
        counts += [f"{tally.failed} failed"] if tally.failed else []
        counts += [f"{left} not finished"] if left else []
        put_text(f"{', '.join(counts)}; ${total:.2f} spent{self._mark}; report: {page}")

    def _advise(self, tally: Tally, ends: _Ends) -> None:
        command = self.hint(None)
        if ends.pay is not None:
            say("Stopped there: each further job would be refused the same way.")
        if command is not None and (ends.again or tally.ended < tally.jobs):
            say(f"Once the cause is mended, this goes on, without paying twice: {command}")
        if ends.final and not self.simulate:
            say(f"{ends.final} failed for good; --retry-failed tries those again.")
        elif ends.final and self.kept is not None:
            say("What ran on an earlier simulator is gone with it; use another journal.")

    @property
    def _mark(self) -> str:
        return " (simulated)" if self.simulate else ""
