"""What a fault can be aimed at, so that one that could never strike is refused at once."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from heygen_async.simulator.contract import FILES, Contract
from heygen_async.simulator.world.event_types import EVENT_TYPES

EVERY = "*"
DOWNLOAD = "downloadFile"
UPLOAD = "uploadFile"
AGENT_RENDER = "renderAgentVideo"
"""The video of an agent session, which is made by no request of its own (see `agent_runs`)."""

# Callbacks that are no events: see `callbacks.tell`.
_CALLBACKS = frozenset({"lipsync.success", "lipsync.fail"})

_GENERATE_VIDEO = "create-an-avatar-video-v2"
_ADD_LOOKS = "add-looks-to-photo-avatar-group"
_AGENT_AVATAR = "heygenPhotoAvatarCreateAvatarAction"
_AGENT_ACTIONS = frozenset(
    {_AGENT_AVATAR, "heygenAvatarGenerateVideo", "heygenAvatarGetVideoStatus"}
)

_PAID_AT_ONCE = frozenset(
    {
        "add-motion",
        "generate-photo-avatar-looks",
        "generate-photo-avatar-photos",
        "train-photo-avatar-group",
        "upscale-an-avatar",
    }
)
_PAID_LATER = frozenset({_GENERATE_VIDEO, "create-avatar-iv-video", "create-video-1"})

TRAPS: dict[str, frozenset[str]] = {
    "api_pool_empty": _PAID_AT_ONCE | _PAID_LATER | {"get-remaining-quota-v2"},
    "avatar_not_found": frozenset({_GENERATE_VIDEO}),
    "group_limit": frozenset({"create-photo-avatar-group", "upload-talking-photo"}),
    "inner_status": _AGENT_ACTIONS,
    "keyed_payload": _AGENT_ACTIONS,
    "looks_never_appear": frozenset({_ADD_LOOKS}),
    "looks_not_found": frozenset({"list-all-avatars-in-one-avatar-group"}),
    "missing_group_id": frozenset({"create-photo-avatar-group", _AGENT_AVATAR}),
    "no_unlimited_mode": frozenset({_GENERATE_VIDEO}),
    "null_data": frozenset({"add-sound-effect", "train-photo-avatar-group"}),
    "pacific_video_not_found": frozenset({"video-status", "get-video-detail"}),
    "shared_look_id": frozenset({_ADD_LOOKS}),
}
"""Faults that belong to the rules of a few operations, and these operations."""


def check(stage: str, name: str, target: str) -> None:
    """Let a fault pass that could strike what it is aimed at.

    Raises:
        ValueError: there is no such target for it; the message names those that come near.
    """
    if target == EVERY:
        return
    known = targets(stage, name)
    if target in known:
        return
    near = get_close_matches(target, sorted(known), n=3) or sorted(known)
    shown = ", ".join(near[:8])
    raise ValueError(f"{name} cannot strike {target!r}; it strikes, for example: {shown}")


def targets(stage: str, name: str) -> frozenset[str]:
    """All that a fault can be aimed at, besides everything."""
    match stage:
        case "webhook":
            return _events()
        case "link":
            return frozenset({DOWNLOAD})
        case "trap":
            return TRAPS[name]
        case "job":
            return _operations() | {AGENT_RENDER}
        case _:
            return _operations() | {DOWNLOAD, UPLOAD}


@cache
def _operations() -> frozenset[str]:
    contracts: Iterable[Contract] = (Contract.load(it) for it in FILES)
    return frozenset(operation.id for it in contracts for operation in it.operations)


@cache
def _events() -> frozenset[str]:
    return frozenset(EVENT_TYPES) | _CALLBACKS
