"""What is answered about photo avatars: photos, looks, groups and training.

Every text of an answer may be null, whatever the contract says: its examples show it.

Source: HeyGen v2 contract and behaviour notes sections 3 and 4, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.api.v2.photo_words import (
    GENERATION_WORDS,
    LOOK_WORDS,
    TRAIN_WORDS,
    GenerationStatus,
    LookStatus,
    TrainStatusValue,
)
from heygen_async.api.values import Resource, signed
from heygen_async.models.state import JobState

__all__ = [
    "AddedSoundEffect",
    "BackgroundSoundEffect",
    "CreatedLook",
    "PhotoAvatar",
    "PhotoGeneration",
    "SoundFileMeta",
    "StartedGeneration",
    "StartedTraining",
    "TrainStatus",
    "UpscaleAvailability",
]

# Seen while a look is not ready for anything yet.
_NOT_UPLOADED = "Photo avatar look upload not completed"

# What a status says of a group that was never trained; 404 was seen as well.
_NEVER_TRAINED = (None, "", "empty")


@attrs.frozen
class StartedGeneration(Resource):
    """A generation that was accepted.

    Attributes:
        generation_id: to look at, to wait for, and to name when its photos are used.
    """

    generation_id: str


@attrs.frozen
class PhotoGeneration(Resource):
    """Photos that are being painted, or are.

    Attributes:
        id: its id.
        status: how far it is.
        msg: why it failed.
        image_url_list: where to look at the photos, signed; None until it succeeded.
        image_key_list: their keys in the same order, about four. They are no looks yet.
    """

    id: str
    status: GenerationStatus | None = None
    msg: str | None = None
    image_url_list: tuple[str, ...] | None = attrs.field(default=None, repr=False)
    image_key_list: tuple[str, ...] | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure."""
        return GENERATION_WORDS.read(self.status, reason=self.msg)


@attrs.frozen
class UpscaleAvailability(Resource):
    """Whether a look can be made larger, and if not, why."""

    available: bool = False
    reason: str | None = None


@attrs.frozen
class SoundFileMeta(Resource):
    """The file of a sound effect; ``size`` in bytes, ``duration`` in seconds."""

    id: str | None = None
    size: int | None = None
    duration: float | None = None
    status: int | str | None = None
    mime_type: str | None = None
    meta: Mapping[str, Any] | None = None
    created_ts: float | None = None


@attrs.frozen
class BackgroundSoundEffect(Resource):
    """A sound behind a look.

    Attributes:
        sound_effect_id: its id.
        status: how far it is; the words are not documented.
        sound_effect_preview_url: to listen to, signed.
        file_meta: about its file.
    """

    sound_effect_id: str
    status: str | None = None
    sound_effect_preview_url: str | None = signed()
    file_meta: SoundFileMeta | None = None


@attrs.frozen
class PhotoAvatar(Resource):
    """A look of a person. Its id is a ``talking_photo_id`` in videos, and never an ``avatar_id``.

    Attributes:
        id: of the look; the first look of a group has the group's id.
        status: how far it is.
        group_id: the person; answers without it were seen.
        image_url: the picture, signed for seven days, anew in each answer.
        created_at: unix seconds.
        name: as given.
        is_motion: whether it moves.
        motion_preview_url: how it moves, signed.
        business_type: ``generated`` or ``uploaded``, spelt in several ways.
        upscale_availability: whether it can be made larger.
        upscaled: whether it was.
        background_sound_effect: a sound; text from old servers.
        default_voice_id: the voice it has of its own.
        moderation_msg: why it was refused, or is under review.
    """

    id: str
    status: LookStatus | None = None
    group_id: str | None = None
    image_url: str | None = signed()
    created_at: float | None = None
    name: str | None = None
    is_motion: bool = False
    motion_preview_url: str | None = signed()
    business_type: str | None = None
    upscale_availability: UpscaleAvailability | None = None
    upscaled: bool = False
    background_sound_effect: BackgroundSoundEffect | str | None = None
    default_voice_id: str | None = None
    moderation_msg: str | None = None

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a refusal."""
        return LOOK_WORDS.read(self.status, reason=self.moderation_msg)

    @property
    def trainable(self) -> bool:
        """Whether a training would count it: some looks say completed before they are there."""
        told = self.upscale_availability
        waits = told is not None and told.reason == _NOT_UPLOADED
        return self.status == LookStatus.COMPLETED and not waits


@attrs.frozen
class CreatedLook(Resource):
    """The look that something was done to, or the new one that came of it."""

    id: str


@attrs.frozen
class AddedSoundEffect(Resource):
    """The sound that was added; None where the server said only that it was."""

    sound_effect_id: str | None = None


@attrs.frozen
class StartedTraining(Resource):
    """A training that was accepted; all None where the server said only that it was.

    Attributes:
        num_of_photar: photo looks in it.
        num_of_instant_avatar: video avatars in it.
        num_of_studio_avatar: studio avatars in it.
        flow_id: HeyGen's own name for it; a training is looked at by its group's id.
    """

    num_of_photar: int | None = None
    num_of_instant_avatar: int | None = None
    num_of_studio_avatar: int | None = None
    flow_id: str | None = None


@attrs.frozen
class TrainStatus(Resource):
    """How far the training of a group is.

    Attributes:
        status: how far.
        error_msg: why it failed.
        created_at: unix seconds.
        updated_at: unix seconds.
    """

    status: TrainStatusValue | None = None
    error_msg: str | None = None
    created_at: float | None = None
    updated_at: float | None = None

    @property
    def begun(self) -> bool:
        """Whether there was a training at all; without one the status is empty, or says so."""
        return self.status not in _NEVER_TRAINED

    @property
    def state(self) -> JobState:
        """What the status means, with the reason of a failure."""
        return TRAIN_WORDS.read(self.status, reason=self.error_msg)
