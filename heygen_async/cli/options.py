"""Options that many commands share, and the words that options take."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import click

__all__ = [
    "ASPECT_RATIOS",
    "ENGINES",
    "EXPRESSIVENESS",
    "FITS",
    "FORMATS",
    "JOURNAL",
    "RESOLUTIONS",
    "Settings",
    "budgeted",
    "common",
    "confirmed",
    "deleting",
    "listed",
    "resuming",
]

# The words of models.job, said again: importing them takes longer than all of click, and --help
# has to answer at once. A test compares the two.
RESOLUTIONS = ("4k", "1080p", "720p")
ASPECT_RATIOS = ("16:9", "9:16", "4:5", "5:4", "1:1", "auto")
EXPRESSIVENESS = ("high", "medium", "low")
FITS = ("contain", "cover")
ENGINES = ("avatar_v", "avatar_iv", "avatar_iii")
FORMATS = ("mp4", "webm")

# As ``keeping`` names the journal beside an output.
_BESIDE = ".journal.db"


class Settings(NamedTuple):
    """What every command is told; no attrs class, for the sake of a quick ``--help``.

    Attributes:
        as_json: whether stdout is for a program.
        verbose: 0 says little, 1 shows requests, 2 also logs and tracebacks.
        base_url: the API's address where the command line gave one.
    """

    as_json: bool = False
    verbose: int = 0
    base_url: str | None = None


class _Journal(click.Path):
    """The file of a journal that is there."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        output = str(value).removesuffix(_BESIDE)
        if output != value and not os.path.exists(value) and os.path.exists(output):  # noqa: PTH110
            self.fail(
                f"File {value!r} does not exist, and {output} does: a run that ended well has"
                " removed its journal.",
                param,
                ctx,
            )
        return super().convert(value, param, ctx)


JOURNAL = _Journal(exists=True, dir_okay=False, readable=True)
"""The argument of commands that read a journal."""


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the shared options; it gets them as its first argument, a Settings."""

    @click.option("--json", "as_json", is_flag=True, help="Nothing but JSON on stdout.")
    @click.option(
        "--base-url",
        metavar="URL",
        help="Where the API is, such as a simulator's address; else HEYGEN_BASE_URL, else HeyGen.",
    )
    @click.option(
        "-v", "--verbose", count=True, help="Show requests; twice: log all, show tracebacks."
    )
    @functools.wraps(command)
    def wrapped(
        *args: Any, as_json: bool, verbose: int, base_url: str | None, **options: Any
    ) -> Any:
        return command(Settings(as_json, verbose, base_url), *args, **options)

    return wrapped


def listed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a list command its ``--limit``."""
    return click.option(
        "--limit",
        type=click.IntRange(min=0),
        default=50,
        show_default=True,
        help="How many to show; 0 for all.",
    )(command)


def budgeted(otherwise: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command its ``--budget``.

    Args:
        otherwise: a sentence on what holds without it.
    """
    return click.option(
        "--budget",
        type=click.FloatRange(min=0, min_open=True),
        metavar="DOLLARS",
        help=f"Never spend more than this on all jobs of the journal together. {otherwise}".strip(),
    )


def resuming(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command that goes on with a journal what it may take for that.

    That is ``--slots``, ``--budget``, ``--timeout`` and ``--speed``.
    """
    slots = click.option(
        "--slots",
        type=click.IntRange(min=1),
        default=10,
        show_default=True,
        help="Renders that the account may run at once.",
    )
    timeout = click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Stop waiting after this long; what was begun can be resumed.",
    )
    speed = click.option(
        "--speed",
        type=click.FloatRange(min=0, min_open=True),
        help="Simulated seconds per second, of the simulator that --base-url points to.",
    )
    budget = budgeted("Without it, the budget that the last batch was given holds.")
    return slots(budget(timeout(speed(command))))


def deleting(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a delete command its ``--yes``."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask.")(command)


def confirmed(what: str, id_: str, *, yes: bool) -> None:
    """Ask before something is deleted.

    Raises:
        click.Abort: the answer was no.
        click.UsageError: there is nobody to ask.
    """
    if yes:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(
            f"{what} {id_} is not deleted: there is no terminal to ask on; --yes says you mean it"
        )
    click.confirm(f"Delete {what} {id_}? This cannot be undone.", abort=True, err=True)
