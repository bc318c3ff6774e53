"""What is looked at before anything is paid for: where the video goes, and the ids that jobs name.

An avatar is paid before its video is asked for. So what only the video needs, such as its voice or
a folder to put it into, is tried first: a wrong id found later has cost an avatar by then.
"""

from __future__ import annotations

import asyncio
import shlex
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import attrs

from heygen_async.cli.console import clean, say
from heygen_async.client import HeyGen
from heygen_async.errors import (
    AuthenticationError,
    ConnectError,
    HeyGenError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
)
from heygen_async.models.job import Job, Look, Script

__all__ = ["MOST", "Named", "existing", "keepable", "writable"]

MOST = 100
"""How many different ids are asked for at the most."""

_AT_ONCE = 8

# Seconds for all of it: whether HeyGen answers at all is not what is asked here.
_PATIENCE = 60.0

_Key = tuple[str, str]

_LISTS = {"voice": "voices list", "look": "avatars looks"}
# Of a simulator that ends with its command, nobody can ask.
_SIMULATED = {"voice": "sim-voice-anna and sim-voice-ben", "look": "sim-look-mia and sim-look-leo"}


def writable(folder: Path, option: str) -> None:
    """Try to write into a folder, which is made if it is missing.

    Raises:
        InvalidInputError: it cannot be done; nothing was sent.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InvalidInputError(
            f"{option}: nothing can be written into {folder}: {error.strerror or error}; nothing"
            " was sent or spent",
            field=option,
            value=str(folder),
        ) from error


def existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there: where it would be made."""
    return next((one for one in (folder, *folder.parents) if one.exists()), folder)


def keepable(journal: str, made: str | None = None) -> None:
    """See whether a journal that was asked for can be where it is to be.

    Args:
        journal: the file, as typed.
        made: a folder that is made later, if it is missing.

    Raises:
        InvalidInputError: there is no such folder, or nothing can be written there; nothing was
            sent.
    """
    folder = Path(journal).parent
    if made is not None and folder.absolute() == Path(made).absolute():
        return
    if not folder.is_dir():
        raise InvalidInputError(
            f"--journal: there is no folder {folder}; nothing was sent or spent",
            field="--journal",
            value=journal,
        )
    writable(folder, "--journal")


@attrs.define
class Named:
    """The voices and looks that jobs name.

    Attributes:
        simulate: whether they are a simulator's, which ends with the command.
        ids: of which kind (``voice``, ``look``) and which id; the first 100.
        more: whether there were others.
    """

    simulate: bool = False
    ids: dict[_Key, None] = attrs.field(factory=dict)
    more: bool = False

    def note(self, job: Job) -> None:
        """Take a job's in."""
        for key in _keys(job):
            if key in self.ids or len(self.ids) < MOST:
                self.ids[key] = None
            else:
                self.more = True

    async def lost(self, heygen: HeyGen, dialect: str = "v3") -> Lost:
        """Ask HeyGen for each, which is free; those that it does not know.

        Whatever else goes wrong is no answer, and stops nothing: who pays will hear of it.

        Args:
            heygen: who makes the videos, in agent.ai's dialect too.
            dialect: of the jobs. v2 has a list of voices of its own, which counts as well; and it
                reads a look before anything is paid, so that looks need not be asked for here.

        Raises:
            AuthenticationError: the key is not accepted, so nothing else would be.
            ConnectError: nobody was there to answer, whatever was asked.
        """
        found: set[_Key] = set()
        groups: set[str] = set()
        wanted = [key for key in self.ids if dialect != "v2" or key[0] == "voice"]
        ask: dict[str, Callable[[str], Awaitable[object]]] = {
            "voice": heygen.voices.get,
            "look": heygen.avatars.get,
        }
        some = asyncio.Semaphore(_AT_ONCE)
        unclear = 0
        refused: list[AuthenticationError] = []
        unheard: list[ConnectError] = []

        async def look(key: _Key) -> None:
            nonlocal unclear
            kind, name = key
            async with some:
                try:
                    try:
                        await ask[kind](name)
                    except (InvalidRequestError, NotFoundError) as error:
                        if kind == "look" and await _is_group(heygen, name):
                            groups.add(name)
                        elif not isinstance(error, NotFoundError):
                            raise
                        found.add(key)
                except AuthenticationError as error:
                    refused.append(error)
                except ConnectError as error:
                    unheard.append(error)
                except HeyGenError:
                    unclear += 1

        try:
            async with asyncio.timeout(_PATIENCE):
                async with asyncio.TaskGroup() as tasks:
                    for key in wanted:
                        tasks.create_task(look(key))
                if found and dialect == "v2":
                    found -= {("voice", it.voice_id) async for it in heygen.v2.voices.list()}
        except (TimeoutError, HeyGenError):
            unclear += 1
            if dialect == "v2":
                found.clear()  # What v3 does not know, v2 may.
        if refused:
            raise refused[0]
        if wanted and len(unheard) == len(wanted):
            raise unheard[0]
        if unclear or unheard:
            say("Some voices or looks could not be checked; one that is wrong fails its video.")
        if self.more:
            say(f"Only the first {MOST} voices and looks were checked.")
        return Lost(frozenset(found), self.simulate, frozenset(groups))


@attrs.frozen
class Lost:
    """Ids that HeyGen, or a simulator, does not know; false if there are none.

    Attributes:
        ids: those, with their kinds.
        simulate: whether it was a simulator that ends with its command.
        groups: those of looks that are an avatar group's instead.
    """

    ids: frozenset[_Key]
    simulate: bool = False
    groups: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.ids)

    def refuse(self, job: Job, option: str = "") -> None:
        """Refuse a job that names one of them.

        Args:
            job: may name them.
            option: comes before the kind: ``--`` for options, nothing for columns.

        Raises:
            InvalidInputError: with the id, and the command that lists those that there are.
        """
        for kind, name in _keys(job):
            if (kind, name) in self.ids:
                known = f"`heygen-async {_LISTS[kind]}` shows those there are"
                if self.simulate:
                    known = f"the simulator has {_SIMULATED[kind]}, among others"
                wrong = f"there is no {kind} {clean(name)}"
                if kind == "look" and name in self.groups:
                    wrong = f"{clean(name)} is an avatar group; name one of its looks"
                    if not self.simulate:
                        group = shlex.quote(clean(name))
                        known = f"`heygen-async avatars looks --group {group}` shows them"
                raise InvalidInputError(
                    f"{option}{kind}: {wrong}; {known}",
                    field=f"{option}{kind}",
                    value=name,
                )


async def _is_group(heygen: HeyGen, name: str) -> bool:
    """Whether the id that no look has is an avatar group's, as ids are easily mixed up."""
    try:
        await heygen.avatars.get_group(name)
    except NotFoundError:
        return False
    return True


def _keys(job: Job) -> list[_Key]:
    keys = []
    if isinstance(job.speech, Script) and job.speech.voice_id is not None:
        keys.append(("voice", job.speech.voice_id))
    if isinstance(job.avatar, Look):
        keys.append(("look", job.avatar.id))
    return keys
