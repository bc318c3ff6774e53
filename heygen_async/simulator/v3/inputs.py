"""Files that a request refers to: by address, by asset id, or inline.

Nothing is fetched from elsewhere. A foreign https address is believed to show what its ending
promises; a host under `.invalid` cannot be reached, which is what that ending is for. Links of the
simulator itself lead to the real file, unless that is a video that nobody has rendered yet: its
recipe says all that a rule wants to know, and rendering may take a minute.
"""

from __future__ import annotations

import base64
import ipaddress
import mimetypes
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from heygen_async.simulator.media import RenderRequest, sniff
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.links import FILES, ExpiredLinkError
from heygen_async.simulator.world.world import World

MAX_BYTES = 32 * 1024 * 1024
"""Cap of uploads and of files given by address (behaviour notes §8, 2026-10)."""

_SAME = {
    "application/srt": "application/x-subrip",
    "audio/mp3": "audio/mpeg",
    "audio/vnd.wave": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/x-wav": "audio/wav",
    "image/jpg": "image/jpeg",
    "text/srt": "application/x-subrip",
}


@attrs.frozen(kw_only=True)
class Given:
    """A file the request refers to.

    Attributes:
        mime: its type, by content where there is content.
        blob: its bytes; None for a foreign address, and for a video of our own.
        source: what to draw in its place.
        recipe: how a video of our own is to be rendered.
    """

    mime: str
    blob: Blob | None
    source: str
    recipe: RenderRequest | None = None

    @property
    def make(self) -> Callable[[], bytes | RenderRequest] | None:
        """What answers its bytes or its recipe; None for a foreign address."""
        recipe = self.recipe
        if recipe is not None:
            return lambda: recipe
        return None if self.blob is None else self.blob.read


def canonical(mime: str) -> str:
    """One spelling for media types that have several."""
    plain = mime.partition(";")[0].strip().lower()
    return _SAME.get(plain, plain)


def resolve(
    world: World, account: Account, given: Mapping[str, Any], param: str, *wanted: str
) -> Given:
    """The file behind an AssetInput.

    Args:
        world: where links of our own lead.
        account: whose assets may be named.
        given: `{"type": "url" | "asset_id" | "base64", …}`, already valid by the contract.
        param: path of the field, for errors.
        wanted: acceptable kinds: `image`, `video`, `audio`.

    Raises:
        RefusedError: unknown or unfinished asset, unreachable address, wrong kind of file.
    """
    match given["type"]:
        case "asset_id":
            file = of_asset(world, account, given["asset_id"], f"{param}.asset_id")
        case "url":
            file = of_url(world, given["url"], f"{param}.url", *wanted)
        case _:
            file = _inline(given, param)
    if file.mime.partition("/")[0] not in wanted:
        raise invalid(f"{param} must be {' or '.join(wanted)}, but the file is {file.mime}", param)
    return file


def of_asset(world: World, account: Account, asset_id: str, param: str) -> Given:
    """The file of one of the account's assets."""
    asset = account.assets.get(asset_id)
    if asset is None:
        raise RefusedError("asset_not_found", f"Asset {asset_id} not found", param)
    status = asset.status(world.now())
    if status != "completed" or asset.content is None:
        raise RefusedError("asset_not_available", f"Asset {asset_id} is {status}", param)
    return Given(mime=asset.mime, blob=asset.content, source=asset_id)


def of_url(world: World, url: str, param: str, *wanted: str) -> Given:
    """The file behind an address; of a file of our own that is none of `wanted`, only the type."""
    try:
        own = world.links.opened(url, world.now())
    except ExpiredLinkError:
        message = "The address answered 403: signed links end, ask for a fresh one"
        raise RefusedError("download_failed", message, param) from None
    if own is not None:
        file = world.files.get(own.removeprefix(FILES))
        if file is None:
            raise RefusedError("download_failed", f"GET {own} answered 404", param)
        if file.mime.partition("/")[0] not in wanted:
            return Given(mime=file.mime, blob=None, source=own)
        made = file.make()
        if isinstance(made, RenderRequest):
            return Given(mime=file.mime, blob=None, source=own, recipe=made)
        return Given(mime=file.mime, blob=Blob.of(made), source=own)
    try:
        parts = urlsplit(url)
    except ValueError:
        raise RefusedError("download_failed", "This is not an address", param) from None
    if parts.scheme != "https" or not parts.hostname or _private(parts.hostname):
        raise RefusedError("download_failed", "The address is not a public https address", param)
    if parts.hostname.endswith(".invalid"):
        raise RefusedError("download_failed", f"{parts.hostname} cannot be resolved", param)
    guessed, _ = mimetypes.guess_type(parts.path)
    mime = canonical(guessed) if guessed else f"{wanted[0]}/*"
    return Given(mime=mime, blob=None, source=url)


def _inline(given: Mapping[str, Any], param: str) -> Given:
    try:
        content = base64.b64decode(given["data"], validate=True)
    except ValueError:
        raise invalid(f"{param}.data is not base64", f"{param}.data") from None
    if len(content) > MAX_BYTES:
        raise RefusedError("payload_too_large", "The file is larger than 32 MB", f"{param}.data")
    declared, actual = canonical(given["media_type"]), sniff(content)
    if actual is None:
        raise invalid(f"{param}.data is not a file of a known type", f"{param}.data")
    if declared != actual:
        message = f"{param}.media_type says {declared}, but the file is {actual}"
        raise invalid(message, f"{param}.media_type")
    return Given(mime=actual, blob=Blob.of(content), source="inline")


def _private(host: str) -> bool:
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host
