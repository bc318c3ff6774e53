"""Templates: shown with what can be filled in, and made into real simulated videos."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import attrs

from heygen_async.simulator.media import speakable, speech_seconds
from heygen_async.simulator.media.request import ASPECT_RATIOS, RESOLUTIONS
from heygen_async.simulator.v3 import inputs, voices
from heygen_async.simulator.v3.looks import preview, ready_look
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.v3.template_presets import TEMPLATES, Scene, Template, Variable
from heygen_async.simulator.v3.videos import begin, view
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.callbacks import callback_of
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.records import Plan
from heygen_async.simulator.world.world import World

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")


@attrs.define
class _Filled:
    """What a request makes of a template."""

    picture: Picture
    texts: dict[str, str]
    background: Blob | None = None


def _list(world: World, call: Call) -> dict[str, Any]:
    rows = TEMPLATES.values()
    page, cursor = paginate(rows, lambda it: it.number, call.query["limit"], call.query["token"])
    return data([_summary(world, it) for it in page]) | cursor


def _get(world: World, call: Call) -> dict[str, Any]:
    template = _find(call)
    scenes = [
        {
            "scene_id": it.id,
            "script": it.script,
            "variables": [
                {"name": name, "variable_type": template.variables[name].type} for name in it.uses
            ],
        }
        for it in template.scenes
    ]
    return data(
        {
            **_summary(world, template),
            "variables": {name: it.as_json() for name, it in template.variables.items()},
            "scene_ids": [it.id for it in template.scenes],
            "scenes": scenes,
        }
    )


def _generate(world: World, call: Call) -> dict[str, Any]:
    template = _find(call)
    wanted = _plan(world, call, template)
    video = begin(world, call, wanted, callback_of(world, call.body))
    return data(view(world, video))


def _find(call: Call) -> Template:
    template = TEMPLATES.get(call.path["template_id"])
    if template is None:
        message = f"Template {call.path['template_id']} not found"
        raise RefusedError("template_not_found", message)
    return template


def _summary(world: World, template: Template) -> dict[str, Any]:
    look = world.looks[template.look_id]
    return {
        "id": template.id,
        "name": template.name,
        "aspect_ratio": template.aspect_ratio,
        "thumbnail_url": world.link(preview(look)),
        "created_at": template.created_at,
        "updated_at": template.created_at,
    }


def _plan(world: World, call: Call, template: Template) -> Plan:
    body = call.body
    filled = _Filled(world.looks[template.look_id].picture, {})
    for name, variable in template.variables.items():
        if variable.type == "text":
            filled.texts[name] = variable.properties["content"]
    for name, value in body["variables"].items():
        _fill(world, call, template, filled, name, value)
    text = " ".join(
        _VARIABLE.sub(lambda it: filled.texts[it[1]], scene.script)
        for scene in _scenes(template, body.get("scene_ids"))
    )
    if not speakable(text):
        raise RefusedError("tts_text_invalid", "There is nothing to speak", "variables")
    seconds = speech_seconds(text, 1.0)
    resolution, aspect_ratio = _frame(body.get("dimension"), template.aspect_ratio)
    subtitles = body.get("subtitles") is not None
    return Plan(
        kind="template",
        title=body.get("title") or template.name,
        seconds=seconds,
        credits=prices.video_per_second("avatar_iv", "photo_avatar") * seconds,
        picture=filled.picture,
        text=text,
        captions=subtitles or body.get("caption", False),
        burnt=subtitles,
        gif=body.get("include_gif", False),
        resolution=resolution,
        aspect_ratio=aspect_ratio,
        background_image=filled.background,
    )


def _fill(
    world: World, call: Call, template: Template, filled: _Filled, name: str, value: Any
) -> None:
    """Take one value over.

    Raises:
        RefusedError: the template has no such variable, or it takes something else.
    """
    param = f"variables.{name}"
    variable = template.variables.get(name)
    if variable is None:
        known = ", ".join(template.variables)
        raise invalid(f"{template.id} has no variable {name!r}; it has: {known}", param)
    properties = _properties(variable, value, param)
    match variable.type:
        case "text":
            filled.texts[name] = _string(properties, "content", param)
        case "voice":
            voice_id = _string(properties, "voice_id", param)
            voices.ready(world, call.account, voice_id, f"{param}.properties.voice_id")
        case "character":
            look_id = _string(properties, "character_id", param)
            place = f"{param}.properties.character_id"
            filled.picture = ready_look(world, call.account, look_id, place).picture
        case _:
            filled.background = _image(world, call, properties, f"{param}.properties")


def _properties(variable: Variable, value: Any, param: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not isinstance(value.get("properties"), Mapping):
        raise invalid(f"{param} must be an object with name, type and properties", param)
    if value.get("type") != variable.type:
        message = f"{param}.type must be {variable.type!r}, not {value.get('type')!r}"
        raise invalid(message, f"{param}.type")
    if value.get("name", variable.name) != variable.name:
        raise invalid(f"{param}.name must be {variable.name!r}", f"{param}.name")
    properties: Mapping[str, Any] = value["properties"]
    return properties


def _string(properties: Mapping[str, Any], name: str, param: str) -> str:
    value = properties.get(name)
    if not isinstance(value, str):
        raise invalid(f"{param}.properties.{name} must be a string", f"{param}.properties.{name}")
    return value


def _image(world: World, call: Call, properties: Mapping[str, Any], param: str) -> Blob | None:
    sources = [it for it in ("url", "asset_id") if isinstance(properties.get(it), str)]
    if len(sources) != 1:
        raise invalid(f"{param} needs exactly one of url and asset_id", param)
    given = {"type": sources[0], sources[0]: properties[sources[0]]}
    return inputs.resolve(world, call.account, given, param, "image").blob


def _scenes(template: Template, wanted: list[str] | None) -> list[Scene]:
    if wanted is None:
        return list(template.scenes)
    if not wanted:
        raise invalid("scene_ids must have at least 1 items", "scene_ids")
    known = {it.id: it for it in template.scenes}
    for index, scene_id in enumerate(wanted):
        if scene_id not in known:
            message = f"{template.id} has no scene {scene_id!r}; it has: {', '.join(known)}"
            raise invalid(message, f"scene_ids.{index}")
    return [known[it] for it in wanted]


def _frame(dimension: Mapping[str, int] | None, own: str) -> tuple[str, str]:
    """The resolution and the aspect ratio that come nearest to what is wanted."""
    if dimension is None:
        return "1080p", own
    width, height = dimension["width"], dimension["height"]
    resolution = min(RESOLUTIONS, key=lambda it: abs(RESOLUTIONS[it] - min(width, height)))
    ratio = width / height
    shapes = {name: sides[0] / sides[1] for name, sides in ASPECT_RATIOS.items()}
    return resolution, min(shapes, key=lambda it: abs(shapes[it] - ratio))


HANDLERS: dict[str, Handler] = {
    "generateFromTemplate": _generate,
    "getTemplate": _get,
    "listTemplates": _list,
}
