"""The client: typed access to the whole API, and the owner of the connection.

::

    async with HeyGen() as heygen:                       # HEYGEN_API_KEY, HEYGEN_BASE_URL
        async for voice in heygen.voices.list(language="English"):
            print(voice.voice_id, voice.name)
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp

from heygen_async.api import family_of
from heygen_async.client_base import Client
from heygen_async.errors import InvalidInputError
from heygen_async.models.policies import PollPolicy
from heygen_async.transport.credentials import ApiKey, Bearer, credentials_from
from heygen_async.transport.download import Downloaded
from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timeout
from heygen_async.transport.http import BASE_URL, MAX_ANSWER_BYTES, Transport
from heygen_async.transport.messages import Answer
from heygen_async.transport.observer import Observer
from heygen_async.transport.retry import RetryPolicy

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
    from heygen_async.client_v2 import HeyGenV2

__all__ = ["HeyGen"]

# Segments that are there, and are not of the kind that a server reads as another path.
_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)+/?")

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
    # Of v2: photos and looks seconds to a minute, a training 5 to 20 minutes, a video 5 to 15 [v2
    # behaviour digest §4, read 2026-11-20].
    "v2_captions": ("v2.videos", 5.0),
    "v2_generation": ("v2.photo_avatars", 60.0),
    "v2_photo_avatar": ("v2.photo_avatars", 20.0),
    "v2_training": ("v2.photo_avatars", 600.0),
    "v2_video": ("v2.videos", 480.0),
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


class HeyGen(Client):
    """A client of one account, for one event loop.

    Use it as an async context manager, or call ``close``.

    Args:
        api_key: the key, or a ``Bearer`` token; None takes ``HEYGEN_API_KEY`` from the environment.
        base_url: the API's address; None takes ``HEYGEN_BASE_URL``, and else HeyGen's own. It must
            be https, unless it is this machine or ``allow_insecure`` is set.
        session: a session of your own for requests to the API; it stays open. Credentials are sent
            with each request and never stored in it.
        transfer_session: a session of your own for files, which come from other hosts and go there;
            it stays open, and must hold no credentials. Pass both where a proxy, a resolver or
            certificates of your own are needed: one session may serve as both.
        retry: how often and how long failed requests are repeated.
        poll: when jobs under way are looked at; None is right for HeyGen, and for a simulator whose
            speed is in ``HEYGEN_SIMULATOR_SPEED``.
        max_in_flight: requests at the same time, at the most.
        observer: is called with a frozen event for each attempt, retry, pause and transfer.
        allow_insecure: let ``base_url`` be plain http to another machine.
        max_answer_bytes: longer answers to calls are refused; files are not counted.

    Raises:
        AuthenticationError: no key anywhere.
        InvalidInputError: a key or ``base_url`` that cannot be one, or a
            ``HEYGEN_SIMULATOR_SPEED`` that is no positive number or stands beside HeyGen's address.
    """

    _kinds = _KINDS

    def __init__(
        self,
        api_key: str | ApiKey | Bearer | None = None,
        *,
        base_url: str | None = None,
        session: aiohttp.ClientSession | None = None,
        transfer_session: aiohttp.ClientSession | None = None,
        retry: RetryPolicy | None = None,
        poll: PollPolicy | None = None,
        max_in_flight: int = 100,
        observer: Observer | None = None,
        allow_insecure: bool = False,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        transport = Transport(
            credentials_from(api_key),
            base_url=base_url or os.environ.get("HEYGEN_BASE_URL") or BASE_URL,
            session=session,
            transfer_session=transfer_session,
            retry=retry,
            max_in_flight=max_in_flight,
            observer=observer,
            allow_insecure=allow_insecure,
            max_answer_bytes=max_answer_bytes,
        )
        super().__init__(transport, poll)

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

    @cached_property
    def v2(self) -> HeyGenV2:
        """HeyGen v1 and v2, whose end is announced, over the same connection."""
        from heygen_async.client_v2 import HeyGenV2

        return HeyGenV2(self)

    def _family(self, name: str) -> Any:
        return family_of(name)(self._transport, self.watch)

    def nudge(self, kind: str, id: str) -> None:  # noqa: A002 - the server's own word for it
        """See ``Client``; a video that is waited for by its place in a batch is nudged there.

        Where nobody knows yet which place has become this video, it may be any that has none.
        """
        super().nudge(kind, id)
        multiplexer = self._multiplexers.get(kind)
        if kind == "video" and multiplexer is not None and not multiplexer.waits_for(id):
            for place in self.videos.places_of(id):
                if multiplexer.waits_for(place):
                    multiplexer.nudge(place)

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
            path: from the slash on, such as ``/v3/podcasts``, with ids in place and quoted.
            query: what follows the question mark; None values are left out.
            json: the body.
            replay: what a second request would do, and so whether a lost answer may be asked for
                again. None is SAFE for GET, HEAD, PUT and DELETE, and UNSAFE for all others.
            scope: which gate a 429 closes; None is READ for GET and WRITE for all others.
            idempotency_key: for ``Replay.KEYED``; one is made if none is given.

        Raises:
            InvalidInputError: the method or the path can be none.
        """
        method = method.upper()
        if not (method.isascii() and method.isalpha()):
            raise InvalidInputError.of("method", "must be one word, such as GET", method)
        if not _PATH.fullmatch(path):
            raise InvalidInputError.of(
                "path",
                "must begin with one slash, have its ids in place and quoted, and no query",
                path,
            )
        reads = method in {"GET", "HEAD"}
        safe = reads or method in {"PUT", "DELETE"}
        endpoint = Endpoint(
            method,
            path,
            f"{method} {path}",
            replay or (Replay.SAFE if safe else Replay.UNSAFE),
            scope or (Scope.READ if reads else Scope.WRITE),
            Timeout.READ if reads else Timeout.WRITE,
            "v2" if path.startswith(("/v1/", "/v2/")) else "v3",
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
