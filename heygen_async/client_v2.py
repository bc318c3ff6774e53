"""HeyGen v1 and v2, typed: for what is built on them already, and for what v3 has not.

::

    async with HeyGen() as heygen:
        asset = await heygen.v2.assets.upload("ada.jpg")
        look = await heygen.v2.photo_avatars.create_group(
            GroupCreateRequest(name="Ada", image_key=asset.image_key)
        )

HeyGen announced the end of these calls; the first one of a process warns of it. Training, motion,
sound effects and upscaling of photo avatars have no counterpart in v3.
"""

from __future__ import annotations

import os
from functools import cached_property
from typing import TypeVar

from heygen_async.api.v2.account import AccountV2
from heygen_async.api.v2.assets import AssetsV2
from heygen_async.api.v2.avatars import AvatarsV2
from heygen_async.api.v2.legacy import LegacyFamily
from heygen_async.api.v2.photo_avatars import PhotoAvatars
from heygen_async.api.v2.talking_photos import TalkingPhotos
from heygen_async.api.v2.video_answers import V2Video, VideoStatusV2
from heygen_async.api.v2.videos import VideosV2
from heygen_async.api.v2.voices import VoicesV2
from heygen_async.api.v2.webhooks import WebhooksV2
from heygen_async.client_base import Client
from heygen_async.errors import InvalidInputError
from heygen_async.transport.download import Downloaded

__all__ = ["HeyGenV2"]

F = TypeVar("F", bound=LegacyFamily)


class HeyGenV2:
    """The v1 and v2 calls of a client: its credentials, its connection, its limits.

    It owns nothing, and ends with the client; ``heygen.v2`` is one that is made already.

    Args:
        heygen: whose calls these are.
    """

    def __init__(self, heygen: Client) -> None:
        self._heygen = heygen

    def __repr__(self) -> str:
        return f"HeyGenV2({self._heygen.base_url})"

    @cached_property
    def account(self) -> AccountV2:
        """What is left to spend, in units of v2."""
        return self._family(AccountV2)

    @cached_property
    def assets(self) -> AssetsV2:
        """Files that other calls refer to."""
        return self._family(AssetsV2)

    @cached_property
    def avatars(self) -> AvatarsV2:
        """Avatars, groups and looks to look up."""
        return self._family(AvatarsV2)

    @cached_property
    def photo_avatars(self) -> PhotoAvatars:
        """People made of photos, painted or uploaded; their looks, training and motion."""
        return self._family(PhotoAvatars)

    @cached_property
    def talking_photos(self) -> TalkingPhotos:
        """Photos that speak, without a group."""
        return self._family(TalkingPhotos)

    @cached_property
    def videos(self) -> VideosV2:
        """Videos, in three forms."""
        return self._family(VideosV2)

    @cached_property
    def voices(self) -> VoicesV2:
        """Voices."""
        return self._family(VoicesV2)

    @cached_property
    def webhooks(self) -> WebhooksV2:
        """Where HeyGen calls when something happens."""
        return self._family(WebhooksV2)

    async def download(
        self, video: VideoStatusV2 | V2Video, path: str | os.PathLike[str]
    ) -> Downloaded:
        """Write a finished video to a file, and return what was written.

        Does what ``heygen.download`` does; an expired link is replaced by asking v1 again.

        Args:
            video: what ``videos.wait``, ``videos.status`` or ``videos.get`` returned.
            path: the file to write; what is there is replaced. Its folder must exist.

        Raises:
            InvalidInputError: the path cannot be written, or the video is not finished.
            NotFoundError: the video is gone.
            TransferError: the connection broke more often than it was retried.
        """

        async def refreshed() -> str:
            url = (await self.videos.status(video.id)).video_url
            if url is None:
                raise InvalidInputError.of("video", "must be finished to be downloaded", video.id)
            return url

        url = video.video_url or await refreshed()
        return await self._heygen.fetch(url, path, refresh=refreshed)

    def _family(self, cls: type[F]) -> F:
        return cls(self._heygen._transport, self._heygen.watch)
