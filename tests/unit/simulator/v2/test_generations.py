from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from heygen_async.simulator import Fault

PERSON = {
    "name": "Nadia",
    "age": "Early Middle Age",
    "gender": "Woman",
    "ethnicity": "South Asian",
    "orientation": "vertical",
    "pose": "half_body",
    "style": "Realistic",
    "appearance": "navy blazer",
}
GENERATE, STATUS = "generate-photo-avatar-photos", "check-photolook-generation-status"


def _generated(box: Any, **change: str) -> dict[str, Any]:
    generation_id = box.call(GENERATE, PERSON | change)["generation_id"]
    box.wait(box.world.timing.photo_generation)
    status: dict[str, Any] = box.call(STATUS, generation_id=generation_id)
    return status


def _shown(box: Any, key: str) -> bytes:
    content: bytes = box.world.files[key].read()
    return content


def test_a_generation_shows_nothing_and_then_four_pictures_under_their_keys(box: Any) -> None:
    generation_id = box.call(GENERATE, PERSON)["generation_id"]
    box.wait(29.9)
    before = box.call(STATUS, generation_id=generation_id)

    box.wait(0.1)

    after = box.call(STATUS, generation_id=generation_id)
    assert (before["status"], before["image_url_list"], before["image_key_list"]) == (
        "in_progress",
        None,
        None,
    )
    assert after["status"] == "success"
    assert len(set(after["image_key_list"])) == len(after["image_url_list"]) == 4
    for key, url in zip(after["image_key_list"], after["image_url_list"], strict=True):
        assert key.startswith(f"photo_generation/{generation_id}/")
        assert key in url


def test_the_four_pictures_differ_and_stand_as_they_were_asked_for(box: Any) -> None:
    keys = _generated(box, orientation="horizontal")["image_key_list"]

    pictures = [_shown(box, it) for it in keys]

    assert len(set(pictures)) == 4
    for picture in pictures:
        with Image.open(io.BytesIO(picture)) as image:
            assert image.size == (1024, 768)


def test_the_same_words_draw_the_same_people_in_every_simulator(new_box: Any) -> None:
    drawn = []
    for words in ("navy blazer", "navy blazer", "green coat"):
        box = new_box()
        keys = _generated(box, appearance=words)["image_key_list"]
        drawn.append([_shown(box, it) for it in keys])

    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]


def test_nothing_is_idempotent_so_a_repeated_wish_is_paid_twice(box: Any) -> None:
    ids = [box.call(GENERATE, PERSON)["generation_id"] for _ in range(2)]

    charges = box.world.ledger.charges
    assert [(it.operation, it.resource_id, it.credits) for it in charges] == [
        (GENERATE, ids[0], 1.0),
        (GENERATE, ids[1], 1.0),
    ]


def test_an_empty_wallet_is_refused_before_anything_is_drawn(new_box: Any) -> None:
    box = new_box(credits=0.5)

    refusal = box.refused(GENERATE, PERSON)

    assert refusal.code == "insufficient_credit"
    assert box.account.generations == {}


def test_a_generation_that_moderation_rejects_says_why_and_costs_nothing(box: Any) -> None:
    box.world.faults.add(Fault("moderation_rejected", operation=GENERATE, message="A celebrity"))

    status = _generated(box)

    assert (status["status"], status["msg"], status["image_key_list"]) == (
        "failed",
        "A celebrity",
        None,
    )
    assert box.account.balance == 1000.0


@pytest.mark.parametrize("missing", sorted(PERSON))
def test_every_field_of_a_person_is_required(box: Any, missing: str) -> None:
    body = {name: value for name, value in PERSON.items() if name != missing}

    refusal = box.refused(GENERATE, body)

    assert (refusal.code, refusal.param) == ("invalid_parameter", missing)


@pytest.mark.parametrize("field", ["pose", "orientation"])
def test_pose_and_orientation_cannot_be_left_open(box: Any, field: str) -> None:
    refusal = box.refused(GENERATE, PERSON | {field: "Unspecified"})

    assert refusal.param == field


def test_a_generation_of_another_account_is_not_found(box: Any) -> None:
    generation_id = box.call(GENERATE, PERSON)["generation_id"]
    box.credential = "another-key"

    refusal = box.refused(STATUS, generation_id=generation_id)

    assert (refusal.status, refusal.message) == (404, "Generation not found")
