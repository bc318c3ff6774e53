"""``avatars``: who can be seen. A group is a person, a look is one appearance of theirs."""

from __future__ import annotations

from typing import Any

import click

from heygen_async.cli.dialects import describing, dialectal
from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings, common, confirmed, deleting, listed

__all__ = ["avatars"]

_OWNERSHIP = click.Choice(("public", "private"))
_TYPES = click.Choice(("studio_avatar", "digital_twin", "photo_avatar"))


@click.group()
def avatars() -> None:
    """Avatars: list (groups), looks, get, create, train, delete.

    Videos take the id of a look, as `looks` shows it, and not that of a group.
    """


@avatars.command("list")
@click.option("--ownership", type=_OWNERSHIP, help="HeyGen's stock, or your own.")
@listed
@common
def list_(settings: Settings, ownership: str | None, limit: int) -> None:
    """List avatar groups; with --json one object a line."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_list

        return await show_list(
            settings,
            lambda heygen, size: heygen.avatars.groups(ownership=ownership, limit=size),
            {
                "GROUP": lambda group: group.id,
                "NAME": lambda group: group.name,
                "LOOKS": lambda group: group.looks_count,
                "VOICE": lambda group: group.default_voice_id,
                "STATUS": lambda group: group.status,
            },
            limit,
        )

    execute(settings, main)


@avatars.command("looks")
@click.option("--group", "group_id", metavar="ID", help="Only those of this group.")
@click.option("--type", "kind", type=_TYPES, help="Only of this kind.")
@click.option("--ownership", type=_OWNERSHIP, help="HeyGen's stock, or your own.")
@listed
@common
def looks(
    settings: Settings,
    group_id: str | None,
    kind: str | None,
    ownership: str | None,
    limit: int,
) -> None:
    """List looks; with --json one object a line."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_list

        return await show_list(
            settings,
            lambda heygen, size: heygen.avatars.list(
                group_id=group_id, avatar_type=kind, ownership=ownership, limit=size
            ),
            {
                "LOOK": lambda look: look.id,
                "NAME": lambda look: look.name,
                "TYPE": lambda look: look.avatar_type,
                "GROUP": lambda look: look.group_id,
                "VOICE": lambda look: look.default_voice_id,
                "ENGINES": lambda look: " ".join(look.supported_api_engines),
                "STATUS": lambda look: look.status,
            },
            limit,
        )

    execute(settings, main)


@avatars.command("get")
@click.argument("id_", metavar="ID")
@click.option("--group", is_flag=True, help="ID is that of a group.")
@common
def get(settings: Settings, id_: str, group: bool) -> None:
    """Show a look, or a group."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_one

        if group:
            return await show_one(settings, lambda heygen: heygen.avatars.get_group(id_))
        return await show_one(settings, lambda heygen: heygen.avatars.get(id_))

    execute(settings, main)


_TIMEOUT = click.option(
    "--timeout",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="Stop waiting after this long, 0 for not waiting at all; it goes on at HeyGen.",
)


@avatars.command("create", short_help="Make an avatar, and wait until it can speak.")
@click.argument("photo", required=False)
@describing
@click.option("--prompt", metavar="TEXT", help="Make it of these words, without a PHOTO.")
@click.option("--name", metavar="TEXT", help="What it is called in HeyGen.")
@click.option("--group", metavar="ID", help="An avatar group that it joins.")
@click.option("--pick", type=click.IntRange(0, 15), help="v2: which photo of a generation.")
@dialectal
@_TIMEOUT
@common
def create(settings: Settings, **wanted: Any) -> None:
    """Make an avatar of PHOTO, of a description or of words, and wait until it can speak.

    HeyGen charges about a dollar for one, in v2 only for a generation. A PHOTO is a file; for v3
    also an https:// address, or asset:ID. Nothing is written down: `produce` and `batch` make
    avatars as well, and never twice.
    """
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.making import Creation

        return await Creation(settings=settings, **wanted).run()

    execute(settings, main)


@avatars.command("train", short_help="Train an avatar group, in HeyGen v2.")
@click.argument("group_id", metavar="GROUP")
@click.option("--again", is_flag=True, help="Train, and pay, even if the group is trained already.")
@_TIMEOUT
@common
def train(settings: Settings, group_id: str, again: bool, timeout: float | None) -> None:
    """Train an avatar group, in HeyGen v2, and wait until it is ready: 5 to 20 minutes.

    HeyGen charges about 4 dollars, for a group that is or was trained nothing more. Speaking needs
    no training; new looks painted by v2 do.
    """
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.making import trained

        return await trained(settings, group_id, timeout, again=again)

    execute(settings, main)


@avatars.command("delete")
@click.argument("id_", metavar="ID")
@click.option("--group", is_flag=True, help="ID is that of a group; all its looks go with it.")
@deleting
@common
def delete(settings: Settings, id_: str, group: bool, yes: bool) -> None:
    """Delete a look, or a group; with its last look goes a group."""
    from heygen_async.cli.running import execute

    what = "avatar group" if group else "avatar look"
    confirmed(what, id_, yes=yes)

    async def main() -> Exit:
        from heygen_async.cli.resources import deleted

        if group:
            return await deleted(
                settings, what, id_, lambda heygen: heygen.avatars.delete_group(id_)
            )
        return await deleted(settings, what, id_, lambda heygen: heygen.avatars.delete(id_))

    execute(settings, main)
