"""Background removals: a video taken apart into the layers that were asked for.

They take no Idempotency-Key but a `request_id` in the body: the same one gives the same job, even
if the rest of the body differs (behaviour notes §4, 2026-10). One that was deleted stays to be
seen, as `deleted` and without its files, but is not listed.
"""

from __future__ import annotations

import io
from functools import partial
from typing import Any

from PIL import Image, ImageFilter, ImageOps

from heygen_async.simulator.media import RenderRequest
from heygen_async.simulator.v3 import jobs, sources
from heygen_async.simulator.v3.job_records import Removal
from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.world import File, World

# What is made for a request that names no layers; HeyGen's own choice is not known.
_DEFAULT = ("foreground",)

_LAYERS = ("foreground", "mask", "background")

_BLUR = 24


def _create(world: World, call: Call) -> dict[str, Any]:
    account, body = call.account, call.body
    request_id = body.get("request_id")
    before = account.removal_requests.get(request_id) if request_id else None
    if before is not None:
        return data(_view(world, before))
    source = sources.video(world, account, body["video"])
    facts = jobs.accept(
        world,
        call,
        "removal",
        price=prices.REMOVAL_PER_SECOND * source.seconds,
        base=world.timing.removal,
        seconds=source.seconds,
        body=body,
    )
    layers = tuple(dict.fromkeys(body.get("layers") or _DEFAULT))
    removal = Removal(**facts, picture=source.picture, seconds=source.seconds, layers=layers)
    account.removals[removal.id] = removal
    if request_id:
        account.removal_requests[request_id] = removal
    finish = partial(_publish, world, removal)
    jobs.start(world, jobs.course(world, account, removal, finish))
    return data(_view(world, removal))


def _publish(world: World, removal: Removal) -> None:
    for layer in removal.layers:
        film = partial(_film, removal.picture, layer, removal.seconds, world.seed)
        world.files[_path(removal, layer)] = File(mime="video/mp4", make=film)


def _film(picture: Picture, layer: str, seconds: float, seed: int) -> RenderRequest:
    return RenderRequest(
        image=_seen(picture.read(), layer),
        text="",
        seconds=seconds,
        resolution="720p",
        aspect_ratio="auto",
        seed=seed,
    )


def _seen(picture: bytes, layer: str) -> bytes:
    """A picture that tells one layer from another at a glance: bare, in two tones, or blurred."""
    if layer == "foreground":
        return picture
    with Image.open(io.BytesIO(picture)) as opened:
        image = opened.convert("RGB")
    if layer == "mask":
        image = ImageOps.grayscale(image).point(lambda value: 255 if value > 127 else 0)
    else:
        image = image.filter(ImageFilter.GaussianBlur(_BLUR))
    file = io.BytesIO()
    image.convert("RGB").save(file, "PNG")
    return file.getvalue()


def _path(removal: Removal, layer: str) -> str:
    return f"background-removals/{removal.id}/{layer}.mp4"


def _find(world: World, call: Call) -> Removal:
    account, identifier = call.account, call.path["job_id"]
    return jobs.find(account.removals, identifier, "Background removal", world.now())


def _view(world: World, removal: Removal) -> dict[str, Any]:
    status = removal.status(world.now())
    done = status == "completed"
    return {
        "id": removal.id,
        "status": status,
        "created_at": int(removal.created_at),
        "completed_at": int(removal.settles_at) if done else None,
        "duration": round(removal.seconds, 3) if done else None,
        "layers": {it: world.link(_path(removal, it)) for it in removal.layers} if done else {},
        "error": removal.failure_message,
    }


def _get(world: World, call: Call) -> dict[str, Any]:
    return data(_view(world, _find(world, call)))


def _list(world: World, call: Call) -> dict[str, Any]:
    rows = [it for it in jobs.known(call.account.removals, world.now()) if not it.deleted]
    page, cursor = paginate(rows, lambda it: -it.number, call.query["limit"], call.query["token"])
    return data([_view(world, it) for it in page]) | cursor


def _delete(world: World, call: Call) -> dict[str, Any]:
    removal = _find(world, call)
    removal.deleted = True
    for layer in _LAYERS:
        world.files.pop(_path(removal, layer), None)
    return data({"id": removal.id, "deleted": True})


HANDLERS: dict[str, Handler] = {
    "createBackgroundRemoval": _create,
    "deleteBackgroundRemoval": _delete,
    "getBackgroundRemoval": _get,
    "listBackgroundRemovals": _list,
}
