from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator import Fault
from heygen_async.simulator.v2.groups import MOST_LOOKS

CREATE, ADD = "create-photo-avatar-group", "add-looks-to-photo-avatar-group"
DETAILS, AVATARS = "photo-avatar-details", "list-all-avatars-in-one-avatar-group"
PERSON = {
    "name": "Nadia",
    "age": "Senior",
    "gender": "Man",
    "ethnicity": "White",
    "orientation": "square",
    "pose": "close_up",
    "style": "Noir",
    "appearance": "a hat",
}


def _uploaded(box: Any, content: bytes) -> str:
    key: str = box.call("upload-asset", upload=content)["image_key"]
    return key


@pytest.fixture
def key(box: Any, photo: bytes) -> str:
    return _uploaded(box, photo)


def _generation(box: Any) -> tuple[str, list[str]]:
    generation_id = box.call("generate-photo-avatar-photos", PERSON)["generation_id"]
    box.wait(box.world.timing.photo_generation)
    status = box.call("check-photolook-generation-status", generation_id=generation_id)
    return generation_id, status["image_key_list"]


def _group(box: Any, key: str) -> str:
    group_id: str = box.call(CREATE, {"name": "Ada", "image_key": key})["group_id"]
    box.wait(box.world.timing.generated_look)
    return group_id


def test_the_first_look_of_a_group_has_the_group_s_id(box: Any, key: str) -> None:
    look = box.call(CREATE, {"name": "Ada", "image_key": key})

    assert look["id"] == look["group_id"]
    assert (look["status"], look["business_type"]) == ("pending", "uploaded")
    assert look["upscale_availability"] == {
        "available": False,
        "reason": "Photo avatar look upload not completed",
    }
    assert isinstance(look["created_at"], float)
    assert box.world.ledger.charges == []


def test_a_look_of_a_generated_photo_takes_longer_than_one_of_an_upload(box: Any, key: str) -> None:
    generation_id, keys = _generation(box)
    generated = {"name": "Nadia", "image_key": keys[1], "generation_id": generation_id}
    ids = [box.call(CREATE, it)["id"] for it in ({"name": "Ada", "image_key": key}, generated)]

    seen = []
    for seconds in (0.9, 0.1, 6.9, 0.1):
        box.wait(seconds)
        seen.append([box.call(DETAILS, id=it)["status"] for it in ids])

    assert seen == [
        ["pending", "pending"],
        ["completed", "pending"],
        ["completed", "pending"],
        ["completed", "completed"],
    ]
    assert box.call(DETAILS, id=ids[1])["business_type"] == "generated"
    picture = box.world.files[f"looks/{ids[1]}.jpg"].read()
    assert picture == box.world.files[keys[1]].read()


def test_looks_join_a_group_four_at_a_time(box: Any, key: str) -> None:
    group_id = _group(box, key)
    generation_id, keys = _generation(box)
    body = {"group_id": group_id, "name": "More", "generation_id": generation_id}

    refusal = box.refused(ADD, body | {"image_keys": [*keys, key]})
    added = box.call(ADD, body | {"image_keys": keys})["photo_avatar_list"]

    assert (refusal.param, "at most 4" in refusal.message) == ("image_keys", True)
    shown = box.call(AVATARS, group_id=group_id)["avatar_list"]
    assert [it["id"] for it in shown] == [group_id, *(it["id"] for it in added)]
    assert {it["group_id"] for it in shown} == {group_id}


def test_a_group_made_by_v2_is_seen_by_v3_and_the_other_way_round(box: Any, key: str) -> None:
    group_id = _group(box, key)

    seen = box.call("getAvatarLook", look_id=group_id)
    made = box.look()

    assert (seen["status"], seen["group_id"], seen["name"]) == ("completed", group_id, "Ada")
    assert box.call("getAvatarGroup", group_id=group_id)["looks_count"] == 1
    assert box.call(DETAILS, id=made)["status"] == "completed"
    listed = box.call("list-all-avatar-groups", query={})["avatar_group_list"]
    assert [it["id"] for it in listed] == [box.call(DETAILS, id=made)["group_id"], group_id]


def test_an_asset_of_v3_has_an_image_key_for_v2(box: Any) -> None:
    asset_id = box.photo()

    look = box.call(CREATE, {"name": "Ada", "image_key": f"image/{asset_id}/original"})

    assert look["business_type"] == "uploaded"


@pytest.mark.parametrize("key", ["nonsense", "image/no/original", "photo_generation/no/a.jpg"])
def test_a_key_that_leads_nowhere_is_refused(box: Any, key: str) -> None:
    refusal = box.refused(CREATE, {"name": "Ada", "image_key": key})

    assert (refusal.status, refusal.message) == (400, "image_key is invalid")
    assert box.account.groups == {}


def test_a_key_of_another_generation_is_refused(box: Any, key: str) -> None:
    _, keys = _generation(box)
    other, _ = _generation(box)

    refusals = [
        box.refused(CREATE, {"name": "Ada", "image_key": it, "generation_id": other})
        for it in (keys[0], key)
    ]

    assert [it.message for it in refusals] == ["image_key is invalid"] * 2


def test_a_group_has_five_hundred_looks_at_most(box: Any, key: str) -> None:
    group_id = _group(box, key)
    body = {"group_id": group_id, "name": "Ada", "image_keys": [key] * 4}
    for _ in range((MOST_LOOKS - 4) // 4):
        box.call(ADD, body)

    refusal = box.refused(ADD, body)

    assert refusal.param == "image_keys"


def test_looks_for_a_group_that_is_not_there_are_refused(box: Any, key: str) -> None:
    refusal = box.refused(ADD, {"group_id": "sim-group-mia", "name": "A", "image_keys": [key]})

    assert (refusal.status, refusal.message) == (404, "Avatar group not found")


def test_a_deleted_group_takes_its_looks_with_it(box: Any, key: str) -> None:
    group_id = _group(box, key)

    box.call("delete-photo-avatar-group", group_id=group_id)

    assert box.refused(DETAILS, id=group_id).code == "avatar_not_found"
    assert box.refused(AVATARS, group_id=group_id).code == "internal_error"


def test_groups_tell_their_kind_and_public_ones_come_when_asked(box: Any, key: str) -> None:
    generation_id, keys = _generation(box)
    generated = {"name": "Nadia", "image_key": keys[0], "generation_id": generation_id}
    box.call(CREATE, generated)
    _group(box, key)

    own = box.call("list-all-avatar-groups", query={})
    everything = box.call("list-all-avatar-groups", query={"include_public": "true"})

    assert [it["group_type"] for it in own["avatar_group_list"]] == ["PHOTO", "GENERATED_PHOTO"]
    assert [it["train_status"] for it in own["avatar_group_list"]] == ["empty", "empty"]
    assert everything["total_count"] == len(everything["avatar_group_list"]) == 4


def test_a_mixed_group_shows_only_what_was_made_from_footage(box: Any, key: str) -> None:
    group_id = _group(box, key)
    film = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
    twin = {"type": "digital_twin", "name": "Ines", "file": film, "avatar_group_id": group_id}
    look_id = box.call("createAvatar", twin)["avatar_item"]["id"]

    shown = box.call(AVATARS, group_id=group_id)["avatar_list"]

    assert [it["avatar_id"] for it in shown] == [look_id]


class TestTraps:
    def test_an_answer_may_lack_the_group_id(self, box: Any, key: str) -> None:
        box.world.faults.add(Fault("missing_group_id", times=1))

        with pytest.raises(AssertionError, match="group_id"):
            box.call(CREATE, {"name": "Ada", "image_key": key})

        assert len(box.account.groups) == 1

    def test_an_account_may_have_all_its_groups(self, box: Any, key: str) -> None:
        box.world.faults.add(Fault("group_limit"))

        refusal = box.refused(CREATE, {"name": "Ada", "image_key": key})

        assert refusal.message == "You have exceeded your limit of 3 photo avatars"

    def test_added_looks_may_never_appear(self, box: Any, key: str) -> None:
        group_id = _group(box, key)
        box.world.faults.add(Fault("looks_never_appear"))

        body = {"group_id": group_id, "name": "B", "image_keys": [key, key]}
        added = box.call(ADD, body)["photo_avatar_list"]

        box.wait(1_000_000.0)
        assert [box.call(DETAILS, id=it["id"])["status"] for it in added] == ["pending"] * 2
        shown = box.call(AVATARS, group_id=group_id)["avatar_list"]
        assert [it["id"] for it in shown] == [group_id]
        assert len(box.call("listAvatarLooks", query={"ownership": "private"})) == 1

    def test_added_looks_may_share_an_id(self, box: Any, key: str) -> None:
        group_id = _group(box, key)
        box.world.faults.add(Fault("shared_look_id"))

        body = {"group_id": group_id, "name": "B", "image_keys": [key, key]}
        added = box.call(ADD, body)["photo_avatar_list"]

        assert len(added) == 2
        assert len({it["id"] for it in added}) == 1

    def test_a_fresh_group_may_not_know_its_looks_yet(self, box: Any, key: str) -> None:
        box.world.faults.add(Fault("looks_not_found", seconds=20.0))
        group_id = box.call(CREATE, {"name": "Ada", "image_key": key})["group_id"]
        early = box.refused(AVATARS, group_id=group_id)

        box.wait(20.0)

        late = box.call(AVATARS, group_id=group_id)
        assert (early.status, early.code) == (400, "internal_error")
        assert early.message == "Avatar looks not found."
        assert len(late["avatar_list"]) == 1
