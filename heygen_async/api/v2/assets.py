"""Files of v1: uploaded as raw bytes, listed, deleted.

Source: HeyGen v2 contract and behaviour notes sections 1, 2, 3 and 6, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import attrs

from heygen_async.api.calls import posts, reads
from heygen_async.api.paging import Pages
from heygen_async.api.rules import page_size, word
from heygen_async.api.v2.legacy import LegacyFamily, legacy
from heygen_async.api.values import Resource, signed
from heygen_async.models.open_word import OpenWord
from heygen_async.transport.content import AUDIO, IMAGES, VIDEO
from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timeout
from heygen_async.transport.source import Bytes
from heygen_async.transport.upload import open_source, raw

__all__ = ["Asset", "AssetFileType", "AssetListItem", "AssetsV2"]

R = TypeVar("R")

#: What is taken; WAV by third parties' word only.
ACCEPTED = IMAGES | VIDEO | AUDIO

UPLOAD_ASSET = legacy(
    attrs.evolve(
        posts("/v1/asset", "upload-asset", Replay.UNSAFE, Scope.UPLOAD), timeout=Timeout.TRANSFER
    ),
    "POST /v3/assets",
    host="upload",
)
LIST_ASSETS = legacy(reads("/v1/asset/list", "list-assets"), "GET /v3/assets")
# Deleting twice is deleting once, though it is a POST.
DELETE_ASSET = legacy(
    posts("/v1/asset/{asset_id}/delete", "delete-asset", Replay.SAFE),
    "DELETE /v3/assets/{asset_id}",
)

ENDPOINTS = (UPLOAD_ASSET, LIST_ASSETS, DELETE_ASSET)


class AssetFileType(OpenWord):
    """What sort of file an asset is."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


@attrs.frozen
class Asset(Resource):
    """A file that was uploaded.

    Attributes:
        id: for fields that end in ``asset_id``.
        file_type: what sort of file it is.
        url: where it lies.
        name: HeyGen's own; the file's is not kept.
        folder_id: where it is shown.
        meta: about the file; text, fields, or nothing.
        created_ts: unix seconds.
        image_key: of pictures only: for photo avatars and Avatar IV videos. It is not the id.
    """

    id: str
    file_type: AssetFileType | None = None
    url: str | None = signed()
    name: str | None = None
    folder_id: str | None = None
    meta: Any = None
    created_ts: int | None = None
    image_key: str | None = None


@attrs.frozen
class AssetListItem(Resource):
    """A file in the list, which does not tell its ``image_key``."""

    id: str
    file_type: AssetFileType | None = None
    name: str | None = None
    folder_id: str | None = None
    created_ts: int | None = None
    url: str | None = signed()


class UploadFamily(LegacyFamily):
    """A family that takes raw files."""

    async def _upload(
        self,
        cls: type[R],
        endpoint: Endpoint,
        source: Bytes,
        filename: str | None,
        accept: Collection[str],
    ) -> R:
        async with open_source(self._transport, source, name=filename) as opened:
            mime = opened.content(accept).mime
            form = raw(self._transport, opened, mime=mime)
            return await self._call(cls, endpoint, form=form)


class AssetsV2(UploadFamily):
    """Files that other calls refer to by ``id``, and pictures by ``image_key``."""

    async def upload(self, source: Bytes, *, filename: str | None = None) -> Asset:
        """Upload a file and return the asset it became.

        Free. The type is read from the bytes, whatever the file is called, and a file HeyGen does
        not take is refused before anything is sent. It is streamed; HeyGen names no limit, third
        parties 10 MB for pictures.

        Args:
            source: a path, bytes, a binary file (read from where it stands, and left open), or an
                async iterator of bytes.
            filename: for errors and progress; HeyGen is not told.

        Raises:
            InvalidInputError: the file cannot be read.
            UnknownFileTypeError: it is empty, or of a type HeyGen does not take.
            UncertainError: the answer was lost. Uploading again costs nothing, and at worst leaves
                the same file twice.
        """
        return await self._upload(Asset, UPLOAD_ASSET, source, filename, ACCEPTED)

    def list(
        self,
        *,
        file_type: AssetFileType | str | None = None,
        folder_id: str | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[AssetListItem]:
        """Files.

        Args:
            file_type: only of this sort.
            folder_id: only those in this folder.
            limit: items a page, 1 to 100.
            token: where to go on.
        """
        query: Mapping[str, Any] = {
            "file_type": word(AssetFileType, "file_type", file_type),
            "folder_id": folder_id,
            "limit": page_size(limit, 100),
        }
        return self._pages(AssetListItem, LIST_ASSETS, "assets", query=query, token=token)

    async def delete(self, asset_id: str) -> None:
        """Delete a file; what was made of it stays."""
        await self._ask(DELETE_ASSET, ids={"asset_id": asset_id})
