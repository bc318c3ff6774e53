"""How HeyGen v2 trains a group: once, and paid once.

A training takes no idempotency key and no name, so after a lost answer the group's status has to
tell of it. It does so for a group that was never trained. For one that was, and has new photos, it
cannot: an old training looks like the new one, and the step stays uncertain.

What is read before a training is asked for must not make it so. Where the status will tell, the
training reads for itself, and what stops it there says that nothing was sent. Where it will not, a
step of its own reads, before the intent is written.

Source: HeyGen v2 behaviour notes §4.3, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import attrs

from heygen_async.api.looking import gone
from heygen_async.api.v2.photo_answers import TrainStatus
from heygen_async.api.v2.photo_avatars import PhotoAvatars
from heygen_async.api.v2.photo_words import TrainStatusValue
from heygen_async.api.watch import ended_badly
from heygen_async.backends.base import Concluded, Result, Step, Taken
from heygen_async.backends.v2.groups import group_of
from heygen_async.errors import (
    AuthenticationError,
    CannotTellError,
    ConnectError,
    HeyGenError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    PermissionDeniedError,
    RateLimitError,
)
from heygen_async.models.state import JobState, Progress

__all__ = ["CheckLooks", "Train"]


@attrs.frozen(kw_only=True)
class _OfGroup(Step):
    """Something about the training of a group.

    Attributes:
        anew: whether photos were added to a group that may have been trained without them, so that
            an old training is not enough.
    """

    api: PhotoAvatars
    anew: bool = False

    async def _begun(self, group_id: str) -> bool:
        """Whether the group is being trained, or was if that is enough."""
        status = await self._status(group_id)
        if status is None or not status.begun:
            return False
        if status.status == TrainStatusValue.READY:
            return not self.anew
        return status.state.progress is Progress.RUNNING

    async def _status(self, group_id: str) -> TrainStatus | None:
        try:
            return await self.api.training(group_id)
        except (NotFoundError, InvalidRequestError) as error:
            if gone(error):  # How it is said of a group that was never trained, nobody documents.
                return None
            raise

    async def _check(self, group_id: str, inputs: Mapping[str, Result]) -> None:
        ids = [look_id for look in inputs.values() for look_id in _ids(look)]
        for look_id in dict.fromkeys(ids):
            if not (await self.api.get(look_id)).trainable:
                raise _not_ready(group_id, f"look {look_id} is not there yet")


@attrs.frozen(kw_only=True)
class CheckLooks(_OfGroup):
    """Whether a group can be trained; with ``begun``, whether it is being trained by somebody."""

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Concluded:
        """Read the group's status and looks."""
        group_id = group_of(inputs["look"])
        begun = await self._begun(group_id)
        if not begun:
            await self._check(group_id, inputs)
        return Concluded({"group_id": group_id, "begun": begun})


@attrs.frozen(kw_only=True)
class Train(_OfGroup):
    """A group learns a face; ``anew``, it needs ``CheckLooks`` as ``checked``."""

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Begin to train, unless that was done before."""
        group_id = group_of(inputs["look"])
        if not self.anew or inputs["checked"]["begun"]:
            with _nothing_sent(group_id):
                if await self._begun(group_id):
                    return _free(group_id)
                await self._check(group_id, inputs)
        try:
            await self.api.train(group_id)
        except InvalidRequestError as error:
            # It says so of groups that are being trained already, too.
            with _nothing_sent(group_id):
                begun = await self._begun(group_id)
            if begun:
                return _free(group_id)
            if "No valid image" in error.message:
                raise _not_ready(group_id, error.message) from error
            raise
        return Taken(group_id)

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Ask how far the training of the group is."""
        group_id = group_of(inputs["look"])
        status = await self._status(group_id)
        if status is None or not status.begun:
            return None
        if self.anew and status.state.settled:
            raise CannotTellError(
                f"Group {group_id} was trained, before or after photos were added to it: HeyGen"
                " does not tell. Look at it there, and leave V2Options.train out if it is done.",
                key=key,
            )
        return Taken(group_id)

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The group, or why it was not trained."""
        if state.progress is not Progress.DONE:
            raise ended_badly(self.kind, taken.ref, state)
        price = 0.0 if taken.detail.get("free") else None
        return Concluded({"group_id": taken.ref}, price=price)

    async def valid(self, result: Result) -> bool:
        """Whether the group is there, and trained."""
        status = await self._status(result["group_id"])
        return status is not None and status.state.progress is Progress.DONE


def _ids(look: Result) -> list[str]:
    if "look_ids" in look:
        return list(look["look_ids"])
    return [look["look_id"]] if "look_id" in look else []


def _free(group_id: str) -> Taken:
    """A training that somebody else began, and paid."""
    return Taken(group_id, {"free": True})


@contextmanager
def _nothing_sent(group_id: str) -> Iterator[None]:
    """Lets errors of reading say that no training was begun: another time it may be."""
    try:
        yield
    except (
        AuthenticationError,
        ConnectError,
        NotReadyError,
        PermissionDeniedError,
        RateLimitError,
    ):
        raise  # They say so by themselves.
    except HeyGenError as error:
        raise _not_ready(group_id, error.message) from error


def _not_ready(group_id: str, why: str) -> NotReadyError:
    return NotReadyError(
        f"Group {group_id} cannot be trained yet: {why.rstrip('.')}. Run the job again in a while;"
        " nothing was charged.",
        operation="train-photo-avatar-group",
    )
