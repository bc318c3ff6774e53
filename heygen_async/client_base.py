"""What all clients share: the transport they own, jobs to wait for, files to fetch.

A client of one API adds its families of calls, and says which of them looks at which kind of job.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from heygen_async.api.rules import identifiers
from heygen_async.errors import InvalidInputError, UsageError
from heygen_async.models.policies import PollPolicy
from heygen_async.models.state import JobState
from heygen_async.transport.download import Downloaded, download
from heygen_async.transport.http import Transport
from heygen_async.waiting import Multiplexer
from heygen_async.waiting.announcements import Announcements

__all__ = ["Client"]

SPEED_VARIABLE = "HEYGEN_SIMULATOR_SPEED"


class Client:
    """A client of one account at one API, for one event loop.

    Use it as an async context manager, or call ``close``.

    Args:
        transport: sends the requests; closed with the client.
        poll: when jobs under way are looked at; None for the usual, as often as the simulator of
            ``HEYGEN_SIMULATOR_SPEED`` is fast.
    """

    # By kind of job: the attribute that holds its family, empty for the client itself, and the
    # seconds it usually takes.
    _kinds: ClassVar[Mapping[str, tuple[str, float]]] = {}

    def __init__(self, transport: Transport, poll: PollPolicy | None) -> None:
        self._transport = transport
        self._poll = _usual(transport.base_url) if poll is None else poll
        self._multiplexers: dict[str, Multiplexer] = {}
        self._events: dict[str, Announcements] = {}
        self._closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def base_url(self) -> str:
        """The API's address."""
        return self._transport.base_url

    async def close(self) -> None:
        """End all waiting, and close the connections that were opened here.

        Whoever is cancelled here does not stop it.
        """
        self._closed = True
        # First, so that a run which is told to stop waiting lets no other begin what it may pay.
        self._transport.sessions.shut()
        async with AsyncExitStack() as ends:
            ends.push_async_callback(self._transport.close)
            for multiplexer in self._multiplexers.values():
                ends.push_async_callback(multiplexer.close)

    def watch(
        self,
        kind: str,
        id: str,  # noqa: A002 - the server's own word for it
        *,
        timeout: float | None,
        expected: float | None = None,
        age: float = 0.0,
        urgency: float = 1.0,
    ) -> Coroutine[Any, Any, JobState]:
        """Returns the state in which a job settled, well or badly; all waiters share the looks.

        ``heygen.videos.wait`` and its like are built on it, and easier to use.

        Args:
            kind: ``video``, ``avatar_look``, …
            id: the job's id.
            timeout: seconds to wait at most, None for ever.
            expected: seconds the job is expected to take, None for the usual.
            age: seconds it has been running already.
            urgency: what a second of waiting too long counts: 1 where somebody stands idle
                meanwhile, less where nobody does. It only says how often to look.

        Raises:
            InvalidInputError: it cannot be an id.
            DeadlineError: it has not settled in time; it goes on, and can be waited for again.
        """
        # One that cannot be an id would spoil the look for all others.
        identifiers("id", [id])
        multiplexer = self._multiplexers.get(kind)
        if multiplexer is None:
            if self._closed:
                raise UsageError("The client is closed; nothing can be waited for any more")
            if kind not in self._kinds:
                raise UsageError.of("kind", f"must be one of {', '.join(self._kinds)}", kind)
            name, usual = self._kinds[kind]
            family: Any = attrgetter(name)(self) if name else self
            look = family.kinds[kind]
            multiplexer = Multiplexer(kind, look, policy=self._poll, usual=usual)
            self._multiplexers[kind] = multiplexer
        events = self._events.get(kind)
        if events is None:
            return multiplexer.wait(
                id, timeout=timeout, expected=expected, age=age, urgency=urgency
            )
        urgency *= events.urgency
        waiting = multiplexer.wait(id, timeout=timeout, expected=expected, age=age, urgency=urgency)
        return events.follow(id, waiting)

    def nudge(self, kind: str, id: str) -> None:  # noqa: A002
        """Look at a job now, or as soon as it is waited for: a webhook said that it has ended.

        What the webhook said is not believed; the look decides. Once a few have come, jobs of the
        kind are looked at less often without one.
        """
        multiplexer = self._multiplexers.get(kind)
        if multiplexer is not None:
            self._events.setdefault(kind, Announcements()).came(id)
            multiplexer.nudge(id)

    async def fetch(
        self,
        url: str,
        path: str | os.PathLike[str],
        *,
        refresh: Callable[[], Awaitable[str]] | None = None,
    ) -> Downloaded:
        """Write what is at an address to a file, as ``download`` does.

        Args:
            url: where it is: a subtitle, a thumbnail, a clip.
            path: the file to write.
            refresh: gives a fresh address once this one has expired.
        """
        return await download(self._transport, url, Path(path), refresh=refresh)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport.base_url})"


def _usual(address: str) -> PollPolicy:
    """When jobs are looked at where nobody says it: as HeyGen's want it, or a fast simulator's."""
    text = os.environ.get(SPEED_VARIABLE)
    if not text:
        return PollPolicy()
    if urlsplit(address).scheme == "https":  # As HeyGen is, and no simulator.
        raise InvalidInputError(
            f"{SPEED_VARIABLE} is a simulator's, and {address} is none: unset it, set the address"
            " of a simulator, or pass a poll policy",
            field=SPEED_VARIABLE,
        )
    try:
        return PollPolicy().faster(float(text))
    except ValueError as error:
        raise InvalidInputError.of(
            SPEED_VARIABLE, "must be a number more than 0, such as 60", text
        ) from error
