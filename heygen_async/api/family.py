"""What the families of calls share: an endpoint called, its answer read, a job waited for."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, NoReturn, TypeVar, cast

from heygen_async.api.converter import structure, structure_items, structure_readable, unstructure
from heygen_async.api.paging import Page, Pages, read_cursor
from heygen_async.api.values import Request
from heygen_async.api.watch import BulkLook, Watch, ended_badly
from heygen_async.errors import (
    HeyGenError,
    InvalidInputError,
    NotFoundError,
    ProtocolError,
    UsageError,
)
from heygen_async.models.state import JobState, Progress
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.http import Transport
from heygen_async.transport.messages import Answer
from heygen_async.transport.retry import in_the_end

__all__ = ["Concurrency", "Family", "raise_nameless", "raise_unread"]

R = TypeVar("R")
Q = TypeVar("Q")

_LOGGER = logging.getLogger("heygen_async")

Concurrency = Literal["wait", "raise"]
"""What a full pool of running jobs means: wait as the server says, or raise at once."""


class Family:
    """A family of calls over one transport.

    Args:
        transport: sends the requests.
        watch: waits for jobs; without one, ``wait`` methods refuse.
    """

    def __init__(self, transport: Transport, watch: Watch | None = None) -> None:
        self._transport = transport
        self._watch = watch
        # The lists whose trouble was told: a look comes every few seconds.
        self._told: set[str] = set()

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """How to look at the jobs of this family, by kind."""
        return {}

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
        answer = await self._transport.call(
            endpoint,
            ids=ids,
            query=query,
            json=None if body is None else unstructure(body),
            form=form,
            key=key,
            concurrency=concurrency,
        )
        try:
            return structure(cls, answer.data, operation=endpoint.operation)
        except ProtocolError as error:
            raise_unread(error, endpoint, answer)

    async def _items(
        self,
        cls: type[R],
        endpoint: Endpoint,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        readable: bool = False,
    ) -> Page[R]:
        """A page of a list.

        Args:
            cls: of the items.
            endpoint: what to call.
            ids: for the placeholders of the path.
            query: the parameters.
            readable: leave out what cannot be read. A look has to: what is wrong with a job that
                nobody asked about must not keep those waiting who asked about others.
        """
        answer = await self._transport.call(endpoint, ids=ids, query=query)
        operation = endpoint.operation
        try:
            if readable:
                items, wrong = structure_readable(cls, answer.data, operation=operation)
                if wrong is not None:
                    self._passed_over(operation, wrong)
            else:
                items = structure_items(cls, answer.data, operation=operation)
            token = read_cursor(answer.envelope, operation)
        except ProtocolError as error:
            raise_unread(error, endpoint, answer)
        return Page(items, token, raw=answer.envelope)

    def _list(
        self,
        cls: type[R],
        endpoint: Endpoint,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        token: str | None = None,
        readable: bool = False,
    ) -> Pages[R]:
        async def fetch(token: str | None) -> Page[R]:
            asked = {**(query or {}), "token": token}
            return await self._items(cls, endpoint, ids=ids, query=asked, readable=readable)

        return Pages(fetch, operation=endpoint.operation, token=token)

    def _passed_over(self, operation: str, error: HeyGenError) -> None:
        """Say, once, that a list or a part of it is no help to those who look at jobs."""
        level = logging.DEBUG if operation in self._told else logging.WARNING
        self._told.add(operation)
        _LOGGER.log(
            level, "Jobs that %s should show are looked at without it: %s", operation, error
        )

    async def _settled(
        self,
        kind: str,
        job_id: str,
        get: Callable[[str], Awaitable[R]],
        why: Callable[[R], JobState],
        *,
        timeout: float | None,
        expected: float | None = None,
    ) -> R:
        """The resource once its job is done.

        A bulk status may say that a job failed without saying why; the resource itself is asked
        then, by ``get``, and ``why`` reads it.
        """
        if self._watch is None:
            raise UsageError(
                "Nobody looks at jobs here: use the families of a HeyGen client to wait."
            )
        state = await self._watch(kind, job_id, timeout=timeout, expected=expected)
        if state.progress is Progress.DONE:
            return await get(job_id) if state.resource is None else cast("R", state.resource)
        if state.progress is Progress.FAILED and not (state.code or state.reason):
            try:
                told = why(await get(job_id))
            except NotFoundError:
                told = state
            state = told if told.progress is Progress.FAILED else state
        raise ended_badly(kind, job_id, state)


def request_of(kinds: type[Q] | tuple[type[Q], ...], value: object, name: str) -> Q:
    """The request, if it is one of these classes.

    Raises:
        InvalidInputError: it is something else.
    """
    if isinstance(value, kinds):
        return value
    many = kinds if isinstance(kinds, tuple) else (kinds,)
    said = " or ".join(kind.__name__ for kind in many)
    raise InvalidInputError.of(name, f"must be {said}", value)


def raise_unread(error: ProtocolError, endpoint: Endpoint, answer: Answer) -> NoReturn:
    """Raise what it means that an answer cannot be understood, although the call succeeded.

    Args:
        error: says what is wrong with it.
        endpoint: what was called.
        answer: the answer.

    Raises:
        ProtocolError: nothing was changed by the call.
        UncertainError: something was, as if the answer had been lost on its way.
    """
    error.status = answer.status
    error.request_id = answer.request_id
    _raise_lost(error, endpoint, answer.key)


def raise_nameless(endpoint: Endpoint, path: str, *, key: str | None) -> NoReturn:
    """Raise what it means that an answer names nothing by which what it made can be followed.

    Args:
        endpoint: what was called.
        path: where the name is missing.
        key: the idempotency key of the call, None where the endpoint takes none.

    Raises:
        UncertainError: it may be there, and may be charged.
    """
    error = ProtocolError(
        f"{endpoint.operation} was answered without {path}, so what it made cannot be followed."
        " Please report it",
        operation=endpoint.operation,
        path=path,
    )
    _raise_lost(error, endpoint, key)


def _raise_lost(error: ProtocolError, endpoint: Endpoint, key: str | None) -> NoReturn:
    final = in_the_end(error, endpoint, lost=True, key=key)
    if final is error:
        raise error
    raise final from error


def variants(union: Any) -> type[Any]:
    """A union of resource classes, where a function takes one class."""
    return cast("type[Any]", union)
