from __future__ import annotations

from typing import Any

import pytest


def test_the_promised_looks_are_public_and_ready(box: Any) -> None:
    looks = {it["id"]: it for it in box.call("listAvatarLooks", query={"ownership": "public"})}

    assert set(looks) == {"sim-look-leo", "sim-look-mia"}
    assert {it["status"] for it in looks.values()} == {None}
    assert {tuple(it["supported_api_engines"]) for it in looks.values()} == {
        ("avatar_iv", "avatar_iii")
    }


def test_own_looks_come_first_newest_first_through_all_pages(box: Any) -> None:
    older, newer = box.look(), box.look()

    found, token = [], None
    for _ in range(4):
        query = {"limit": "1"} | ({"token": token} if token else {})
        page = box.answer("listAvatarLooks", query=query)
        found += [it["id"] for it in page["data"]]
        token = page["next_token"]

    assert found == [newer, older, "sim-look-mia", "sim-look-leo"]
    assert token is None


def test_looks_are_filtered_by_group_type_and_ownership(box: Any) -> None:
    look_id = box.look()
    group_id = box.call("getAvatarLook", look_id=look_id)["group_id"]

    counts = [
        len(box.call("listAvatarLooks", query=query))
        for query in (
            {"group_id": group_id},
            {"avatar_type": "digital_twin"},
            {"ownership": "private"},
            {"ownership": "public"},
        )
    ]

    assert counts == [1, 0, 1, 2]


def test_a_look_can_be_renamed(box: Any) -> None:
    look_id = box.look()

    box.call("updateAvatarLook", {"name": "Grace"}, look_id=look_id)

    assert box.call("getAvatarLook", look_id=look_id)["name"] == "Grace"


def test_deleting_the_last_look_deletes_its_group(box: Any) -> None:
    look_id = box.look()
    group_id = box.call("getAvatarLook", look_id=look_id)["group_id"]

    box.call("deleteAvatarLook", look_id=look_id)

    assert box.refused("getAvatarLook", look_id=look_id).code == "avatar_not_found"
    assert box.refused("getAvatarGroup", group_id=group_id).code == "avatar_group_not_found"


def test_deleting_a_group_deletes_its_looks(box: Any) -> None:
    look_id = box.look()
    group_id = box.call("getAvatarLook", look_id=look_id)["group_id"]

    box.call("deleteAvatarGroup", group_id=group_id)

    assert box.call("listAvatarLooks", query={"ownership": "private"}) == []
    assert not [path for path in box.world.files if look_id in path]


def test_a_group_is_completed_as_soon_as_one_look_is(box: Any) -> None:
    look_id = box.look()
    group_id = box.call("getAvatarLook", look_id=look_id)["group_id"]
    file = {"type": "asset_id", "asset_id": box.photo()}
    box.call(
        "createAvatar",
        {"type": "photo", "name": "Ada outdoors", "file": file, "avatar_group_id": group_id},
    )

    group = box.call("getAvatarGroup", group_id=group_id)

    assert (group["status"], group["looks_count"]) == ("completed", 2)


@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("deleteAvatarLook", {"look_id": "sim-look-mia"}),
        ("updateAvatarLook", {"look_id": "sim-look-mia"}),
        ("deleteAvatarGroup", {"group_id": "sim-group-mia"}),
    ],
)
def test_public_avatars_cannot_be_changed(box: Any, operation: str, path: dict[str, str]) -> None:
    body = {"name": "Mine"} if operation == "updateAvatarLook" else None

    refusal = box.refused(operation, body, **path)

    assert (refusal.status, refusal.code) == (403, "forbidden")
