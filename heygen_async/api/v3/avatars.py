"""Avatars: create them, wait for their training, list and edit groups and looks, get consent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from heygen_async.api.calls import deletes, posts, reads, replaces
from heygen_async.api.family import Family, request_of
from heygen_async.api.looking import look_in_list, looking, state_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import identifiers, page_size, text, word
from heygen_async.api.v3.avatars_schemas import (
    AvatarConsent,
    AvatarGroupItem,
    AvatarLookItem,
    AvatarLookType,
    AvatarOwnership,
    CreateAvatarConsentRequest,
    CreateAvatarRequest,
    CreatedAvatar,
    CreateDigitalTwinRequest,
    CreatePhotoAvatarRequest,
    CreatePromptAvatarRequest,
    UpdateAvatarLookRequest,
)
from heygen_async.api.v3.batches import DeletedResource
from heygen_async.api.watch import BulkLook
from heygen_async.models.state import JobState
from heygen_async.transport.endpoint import Replay

__all__ = ["Avatars"]

CREATE_AVATAR = posts("/v3/avatars", "createAvatar", Replay.KEYED)
LIST_GROUPS = reads("/v3/avatars", "listAvatarGroups")
GET_GROUP = reads("/v3/avatars/{group_id}", "getAvatarGroup")
DELETE_GROUP = deletes("/v3/avatars/{group_id}", "deleteAvatarGroup")
CREATE_CONSENT = posts("/v3/avatars/{group_id}/consent", "createAvatarConsent", Replay.KEYED)
LIST_LOOKS = reads("/v3/avatars/looks", "listAvatarLooks")
GET_LOOK = reads("/v3/avatars/looks/{look_id}", "getAvatarLook")
UPDATE_LOOK = replaces("PATCH", "/v3/avatars/looks/{look_id}", "updateAvatarLook")
DELETE_LOOK = deletes("/v3/avatars/looks/{look_id}", "deleteAvatarLook")

ENDPOINTS = (
    CREATE_AVATAR,
    LIST_GROUPS,
    GET_GROUP,
    DELETE_GROUP,
    CREATE_CONSENT,
    LIST_LOOKS,
    GET_LOOK,
    UPDATE_LOOK,
    DELETE_LOOK,
)

_KINDS = (CreatePhotoAvatarRequest, CreatePromptAvatarRequest, CreateDigitalTwinRequest)
_PAGE_MOST = 50

#: Seconds a photo or prompt avatar usually trains [behaviour notes 13, read 2026-11-20].
TRAINING = 60.0


class Avatars(Family):
    """Avatars: a group is a person, a look is one appearance of theirs.

    A video's ``avatar_id`` is the id of a *look*; the server refuses a group's.
    """

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {"avatar_look": self.look, "avatar_group": self.look_groups}

    async def create(
        self, request: CreateAvatarRequest, *, idempotency_key: str | None = None
    ) -> CreatedAvatar:
        """Begin to make an avatar and return its look and group; training goes on behind it.

        Charged per call (about 1 USD in 2026); a failed avatar is not. Wait for the look with
        ``wait`` before a video uses it.

        Args:
            request: from a photo, a prompt, or footage.
            idempotency_key: to repeat the call within 24 hours without being charged twice; one
                is made if none is given. Never use one for two different requests.

        Raises:
            InvalidRequestError: among others, the server could not fetch the file.
            NotFoundError: ``avatar_id`` or ``avatar_group_id`` is unknown.
            PlanLimitError: no avatar is left in the plan.
            UncertainError: the answer was lost; call again with the error's ``key``.
        """
        request_of(_KINDS, request, "request")
        return await self._call(CreatedAvatar, CREATE_AVATAR, body=request, key=idempotency_key)

    async def wait(
        self, look_id: str, *, timeout: float | None = 3600.0, expected: float | None = TRAINING
    ) -> AvatarLookItem:
        """The look, once it can speak in a video.

        A look in ``pending_consent`` is waited for as well: it moves on when its person agrees.

        Args:
            look_id: as ``create`` gave it in ``avatar_item.id``.
            timeout: seconds, None to wait for ever. Photos train in 30 to 180 seconds.
            expected: seconds it will probably take from now.

        Raises:
            AvatarFailedError: it could not be made; with ``code`` and ``reason``.
            NotFoundError: it does not exist any more.
            DeadlineError: not ready in time; it goes on training, wait again with its id.
        """
        return await self._settled(
            "avatar_look",
            look_id,
            self.get,
            state_of,
            timeout=timeout,
            expected=expected,
        )

    async def wait_group(self, group_id: str, *, timeout: float | None = 3600.0) -> AvatarGroupItem:
        """The group, once it is completed; raises as ``wait`` does."""
        return await self._settled(
            "avatar_group",
            group_id,
            self.get_group,
            state_of,
            timeout=timeout,
            expected=TRAINING,
        )

    async def look(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of looks, of many in few requests.

        There is no bulk status for looks, but a page of private looks shows 50.
        """
        query = {"ownership": str(AvatarOwnership.PRIVATE), "limit": _PAGE_MOST}

        async def one(look_id: str) -> JobState:
            return (await self.get(look_id)).state

        return await look_in_list(
            identifiers("ids", ids),
            self._list(AvatarLookItem, LIST_LOOKS, query=query, readable=True).pages(),
            lambda look: (look.id, look.state),
            one,
            partial(self._passed_over, LIST_LOOKS.operation),
        )

    async def look_groups(self, ids: Sequence[str]) -> dict[str, JobState]:
        """The states of groups, one request each."""
        return await looking(self.get_group)(ids)

    def list(
        self,
        *,
        group_id: str | None = None,
        avatar_type: AvatarLookType | str | None = None,
        ownership: AvatarOwnership | str | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[AvatarLookItem]:
        """Looks, of one group or of all.

        Args:
            group_id: only this group's.
            avatar_type: only of this kind.
            ownership: ``public`` (HeyGen's stock) or ``private`` (the account's own).
            limit: items a page, 1 to 50; the server's default is 20.
            token: where to go on.
        """
        query = {
            "group_id": group_id,
            "avatar_type": word(AvatarLookType, "avatar_type", avatar_type),
            "ownership": word(AvatarOwnership, "ownership", ownership),
            "limit": page_size(limit, _PAGE_MOST),
        }
        return self._list(AvatarLookItem, LIST_LOOKS, query=query, token=token)

    async def get(self, look_id: str) -> AvatarLookItem:
        """One look."""
        return await self._call(AvatarLookItem, GET_LOOK, ids={"look_id": look_id})

    async def rename(self, look_id: str, name: str) -> AvatarLookItem:
        """Give a look another name and return it."""
        request = UpdateAvatarLookRequest(text("name", name))
        return await self._call(AvatarLookItem, UPDATE_LOOK, ids={"look_id": look_id}, body=request)

    async def delete(self, look_id: str) -> DeletedResource:
        """Delete a look; with the last one goes its group."""
        return await self._call(DeletedResource, DELETE_LOOK, ids={"look_id": look_id})

    def groups(
        self,
        *,
        ownership: AvatarOwnership | str | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[AvatarGroupItem]:
        """Groups.

        Args:
            ownership: ``public`` (HeyGen's stock) or ``private`` (the account's own).
            limit: items a page, 1 to 50; the server's default is 20.
            token: where to go on.
        """
        query = {
            "ownership": word(AvatarOwnership, "ownership", ownership),
            "limit": page_size(limit, _PAGE_MOST),
        }
        return self._list(AvatarGroupItem, LIST_GROUPS, query=query, token=token)

    async def get_group(self, group_id: str) -> AvatarGroupItem:
        """One group."""
        return await self._call(AvatarGroupItem, GET_GROUP, ids={"group_id": group_id})

    async def delete_group(self, group_id: str) -> DeletedResource:
        """Delete a group with all its looks."""
        return await self._call(DeletedResource, DELETE_GROUP, ids={"group_id": group_id})

    async def consent(
        self,
        group_id: str,
        request: CreateAvatarConsentRequest | None = None,
        *,
        idempotency_key: str | None = None,
    ) -> AvatarConsent:
        """Ask a digital twin's person for consent; photo and prompt avatars need none.

        Args:
            group_id: the twin's group.
            request: how; without one HeyGen's own page and text are used.
            idempotency_key: to repeat the call within 24 hours without effect.
        """
        asked = CreateAvatarConsentRequest() if request is None else request
        request_of(CreateAvatarConsentRequest, asked, "request")
        return await self._call(
            AvatarConsent,
            CREATE_CONSENT,
            ids={"group_id": group_id},
            body=asked,
            key=idempotency_key,
        )
