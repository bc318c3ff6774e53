"""``produce`` at work: tell the cost, make the video, say what came of it."""

from __future__ import annotations

from pathlib import Path

import attrs

from heygen_async.cli.connecting import connected, simulated
from heygen_async.cli.console import put_json, put_text, say
from heygen_async.cli.delivering import patience, result, sentence, subtitled
from heygen_async.cli.exits import Exit
from heygen_async.cli.keeping import Kept, finished
from heygen_async.cli.options import Settings
from heygen_async.cli.prices import Estimate, estimate
from heygen_async.cli.progress import Report, reporting
from heygen_async.cli.wanted import Wanted
from heygen_async.client import HeyGen
from heygen_async.errors import HeyGenError
from heygen_async.models.job import Job
from heygen_async.models.outcome import Video
from heygen_async.orchestrator import Orchestrator

__all__ = ["Production"]

_SPEED = 60.0


@attrs.frozen(kw_only=True)
class Production:
    """One call of ``produce``.

    Attributes:
        settings: how to report.
        wanted: what to make.
        journal: the file it is written down in, as typed; None for the command's own choice.
        slots: renders at once at the most.
        timeout: seconds to wait for everything, None to wait as long as it takes.
        speed: of the simulator; None for HeyGen, and for the usual speed of one started here.
        seed: of the simulator.
    """

    settings: Settings
    wanted: Wanted
    journal: str | None = None
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
        return self.kept.resuming(self.settings, error, self.speed)

    async def run(self) -> Exit:
        """Make it.

        Raises:
            HeyGenError: why there is no video.
        """
        job = self.wanted.job()
        price = estimate(job)
        with reporting(self.settings) as report:
            client = (
                simulated(speed=self.speed or _SPEED, seed=self.seed, observer=report)
                if self.wanted.simulate
                else connected(self.settings, report, speed=self.speed)
            )
            async with client as heygen:
                self._announce(price)
                video = await self._made(heygen, job, report)
                subtitles = await subtitled(heygen, job, video)
        if self.settings.as_json:
            known = {"simulated": self.wanted.simulate, "estimated_usd": price.total}
            put_json(result(video, subtitles) | known)
        else:
            mark = ", simulated" if self.wanted.simulate else ""
            put_text(sentence(video, subtitles) + mark)
        return Exit.DONE

    async def _made(self, heygen: HeyGen, job: Job, report: Report) -> Video:
        kept, done_with = self.kept, False
        orchestrator = Orchestrator(
            heygen, journal=kept.path, render_slots=self.slots, observer=report
        )
        try:
            async with orchestrator, patience(self.timeout):
                try:
                    # Whoever types the command again wants another try of what failed.
                    video = await orchestrator.produce(job, retry=True)
                except HeyGenError:
                    done_with = await finished(orchestrator)
                    raise
                done_with = await finished(orchestrator)
        finally:
            if kept.ours and done_with:
                kept.remove()
        if kept.ours and not done_with:
            say(f"{kept.path} is kept: it holds other jobs that are not done.")
        return video

    def _announce(self, price: Estimate) -> None:
        if self.wanted.simulate:
            say(f"Simulated, nothing is charged; HeyGen would take {price}.")
            return
        say(f"This will cost {price}, charged only on success (prices read {price.dated}).")
        if self.kept.path is not None and Path(self.kept.path).exists():
            say(f"Going on from {self.kept.path}: what was paid there is not paid again.")
