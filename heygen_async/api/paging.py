"""Lists that come in pages, read as one.

A page is asked for when its first item is wanted, so leaving a loop early costs nothing and
leaves nothing open: there is no generator holding a connection, only a cursor. The server ends
a list; a cursor that is missing or that came before is an error rather than an endless loop, and so
are pages without an end that have nothing on them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from heygen_async.errors import ProtocolError

__all__ = ["Page", "Pages"]

T = TypeVar("T")

# Empty pages in a row after which a list is broken. Some are honest: a server may look through its
# items page by page and show those that fit, and a thousand pages are up to a hundred thousand
# items of which none does.
_EMPTY = 1000


@attrs.frozen
class Page(Generic[T]):
    """A part of a list.

    Attributes:
        items: in the server's order.
        next_token: the cursor of the page behind it, None on the last one.
        raw: the whole answer as it came.
    """

    items: tuple[T, ...]
    next_token: str | None = None
    raw: Mapping[str, Any] = attrs.field(factory=dict, kw_only=True, repr=False, eq=False)


class Pages(Generic[T]):
    """A list of the API; it can be iterated again and again, and asks anew each time.

    ``async for item in pages`` goes through all items, ``async for page in pages.pages()``
    through whole pages, ``await pages.page(token)`` fetches one.
    """

    def __init__(
        self,
        fetch: Callable[[str | None], Awaitable[Page[T]]],
        *,
        operation: str,
        token: str | None = None,
    ) -> None:
        self._fetch = fetch
        self._operation = operation
        self._token = token

    def __repr__(self) -> str:
        return f"<Pages of {self._operation}>"

    def __aiter__(self) -> AsyncIterator[T]:
        return _Items(self.pages())

    def pages(self) -> AsyncIterator[Page[T]]:
        """All pages from the first on.

        Raises:
            ProtocolError: while iterating, if the server sends a cursor that it sent before, or a
                thousand pages in a row with nothing on them.
        """
        return _PageByPage(self._fetch, self._operation, self._token)

    async def page(self, token: str | None = None) -> Page[T]:
        """One page: the one behind the cursor, the first without one."""
        return await self._fetch(self._token if token is None else token)

    async def collect(self, most: int | None = None) -> list[T]:
        """The items in a list, at most so many where a number is given."""
        found: list[T] = []
        if most is not None and most <= 0:
            return found
        async for item in self:
            found.append(item)
            if len(found) == most:
                break
        return found


def read_cursor(
    fields: Mapping[str, Any], operation: str, at: str = "", name: str = "next_token"
) -> str | None:
    """The cursor of the page behind this one, None if there is none.

    Args:
        fields: of the page.
        operation: whose answer it is, for the error.
        at: where the fields stood, for the error.
        name: what the cursor is called.

    Raises:
        ProtocolError: there is more, but no cursor to it; or the two fields are no flag and text.
    """
    more, token = fields.get("has_more"), fields.get(name)
    if more is not None and not isinstance(more, bool):
        raise _broken(operation, f"{at}has_more", "is neither true nor false")
    if token is not None and not isinstance(token, str):
        raise _broken(operation, f"{at}{name}", "is no text")
    if more is False or (more is None and not token):
        return None
    if not token:
        raise _broken(operation, f"{at}{name}", "is missing although has_more is true")
    return token


class _PageByPage(Generic[T]):
    def __init__(
        self,
        fetch: Callable[[str | None], Awaitable[Page[T]]],
        operation: str,
        token: str | None,
    ) -> None:
        self._fetch = fetch
        self._operation = operation
        self._token = token
        self._seen = set() if token is None else {token}
        self._empty = 0
        self._ended = False

    def __aiter__(self) -> AsyncIterator[Page[T]]:
        return self

    async def __anext__(self) -> Page[T]:
        if self._ended:
            raise StopAsyncIteration
        page = await self._fetch(self._token)
        token = page.next_token
        self._empty = 0 if page.items else self._empty + 1
        if token is None:
            self._ended = True
        elif self._empty >= _EMPTY:
            self._ended = True
            what = f"is another one, behind {_EMPTY} pages in a row without an item"
            raise _broken(self._operation, "next_token", what)
        elif token in self._seen:
            self._ended = True
            raise _broken(self._operation, "next_token", "came before, the list would never end")
        else:
            self._seen.add(token)
            self._token = token
        return page


class _Items(Generic[T]):
    def __init__(self, pages: AsyncIterator[Page[T]]) -> None:
        self._pages = pages
        self._ready: deque[T] = deque()

    def __aiter__(self) -> AsyncIterator[T]:
        return self

    async def __anext__(self) -> T:
        while not self._ready:
            self._ready.extend((await anext(self._pages)).items)
        return self._ready.popleft()


def _broken(operation: str, path: str, what: str) -> ProtocolError:
    return ProtocolError(
        f"{operation} was answered with a page whose {path} {what}.",
        operation=operation,
        path=path,
    )
