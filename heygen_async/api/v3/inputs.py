"""Files as inputs: by address, by asset id, or inline.

``AssetInput`` is what most calls take; ``AssetInputUrlOrId`` is for the calls that take no inline
data (lipsync, translation, proofread, clipping, subtitles). An address must be public: HeyGen
fetches it, up to 32 MB, and refuses a file whose bytes are not of the type it is served as.

Source: HeyGen v3 contract and behaviour notes, read 2026-11-20.
"""

from __future__ import annotations

from base64 import b64encode

import attrs

from heygen_async.api.rules import ID, URL, Matches, Text
from heygen_async.api.values import Request, tag

__all__ = ["AssetBase64", "AssetId", "AssetInput", "AssetInputUrlOrId", "AssetUrl"]

_MEDIA_TYPE = Matches(r"[\w.+-]+/[\w.+-]+", "a media type such as image/png")


@attrs.frozen
class AssetUrl(Request):
    """A file at a public address.

    Attributes:
        url: http(s), reachable without cookies or headers, the file itself and not a page.
    """

    url: str = attrs.field(validator=URL)
    type: str = tag("url")


@attrs.frozen
class AssetId(Request):
    """A file that was uploaded before.

    Attributes:
        asset_id: as ``heygen.assets.upload`` gave it.
    """

    asset_id: str = attrs.field(validator=ID)
    type: str = tag("asset_id")


@attrs.frozen
class AssetBase64(Request):
    """A file inside the request; a third larger than an upload, so for small files only.

    Attributes:
        media_type: such as ``image/png``; must be what the bytes are.
        data: the bytes in base64.
    """

    media_type: str = attrs.field(validator=_MEDIA_TYPE)
    data: str = attrs.field(validator=Text(1), repr=False)
    type: str = tag("base64")

    @classmethod
    def of(cls, data: bytes, media_type: str) -> AssetBase64:
        """From the bytes themselves."""
        return cls(media_type, b64encode(data).decode("ascii"))


AssetInput = AssetUrl | AssetId | AssetBase64
"""A file, by whatever way it comes."""

AssetInputUrlOrId = AssetUrl | AssetId
"""A file, where its bytes cannot stand in the request."""
