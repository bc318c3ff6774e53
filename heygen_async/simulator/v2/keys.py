"""Image keys: how v2 names a picture that is not a look yet.

An uploaded picture has the key `image/<asset id>/original`, whichever dialect uploaded it; one that
was drawn has `photo_generation/<generation id>/<hex>.jpg` (v2 notes §3, read 2026-11-21).
"""

from __future__ import annotations

import re

import attrs

from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.records import Asset
from heygen_async.simulator.world.world import World

_UPLOADED = re.compile(r"image/([^/]+)/original(?:\.\w+)?")
_DRAWN = re.compile(r"photo_generation/([^/]+)/[^/]+")


@attrs.frozen(kw_only=True)
class Keyed:
    """The picture behind a key, its size in pixels, and whether it was drawn from words."""

    picture: Picture
    size: tuple[int, int]
    generated: bool


def key_of(asset: Asset) -> str | None:
    """The key of an asset, None if it is no picture."""
    return f"image/{asset.id}/original" if asset.mime.startswith("image/") else None


def keyed(world: World, account: Account, key: str, generation_id: str | None = None) -> Keyed:
    """What a key leads to.

    Args:
        world: what time it is.
        account: whose pictures count.
        key: which.
        generation_id: the generation that the request says the key comes from.

    Raises:
        RefusedError: it leads nowhere yet or never, or comes from another generation.
    """
    picture = _drawn(world, account, key, generation_id)
    generated = picture is not None
    if picture is None:
        picture = _uploaded(world, account, key)
    if picture is None or (generation_id is not None and not generated):
        raise invalid("image_key is invalid", "image_key")
    try:
        size = picture.size()
    except ValueError as error:
        raise invalid(f"image_key is invalid: {error}", "image_key") from error
    return Keyed(picture=picture, size=size, generated=generated)


def _uploaded(world: World, account: Account, key: str) -> Picture | None:
    found = _UPLOADED.fullmatch(key)
    asset = None if found is None else account.assets.get(found[1])
    if asset is None or asset.status(world.now()) != "completed" or key_of(asset) is None:
        return None
    return Picture(blob=asset.content)


def _drawn(world: World, account: Account, key: str, generation_id: str | None) -> Picture | None:
    found = _DRAWN.fullmatch(key)
    generation = None if found is None else account.generations.get(found[1])
    if generation is None or generation_id not in {None, generation.id}:
        return None
    if generation.word(world.now(), "in_progress", "success") != "success":
        return None
    return generation.pictures.get(key)
