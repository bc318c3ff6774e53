from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator.media import tone


def test_an_uploaded_picture_has_an_image_key_and_v3_sees_the_asset(box: Any, photo: bytes) -> None:
    asset = box.call("upload-asset", upload=photo)

    seen = box.call("getAsset", asset_id=asset["id"])
    assert asset["image_key"] == f"image/{asset['id']}/original"
    assert (asset["file_type"], asset["name"]) == ("image", asset["id"])
    assert (seen["id"], seen["type"]) == (asset["id"], "image")
    assert box.world.files[f"assets/{asset['id']}/original.jpg"].read() == photo


def test_a_recording_has_no_image_key(box: Any) -> None:
    asset = box.call("upload-asset", upload=tone("Hello there"))

    assert (asset["file_type"], asset["image_key"]) == ("audio", None)


def test_assets_of_both_dialects_are_listed_in_pages_the_newest_first(
    box: Any, photo: bytes
) -> None:
    ids = [box.call("upload-asset", upload=photo)["id"], box.photo()]
    box.call("upload-asset", upload=tone("Hello there"))

    found, token = [], None
    for _ in range(2):
        query = {"limit": "1", "file_type": "image"} | ({"token": token} if token else {})
        page = box.call("list-assets", query=query)
        found += [it["id"] for it in page["assets"]]
        token = page["token"]

    assert found == ids[::-1]
    assert (token, page["total"]) == (None, 2)


def test_the_list_of_assets_wears_both_envelopes(box: Any) -> None:
    answer = box.answer("list-assets", query={})

    assert (answer["code"], answer["error"]) == (100, None)


def test_a_deleted_asset_is_gone_for_both_dialects(box: Any, photo: bytes) -> None:
    asset_id = box.call("upload-asset", upload=photo)["id"]

    box.call("delete-asset", asset_id=asset_id)

    assert box.refused("delete-asset", asset_id=asset_id).code == "asset_not_found"
    assert box.refused("getAsset", asset_id=asset_id).code == "asset_not_found"


def test_a_talking_photo_is_a_look_at_once(box: Any, photo: bytes) -> None:
    look_id = box.call("upload-talking-photo", upload=photo)["talking_photo_id"]

    assert box.call("photo-avatar-details", id=look_id)["status"] == "completed"
    assert box.call("getAvatarLook", look_id=look_id)["status"] == "completed"
    [listed] = box.call("list-talking-photos")
    assert (listed["id"], listed["circle_image"]) == (look_id, "")


def test_a_deleted_talking_photo_is_gone(box: Any, photo: bytes) -> None:
    look_id = box.call("upload-talking-photo", upload=photo)["talking_photo_id"]

    answer = box.answer("delete-talking-photo", talking_photo_id=look_id)

    assert (answer["error"], answer["data"]) == (None, None)
    assert box.call("list-talking-photos") == []


@pytest.mark.parametrize("size", [(32, 200), (200, 32)])
def test_a_talking_photo_without_a_face_is_refused_by_number(
    box: Any, new_picture: Any, size: tuple[int, int]
) -> None:
    refusal = box.refused("upload-talking-photo", upload=new_picture(size))

    assert (refusal.status, refusal.number, refusal.message) == (400, 40004, "No face detected")


def test_a_damaged_talking_photo_is_refused_by_number(box: Any, photo: bytes) -> None:
    refusal = box.refused("upload-talking-photo", upload=photo[:500])

    assert refusal.number == 40002


def test_a_file_of_no_known_type_is_refused_by_number(box: Any) -> None:
    refusal = box.refused("upload-asset", upload=b"no file at all")

    assert refusal.number == 400111
    assert box.account.assets == {}
