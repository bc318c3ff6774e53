"""Videos that are ready at the same moment leave in one request, up to a hundred of them.

Whoever submits a video puts its request into the ``Outbox`` and waits. A moment after the first,
or as soon as a batch is full, all that lie there leave together as one ``createVideoBatch``. The
answer names the batch and nothing else, so what a waiter gets is the place of its video,
``BATCH/INDEX``. The journal writes it down at once, for HeyGen may put an item off for hours before
it has a video, and a process may end meanwhile. The look at videos follows a place to its video.

What could be paid twice, and is not:

- **A batch is sent once.** HeyGen does not document keys for batches of videos (behaviour notes 4,
  read 2026-11-20), so a lost answer is uncertainty for each that left. None of them is asked for
  again under a key: each video is looked for by the mark in its title.
- **Silence is not absence.** An item that HeyGen has put off has no video yet, so it is found in no
  list (notes 7). Not finding it counts only ``UNSEEN`` seconds after the answer was lost.
- **What was taken is never declined.** Once HeyGen has answered with a batch, the video has a
  place, and only HeyGen's own word ends it: an item that it calls failed. A batch that it does not
  know any more proves nothing about its videos.
- **What is cancelled on its way is not forgotten.** Its place is kept when the answer comes, for
  whoever runs the same job again; only another process has to look for the mark in its title, or
  who comes so late that too many others have been cancelled since.
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
import logging
from collections.abc import Sequence

from heygen_async.api.v3.batches import BATCH_MOST
from heygen_async.api.v3.videos import Videos
from heygen_async.api.v3.videos_schemas import CreateVideoBatchRequest, CreateVideoRequest
from heygen_async.errors import (
    CannotTellError,
    ConsentRequiredError,
    ContentPolicyError,
    HeyGenError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    PayError,
    UncertainError,
    UsageError,
    VideoFailedError,
)
from heygen_async.models.state import JobState
from heygen_async.transport.codes import HINTS, error_class
from heygen_async.transport.endpoint import Scope

__all__ = ["UNSEEN", "Outbox", "refusal", "unknown", "unready"]

UNSEEN = 3600.0
"""Seconds after which a video that was asked for is in HeyGen's list, or was never taken.

A guess on the safe side: renders take minutes, and an item waits for one of them at the most, since
whoever submits it holds a slot of the account's pool. It matters only where the answer was lost: an
item whose place is known is followed for as long as it takes.
"""

# Videos get ready together when slots are given back together, after one look at many of them. What
# lies between them then is only the time that it takes to write their intents down.
_MOMENT = 0.25

# Seconds after which HeyGen has begun with what it did not put off; a guess.
_BEGUN = 2.0

# Places kept for those who were cancelled; not every job is run again.
_KEPT = 10_000

_LOGGER = logging.getLogger("heygen_async")

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
    """

    def __init__(self, videos: Videos) -> None:
        self._videos = videos
        self._waiting: list[_Item] = []
        self._timer: asyncio.TimerHandle | None = None
        self._under_way: dict[asyncio.Task[None], list[_Item]] = {}
        self._withdrawn: set[str] = set()
        self._late: dict[str, str] = {}
        self._closed = False

    async def send(self, request: CreateVideoRequest, key: str) -> str:
        """The place of the video in a batch, as ``BATCH/INDEX``, once HeyGen has taken the batch.

        Args:
            request: what to make, its title marked with the key.
            key: of this video alone.

        Raises:
            UncertainError: it may have been taken.
            HeyGenError: it was not, for the reason that the class names.
        """
        if self._closed:
            raise UsageError("The Orchestrator is closed; nothing can be submitted any more")
        item = _Item(request, key)
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

    def late(self, key: str) -> str | None:
        """The place of a video whose ``send`` was cancelled after it had left; told once."""
        return self._late.pop(key, None)

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
            _tell_closed(item)
        self._waiting.clear()
        under_way = dict(self._under_way)
        for task in under_way:
            task.cancel()
        if under_way:
            await asyncio.wait(under_way)
        # Here and not where they are cancelled, since a task may be so before its first step.
        for items in under_way.values():
            for item in items:
                _tell_closed(item)

    # --- the way out -----------------------------------------------------------------------------

    def _leave(self) -> None:
        self._disarm()
        items, self._waiting = self._waiting, []
        task = asyncio.create_task(
            self._carry_and_learn(items),
            name=f"heygen-async batch of {len(items)} videos",
            context=contextvars.Context(),  # It leaves for all, and not for who came last.
        )
        self._under_way[task] = items
        task.add_done_callback(self._under_way.pop)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    async def _carry_and_learn(self, items: Sequence[_Item]) -> None:
        """Send them; and have read once what has become of each, before anybody has to.

        A webhook knows its video by the id alone, and wakes nobody while the place is not known to
        be that video's.
        """
        places = await self._carry(items)
        if not places:
            return
        await asyncio.sleep(_BEGUN)
        try:
            await self._videos.look_items(places)
        except HeyGenError as error:
            _LOGGER.debug("A batch was sent and not read; its videos are looked at: %s", error)

    async def _carry(self, items: Sequence[_Item]) -> list[str]:
        """Send them, and tell each its place, or why it has none; returns the places."""
        items = [item for item in items if not item.place.done()]  # Others were withdrawn.
        if not items:
            return []
        for item in items:
            item.left = True
        try:
            batch_id = await self._created(items)
        except _CONTENT as error:
            if len(items) == 1:
                _tell(items[0], error)
                return []
            for item in items:
                item.left = False
            middle = len(items) // 2
            return await self._carry(items[:middle]) + await self._carry(items[middle:])
        except UncertainError as error:
            words = f"the answer to a batch of {len(items)} videos was lost: {error}"
            for item in items:
                _tell(item, _uncertain(words, item.key))
        except Exception as error:  # noqa: BLE001 - handed to all who wait, none of it is hidden
            for item in items:
                _tell(item, error)
        else:
            places = [f"{batch_id}/{index}" for index in range(len(items))]
            for item, place in zip(items, places, strict=True):
                if item.place.done():
                    if len(self._late) >= _KEPT:
                        del self._late[next(iter(self._late))]
                    self._late[item.key] = place
                else:
                    item.place.set_result(place)
            return places
        return []

    async def _created(self, items: Sequence[_Item]) -> str:
        request = CreateVideoBatchRequest(videos=[item.request for item in items])
        return (await self._videos.create_batch(request, concurrency="raise")).batch_id


def _tell(item: _Item, error: Exception) -> None:
    if not item.place.done():
        # A copy for each: they are raised in many tasks, and each has a traceback of its own.
        item.place.set_exception(copy.copy(error))


def _tell_closed(item: _Item) -> None:
    if item.left:
        words = "the Orchestrator was closed while the video was asked for"
        _tell(item, _uncertain(words, item.key))
    else:
        _tell(item, UsageError("The Orchestrator was closed before the video was asked for"))


def _uncertain(words: str, key: str) -> UncertainError:
    return UncertainError(
        f"createVideoBatch: {words.rstrip('.')}. Run the job again: the video is looked for by the"
        " mark in its title, and not paid twice.",
        operation="createVideoBatch",
        key=key,
    )


# --- places that have no video -------------------------------------------------------------------


def refusal(place: str, state: JobState) -> HeyGenError:
    """The error for an item that failed and has no id, so that nothing was made."""
    words = state.reason or "no reason given"
    kind = None if state.code is None else error_class(400, state.code, words, Scope.RENDER)
    if kind is not None and issubclass(kind, PayError):
        return kind(
            f"createVideoBatch: item {place} was refused: {words.rstrip('.')}. {HINTS[kind]}",
            operation="createVideoBatch",
            code=state.code,
        )
    given = ": ".join(part for part in (state.code, state.reason) if part)
    return VideoFailedError(
        f"createVideoBatch: item {place} failed{f': {given}' if given else ' without a reason'}"
        ". Failed jobs are not billed.",
        operation="createVideoBatch",
        kind="video",
        code=state.code,
        reason=state.reason,
    )


def unknown(place: str, key: str | None) -> CannotTellError:
    """The error for a place whose batch HeyGen does not know, and whose video is not found."""
    return CannotTellError(
        f"getVideoBatch: HeyGen took a video as item {place}, does not know the batch any more, and"
        " shows no video with its mark. Run the job again to look again; nothing is paid twice.",
        operation="getVideoBatch",
        key=key,
    )


def unready(place: str, video_id: str | None = None) -> NotReadyError:
    """The error for a place whose video has not begun, or has not ended."""
    where = "has no video yet" if video_id is None else f"is video {video_id}, which still renders"
    return NotReadyError(
        f"getVideoBatch: item {place} {where}; it goes on at HeyGen. Run the job again in a while.",
        operation="getVideoBatch",
    )
