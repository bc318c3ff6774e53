"""What can be done to a completed look: motion, upscaling, and sound for one that moves.

The first two make a new look, whose id is the answer; poll that one (v2 notes §4.4). Of upscaling
nobody has said so; HeyGen's example has another id than the request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from heygen_async.simulator.media import RenderRequest, tone
from heygen_async.simulator.v2.account import check_pool
from heygen_async.simulator.v2.envelopes import nested, v2
from heygen_async.simulator.v2.looks import (
    find_photo,
    motion_preview,
    new_look,
    not_found,
    ready_photo,
    sound_preview,
    upscalable,
)
from heygen_async.simulator.v2.records import Sound, Traits
from heygen_async.simulator.v3.jobs import require_credits
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import tell
from heygen_async.simulator.world.ledger import Charge
from heygen_async.simulator.world.records import Look
from heygen_async.simulator.world.world import File, World

# The seven of the documentation, and four that a server's error named (v2 notes §4.4).
MOTION_TYPES = frozenset(
    {
        "expressive", "consistent", "consistent_gen_3", "hailuo_2", "veo2", "seedance_lite",
        "kling", "veo3.1", "runway_gen4", "runway_gen3", "avatar_iv",
    }
)  # fmt: skip

_PREVIEW_SECONDS = 3.0


def _add_motion(world: World, call: Call) -> dict[str, Any]:
    body, account = call.body, call.account
    if body.get("motion_type", "consistent") not in MOTION_TYPES:
        raise invalid("motion_type is invalid", "motion_type")
    base = _own(world, account, body["id"])
    traits = Traits(generated=base.traits.generated, moves=True)
    look, charge = _derive(world, call, base, prices.MOTION, world.timing.motion, traits)

    def settle(moment: float) -> None:
        about, failure = {"id": look.id}, look.fate.failure
        if failure is None:
            if look.id in account.looks:
                world.files[motion_preview(look)] = File(mime="video/mp4", make=_moving(look))
            tell(world, account, moment, "photo_avatar_add_motion.success", about)
            return
        world.refund(account, charge)
        told: dict[str, Any] = about | {"msg": failure.message}
        tell(world, account, moment, "photo_avatar_add_motion.fail", told)

    world.agenda.at(look.ready_at, settle)
    return v2({"id": look.id})


def _upscale(world: World, call: Call) -> dict[str, Any]:
    base = _own(world, call.account, call.body["id"])
    reason = upscalable(base, world.now())
    if reason is not None:
        raise invalid(reason, "id")
    traits = Traits(generated=base.traits.generated, upscaled=True)
    look, charge = _derive(world, call, base, prices.UPSCALE, world.timing.upscale, traits)

    def settle(moment: float) -> None:
        if look.fate.failure is not None:
            world.refund(call.account, charge)

    world.agenda.at(look.ready_at, settle)
    return v2({"id": look.id})


def _add_sound(world: World, call: Call) -> dict[str, Any]:
    look = _own(world, call.account, call.body["id"])
    if not look.traits.moves:
        raise invalid("Avatar is not a motion avatar", "id")
    number, now = world.number("sound_effect"), world.now()
    fate = world.faults.fate(call.operation)
    sound = Sound(
        id=world.identify("sound_effect", number),
        created_at=now,
        ready_at=fate.end(now, world.timing.sound_effect),
        fate=fate,
    )
    look.traits.sound = sound
    words = f"a sound below {look.name}"
    world.files[sound_preview(sound.id)] = File(mime="audio/wav", make=lambda: tone(words))
    if world.faults.trap("null_data", call.operation) is not None:
        return nested(None)
    return nested({"sound_effect_id": sound.id})


def _own(world: World, account: Account, look_id: str) -> Look:
    """A completed look that is not one of the public ones."""
    if find_photo(world, account, look_id).group.public:
        raise not_found(look_id)
    return ready_photo(world, account, look_id)


def _derive(
    world: World, call: Call, base: Look, price: float, seconds: float, traits: Traits
) -> tuple[Look, Charge]:
    """Pay for a look that is made of another one, and begin to make it."""
    account = call.account
    check_pool(world, call)
    require_credits(account, price)
    look = new_look(
        world,
        account,
        base.group,
        name=base.name,
        picture=base.picture,
        size=base.size,
        fate=world.faults.fate(call.operation),
        seconds=seconds,
        traits=traits,
    )
    return look, world.charge(account, call.operation, call.key, price, look.id)


def _moving(look: Look) -> Callable[[], RenderRequest]:
    return lambda: RenderRequest(
        image=look.picture.read(), seconds=_PREVIEW_SECONDS, resolution="720p", aspect_ratio="auto"
    )


HANDLERS: dict[str, Handler] = {
    "add-motion": _add_motion,
    "add-sound-effect": _add_sound,
    "upscale-an-avatar": _upscale,
}
