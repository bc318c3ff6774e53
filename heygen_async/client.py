"""The client: typed access to the whole API, and the owner of the connection.

::

    async with HeyGen() as heygen:                       # HEYGEN_API_KEY, HEYGEN_BASE_URL
        async for voice in heygen.voices.list(language="English"):
            print(voice.voice_id, voice.name)
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import aiohttp

from heygen_async.api import family_of
from heygen_async.errors import InvalidInputError, UsageError
from heygen_async.models.policies import PollPolicy
from heygen_async.models.state import JobState
from heygen_async.transport.credentials import ApiKey, Bearer, credentials_from
from heygen_async.transport.download import Downloaded, download
from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timing
from heygen_async.transport.http import BASE_URL, Transport
from heygen_async.transport.messages import Answer
from heygen_async.transport.observer import Observer
from heygen_async.transport.retry import RetryPolicy
from heygen_async.waiting import Multiplexer

if TYPE_CHECKING:
    # The families' 160 schemas take longer to build than everything else together, and a program
    # uses two or three of fourteen families: each is loaded when it is asked for. This is the one
    # place where the types are known earlier than the classes.
    from heygen_async.api.v3.account import Account
    from heygen_async.api.v3.assets import Assets
    from heygen_async.api.v3.audio import Audio
    from heygen_async.api.v3.avatars import Avatars
    from heygen_async.api.v3.background_removals import BackgroundRemovals
    from heygen_async.api.v3.brand import Brand
    from heygen_async.api.v3.clippings import Clippings
    from heygen_async.api.v3.lipsyncs import Lipsyncs
    from heygen_async.api.v3.templates import Templates
    from heygen_async.api.v3.translations import Translations
    from heygen_async.api.v3.video_agents import VideoAgents
    from heygen_async.api.v3.videos import Videos
    from heygen_async.api.v3.voices import Voices
    from heygen_async.api.v3.webhooks import Webhooks

__all__ = ["HeyGen"]

_F = TypeVar("_F")

# Who can look at which kind of job, and the seconds it usually takes (observed in 2026, behaviour
# file §13: photo avatars 30 to 90 s, short renders two to four minutes, translations 5 to 15
# minutes, video agents 20 to 45; the others are guesses, which the first job that ends corrects).
_KINDS: dict[str, tuple[str, float]] = {
    "asset": ("assets", 10.0),
    "asset_batch": ("assets", 30.0),
    "avatar_group": ("avatars", 60.0),
    "avatar_look": ("avatars", 60.0),
    "background_removal": ("background_removals", 120.0),
    "clipping": ("clippings", 600.0),
    "lipsync": ("lipsyncs", 300.0),
    "lipsync_batch": ("lipsyncs", 1200.0),
    "proofread": ("translations", 300.0),
    "translation": ("translations", 600.0),
    "translation_batch": ("translations", 1800.0),
    "video": ("videos", 180.0),
    "video_agent": ("video_agents", 1800.0),
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

    @property
    def base_url(self) -> str:
        """The API's address."""
        return self._transport.base_url

    async def close(self) -> None:
        """End all waiting, and close the connections that were opened here."""
        for multiplexer in self._multiplexers.values():
            await multiplexer.close()
        await self._transport.close()

    # --- the families ----------------------------------------------------------------------------

    @cached_property
    def account(self) -> Account:
        """Who the credentials belong to, and what is left of the balance."""
        family: Account = self._family("account")
        return family

    @cached_property
    def assets(self) -> Assets:
        """Files that HeyGen keeps, uploaded one by one or in batches, and searched."""
        family: Assets = self._family("assets")
        return family

    @cached_property
    def audio(self) -> Audio:
        """Music and sound effects to search."""
        family: Audio = self._family("audio")
        return family

    @cached_property
    def avatars(self) -> Avatars:
        """Avatars, with their groups, looks and consent."""
        family: Avatars = self._family("avatars")
        return family

    @cached_property
    def background_removals(self) -> BackgroundRemovals:
        """Videos whose background is taken away."""
        family: BackgroundRemovals = self._family("background_removals")
        return family

    @cached_property
    def brand(self) -> Brand:
        """Brand kits and glossaries."""
        family: Brand = self._family("brand")
        return family

    @cached_property
    def clippings(self) -> Clippings:
        """Short clips cut from long videos."""
        family: Clippings = self._family("clippings")
        return family

    @cached_property
    def lipsyncs(self) -> Lipsyncs:
        """Videos whose lips are made to follow another sound."""
        family: Lipsyncs = self._family("lipsyncs")
        return family

    @cached_property
    def templates(self) -> Templates:
        """Videos made from templates with variables."""
        family: Templates = self._family("templates")
        return family

    @cached_property
    def translations(self) -> Translations:
        """Videos in other languages, with proofreading in between."""
        family: Translations = self._family("translations")
        return family

    @cached_property
    def video_agents(self) -> VideoAgents:
        """Videos made in conversation with HeyGen's agent."""
        family: VideoAgents = self._family("video_agents")
        return family

    @cached_property
    def videos(self) -> Videos:
        """Videos of all four kinds, alone and in batches."""
        family: Videos = self._family("videos")
        return family

    @cached_property
    def voices(self) -> Voices:
        """Voices, listed, cloned, designed, and speaking."""
        family: Voices = self._family("voices")
        return family

    @cached_property
    def webhooks(self) -> Webhooks:
        """Where HeyGen calls when something happens, with its events and secrets."""
        family: Webhooks = self._family("webhooks")
        return family

    def _family(self, name: str) -> Any:
        return family_of(name)(self._transport, self.watch)

    # --- waiting ---------------------------------------------------------------------------------

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
            DeadlineError: it has not settled in time; it goes on, and can be waited for again.
        """
        multiplexer = self._multiplexers.get(kind)
        if multiplexer is None:
            if kind not in _KINDS:
                raise UsageError.of("kind", f"must be one of {', '.join(_KINDS)}", kind)
            name, usual = _KINDS[kind]
            look = getattr(self, name).kinds[kind]
            multiplexer = Multiplexer(kind, look, policy=self._poll, usual=usual)
            self._multiplexers[kind] = multiplexer
        return multiplexer.wait(id, timeout=timeout, expected=expected, age=age, urgency=urgency)

    def nudge(self, kind: str, id: str) -> None:  # noqa: A002
        """Look at a job now, if somebody waits for it: a webhook said that something happened.

        What the webhook said is not believed; the look decides.
        """
        multiplexer = self._multiplexers.get(kind)
        if multiplexer is not None:
            multiplexer.nudge(id)

    # --- everything else -------------------------------------------------------------------------

    async def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        replay: Replay | None = None,
        scope: Scope | None = None,
        idempotency_key: str | None = None,
    ) -> Answer:
        """Returns the answer of an endpoint that this version has no method for.

        It goes the same way as every other request: credentials, throttle, retries, errors.

        Args:
            method: ``GET``, ``POST``, …
            path: from the slash on, such as ``/v3/podcasts``, with ids in place.
            query: what follows the question mark; None values are left out.
            json: the body.
            replay: what a second request would do, and so whether a lost answer may be asked for
                again. None is SAFE for GET, HEAD, PUT and DELETE, and UNSAFE for all others.
            scope: which gate a 429 closes; None is READ for GET and WRITE for all others.
            idempotency_key: for ``Replay.KEYED``; one is made if none is given.
        """
        method = method.upper()
        if not path.startswith("/") or path.startswith("//") or "{" in path or "?" in path:
            raise InvalidInputError.of(
                "path", "must begin with one slash and have its ids in place and no query", path
            )
        reads = method in {"GET", "HEAD"}
        safe = reads or method in {"PUT", "DELETE"}
        endpoint = Endpoint(
            method,
            path,
            f"{method} {path}",
            replay or (Replay.SAFE if safe else Replay.UNSAFE),
            scope or (Scope.READ if reads else Scope.WRITE),
            Timing.READ if reads else Timing.WRITE,
        )
        return await self._transport.call(endpoint, query=query, json=json, key=idempotency_key)

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
