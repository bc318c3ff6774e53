from __future__ import annotations

from typing import Any

import pytest

DETAILS = "retrieve-avatar-details"


def test_photo_looks_stand_beside_the_avatars_and_not_among_them(box: Any) -> None:
    look_id = box.look()

    lists = box.call("list-avatars-v2")

    assert [it["avatar_id"] for it in lists["avatars"]] == ["sim-look-mia", "sim-look-leo"]
    assert [it["talking_photo_id"] for it in lists["talking_photos"]] == [look_id]


def test_a_twin_is_an_avatar_once_it_can_be_used(box: Any) -> None:
    film = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
    twin = {"type": "digital_twin", "name": "Ines", "file": film}
    made = box.call("createAvatar", twin)
    group_id, look_id = made["avatar_group"]["id"], made["avatar_item"]["id"]
    before = len(box.call("list-avatars-v2")["avatars"])

    box.call("createAvatarConsent", {"consent_video": film}, group_id=group_id)
    box.wait(150.0)

    after = box.call("list-avatars-v2")["avatars"]
    assert (before, after[0]["avatar_id"]) == (2, look_id)
    [group] = box.call("list-all-avatar-groups", query={})["avatar_group_list"]
    assert group["group_type"] == "PRIVATE"


def test_details_tell_avatars_from_talking_photos(box: Any) -> None:
    look_id = box.look()

    found = [box.call(DETAILS, avatar_id=it) for it in ("sim-look-leo", look_id)]

    assert [(it["type"], it["is_public"]) for it in found] == [
        ("avatar", True),
        ("talking_photo", False),
    ]


@pytest.mark.parametrize("kind", ["group", "nothing"])
def test_a_group_has_no_details(box: Any, photo: bytes, kind: str) -> None:
    key = box.call("upload-asset", upload=photo)["image_key"]
    made = box.call("create-photo-avatar-group", {"name": "Ada", "image_key": key})
    box.wait(1.0)

    refusal = box.refused(DETAILS, avatar_id=made["group_id"] if kind == "group" else "no")

    assert (refusal.status, refusal.code) == (404, "avatar_not_found")
