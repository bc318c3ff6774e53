"""HeyGen v2's avatars: a group is founded on one photo, and joined by others.

Both are free, and count against limits. So each is written down before it is asked for, and found
again by the mark in its name. Fresh groups were seen missing in lists, so not finding one counts
only ``UNSEEN`` seconds after the intent; and a list that shows nothing at all proves nothing.

Source: HeyGen v2 behaviour notes §3, §4.2, §5 and §13, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from heygen_async.api.family import raise_nameless
from heygen_async.api.v2.avatars import AvatarsV2
from heygen_async.api.v2.photo_answers import PhotoAvatar
from heygen_async.api.v2.photo_avatars import ADD_LOOKS, PhotoAvatars
from heygen_async.api.v2.photo_requests import GroupAddRequest, GroupCreateRequest
from heygen_async.api.watch import ended_badly
from heygen_async.backends.base import Concluded, Result, Step, Taken
from heygen_async.backends.v2.photos import Keys, exists
from heygen_async.backends.v3.requests import marked, marker
from heygen_async.errors import (
    CannotTellError,
    DeadlineError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
)
from heygen_async.models.state import JobState, Progress

__all__ = ["ADDED_MOST", "UNSEEN", "AddLooks", "CreateGroup", "ReadLook", "group_of", "looks_of"]

UNSEEN = 120.0
"""Seconds for which lists of groups and looks may lag; a guess."""

ADDED_MOST = 4
"""Photos in one request for further looks."""


@attrs.frozen(kw_only=True)
class CreateGroup(Step):
    """A photo becomes the first look of a new group."""

    api: PhotoAvatars
    avatars: AvatarsV2
    name: str
    photo: Keys

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Create it."""
        (image_key,), generation_id = self.photo.of(inputs)
        name = marked(self.name, key, mark=self.findable)
        request = GroupCreateRequest(name=name, image_key=image_key, generation_id=generation_id)
        look = await self.api.create_group(request)
        return Taken(look.id, {"group_id": look.group_id or look.id})

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Look through the account's own groups for the mark; a group is named as its look."""
        async for group in self.avatars.groups():
            if marker(key) in (group.name or ""):
                return Taken(group.id, {"group_id": group.id})
        return None

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The look, or why there is none: moderation is one reason."""
        if state.progress is not Progress.DONE:
            raise ended_badly(self.kind, taken.ref, state)
        return Concluded({"look_id": taken.ref, **taken.detail})

    async def valid(self, result: Result) -> bool:
        """Whether the look is still there."""
        return await exists(self.api.get(result["look_id"]))


@attrs.frozen(kw_only=True)
class AddLooks(Step):
    """Up to four photos, all uploaded or all of one generation, become looks of a group.

    Attributes:
        group_id: whose; None is that of the look which is needed as ``look``.
    """

    api: PhotoAvatars
    avatars: AvatarsV2
    name: str
    photos: Keys
    group_id: str | None = None

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Taken:
        """Add them."""
        keys, generation_id = self.photos.of(inputs)
        request = GroupAddRequest(
            group_id=self._group(inputs),
            image_keys=keys,
            name=marked(self.name, key, mark=self.findable),
            generation_id=generation_id,
        )
        looks = await self.api.add_looks(request)
        if not looks:
            raise_nameless(ADD_LOOKS, "data.photo_avatar_list", key=None)
        return self._taken(looks, inputs)

    async def find(self, inputs: Mapping[str, Result], *, key: str) -> Taken | None:
        """Look through the group's looks for the mark."""
        looks = await looks_of(self.avatars, self._group(inputs), key)
        found = [look for look in looks if marker(key) in (look.name or "")]
        return self._taken(found, inputs) if found else None

    async def conclude(self, taken: Taken, state: JobState) -> Concluded:
        """The looks, all completed; or why one of them is not."""
        if state.progress is not Progress.DONE:
            raise ended_badly(self.kind, taken.ref, state)
        for look_id in taken.detail["look_ids"][1:]:
            try:
                await self.api.wait(look_id, timeout=self.timeout)
            except DeadlineError:
                lost = await self._lost(look_id, taken)
                if lost is None:
                    raise
                raise ended_badly(self.kind, look_id, lost) from None
        return Concluded({"look_id": taken.ref, **taken.detail})

    async def overdue(self, taken: Taken) -> JobState | None:
        """Failed, where the group's list shows other looks and not this one."""
        return await self._lost(taken.ref, taken)

    async def _lost(self, look_id: str, taken: Taken) -> JobState | None:
        """The end of a look that was promised and not made, as some were seen to be; else None."""
        group_id = taken.detail["group_id"]
        listed = {it.id async for it in self.avatars.looks(group_id) if isinstance(it, PhotoAvatar)}
        if not listed or look_id in listed:
            return None
        return JobState(
            Progress.FAILED,
            "pending",
            reason=f"HeyGen took the photo and shows no such look in group {group_id}; to add it"
            " again costs nothing",
        )

    async def valid(self, result: Result) -> bool:
        """Whether the looks are still there."""
        for look_id in result["look_ids"]:
            if not await exists(self.api.get(look_id)):
                return False
        return True

    def _group(self, inputs: Mapping[str, Result]) -> str:
        return self.group_id or group_of(inputs["look"])

    def _taken(self, looks: Sequence[PhotoAvatar], inputs: Mapping[str, Result]) -> Taken:
        # Two looks of one answer were seen to share an id.
        ids = list(dict.fromkeys(look.id for look in looks))
        return Taken(ids[0], {"look_ids": ids, "group_id": self._group(inputs)})


@attrs.frozen(kw_only=True)
class ReadLook(Step):
    """A look that exists already: whether it is a photo or footage decides how it is named."""

    api: PhotoAvatars
    avatars: AvatarsV2
    look_id: str

    async def submit(self, inputs: Mapping[str, Result], *, key: str) -> Concluded:
        """Read it; a look that is still being made is waited for."""
        try:
            look = await self.api.get(self.look_id)
        except (NotFoundError, InvalidRequestError):
            avatar = await self.avatars.get(self.look_id)
            footage = avatar.type != "talking_photo"
            return self._concluded(footage, avatar.default_voice_id, None)
        if look.state.progress is not Progress.DONE:
            look = await self.api.wait(self.look_id, timeout=self.timeout)
        return self._concluded(False, look.default_voice_id, look.group_id)

    async def valid(self, result: Result) -> bool:
        """Whether the look is still there."""
        read = self.avatars.get if result["footage"] else self.api.get
        return await exists(read(self.look_id))

    def _concluded(self, footage: bool, voice_id: str | None, group_id: str | None) -> Concluded:
        return Concluded(
            {
                "look_id": self.look_id,
                "footage": footage,
                "voice_id": voice_id,
                "group_id": group_id,
            }
        )


def group_of(look: Result) -> str:
    """The group of a look, to which something is to be done.

    Raises:
        InvalidInputError: it is made of footage, or HeyGen names no group.
    """
    group_id = look.get("group_id")
    if group_id is None:
        raise InvalidInputError.of(
            "Job.avatar",
            "must be a photo look whose group HeyGen tells, for V2Options to do something with it;"
            " leave them out, or take another look",
            look["look_id"],
        )
    assert isinstance(group_id, str)
    return group_id


async def looks_of(avatars: AvatarsV2, group_id: str, key: str) -> list[PhotoAvatar]:
    """The photo looks of a group, to look for one that was asked for under a key.

    Raises:
        CannotTellError: the list shows none: of groups that are new, or that hold footage as well,
            it was seen not to.
    """
    try:
        looks = [it async for it in avatars.looks(group_id) if isinstance(it, PhotoAvatar)]
    except (NotFoundError, InvalidRequestError) as error:
        raise CannotTellError(
            f"Group {group_id} cannot be looked through: {error.message}", key=key
        ) from error
    if not looks:
        raise CannotTellError(
            f"HeyGen lists no photo looks of group {group_id}, though there are some, so what was"
            " asked for may be there as well. Run the job again later to look again.",
            key=key,
        )
    return looks
