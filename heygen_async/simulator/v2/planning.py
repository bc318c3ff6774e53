"""Whether a video of v2 can be made, and if so how: the rules that its contract cannot express.

As in v3's studio, a video of several scenes shows the first one's picture, for as long as all take
together. Prices and limits are of the v2 notes (§5, §7, read 2026-11-21).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.simulator.media.request import RESOLUTIONS
from heygen_async.simulator.v2.avatars import find_avatar
from heygen_async.simulator.v2.keys import keyed
from heygen_async.simulator.v2.looks import not_found, ready_photo
from heygen_async.simulator.v2.training import trained
from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.v3.planning import plan
from heygen_async.simulator.v3.sources import picture_of
from heygen_async.simulator.v3.speaking import Said, spoken
from heygen_async.simulator.wire.call import Call
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.records import Look, Plan
from heygen_async.simulator.world.world import World

LONGEST = 1800.0
"""Seconds of one video, as in v3; the plans of v2 allow between 3 and 30 min."""

# Of a request that names none; HeyGen's documentation has changed its mind on it.
_FRAME = (1920, 1080)

_SHAPES = {"portrait": (720, 1280), "landscape": (1280, 720), "square": (720, 720)}
_FITS = {"cover": "cover", "crop": "cover", "contain": "contain", "none": "contain"}


@attrs.frozen(kw_only=True)
class _Scene:
    """What one scene adds to the whole."""

    said: Said
    credits: float
    picture: Picture | None = None
    colour: str | None = None
    background: Blob | None = None
    fit: str = "contain"


def plan_generate(world: World, call: Call) -> Plan:
    """How the video of /v2/video/generate would be made.

    Raises:
        RefusedError: if it cannot be.
    """
    body = call.body
    scenes = [_scene(world, call, it) for it in body["video_inputs"]]
    seconds = sum(it.said.seconds for it in scenes)
    if seconds > LONGEST:
        raise invalid(f"Video is too long (> {LONGEST:.0f} s)", "video_inputs")
    picture = next((it.picture for it in scenes if it.picture is not None), None)
    dimension = body.get("dimension")
    text = " ".join(it.said.text for it in scenes if it.said.text) or None
    whole = Plan(
        kind="v2",
        title=body.get("title"),
        seconds=seconds,
        credits=sum(it.credits for it in scenes),
        picture=picture or Picture(prompt="an empty stage", seed=world.seed),
        text=text,
        captions=bool(body.get("caption") and text),
        burnt=bool(body.get("caption") and text),
        gif=True,
        frame=(dimension["width"], dimension["height"]) if dimension else _FRAME,
    )
    parts = tuple(_part(whole, it) for it in scenes)
    return parts[0] if len(parts) == 1 else attrs.evolve(whole, scenes=parts)


def _part(whole: Plan, scene: _Scene) -> Plan:
    said = scene.said
    return attrs.evolve(
        whole,
        seconds=said.seconds,
        credits=scene.credits,
        picture=scene.picture or whole.picture,
        text=said.text,
        speed=said.speed,
        pitch=said.pitch,
        audio=said.audio,
        volume=said.volume,
        background=scene.colour,
        background_image=scene.background,
        fit=scene.fit,
    )


def plan_avatar_iv(world: World, call: Call) -> Plan:
    """How the video of /v2/video/av4/generate would be made, straight from a picture.

    Raises:
        RefusedError: if it cannot be.
    """
    body, account = call.body, call.account
    if not body["video_title"].strip():
        raise invalid("video_title is invalid: it must not be empty", "video_title")
    given = keyed(world, account, body["image_key"])
    said = spoken(world, account, body)
    return Plan(
        kind="v2",
        title=body["video_title"],
        seconds=said.seconds,
        credits=prices.AVATAR_IV_PER_SECOND * said.seconds,
        picture=given.picture,
        text=said.text,
        speed=said.speed,
        pitch=said.pitch,
        audio=said.audio,
        gif=True,
        fit=body.get("fit") or "cover",
        frame=_SHAPES[body.get("video_orientation", "portrait")],
    )


def plan_video(world: World, call: Call) -> Plan:
    """How the video of /v2/videos would be made: by the rules of v3, which it came before.

    Raises:
        RefusedError: if it cannot be.
    """
    body = dict(call.body)
    if body.get("resolution", "1080p") not in RESOLUTIONS:
        raise invalid("resolution is invalid", "resolution")
    if "avatar_id" in body:
        return plan(world, call.account, {"type": "avatar", **body})
    if "image_url" in body:
        image = {"type": "url", "url": body["image_url"]}
    else:
        image = {"type": "asset_id", "asset_id": body["image_asset_id"]}
    return plan(world, call.account, {"type": "image", "image": image, **body})


def _scene(world: World, call: Call, scene: Mapping[str, Any]) -> _Scene:
    character = scene.get("character")
    look = None if character is None else _look(world, call, character)
    said = _said(world, call.account, scene["voice"], look)
    credits = 0.0  # noqa: A001 - the word the API bills in
    if character is not None:
        avatar_iv = bool(character.get("use_avatar_iv_model"))
        credits = prices.v2_scene(  # noqa: A001
            character["type"], said.seconds, avatar_iv=avatar_iv
        )
    shown = None if look is None else look.picture
    return _Scene(said=said, credits=credits, picture=shown, **_behind(world, call.account, scene))


def _look(world: World, call: Call, character: Mapping[str, Any]) -> Look:
    """Whom a scene shows.

    Raises:
        RefusedError: nobody that is found under this kind of id, or nobody who is ready.
    """
    account = call.account
    if character["type"] == "avatar":
        look = find_avatar(world, account, character["avatar_id"])
        if look.status(world.now()) not in {None, "completed"}:
            raise invalid(f"Avatar {look.id} is not ready", "avatar_id")
        return look
    look_id = character["talking_photo_id"]
    look = ready_photo(world, account, look_id)
    faults, operation = world.faults, call.operation
    ripe = trained(world, account, look.group.id)
    if ripe and faults.trap("avatar_not_found", operation) is not None:
        raise not_found(look_id)
    cheap = not character.get("use_avatar_iv_model")
    if cheap and faults.trap("no_unlimited_mode", operation) is not None:
        message = "This avatar does not support unlimited mode. Please use Avatar IV."
        raise RefusedError("internal_error", message, status=400)
    return look


def _said(world: World, account: Account, voice: Mapping[str, Any], look: Look | None) -> Said:
    match voice["type"]:
        case "silence":
            return Said(seconds=float(voice.get("duration", 1)), volume=0.0)
        case "text":
            given = {
                "script": voice["input_text"],
                "voice_id": voice["voice_id"],
                "voice_settings": {
                    "speed": voice.get("speed", 1.0),
                    "pitch": voice.get("pitch", 0.0),
                },
            }
            return spoken(world, account, given, None if look is None else look.default_voice_id)
        case _:
            return spoken(world, account, voice)


def _behind(world: World, account: Account, scene: Mapping[str, Any]) -> dict[str, Any]:
    """What stands behind the character; of footage, its first picture."""
    background = scene.get("background")
    if background is None:
        return {}
    if background["type"] == "color":
        return {"colour": background["value"]}
    kind = background["type"]
    asset = background.get(f"{kind}_asset_id")
    if asset is not None:
        given = {"type": "asset_id", "asset_id": asset}
    else:
        given = {"type": "url", "url": background["url"]}
    file = inputs.resolve(world, account, given, "background", kind)
    picture = picture_of(file)
    try:
        picture.size()
    except ValueError as error:
        raise invalid(f"background is not a usable {kind}: {error}", "background") from error
    shown = None if picture.blob is None else Blob.of(picture.read())
    return {"background": shown, "fit": _FITS[background.get("fit", "contain")]}
