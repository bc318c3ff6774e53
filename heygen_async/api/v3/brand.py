"""Brand kits and glossaries, made in HeyGen's app and referred to by other calls.

Source: HeyGen v3 contract and behaviour notes section 5, read 2026-11-20.
"""

from __future__ import annotations

import attrs

from heygen_async.api.calls import reads
from heygen_async.api.family import Family
from heygen_async.api.paging import Pages
from heygen_async.api.rules import page_size
from heygen_async.api.values import Resource, signed

__all__ = ["Brand", "BrandGlossaryItem", "BrandKitItem"]


@attrs.frozen
class BrandKitItem(Resource):
    """Colours and logo of a brand.

    Attributes:
        brand_kit_id: its id, for video agents.
        name: for display.
        colors: as written in the kit.
        logo_url: the picture.
    """

    brand_kit_id: str
    name: str
    colors: tuple[str, ...] = ()
    logo_url: str | None = signed()


@attrs.frozen
class BrandGlossaryItem(Resource):
    """How a brand's words are translated and spoken.

    Attributes:
        brand_glossary_id: its id, for translations and proofreads.
        name: for display.
        created_at: ISO 8601.
        updated_at: ISO 8601.
    """

    brand_glossary_id: str
    name: str
    created_at: str
    updated_at: str


LIST_KITS = reads("/v3/brand-kits", "listBrandKits")
LIST_GLOSSARIES = reads("/v3/brand-glossaries", "listBrandGlossaries")

ENDPOINTS = (LIST_KITS, LIST_GLOSSARIES)


class Brand(Family):
    """Brand kits and glossaries."""

    def kits(self, *, limit: int | None = None, token: str | None = None) -> Pages[BrandKitItem]:
        """Brand kits; ``limit`` is items a page, 1 to 100, 20 by default."""
        query = {"limit": page_size(limit, 100)}
        return self._list(BrandKitItem, LIST_KITS, query=query, token=token)

    def glossaries(
        self, *, limit: int | None = None, token: str | None = None
    ) -> Pages[BrandGlossaryItem]:
        """Glossaries; ``limit`` is items a page, 1 to 100, 10 by default."""
        query = {"limit": page_size(limit, 100)}
        return self._list(BrandGlossaryItem, LIST_GLOSSARIES, query=query, token=token)
