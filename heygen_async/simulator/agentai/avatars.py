"""agent.ai's photo avatars: made from photos or from words, and shown on a page.

The group lies in the HeyGen account of the same key, where v2 and v3 see it. Whether it does so in
reality is not documented (v2 notes §12), and neither are the price, which here is HeyGen's for a
photo avatar, and the number of looks, which here is one for each photo and one for a description.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from html import escape
from typing import Any

import orjson

from heygen_async.simulator.agentai.envelopes import answered
from heygen_async.simulator.media import sniff
from heygen_async.simulator.v2.looks import new_look
from heygen_async.simulator.v2.records import Traits
from heygen_async.simulator.v3.inputs import canonical
from heygen_async.simulator.v3.looks import looks_of, preview
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.blobs import Blob
from heygen_async.simulator.world.records import Group, Look
from heygen_async.simulator.world.world import World

_NAME = "My Avatar"

_TYPES = frozenset({"image/jpeg", "image/png"})

# What agent.ai assumes of a person, unless it is told otherwise (source document 000).
_ASSUMED = {
    "age": "Young Adult",
    "gender": "Unspecified",
    "ethnicity": "Unspecified",
    "pose": "half_body",
    "style": "Realistic",
    "appearance": "",
}
_SHAPES = {"square": (768, 768), "landscape": (1024, 768), "portrait": (768, 1024)}


def _create(world: World, call: Call) -> dict[str, Any]:
    pictures = list(_pictures(world, call))
    account, body, timing = call.account, call.body, world.timing
    generated = body["source_type"] == "generate"
    price = prices.PHOTO_GENERATION if generated else prices.AVATAR
    charge = world.charge(account, call.operation, None, price, "")
    fate = world.faults.fate(call.operation)
    seconds = timing.uploaded_look
    if generated:
        seconds = timing.photo_generation + timing.generated_look
    group: Group | None = None
    looks: list[Look] = []
    for picture in pictures:
        look = new_look(
            world,
            account,
            group,
            name=body.get("name") or _NAME,
            picture=picture,
            size=picture.size(),
            fate=fate,
            seconds=seconds,
            traits=Traits(generated=generated),
        )
        group = look.group
        looks.append(look)
    first = looks[0]
    charge.resource_id = first.group.id

    def settle(moment: float) -> None:
        if all(it.fate.failure is not None for it in looks):
            world.refund(account, charge)

    world.agenda.at(max(it.ready_at for it in looks), settle)
    payload = {"group_id": first.group.id, "status": "pending"}
    if world.faults.trap("missing_group_id", call.operation) is not None:
        del payload["group_id"]
    return answered(world, call, payload)


def _pictures(world: World, call: Call) -> Iterator[Picture]:
    body = call.body
    if body["source_type"] == "upload":
        for place, photo in enumerate(_photos(body.get("photos_json"))):
            yield _uploaded(photo, f"photos_json.{place}")
        return
    words = ", ".join(body.get(name, assumed) for name, assumed in _ASSUMED.items())
    shape = _SHAPES[body.get("orientation", "square")]
    # Nobody is generated twice: the next avatar of the same description has another face.
    number = world.number("description")
    yield Picture(prompt=f"{words} ({number})", seed=world.seed, shape=shape)


def _photos(text: str | None) -> list[Any]:
    if not text:
        raise invalid("photos_json is required for source_type upload", "photos_json")
    try:
        photos = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise invalid("photos_json is not JSON", "photos_json") from None
    if not isinstance(photos, list) or not photos:
        raise invalid("photos_json must be a JSON array of at least one photo", "photos_json")
    return photos


def _uploaded(photo: Any, param: str) -> Picture:
    fields = photo if isinstance(photo, dict) else {}
    text, declared = fields.get("base64"), fields.get("mimeType")
    if not isinstance(text, str) or not isinstance(declared, str):
        raise invalid(f"{param} needs base64 and mimeType", param)
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise invalid(f"{param}.base64 is not base64", param) from None
    actual = sniff(content)
    if actual not in _TYPES:
        raise invalid(f"{param} is neither a JPEG nor a PNG image", param)
    if canonical(declared) != actual:
        raise invalid(f"{param}.mimeType says {declared}, but the photo is {actual}", param)
    picture = Picture(blob=Blob.of(content))
    try:
        picture.size()
    except ValueError as error:
        raise invalid(f"{param} is not a usable image: {error}", param) from error
    return picture


def _report(world: World, call: Call) -> dict[str, Any]:
    """A page about what was handed in, with the looks of its group, if the caller owns it."""
    text = call.body.get("report_data") or ""
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError:
        data = None
    fields = data if isinstance(data, dict) else {"report_data": text}
    group = call.account.groups.get(str(fields.get("group_id")))
    rows = "".join(
        f"<tr><th>{escape(str(name))}</th><td>{escape(str(value))}</td></tr>"
        for name, value in fields.items()
    )
    name, pictures = "Avatar", ""
    if group is not None:
        name, now = group.name, world.now()
        looks = [it for it in looks_of(world, call.account, group) if it.trained(now)]
        pictures = "".join(f'<img src="{escape(world.link(preview(it)))}">' for it in looks)
    page = f"<div><h1>{escape(name)}</h1><table>{rows}</table>{pictures}</div>"
    return {"status": 200, "response": {call.body["output_variable_name"]: page}}


HANDLERS: dict[str, Handler] = {
    "heygenPhotoAvatarCreateAvatarAction": _create,
    "heygenPhotoAvatarRenderAvatarReport": _report,
}
