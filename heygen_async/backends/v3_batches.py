"""Videos that are ready at the same moment leave in one request, up to a hundred of them.

Whoever submits a video puts its request into the ``Outbox`` and waits. A moment after the first,
or as soon as a batch is full, all that lie there leave together as one ``createVideoBatch``; the
answer names the batch, and from its items each waiter learns the id of its own video. From then on
nothing reminds of the batch.

What could be paid twice, and is not:

- **The same batch under the same key.** Within a process the transport repeats a lost answer under
  the batch's one key with the same bytes. HeyGen does not document keys for batches of videos
  (behaviour notes 4, read 2026-11-20), so no later process relies on one: a request that was sent
  this way is not ``keyed``, and is looked for by the mark in its title.
- **Silence is not absence.** An item that HeyGen has put off has no video yet, so it is found in no
  list (notes 7). Not finding it counts only ``UNSEEN`` seconds after the intent.
- **What was taken is never declined.** Once HeyGen has answered with a batch, every error on the
  way to the video's id is uncertainty, whatever its class. Only an item that HeyGen itself calls
  failed, and that has no id, was refused: it is told like the refusal of a single request.
- **What has not left can be withdrawn.** A waiter that is cancelled before that takes its request
  out again, and the journal learns that it was declined.

One bad item may have the whole batch refused: HeyGen does not say. So a batch that is refused for
what is in it, which is proof that nothing of it was made, leaves once more in halves, until the bad
one is refused alone.
"""

from __future__ import annotations

import asyncio
import contextvars
import copy
import hashlib
from collections.abc import Sequence

from heygen_async.api.v3.batches import BATCH_MOST, BatchItem
from heygen_async.api.v3.videos import Videos
from heygen_async.api.v3.videos_schemas import CreateVideoBatchRequest, CreateVideoRequest
from heygen_async.api.watch import Watch
from heygen_async.errors import (
    ConsentRequiredError,
    ContentPolicyError,
    HeyGenError,
    InvalidRequestError,
    NotFoundError,
    ServerError,
    UncertainError,
    UsageError,
    VideoFailedError,
)
from heygen_async.models.state import JobState, Progress
from heygen_async.transport.codes import CODES, HINTS, error_class
from heygen_async.transport.endpoint import Scope

__all__ = ["UNSEEN", "Outbox"]

UNSEEN = 3600.0
"""Seconds after which a video that was asked for is in HeyGen's list, or was never taken.

A guess on the safe side: renders take minutes, and an item waits for one of them at the most, since
whoever submits it holds a slot of the account's pool.
"""

# Videos get ready together when slots are given back together, after one look at many of them. What
# lies between them then is only the time that it takes to write their intents down.
_MOMENT = 0.25

# Said of what is in a request, so that a part of the batch may be fine.
_CONTENT = (InvalidRequestError, ContentPolicyError, ConsentRequiredError, NotFoundError)


class _Item:
    """A request that waits to leave, and for the name of its place in a batch."""

    __slots__ = ("key", "left", "place", "request")

    def __init__(self, request: CreateVideoRequest, key: str) -> None:
        self.request = request
        self.key = key
        self.left = False
        self.place: asyncio.Future[str] = asyncio.get_running_loop().create_future()


class Outbox:
    """Collects the videos of one Orchestrator; see the module.

    Args:
        videos: the family of a client.
        watch: waits for jobs.
        patience: seconds to wait for HeyGen to begin with an item that it has put off.
    """

    def __init__(self, videos: Videos, watch: Watch, *, patience: float) -> None:
        self._videos = videos
        self._watch = watch
        self._patience = patience
        self._waiting: list[_Item] = []
        self._timer: asyncio.TimerHandle | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._withdrawn: set[str] = set()
        self._closed = False

    async def send(self, request: CreateVideoRequest, key: str) -> str:
        """The id of the video, once HeyGen has begun with it.

        Args:
            request: what to make, its title marked with the key.
            key: of this video alone.

        Raises:
            UncertainError: it may have been taken.
            HeyGenError: it was not, for the reason that the class names.
        """
        place = await self._placed(_Item(request, key))
        try:
            state = await self._watch("video_item", place, timeout=self._patience)
        except HeyGenError as error:
            raise _uncertain(f"item {place} was taken, but not followed: {error}", key) from error
        if isinstance(state.resource, BatchItem) and state.resource.video_id is not None:
            return state.resource.video_id
        if state.progress is Progress.FAILED:
            raise _refusal(state, place)
        raise _uncertain(f"item {place} was taken and is gone", key)

    def withdrawn(self, key: str) -> bool:
        """Whether a ``send`` under the key that was cancelled had not left; asked once."""
        known = key in self._withdrawn
        self._withdrawn.discard(key)
        return known

    async def close(self) -> None:
        """Let nothing more leave; those who still wait are told what became of their request."""
        self._closed = True
        self._disarm()
        for item in self._waiting:
            _tell(item, UsageError("The Orchestrator was closed before the video was asked for"))
        self._waiting.clear()
        for task in self._under_way:
            task.cancel()
        if self._under_way:
            await asyncio.wait(self._under_way)

    # --- the way out -----------------------------------------------------------------------------

    async def _placed(self, item: _Item) -> str:
        if self._closed:
            raise UsageError("The Orchestrator is closed; nothing can be submitted any more")
        self._waiting.append(item)
        if len(self._waiting) == BATCH_MOST:
            self._leave()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_MOMENT, self._leave)
        try:
            return await item.place
        except asyncio.CancelledError:
            if not item.left:
                self._withdrawn.add(item.key)
            raise

    def _leave(self) -> None:
        self._disarm()
        items, self._waiting = self._waiting, []
        task = asyncio.create_task(
            self._carry(items),
            name=f"heygen-async batch of {len(items)} videos",
            context=contextvars.Context(),  # It leaves for all, and not for who came last.
        )
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _carry(self, items: Sequence[_Item]) -> None:
        """Send them, and tell each its place, or why it has none."""
        items = [item for item in items if not item.place.done()]  # Others were withdrawn.
        if not items:
            return
        for item in items:
            item.left = True
        try:
            batch_id = await self._created(items)
        except _CONTENT as error:
            if len(items) == 1:
                _tell(items[0], error)
                return
            for item in items:
                item.left = False
            middle = len(items) // 2
            await self._carry(items[:middle])
            await self._carry(items[middle:])
        except UncertainError as error:
            words = f"the answer to a batch of {len(items)} videos was lost: {error}"
            for item in items:
                _tell(item, _uncertain(words, item.key))
        except Exception as error:  # noqa: BLE001 - handed to all who wait, none of it is hidden
            for item in items:
                _tell(item, error)
        except asyncio.CancelledError:
            for item in items:
                words = "the Orchestrator was closed while the video was asked for"
                _tell(item, _uncertain(words, item.key))
            raise
        else:
            for index, item in enumerate(items):
                if not item.place.done():
                    item.place.set_result(f"{batch_id}/{index}")

    async def _created(self, items: Sequence[_Item]) -> str:
        request = CreateVideoBatchRequest(videos=[item.request for item in items])
        # Of these very videos, so that it means the same whenever it is used.
        named = hashlib.sha256("/".join(item.key for item in items).encode()).hexdigest()
        created = await self._videos.create_batch(
            request, idempotency_key=f"hga-batch-{named[:32]}", concurrency="raise"
        )
        return created.batch_id


def _tell(item: _Item, error: Exception) -> None:
    if not item.place.done():
        # A copy for each: they are raised in many tasks, and each has a traceback of its own.
        item.place.set_exception(copy.copy(error))


def _uncertain(words: str, key: str) -> UncertainError:
    return UncertainError(
        f"createVideoBatch: {words.rstrip('.')}. Run the job again: the video is looked for by the"
        " mark in its title, and not paid twice.",
        operation="createVideoBatch",
        key=key,
    )


def _refusal(state: JobState, place: str) -> HeyGenError:
    """The error for an item that failed and has no id, so that nothing was made."""
    code, words = state.code, state.reason or "no reason given"
    known = None if code is None else CODES.get(code)
    if known is None or known is ServerError:
        given = ": ".join(part for part in (code, state.reason) if part)
        return VideoFailedError(
            f"createVideoBatch: item {place} failed{f': {given}' if given else ' without a reason'}"
            ". Failed jobs are not billed.",
            operation="createVideoBatch",
            kind="video",
            code=code,
            reason=state.reason,
        )
    kind = error_class(400, code, words, Scope.RENDER)
    return kind(
        f"createVideoBatch: item {place} was refused: {words.rstrip('.')}. {HINTS[kind]}",
        operation="createVideoBatch",
        code=code,
    )
