"""Bytes that callers gave us: small ones in memory, large ones in a file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import attrs

_HEAD = 64 * 1024


@attrs.frozen(kw_only=True, eq=False, repr=False)
class Blob:
    """Bytes with what is known of them without reading them all.

    Attributes:
        size: in bytes.
        sha256: hex digest.
        head: enough of the beginning to tell the type from.
        data: the bytes, if they are in memory.
        path: the file that holds them otherwise.
    """

    size: int
    sha256: str
    head: bytes
    data: bytes | None = None
    path: Path | None = None

    @classmethod
    def of(cls, data: bytes) -> Blob:
        """The blob of bytes in memory."""
        digest = hashlib.sha256(data).hexdigest()
        return cls(size=len(data), sha256=digest, head=data[:_HEAD], data=data)

    @classmethod
    def at(cls, path: Path, size: int, sha256: str) -> Blob:
        """The blob of a file that is complete and will not change."""
        with path.open("rb") as file:
            head = file.read(_HEAD)
        return cls(size=size, sha256=sha256, head=head, path=path)

    def read(self) -> bytes:
        """All the bytes; blocks while a file is read."""
        if self.data is not None:
            return self.data
        assert self.path is not None
        return self.path.read_bytes()
