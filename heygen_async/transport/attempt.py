"""An attempt at the host of a file: told like one at the API, but without its signed address."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from yarl import URL

from heygen_async.errors import HeyGenError
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.observer import Observer, RequestFinished, Retrying, tell

__all__ = ["Attempt", "attempt", "retrying"]


class Attempt:
    """What is known of an attempt under way.

    Attributes:
        status: the HTTP status, None until there is one.
    """

    __slots__ = ("status",)

    def __init__(self) -> None:
        self.status: int | None = None


@contextmanager
def attempt(
    observer: Observer | None, endpoint: Endpoint, url: str, number: int
) -> Iterator[Attempt]:
    """Tell of an attempt when the block is over; a cancelled one is not told of.

    Args:
        observer: who is told.
        endpoint: what is done there.
        url: signed; only its origin is told.
        number: 1 for the first.
    """
    seen = Attempt()
    if observer is None:
        yield seen
        return
    loop = asyncio.get_running_loop()
    started = loop.time()
    error: str | None = None
    try:
        yield seen
    except HeyGenError as failed:
        error = type(failed).__name__
        raise
    except asyncio.CancelledError:
        observer = None
        raise
    finally:
        if observer is not None:
            event = RequestFinished(
                operation=endpoint.operation,
                method=endpoint.method,
                route="",
                url=str(URL(url, encoded=True).origin()),
                status=seen.status,
                error=error,
                seconds=loop.time() - started,
                attempt=number,
                request_id=None,
            )
            tell(observer, event)


def retrying(
    observer: Observer | None, endpoint: Endpoint, number: int, wait: float, error: HeyGenError
) -> None:
    """Tell that an attempt failed and another will follow."""
    if observer is not None:
        cause = type(error).__name__
        event = Retrying(operation=endpoint.operation, attempt=number, wait=wait, cause=cause)
        tell(observer, event)
