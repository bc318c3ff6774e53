"""The client: typed access to the whole API, and the owner of the connection.

::

    async with HeyGen() as heygen:                       # HEYGEN_API_KEY, HEYGEN_BASE_URL
        async for voice in heygen.voices.list(language="English"):
            print(voice.voice_id, voice.name)
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Protocol

import aiohttp

from heygen_async.api.family import Family
from heygen_async.api.v3.account import Account
from heygen_async.api.v3.assets import Assets
from heygen_async.api.v3.avatars import Avatars
from heygen_async.api.v3.videos import Videos
from heygen_async.api.v3.voices import Voices
from heygen_async.errors import InvalidInputError, UsageError
from heygen_async.models.policies import PollPolicy
from heygen_async.models.state import JobState
from heygen_async.transport.credentials import ApiKey, Bearer, credentials_from
from heygen_async.transport.download import Downloaded, download
from heygen_async.transport.http import BASE_URL, Transport
from heygen_async.transport.observer import Observer
from heygen_async.transport.retry import RetryPolicy
from heygen_async.waiting import Multiplexer

__all__ = ["HeyGen"]

# Who can look at which kind of job, and the seconds it usually takes (behaviour file §13, observed
# in 2026; photo avatars 30 to 90 s, short renders two to four minutes).
_KINDS: dict[str, tuple[str, float]] = {
    "asset": ("assets", 10.0),
    "asset_batch": ("assets", 30.0),
    "avatar_group": ("avatars", 60.0),
    "avatar_look": ("avatars", 60.0),
    "video": ("videos", 180.0),
    "video_batch": ("videos", 1200.0),
    "voice_clone": ("voices", 60.0),
}


class Finished(Protocol):
    """A video that can be downloaded: ours, or one that the API answered with."""

    @property
    def id(self) -> str:
        """The video's id."""
        ...

    @property
    def video_url(self) -> str | None:
        """Where its file is."""
        ...


class HeyGen:
    """A client of one account, for one event loop.

    Use it as an async context manager, or call ``close``.

    Args:
        api_key: the key, or a ``Bearer`` token; None takes ``HEYGEN_API_KEY`` from the environment.
        base_url: the API's address; None takes ``HEYGEN_BASE_URL``, and else HeyGen's own. It must
            be https, unless it is this machine or ``allow_insecure`` is set.
        session: a session of your own; it stays open. Credentials are sent with each request and
            never stored in it.
        retry: how often and how long failed requests are repeated.
        poll: when jobs under way are looked at.
        max_in_flight: requests at the same time, at the most.
        observer: is called with a frozen event for each attempt, retry, pause and transfer.
        allow_insecure: let ``base_url`` be plain http to another machine.

    Raises:
        InvalidInputError: no key anywhere, or a ``base_url`` that cannot be one.
    """

    def __init__(
        self,
        api_key: str | ApiKey | Bearer | None = None,
        *,
        base_url: str | None = None,
        session: aiohttp.ClientSession | None = None,
        retry: RetryPolicy | None = None,
        poll: PollPolicy | None = None,
        max_in_flight: int = 100,
        observer: Observer | None = None,
        allow_insecure: bool = False,
    ) -> None:
        self._transport = Transport(
            credentials_from(api_key),
            base_url=base_url or os.environ.get("HEYGEN_BASE_URL") or BASE_URL,
            session=session,
            retry=retry,
            max_in_flight=max_in_flight,
            observer=observer,
            allow_insecure=allow_insecure,
        )
        self._poll = poll or PollPolicy()
        self._multiplexers: dict[str, Multiplexer] = {}

    async def __aenter__(self) -> HeyGen:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End all waiting, and close the connections that were opened here."""
        for multiplexer in self._multiplexers.values():
            await multiplexer.close()
        await self._transport.close()

    # --- the families ----------------------------------------------------------------------------

    @cached_property
    def account(self) -> Account:
        """Who the key belongs to, and what is left of the balance."""
        return Account(self._transport, self.watch)

    @cached_property
    def assets(self) -> Assets:
        """Files that HeyGen keeps: uploads, search, batches."""
        return Assets(self._transport, self.watch)

    @cached_property
    def avatars(self) -> Avatars:
        """Avatars: their groups, looks and consent."""
        return Avatars(self._transport, self.watch)

    @cached_property
    def videos(self) -> Videos:
        """Videos of all four kinds, alone and in batches."""
        return Videos(self._transport, self.watch)

    @cached_property
    def voices(self) -> Voices:
        """Voices: listed, cloned, designed, and speaking."""
        return Voices(self._transport, self.watch)

    # --- waiting ---------------------------------------------------------------------------------

    async def watch(
        self,
        kind: str,
        id: str,  # noqa: A002 - the server's own word for it
        *,
        timeout: float | None,
        expected: float | None = None,
        age: float = 0.0,
    ) -> JobState:
        """Returns the state in which a job settled, well or badly; all waiters share the looks.

        ``heygen.videos.wait`` and its like are built on it, and easier to use.

        Args:
            kind: ``video``, ``avatar_look``, …
            id: the job's id.
            timeout: seconds to wait at most, None for ever.
            expected: seconds the job is expected to take, None for the usual.
            age: seconds it has been running already.

        Raises:
            DeadlineError: it has not settled in time; it goes on, and can be waited for again.
        """
        multiplexer = self._multiplexers.get(kind)
        if multiplexer is None:
            if kind not in _KINDS:
                raise UsageError.of("kind", f"must be one of {', '.join(_KINDS)}", kind)
            name, usual = _KINDS[kind]
            family: Family = getattr(self, name)
            multiplexer = self._multiplexers[kind] = Multiplexer(
                kind, family.kinds[kind], policy=self._poll, usual=usual
            )
        return await multiplexer.wait(id, timeout=timeout, expected=expected, age=age)

    # --- files -----------------------------------------------------------------------------------

    async def download(self, video: Finished, path: str | os.PathLike[str]) -> Downloaded:
        """Write a finished video to a file, and return what was written.

        The file appears whole or not at all: it is streamed beside its place, resumed after a cut,
        checked against its length, and renamed. An expired link is replaced by reading the video
        again. The key does not leave for the host of the file.

        Args:
            video: what ``videos.wait``, ``videos.get`` or ``Orchestrator.produce`` returned.
            path: the file to write; what is there is replaced. Its folder must exist.

        Raises:
            InvalidInputError: the path cannot be written, or the video is not finished.
            NotFoundError: the video is gone.
            TransferError: the connection broke more often than it was retried.
        """

        async def refreshed() -> str:
            url = (await self.videos.get(video.id)).video_url
            if url is None:
                raise InvalidInputError.of("video", "must be finished to be downloaded", video.id)
            return url

        return await self.fetch(video.video_url or await refreshed(), path, refresh=refreshed)

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
        return f"HeyGen({self._transport.base_url})"
