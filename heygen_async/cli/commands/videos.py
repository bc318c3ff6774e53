"""``videos``: what was made."""

from __future__ import annotations

import click

from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings, common, confirmed, deleting, listed

__all__ = ["videos"]


@click.group()
def videos() -> None:
    """Videos: list, get, download, delete."""


@videos.command("list", short_help="List videos, the newest first.")
@click.option("--title", metavar="TEXT", help="Only those with this in their title.")
@click.option("--folder", metavar="ID", help="Only those in this folder.")
@listed
@common
def list_(settings: Settings, title: str | None, folder: str | None, limit: int) -> None:
    """List videos, the newest first; with --json one object a line."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_list

        return await show_list(
            settings,
            lambda heygen, size: heygen.videos.list(title=title, folder_id=folder, limit=size),
            {
                "VIDEO": lambda video: video.id,
                "STATUS": lambda video: video.status,
                "SECONDS": lambda video: video.duration,
                "TITLE": lambda video: video.title,
            },
            limit,
        )

    execute(settings, main)


@videos.command("get")
@click.argument("id_", metavar="ID")
@common
def get(settings: Settings, id_: str) -> None:
    """Show one video, with fresh addresses of its files."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_one

        return await show_one(settings, lambda heygen: heygen.videos.get(id_))

    execute(settings, main)


@videos.command("download")
@click.argument("id_", metavar="ID")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, writable=True),
    help="The file to write.",
)
@click.option(
    "--what",
    type=click.Choice(("video", "captioned", "subtitles", "thumbnail", "gif")),
    default="video",
    show_default=True,
    help="Which of its files.",
)
@common
def download(settings: Settings, id_: str, output: str, what: str) -> None:
    """Write a finished video, or a file that belongs to it, to FILE."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import downloaded

        return await downloaded(settings, id_, output, what)

    execute(settings, main)


@videos.command("delete", short_help="Delete a video.")
@click.argument("id_", metavar="ID")
@deleting
@common
def delete(settings: Settings, id_: str, yes: bool) -> None:
    """Delete a video; nothing says that this stops or refunds one that is rendering."""
    from heygen_async.cli.running import execute

    confirmed("video", id_, yes=yes)

    async def main() -> Exit:
        from heygen_async.cli.resources import deleted

        return await deleted(settings, "video", id_, lambda heygen: heygen.videos.delete(id_))

    execute(settings, main)
