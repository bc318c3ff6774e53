"""What HeyGen v2 does with an avatar: train it, paint it anew, enlarge it, let it move.

Each is charged per call, none of them takes an idempotency key or a name, so after a lost answer
only the result can be looked for:

- a **training** is told by the group's status;
- an **enlarged** look by its ``upscaled``: of the look itself, or of the one look beside it that
  has its name, for HeyGen does not say whether it makes a new one;
- a **moving** look by ``is_motion``, but not of which look it is made, nor how it was to move: so
  only a group without any proves that there is none;
- a **generation** of looks by nothing.

Wherever that does not tell, it is said, and nothing is asked for again.

Source: HeyGen v2 behaviour notes §4.3 and §4.4, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from heygen_async.api.v2.avatars import AvatarsV2
from heygen_async.api.v2.photo_answers import PhotoAvatar, TrainStatus
from heygen_async.api.v2.photo_avatars import PhotoAvatars
from heygen_async.api.v2.photo_requests import AddMotionRequest
from heygen_async.api.v2.photo_words import TrainStatusValue
from heygen_async.api.watch import ended_badly
from heygen_async.backends.base import Concluded, Result, Step, Taken
from heygen_async.backends.v2_groups import group_of, looks_of
from heygen_async.backends.v2_photos import GenerationStep, exists
from heygen_async.backends.v2_requests import look_request
from heygen_async.errors import (
    CannotTellError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
)
from heygen_async.models.state import JobState, Progress
from heygen_async.models.v2 import Motion, NewLook

__all__ = ["AddMotion", "GenerateLook", "Train", "Upscale"]

# What a status says of a group that was never trained; 404 was seen as well.
_NEVER = (None, "", "empty")


@attrs.frozen(kw_only=True)
class Train(Step):
    """A group learns a face.

    Attributes:
        anew: whether photos were added to a group that may have been trained without them, so that
            an old training is not enough.
    """

    api: PhotoAvatars
    anew: bool = False

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Begin to train, unless that was done before."""
        group_id = group_of(inputs["look"])
        if await self._under_way(group_id, done=not self.anew):
            return Taken(group_id)
        ids = [look_id for look in inputs.values() for look_id in _ids(look)]
        for look_id in dict.fromkeys(ids):
            if not (await self.api.get(look_id)).trainable:
                raise _not_ready(group_id, f"look {look_id} is not there yet")
        try:
            await self.api.train(group_id)
        except InvalidRequestError as error:
            # It says so of groups that are being trained already, too.
            if await self._under_way(group_id, done=not self.anew):
                return Taken(group_id)
            if "No valid image" in error.message:
                raise _not_ready(group_id, error.message) from error
            raise
        return Taken(group_id)

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Ask how far the training of the group is."""
        group_id = group_of(inputs["look"])
        status = await self._status(group_id)
        if status is None or status.status in _NEVER:
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
        return Concluded({"group_id": taken.ref})

    async def valid(self, result: Result) -> bool:
        """Whether the group is there, and trained."""
        status = await self._status(result["group_id"])
        return status is not None and status.state.progress is Progress.DONE

    async def _under_way(self, group_id: str, *, done: bool) -> bool:
        status = await self._status(group_id)
        if status is None or status.status in _NEVER:
            return False
        if status.status == TrainStatusValue.READY:
            return done
        return status.state.progress is Progress.RUNNING

    async def _status(self, group_id: str) -> TrainStatus | None:
        try:
            return await self.api.training(group_id)
        except NotFoundError:
            return None


@attrs.frozen(kw_only=True)
class GenerateLook(GenerationStep):
    """Photos of a trained person in another setting."""

    look: NewLook

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Begin to paint."""
        request = look_request(self.look, group_of(inputs["look"]))
        return Taken((await self.api.generate_look(request)).generation_id)


@attrs.frozen(kw_only=True)
class _Derived(Step):
    """A look that is made of the one which is needed as ``look``."""

    api: PhotoAvatars
    avatars: AvatarsV2

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The look, or why there is none."""
        if state.progress is not Progress.DONE:
            raise ended_badly(self.kind, taken.ref, state)
        return Concluded({"look_id": taken.ref, **taken.detail})

    async def valid(self, result: Result) -> bool:
        """Whether the look is still there."""
        return await exists(self.api.get(result["look_id"]))

    def _taken(self, look_id: str, base: Result) -> Taken:
        return Taken(look_id, {"group_id": group_of(base)})

    async def _beside(self, base: Result, key: str) -> tuple[PhotoAvatar, tuple[PhotoAvatar, ...]]:
        """The look that something was done to, and the others of its group."""
        looks = await looks_of(self.avatars, group_of(base), key)
        own = next((look for look in looks if look.id == base["look_id"]), None)
        if own is None:
            raise CannotTellError(
                f"HeyGen does not list look {base['look_id']} in its group, so what was made of it"
                " may be missing as well. Run the job again later to look again.",
                key=key,
            )
        if any(look.state.progress is Progress.RUNNING for look in looks):
            # What it will be when it is done, its fields need not say before.
            raise CannotTellError(
                f"A look in the group of {own.id} is still being made, and may be what was asked"
                " for. Run the job again later to look again.",
                key=key,
            )
        return own, tuple(look for look in looks if look is not own)


@attrs.frozen(kw_only=True)
class AddMotion(_Derived):
    """A new look, which moves."""

    motion: Motion

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Begin to let it move."""
        base = inputs["look"]
        group_of(base)  # Refused here, before it is paid.
        request = AddMotionRequest(
            id=base["look_id"], prompt=self.motion.prompt, motion_type=self.motion.type
        )
        return self._taken((await self.api.add_motion(request)).id, base)

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """See whether anything in the group moves."""
        base = inputs["look"]
        _, others = await self._beside(base, key)
        moving = [look.id for look in others if look.is_motion]
        if moving:
            raise CannotTellError(
                f"Look {base['look_id']} was to move when the answer was lost, and"
                f" {', '.join(moving)} in its group move; HeyGen does not tell of which look and"
                " with which words they were made. Look at them in HeyGen, and give the job the"
                " right one as Look(id) without V2Options.motion.",
                key=key,
            )
        return None


@attrs.frozen(kw_only=True)
class Upscale(_Derived):
    """The look's picture, larger."""

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Begin to enlarge it."""
        base = inputs["look"]
        group_of(base)  # Refused here, before it is paid.
        return self._taken((await self.api.upscale(base["look_id"])).id, base)

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """See whether the look, or its one namesake, is enlarged."""
        base = inputs["look"]
        own, others = await self._beside(base, key)
        if own.upscaled:
            return self._taken(own.id, base)
        made = [look for look in others if look.upscaled or _failed(look)]
        named = [look for look in others if look.name == own.name and not look.is_motion]
        if len(made) == 1 and named == made:
            return self._taken(made[0].id, base)
        if made:
            raise CannotTellError(
                f"Look {own.id} was to be enlarged when the answer was lost, and of"
                f" {', '.join(look.id for look in made)} in its group HeyGen does not tell what"
                " they were made of. Look at them in HeyGen, and give the job the right one as"
                " Look(id) without V2Options.upscale.",
                key=key,
            )
        return None


def _ids(look: Result) -> list[str]:
    if "look_ids" in look:
        return list(look["look_ids"])
    return [look["look_id"]] if "look_id" in look else []


def _failed(look: PhotoAvatar) -> bool:
    return look.state.progress is Progress.FAILED


def _not_ready(group_id: str, why: str) -> NotReadyError:
    return NotReadyError(
        f"Group {group_id} cannot be trained yet: {why.rstrip('.')}. Run the job again in a while;"
        " nothing was charged.",
        operation="train-photo-avatar-group",
    )
