"""Which engine renders a look, and what that engine can be told (behaviour notes §11, 2026-10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heygen_async.simulator.v3.looks import ready_look
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.records import Look
from heygen_async.simulator.world.world import World


def engine_of(world: World, account: Account, body: Mapping[str, Any], look: Look) -> str:
    """The engine that renders a look: the one asked for, if the look supports it."""
    config = body.get("engine")
    if config is None:
        return "avatar_iv" if "avatar_iv" in look.engines else look.engines[0]
    engine: str = config["type"]
    if engine not in look.engines:
        message = f"{engine} is not supported by this avatar; it supports {', '.join(look.engines)}"
        raise invalid(message, "engine.type")
    reference = config.get("reference_look_id")
    if reference is not None:
        ready_look(world, account, reference, "engine.reference_look_id")
    return engine


def check_motion(body: Mapping[str, Any], engine: str, avatar_type: str) -> None:
    """Let motion_prompt and expressiveness pass where the engine knows them."""
    photo = avatar_type == "photo_avatar"
    if body.get("motion_prompt") is not None and (
        engine == "avatar_iii" or not (photo or engine == "avatar_v")
    ):
        raise invalid(f"motion_prompt is not supported by {engine} here", "motion_prompt")
    if body.get("expressiveness") is not None and not (photo and engine == "avatar_iv"):
        raise invalid("expressiveness needs a photo avatar and avatar_iv", "expressiveness")
