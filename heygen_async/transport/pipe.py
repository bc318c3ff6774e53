"""What is read once and may never end: a named pipe, a terminal, a device.

It is copied to a file, which can be read again. Opening and reading it take as long as whoever
writes to it likes, so each has a thread of its own and no other file waits for it; and nothing
wakes a thread out of a read, so one whose caller is cancelled is abandoned. It closes what it holds
once the other end writes or closes, and ends with the process at the latest, which does not wait
for it.

Only what is opened here can be abandoned: a file of the caller's would be read on behind its owner,
and a process that ends while its ``sys.stdin`` is being read is aborted by Python.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import IO, ParamSpec, TypeVar, cast

__all__ = ["copied", "copy_into", "spooled"]

_P = ParamSpec("_P")
_T = TypeVar("_T")

_PIECE = 256 * 1024

_IN_MEMORY = 2**20


async def copied(path: Path) -> IO[bytes]:
    """All that comes out of a path, in a file that can be read again; the caller closes it.

    What can be read again as it is, such as a disk, is opened and not copied.

    Raises:
        OSError: it cannot be read.
    """
    copy = _Copy(path)
    try:
        return await asyncio.get_running_loop().run_in_executor(_OwnThreads(), copy.make)
    except asyncio.CancelledError:
        copy.give_up()
        raise


def spooled() -> IO[bytes]:
    """An empty file for a copy, which stays in memory while it is small."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - whoever asks closes
    return cast("IO[bytes]", file)


def copy_into(
    copy: IO[bytes], file: IO[bytes], *, ended: Callable[[], bool] = lambda: False
) -> None:
    """Append what is left of a file to a copy of it; this blocks.

    Args:
        copy: written to.
        file: read to its end.
        ended: whether nobody wants the rest.
    """
    while not ended() and (piece := file.read(_PIECE)):
        copy.write(piece)


class _Copy:
    """A copy that a thread makes, and that its caller may give up at any time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._made: IO[bytes] | None = None
        self._given_up = False

    def make(self) -> IO[bytes]:
        pipe: IO[bytes] = self._path.open("rb", buffering=0)
        if pipe.seekable():
            return self._handed_over(pipe)
        with pipe:
            copy = spooled()
            try:
                copy_into(copy, pipe, ended=lambda: self._given_up)
            except BaseException:
                copy.close()
                raise
        return self._handed_over(copy)

    def give_up(self) -> None:
        with self._lock:
            self._given_up = True
            if self._made is not None:
                self._made.close()

    def _handed_over(self, file: IO[bytes]) -> IO[bytes]:
        with self._lock:
            self._made = file
            if self._given_up:
                file.close()
        return file


class _OwnThreads(Executor):
    """Runs each piece of work in a thread of its own, for which the process does not wait."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        future: Future[_T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - goes to whoever waits
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=run, name="heygen-async pipe", daemon=True).start()
        return future
