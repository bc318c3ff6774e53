"""What HeyGen v2 does with an avatar: paint it anew, enlarge it, let it move.

Each is charged per call, none of them takes an idempotency key or a name, so after a lost answer
only the result can be looked for:

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
from heygen_async.api.v2.photo_answers import PhotoAvatar
from heygen_async.api.v2.photo_avatars import PhotoAvatars
from heygen_async.api.v2.photo_requests import AddMotionRequest
from heygen_async.api.watch import ended_badly
from heygen_async.backends.base import Concluded, Result, Step, Taken
from heygen_async.backends.v2.groups import group_of, looks_of
from heygen_async.backends.v2.photos import GenerationStep, exists
from heygen_async.backends.v2.requests import look_request
from heygen_async.errors import CannotTellError
from heygen_async.models.state import JobState, Progress
from heygen_async.models.v2 import Motion, NewLook

__all__ = ["AddMotion", "GenerateLook", "Upscale"]


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


def _failed(look: PhotoAvatar) -> bool:
    return look.state.progress is Progress.FAILED
