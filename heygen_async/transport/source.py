"""Bytes to be uploaded, from wherever the caller has them, readable as often as it takes.

An upload that broke off starts over, so its bytes must be there a second time, and their number is
signed into the address they go to, so it must be known before. Paths, bytes and seekable files have
both by nature; pipes and async iterators are first copied to a temporary file. Files are read in a
thread and in pieces: a gigabyte costs one piece of memory. The caller's file is never closed.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import stat
from collections.abc import AsyncGenerator, AsyncIterable, Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from heygen_async.errors import InvalidInputError
from heygen_async.transport.content import ACCEPTED, HEAD_BYTES, Content, inspect
from heygen_async.transport.pipe import copied, copy_into, spooled
from heygen_async.transport.sessions import Sessions

__all__ = ["PIECE", "Bytes", "Source"]

PIECE = 256 * 1024
"""Bytes read and sent at a time."""

# Control characters, which no header may hold, and halves of characters, which no text may.
_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

_HASHED = 16 * PIECE
"""Bytes that one thread hashes at a time."""

Bytes = str | os.PathLike[str] | bytes | bytearray | memoryview | IO[bytes] | AsyncIterable[bytes]
"""A path, bytes, a binary file, or anything that yields bytes asynchronously.

A path may be a pipe, such as ``/dev/stdin``. A binary file that is one is read to its end even if
the caller is cancelled, who waits for that.
"""


class Source:
    """Bytes that can be read again and again, inside ``async with``.

    Args:
        sessions: whose threads read.
        data: where the bytes come from.
        name: what to call them; None takes the file's own name.

    Attributes:
        name: the file's name, without its folder.
        size: in bytes.
        head: the first of them.
    """

    def __init__(self, sessions: Sessions, data: Bytes, *, name: str | None = None) -> None:
        self._sessions = sessions
        self._data = data
        self._name = name
        self._file: IO[bytes] | None = None
        self._owned = False
        self._start = 0
        self._memory: memoryview | None = None
        self._sha256: str | None = None
        self.name = _sayable(name or "upload")
        self.size = 0
        self.head = b""

    async def __aenter__(self) -> Source:
        try:
            await self._open()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._owned and self._file is not None:
            await self._sessions.let_go(self._file.close)
        self._file = None if self._owned else self._file
        self._memory = None  # which its owner may change again

    def content(self, accept: Collection[str] = ACCEPTED) -> Content:
        """What the bytes are.

        Raises:
            UnknownFileTypeError: none of the accepted types.
        """
        return inspect(self.head, name=self.name, size=self.size, accept=accept)

    async def sha256(self) -> str:
        """Their SHA-256, as 64 hexadecimal digits; read through once, then remembered."""
        if self._sha256 is None:
            digest = hashlib.sha256()
            done = 0
            while done < self.size:
                read = await self._sessions.in_thread(self._hash, digest, done)
                if not read:
                    raise self._changed(done)
                done += read
            self._sha256 = digest.hexdigest()
        return self._sha256

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """All bytes from the beginning, in pieces.

        Raises:
            InvalidInputError: the file became shorter since it was opened.
        """
        if self._memory is not None:
            for at in range(0, self.size, PIECE):
                yield bytes(self._memory[at : at + PIECE])
            return
        done = 0
        while done < self.size:
            piece = await self._sessions.in_thread(self._read, done)
            if not piece:
                break
            done += len(piece)
            yield piece
        if done != self.size:
            raise self._changed(done)

    def _changed(self, done: int) -> InvalidInputError:
        return InvalidInputError(
            f"{self.name} changed while it was read: {done} bytes instead of {self.size}. "
            "Call again once nobody writes to it",
            field="file",
            rule="must not change during its upload",
        )

    def _hash(self, digest: Any, at: int) -> int:
        """Feed the next bytes to a digest; gives how many, at most a few pieces at a time."""
        if self._memory is not None:
            digest.update(self._memory)
            return self.size
        done = 0
        while done < _HASHED and (piece := self._read(at + done)):
            digest.update(piece)
            done += len(piece)
        return done

    def _read(self, at: int) -> bytes:
        file = self._opened
        with self._readable():
            file.seek(self._start + at)
            return file.read(min(PIECE, self.size - at))

    @property
    def _opened(self) -> IO[bytes]:
        if self._file is None:
            raise InvalidInputError(f"{self.name} is closed: read it inside `async with`")
        return self._file

    async def _open(self) -> None:
        data: Any = self._data
        match data:
            case bytes() | bytearray() | memoryview():
                self._memory = memoryview(data).cast("B")
                self.size = len(self._memory)
                self.head = bytes(self._memory[:HEAD_BYTES])
                return
            case str() | os.PathLike():
                path = Path(data)
                self.name = _sayable(self._name or path.name)
                if not await self._sessions.in_thread(self._open_regular, path):
                    with self._readable():
                        self._file = await copied(path)
                        self._owned = True
            case _ if hasattr(data, "read"):
                self.name = _sayable(self._name or _name_of(data))
                await self._take(data)
            case _ if hasattr(data, "__aiter__"):
                await self._copy_async(data)
            case _:
                raise InvalidInputError.of(
                    "file", "must be a path, bytes, a binary file or an async iterator", data
                )
        await self._sessions.in_thread(self._measure)

    def _open_regular(self, path: Path) -> bool:
        """Open a file, unless opening or reading it may block: then it is no regular one."""
        # Kept by the thread itself: a caller that is cancelled meanwhile never sees a result.
        with self._readable():
            if not stat.S_ISREG(path.stat().st_mode):
                return False
            self._file = path.open("rb")
            self._owned = True
            return True

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """Inside, a file that cannot be read is told as such."""
        try:
            yield
        except (OSError, ValueError) as error:  # a ValueError where the file was closed
            shown = self.name
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            if isinstance(self._data, str | os.PathLike):
                shown = os.fsdecode(self._data)
                if "\0" in shown:  # for which each version of Python has its own words
                    shown, reason = repr(shown), "a null character cannot be in a path"
            raise InvalidInputError(
                f"{shown} cannot be read: {reason}",
                field="file",
                rule="must be a readable file",
            ) from error

    def _measure(self) -> None:
        file = self._opened
        with self._readable():
            self.size = file.seek(0, io.SEEK_END) - self._start
            file.seek(self._start)
            self.head = file.read(min(HEAD_BYTES, max(self.size, 0)))

    async def _take(self, file: Any) -> None:
        with self._readable():
            probe = await self._sessions.in_thread(file.read, 0)
        if not isinstance(probe, bytes):
            if hasattr(probe, "close"):
                probe.close()  # a coroutine that nobody will await
            raise InvalidInputError.of("file", "must be opened in binary mode, 'rb'", file)
        if await self._sessions.in_thread(file.seekable):
            self._file = file
            self._start = await self._sessions.in_thread(file.tell)
            return
        with self._readable():
            await self._sessions.in_own_thread(copy_into, self._own_copy(), file)

    async def _copy_async(self, pieces: AsyncIterable[bytes]) -> None:
        copy = self._own_copy()
        async for piece in pieces:
            if not isinstance(piece, bytes | bytearray | memoryview):
                raise InvalidInputError.of("file", "must yield bytes", piece)
            await self._sessions.in_thread(copy.write, piece)

    def _own_copy(self) -> IO[bytes]:
        self._file = copy = spooled()
        self._owned = True
        return copy


def _name_of(file: Any) -> str:
    name = getattr(file, "name", None)
    return Path(name).name if isinstance(name, str) and name else "upload"


def _sayable(name: str) -> str:
    """A file's name as a request can hold it: without control characters and halves of others."""
    return _UNSAYABLE.sub("_", name)
