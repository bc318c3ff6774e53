"""An endpoint is data: what it is called, and what may be done when its answer is lost.

``replay`` alone decides whether a request whose fate is unknown may be sent again:

=========  =====================================================  ==============================
replay     the server's promise                                   a lost answer
=========  =====================================================  ==============================
SAFE       nothing changes, or changing twice is changing once    is asked for again
KEYED      ``Idempotency-Key``: one execution in 24 hours         is asked for under the same key
BODY_ID    ``request_id`` in the body does the same               is asked for with the same body
UNSAFE     none                                                   is reported, never repeated
=========  =====================================================  ==============================

A request that provably never arrived, or that the server refused to process (429), may be sent
again whatever the column says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeGuard
from urllib.parse import quote

import attrs

from heygen_async.errors import InvalidInputError

__all__ = ["Endpoint", "Replay", "Scope", "Timeout", "may_be_id"]


class Replay(StrEnum):
    """What sending a request a second time does.

    Nothing, for it reads or sets a state (SAFE); nothing, under the same idempotency key (KEYED) or
    the same request id (BODY_ID); or the same thing twice (UNSAFE).
    """

    SAFE = "safe"
    KEYED = "keyed"
    BODY_ID = "body_id"
    UNSAFE = "unsafe"


class Scope(StrEnum):
    """Which gate a 429 closes: the endpoints that share a limit wait together."""

    READ = "read"
    WRITE = "write"
    RENDER = "render"
    UPLOAD = "upload"


class Timeout(StrEnum):
    """Which patience fits: a quick answer, a slow one, or as long as bytes keep moving."""

    READ = "read"
    WRITE = "write"
    TRANSFER = "transfer"


_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def may_be_id(value: object) -> TypeGuard[str]:
    """Whether this can name anything: text that is not empty, nor another path to a server."""
    return isinstance(value, str) and bool(value.strip()) and value not in {".", ".."}


@attrs.frozen
class Endpoint:
    """One operation of an API.

    Attributes:
        method: the HTTP method.
        path: with ``{placeholders}``.
        operation: the operation id in the contract.
        replay: whether it may be sent again, see the module's table.
        scope: which gate it shares.
        timeout: which timeouts apply.
        dialect: whose API it is: ``v3``, ``v2`` or ``agentai``.
        conflict_is_early: a 409 ``conflict`` of this operation says "not yet" and is asked again,
            such as completing an upload that the storage does not show yet.
        host: ``upload`` where raw files are taken, empty for the API's own host.
        successor: the v3 call to use instead, such as ``POST /v3/videos``; empty if there is none.
    """

    method: str
    path: str
    operation: str
    replay: Replay = attrs.field(converter=Replay)
    scope: Scope = attrs.field(converter=Scope)
    timeout: Timeout = attrs.field(converter=Timeout)
    dialect: str = "v3"
    conflict_is_early: bool = attrs.field(default=False, kw_only=True)
    host: str = attrs.field(default="", kw_only=True)
    successor: str = attrs.field(default="", kw_only=True)

    _start: str = attrs.field(init=False, repr=False, eq=False)
    _pieces: tuple[tuple[str, str], ...] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        # What stands before the first placeholder; then each name and what stands behind it.
        start, *rest = _PLACEHOLDER.split(self.path)
        object.__setattr__(self, "_start", start)
        object.__setattr__(self, "_pieces", tuple(zip(rest[::2], rest[1::2], strict=True)))

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names in the path, in their order."""
        return tuple(name for name, _ in self._pieces)

    def fill(self, ids: Mapping[str, str]) -> str:
        """The path with its ids in place, each quoted as one segment.

        Raises:
            InvalidInputError: an id is missing, empty, or no string; ``.`` and ``..`` included,
                which a server would read as another path.
        """
        filled = self._start
        for name, rest in self._pieces:
            value = ids.get(name)
            if not may_be_id(value):
                raise InvalidInputError.of(name, "must be a non-empty id", value)
            plain = value.isascii() and value.isalnum()  # as nearly all ids are
            filled += (value if plain else quote(value, safe="")) + rest
        return filled
