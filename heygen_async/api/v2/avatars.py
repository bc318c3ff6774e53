"""Avatars of v2: groups, looks in a group, and everything that can be seen in a video.

Source: HeyGen v2 contract and behaviour notes sections 4.3 and 5, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.api.calls import reads
from heygen_async.api.paging import Pages
from heygen_async.api.v2.legacy import LegacyFamily, legacy
from heygen_async.api.v2.photo_answers import PhotoAvatar
from heygen_async.api.values import Resource, signed

__all__ = [
    "AllAvatars",
    "AvatarDetails",
    "AvatarGroup",
    "AvatarsV2",
    "TalkingPhotoSummary",
    "VideoAvatarSummary",
]

LIST_GROUPS = legacy(reads("/v2/avatar_group.list", "list-all-avatar-groups"), "GET /v3/avatars")
LIST_LOOKS = legacy(
    reads("/v2/avatar_group/{group_id}/avatars", "list-all-avatars-in-one-avatar-group"),
    "GET /v3/avatars/looks",
)
LIST_AVATARS = legacy(reads("/v2/avatars", "list-avatars-v2"), "GET /v3/avatars/looks")
GET_AVATAR = legacy(
    reads("/v2/avatar/{avatar_id}/details", "retrieve-avatar-details"),
    "GET /v3/avatars/looks/{look_id}",
)

ENDPOINTS = (LIST_GROUPS, LIST_LOOKS, LIST_AVATARS, GET_AVATAR)


@attrs.frozen
class AvatarGroup(Resource):
    """A person.

    Attributes:
        id: the group's.
        name: as given.
        created_at: unix seconds.
        num_looks: how many looks there are.
        preview_image: a picture, signed.
        group_type: such as ``PRIVATE``, ``PUBLIC_PHOTO``, ``GENERATED_PHOTO`` or ``PHOTO``.
        train_status: such as ``ready``; None, empty or ``empty`` before any training.
        default_voice_id: the voice it has of its own.
    """

    id: str
    name: str | None = None
    created_at: float | None = None
    num_looks: int | None = None
    preview_image: str | None = signed()
    group_type: str | None = None
    train_status: str | None = None
    default_voice_id: str | None = None


@attrs.frozen
class VideoAvatarSummary(Resource):
    """An avatar made of footage, HeyGen's own or the account's; an ``avatar_id`` in videos."""

    avatar_id: str
    avatar_name: str | None = None
    gender: str | None = None
    preview_image_url: str | None = signed()
    preview_video_url: str | None = signed()
    premium: bool = False
    type: str | None = None
    tags: tuple[str, ...] | None = None
    default_voice_id: str | None = None


@attrs.frozen
class TalkingPhotoSummary(Resource):
    """A photo that speaks; a ``talking_photo_id`` in videos."""

    talking_photo_id: str
    talking_photo_name: str | None = None
    preview_image_url: str | None = signed()


@attrs.frozen
class AllAvatars(Resource):
    """Everything that can be seen in a video: avatars, and photos that speak."""

    avatars: tuple[VideoAvatarSummary, ...]
    talking_photos: tuple[TalkingPhotoSummary, ...]


@attrs.frozen
class AvatarDetails(Resource):
    """One avatar, or one photo that speaks; ``type`` says which."""

    id: str
    type: str | None = None
    name: str | None = None
    gender: str | None = None
    preview_image_url: str | None = signed()
    preview_video_url: str | None = signed()
    premium: bool = False
    is_public: bool = False
    default_voice_id: str | None = None
    tags: tuple[str, ...] | None = None


class AvatarsV2(LegacyFamily):
    """Avatars to look up; photo avatars are made by ``photo_avatars``."""

    def groups(self, *, include_public: bool | None = None) -> Pages[AvatarGroup]:
        """Groups, all in one page.

        Args:
            include_public: HeyGen's own as well; the server's default is the account's only.
        """
        query = {"include_public": include_public}
        return self._pages(AvatarGroup, LIST_GROUPS, "avatar_group_list", query=query)

    def looks(self, group_id: str) -> Pages[PhotoAvatar | VideoAvatarSummary]:
        """The looks of a group, all in one page.

        Of a group that holds photos and footage, the server was seen to give the footage only.

        Raises:
            InvalidRequestError: "Avatar looks not found": the group is too new, or unknown.
        """
        return self._pages(_kind, LIST_LOOKS, "avatar_list", ids={"group_id": group_id})

    async def list(self) -> AllAvatars:
        """Everything that can be seen in a video. Slow (24 seconds were seen) and very large."""
        return await self._call(AllAvatars, LIST_AVATARS)

    async def get(self, avatar_id: str) -> AvatarDetails:
        """One avatar, or one photo look.

        Raises:
            NotFoundError: it is unknown; so is every group's id.
        """
        return await self._call(AvatarDetails, GET_AVATAR, ids={"avatar_id": avatar_id})


def _kind(item: Mapping[str, Any]) -> type[PhotoAvatar | VideoAvatarSummary]:
    return VideoAvatarSummary if "avatar_id" in item else PhotoAvatar
