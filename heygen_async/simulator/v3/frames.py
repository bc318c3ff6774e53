"""The frame of a video: its size, what lies behind the picture, captions, a watermark."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.v3.pictures import Mark, Picture
from heygen_async.simulator.v3.sources import picture_of
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.world import World

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def usable_picture(world: World, account: Account, given: Mapping[str, Any], param: str) -> Picture:
    """An image input that can be decoded."""
    picture = picture_of(inputs.resolve(world, account, given, param, "image"))
    try:
        picture.size()
    except ValueError as error:
        raise invalid(f"{param} is not a usable image: {error}", param) from error
    return picture


def watermark(world: World, account: Account, body: Mapping[str, Any]) -> Mark | None:
    """The watermark, if one is wanted."""
    mark = body.get("watermark")
    if mark is None:
        return None
    placement = mark.get("placement") or {}
    return Mark(
        picture=usable_picture(world, account, mark["image"], "watermark.image"),
        scale=mark.get("scale", 1.0),
        opacity=mark.get("opacity", 1.0),
        position=placement.get("position", "bottom_right"),
        offset=(placement.get("offset_x") or 0.0, placement.get("offset_y") or 0.0),
    )


def frame_of(world: World, account: Account, body: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a plan that avatar and image videos share."""
    mark = watermark(world, account, body)
    output_format = body.get("output_format", "mp4")
    background = body.get("background")
    if output_format == "webm" and background is not None:
        raise invalid("background cannot be set when output_format is webm", "background")
    colour, image = None, None
    if background is not None:
        colour, image = _background(world, account, background)
    caption = body.get("caption")
    return {
        "title": body.get("title"),
        "captions": caption is not None,
        "burnt": bool(caption and caption.get("style")),
        "resolution": body.get("resolution") or "1080p",
        "aspect_ratio": body.get("aspect_ratio") or "16:9",
        "fit": body.get("fit") or "contain",
        "background": colour,
        "background_image": image,
        "output_format": output_format,
        "cut_out": bool(body.get("remove_background")),
        "watermark": mark,
    }


def _background(
    world: World, account: Account, background: Mapping[str, Any]
) -> tuple[str | None, Blob | None]:
    if background["type"] == "color":
        value = background.get("value") or ""
        if not _COLOUR.fullmatch(value):
            raise invalid("background.value must be a colour like #1a2b3c", "background.value")
        return value, None
    sources = [it for it in ("url", "asset_id") if background.get(it) is not None]
    if len(sources) != 1:
        raise invalid("background needs exactly one of url and asset_id", "background.url")
    given = {"type": sources[0], sources[0]: background[sources[0]]}
    return None, inputs.resolve(world, account, given, "background", "image").blob
