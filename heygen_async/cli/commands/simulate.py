"""``simulate``: HeyGen in a box, served until it is stopped."""

from __future__ import annotations

import click

from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings

__all__ = ["simulate"]


@click.command(short_help="Serve a simulated HeyGen, for any client.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    default=1.0,
    show_default=True,
    help="Simulated seconds per second: 60 makes a minute a second.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Decides ids and accidents.")
@click.option(
    "--slots",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Renders that an account may run at once.",
)
@click.option(
    "--credits",
    "balance",
    type=click.FloatRange(min=0),
    default=1000.0,
    show_default=True,
    help="US dollars in each new account's wallet.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[:OPERATION[:PROBABILITY]]",
    help="Misbehave, such as lost_answer:createVideo:0.2; can be given several times.",
)
@click.option("-v", "--verbose", count=True, help="Twice: log all, show tracebacks.")
def simulate(
    host: str,
    port: int,
    speed: float,
    seed: int,
    slots: int,
    balance: float,
    faults: tuple[str, ...],
    verbose: int,
) -> None:
    """Serve a simulated HeyGen until ctrl-c.

    The first line of stdout is its address, the first of stderr the variables that lead a program
    there. Point any client at it: it speaks HeyGen's v3 over plain HTTP, takes any API key, renders
    real MP4s, and bills play money. See what it was asked
    and what it charged at ADDRESS/_simulator/ledger.

    Voices sim-voice-anna and sim-voice-ben, looks sim-look-mia and sim-look-leo are always there.
    """
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.serving import serve

        return await serve(
            faults, host=host, port=port, speed=speed, seed=seed, slots=slots, balance=balance
        )

    execute(Settings(verbose=verbose), main)
