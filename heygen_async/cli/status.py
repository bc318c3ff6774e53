"""``status``: what a journal knows, read without disturbing its owner."""

from __future__ import annotations

import click

from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings

__all__ = ["status"]


@click.command()
@click.argument("journal", type=click.Path(exists=True, dir_okay=False, readable=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
@click.option("-v", "--verbose", count=True, help="Twice: log all, show tracebacks.")
def status(journal: str, as_json: bool, verbose: int) -> None:
    """Show the jobs in JOURNAL and how far they are.

    It needs no key, asks nobody, and works while another process fills the journal.
    """
    from heygen_async.cli.running import execute

    settings = Settings(as_json, verbose)

    async def main() -> Exit:
        from heygen_async.cli.standing import standing

        return await standing(settings, journal)

    execute(settings, main)
