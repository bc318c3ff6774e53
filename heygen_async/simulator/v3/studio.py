"""Studio videos: up to fifty scenes rendered into one video, all or nothing.

Each scene is shown in its turn, with what is said or to be heard in it. Of footage, the first
picture is shown for as long as it lasts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.v3.footage import has_sound
from heygen_async.simulator.v3.frames import usable_picture, watermark
from heygen_async.simulator.v3.looks import ready_look
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.v3.sources import BELIEVED, length_of, picture_of
from heygen_async.simulator.v3.speaking import Said, spoken
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.engines import check_motion, engine_of
from heygen_async.simulator.world.records import Plan
from heygen_async.simulator.world.world import World

LONGEST = 1800.0
"""Seconds of one video (behaviour notes §11, 2026-10)."""


@attrs.frozen(kw_only=True)
class _Scene:
    """What one scene adds to the whole."""

    said: Said
    picture: Picture
    credits: float = 0.0
    colour: str | None = None


def plan_studio(world: World, account: Account, body: Mapping[str, Any]) -> Plan:
    """How a studio video would be made.

    Raises:
        RefusedError: with the path of the scene that cannot be.
    """
    scenes = []
    for index, scene in enumerate(body["scenes"]):
        prefix = f"scenes.{index}"
        nested = scene["type"] == "avatar_video"
        try:
            scenes.append(_scene(world, account, scene))
        except RefusedError as refusal:
            raise refusal.under(f"{prefix}.input" if nested else prefix) from None
    seconds = sum(it.said.seconds for it in scenes)
    if seconds > LONGEST:
        raise invalid(f"The scenes last {seconds:.0f} s, at most 1800 are allowed", "scenes")
    caption = body.get("caption")
    whole = Plan(
        kind="studio",
        title=body.get("title"),
        seconds=seconds,
        credits=sum(it.credits for it in scenes),
        picture=scenes[0].picture,
        text=" ".join(it.said.text for it in scenes if it.said.text) or None,
        captions=caption is not None,
        burnt=bool(caption and caption.get("style")),
        resolution=body.get("resolution") or "1080p",
        aspect_ratio=body.get("aspect_ratio") or "16:9",
        watermark=watermark(world, account, body),
    )
    parts = tuple(_part(whole, it) for it in scenes)
    return parts[0] if len(parts) == 1 else attrs.evolve(whole, scenes=parts)


def _part(whole: Plan, scene: _Scene) -> Plan:
    said = scene.said
    return attrs.evolve(
        whole,
        seconds=said.seconds,
        credits=scene.credits,
        picture=scene.picture,
        text=said.text,
        speed=said.speed,
        pitch=said.pitch,
        audio=said.audio,
        volume=said.volume,
        background=scene.colour,
    )


def _scene(world: World, account: Account, scene: Mapping[str, Any]) -> _Scene:
    match scene["type"]:
        case "avatar_video" if scene["input"]["type"] == "avatar":
            return _avatar(world, account, scene["input"])
        case "avatar_video":
            return _talking_image(world, account, scene["input"])
        case "image":
            return _still(world, account, scene)
        case _:
            return _footage(world, account, scene)


def _avatar(world: World, account: Account, given: Mapping[str, Any]) -> _Scene:
    look = ready_look(world, account, given["avatar_id"], "avatar_id")
    engine = engine_of(world, account, given, look)
    check_motion(given, engine, look.avatar_type)
    said = spoken(world, account, given, look.default_voice_id)
    return _Scene(
        said=said,
        picture=look.picture,
        credits=prices.video_per_second(engine, look.avatar_type) * said.seconds,
        colour=(given.get("background") or {}).get("color"),
    )


def _talking_image(world: World, account: Account, given: Mapping[str, Any]) -> _Scene:
    picture = usable_picture(world, account, given["image"], "image")
    said = spoken(world, account, given)
    price = prices.video_per_second("avatar_iv", "photo_avatar") * said.seconds
    return _Scene(said=said, picture=picture, credits=price)


def _still(world: World, account: Account, scene: Mapping[str, Any]) -> _Scene:
    picture = usable_picture(world, account, scene["source"], "source")
    duration = scene.get("duration")
    speaks = any(scene.get(it) for it in ("script", "audio_url", "audio_asset_id"))
    if speaks:
        return _Scene(said=spoken(world, account, scene), picture=picture)
    if duration is None:
        raise invalid("duration, script or audio is required", "duration")
    return _Scene(said=Said(seconds=float(duration), volume=0.0), picture=picture)


def _footage(world: World, account: Account, scene: Mapping[str, Any]) -> _Scene:
    file = inputs.resolve(world, account, scene["source"], "source", "video")
    return _Scene(said=_heard(file, scene.get("playback") or {}), picture=picture_of(file))


def _heard(file: inputs.Given, playback: Mapping[str, Any]) -> Said:
    """The sound of some footage; what lies at a foreign address is silent."""
    seconds, blob, recipe = length_of(file, "source"), file.blob, file.recipe
    volume = 0.0 if playback.get("mute") else playback.get("volume", 1.0)
    if recipe is not None:
        return Said(
            seconds=recipe.seconds,
            text=recipe.text,
            speed=recipe.voice_speed,
            pitch=recipe.pitch,
            audio=None if recipe.audio is None else Blob.of(recipe.audio),
            volume=volume * recipe.volume,
        )
    if seconds is None or blob is None or not has_sound(blob.read()):
        return Said(seconds=BELIEVED if seconds is None else seconds, volume=0.0)
    return Said(seconds=seconds, audio=blob, volume=volume)
