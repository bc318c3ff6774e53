"""Assets on the wire: uploads in one call or direct, their batches, search and metadata.

Source: HeyGen v3 contract and behaviour notes, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from heygen_async.api.rules import CALLBACK, ID, SHA256, Between, Count, Matches, Text
from heygen_async.api.v3.batches import BATCH_MOST
from heygen_async.api.values import Request, Resource, optional, shown, signed, tag
from heygen_async.models.open_word import OpenWord

__all__ = [
    "AssetDetail",
    "AssetSearchItem",
    "AssetSearchScope",
    "AssetSearchType",
    "AssetUploadBatch",
    "AssetUploadSlot",
    "CompleteAssetBatchRequest",
    "CompleteAssetUploadRequest",
    "CompletedAsset",
    "CreateAssetUploadBatchRequest",
    "CreateAssetUploadRequest",
    "FrameOrientation",
    "IconAssetItem",
    "ImageAssetItem",
    "OtherAssetItem",
    "UploadedAsset",
]


class AssetSearchType(OpenWord):
    """What a search looks for."""

    IMAGE = "image"
    ICON = "icon"


class AssetSearchScope(OpenWord):
    """Where a search looks."""

    PUBLIC = "public"
    PERSONAL = "personal"


class FrameOrientation(OpenWord):
    """The shape of a picture."""

    LANDSCAPE = "landscape"
    PORTRAIT = "portrait"
    SQUARE = "square"


# --- requests ------------------------------------------------------------------------------------


@attrs.frozen(kw_only=True)
class CreateAssetUploadRequest(Request):
    """Announce a file that will be put to storage directly.

    Attributes:
        filename: for display; says nothing about the type.
        content_type: media type of the bytes, such as ``video/mp4``.
        size_bytes: exact size; it is signed into the upload address.
        checksum_sha256: of the bytes, 64 hexadecimal digits; checked by the server if given.
    """

    filename: str = attrs.field(validator=Text(1))
    content_type: str = attrs.field(
        validator=Matches(r"[\w.+-]+/[\w.+-]+", "a media type such as video/mp4")
    )
    size_bytes: int = attrs.field(validator=Between(1))
    checksum_sha256: str | None = optional(SHA256)


@attrs.frozen(kw_only=True)
class CreateAssetUploadBatchRequest(Request):
    """Announce up to 100 files at once.

    Attributes:
        files: 1 to 100; their slots come back in this order.
        title: for the batch.
        callback_url: https; HeyGen accepts it, but asset batches send no event.
    """

    files: Sequence[CreateAssetUploadRequest] = attrs.field(validator=Count(1, BATCH_MOST))
    title: str | None = optional(Text(1))
    callback_url: str | None = optional(CALLBACK)


@attrs.frozen(kw_only=True)
class CompleteAssetUploadRequest(Request):
    """Say that a file is in storage.

    Attributes:
        checksum_sha256: of the bytes, 64 hexadecimal digits.
    """

    checksum_sha256: str | None = optional(SHA256)


@attrs.frozen
class CompleteAssetBatchRequest(Request):
    """Say that the files of a batch are in storage."""

    batch_id: str = attrs.field(validator=ID)


# --- answers -------------------------------------------------------------------------------------


@attrs.frozen
class UploadedAsset(Resource):
    """A file that was uploaded in one call, usable at once.

    Attributes:
        asset_id: to refer to it with.
        url: its public address.
        mime_type: found by the server in the bytes.
        size_bytes: as received.
    """

    asset_id: str
    url: str = attrs.field(repr=shown)
    mime_type: str
    size_bytes: int


@attrs.frozen
class AssetUploadSlot(Resource):
    """A place in storage that waits for a file.

    Attributes:
        asset_id: of the asset to be; unusable before the upload is completed.
        upload_url: where to PUT the bytes; signed, so it is not shown.
        upload_headers: to send with the PUT, exactly these.
        expires_in_seconds: how long the address is good for.
        max_bytes: what storage accepts.
        status: ``pending_upload``.
    """

    asset_id: str
    upload_url: str = attrs.field(repr=False)
    upload_headers: Mapping[str, str] = attrs.field(repr=False)
    expires_in_seconds: int
    max_bytes: int
    status: str


@attrs.frozen
class AssetUploadBatch(Resource):
    """The slots of a batch, in the order of the request's files."""

    batch_id: str
    items: tuple[AssetUploadSlot, ...]


@attrs.frozen
class CompletedAsset(UploadedAsset):
    """A file that was put to storage.

    Attributes:
        status: ``processing`` at first, ``completed`` in the bulk statuses.
    """

    status: str


@attrs.frozen
class AssetDetail(Resource):
    """What is known of an asset; type and size of the bytes are not told here.

    Attributes:
        id: its id, the ``asset_id`` of other calls.
        name: for display.
        owner: the user's name.
        space_id: the workspace.
        type: ``image``, ``video``, ``audio`` or ``font``.
        uploaded_at: unix seconds.
        url: its public address.
        folder_id: None in the root.
    """

    id: str
    name: str
    owner: str
    space_id: str
    type: str
    uploaded_at: int
    url: str | None = signed()
    folder_id: str | None = None


@attrs.frozen
class ImageAssetItem(Resource):
    """A picture that a search found.

    Attributes:
        id: its id.
        url: long-lived.
        width: pixels.
        height: pixels.
        orientation: its shape.
        is_transparent: whether it has an alpha channel.
    """

    id: str
    url: str = attrs.field(repr=shown)
    width: int | None = None
    height: int | None = None
    orientation: FrameOrientation | None = None
    is_transparent: bool | None = None
    type: str = tag("image")


@attrs.frozen
class IconAssetItem(Resource):
    """An icon that a search found; fields as ``ImageAssetItem``."""

    id: str
    url: str = attrs.field(repr=shown)
    width: int | None = None
    height: int | None = None
    orientation: FrameOrientation | None = None
    is_transparent: bool | None = None
    type: str = tag("icon")


@attrs.frozen
class OtherAssetItem(Resource):
    """Something a search found that this version has no class for; see ``raw``."""

    type: str | None = None


AssetSearchItem = ImageAssetItem | IconAssetItem | OtherAssetItem
"""What a search finds; its class says which sort of asset it is."""
