"""Events about avatars: their photos, looks, groups and training.

None of their data is documented, and users report that the photo avatar events do not always come:
look as well.

Source: HeyGen v3 contract (``WebhookEventType``), behaviour notes section 10, and section 9 of
those on v1/v2, read 2026-11-20.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from heygen_async.webhooks.event import Failure, Success, text

__all__ = [
    "InstantAvatarFailed",
    "InstantAvatarSucceeded",
    "LiveAvatarFailed",
    "LiveAvatarSucceeded",
    "PhotoGenerationFailed",
    "PhotoGenerationSucceeded",
    "PhotoMotionFailed",
    "PhotoMotionSucceeded",
    "PhotoTrainingFailed",
    "PhotoTrainingSucceeded",
]

_LOOK_ID = ("avatar_id", "look_id", "id")
_GROUP_ID = ("group_id", "avatar_group_id")


@attrs.frozen(kw_only=True)
class InstantAvatarSucceeded(Success):
    """An avatar made from footage is ready: ``instant_avatar.success``.

    Attributes:
        avatar_id: what videos call it, the id of its look.
        group_id: of its avatar group.
    """

    kind: ClassVar[str | None] = "avatar_look"

    avatar_id: str | None = text(*_LOOK_ID)
    group_id: str | None = text(*_GROUP_ID)


@attrs.frozen(kw_only=True)
class InstantAvatarFailed(Failure):
    """An avatar could not be made from its footage: ``instant_avatar.fail``."""

    kind: ClassVar[str | None] = "avatar_look"

    avatar_id: str | None = text(*_LOOK_ID)
    group_id: str | None = text(*_GROUP_ID)


@attrs.frozen(kw_only=True)
class PhotoGenerationSucceeded(Success):
    """Photos were generated: ``photo_avatar_generation.success``; known from the API v2."""

    generation_id: str | None = text("generation_id", "id")


@attrs.frozen(kw_only=True)
class PhotoGenerationFailed(Failure):
    """Photos could not be generated: ``photo_avatar_generation.fail``; known from the API v2."""

    generation_id: str | None = text("generation_id", "id")


@attrs.frozen(kw_only=True)
class PhotoTrainingSucceeded(Success):
    """A group of photos is trained: ``photo_avatar_train.success``."""

    kind: ClassVar[str | None] = "avatar_group"

    group_id: str | None = text(*_GROUP_ID, "id")


@attrs.frozen(kw_only=True)
class PhotoTrainingFailed(Failure):
    """A group of photos could not be trained: ``photo_avatar_train.fail``."""

    kind: ClassVar[str | None] = "avatar_group"

    group_id: str | None = text(*_GROUP_ID, "id")


@attrs.frozen(kw_only=True)
class PhotoMotionSucceeded(Success):
    """A look moves: ``photo_avatar_add_motion.success``.

    Attributes:
        avatar_id: of the new look.
    """

    kind: ClassVar[str | None] = "avatar_look"

    avatar_id: str | None = text(*_LOOK_ID)


@attrs.frozen(kw_only=True)
class PhotoMotionFailed(Failure):
    """A look could not be made to move: ``photo_avatar_add_motion.fail``."""

    kind: ClassVar[str | None] = "avatar_look"

    avatar_id: str | None = text(*_LOOK_ID)


@attrs.frozen(kw_only=True)
class LiveAvatarSucceeded(Success):
    """A live avatar is ready: ``live_avatar.success``."""

    avatar_id: str | None = text(*_LOOK_ID)


@attrs.frozen(kw_only=True)
class LiveAvatarFailed(Failure):
    """A live avatar could not be made: ``live_avatar.fail``."""

    avatar_id: str | None = text(*_LOOK_ID)
