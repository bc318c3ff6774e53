"""The command tree; each command's module is imported when it is asked for."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from typing import IO, Any

import click

from heygen_async.cli.console import put_json, say
from heygen_async.cli.exits import EPILOG, Exit

__all__ = ["cli", "main"]

_COMMANDS = {
    "produce": "heygen_async.cli.commands.produce",
    "batch": "heygen_async.cli.commands.batch",
    "resume": "heygen_async.cli.commands.resume",
    "retry": "heygen_async.cli.commands.retry",
    "status": "heygen_async.cli.commands.status",
    "simulate": "heygen_async.cli.commands.simulate",
    "voices": "heygen_async.cli.commands.voices",
    "avatars": "heygen_async.cli.commands.avatars",
    "videos": "heygen_async.cli.commands.videos",
    "assets": "heygen_async.cli.commands.assets",
    "account": "heygen_async.cli.commands.account",
}

_AS_JSON = "heygen_async.cli.as_json"


class _SpeltError(click.ClickException):
    """An error of click, spelt as ours are; with JSON, also a document like theirs."""

    def __init__(self, error: click.ClickException, *, as_json: bool) -> None:
        super().__init__(error.message)
        # As its own, which some of click's releases declare to be the class's.
        vars(self)["exit_code"] = error.exit_code
        self._error = error
        self._as_json = as_json

    def show(self, file: IO[Any] | None = None) -> None:
        text = io.StringIO()
        self._error.show(text)
        spelt = re.sub(r"^Error: ", "error: ", text.getvalue(), count=1, flags=re.MULTILINE)
        click.echo(spelt, file=file, err=True, nl=False)
        if self._as_json:
            message, code = self._error.format_message(), self._error.exit_code
            put_json({"error": "InvalidInputError", "code": None, "message": message, "exit": code})


@contextmanager
def _spelt(*, as_json: bool) -> Iterator[None]:
    try:
        yield
    except click.ClickException as error:
        raise _SpeltError(error, as_json=as_json) from error


class _Tree(click.Group):
    def make_context(
        self, info_name: str | None, args: list[str], *more: Any, **extra: Any
    ) -> click.Context:
        # Looked for by hand: where the words cannot be parsed, nobody knows their options.
        as_json = "--json" in args
        with _spelt(as_json=as_json):
            context = super().make_context(info_name, args, *more, **extra)
        context.meta[_AS_JSON] = as_json
        return context

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _spelt(as_json=ctx.meta[_AS_JSON]):
                return super().invoke(ctx)
        except KeyboardInterrupt:  # While it was still being imported; click would end with 1.
            say("interrupted")
            raise SystemExit(Exit.INTERRUPTED) from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # click would look among the commands that are loaded, which none is.
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            near = get_close_matches(name, _COMMANDS, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise click.UsageError(f"No such command '{name}'.{hint}", ctx)
        return super().resolve_command(ctx, args)

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

    \b
      heygen-async produce portrait.jpg --script "Hello" --simulate -o hello.mp4

    The API key is taken from the environment variable HEYGEN_API_KEY, and from nowhere else: an
    option would leave it in your shell's history. agent.ai's token is taken from AGENTAI_API_KEY,
    or from a file. Commands with --simulate need none.
    """  # noqa: D301 - click knows an unwrapped paragraph by this very character


def main() -> None:
    """Run the command line; ends the process with a code of ``exits``."""
    cli(prog_name="heygen-async")
