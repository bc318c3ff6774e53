"""What all v1 and v2 calls share: their end and envelopes around lists."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import attrs

from heygen_async.api.converter import structure, structure_items, structure_readable
from heygen_async.api.family import Concurrency, Family
from heygen_async.api.paging import Page, Pages, read_cursor
from heygen_async.api.values import Request
from heygen_async.errors import (
    HeyGenV2Warning,
    ProtocolError,
)
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.messages import Answer

__all__ = [
    "LegacyFamily",
    "legacy",
    "warn_once",
]

R = TypeVar("R")

#: The day after which these calls were to end: ``Sunset`` headers and body warnings of August 2026,
#: which name no time of day but midnight [v2 behaviour digest §10, read 2026-11-20]. Whether they
#: ended is not known to us, and nothing here assumes either.
END = "2026-10-31"

_HOME = str(Path(__file__).parents[2])


def legacy(endpoint: Endpoint, successor: str | None, *, host: str = "") -> Endpoint:
    """An endpoint of v1 or v2.

    Args:
        endpoint: as it would be in v3.
        successor: the v3 call to use instead, None if there is none.
        host: ``upload`` for the host that takes raw files.
    """
    return attrs.evolve(endpoint, dialect="v2", successor=successor or "", host=host)


def warn_once(endpoint: Endpoint) -> None:
    """Warn of the announced end, at the first call of a process.

    The warning points at the caller's own line, and names what to call instead of this endpoint.
    """
    for _ in _not_yet_said():
        call = f"{endpoint.method} {endpoint.path}"
        use = endpoint.successor
        instead = f"Instead of {call} use {use}" if use else f"v3 has nothing like {call}"
        warnings.warn(
            f"HeyGen announced the end of its v1 and v2 calls for {END}, which is past; whether it"
            f" still answers them is unknown. {instead}",
            HeyGenV2Warning,
            stacklevel=_callers_level(),
        )


@cache
def _not_yet_said() -> Iterator[None]:
    """One item, in a whole process."""
    return iter([None])


def _callers_level() -> int:
    """How far up the stack the first frame outside this package is, as ``warn_once`` counts."""
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_HOME):
        level, frame = level + 1, frame.f_back
    return level


class LegacyFamily(Family):
    """A family of v1 and v2 calls."""

    async def _ask(
        self,
        endpoint: Endpoint,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """The answer as it is."""
        warn_once(endpoint)
        return await self._transport.call(endpoint, ids=ids, query=query)

    async def _call(
        self,
        cls: type[R],
        endpoint: Endpoint,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        body: Request | None = None,
        form: Callable[[], Any] | None = None,
        key: str | None = None,
        concurrency: Concurrency = "wait",
    ) -> R:
        warn_once(endpoint)
        return await super()._call(
            cls,
            endpoint,
            ids=ids,
            query=query,
            body=body,
            form=form,
            key=key,
            concurrency=concurrency,
        )

    def _pages(
        self,
        cls: Any,
        endpoint: Endpoint,
        at: str = "",
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        token: str | None = None,
        readable: bool = False,
    ) -> Pages[Any]:
        """A list that stands somewhere in ``data``, with its cursor beside it.

        Args:
            cls: of the items, or a function that says which class an item has.
            endpoint: what to call.
            at: the field of ``data`` that holds the items; empty where ``data`` is the list.
            ids: for the placeholders of the path.
            query: the parameters; the cursor is added to those of lists that take one.
            token: where to begin.
            readable: leave out what cannot be read, as ``_items`` does.
        """

        async def fetch(token: str | None) -> Page[Any]:
            answer = await self._ask(endpoint, ids=ids, query={**(query or {}), "token": token})
            try:
                page, wrong = _page(cls, endpoint.operation, answer, at, readable=readable)
            except ProtocolError as error:
                error.status = answer.status
                error.request_id = answer.request_id
                raise
            if wrong is not None:
                self._passed_over(endpoint.operation, wrong)
            return page

        return Pages(fetch, operation=endpoint.operation, token=token)


def _page(
    cls: Any, operation: str, answer: Answer, at: str, *, readable: bool
) -> tuple[Page[Any], ProtocolError | None]:
    fields = answer.data if isinstance(answer.data, dict) else {}
    items = fields.get(at) if at else answer.data
    where = f"data.{at}" if at else "data"
    found: tuple[Any, ...]
    wrong: ProtocolError | None = None
    if readable:
        found, wrong = structure_readable(cls, items, operation=operation, at=where)
    elif isinstance(cls, type):
        found = structure_items(cls, items, operation=operation, at=where)
    else:
        whole = structure_items(Mapping[str, Any], items, operation=operation, at=where)  # type: ignore[type-abstract]
        found = tuple(
            structure(cls(one), one, operation=operation, at=f"{where}[{index}]")
            for index, one in enumerate(whole)
        )
    token = read_cursor(fields, operation, "data.", name="token")
    return Page(found, token, raw=answer.envelope), wrong
