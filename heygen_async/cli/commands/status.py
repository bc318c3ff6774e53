"""``status``: what a journal knows, read without disturbing its owner."""

from __future__ import annotations

import click

from heygen_async.cli.exits import Exit
from heygen_async.cli.options import JOURNAL, Settings

__all__ = ["status"]


@click.command(short_help="Show how far a journal's jobs are, and what they cost.")
@click.argument("journal", type=JOURNAL)
@click.option("--jobs", "every", is_flag=True, help="Each job, however many there are.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON document on stdout, each job in it."
)
@click.option("-v", "--verbose", count=True, help="Twice: log all, show tracebacks.")
def status(journal: str, every: bool, as_json: bool, verbose: int) -> None:
    """Show how far the jobs in JOURNAL are, what they cost, and when they will be done.

    More than twenty jobs are counted by stage; those that failed for good are listed with their
    reasons. Slots are those that were in use when the journal was written to last. It needs no
    key, asks nobody, and works while another process fills the journal.
    """
    from heygen_async.cli.running import execute

    settings = Settings(as_json, verbose)

    async def main() -> Exit:
        from heygen_async.cli.standing import standing

        return await standing(settings, journal, every=every)

    execute(settings, main)
