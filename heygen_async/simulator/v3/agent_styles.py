"""Styles that a video agent can work in."""

from __future__ import annotations

from typing import Any

import attrs

from heygen_async.simulator.media import RenderRequest, thumbnail
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.world import File, World

_PREVIEW_SECONDS = 2.0


@attrs.frozen
class Style:
    """A style, and the shape of the videos it is made for."""

    id: str
    number: int
    name: str
    aspect_ratio: str
    tags: tuple[str, ...]


# Three tags and more for each, and more styles than fit on a page.
_LOOKS = {
    "Paper cut": ("handmade", "playful"),
    "Ink drawing": ("handmade", "calm"),
    "Clay figures": ("handmade", "playful"),
    "Neon night": ("bold", "technical"),
    "Blueprint": ("technical", "calm"),
    "News desk": ("serious", "business"),
    "Magazine": ("business", "bold"),
    "Home video": ("playful", "personal"),
}
_SHAPES = {"16:9": "cinematic", "9:16": "social", "1:1": "social"}

STYLES = {
    it.id: it
    for number, (name, shape) in enumerate(
        ((name, shape) for name in _LOOKS for shape in _SHAPES), 1
    )
    for it in (Style(f"sim-style-{number}", number, name, shape, (*_LOOKS[name], _SHAPES[shape])),)
}


def find(style_id: str) -> Style:
    """A style by its id.

    Raises:
        RefusedError: there is none.
    """
    style = STYLES.get(style_id)
    if style is None:
        raise RefusedError("resource_not_found", f"Style {style_id} not found", "style_id")
    return style


def _list(world: World, call: Call) -> dict[str, Any]:
    query = call.query
    rows = [it for it in STYLES.values() if query["tag"] is None or query["tag"] in it.tags]
    page, cursor = paginate(rows, lambda it: it.number, query["limit"], query["token"])
    return data([_view(world, it) for it in page]) | cursor


def _view(world: World, style: Style) -> dict[str, Any]:
    picture = Picture(prompt=f"{style.name} style", seed=style.number)
    still, clip = f"styles/{style.id}.jpg", f"styles/{style.id}.mp4"
    world.files.setdefault(still, File(mime="image/jpeg", make=lambda: thumbnail(picture.read())))
    world.files.setdefault(
        clip,
        File(
            mime="video/mp4",
            make=lambda: RenderRequest(
                image=picture.read(),
                seconds=_PREVIEW_SECONDS,
                resolution="720p",
                aspect_ratio=style.aspect_ratio,
            ),
        ),
    )
    return {
        "style_id": style.id,
        "name": style.name,
        "aspect_ratio": style.aspect_ratio,
        "tags": list(style.tags),
        "thumbnail_url": world.link(still),
        "preview_video_url": world.link(clip),
    }


HANDLERS: dict[str, Handler] = {"listVideoAgentStyles": _list}
