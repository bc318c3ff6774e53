"""Batches of lipsyncs and of translations: opened here, read as all batches are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from heygen_async.simulator.v3 import batches
from heygen_async.simulator.v3.job_records import Job
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world import callbacks
from heygen_async.simulator.world.records import Batch, Member, Rejected
from heygen_async.simulator.world.world import World

LIPSYNCS, TRANSLATIONS = "lipsyncs", "video_translations"
"""The families, and the fields of a request that hold their items."""

MAX_ITEMS = 100
"""Items of a batch, after one that names several languages has become several (notes §7)."""


def open_batch(
    world: World, call: Call, family: str, items: Iterable[Callable[[Batch], Job]]
) -> dict[str, Any]:
    """Accept what of a batch can be accepted; an item that is refused fails alone.

    Args:
        world: where it will run.
        call: the request.
        family: of jobs.
        items: each accepts one item of the batch, or refuses it.

    Raises:
        RefusedError: the batch is empty or too large, or nobody can be called back.
    """
    items = list(items)
    if not items:
        raise invalid(f"{family} must have at least 1 items", family)
    if len(items) > MAX_ITEMS:
        message = f"{family} would make {len(items)} items, at most {MAX_ITEMS} are allowed"
        raise invalid(message, family)
    members: list[Member] = []
    batch = Batch(
        id=world.identify("batch", world.number("batch")),
        family=family,
        title=call.body.get("title"),
        created_at=world.now(),
        members=members,
        callback=callbacks.callback_of(world, call.body),
    )
    for accept in items:
        try:
            members.append(accept(batch))
        except RefusedError as refusal:
            members.append(Rejected(code=refusal.code, message=refusal.message))
    call.account.batches[batch.id] = batch
    callbacks.finish(world, call.account, batch, world.now())
    return data({"batch_id": batch.id, "status": "processing", "total_items": len(members)})


def _lipsync_batch(world: World, call: Call) -> dict[str, Any]:
    return batches.get(world, call, LIPSYNCS)


def _lipsync_statuses(world: World, call: Call) -> dict[str, Any]:
    return batches.statuses(world, call, LIPSYNCS, "lipsync_ids", call.account.lipsyncs)


def _translation_batch(world: World, call: Call) -> dict[str, Any]:
    return batches.get(world, call, TRANSLATIONS)


def _translation_statuses(world: World, call: Call) -> dict[str, Any]:
    translations = call.account.translations
    return batches.statuses(world, call, TRANSLATIONS, "video_translation_ids", translations)


HANDLERS: dict[str, Handler] = {
    "bulkLipsyncStatuses": _lipsync_statuses,
    "bulkVideoTranslationStatuses": _translation_statuses,
    "getLipsyncBatch": _lipsync_batch,
    "getVideoTranslationBatch": _translation_batch,
}
