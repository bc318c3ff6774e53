"""Where bytes come from: a file, memory, a public address, or an asset that HeyGen already has."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Self

import attrs
from attrs.validators import optional

from heygen_async.errors import InvalidInputError
from heygen_async.models import check

__all__ = ["Media", "Origin"]


class Origin(StrEnum):
    """Where a `Media`'s bytes are; KEPT are those that a journal holds by their digest."""

    FILE = "file"
    MEMORY = "memory"
    URL = "url"
    ASSET = "asset"
    KEPT = "kept"


_KEPT = "sha256:"


def _plain(
    source: str | os.PathLike[str] | bytes | bytearray | memoryview | None,
) -> str | bytes | None:
    if isinstance(source, os.PathLike):
        return os.fspath(source)
    if isinstance(source, bytearray | memoryview):
        return bytes(source)
    return source


@attrs.frozen
class Media:
    """Bytes by reference.

    Attributes:
        source: a path, the bytes themselves, or an address that starts with ``https://``.
            None when ``asset_id`` says where.
        asset_id: the id of something uploaded before, instead of ``source``.
    """

    source: str | bytes | None = attrs.field(
        default=None,
        converter=_plain,
        repr=lambda source: f"<{len(source)} bytes>" if isinstance(source, bytes) else repr(source),
    )
    asset_id: str | None = attrs.field(default=None, kw_only=True, validator=optional(check.filled))

    def __attrs_post_init__(self) -> None:
        what = type(self).__name__
        if (self.source is None) == (self.asset_id is None):
            raise InvalidInputError(
                f"{what} takes exactly one of a source and an asset_id", field=f"{what}.source"
            )
        if self.source is None:
            return
        source: object = self.source
        if not isinstance(source, str | bytes) or not source:
            raise InvalidInputError.of(
                f"{what}.source", "must be a path, bytes, or an https:// address", source
            )
        if isinstance(source, str):
            check.openable(f"{what}.source", source)
        if self.origin is Origin.URL and not str(source).startswith("https://"):
            raise InvalidInputError.of(
                f"{what}.source", "must use https://, HeyGen fetches it from outside", self.source
            )

    @property
    def origin(self) -> Origin:
        """Which of the places it is."""
        if self.asset_id is not None:
            return Origin.ASSET
        if isinstance(self.source, bytes):
            return Origin.MEMORY
        source = str(self.source)
        if source.startswith(_KEPT):
            return Origin.KEPT
        return Origin.URL if "://" in source[:12] else Origin.FILE

    @property
    def path(self) -> Path:
        """The file, where the origin is one."""
        return Path(str(self.source))

    @property
    def digest(self) -> str:
        """The SHA-256 in hex under which the bytes are kept, where they are."""
        return str(self.source).removeprefix(_KEPT)

    def kept(self, digest: str) -> Self:
        """The same, by reference to bytes that a journal keeps."""
        return attrs.evolve(self, source=_KEPT + digest)
