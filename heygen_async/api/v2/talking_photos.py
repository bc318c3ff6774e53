"""Talking photos of v1: a photo that speaks, without a group; HeyGen's oldest way.

Source: HeyGen v2 contract and behaviour notes sections 1, 5 and 10, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.calls import deletes, posts, reads
from heygen_async.api.paging import Pages
from heygen_async.api.v2.assets import UploadFamily
from heygen_async.api.v2.legacy import legacy
from heygen_async.api.values import Resource, signed
from heygen_async.transport.content import IMAGES
from heygen_async.transport.endpoint import Replay, Scope, Timeout
from heygen_async.transport.source import Bytes

__all__ = ["TalkingPhotoListItem", "TalkingPhotos", "UploadedTalkingPhoto"]

UPLOAD_PHOTO = legacy(
    attrs.evolve(
        posts("/v1/talking_photo", "upload-talking-photo", Replay.UNSAFE, Scope.UPLOAD),
        timeout=Timeout.TRANSFER,
    ),
    "POST /v3/avatars",
    host="upload",
)
LIST_PHOTOS = legacy(
    reads("/v1/talking_photo.list", "list-talking-photos"), "GET /v3/avatars/looks"
)
DELETE_PHOTO = legacy(
    deletes("/v2/talking_photo/{talking_photo_id}", "delete-talking-photo"),
    "DELETE /v3/avatars/looks/{look_id}",
)

ENDPOINTS = (UPLOAD_PHOTO, LIST_PHOTOS, DELETE_PHOTO)


@attrs.frozen
class UploadedTalkingPhoto(Resource):
    """A talking photo that was uploaded.

    Attributes:
        talking_photo_id: for a ``TalkingPhotoCharacter``.
        talking_photo_url: where the picture lies.
    """

    talking_photo_id: str
    talking_photo_url: str | None = signed()


@attrs.frozen
class TalkingPhotoListItem(Resource):
    """A talking photo in the list; ``id`` is its ``talking_photo_id``."""

    id: str
    image_url: str | None = signed()
    circle_image: str | None = signed()


class TalkingPhotos(UploadFamily):
    """Photos that speak as they are; deprecated by HeyGen before all others."""

    async def upload(self, source: Bytes, *, filename: str | None = None) -> UploadedTalkingPhoto:
        """Upload a photo with one face and return the talking photo it became.

        Takes one of the account's places for photo avatars. The type is read from the bytes.

        Args:
            source: a path, bytes, a binary file, or an async iterator of bytes: JPEG or PNG.
            filename: for errors and progress; HeyGen is not told.

        Raises:
            UnknownFileTypeError: it is no JPEG or PNG.
            InvalidRequestError: among others, there is no face, or more than one.
            PlanLimitError: all places are taken.
            UncertainError: the answer was lost; look at the list before uploading again.
        """
        return await self._upload(UploadedTalkingPhoto, UPLOAD_PHOTO, source, filename, IMAGES)

    def list(self) -> Pages[TalkingPhotoListItem]:
        """Talking photos and looks of photo avatars, all in one page."""
        return self._pages(TalkingPhotoListItem, LIST_PHOTOS)

    async def delete(self, talking_photo_id: str) -> None:
        """Delete a talking photo."""
        await self._ask(DELETE_PHOTO, ids={"talking_photo_id": talking_photo_id})
