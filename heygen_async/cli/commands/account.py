"""``account``: whose key it is."""

from __future__ import annotations

import click

from heygen_async.cli.exits import EPILOG, Exit
from heygen_async.cli.options import Settings, common

__all__ = ["account"]


@click.command(epilog=EPILOG, short_help="Show whose key it is, and the balance.")
@common
def account(settings: Settings) -> None:
    """Show whose key it is and what is left to spend; free, so it also tests a key."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_one

        return await show_one(settings, lambda heygen: heygen.account.me())

    execute(settings, main)
