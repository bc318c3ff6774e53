"""What photo avatars are asked for with.

Source: HeyGen v2 contract and behaviour notes section 5, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.rules import CALLBACK, ID, Count, Each, Text
from heygen_async.api.v2.photo_words import (
    PhotoAge,
    PhotoEthnicity,
    PhotoGender,
    PhotoOrientation,
    PhotoPose,
    PhotoStyle,
)
from heygen_async.api.values import Request, optional

__all__ = [
    "AddMotionRequest",
    "GroupAddRequest",
    "GroupCreateRequest",
    "IdRequest",
    "LookGenerateRequest",
    "PhotoGenerateRequest",
    "TrainRequest",
]

#: Characters of a description in words.
WORDS_MOST = 1000

#: Image keys in one ``add_looks``.
KEYS_MOST = 4


@attrs.frozen(kw_only=True)
class PhotoGenerateRequest(Request):
    """A person to be painted; nothing may be left out, and nothing has a default.

    Attributes:
        name: what the photos are called.
        age: or ``Unspecified``.
        gender: or ``Unspecified``.
        ethnicity: or ``Unspecified``.
        orientation: the picture's shape.
        pose: how much of the person is seen.
        style: or ``Unspecified``.
        appearance: clothing, mood, light and so on, at most 1000 characters.
        callback_url: https address to be told; that it is told of photos is unproven.
        callback_id: comes back in that message.
    """

    name: str = attrs.field(validator=ID)
    age: PhotoAge | str
    gender: PhotoGender | str
    ethnicity: PhotoEthnicity | str
    orientation: PhotoOrientation | str
    pose: PhotoPose | str
    style: PhotoStyle | str
    appearance: str = attrs.field(validator=Text(0, WORDS_MOST))
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))


@attrs.frozen(kw_only=True)
class GroupCreateRequest(Request):
    """A person, from their first photo.

    Attributes:
        name: the person's.
        image_key: of the photo: an uploaded asset's ``image_key``, not its id, or one of a
            generation's ``image_key_list``.
        generation_id: which generation the photo is from; for generated ones only.
    """

    name: str = attrs.field(validator=ID)
    image_key: str = attrs.field(validator=ID)
    generation_id: str | None = optional(ID)


@attrs.frozen(kw_only=True)
class GroupAddRequest(Request):
    """Further photos of a person.

    Attributes:
        group_id: whose.
        image_keys: of 1 to 4 photos, all of one generation or all uploaded.
        name: one for all of them.
        generation_id: which generation they are from; for generated ones only.
    """

    group_id: str = attrs.field(validator=ID)
    image_keys: Sequence[str] = attrs.field(validator=[Count(1, KEYS_MOST), Each(ID)])
    name: str = attrs.field(validator=ID)
    generation_id: str | None = optional(ID)


@attrs.frozen(kw_only=True)
class TrainRequest(Request):
    """The group to be trained."""

    group_id: str = attrs.field(validator=ID)


@attrs.frozen(kw_only=True)
class LookGenerateRequest(Request):
    """A trained person in another setting.

    Attributes:
        group_id: who; the group must be trained.
        prompt: the setting, at most 1000 characters.
        orientation: the picture's shape.
        pose: how much of the person is seen.
        style: or ``Unspecified``.
        callback_url: https address to be told; that it is told of looks is unproven.
        callback_id: comes back in that message.
    """

    group_id: str = attrs.field(validator=ID)
    prompt: str = attrs.field(validator=Text(1, WORDS_MOST))
    orientation: PhotoOrientation | str
    pose: PhotoPose | str
    style: PhotoStyle | str
    callback_url: str | None = optional(CALLBACK)
    callback_id: str | None = optional(Text(1))


@attrs.frozen(kw_only=True)
class AddMotionRequest(Request):
    """Motion for a look.

    Attributes:
        id: of the look, which must be completed.
        prompt: how it moves.
        motion_type: how it is made, such as one of ``MotionType``; the list is open.
    """

    id: str = attrs.field(validator=ID)
    prompt: str | None = optional(Text(1))
    motion_type: str | None = optional(Text(1), served="consistent")


@attrs.frozen(kw_only=True)
class IdRequest(Request):
    """The look that something is done to."""

    id: str = attrs.field(validator=ID)
