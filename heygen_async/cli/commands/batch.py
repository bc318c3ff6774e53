"""``batch``: the videos of a whole manifest."""

from __future__ import annotations

from typing import Any

import click

from heygen_async.cli.dialects import dialectal
from heygen_async.cli.exits import EPILOG, Exit
from heygen_async.cli.options import Settings, budgeted, common

__all__ = ["batch"]


def _slots(_: click.Context, param: click.Parameter, value: str) -> int | None:
    if value == "auto":
        return None
    if not (value.isascii() and value.isdigit() and int(value) > 0):
        raise click.BadParameter(f"{value!r} is no number of at least 1, and not auto", param=param)
    return int(value)


def _pairs(
    _: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    for value in values:
        if "=" not in value:
            raise click.BadParameter(f"{value!r} is not COLUMN=VALUE", param=param)
    return tuple((name, text) for name, _, text in (value.partition("=") for value in values))


def _address(_: click.Context, param: click.Parameter, value: str | None) -> tuple[str, int] | None:
    if value is None:
        return None
    host, colon, port = value.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise click.BadParameter(f"{value!r} is not HOST:PORT", param=param)
    return host, int(port)


@click.command(epilog=EPILOG, short_help="Make the videos of a spreadsheet, CSV or JSON lines.")
@click.argument("manifest", type=click.Path(exists=True, dir_okay=False, readable=True))
@click.option(
    "--out",
    required=True,
    metavar="FOLDER",
    type=click.Path(file_okay=False),
    help="Where videos and the report go; made if it is missing.",
)
@click.option(
    "--journal",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write the work down here, to resume it and to share avatars between batches. Without it"
    " batch.journal.db in FOLDER is used; with --simulate, memory.",
)
@click.option(
    "--slots",
    callback=_slots,
    metavar="N|auto",
    default="10",
    show_default=True,
    help="Renders that the account may run at once; auto learns it.",
)
@budgeted()
@click.option(
    "--default",
    "defaults",
    callback=_pairs,
    multiple=True,
    metavar="COLUMN=VALUE",
    help="For rows where that column is empty, such as voice=ID; can be given several times.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    help="Of MANIFEST where it is not UTF-8 or marked UTF-16; Excel's plain CSV is often cp1252.",
)
@dialectal
@click.option("--dry-run", is_flag=True, help="Check everything, tell the price, and end.")
@click.option(
    "--overwrite",
    is_flag=True,
    help="Replace, and pay for, videos in FOLDER that another journal or nobody here made.",
)
@click.option(
    "--in-order", is_flag=True, help="Render in the order of the rows, not the longest first."
)
@click.option("--retry-failed", is_flag=True, help="Also try again what failed for good.")
@click.option(
    "--submit-batches",
    is_flag=True,
    help="Submit videos that are ready together in one request; for accounts with many slots.",
)
@click.option(
    "--webhook-listen",
    callback=_address,
    metavar="HOST:PORT",
    help="Listen here for HeyGen's word on what is finished, instead of asking for it often.",
)
@click.option(
    "--webhook-url",
    metavar="URL",
    help="The public https address that leads there. It is registered with HeyGen for the time of"
    " the batch. A simulator on this machine needs none.",
)
@click.option(
    "--simulate",
    is_flag=True,
    help="Use a simulator: no key, no cost. It ends with the command; to try going on after ctrl-c,"
    " run `heygen-async simulate` and use --base-url.",
)
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    help="Simulated seconds per second: of --simulate (60 if not given), or of the simulator that"
    " --base-url points to.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop waiting after this long; what was begun goes on and can be resumed.",
)
@common
def batch(settings: Settings, **wanted: Any) -> None:
    """Make the videos of MANIFEST, a CSV or JSON lines file with a job in each row.

    \b
      photo,script,voice
      ada.jpg,"Hello, I am Ada.",VOICE_ID

    Columns are called like the options of `produce`: photo, image, prompt, generate or look; script
    or audio; voice, title, resolution, output and so on. A person is described in one column,
    generate, or in many, such as generate.age. Only agent.ai takes stock_avatar, topic and article,
    and only HeyGen v2 what begins with v2, such as v2.train. Other columns fill {column} in
    scripts, titles, prompts and output names.

    \b
      heygen-async batch jobs.csv --out videos/ --dry-run
      heygen-async batch jobs.csv --out videos/ --budget 50

    The whole file is checked before anything is spent, and the price is told first. Ctrl-c is safe:
    the same command goes on, and pays for nothing twice. It also makes only what is new or changed
    when the file was edited. A file in FOLDER that its journal did not make stops it, unless
    --overwrite is given. In the end FOLDER has report.html, results.csv, results.jsonl, and a
    JSON file beside each video. With --json, stdout has a line for each job as it ends, and a last
    one for all of them.
    """  # noqa: D301 - click knows an unwrapped paragraph by this very character
    from heygen_async.cli.running import execute

    if wanted["webhook_url"] is not None and wanted["webhook_listen"] is None:
        raise click.UsageError("--webhook-url needs --webhook-listen, where it leads to")

    def production() -> Any:
        from heygen_async.cli.batch.running import Batch

        return Batch(settings=settings, **wanted)

    async def main() -> Exit:
        code: Exit = await production().run()
        return code

    execute(settings, main, hint=lambda error: production().hint(error))
