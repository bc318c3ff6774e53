"""The sockets, threads and event loop that one transport lives on, and their ends.

There are two sessions. One talks to the API's own hosts and never to anybody else; the other
fetches and puts files wherever HeyGen points, and knows no key, so none can leak. Neither keeps
cookies, and both leave the number of connections to the throttle, since time spent waiting for a
pool would count as connection time.

The proxy of the environment is looked up here, once: aiohttp's ``trust_env`` would ask in a thread
before each request, and would take ``~/.netrc`` for a second credential besides ours.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from heygen_async.errors import InvalidInputError, UsageError
from heygen_async.transport.credentials import is_loopback
from heygen_async.transport.endpoint import Timing

__all__ = ["TIMEOUTS", "Sessions"]

_T = TypeVar("_T")

CONNECT = 10.0
"""Seconds for a connection: name, TCP and TLS."""

STALL = 60.0
"""Seconds without a byte after which a transfer counts as broken."""

TIMEOUTS = {
    # Reads have a p99 below 2 s, creating a video one of 31 s [HeyGen's CLI, read 2026-11-20].
    Timing.READ: aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_read=30.0),
    Timing.WRITE: aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_read=120.0),
    Timing.TRANSFER: aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_read=120.0),
}
"""By the endpoint's timing; no limit on the whole, so that what moves may finish."""

DOWNLOAD_TIMEOUT = aiohttp.ClientTimeout(total=None, connect=CONNECT, sock_read=STALL)

ANSWER_BUFFER = 4 * 2**20
"""Bytes of an answer that are taken before the reading pauses; no usual answer is longer. aiohttp
3.14.5 lets the timer of a paused reading ring on the connection's next request, which then seems
lost although it was executed (seen in load tests, 2026-11-21)."""

FILE_BUFFER = 2**16
"""The same for a file, which is written as it comes."""

_THREADS = 4


class Sessions:
    """Opened on first use, bound to that event loop, closed together.

    Args:
        session: for the API, stays open; None for one of our own.
        transfer_session: for files, stays open; None for one of our own. It must carry no key.
        base_url: whom the API session talks to.

    Raises:
        InvalidInputError: what was passed is no session.
        UsageError: the session for files carries credentials.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession | None,
        transfer_session: aiohttp.ClientSession | None,
        base_url: str,
    ) -> None:
        self._api = checked_session("session", session)
        self._files = checked_session("transfer_session", transfer_session)
        if transfer_session is not None and _authorizes(transfer_session):
            raise UsageError(
                "transfer_session would send its credentials to every host of a file: pass one"
                " without auth, and without such headers",
                field="transfer_session",
            )
        self._base_url = base_url
        self._own: list[aiohttp.ClientSession] = []
        self._executor: ThreadPoolExecutor | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self.api_proxy: str | None = None
        self.api_timeouts = TIMEOUTS
        if session is not None:
            self.api_timeouts = {timing: _pooled(usual) for timing, usual in TIMEOUTS.items()}
        self.upload_timeout = TIMEOUTS[Timing.TRANSFER]
        self.download_timeout = DOWNLOAD_TIMEOUT
        if transfer_session is not None:
            self.upload_timeout = _pooled(self.upload_timeout)
            self.download_timeout = _pooled(self.download_timeout)

    def api(self) -> aiohttp.ClientSession:
        """The session that talks to the API."""
        if asyncio.get_running_loop() is not self._loop:
            self._bind()
        if self._api is None:
            self.api_proxy = environment_proxy(self._base_url)
            self._api = self._open(ANSWER_BUFFER)
        elif self._api.closed:
            raise UsageError("the session was closed: pass an open one, or none")
        return self._api

    def files(self, url: str) -> tuple[aiohttp.ClientSession, str | None]:
        """The keyless session for a file's address, and the proxy to use there."""
        if asyncio.get_running_loop() is not self._loop:
            self._bind()
        if self._files is None:
            self._files = self._open()
        elif self._files.closed:
            raise UsageError("the transfer session was closed: pass an open one, or none")
        return self._files, environment_proxy(url) if self._files in self._own else None

    async def in_thread(self, work: Callable[..., _T], *arguments: Any) -> _T:
        """The result of blocking work, done in one of our threads.

        A cancelled caller leaves only when the work is over, so that nobody closes a file under it.
        """
        if asyncio.get_running_loop() is not self._loop:
            self._bind()
        if self._executor is None:
            self._executor = ThreadPoolExecutor(_THREADS, thread_name_prefix="heygen-async")
        future = asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments)
        cancelled: asyncio.CancelledError | None = None
        while not future.done():
            try:
                await asyncio.wait((future,))
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            future.exception()  # taken note of; the cancellation is what counts
            raise cancelled
        return future.result()

    async def let_go(self, work: Callable[[], object]) -> None:
        """Do the blocking work by which a transfer lets go of its file, even if all is closed."""
        if self._closed:
            work()  # There are no threads any more, and to close or remove a file takes no time.
        else:
            await self.in_thread(work)

    def shut(self) -> None:
        """Let no further request begin; those under way go on until ``close``."""
        self._closed = True
        self._loop = None

    async def close(self) -> None:
        """Close what was opened here; a session that was passed in stays open.

        Whoever is cancelled here does not stop it.
        """
        self.shut()
        own, self._own = self._own, []
        executor, self._executor = self._executor, None
        async with AsyncExitStack() as ends:
            if executor is not None:
                ends.callback(executor.shutdown, wait=False)  # Who has work there waits for it.
            for session in own:
                ends.push_async_callback(_end, session)

    def _bind(self) -> None:
        if self._closed:
            raise UsageError("the client was closed: make a new one, or stay inside `async with`")
        if self._loop is not None:
            raise UsageError(
                "the client belongs to the event loop of its first call and was used from another: "
                "make one client for each event loop"
            )
        self._loop = asyncio.get_running_loop()

    def _open(self, buffer: int = FILE_BUFFER) -> aiohttp.ClientSession:
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            read_bufsize=buffer,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": "heygen-async"},
        )
        # aiohttp would repeat GET, PUT and DELETE once by itself; repeating is retry's business.
        session._retry_connection = False
        self._own.append(session)
        return session


async def _end(session: aiohttp.ClientSession) -> None:
    """Close a session, and tell who is in the middle of an answer that the rest never comes.

    aiohttp 3.14.5 forgets them when it closes their connection, and the time-out with them, so that
    they would wait for ever (seen 2026-11-29).
    """
    for protocol in getattr(session.connector, "_acquired", ()):
        answer = getattr(protocol, "_payload", None)
        if answer is not None:
            answer.set_exception(aiohttp.ClientConnectionError("the client was closed"))
    await session.close()


def checked_session(
    field: str, session: aiohttp.ClientSession | None
) -> aiohttp.ClientSession | None:
    """What was passed, if it is a session or None.

    Raises:
        InvalidInputError: it is something else.
    """
    if session is None or isinstance(session, aiohttp.ClientSession):
        return session
    raise InvalidInputError.of(field, "must be an aiohttp.ClientSession, or None", session)


def _authorizes(session: aiohttp.ClientSession) -> bool:
    names = {name.lower() for name in session.headers}
    return session.auth is not None or bool(names & {"authorization", "x-api-key"})


def _pooled(timeout: aiohttp.ClientTimeout) -> aiohttp.ClientTimeout:
    """The same for a session whose connections somebody else counts.

    ``connect`` would begin to run while a request waits for one of them, and nothing is wrong with
    waiting.
    """
    return aiohttp.ClientTimeout(total=None, sock_connect=CONNECT, sock_read=timeout.sock_read)


def environment_proxy(url: str) -> str | None:
    """The proxy that the environment names for an address, None for a direct connection."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        return None
    proxy = getproxies().get(parts.scheme)
    return proxy if proxy and not proxy_bypass(parts.netloc.rpartition("@")[2]) else None
