"""What ``batch`` looks at before it spends: its folder, the ids in its rows, its budget."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import attrs

from heygen_async.batch.manifest.manifest import Checked, Manifest, RowError, table
from heygen_async.cli.console import put_json, say
from heygen_async.cli.exits import Exit
from heygen_async.cli.precautions import Named
from heygen_async.cli.spelling import OPTIONS
from heygen_async.client import HeyGen
from heygen_async.errors import BudgetError, HeyGenError, InvalidInputError

__all__ = ["JOURNAL", "apart", "lost_rows", "refused", "tabled", "words_again"]

JOURNAL = "batch.journal.db"
"""The journal's name in the folder, where the command chooses."""


def apart(out: Path, journal: str | None) -> None:
    """Refuse a folder for simulated videos where those of another server are.

    Args:
        out: the folder.
        journal: the journal that was asked for, None for none.

    Raises:
        InvalidInputError: their report would be overwritten.
    """
    theirs = out / JOURNAL
    own = journal is not None and Path(journal).absolute() == theirs
    if theirs.exists() and not own:
        raise InvalidInputError(
            f"--out: {out} holds a batch that is not of this simulator ({theirs.name} is its"
            " journal), and its report would be overwritten; take another folder",
            field="--out",
            value=str(out),
        )


async def lost_rows(
    heygen: HeyGen | None, dialect: str, manifest: Manifest, named: Named
) -> Checked | None:
    """Which rows name a voice or a look that HeyGen does not know; None if none does."""
    if heygen is None:
        return None
    lost = await named.lost(heygen, dialect)
    return await asyncio.to_thread(manifest.check, each=lost.refuse) if lost else None


def words_again(words: Sequence[str], error: HeyGenError | None) -> list[str]:
    """The words of a command that goes on after an error: after a budget's, with room for more.

    The budget may be one that the journal remembered, and that was not among the words.
    """
    if not isinstance(error, BudgetError):
        return list(words)
    again: list[str] = []
    for word in words:
        if again and again[-1] == "--budget":
            word = "MORE"
        again.append("--budget=MORE" if word.startswith("--budget=") else word)
    if not any(word.partition("=")[0] == "--budget" for word in again):
        # Behind -- it would be no option.
        place = again.index("--") if "--" in again else len(again)
        again[place:place] = ["--budget", "MORE"]
    return again


def refused(checked: Checked, manifest: str, *, as_json: bool, asked: bool = False) -> Exit:
    """Tell what is wrong with a manifest; ``asked`` where it is HeyGen that said so."""
    errors = [attrs.evolve(one, rule=OPTIONS.sentence(one.rule)) for one in checked.errors]
    hidden = checked.found - len(errors)
    more = f" ({hidden} more are not shown)" if hidden else ""
    count = "1 error" if checked.found == 1 else f"{checked.found} errors"
    message = f"{count} in {manifest}{more}; nothing was {'spent' if asked else 'sent or spent'}"
    return tabled(errors, message, as_json=as_json)


def tabled(errors: Sequence[RowError], message: str, *, as_json: bool) -> Exit:
    """Tell what is wrong with rows, and what that means for all of them."""
    say(table(errors))
    say(f"error: {message}")
    if as_json:
        rows = [attrs.asdict(error) for error in errors]
        known = {"error": "InvalidInputError", "code": None, "message": message}
        put_json(known | {"rows": rows, "exit": int(Exit.USAGE)})
    return Exit.USAGE
