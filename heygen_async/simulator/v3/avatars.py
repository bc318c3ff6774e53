"""Creating avatars: from a photo, from a prompt, from footage of a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.v3.looks import group_view, look_view, own_group, preview, ready_look
from heygen_async.simulator.v3.pictures import DRAWN, Picture
from heygen_async.simulator.v3.sources import length_of, picture_of
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import tell
from heygen_async.simulator.world.fate import Failure
from heygen_async.simulator.world.records import Group, Look
from heygen_async.simulator.world.world import File, World

# Engines by origin, as seen live on 2026-07-28 (behaviour notes §6.2).
_PHOTO_ENGINES = ("avatar_iv", "avatar_iii")
_TWIN_ENGINES = ("avatar_v", "avatar_iv", "avatar_iii")

# Footage that can be trained on, in seconds (behaviour notes §6.2, 2026-07).
_FOOTAGE = (15.0, 600.0)

# A photo smaller than this on its shorter side shows no usable face; ours, not HeyGen's.
_SMALLEST = 64

# The events that tell of a training's end, by origin of the look; a guess from their names.
_EVENTS = {
    "digital_twin": "instant_avatar",
    "photo": "photo_avatar_train",
    "prompt": "photo_avatar_generation",
}

_NOT_YET = float("inf")


@attrs.frozen(kw_only=True)
class _Draft:
    """A look about to be created: what it is made of, and how its training will go."""

    avatar_type: str
    engines: tuple[str, ...]
    picture: Picture
    size: tuple[int, int]
    training: float
    failure: Failure | None = None


def create(world: World, call: Call) -> dict[str, Any]:
    """Accept a new look, alone in a new group or in one that exists."""
    body, account = call.body, call.account
    if not body["name"].strip():
        raise invalid("name must not be empty", "name")
    group_id = body.get("avatar_group_id")
    group = None if group_id is None else own_group(world, account, group_id, "avatar_group_id")
    draft = _DRAFTS[body["type"]](world, account, body)
    number = world.number("look")
    identifier = world.identify("look", number)
    charge = world.charge(account, call.operation, call.key, prices.AVATAR, identifier)
    now = world.now()
    fate = world.faults.fate(call.operation)
    if fate.failure is None and draft.failure is not None:
        fate = attrs.evolve(fate, failure=draft.failure)
    if group is None:
        group = _new_group(world, account, body)
    seconds = world.timing.training(draft.training, world.chance("training", number))
    look = Look(
        id=identifier,
        number=number,
        group=group,
        name=body["name"],
        avatar_type=draft.avatar_type,
        picture=draft.picture,
        size=draft.size,
        engines=draft.engines,
        created_at=now,
        ready_at=fate.end(now, seconds),
        gender=("female", "male")[number % 2],
        fate=fate,
    )
    account.looks[look.id] = look
    world.files[preview(look)] = File(mime="image/jpeg", make=look.picture.jpeg)
    event = _EVENTS[body["type"]]

    def settle(moment: float) -> None:
        if fate.failure is not None:
            world.refund(account, charge)
        if look.id in account.looks:
            _tell(world, account, look, event, moment)

    world.agenda.at(look.ready_at, settle)
    return data(
        {
            "avatar_item": look_view(world, look),
            "avatar_group": group_view(world, account, group),
        }
    )


def _photo(world: World, account: Account, body: Mapping[str, Any]) -> _Draft:
    given = inputs.resolve(world, account, body["file"], "file", "image")
    picture = picture_of(given)
    try:
        size = picture.size()
    except ValueError as error:
        raise invalid(f"file is not a usable image: {error}", "file") from error
    faceless = Failure(code="training_failed", message="No usable face in the photo")
    return _Draft(
        avatar_type="photo_avatar",
        engines=_PHOTO_ENGINES,
        picture=picture,
        size=size,
        training=world.timing.photo_training,
        failure=faceless if min(size) < _SMALLEST else None,
    )


def _prompt(world: World, account: Account, body: Mapping[str, Any]) -> _Draft:
    if not body["prompt"].strip():
        raise invalid("prompt must not be empty", "prompt")
    for index, image in enumerate(body.get("reference_images") or ()):
        inputs.resolve(world, account, image, f"reference_images.{index}", "image")
    reference = body.get("avatar_id")
    if reference is not None:
        ready_look(world, account, reference, "avatar_id")
    return _Draft(
        avatar_type="photo_avatar",
        engines=_PHOTO_ENGINES,
        picture=Picture(prompt=body["prompt"], seed=world.seed),
        size=DRAWN,
        training=world.timing.prompt_training,
    )


def _digital_twin(world: World, account: Account, body: Mapping[str, Any]) -> _Draft:
    given = inputs.resolve(world, account, body["file"], "file", "video")
    failure, seconds = None, length_of(given, "file")
    if seconds is not None:
        shortest, longest = _FOOTAGE
        if not shortest <= seconds <= longest:
            length = f"shorter than {shortest:g}" if seconds < shortest else f"over {longest:g}"
            failure = Failure(code="training_failed", message=f"Footage is {length} s")
    return _Draft(
        avatar_type="digital_twin",
        engines=_TWIN_ENGINES,
        picture=picture_of(given),
        size=(1280, 720),
        training=world.timing.twin_training,
        failure=failure,
    )


def _tell(world: World, account: Account, look: Look, event: str, moment: float) -> None:
    """Say how training ended. What HeyGen says then is not documented; this is a guess."""
    about: dict[str, Any] = {"avatar_id": look.id, "group_id": look.group.id}
    failure = look.fate.failure
    if failure is None:
        tell(world, account, moment, f"{event}.success", about)
    else:
        tell(world, account, moment, f"{event}.fail", about | {"msg": failure.message})


_DRAFTS = {"digital_twin": _digital_twin, "photo": _photo, "prompt": _prompt}


def _new_group(world: World, account: Account, body: Mapping[str, Any]) -> Group:
    number = world.number("group")
    group = Group(
        id=world.identify("group", number),
        number=number,
        name=body["name"],
        created_at=world.now(),
        consent=_NOT_YET if body["type"] == "digital_twin" else None,
    )
    account.groups[group.id] = group
    return group


HANDLERS: dict[str, Handler] = {"createAvatar": create}
