from __future__ import annotations

from typing import Any


def test_kits_have_colours_and_most_have_a_logo(box: Any) -> None:
    kits = box.call("listBrandKits")

    assert len(kits) == 3
    assert [bool(it["logo_url"]) for it in kits] == [True, True, False]
    assert all(colour.startswith("#") for it in kits for colour in it["colors"])
    path = box.world.links.own(kits[0]["logo_url"]).removeprefix("/_files/")
    assert box.world.files[path].read().startswith(b"\xff\xd8")


def test_glossaries_do_not_fit_on_one_page(box: Any) -> None:
    first = box.answer("listBrandGlossaries")
    rest = box.answer("listBrandGlossaries", query={"token": first["next_token"]})

    ids = [it["brand_glossary_id"] for it in (*first["data"], *rest["data"])]
    assert (len(first["data"]), first["has_more"], rest["has_more"]) == (10, True, False)
    assert len(set(ids)) == 12
