"""The command tree; each command's module is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

import click

from heygen_async.cli.exits import EPILOG

__all__ = ["cli", "main"]

_COMMANDS = {
    "produce": "heygen_async.cli.produce",
    "batch": "heygen_async.cli.batch",
    "resume": "heygen_async.cli.resume",
    "retry": "heygen_async.cli.retry",
    "status": "heygen_async.cli.status",
    "simulate": "heygen_async.cli.simulate",
    "voices": "heygen_async.cli.voices",
    "avatars": "heygen_async.cli.avatars",
    "videos": "heygen_async.cli.videos",
    "assets": "heygen_async.cli.assets",
    "account": "heygen_async.cli.account",
}


class _Tree(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), cmd_name)
        return command


def _show_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(version("heygen-async"))
        ctx.exit()


@click.group(cls=_Tree, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Photos and scripts to avatar videos, with HeyGen or with its simulator.

    The API key is taken from the environment variable HEYGEN_API_KEY, and from nowhere else: an
    option would leave it in your shell's history. agent.ai's token is taken from AGENTAI_API_KEY,
    or from a file. Commands with --simulate need none.
    """


def main() -> None:
    """Run the command line; ends the process with a code of ``exits``."""
    cli(prog_name="heygen-async")
