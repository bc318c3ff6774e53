"""Batches and bulk statuses, which videos, lipsyncs, translations and assets share.

A batch holds up to 100 items that are made independently: one bad item fails alone. Whether a
mix of good and bad items makes the batch ``completed`` or ``failed`` is not stated by HeyGen, so
read ``counts_by_status`` or the items. There is no cancel and no delete. In every family the
item's resource id is called ``video_id``.

Source: HeyGen v3 contract and behaviour notes, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from heygen_async.api.values import Resource
from heygen_async.api.watch import BULK
from heygen_async.models.open_word import OpenWord
from heygen_async.models.state import JobState, Progress, Words

__all__ = [
    "BATCH_MOST",
    "BATCH_WORDS",
    "BULK_WORDS",
    "BatchDetail",
    "BatchItem",
    "BatchItemStatus",
    "BatchStatus",
    "BulkStatusItem",
    "CreateBatchResponse",
    "DeletedResource",
    "portions",
    "told",
]

#: Items of a batch, at creation and on a page.
BATCH_MOST = 100


class BatchStatus(OpenWord):
    """How far a whole batch is."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class BatchItemStatus(OpenWord):
    """How far one item is."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@attrs.frozen
class CreateBatchResponse(Resource):
    """A batch that was accepted.

    Attributes:
        batch_id: to look it up with; the only field HeyGen is sure to send.
        status: normally ``processing``.
        total_items: how many items it has.
    """

    batch_id: str
    status: BatchStatus | None = None
    total_items: int | None = None


@attrs.frozen
class BatchItem(Resource):
    """One item of a batch.

    Attributes:
        item_index: its place in the request, from 0.
        status: how far it is.
        video_id: the id of what it made, in every family; None until that exists.
        error: why it failed, probably with ``code`` and ``message``; HeyGen publishes no fields.
    """

    item_index: int
    status: BatchItemStatus
    video_id: str | None = None
    error: Mapping[str, Any] | None = None


@attrs.frozen
class BatchDetail(Resource):
    """A batch and one page of its items.

    Attributes:
        batch_id: its id.
        status: derived from the items by HeyGen; see the module for mixed batches.
        total_items: how many items it has in all.
        counts_by_status: how many items have which status word.
        created_at: unix seconds.
        items: this page of items, up to 100.
        has_more: whether there is another page.
        next_token: the cursor of that page.
        title: as given at creation.
    """

    batch_id: str
    status: BatchStatus
    total_items: int
    counts_by_status: Mapping[str, int]
    created_at: int
    items: tuple[BatchItem, ...]
    has_more: bool
    next_token: str | None = None
    title: str | None = None


@attrs.frozen
class BulkStatusItem(Resource):
    """One line of a bulk status; HeyGen's word for it is open.

    Attributes:
        status: the server's word; ``not_found`` for an id that is unknown or somebody else's.
        video_id: the id that was asked for, in every family.
        batch_id: set where the line comes from a batch that was asked for.
        item_index: its place in that batch, from 0.
        error: why it failed, as ``BatchItem.error``.
    """

    status: str
    video_id: str | None = None
    batch_id: str | None = None
    item_index: int | None = None
    error: Mapping[str, Any] | None = None

    @property
    def state(self) -> JobState:
        """What the line says about the job."""
        code, reason = told(self.error)
        return BULK_WORDS.read(self.status, code=code, reason=reason)


@attrs.frozen
class DeletedResource(Resource):
    """The id of what was deleted."""

    id: str


#: Bulk statuses, behaviour notes section 6; every other word (queued, waiting, …) still runs.
BULK_WORDS = Words.of(
    {
        "completed": Progress.DONE,
        "complete": Progress.DONE,
        "failed": Progress.FAILED,
        "not_found": Progress.GONE,
        "deleted": Progress.GONE,
    }
)

BATCH_WORDS = Words.of({"completed": Progress.DONE, "failed": Progress.DONE})
"""A batch is settled when all its items are; a failed one is read like a finished one."""


def told(error: Mapping[str, Any] | None) -> tuple[str | None, str | None]:
    """Code and message of an error object whose fields HeyGen does not publish."""
    if not error:
        return None, None
    code, message = error.get("code"), error.get("message")
    return (
        code if isinstance(code, str) else None,
        message if isinstance(message, str) else None,
    )


def portions(ids: Sequence[str]) -> list[list[str]]:
    """The ids without repetition, in portions that one bulk status request takes."""
    unique = list(dict.fromkeys(ids))
    return [unique[start : start + BULK] for start in range(0, len(unique), BULK)]
