"""Looks as v2 shows them: photo avatars, which v1 calls talking photos.

A look is a record of the world, whichever dialect made it. Looks made from footage are none of v2's
photo avatars; of the public looks, see `v2_avatars`.
"""

from __future__ import annotations

from typing import Any

import attrs

from heygen_async.simulator.v2.envelopes import v1, v2
from heygen_async.simulator.v2.records import Traits, rejected
from heygen_async.simulator.v3.looks import delete_look, preview
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.fate import Failure, Fate
from heygen_async.simulator.world.records import Group, Look
from heygen_async.simulator.world.world import File, World

SMALLEST = 64
"""A photo smaller than this on its shorter side shows no usable face; ours, not HeyGen's."""

LARGEST = 2048
"""A photo larger than this on its longer side cannot be upscaled; ours, not HeyGen's."""

NOT_COMPLETED = "Photo avatar look upload not completed"
_TOO_LARGE = "The photo avatar look is too large to upscale"
_ENGINES = ("avatar_iv", "avatar_iii")
_FACELESS = Failure(code="training_failed", message="No usable face in the photo")


def new_look(
    world: World,
    account: Account,
    group: Group | None,
    *,
    name: str,
    picture: Picture,
    size: tuple[int, int],
    fate: Fate,
    seconds: float,
    traits: Traits,
    instant: bool = False,
) -> Look:
    """A look, which is usable after about `seconds`; without a group it founds one of the same id.

    An instant one is usable at once.
    """
    number = world.number("look")
    identifier, now = world.identify("look", number), world.now()
    if group is None:
        group = Group(
            id=identifier, number=world.number("group"), name=name, created_at=world.now()
        )
        account.groups[group.id] = group
    if fate.failure is None and min(size) < SMALLEST:
        fate = attrs.evolve(fate, failure=_FACELESS)
    planned = 0.0 if instant else world.timing.training(seconds, world.chance("look", number))
    look = Look(
        id=identifier,
        number=number,
        group=group,
        name=name,
        avatar_type="photo_avatar",
        picture=picture,
        size=size,
        engines=_ENGINES,
        created_at=now,
        ready_at=fate.end(now, planned),
        gender=("female", "male")[number % 2],
        fate=fate,
        traits=traits,
    )
    account.looks[look.id] = look
    world.files[preview(look)] = File(mime="image/jpeg", make=picture.jpeg)
    return look


def find_photo(world: World, account: Account, look_id: str) -> Look:
    """A photo avatar that the account may use.

    Raises:
        RefusedError: `avatar_not_found`, also for looks made from footage.
    """
    for looks in (account.looks, account.lost_looks, world.looks):
        look = looks.get(look_id)
        if look is not None and look.avatar_type == "photo_avatar":
            return look
    raise not_found(look_id)


def ready_photo(world: World, account: Account, look_id: str) -> Look:
    """A photo avatar that something can be made with.

    Raises:
        RefusedError: there is none, or it is not completed.
    """
    look = find_photo(world, account, look_id)
    match status_of(look, world.now()):
        case "completed":
            return look
        case "moderation_rejected" | "failed":
            raise invalid(f"Avatar {look_id} cannot be used: {moderation(look, world.now())}", "id")
        case _:
            raise invalid(NOT_COMPLETED, "id")


def not_found(look_id: str) -> RefusedError:
    """What v2 says of an avatar that it does not know."""
    return RefusedError(
        "avatar_not_found", f"Avatar {look_id} not found or no longer available.", status=404
    )


def status_of(look: Look, now: float) -> str:
    """pending, in_appeal, completed, failed or moderation_rejected."""
    match look.status(now):
        case None | "completed" | "pending_consent":
            return "completed"
        case "processing":
            return "in_appeal" if now >= look.ready_at - look.fate.appeal else "pending"
        case "failed":
            return "moderation_rejected" if rejected(look.fate) else "failed"
        case word:
            return word


def moderation(look: Look, now: float) -> str | None:
    """What a person is told about a look that was looked at closely."""
    match status_of(look, now):
        case "in_appeal":
            return "Under manual review"
        case "moderation_rejected" | "failed" if look.fate.failure is not None:
            return look.fate.failure.message
        case _:
            return None


def upscalable(look: Look, now: float) -> str | None:
    """None if a look can be upscaled, else the reason."""
    if status_of(look, now) != "completed":
        return NOT_COMPLETED
    return _TOO_LARGE if look.traits.upscaled or max(look.size) > LARGEST else None


def photo_view(world: World, look: Look) -> dict[str, Any]:
    """A look as v2 shows it; its links are fresh each time, and work for 7 days."""
    now, traits = world.now(), look.traits
    status, reason = status_of(look, now), upscalable(look, now)
    moving = traits.moves and status == "completed"
    return {
        "id": look.id,
        "image_url": world.link(preview(look)),
        "created_at": look.created_at,
        "name": look.name,
        "status": status,
        "group_id": look.group.id,
        "is_motion": traits.moves,
        "motion_preview_url": world.link(motion_preview(look)) if moving else None,
        "business_type": "generated" if traits.generated else "uploaded",
        "upscale_availability": {"available": reason is None, "reason": reason},
        "upscaled": traits.upscaled,
        "background_sound_effect": _sound(world, look),
        "default_voice_id": look.default_voice_id,
        "moderation_msg": moderation(look, now),
    }


def motion_preview(look: Look) -> str:
    """The path of the short video that shows how a look moves."""
    return f"looks/{look.id}.motion.mp4"


def sound_preview(sound_id: str) -> str:
    """The path of a sound effect."""
    return f"sound_effects/{sound_id}.wav"


def _sound(world: World, look: Look) -> dict[str, Any] | None:
    sound = look.traits.sound
    if sound is None:
        return None
    status = sound.word(world.now(), "pending", "completed")
    link = world.link(sound_preview(sound.id)) if status == "completed" else None
    return {
        "status": status,
        "sound_effect_id": sound.id,
        "sound_effect_preview_url": link,
        "file_meta": None,
    }


def _details(world: World, call: Call) -> dict[str, Any]:
    return v2(photo_view(world, find_photo(world, call.account, call.path["id"])))


def _delete(world: World, call: Call) -> dict[str, Any]:
    """Deleting answers in v1's envelope on a path of v2 (v2 notes §2)."""
    delete_photo(world, call.account, call.path["id"])
    return v1(None)


def _delete_talking_photo(world: World, call: Call) -> dict[str, Any]:
    delete_photo(world, call.account, call.path["talking_photo_id"])
    return v2(None)


def delete_photo(world: World, account: Account, look_id: str) -> None:
    """Delete a photo avatar of the account's own; with the last one its group goes, as in v3."""
    look = find_photo(world, account, look_id)
    if look.group.public:
        raise not_found(look_id)
    world.files.pop(motion_preview(look), None)
    if account.lost_looks.pop(look.id, None) is None:
        delete_look(world, account, look)


HANDLERS: dict[str, Handler] = {
    "delete-photo-avatar-by-id": _delete,
    "delete-talking-photo": _delete_talking_photo,
    "photo-avatar-details": _details,
}
