from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator import Fault

CREATE, DETAILS = "create-photo-avatar-group", "photo-avatar-details"


def _created(box: Any, content: bytes) -> str:
    key = box.call("upload-asset", upload=content)["image_key"]
    look_id: str = box.call(CREATE, {"name": "Ada", "image_key": key})["id"]
    return look_id


def test_moderation_rejects_a_look_with_a_reason_and_v3_sees_it_failed(
    box: Any, photo: bytes
) -> None:
    box.world.faults.add(Fault("moderation_rejected", operation=CREATE))
    look_id = _created(box, photo)

    box.wait(1.0)

    look = box.call(DETAILS, id=look_id)
    seen = box.call("getAvatarLook", look_id=look_id)
    assert look["status"] == "moderation_rejected"
    assert look["moderation_msg"] == "Image rejected: resembles a public figure"
    assert (seen["status"], seen["error"]["code"]) == ("failed", "moderation_rejected")


@pytest.mark.parametrize(
    ("more", "end"), [((), "completed"), (("moderation_rejected",), "moderation_rejected")]
)
def test_an_appeal_stays_for_long_and_ends_one_way_or_the_other(
    box: Any, photo: bytes, more: tuple[str, ...], end: str
) -> None:
    for name in ("in_appeal", *more):
        box.world.faults.add(Fault(name, operation=CREATE))
    look_id = _created(box, photo)

    seen = []
    for seconds in (0.9, 0.1, 599.9, 0.1):
        box.wait(seconds)
        look = box.call(DETAILS, id=look_id)
        seen.append((look["status"], look["moderation_msg"]))

    assert seen[0] == ("pending", None)
    assert seen[1] == seen[2] == ("in_appeal", "Under manual review")
    assert seen[3][0] == end


def test_v3_sees_an_appeal_as_processing(box: Any, photo: bytes) -> None:
    box.world.faults.add(Fault("in_appeal", operation=CREATE))
    look_id = _created(box, photo)

    box.wait(100.0)

    assert box.call("getAvatarLook", look_id=look_id)["status"] == "processing"


def test_a_stuck_look_stays_pending(box: Any, photo: bytes) -> None:
    box.world.faults.add(Fault("stuck", operation=CREATE))
    look_id = _created(box, photo)

    box.wait(1_000_000.0)

    assert box.call(DETAILS, id=look_id)["status"] == "pending"


def test_a_photo_too_small_for_a_face_fails(box: Any, new_picture: Any) -> None:
    look_id = _created(box, new_picture((32, 32)))

    box.wait(1.0)

    look = box.call(DETAILS, id=look_id)
    assert (look["status"], look["moderation_msg"]) == ("failed", "No usable face in the photo")


def test_deleting_the_last_look_deletes_the_group_and_answers_as_v1(box: Any, photo: bytes) -> None:
    look_id = _created(box, photo)

    answer = box.answer("delete-photo-avatar-by-id", id=look_id)

    assert answer == {"code": 100, "data": None, "msg": None, "message": None}
    assert (box.account.looks, box.account.groups) == ({}, {})
    assert box.refused("delete-photo-avatar-by-id", id=look_id).code == "avatar_not_found"


def test_public_looks_are_shown_and_cannot_be_deleted(box: Any) -> None:
    look = box.call(DETAILS, id="sim-look-mia")

    refusal = box.refused("delete-photo-avatar-by-id", id="sim-look-mia")

    assert (look["status"], look["default_voice_id"]) == ("completed", "sim-voice-anna")
    assert refusal.code == "avatar_not_found"


def test_a_look_made_from_footage_is_no_photo_avatar(box: Any) -> None:
    film = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
    twin = {"type": "digital_twin", "name": "Ines", "file": film}
    look_id = box.call("createAvatar", twin)["avatar_item"]["id"]

    refusal = box.refused(DETAILS, id=look_id)

    assert (refusal.status, refusal.message) == (
        404,
        f"Avatar {look_id} not found or no longer available.",
    )


def test_a_look_that_no_list_shows_can_be_deleted_all_the_same(box: Any, photo: bytes) -> None:
    group_id = _created(box, photo)
    box.world.faults.add(Fault("looks_never_appear"))
    key = box.call("upload-asset", upload=photo)["image_key"]
    body = {"group_id": group_id, "name": "B", "image_keys": [key]}
    [lost] = box.call("add-looks-to-photo-avatar-group", body)["photo_avatar_list"]

    box.answer("delete-photo-avatar-by-id", id=lost["id"])

    assert box.refused(DETAILS, id=lost["id"]).code == "avatar_not_found"
    assert list(box.account.looks) == [group_id]
