"""Brand kits and glossaries: made in HeyGen's app, so here every account has the same."""

from __future__ import annotations

from typing import Any

import attrs

from heygen_async.simulator.v3.pictures import Picture
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.world import File, World

_GLOSSARIES = 12
_MADE = "2026-05-04T08:30:00Z"


@attrs.frozen
class BrandKit:
    """Colours and a logo under a name."""

    id: str
    number: int
    name: str
    colors: tuple[str, ...]


KITS = {
    it.id: it
    for it in (
        BrandKit("sim-brand-kit-harbour", 1, "Harbour", ("#0B3954", "#BFD7EA", "#FF6663")),
        BrandKit("sim-brand-kit-meadow", 2, "Meadow", ("#386641", "#A7C957", "#F2E8CF")),
        BrandKit("sim-brand-kit-plain", 3, "Plain", ()),
    )
}

GLOSSARIES = {f"sim-brand-glossary-{it}": f"Glossary {it}" for it in range(1, _GLOSSARIES + 1)}
"""Names of the glossaries, by id."""


def check_kit(kit_id: str | None, param: str) -> None:
    """Let a kit pass that exists, or none at all.

    Raises:
        RefusedError: there is no such kit.
    """
    if kit_id is not None and kit_id not in KITS:
        raise RefusedError("resource_not_found", f"Brand kit {kit_id} not found", param)


def _kits(world: World, call: Call) -> dict[str, Any]:
    rows = KITS.values()
    page, cursor = paginate(rows, lambda it: it.number, call.query["limit"], call.query["token"])
    return data([_kit(world, it) for it in page]) | cursor


def _kit(world: World, kit: BrandKit) -> dict[str, Any]:
    logo = None
    if kit.colors:
        path = f"brand/{kit.id}.jpg"
        picture = Picture(prompt=kit.name, seed=kit.number)
        world.files.setdefault(path, File(mime="image/jpeg", make=picture.read))
        logo = world.link(path)
    return {
        "brand_kit_id": kit.id,
        "name": kit.name,
        "colors": list(kit.colors),
        "logo_url": logo,
    }


def _glossaries(world: World, call: Call) -> dict[str, Any]:
    rows = list(enumerate(GLOSSARIES.items()))
    page, cursor = paginate(rows, lambda it: it[0], call.query["limit"], call.query["token"])
    shown = [
        {"brand_glossary_id": id_, "name": name, "created_at": _MADE, "updated_at": _MADE}
        for _, (id_, name) in page
    ]
    return data(shown) | cursor


HANDLERS: dict[str, Handler] = {"listBrandGlossaries": _glossaries, "listBrandKits": _kits}
