"""Photo avatars: people made of photos, with their groups, looks, training and motion.

The order of steps: ``generate`` → ``wait_generation`` → ``create_group`` with one of the keys →
``wait``; or an uploaded asset's ``image_key`` → ``create_group`` → ``wait``. Then, as wanted:
``add_looks``, ``train`` and ``generate_look``, ``add_motion``, ``upscale``.

None of these calls takes an idempotency key, so what makes or charges something is never repeated
after a lost answer: it raises ``UncertainError``, and the caller looks before calling again.

Source: HeyGen v2 contract and behaviour notes sections 3, 4, 5 and 7, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.calls import deletes, posts, reads
from heygen_async.api.family import request_of, variants
from heygen_async.api.looking import looking, state_of
from heygen_async.api.v2.legacy import LegacyFamily, legacy
from heygen_async.api.v2.photo_answers import (
    AddedSoundEffect,
    CreatedLook,
    PhotoAvatar,
    PhotoGeneration,
    StartedGeneration,
    StartedTraining,
    TrainStatus,
)
from heygen_async.api.v2.photo_requests import (
    AddMotionRequest,
    GroupAddRequest,
    GroupCreateRequest,
    IdRequest,
    LookGenerateRequest,
    PhotoGenerateRequest,
    TrainRequest,
)
from heygen_async.api.values import Resource
from heygen_async.api.watch import BulkLook
from heygen_async.transport.endpoint import Replay

__all__ = ["PhotoAvatars"]

_ROOT = "/v2/photo_avatar"
_CREATE = "POST /v3/avatars"
_LOOK = "GET /v3/avatars/looks/{look_id}"

GENERATE = legacy(
    posts(f"{_ROOT}/photo/generate", "generate-photo-avatar-photos", Replay.UNSAFE), _CREATE
)
GET_GENERATION = legacy(
    reads(f"{_ROOT}/generation/{{generation_id}}", "check-photolook-generation-status"), _LOOK
)
CREATE_GROUP = legacy(
    posts(f"{_ROOT}/avatar_group/create", "create-photo-avatar-group", Replay.UNSAFE), _CREATE
)
ADD_LOOKS = legacy(
    posts(f"{_ROOT}/avatar_group/add", "add-looks-to-photo-avatar-group", Replay.UNSAFE), _CREATE
)
TRAIN = legacy(posts(f"{_ROOT}/train", "train-photo-avatar-group", Replay.UNSAFE), None)
GET_TRAINING = legacy(reads(f"{_ROOT}/train/status/{{group_id}}", "get-training-job-status"), None)
GENERATE_LOOK = legacy(
    posts(f"{_ROOT}/look/generate", "generate-photo-avatar-looks", Replay.UNSAFE), _CREATE
)
ADD_MOTION = legacy(posts(f"{_ROOT}/add_motion", "add-motion", Replay.UNSAFE), None)
ADD_SOUND_EFFECT = legacy(
    posts(f"{_ROOT}/add_sound_effect", "add-sound-effect", Replay.UNSAFE), None
)
UPSCALE = legacy(posts(f"{_ROOT}/upscale", "upscale-an-avatar", Replay.UNSAFE), None)
GET_LOOK = legacy(reads(f"{_ROOT}/{{id}}", "photo-avatar-details"), _LOOK)
DELETE_LOOK = legacy(
    deletes(f"{_ROOT}/{{id}}", "delete-photo-avatar-by-id"), "DELETE /v3/avatars/looks/{look_id}"
)
DELETE_GROUP = legacy(
    deletes("/v2/photo_avatar_group/{group_id}", "delete-photo-avatar-group"),
    "DELETE /v3/avatars/{group_id}",
)

ENDPOINTS = (
    GENERATE,
    GET_GENERATION,
    CREATE_GROUP,
    ADD_LOOKS,
    TRAIN,
    GET_TRAINING,
    GENERATE_LOOK,
    ADD_MOTION,
    ADD_SOUND_EFFECT,
    UPSCALE,
    GET_LOOK,
    DELETE_LOOK,
    DELETE_GROUP,
)

#: Seconds things usually take: photos and looks seconds to a minute, a training 5 to 20 minutes.
GENERATING = 60.0
LOOKING = 20.0
TRAINING = 600.0


class PhotoAvatars(LegacyFamily):
    """People made of photos: a group is a person, a look is one photo of theirs."""

    @property
    def kinds(self) -> dict[str, BulkLook]:
        """See ``Family``."""
        return {
            "v2_generation": looking(self.generation),
            "v2_photo_avatar": looking(self.get),
            "v2_training": looking(self.training),
        }

    # --- photos ---

    async def generate(self, request: PhotoGenerateRequest) -> StartedGeneration:
        """Begin to paint photos of a person and return the generation's id.

        Charged per call: 1 credit in one of HeyGen's price lists, 0.25 in another.

        Raises:
            InsufficientCreditError: nothing was started.
            UncertainError: the answer was lost; the credit may be spent, and the generation has no
                list to be found in.
        """
        request_of(PhotoGenerateRequest, request, "request")
        return await self._call(StartedGeneration, GENERATE, body=request)

    async def generation(self, generation_id: str) -> PhotoGeneration:
        """How far a generation of photos or looks is, and its photos once it succeeded."""
        ids = {"generation_id": generation_id}
        return await self._call(PhotoGeneration, GET_GENERATION, ids=ids)

    async def wait_generation(
        self, generation_id: str, *, timeout: float | None = 900.0
    ) -> PhotoGeneration:
        """The generation, once its photos are there.

        Args:
            generation_id: as ``generate`` or ``generate_look`` gave it.
            timeout: seconds, None to wait for ever. Most take less than a minute, some five.

        Raises:
            AvatarFailedError: it failed; with ``reason``.
            NotFoundError: it does not exist.
            DeadlineError: not there in time; wait again with its id.
        """
        return await self._settled(
            "v2_generation", generation_id, self.generation, state_of, timeout=timeout
        )

    # --- groups and looks ---

    async def create_group(self, request: GroupCreateRequest) -> PhotoAvatar:
        """Make a person of a photo and return their first look; wait for it with ``wait``.

        Free. The look's id is the group's as well.

        Raises:
            PlanLimitError: the plan has no group left.
            UncertainError: the answer was lost; look for the name in ``avatars.groups()``.
        """
        request_of(GroupCreateRequest, request, "request")
        look = await self._call(PhotoAvatar, CREATE_GROUP, body=request)
        # The first look has the group's id [behaviour notes 3]; answers without group_id were seen.
        return look if look.group_id else attrs.evolve(look, group_id=look.id)

    async def add_looks(self, request: GroupAddRequest) -> tuple[PhotoAvatar, ...]:
        """Give a person up to four more photos and return their looks; wait for each.

        Free. Accepted photos may still be refused by moderation later.

        Raises:
            UncertainError: the answer was lost; look among ``avatars.looks(group_id)``.
        """
        request_of(GroupAddRequest, request, "request")
        return (await self._call(_AddedLooks, ADD_LOOKS, body=request)).photo_avatar_list

    async def get(self, id: str) -> PhotoAvatar:  # noqa: A002 - the server's own word for it
        """One look; looks that v3 made are found as well."""
        return await self._call(PhotoAvatar, GET_LOOK, ids={"id": id})

    async def wait(
        self,
        id: str,  # noqa: A002
        *,
        timeout: float | None = 3600.0,
    ) -> PhotoAvatar:
        """The look, once it is completed. A look in appeal is waited for as well.

        Args:
            id: of the look: new, moving, or being made larger.
            timeout: seconds, None to wait for ever. Most take seconds, motion minutes.

        Raises:
            AvatarFailedError: it failed, or moderation refused it; with ``reason``.
            NotFoundError: it does not exist any more.
            DeadlineError: not completed in time; wait again with its id.
        """
        return await self._settled("v2_photo_avatar", id, self.get, state_of, timeout=timeout)

    async def delete(self, id: str) -> None:  # noqa: A002
        """Delete a look."""
        await self._ask(DELETE_LOOK, ids={"id": id})

    async def delete_group(self, group_id: str) -> None:
        """Delete a person with all their looks."""
        await self._ask(DELETE_GROUP, ids={"group_id": group_id})

    # --- training ---

    async def train(self, group_id: str) -> StartedTraining:
        """Begin to train a group, so that ``generate_look`` knows the person.

        Charged per call, 4 credits in one of HeyGen's price lists. Speaking needs no training.

        Raises:
            InvalidRequestError: "No valid image for training found" says that looks are pending
                still, or that a training already runs: read ``training`` before calling again.
            UncertainError: the answer was lost; read ``training``.
        """
        request = TrainRequest(group_id=group_id)
        started = await self._call(variants(StartedTraining | None), TRAIN, body=request)
        return started or StartedTraining()

    async def training(self, group_id: str) -> TrainStatus:
        """How far the training of a group is."""
        return await self._call(TrainStatus, GET_TRAINING, ids={"group_id": group_id})

    async def wait_training(self, group_id: str, *, timeout: float | None = 7200.0) -> TrainStatus:
        """The training, once the group is ready.

        Args:
            group_id: whose.
            timeout: seconds, None to wait for ever. It takes 5 to 20 minutes.

        Raises:
            AvatarFailedError: it failed; with ``reason``.
            NotFoundError: the group does not exist.
            DeadlineError: not ready in time; wait again with its id.
        """
        return await self._settled(
            "v2_training", group_id, self.training, state_of, timeout=timeout
        )

    async def generate_look(self, request: LookGenerateRequest) -> StartedGeneration:
        """Begin to paint a trained person in another setting; its photos become looks when added.

        Charged per call: 1 credit in one of HeyGen's price lists, 0.25 in another.

        Raises:
            InvalidRequestError: among others, the group is not trained.
            UncertainError: the answer was lost; the credit may be spent.
        """
        request_of(LookGenerateRequest, request, "request")
        return await self._call(StartedGeneration, GENERATE_LOOK, body=request)

    # --- what is done to a look ---

    async def add_motion(self, request: AddMotionRequest) -> CreatedLook:
        """Begin to make a look move and return the id of the *new* look; wait for that one.

        Charged per call, 1 credit in one of HeyGen's price lists.

        Raises:
            NotFoundError: the look is unknown.
            UncertainError: the answer was lost; look for a look with ``is_motion``.
        """
        request_of(AddMotionRequest, request, "request")
        return await self._call(CreatedLook, ADD_MOTION, body=request)

    async def add_sound_effect(self, id: str) -> AddedSoundEffect:  # noqa: A002
        """Begin to put a sound behind a moving look.

        Free. How far it is stands in the look's ``background_sound_effect``.

        Raises:
            InvalidRequestError: the look does not move.
        """
        maybe = variants(AddedSoundEffect | None)
        return (
            await self._call(maybe, ADD_SOUND_EFFECT, body=IdRequest(id=id)) or AddedSoundEffect()
        )

    async def upscale(self, id: str) -> CreatedLook:  # noqa: A002
        """Begin to make a look larger and return the id to wait for, which may be a new one.

        Charged per call, 0.5 credits in one of HeyGen's price lists.

        Raises:
            InvalidRequestError: it cannot be; its ``upscale_availability`` says why.
            UncertainError: the answer was lost; look whether the look is ``upscaled``.
        """
        return await self._call(CreatedLook, UPSCALE, body=IdRequest(id=id))


@attrs.frozen
class _AddedLooks(Resource):
    photo_avatar_list: tuple[PhotoAvatar, ...]
