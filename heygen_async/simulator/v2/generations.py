"""Photos and looks generated from words: four pictures of somebody, some time later."""

from __future__ import annotations

from typing import Any

from heygen_async.simulator.v2.account import check_pool
from heygen_async.simulator.v2.envelopes import v2
from heygen_async.simulator.v2.records import Generation
from heygen_async.simulator.v2.training import find_group, trained
from heygen_async.simulator.v3.looks import looks_of
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.callbacks import callback_of, tell
from heygen_async.simulator.world.world import File, World

PICTURES = 4
"""Of one generation (v2 notes §4.1: about four)."""

_SHAPES = {"square": (768, 768), "horizontal": (1024, 768), "vertical": (768, 1024)}

# What makes a photo another one; the name does not.
_WORDS = ("age", "gender", "ethnicity", "pose", "style", "appearance")


def _photo(world: World, call: Call) -> dict[str, Any]:
    if not call.body["name"].strip():
        raise invalid("name is invalid: it must not be empty", "name")
    words = ", ".join(call.body[it] for it in _WORDS)
    return _generate(world, call, words, prices.PHOTO_GENERATION)


def _look(world: World, call: Call) -> dict[str, Any]:
    group = find_group(call.account, call.body["group_id"])
    if not call.body["prompt"].strip():
        raise invalid("prompt is invalid: it must not be empty", "prompt")
    if not trained(world, call.account, group.id):
        raise invalid(f"Model is not trained for group {group.id}", "group_id")
    first = looks_of(world, call.account, group)[0]
    words = f"{group.id}: {call.body['prompt']}"
    return _generate(world, call, words, prices.LOOK_GENERATION, first.picture.person)


def _generate(
    world: World, call: Call, words: str, price: float, face: str | None = None
) -> dict[str, Any]:
    """Draw somebody four times: four people of one description, or one person in four ways."""
    check_pool(world, call)
    account, callback = call.account, callback_of(world, call.body)
    number = world.number("generation")
    identifier = world.identify("generation", number)
    charge = world.charge(account, call.operation, call.key, price, identifier)
    now, fate = world.now(), world.faults.fate(call.operation)
    shape = _SHAPES[call.body["orientation"]]
    pictures = {
        _key(world, identifier, number, place): Picture(
            prompt=f"{words} ({place})", seed=world.seed, shape=shape, face=face
        )
        for place in range(1, PICTURES + 1)
    }
    seconds = world.timing.photo_generation
    generation = Generation(
        id=identifier,
        created_at=now,
        ready_at=fate.end(now, world.timing.training(seconds, world.chance("generation", number))),
        fate=fate,
        pictures=pictures,
    )
    account.generations[identifier] = generation

    def settle(moment: float) -> None:
        about: dict[str, Any] = {"generation_id": identifier}
        event = "photo_avatar_generation.success"
        if fate.failure is None:
            for key, picture in pictures.items():
                world.files[key] = File(mime="image/jpeg", make=picture.read)
        else:
            world.refund(account, charge)
            event, about = "photo_avatar_generation.fail", about | {"msg": fate.failure.message}
        tell(world, account, moment, event, about, callback)

    world.agenda.at(generation.ready_at, settle)
    return v2({"generation_id": identifier})


def _key(world: World, generation_id: str, number: int, place: int) -> str:
    picture_id = world.identify(f"picture/{place}", number)
    return f"photo_generation/{generation_id}/{picture_id}.jpg"


def _status(world: World, call: Call) -> dict[str, Any]:
    generation = call.account.generations.get(call.path["generation_id"])
    if generation is None:
        raise RefusedError("invalid_parameter", "Generation not found", status=404)
    status = generation.word(world.now(), "in_progress", "success")
    done, failure = status == "success", generation.fate.failure
    keys = list(generation.pictures)
    return v2(
        {
            "id": generation.id,
            "status": status,
            "msg": failure.message if failure is not None and status == "failed" else None,
            "image_url_list": [world.link(it) for it in keys] if done else None,
            "image_key_list": keys if done else None,
        }
    )


HANDLERS: dict[str, Handler] = {
    "check-photolook-generation-status": _status,
    "generate-photo-avatar-looks": _look,
    "generate-photo-avatar-photos": _photo,
}
