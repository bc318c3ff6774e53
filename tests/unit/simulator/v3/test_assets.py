from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def test_an_uploaded_file_is_usable_at_once_and_known_by_its_content(
    box: Any, new_picture: Callable[..., bytes]
) -> None:
    content = new_picture(kind="PNG")

    uploaded = box.call("uploadAsset", upload=content)

    assert (uploaded["mime_type"], uploaded["size_bytes"]) == ("image/png", len(content))
    [status] = box.answer("bulkAssetStatuses", query={"asset_ids": uploaded["asset_id"]})["data"]
    assert status["status"] == "completed"


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "invalid_parameter"), (b"just words", "invalid_parameter"), (b"GIF89a", None)],
)
def test_a_file_of_another_kind_is_refused(box: Any, content: bytes, code: str | None) -> None:
    refusal = box.refused("uploadAsset", upload=content)

    assert (refusal.code, refusal.param) == (code or "invalid_parameter", "file")


def test_uploads_cost_nothing(box: Any) -> None:
    box.photo()

    assert box.world.ledger.charges == []
    assert box.account.balance == 1000.0


def test_a_deleted_asset_is_gone_from_everywhere(box: Any) -> None:
    asset_id = box.photo()

    box.call("deleteAsset", asset_id=asset_id)

    assert box.refused("getAsset", asset_id=asset_id).code == "asset_not_found"
    assert box.refused("deleteAsset", asset_id=asset_id).code == "asset_not_found"
    assert not [path for path in box.world.files if asset_id in path]


def test_assets_are_listed_newest_first_for_their_owner_only(box: Any) -> None:
    older, newer = box.photo(), box.photo()
    name = box.call("getCurrentUser")["username"]

    mine = box.call("listAssets", query={"username": name})
    others = box.call("listAssets", query={"username": "somebody"})

    assert [it["id"] for it in mine] == [newer, older]
    assert others == []


def test_another_account_does_not_see_an_asset(box: Any) -> None:
    asset_id = box.photo()
    box.credential = "another-key"

    refusal = box.refused("getAsset", asset_id=asset_id)

    assert refusal.code == "asset_not_found"


def test_search_finds_stock_images_and_the_callers_own(box: Any) -> None:
    asset_id = box.photo()

    stock = box.call("searchAssets", query={"query": "coffee", "type": "image"})
    own = box.call("searchAssets", query={"query": "PHOTO", "type": "image", "scope": "personal"})

    assert [it["orientation"] for it in stock] == ["square"]
    assert [it["id"] for it in own] == [asset_id]
