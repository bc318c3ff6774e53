"""Raw uploads: assets, and talking photos, which are looks from the start.

HeyGen takes both at a host of its own; the simulator has one address for everything.
"""

from __future__ import annotations

from typing import Any

from heygen_async.simulator.media import image_size, sniff
from heygen_async.simulator.v2.envelopes import v1
from heygen_async.simulator.v2.groups import check_limit
from heygen_async.simulator.v2.keys import key_of
from heygen_async.simulator.v2.looks import SMALLEST, new_look
from heygen_async.simulator.v2.records import Traits
from heygen_async.simulator.v3.assets import create, delete, find, publish, url
from heygen_async.simulator.v3.looks import preview
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.call import Call, Handler, Upload
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Asset
from heygen_async.simulator.world.world import World

_PAGE = 100


def _upload(world: World, call: Call) -> dict[str, Any]:
    upload, mime = _checked(call)
    asset = create(world, call.account, "", mime)
    asset.name = asset.id
    publish(world, asset, upload.content)
    asset.ready_at = asset.created_at
    return v1(_item(world, asset) | {"meta": None, "image_key": key_of(asset)})


def _list(world: World, call: Call) -> dict[str, Any]:
    """The assets that can be used, the newest first, in an envelope that is v1's and v2's."""
    query = call.query
    rows = [
        it
        for it in reversed(call.account.assets.values())
        if it.ready_at is not None
        and _kind(it) in {"image", "video", "audio"}
        and query["file_type"] in {None, _kind(it)}
        and not query["folder_id"]
    ]
    limit = query["limit"] or _PAGE
    page, cursor = paginate(rows, lambda it: -it.number, limit, query["token"])
    assets = [_item(world, it) for it in page]
    shown = {"assets": assets, "total": len(rows), "token": cursor["next_token"]}
    return v1(shown) | {"error": None}


def _delete(world: World, call: Call) -> dict[str, Any]:
    delete(world, call.account, find(call.account, call.path["asset_id"]))
    return v1(None)


def _upload_talking_photo(world: World, call: Call) -> dict[str, Any]:
    check_limit(world, call)
    upload, _ = _checked(call)
    try:
        size = image_size(upload.content.read())
    except ValueError as error:
        raise _refused(40002, f"Image format not supported: {error}") from error
    if min(size) < SMALLEST:
        raise _refused(40004, "No face detected")
    look = new_look(
        world,
        call.account,
        None,
        name="Talking photo",
        picture=Picture(blob=upload.content),
        size=size,
        fate=world.faults.fate(call.operation),
        seconds=0.0,
        traits=Traits(),
        instant=True,
    )
    return v1({"talking_photo_id": look.id, "talking_photo_url": world.link(preview(look))})


def _list_talking_photos(world: World, call: Call) -> dict[str, Any]:
    """A bare array, the newest first (v2 notes §2)."""
    now = world.now()
    return v1(
        [
            {"id": it.id, "image_url": world.link(preview(it)), "circle_image": ""}
            for it in reversed(call.account.looks.values())
            if it.avatar_type == "photo_avatar" and it.trained(now)
        ]
    )


def _checked(call: Call) -> tuple[Upload, str]:
    """The upload, and its type by content, which must be the one it claims."""
    assert call.upload is not None
    actual = sniff(call.upload.content.head)
    if actual is None or actual != call.upload.declared:
        found = actual or "of an unknown type"
        message = f"Invalid file type: Content-Type says {call.upload.declared}, the file is"
        raise _refused(400111, f"{message} {found}")
    return call.upload, actual


def _refused(number: int, message: str) -> RefusedError:
    return RefusedError("invalid_parameter", message, number=number)


def _kind(asset: Asset) -> str:
    return asset.mime.partition("/")[0]


def _item(world: World, asset: Asset) -> dict[str, Any]:
    return {
        "id": asset.id,
        "name": asset.name,
        "file_type": _kind(asset),
        "folder_id": "",
        "created_ts": int(asset.created_at),
        "url": url(world, asset),
    }


HANDLERS: dict[str, Handler] = {
    "delete-asset": _delete,
    "list-assets": _list,
    "list-talking-photos": _list_talking_photos,
    "upload-asset": _upload,
    "upload-talking-photo": _upload_talking_photo,
}
