"""The client of agent.ai's HeyGen actions.

::

    async with AgentAI() as agentai:                     # AGENTAI_API_KEY, AGENTAI_BASE_URL
        request = AgentAIVideoRequest(source_type="topic_or_script", topic="Bees in the city")
        video = await agentai.generate_video(request)
        await agentai.download(video.video_id, "bees.mp4")
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import aiohttp

from heygen_async.api.agentai.actions import KIND, RENDERING, Actions
from heygen_async.client_base import Client
from heygen_async.errors import InvalidInputError
from heygen_async.models.policies import PollPolicy
from heygen_async.transport.credentials import Bearer, token_from
from heygen_async.transport.download import Downloaded
from heygen_async.transport.http import MAX_ANSWER_BYTES, Transport
from heygen_async.transport.observer import Observer
from heygen_async.transport.retry import RetryPolicy

__all__ = ["AgentAI"]

BASE_URL = "https://api-lr.agent.ai/v1"
"""agent.ai's actions [source document 000, read 2026-11-20]."""


class AgentAI(Actions, Client):
    """A client of one agent.ai account, for one event loop.

    It makes avatars, and videos of stock avatars; what HeyGen then does with an avatar is seen with
    a `HeyGen` client whose key belongs to the account that owns it. Use it as an async context
    manager, or call ``close``.

    Args:
        api_key: the token; None takes ``AGENTAI_API_KEY`` from the environment.
        base_url: the API's address; None takes ``AGENTAI_BASE_URL``, and else agent.ai's own. It
            must be https, unless it is this machine or ``allow_insecure`` is set.
        session: a session of your own for requests to the API; it stays open. Credentials are sent
            with each request and never stored in it.
        transfer_session: a session of your own for files, which come from other hosts and go there;
            it stays open, and must hold no credentials. Pass both where a proxy, a resolver or
            certificates of your own are needed: one session may serve as both.
        retry: how often and how long failed requests are repeated.
        poll: when videos under way are looked at; None is right for agent.ai, and for a simulator
            whose speed is in ``HEYGEN_SIMULATOR_SPEED``.
        max_in_flight: requests at the same time, at the most.
        observer: is called with a frozen event for each attempt, retry, pause and transfer.
        allow_insecure: let ``base_url`` be plain http to another machine.
        max_answer_bytes: longer answers to calls are refused; files are not counted.

    Raises:
        AuthenticationError: no token anywhere.
        InvalidInputError: a token or ``base_url`` that cannot be one, or a
            ``HEYGEN_SIMULATOR_SPEED`` that is no positive number or stands beside agent.ai's
            address.
    """

    _kinds: ClassVar[Mapping[str, tuple[str, float]]] = {KIND: ("", RENDERING)}

    def __init__(
        self,
        api_key: str | Bearer | None = None,
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
            token_from(api_key),
            base_url=base_url or os.environ.get("AGENTAI_BASE_URL") or BASE_URL,
            session=session,
            transfer_session=transfer_session,
            retry=retry,
            max_in_flight=max_in_flight,
            observer=observer,
            allow_insecure=allow_insecure,
            max_answer_bytes=max_answer_bytes,
        )
        Client.__init__(self, transport, poll)
        Actions.__init__(self, transport, self.watch)

    async def download(self, video_id: str, path: str | os.PathLike[str]) -> Downloaded:
        """Write a finished video to a file, and return what was written; see `HeyGen.download`.

        Args:
            video_id: of a video that is completed.
            path: the file to write; what is there is replaced. Its folder must exist.

        Raises:
            InvalidInputError: the path cannot be written, or the video is not finished.
            TransferError: the connection broke more often than it was retried.
        """

        async def address() -> str:
            url = (await self.video_status(video_id)).video_url
            if url is None:
                raise InvalidInputError.of("video_id", "must be of a finished video", video_id)
            return url

        return await self.fetch(await address(), Path(path), refresh=address)
