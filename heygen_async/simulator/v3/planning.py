"""Whether a wanted video can be made, and if so how: the rules of each kind.

The contract has already been kept when these rules are asked; they are the ones a schema cannot
express (behaviour notes §11, 2026-10).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.v3.frames import frame_of, usable_picture
from heygen_async.simulator.v3.looks import ready_look
from heygen_async.simulator.v3.speaking import spoken
from heygen_async.simulator.v3.studio import plan_studio
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.engines import check_motion, engine_of
from heygen_async.simulator.world.records import Plan
from heygen_async.simulator.world.world import World

_CINEMATIC_RATIOS = ("16:9", "9:16", "1:1")
_CINEMATIC_IMAGES, _CINEMATIC_VIDEOS = 9, 3

# Seconds of a cinematic video that names no duration or leaves it to HeyGen, whose own is unknown.
_CINEMATIC_SECONDS = 8.0


def plan(world: World, account: Account, body: Mapping[str, Any]) -> Plan:
    """How the video that `body` wants would be made.

    Raises:
        RefusedError: if it cannot be.
    """
    match body["type"]:
        case "avatar":
            return _avatar(world, account, body)
        case "image":
            return _image(world, account, body)
        case "cinematic_avatar":
            return _cinematic(world, account, body)
        case _:
            return plan_studio(world, account, body)


def _avatar(world: World, account: Account, body: Mapping[str, Any]) -> Plan:
    look = ready_look(world, account, body["avatar_id"], "avatar_id")
    engine = engine_of(world, account, body, look)
    check_motion(body, engine, look.avatar_type)
    said = spoken(world, account, body, look.default_voice_id)
    if body.get("resolution") == "4k" and engine == "avatar_iii":
        raise invalid("avatar_iii does not render photos in 4k", "resolution")
    price = prices.video_per_second(engine, look.avatar_type)
    return Plan(
        kind="avatar",
        seconds=said.seconds,
        credits=price * said.seconds,
        picture=look.picture,
        text=said.text,
        speed=said.speed,
        pitch=said.pitch,
        audio=said.audio,
        volume=said.volume,
        **frame_of(world, account, body),
    )


def _image(world: World, account: Account, body: Mapping[str, Any]) -> Plan:
    picture = usable_picture(world, account, body["image"], "image")
    said = spoken(world, account, body)
    return Plan(
        kind="image",
        seconds=said.seconds,
        credits=prices.video_per_second("avatar_iv", "photo_avatar") * said.seconds,
        picture=picture,
        text=said.text,
        speed=said.speed,
        pitch=said.pitch,
        audio=said.audio,
        volume=said.volume,
        **frame_of(world, account, body),
    )


def _cinematic(world: World, account: Account, body: Mapping[str, Any]) -> Plan:
    looks = [
        ready_look(world, account, it, f"avatar_id.{index}")
        for index, it in enumerate(body["avatar_id"])
    ]
    ratio = body.get("aspect_ratio", "16:9")
    if ratio not in _CINEMATIC_RATIOS:
        message = f"aspect_ratio must be one of {', '.join(_CINEMATIC_RATIOS)}, not {ratio!r}"
        raise invalid(message, "aspect_ratio")
    references = [
        inputs.resolve(world, account, it, f"references.{index}", "image", "video")
        for index, it in enumerate(body.get("references") or ())
    ]
    films = sum(it.mime.startswith("video/") for it in references)
    if films > _CINEMATIC_VIDEOS or len(looks) + len(references) - films > _CINEMATIC_IMAGES:
        raise invalid("at most 3 videos and 9 images, avatars included, are allowed", "references")
    duration = None if body.get("auto_duration") else body.get("duration")
    return Plan(
        kind="cinematic_avatar",
        title=body.get("title"),
        seconds=_CINEMATIC_SECONDS if duration is None else float(duration),
        credits=prices.CINEMATIC,
        picture=looks[0].picture,
        resolution=body.get("resolution", "720p"),
        aspect_ratio=ratio,
        fit="cover",
    )
