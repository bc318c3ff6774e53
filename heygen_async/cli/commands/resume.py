"""``resume``: what a crash, ctrl-c or an empty purse left unfinished."""

from __future__ import annotations

import click

from heygen_async.cli.dialects import agentai_key as of_agentai
from heygen_async.cli.exits import EPILOG, Exit
from heygen_async.cli.options import JOURNAL, Settings, common, resuming

__all__ = ["resume"]


@click.command(epilog=EPILOG, short_help="Finish what ctrl-c, a crash or an error left undone.")
@click.argument("journal", type=JOURNAL)
@click.option("--retry-failed", is_flag=True, help="Also try again what failed for good.")
@click.option("--remove", is_flag=True, help="Delete JOURNAL once everything in it is done.")
@resuming
@of_agentai
@common
def resume(
    settings: Settings,
    journal: str,
    retry_failed: bool,
    remove: bool,
    slots: int,
    budget: float | None,
    timeout: float | None,
    speed: float | None,
    agentai_key: str | None,
) -> None:
    """Finish the jobs in JOURNAL that are not done.

    Each goes on where it stopped, in the dialect that it was begun in; nothing that was paid is
    paid again. Where there is a budget, what is spent of it is told first. With --json, stdout has
    a line for each job as it ends.
    """
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.keeping import Kept
        from heygen_async.cli.resuming import Resumption

        resumption = Resumption(
            settings=settings,
            kept=Kept(journal, ours=remove),
            retry=retry_failed,
            slots=slots,
            budget=budget,
            timeout=timeout,
            speed=speed,
            agentai_key=agentai_key,
        )
        return await resumption.run()

    def hint(error: Exception | None) -> str | None:
        from heygen_async.cli.keeping import Kept
        from heygen_async.errors import HeyGenError

        known = error if isinstance(error, HeyGenError) else None
        kept = Kept(journal, ours=remove)
        return kept.resuming(settings, known, speed, agentai_key, budget=budget)

    execute(settings, main, hint=hint)
