"""Looks and groups as they are found, shown, renamed and deleted."""

from __future__ import annotations

from typing import Any, TypeVar

from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.fate import Failure
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Group, Look
from heygen_async.simulator.world.world import World

T = TypeVar("T")


def find_look(world: World, account: Account, look_id: str, param: str | None = None) -> Look:
    """A look the account may use: one of its own, or a public one."""
    look = account.looks.get(look_id) or world.looks.get(look_id)
    if look is None:
        if look_id in account.groups or look_id in world.groups:
            message = f"{look_id} is an avatar group; name one of its looks"
            raise invalid(message, param)
        raise RefusedError("avatar_not_found", f"Avatar {look_id} not found", param)
    return look


def ready_look(world: World, account: Account, look_id: str, param: str) -> Look:
    """A look that videos can be made with.

    Raises:
        RefusedError: unknown, a group's id, still training, failed, or without consent.
    """
    look = find_look(world, account, look_id, param)
    match look.status(world.now()):
        case None | "completed":
            return look
        case "pending_consent":
            message = "Group needs approved consent first"
            raise RefusedError("avatar_consent_required", message, param)
        case "failed":
            raise RefusedError("avatar_not_usable", f"Avatar {look_id} failed training", param)
        case status:
            raise invalid(f"Avatar {look_id} is not ready yet, its status is {status}", param)


def find_group(world: World, account: Account, group_id: str, param: str | None = None) -> Group:
    """A group the account can see."""
    group = account.groups.get(group_id) or world.groups.get(group_id)
    if group is None:
        message = f"Avatar group {group_id} not found"
        raise RefusedError("avatar_group_not_found", message, param)
    return group


def own_group(world: World, account: Account, group_id: str, param: str | None = None) -> Group:
    """A group the account may change."""
    group = find_group(world, account, group_id, param)
    if group.public:
        raise RefusedError("forbidden", "Public avatars cannot be changed", param)
    return group


def look_view(world: World, look: Look) -> dict[str, Any]:
    """A look as the API shows it; until it is trained there is nothing to see (§6.2)."""
    now = world.now()
    trained, failure = look.trained(now), look.failure(now)
    width, height = look.size if trained else (0, 0)
    return {
        "id": look.id,
        "name": look.name,
        "avatar_type": look.avatar_type,
        "group_id": look.group.id,
        "preview_image_url": world.link(preview(look)) if trained else None,
        "preview_video_url": None,
        "gender": look.gender if trained else None,
        "tags": [],
        "default_voice_id": look.default_voice_id,
        "supported_api_engines": list(look.engines) if trained else [],
        "image_width": width,
        "image_height": height,
        "preferred_orientation": _orientation(width, height) if trained else None,
        "status": look.status(now),
        "error": None if failure is None else _error(failure),
    }


def group_view(world: World, account: Account, group: Group) -> dict[str, Any]:
    """A group as the API shows it; it is as far as its furthest look."""
    now = world.now()
    looks = looks_of(world, account, group)
    statuses = {it.status(now): it for it in looks}
    status = next(
        (it for it in ("completed", "pending_consent", "processing", "failed") if it in statuses),
        None if group.public else "processing",
    )
    shown = next((it for it in looks if it.trained(now)), None)
    failure = statuses[status].failure(now) if status == "failed" else None
    return {
        "id": group.id,
        "name": group.name,
        "preview_image_url": None if shown is None else world.link(preview(shown)),
        "preview_video_url": None,
        "gender": None if shown is None else shown.gender,
        "created_at": int(group.created_at),
        "looks_count": len(looks),
        "default_voice_id": None if shown is None else shown.default_voice_id,
        "consent_status": group.consent_status(now),
        "status": status,
        "error": None if failure is None else _error(failure),
    }


def looks_of(world: World, account: Account, group: Group) -> list[Look]:
    """The looks of a group, oldest first."""
    looks = world.looks if group.public else account.looks
    return [it for it in looks.values() if it.group is group]


def preview(look: Look) -> str:
    """The path of the picture that shows a look."""
    return f"looks/{look.id}.jpg"


def _orientation(width: int, height: int) -> str:
    return "square" if width == height else "landscape" if width > height else "portrait"


def _error(failure: Failure) -> dict[str, str]:
    return {
        "code": failure.code or "training_failed",
        "message": failure.message or "Training failed",
    }


def _get_look(world: World, call: Call) -> dict[str, Any]:
    return data(look_view(world, find_look(world, call.account, call.path["look_id"])))


def _update_look(world: World, call: Call) -> dict[str, Any]:
    look = _own_look(world, call)
    name = call.body.get("name")
    if name is not None:
        if not name.strip():
            raise invalid("name must not be empty", "name")
        look.name = name
    return data(look_view(world, look))


def _delete_look(world: World, call: Call) -> dict[str, Any]:
    look = _own_look(world, call)
    delete_look(world, call.account, look)
    return data({"id": look.id})


def delete_look(world: World, account: Account, look: Look) -> None:
    """Forget a look, and with the last one its group."""
    _forget(world, account, look)
    if not looks_of(world, account, look.group):
        del account.groups[look.group.id]


def _own_look(world: World, call: Call) -> Look:
    look = find_look(world, call.account, call.path["look_id"])
    if look.group.public:
        raise RefusedError("forbidden", "Public avatars cannot be changed")
    return look


def _forget(world: World, account: Account, look: Look) -> None:
    del account.looks[look.id]
    world.files.pop(preview(look), None)


def _list_looks(world: World, call: Call) -> dict[str, Any]:
    query = call.query
    rows = [
        it
        for it in _visible(call.account.looks, world.looks, query["ownership"])
        if query["group_id"] in {None, it.group.id}
        and query["avatar_type"] in {None, it.avatar_type}
    ]
    page, cursor = paginate(rows, _place, query["limit"], query["token"])
    return data([look_view(world, it) for it in page]) | cursor


def _get_group(world: World, call: Call) -> dict[str, Any]:
    group = find_group(world, call.account, call.path["group_id"])
    return data(group_view(world, call.account, group))


def _delete_group(world: World, call: Call) -> dict[str, Any]:
    group = own_group(world, call.account, call.path["group_id"])
    delete_group(world, call.account, group)
    return data({"id": group.id})


def delete_group(world: World, account: Account, group: Group) -> None:
    """Forget a group with all its looks."""
    for look in looks_of(world, account, group):
        _forget(world, account, look)
    del account.groups[group.id]


def _list_groups(world: World, call: Call) -> dict[str, Any]:
    query = call.query
    rows = _visible(call.account.groups, world.groups, query["ownership"])
    page, cursor = paginate(rows, _place, query["limit"], query["token"])
    return data([group_view(world, call.account, it) for it in page]) | cursor


def _visible(own: dict[str, T], public: dict[str, T], ownership: str | None) -> list[T]:
    """The caller's, newest first, and then the public ones."""
    mine = [] if ownership == "public" else list(reversed(own.values()))
    return mine if ownership == "private" else [*mine, *public.values()]


def _place(row: Look | Group) -> int:
    public = row.public if isinstance(row, Group) else row.group.public
    return row.number if public else -row.number


HANDLERS: dict[str, Handler] = {
    "deleteAvatarGroup": _delete_group,
    "deleteAvatarLook": _delete_look,
    "getAvatarGroup": _get_group,
    "getAvatarLook": _get_look,
    "listAvatarGroups": _list_groups,
    "listAvatarLooks": _list_looks,
    "updateAvatarLook": _update_look,
}
