"""Direct uploads: a presigned address, the bytes put there, and the word that they are complete."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from heygen_async.simulator.media import sniff
from heygen_async.simulator.v3 import assets
from heygen_async.simulator.v3.inputs import canonical
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.links import UPLOADS
from heygen_async.simulator.world.records import Asset, Batch, UploadSlot
from heygen_async.simulator.world.world import World

MAX_BYTES = 2 * 1024**3
"""Cap of a direct upload; HeyGen's own number is unknown (behaviour notes §8, 2026-10)."""


class BadUploadError(Exception):
    """Bytes that the presigned address does not take; `code` is the storage's word for why."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def _create(world: World, call: Call) -> dict[str, Any]:
    return data(_slot_view(world, _open(world, call.account, call.body)))


def _create_batch(world: World, call: Call) -> dict[str, Any]:
    files = call.body["files"]
    if not files:
        raise invalid("files must have at least 1 items", "files")
    for index, file in enumerate(files):
        try:
            _check(file)
        except RefusedError as refusal:
            raise refusal.under(f"files.{index}") from None
    opened = [_open(world, call.account, it) for it in files]
    batch = Batch(
        id=world.identify("batch", world.number("batch")),
        family="assets",
        title=call.body.get("title"),
        created_at=world.now(),
        members=list(opened),
    )
    call.account.batches[batch.id] = batch
    return data({"batch_id": batch.id, "items": [_slot_view(world, it) for it in opened]})


def _complete(world: World, call: Call) -> dict[str, Any]:
    asset = assets.find(call.account, call.path["asset_id"])
    complete(world, asset, call.body.get("checksum_sha256"))
    assert asset.content is not None
    return data(
        {
            "asset_id": asset.id,
            "url": assets.url(world, asset),
            "mime_type": asset.mime,
            "size_bytes": asset.content.size,
            "status": asset.status(world.now()),
        }
    )


def _complete_batch(world: World, call: Call) -> dict[str, Any]:
    batch = call.account.batches.get(call.body["batch_id"])
    if batch is None or batch.family != "assets":
        message = f"Batch {call.body['batch_id']} not found"
        raise RefusedError("resource_not_found", message, "batch_id")
    members = [it for it in batch.members if isinstance(it, Asset)]
    arrived = [it for it in members if it.slot is not None and it.slot.received is not None]
    if not arrived:
        raise RefusedError("conflict", "None of the objects is in storage yet")
    for asset in arrived:
        complete(world, asset, None)
    return data({"batch_id": batch.id, "status": "processing", "total_items": len(batch.members)})


def complete(world: World, asset: Asset, checksum: str | None) -> None:
    """The caller says its bytes are there; saying it again changes nothing.

    Raises:
        RefusedError: `conflict` while they are not; invalid_parameter if they are not what was
            announced.
    """
    if asset.ready_at is not None:
        return
    assert asset.slot is not None
    content = asset.slot.received
    if content is None:
        raise RefusedError("conflict", "Object is not in storage yet")
    if checksum is not None and checksum.lower() != content.sha256:
        raise invalid("checksum_sha256 is not the checksum of the object", "checksum_sha256")
    actual = sniff(content.head)
    if actual != asset.mime:
        found = actual or "of an unknown type"
        raise invalid(f"content_type was {asset.mime}, but the file is {found}", "content_type")
    assets.publish(world, asset, content)
    asset.ready_at = world.now() + world.timing.asset_processing


def expected_headers(asset: Asset) -> dict[str, str]:
    """The headers that the PUT must carry, exactly."""
    assert asset.slot is not None
    headers = {"Content-Type": asset.slot.content_type, "Content-Length": str(asset.slot.size)}
    if asset.slot.checksum is not None:
        digest = base64.b64encode(bytes.fromhex(asset.slot.checksum)).decode()
        headers["x-amz-checksum-sha256"] = digest
    return headers


def slot(world: World, asset_id: str) -> Asset:
    """The asset whose bytes are about to be put.

    Raises:
        BadUploadError: if there is no such address.
    """
    for account in world.accounts.values():
        asset = account.assets.get(asset_id)
        if asset is not None and asset.slot is not None:
            return asset
    raise BadUploadError(404, "NoSuchKey", "There is no such upload")


def receive(asset: Asset, content: Blob) -> None:
    """Keep the bytes that arrived.

    Raises:
        BadUploadError: if they are not as many or not those that were announced.
    """
    assert asset.slot is not None
    if content.size != asset.slot.size:
        raise BadUploadError(400, "IncompleteBody", f"{content.size} bytes arrived")
    if asset.slot.checksum is not None and asset.slot.checksum != content.sha256:
        raise BadUploadError(400, "BadDigest", "The checksum did not match")
    if asset.ready_at is None:
        asset.slot.received = content


def _check(file: Mapping[str, Any]) -> str:
    mime = canonical(file["content_type"])
    if mime not in assets.ENDINGS:
        known = ", ".join(sorted(assets.ENDINGS))
        message = f"content_type {file['content_type']} is not accepted; accepted are {known}"
        raise invalid(message, "content_type")
    size = file["size_bytes"]
    if size < 1:
        raise invalid(f"size_bytes must be at least 1, not {size}", "size_bytes")
    if size > MAX_BYTES:
        raise invalid(f"size_bytes must be at most {MAX_BYTES}, not {size}", "size_bytes")
    return mime


def _open(world: World, account: Account, file: Mapping[str, Any]) -> Asset:
    asset = assets.create(world, account, file["filename"], _check(file))
    checksum = file.get("checksum_sha256")
    asset.slot = UploadSlot(
        content_type=file["content_type"],
        size=file["size_bytes"],
        checksum=checksum.lower() if checksum else None,
        expires_at=world.now() + world.timing.upload_lifetime,
    )
    return asset


def _slot_view(world: World, asset: Asset) -> dict[str, Any]:
    assert asset.slot is not None
    return {
        "asset_id": asset.id,
        "upload_url": world.links.sign(UPLOADS + asset.id, asset.slot.expires_at),
        "upload_headers": expected_headers(asset),
        "expires_in_seconds": int(world.timing.upload_lifetime),
        "max_bytes": MAX_BYTES,
        "status": "pending_upload",
    }


HANDLERS: dict[str, Handler] = {
    "completeAssetBatch": _complete_batch,
    "completeAssetUpload": _complete,
    "createAssetUpload": _create,
    "createAssetUploadBatch": _create_batch,
}
