"""Batches as they are read: one by one with their items, or many jobs' statuses at once.

A batch is `processing` until all its items have settled; then `completed` if any item is, as in
HeyGen's sample of a batch with one failed item, else `failed`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Protocol

from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Batch, Member
from heygen_async.simulator.world.world import World

MAX_STATUSES = 100
"""Ids of one statuses request in total (behaviour notes §7, 2026-10)."""

# A family's own word in those that all statuses share (behaviour notes §6, 2026-10).
_BULK = {"running": "processing"}


class Named(Member, Protocol):
    """What statuses need to know of a job that is asked for by its id."""

    def status(self, now: float) -> str:
        """In the words of its own family."""


def get(world: World, call: Call, family: str) -> dict[str, Any]:
    """A batch with one page of its items."""
    batch = _find(call.account, call.path["batch_id"], family)
    if batch is None:
        message = f"Batch {call.path['batch_id']} not found"
        raise RefusedError("resource_not_found", message)
    now = world.now()
    rows = list(enumerate(batch.members))
    page, cursor = paginate(rows, lambda it: it[0], call.query["limit"], call.query["token"])
    items = [
        {
            "item_index": index,
            "status": member.item_status(now),
            "video_id": member.item_id(now),
            "error": member.item_error(now),
        }
        for index, member in page
    ]
    return data(
        {
            "batch_id": batch.id,
            "title": batch.title,
            "status": status_of(batch, now),
            "total_items": len(batch.members),
            "counts_by_status": dict(counts(batch, now)),
            "created_at": int(batch.created_at),
            "items": items,
        }
        | cursor
    )


def counts(batch: Batch, now: float) -> Counter[str]:
    """How many items of a batch are how far."""
    return Counter(it.item_status(now) for it in batch.members)


def status_of(batch: Batch, now: float) -> str:
    """How far a batch is as a whole."""
    items = counts(batch, now)
    if items["queued"] or items["processing"]:
        return "processing"
    return "completed" if items["completed"] else "failed"


def statuses(
    world: World, call: Call, family: str, param: str, single: Mapping[str, Named]
) -> dict[str, Any]:
    """The statuses of jobs named by id or through their batch; unknown ones are `not_found`."""
    ids = [it for it in (call.query[param] or "").split(",") if it]
    batch_ids = [it for it in (call.query["batch_ids"] or "").split(",") if it]
    if not ids and not batch_ids:
        raise invalid(f"{param} or batch_ids is required", param)
    if len(ids) + len(batch_ids) > MAX_STATUSES:
        message = f"{len(ids) + len(batch_ids)} ids, at most {MAX_STATUSES} are allowed in total"
        raise invalid(message, param if ids else "batch_ids")
    now = world.now()
    rows = [_single(single.get(it), it, now) for it in ids]
    for batch_id in batch_ids:
        batch = _find(call.account, batch_id, family)
        if batch is None:
            rows.append(_row(None, "not_found", None, batch_id, None))
            continue
        for index, member in enumerate(batch.members):
            row = _row(
                member.item_id(now),
                member.item_status(now),
                member.item_error(now),
                batch_id,
                index,
            )
            rows.append(row)
    return data(rows) | {"has_more": False, "next_token": None}


def _single(job: Named | None, identifier: str, now: float) -> dict[str, Any]:
    if job is None or job.item_id(now) is None:
        return _row(identifier, "not_found", None, None, None)
    word = job.status(now)
    return _row(identifier, _BULK.get(word, word), job.item_error(now), None, None)


def _row(
    identifier: str | None,
    status: str,
    error: dict[str, Any] | None,
    batch_id: str | None,
    index: int | None,
) -> dict[str, Any]:
    return {
        "video_id": identifier,
        "status": status,
        "batch_id": batch_id,
        "item_index": index,
        "error": error,
    }


def _find(account: Account, batch_id: str, family: str) -> Batch | None:
    batch = account.batches.get(batch_id)
    return batch if batch is not None and batch.family == family else None


def _asset_batch(world: World, call: Call) -> dict[str, Any]:
    return get(world, call, "assets")


def _asset_statuses(world: World, call: Call) -> dict[str, Any]:
    return statuses(world, call, "assets", "asset_ids", call.account.assets)


def _video_batch(world: World, call: Call) -> dict[str, Any]:
    return get(world, call, "videos")


def _video_statuses(world: World, call: Call) -> dict[str, Any]:
    return statuses(world, call, "videos", "video_ids", call.account.videos)


HANDLERS: dict[str, Handler] = {
    "bulkAssetStatuses": _asset_statuses,
    "bulkVideoStatuses": _video_statuses,
    "getAssetBatch": _asset_batch,
    "getVideoBatch": _video_batch,
}
