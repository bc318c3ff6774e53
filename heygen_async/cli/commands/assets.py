"""``assets``: files that HeyGen keeps."""

from __future__ import annotations

import click

from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings, common, confirmed, deleting, listed

__all__ = ["assets"]


@click.group()
def assets() -> None:
    """Assets: list, get, upload, delete."""


@assets.command("list")
@click.option("--username", metavar="NAME", help="Whose; else the owner's of the key.")
@click.option("--folder", metavar="ID", help="Only those in this folder.")
@listed
@common
def list_(settings: Settings, username: str | None, folder: str | None, limit: int) -> None:
    """List assets; with --json one object a line."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_assets

        return await show_assets(
            settings,
            {
                "ASSET": lambda asset: asset.id,
                "TYPE": lambda asset: asset.type,
                "NAME": lambda asset: asset.name,
            },
            limit,
            username=username,
            folder=folder,
        )

    execute(settings, main)


@assets.command("get")
@click.argument("id_", metavar="ID")
@common
def get(settings: Settings, id_: str) -> None:
    """Show one asset."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_one

        return await show_one(settings, lambda heygen: heygen.assets.get(id_))

    execute(settings, main)


@assets.command("upload")
@click.argument("file", type=click.Path())
@common
def upload(settings: Settings, file: str) -> None:
    """Upload FILE and print the id of the asset it became.

    Elsewhere it is then called asset:ID, as in `heygen-async produce asset:ID`.
    """
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import uploaded

        return await uploaded(settings, file)

    execute(settings, main)


@assets.command("delete")
@click.argument("id_", metavar="ID")
@deleting
@common
def delete(settings: Settings, id_: str, yes: bool) -> None:
    """Delete an asset; what was made of it stays."""
    from heygen_async.cli.running import execute

    confirmed("asset", id_, yes=yes)

    async def main() -> Exit:
        from heygen_async.cli.resources import deleted

        return await deleted(settings, "asset", id_, lambda heygen: heygen.assets.delete(id_))

    execute(settings, main)
