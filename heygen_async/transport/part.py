"""A file that appears under its name only when it is whole. Everything here blocks: use threads.

The bytes gather in a file of their own beside the target, so that the last step is a rename within
one folder, which is atomic. Its name is unique: two downloads to one target do not mix.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from heygen_async.errors import InvalidInputError

__all__ = ["PartFile"]


class PartFile:
    """What has arrived so far.

    Args:
        target: where it goes in the end; its folder must exist.

    Raises:
        InvalidInputError: it can be no file's path.

    Attributes:
        done: bytes so far.
        digest: their SHA-256.
    """

    def __init__(self, target: Path) -> None:
        self.done = 0
        self.digest = hashlib.sha256()
        if not target.name or "\0" in str(target):
            raise InvalidInputError.of("path", "must name a file", str(target))
        self._target = target
        self._part = target.with_name(f"{target.name}.{uuid4().hex[:8]}.part")
        self._file: BinaryIO | None = None

    def create(self) -> None:
        """Make the file, empty.

        Raises:
            InvalidInputError: that is not possible there.
        """
        if self._target.is_dir():
            raise InvalidInputError(
                f"{self._target} is a folder: name the file as well", field="path"
            )
        with self._writable():
            self._file = self._part.open("xb")

    def restart(self) -> None:
        """Forget what has arrived.

        Raises:
            InvalidInputError: the disk is full, or fails otherwise.
        """
        with self._writable():
            self._open.seek(0)  # which writes what was put off
            self._open.truncate()
        self.done = 0
        self.digest = hashlib.sha256()

    def write(self, pieces: bytearray) -> None:
        """Append.

        Raises:
            InvalidInputError: the disk is full, or fails otherwise.
        """
        with self._writable():
            self._open.write(pieces)
        self.digest.update(pieces)
        self.done += len(pieces)

    def publish(self) -> None:
        """Give it the target's name, once it is safely on disk.

        Raises:
            InvalidInputError: that is not possible there.
        """
        with self._writable():
            self._open.flush()
            os.fsync(self._open.fileno())
            self._open.close()
            self._part.replace(self._target)
            if os.name == "posix":
                _sync_folder(self._target.parent)

    def discard(self) -> None:
        """Remove it, if it is still there."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            with contextlib.suppress(OSError):
                self._part.unlink()

    @property
    def _open(self) -> BinaryIO:
        if self._file is None:
            raise InvalidInputError(f"{self._part} was not created yet", field="path")
        return self._file

    @contextlib.contextmanager
    def _writable(self) -> Iterator[None]:
        """Inside, a file that cannot be written is told as such."""
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise InvalidInputError(
                f"{self._target} cannot be written: {reason}", field="path", rule="must be writable"
            ) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
