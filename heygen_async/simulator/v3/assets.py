"""Assets: files uploaded in one request, and what can be asked of any asset."""

from __future__ import annotations

from typing import Any

from heygen_async.simulator.media import image_size, portrait, sniff
from heygen_async.simulator.v3.inputs import MAX_BYTES
from heygen_async.simulator.v3.pictures import DRAWN
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Asset
from heygen_async.simulator.world.world import File, World

# Accepted types and the endings their links get (behaviour notes §8, 2026-10).
ENDINGS = {
    "application/pdf": ".pdf",
    "application/x-subrip": ".srt",
    "application/zip": ".zip",
    "audio/mpeg": ".mp3",
    "audio/wav": ".wav",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "video/mp4": ".mp4",
    "video/webm": ".webm",
}

_STOCK = (
    "beach at sunrise", "bicycle in a lane", "bridge in fog", "business meeting", "city at night",
    "coffee on a desk", "family at breakfast", "forest path", "garden in spring", "mountain lake",
    "office window", "studio portrait",
)  # fmt: skip


def upload(world: World, call: Call) -> dict[str, Any]:
    """Take a file in one request; it is usable at once."""
    assert call.upload is not None
    content = call.upload.content
    if content.size > MAX_BYTES:
        raise RefusedError("payload_too_large", "The file is larger than 32 MB", "file")
    if content.size == 0:
        raise invalid("file is empty", "file")
    mime = accepted(content)
    asset = create(world, call.account, call.upload.name, mime)
    publish(world, asset, content)
    asset.ready_at = asset.created_at
    return data(
        {
            "asset_id": asset.id,
            "url": url(world, asset),
            "mime_type": mime,
            "size_bytes": content.size,
        }
    )


def accepted(content: Blob) -> str:
    """The type of a file by its content, if HeyGen takes it."""
    mime = sniff(content.head)
    if mime not in ENDINGS:
        found = mime or "of an unknown type"
        raise invalid(f"file is {found}; accepted are {', '.join(sorted(ENDINGS))}", "file")
    return mime


def create(world: World, account: Account, name: str, mime: str) -> Asset:
    """A new asset, still without its bytes."""
    number = world.number("asset")
    asset = Asset(
        id=world.identify("asset", number),
        number=number,
        name=name,
        mime=mime,
        created_at=world.now(),
    )
    account.assets[asset.id] = asset
    return asset


def publish(world: World, asset: Asset, content: Blob) -> None:
    """Give an asset its bytes, and its link something to lead to."""
    asset.content = content
    world.files[_path(asset)] = File(mime=asset.mime, make=content.read)


def url(world: World, asset: Asset) -> str:
    """A long-lived link to an asset's bytes."""
    return world.link(_path(asset), world.timing.asset_link_lifetime)


def _path(asset: Asset) -> str:
    return f"assets/{asset.id}/original{ENDINGS[asset.mime]}"


def find(account: Account, asset_id: str) -> Asset:
    """One of the account's assets."""
    try:
        return account.assets[asset_id]
    except KeyError:
        raise RefusedError("asset_not_found", f"Asset {asset_id} not found") from None


def _get(world: World, call: Call) -> dict[str, Any]:
    return data(_view(world, call.account, find(call.account, call.path["asset_id"])))


def _list(world: World, call: Call) -> dict[str, Any]:
    rows = [it for it in reversed(call.account.assets.values()) if it.ready_at is not None]
    if call.query["username"] != call.account.name or call.query["folder_id"]:
        rows = []
    page, cursor = paginate(rows, lambda it: -it.number, call.query["limit"], call.query["token"])
    return data([_view(world, call.account, it) for it in page]) | cursor


def _delete(world: World, call: Call) -> dict[str, Any]:
    asset = find(call.account, call.path["asset_id"])
    delete(world, call.account, asset)
    return data({"id": asset.id})


def delete(world: World, account: Account, asset: Asset) -> None:
    """Forget an asset; what was made of it stays."""
    del account.assets[asset.id]
    world.files.pop(_path(asset), None)


def _search(world: World, call: Call) -> dict[str, Any]:
    kind, words = call.query["type"], call.query["query"].lower().split()
    if call.query["scope"] == "public":
        found = [
            _stock(world, kind, number, name)
            for number, name in enumerate(_STOCK)
            if any(word in name for word in words)
        ]
    else:
        found = [
            (it.number, _image(world, it, kind))
            for it in call.account.assets.values()
            if it.mime.startswith("image/")
            and it.ready_at is not None
            and any(word in it.name.lower() for word in words)
        ]
    page, cursor = paginate(found, lambda it: it[0], call.query["limit"], call.query["token"])
    return data([item for _, item in page]) | cursor


def _stock(world: World, kind: str, number: int, name: str) -> tuple[int, dict[str, Any]]:
    path = f"stock/{kind}/{name.replace(' ', '-')}.jpg"
    world.files.setdefault(
        path, File(mime="image/jpeg", make=lambda: portrait(name, number, DRAWN))
    )
    return number, _item(f"stock-{kind}-{number}", kind, world.link(path), DRAWN)


def _image(world: World, asset: Asset, kind: str) -> dict[str, Any]:
    assert asset.content is not None
    try:
        size = image_size(asset.content.read())
    except ValueError:
        size = (0, 0)
    return _item(asset.id, kind, url(world, asset), size)


def _item(identifier: str, kind: str, link: str, size: tuple[int, int]) -> dict[str, Any]:
    width, height = size
    orientation = "square" if width == height else "landscape" if width > height else "portrait"
    return {
        "id": identifier,
        "type": kind,
        "url": link,
        "width": width,
        "height": height,
        "orientation": orientation,
        "is_transparent": False,
    }


def _view(world: World, account: Account, asset: Asset) -> dict[str, Any]:
    kind = asset.mime.partition("/")[0]
    return {
        "id": asset.id,
        "name": asset.name,
        "owner": account.name,
        "space_id": f"space-{account.name}",
        "type": "document" if kind == "application" else kind,
        "uploaded_at": int(asset.created_at),
        "url": None if asset.content is None else url(world, asset),
        "folder_id": None,
    }


HANDLERS: dict[str, Handler] = {
    "deleteAsset": _delete,
    "getAsset": _get,
    "listAssets": _list,
    "searchAssets": _search,
    "uploadAsset": upload,
}
