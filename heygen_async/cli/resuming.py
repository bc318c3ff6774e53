"""``resume`` at work."""

from __future__ import annotations

import attrs

from heygen_async.cli.connecting import connected
from heygen_async.cli.console import say
from heygen_async.cli.delivering import delivered, patience
from heygen_async.cli.exits import Exit, exit_of, worst
from heygen_async.cli.keeping import Kept, finished
from heygen_async.cli.options import Settings
from heygen_async.cli.progress import Report, reporting
from heygen_async.client import HeyGen
from heygen_async.errors import PayError
from heygen_async.models.outcome import Outcome
from heygen_async.orchestrator import Orchestrator

__all__ = ["Resumption"]


@attrs.frozen(kw_only=True)
class Resumption:
    """One call of ``resume``.

    Attributes:
        settings: how to report.
        kept: the journal; ``ours`` where it is to be removed.
        retry_failed: whether to try again what failed for good.
        slots: renders at once at the most.
        timeout: seconds to wait for everything, None to wait as long as it takes.
        speed: of the simulator that is talked to, None for HeyGen.
    """

    settings: Settings
    kept: Kept
    retry_failed: bool
    slots: int
    timeout: float | None
    speed: float | None

    async def run(self) -> Exit:
        """Finish what can be finished; the code is DONE only if nothing is left undone.

        Raises:
            HeyGenError: what stopped all of it.
        """
        with reporting(self.settings, several=True) as report:
            async with connected(self.settings, report, speed=self.speed) as heygen:
                codes, done_with = await self._resumed(heygen, report)
        if done_with and self.kept.ours:
            self.kept.remove()
        code = worst(codes)
        if not codes and done_with:
            say("There is nothing to resume: everything is done.")
        elif code is Exit.DONE and not done_with:
            say("What is left failed for good; --retry-failed tries it again.")
            code = Exit.FAILED
        elif code is not Exit.DONE:
            say("Not everything is done; the same command goes on, once the cause is mended.")
        return code

    async def _resumed(self, heygen: HeyGen, report: Report) -> tuple[set[Exit], bool]:
        codes: set[Exit] = set()
        orchestrator = Orchestrator(
            heygen, journal=self.kept.path, render_slots=self.slots, observer=report
        )
        async with orchestrator, patience(self.timeout):
            async with orchestrator.resume(retry=self.retry_failed) as outcomes:
                async for outcome in outcomes:
                    codes.add(await self._told(heygen, outcome))
            return codes, await finished(orchestrator)

    async def _told(self, heygen: HeyGen, outcome: Outcome) -> Exit:
        error = await delivered(self.settings, heygen, outcome)
        if error is None:
            return Exit.DONE
        if isinstance(error, PayError):
            say("No further job is begun: each would be refused the same way.")
        return exit_of(error)
