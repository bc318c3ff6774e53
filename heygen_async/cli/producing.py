"""``produce`` at work: tell the cost, make the video, say what came of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import attrs

from heygen_async.cli import narrowing
from heygen_async.cli.connecting import AT_ONCE, reaching, simulated
from heygen_async.cli.console import put_json, put_text, say
from heygen_async.cli.delivering import Delivery, patience, result, sentence
from heygen_async.cli.exits import Exit
from heygen_async.cli.keeping import Kept, continued, finished, opened, spared
from heygen_async.cli.options import Settings
from heygen_async.cli.precautions import Named, keepable, writable
from heygen_async.cli.prices import Price, at_most, estimate
from heygen_async.cli.progress import Report, reporting
from heygen_async.cli.spelling import as_typed
from heygen_async.cli.wanted import Wanted
from heygen_async.dialects import Clients, Dialect
from heygen_async.errors import HeyGenError, JournalError
from heygen_async.models.job import Job
from heygen_async.models.outcome import Video
from heygen_async.models.stock import StockAvatar
from heygen_async.orchestrator import Orchestrator
from heygen_async.pipeline.media_store import recorded

__all__ = ["Production"]

_SPEED = 60.0


@attrs.frozen(kw_only=True)
class Production:
    """One call of ``produce``.

    Attributes:
        settings: how to report.
        wanted: what to make.
        dry_run: only check, and tell the price.
        overwrite: whether an output that is there already may go.
        journal: the file it is written down in, as typed; None for the command's own choice.
        dialect: in which it is made.
        agentai_key: a file with agent.ai's token; None for the environment's.
        slots: renders at once at the most.
        timeout: seconds to wait for everything, None to wait as long as it takes.
        speed: of the simulator; None for HeyGen, and for the usual speed of one started here.
        seed: of the simulator.
    """

    settings: Settings
    wanted: Wanted
    dry_run: bool = False
    overwrite: bool = False
    journal: str | None = None
    dialect: Dialect = "v3"
    agentai_key: str | None = None
    slots: int
    timeout: float | None = None
    speed: float | None
    seed: int

    @property
    def kept(self) -> Kept:
        """Where it is written down; a simulated account is gone with its process anyway."""
        if self.journal is not None or self.wanted.simulate:
            return Kept(self.journal)
        return Kept.beside(self.wanted.output)

    def hint(self, error: HeyGenError | None) -> str | None:
        """The command that resumes it; none where the account was simulated."""
        if self.wanted.simulate:
            return None
        return self.kept.resuming(self.settings, error, self.speed, self.agentai_key)

    async def run(self) -> Exit:
        """Make it.

        Raises:
            HeyGenError: why there is no video.
        """
        with as_typed():
            return await self._run()

    async def _run(self) -> Exit:
        self.wanted.fits(self.dialect)
        job = self.wanted.job()
        writable(Path(str(job.output)).parent, "--output")
        if self.journal is not None:
            keepable(self.journal)
        if not self.kept.there:
            self._spare(job)
        with reporting(self.settings) as report:
            client = (
                simulated(speed=self.speed or _SPEED, seed=self.seed, observer=report)
                if self.wanted.simulate
                else reaching(
                    self.settings,
                    report,
                    heygen=self.dialect != "agentai" or not isinstance(job.avatar, StockAvatar),
                    agentai=self.dialect == "agentai",
                    speed=self.speed,
                    agentai_key=self.agentai_key,
                    retry=AT_ONCE if self.dry_run else None,
                )
            )
            async with client as clients:
                if self.dry_run:
                    return await self._priced(clients, job)
                video, dollars = await self._made(clients, job, report)
                delivery = Delivery(self.settings, clients, self.dialect)
                subtitles = await delivery.subtitles(job, video)
        if self.settings.as_json:
            known = {"simulated": self.wanted.simulate, "estimated_usd": dollars}
            put_json(result(video, subtitles) | known | {"dialect": self.dialect})
        else:
            mark = ", simulated" if self.wanted.simulate else ""
            put_text(sentence(video, subtitles) + mark)
        return Exit.DONE

    async def _priced(self, clients: Clients, job: Job) -> Exit:
        """All that comes before the first paid request; leaves no journal that was not there."""
        going_on = self.kept.there
        orchestrator = Orchestrator(
            clients.heygen,
            agentai=clients.agentai,
            dialect=self.dialect,
            journal=self.kept.path if going_on else None,
        )
        async with orchestrator, patience(self.timeout, simulate=self.wanted.simulate):
            await self._look_before(clients, orchestrator, job, going_on=going_on)
            dollars = await self._announced(orchestrator, job, going_on=going_on)
        if self.settings.as_json:
            known = {"simulated": self.wanted.simulate, "estimated_usd": dollars}
            put_json({"dry_run": True} | known | {"dialect": self.dialect})
        else:
            put_text("Nothing was made: this was a dry run.")
        return Exit.DONE

    async def _made(self, clients: Clients, job: Job, report: Report) -> tuple[Video, float | None]:
        kept, done_with = self.kept, False
        going_on = kept.there
        orchestrator = Orchestrator(
            clients.heygen,
            agentai=clients.agentai,
            dialect=self.dialect,
            journal=kept.path,
            render_slots=self.slots,
            observer=report,
        )
        try:
            async with opened(orchestrator), patience(self.timeout, simulate=self.wanted.simulate):
                try:
                    await self._look_before(clients, orchestrator, job, going_on=going_on)
                    dollars = await self._announced(orchestrator, job, going_on=going_on)
                    # Whoever types the command again wants another try of what failed, which was
                    # not billed; what is gone was, and is made anew only by a word of its own.
                    failed = (await orchestrator.outstanding(job)).failed
                    video = await orchestrator.produce(job, retry=failed)
                except HeyGenError:
                    done_with = await finished(orchestrator)
                    raise
                except asyncio.CancelledError:
                    with suppress(JournalError):
                        done_with = await finished(orchestrator)
                    raise
                done_with = await finished(orchestrator, instead=job.output)
        except (HeyGenError, asyncio.CancelledError) as error:
            nothing_begun = not going_on and await kept.dropped()
            if nothing_begun and isinstance(error, asyncio.CancelledError):
                say("Nothing was begun, and nothing is charged: type the same command again.")
            raise
        finally:
            if kept.ours and done_with:
                kept.remove()
        if kept.ours and not done_with:
            say(f"{kept.path} is kept: it holds other jobs that are not done.")
        return video, dollars

    def _spare(self, job: Job) -> None:
        if not self.overwrite:
            spared(
                self.wanted.output,
                captions=job.options.captions is not None,
                paid=not self.wanted.simulate,
            )

    async def _look_before(
        self, clients: Clients, orchestrator: Orchestrator, job: Job, *, going_on: bool
    ) -> None:
        """Refuse what would be paid for in vain.

        Raises:
            InvalidInputError: the output belongs to something else, or HeyGen does not know the
                voice or the look.
        """
        if going_on:
            resuming = self.kept.resuming(self.settings, None, self.speed, self.agentai_key)
            if await continued(orchestrator, job, self.dialect, resuming):
                return
            self._spare(job)
        if clients.heygen is not None and (await orchestrator.outstanding(job)).steps:
            named = Named(self.wanted.simulate)
            named.note(job)
            (await named.lost(clients.heygen, self.dialect)).refuse(job, "--")

    async def _announced(
        self, orchestrator: Orchestrator, job: Job, *, going_on: bool
    ) -> float | None:
        """Tell the price; what it is, in dollars, None where nobody knows."""
        left = (await orchestrator.outstanding(job)).steps
        if not left:
            known = f"It is done already, by {self.kept.path}"
            if await asyncio.to_thread(Path(str(job.output)).exists):
                say(f"{known}: nothing is charged.")
            else:
                say(f"{known}: it is fetched again, and nothing is charged.")
            return 0.0
        if isinstance(job.avatar, StockAvatar):
            say("agent.ai does not say what it charges for this.")
            return None
        price: Price = at_most(left)
        if self.dialect == "v3":
            length = await asyncio.to_thread(recorded, job.speech)
            price = estimate(job, length, avatar=len(left) > 1)
        narrowing.warn(narrowing.losses_of(job, self.dialect))
        if self.wanted.simulate:
            say(f"Simulated, nothing is charged; HeyGen would take {price}.")
            return price.total
        verb = "would" if self.dry_run else "will"
        say(f"This {verb} cost {price}, charged only on success (prices read {price.dated}).")
        if self.dialect == "agentai":
            say("agent.ai does not say what it charges; these are HeyGen's prices.")
        if going_on:
            say(f"Going on from {self.kept.path}: what was paid there is not paid again.")
        return price.total
