"""Avatars as v2 lists them: those of footage and the public ones, and photo avatars beside them.

What v2 calls an avatar is a look whose id goes into `avatar_id`; a photo look's goes into
`talking_photo_id`, and is never found under the other name. The two public looks, which v3 shows as
photo avatars, take both names: a catalogue without a single public avatar would be none.
"""

from __future__ import annotations

from typing import Any

from heygen_async.simulator.v2.envelopes import v2
from heygen_async.simulator.v2.looks import not_found
from heygen_async.simulator.v3.looks import preview
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.records import Look
from heygen_async.simulator.world.world import World


def find_avatar(world: World, account: Account, avatar_id: str) -> Look:
    """A look that v2 calls an avatar.

    Raises:
        RefusedError: `avatar_not_found`, also for photo looks and for groups.
    """
    look = account.looks.get(avatar_id) or world.looks.get(avatar_id)
    if look is None or not (look.group.public or look.avatar_type != "photo_avatar"):
        raise not_found(avatar_id)
    return look


def video_avatar(world: World, look: Look) -> dict[str, Any]:
    """An avatar in a list."""
    return {
        "avatar_id": look.id,
        "avatar_name": look.name,
        "gender": look.gender,
        "preview_image_url": world.link(preview(look)),
        "preview_video_url": None,
        "premium": False,
        "type": None,
        "tags": None,
        "default_voice_id": look.default_voice_id,
    }


def _list(world: World, call: Call) -> dict[str, Any]:
    now = world.now()
    own = list(reversed(call.account.looks.values()))
    films = [it for it in own if it.avatar_type != "photo_avatar" and it.status(now) == "completed"]
    photos = [it for it in own if it.avatar_type == "photo_avatar" and it.trained(now)]
    return v2(
        {
            "avatars": [video_avatar(world, it) for it in [*films, *world.looks.values()]],
            "talking_photos": [
                {
                    "talking_photo_id": it.id,
                    "talking_photo_name": it.name,
                    "preview_image_url": world.link(preview(it)),
                }
                for it in photos
            ],
        }
    )


def _details(world: World, call: Call) -> dict[str, Any]:
    """One avatar, or a photo look; groups are not found (v2 notes §5)."""
    avatar_id, account = call.path["avatar_id"], call.account
    look = account.looks.get(avatar_id) or world.looks.get(avatar_id)
    if look is None or avatar_id in account.groups:
        raise not_found(avatar_id)
    photo = look.avatar_type == "photo_avatar" and not look.group.public
    return v2(
        {
            "type": "talking_photo" if photo else "avatar",
            "id": look.id,
            "name": look.name,
            "gender": look.gender,
            "preview_image_url": world.link(preview(look)),
            "preview_video_url": None,
            "premium": False,
            "is_public": look.group.public,
            "default_voice_id": look.default_voice_id,
            "tags": [],
        }
    )


HANDLERS: dict[str, Handler] = {"list-avatars-v2": _list, "retrieve-avatar-details": _details}
