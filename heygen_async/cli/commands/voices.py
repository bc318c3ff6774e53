"""``voices``: who can speak."""

from __future__ import annotations

import click

from heygen_async.cli.exits import Exit
from heygen_async.cli.options import Settings, common, confirmed, deleting, listed

__all__ = ["voices"]


@click.group()
def voices() -> None:
    """Voices: list, get, delete."""


@voices.command("list")
@click.option("--language", metavar="NAME", help="Only those that speak it, such as English.")
@click.option("--gender", metavar="WORD", help="Only female or male ones.")
@click.option("--engine", metavar="NAME", help="Only those of an engine, such as starfish.")
@click.option("--type", "kind", type=click.Choice(("public", "private")), help="Whose.")
@listed
@common
def list_(
    settings: Settings,
    language: str | None,
    gender: str | None,
    engine: str | None,
    kind: str | None,
    limit: int,
) -> None:
    """List voices; with --json one object a line."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_list

        return await show_list(
            settings,
            lambda heygen, size: heygen.voices.list(
                language=language, gender=gender, engine=engine, type=kind, limit=size
            ),
            {
                "ID": lambda voice: voice.voice_id,
                "NAME": lambda voice: voice.name,
                "LANGUAGE": lambda voice: voice.language,
                "GENDER": lambda voice: voice.gender,
                "LOCALES": lambda voice: voice.support_locale,
                "TYPE": lambda voice: voice.type,
            },
            limit,
        )

    execute(settings, main)


@voices.command("get")
@click.argument("id_", metavar="ID")
@common
def get(settings: Settings, id_: str) -> None:
    """Show one voice."""
    from heygen_async.cli.running import execute

    async def main() -> Exit:
        from heygen_async.cli.resources import show_one

        return await show_one(settings, lambda heygen: heygen.voices.get(id_))

    execute(settings, main)


@voices.command("delete")
@click.argument("id_", metavar="ID")
@deleting
@common
def delete(settings: Settings, id_: str, yes: bool) -> None:
    """Delete a voice of your own."""
    from heygen_async.cli.running import execute

    confirmed("voice", id_, yes=yes)

    async def main() -> Exit:
        from heygen_async.cli.resources import deleted

        return await deleted(settings, "voice", id_, lambda heygen: heygen.voices.delete(id_))

    execute(settings, main)
