"""``retry``: chosen ones of the jobs that failed for good."""

from __future__ import annotations

import click

from heygen_async.cli.dialects import agentai_key as of_agentai
from heygen_async.cli.exits import EPILOG, Exit
from heygen_async.cli.options import JOURNAL, Settings, common, resuming

__all__ = ["retry"]


@click.command(epilog=EPILOG, short_help="Try again what failed for good.")
@click.argument("journal", type=JOURNAL)
@click.argument("jobs", metavar="[JOB]...", nargs=-1)
@click.option("--dry-run", is_flag=True, help="List them with their reasons, and end.")
@resuming
@of_agentai
@common
def retry(
    settings: Settings,
    journal: str,
    jobs: tuple[str, ...],
    dry_run: bool,
    slots: int,
    budget: float | None,
    timeout: float | None,
    speed: float | None,
    agentai_key: str | None,
) -> None:
    """Try again the jobs in JOURNAL that failed for good, or are gone: those named, or all.

    A JOB is an id, or enough of its beginning; one that is named may also have stopped for another
    reason, such as the budget, and is left alone if it is done and others are not. Where there is a
    budget, what is spent of it is told first. --dry-run shows the jobs with their reasons; it needs
    no key, and works while another process fills the journal. Failed renders are not billed by
    HeyGen; what is made anew is.
    """
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.retrying import Retry

        again = Retry(
            settings=settings,
            journal=journal,
            jobs=jobs,
            slots=slots,
            budget=budget,
            timeout=timeout,
            speed=speed,
            agentai_key=agentai_key,
        )
        return await (again.told() if dry_run else again.run())

    def hint(error: Exception | None) -> str | None:
        from heygen_async.cli.keeping import Kept
        from heygen_async.errors import HeyGenError

        known = error if isinstance(error, HeyGenError) else None
        if dry_run:
            return None
        return Kept(journal).resuming(settings, known, speed, agentai_key, budget=budget)

    execute(settings, main, hint=hint)
