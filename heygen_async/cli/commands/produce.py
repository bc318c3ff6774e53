"""``produce``: one video, from a photo and a script."""

from __future__ import annotations

from typing import Any

import click

from heygen_async.cli.dialects import describing, dialectal, only_agentai, only_v2
from heygen_async.cli.exits import EPILOG, Exit
from heygen_async.cli.options import (
    ASPECT_RATIOS,
    ENGINES,
    EXPRESSIVENESS,
    FITS,
    FORMATS,
    RESOLUTIONS,
    Settings,
    common,
)

__all__ = ["produce"]


@click.command(epilog=EPILOG, short_help="Make one video.")
@click.argument("photo", required=False)
@click.option("--look", metavar="ID", help="An avatar look that exists, instead of a PHOTO.")
@click.option("--prompt", metavar="TEXT", help="Make an avatar of these words, without a PHOTO.")
@describing
@click.option("--animate", is_flag=True, help="Animate the PHOTO as it is; no avatar is made.")
@click.option("--script", metavar="TEXT", help="What is said.")
@click.option("--script-file", metavar="FILE", help="A text file with it; - reads stdin.")
@click.option("--audio", metavar="FILE", help="A recording, WAV or MP3, instead of a script.")
@click.option("--voice", metavar="ID", help="Who says it; see `heygen-async voices list`.")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True),
    help="The video file to write.",
)
@click.option("--dry-run", is_flag=True, help="Check everything, tell the price, and end.")
@click.option("--overwrite", is_flag=True, help="Make it, and pay, even if FILE is there already.")
@click.option(
    "--journal",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write the work down here, to resume it and to share avatars between runs."
    " Without it, FILE.journal.db beside the output is used, and removed on success.",
)
@dialectal
@click.option("--simulate", is_flag=True, help="Use a simulator: no key, no cost.")
@click.option(
    "--speed",
    type=click.FloatRange(min=0, min_open=True),
    help="Simulated seconds per second: of --simulate (60 if not given), or of the simulator that"
    " --base-url points to.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    help="With --simulate: decides ids and durations.",
)
@click.option("--title", metavar="TEXT", help="The video's name in HeyGen.")
@click.option("--resolution", type=click.Choice(RESOLUTIONS))
@click.option("--aspect-ratio", type=click.Choice(ASPECT_RATIOS))
@click.option("--fit", type=click.Choice(FITS), help="How the avatar fills the frame.")
@click.option(
    "--background", metavar="COLOR|IMAGE", help="Six hex digits, or a file, address or asset:ID."
)
@click.option("--remove-background", is_flag=True, help="Cut the avatar out of its own picture.")
@click.option("--captions", is_flag=True, help="Also write subtitles, as .srt beside the output.")
@click.option("--styled-captions", is_flag=True, help="The same, and in the picture as well.")
@click.option("--engine", type=click.Choice(ENGINES))
@click.option("--expressiveness", type=click.Choice(EXPRESSIVENESS), help="With avatar_iv.")
@click.option("--motion", metavar="TEXT", help="How the body moves, in words.")
@click.option(
    "--format",
    "video_format",
    type=click.Choice(FORMATS),
    help="Otherwise the output's ending decides; webm is transparent.",
)
@click.option("--watermark", metavar="FILE", help="An image over the video.")
@click.option("--voice-speed", type=float, metavar="0.5..1.5")
@click.option("--pitch", type=float, metavar="-50..50")
@click.option("--volume", type=float, metavar="0..1")
@click.option("--locale", metavar="TAG", help="An accent, such as en-GB.")
@click.option(
    "--slots",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Renders that the account may run at once.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    metavar="SECONDS",
    help="Stop waiting after this long; the video goes on and can be resumed.",
)
@only_v2
@only_agentai
@common
def produce(
    settings: Settings,
    dry_run: bool,
    overwrite: bool,
    journal: str | None,
    dialect: Any,
    agentai_key: str | None,
    slots: int,
    timeout: float | None,
    speed: float | None,
    seed: int,
    **wanted: Any,
) -> None:
    """Make one video and write it to a file.

    PHOTO is a JPEG or PNG file, an https:// address, or asset:ID of something uploaded before. It
    becomes an avatar, which is then filmed saying the script.

    \b
      heygen-async produce portrait.jpg --script "Hello" --voice ID -o hello.mp4
      heygen-async produce portrait.jpg --script "Hello" --simulate -o hello.mp4
      heygen-async produce --generate age=Senior --script "Hello" --voice ID -o hello.mp4

    What it will cost is told first; with --dry-run, that is all. Ctrl-c is safe: what was begun is
    finished by the command that is shown then, and is not paid twice.
    """  # noqa: D301 - click knows an unwrapped paragraph by this very character
    from heygen_async.cli.running import execute

    def production() -> Any:
        from heygen_async.cli.producing import Production
        from heygen_async.cli.wanted import Wanted

        return Production(
            settings=settings,
            wanted=Wanted(**wanted),
            dry_run=dry_run,
            overwrite=overwrite,
            journal=journal,
            dialect=dialect,
            agentai_key=agentai_key,
            slots=slots,
            timeout=timeout,
            speed=speed,
            seed=seed,
        )

    async def main() -> Exit:
        code: Exit = await production().run()
        return code

    execute(settings, main, hint=lambda error: production().hint(error))
