"""Photo avatar groups: founded on one picture, and joined by others, up to four at a time."""

from __future__ import annotations

from typing import Any

from heygen_async.simulator.v2.avatars import video_avatar
from heygen_async.simulator.v2.envelopes import v2
from heygen_async.simulator.v2.keys import Keyed, keyed
from heygen_async.simulator.v2.looks import new_look, photo_view
from heygen_async.simulator.v2.records import Traits
from heygen_async.simulator.v2.training import find_group, state
from heygen_async.simulator.v3.looks import delete_group, looks_of, preview
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.records import Group, Look
from heygen_async.simulator.world.world import World

MOST_LOOKS = 500
"""Looks of one group (v2 notes §7)."""

# A group younger than this may not be found yet, if a fault says so, in simulated seconds.
_FRESH = 30.0


def _create(world: World, call: Call) -> dict[str, Any]:
    body = call.body
    check_limit(world, call)
    _check_name(body["name"])
    given = keyed(world, call.account, body["image_key"], body.get("generation_id"))
    look = _join(world, call, None, given)
    view = photo_view(world, look)
    if world.faults.trap("missing_group_id", call.operation) is not None:
        del view["group_id"]
    return v2(view)


def _add(world: World, call: Call) -> dict[str, Any]:
    body, account = call.body, call.account
    group = find_group(account, body["group_id"])
    _check_name(body["name"])
    keys = body["image_keys"]
    if len(looks_of(world, account, group)) + len(keys) > MOST_LOOKS:
        raise invalid(f"A group has at most {MOST_LOOKS} looks", "image_keys")
    given = [keyed(world, account, it, body.get("generation_id")) for it in keys]
    if world.faults.trap("shared_look_id", call.operation) is not None:
        only = photo_view(world, _join(world, call, group, given[0]))
        return v2({"photo_avatar_list": [only for _ in given]})
    looks = [_join(world, call, group, it) for it in given]
    if world.faults.trap("looks_never_appear", call.operation) is not None:
        for look in looks:
            look.ready_at = float("inf")
            account.lost_looks[look.id] = account.looks.pop(look.id)
    return v2({"photo_avatar_list": [photo_view(world, it) for it in looks]})


def check_limit(world: World, call: Call) -> None:
    """Let a new group pass, unless a fault counts as some plans do (v2 notes §7)."""
    if world.faults.trap("group_limit", call.operation) is not None:
        raise invalid("You have exceeded your limit of 3 photo avatars")


def _join(world: World, call: Call, group: Group | None, given: Keyed) -> Look:
    timing = world.timing
    return new_look(
        world,
        call.account,
        group,
        name=call.body["name"],
        picture=given.picture,
        size=given.size,
        fate=world.faults.fate(call.operation),
        seconds=timing.generated_look if given.generated else timing.uploaded_look,
        traits=Traits(generated=given.generated),
    )


def _check_name(name: str) -> None:
    if not name.strip():
        raise invalid("name is invalid: it must not be empty", "name")


def _delete(world: World, call: Call) -> dict[str, Any]:
    group = find_group(call.account, call.path["group_id"])
    delete_group(world, call.account, group)
    call.account.trainings.pop(group.id, None)
    return v2(None)


def _list(world: World, call: Call) -> dict[str, Any]:
    """The account's groups, the newest first, then the public ones, if they are wanted."""
    groups = list(reversed(call.account.groups.values()))
    if call.query["include_public"]:
        groups += world.groups.values()
    rows = [_view(world, call.account, it) for it in groups]
    return v2({"total_count": len(rows), "avatar_group_list": rows})


def _view(world: World, account: Account, group: Group) -> dict[str, Any]:
    looks = looks_of(world, account, group)
    shown = next((it for it in looks if it.trained(world.now())), None)
    return {
        "id": group.id,
        "name": group.name,
        "created_at": group.created_at,
        "num_looks": len(looks),
        "preview_image": None if shown is None else world.link(preview(shown)),
        "group_type": _type(group, looks),
        "train_status": state(world, account, group.id),
        "default_voice_id": None if shown is None else shown.default_voice_id,
    }


def _type(group: Group, looks: list[Look]) -> str:
    if group.public:
        return "PUBLIC_PHOTO"
    if any(it.avatar_type != "photo_avatar" for it in looks):
        return "PRIVATE"
    return "GENERATED_PHOTO" if looks and looks[0].traits.generated else "PHOTO"


def _avatars(world: World, call: Call) -> dict[str, Any]:
    """The looks of a group; of a mixed one, only those made from footage (v2 notes §5)."""
    group_id, account = call.path["group_id"], call.account
    group = account.groups.get(group_id) or world.groups.get(group_id)
    if group is None:
        raise RefusedError("internal_error", "Avatar group not found", status=400)
    fault = world.faults.trap("looks_not_found", call.operation)
    if fault is not None:
        fresh = _FRESH if fault.seconds is None else fault.seconds
        if world.now() - group.created_at < fresh:
            raise RefusedError("internal_error", "Avatar looks not found.", status=400)
    looks = looks_of(world, account, group)
    films = [it for it in looks if it.avatar_type != "photo_avatar"]
    shown = [video_avatar(world, it) for it in films] or [photo_view(world, it) for it in looks]
    return v2({"avatar_list": shown})


HANDLERS: dict[str, Handler] = {
    "add-looks-to-photo-avatar-group": _add,
    "create-photo-avatar-group": _create,
    "delete-photo-avatar-group": _delete,
    "list-all-avatar-groups": _list,
    "list-all-avatars-in-one-avatar-group": _avatars,
}
