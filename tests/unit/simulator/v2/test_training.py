from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator import Fault
from heygen_async.simulator.media.portrait import portrait

TRAIN, STATUS = "train-photo-avatar-group", "get-training-job-status"
LOOK = {"prompt": "in a kitchen", "orientation": "square", "pose": "half_body", "style": "Noir"}


@pytest.fixture
def group_id(box: Any, photo: bytes) -> str:
    key = box.call("upload-asset", upload=photo)["image_key"]
    made: str = box.call("create-photo-avatar-group", {"name": "Ada", "image_key": key})["group_id"]
    return made


@pytest.fixture
def ready(box: Any, group_id: str) -> str:
    box.wait(1.0)
    return group_id


def _status(box: Any, group_id: str) -> Any:
    return box.call(STATUS, group_id=group_id)


def test_training_is_pending_then_training_then_ready(box: Any, ready: str) -> None:
    answer = box.call(TRAIN, {"group_id": ready})

    seen = []
    for seconds in (0.0, 3.0, 296.9, 0.1):
        box.wait(seconds)
        seen.append(_status(box, ready)["status"])

    assert (answer["code"], answer["data"]["num_of_photar"]) == (100, 1)
    assert seen == ["pending", "training", "training", "ready"]
    [group] = box.call("list-all-avatar-groups", query={})["avatar_group_list"]
    assert group["train_status"] == "ready"


def test_a_group_whose_looks_are_pending_is_refused(box: Any, group_id: str) -> None:
    refusal = box.refused(TRAIN, {"group_id": group_id})

    assert (refusal.status, refusal.code) == (400, "invalid_parameter")
    assert refusal.message == f"No valid image for training found in group {group_id}"


def test_one_pending_look_is_enough_to_be_refused(box: Any, ready: str, photo: bytes) -> None:
    key = box.call("upload-asset", upload=photo)["image_key"]
    more = {"group_id": ready, "name": "B", "image_keys": [key]}
    box.call("add-looks-to-photo-avatar-group", more)

    early = box.refused(TRAIN, {"group_id": ready})
    box.wait(1.0)
    answer = box.call(TRAIN, {"group_id": ready})

    assert early.code == "invalid_parameter"
    assert answer["data"]["num_of_photar"] == 2


def test_a_running_training_is_refused_with_the_same_words_and_not_billed(
    box: Any, ready: str
) -> None:
    box.call(TRAIN, {"group_id": ready})

    refusal = box.refused(TRAIN, {"group_id": ready})

    assert refusal.message == f"No valid image for training found in group {ready}"
    assert len(box.world.ledger.charges) == 1


def test_training_again_after_the_end_bills_again(box: Any, ready: str) -> None:
    for _ in range(2):
        box.call(TRAIN, {"group_id": ready})
        box.wait(300.0)

    charges = box.world.ledger.charges
    assert [(it.operation, it.resource_id, it.credits) for it in charges] == [
        (TRAIN, ready, 4.0)
    ] * 2


def test_a_failed_training_says_why_and_is_paid_back(box: Any, ready: str) -> None:
    box.world.faults.add(Fault("failed", operation=TRAIN, message="Faces differ"))
    box.call(TRAIN, {"group_id": ready})

    box.wait(300.0)

    status = _status(box, ready)
    assert (status["status"], status["error_msg"]) == ("failed", "Faces differ")
    assert box.account.balance == 1000.0


def test_a_group_that_was_never_trained_has_no_status(box: Any, ready: str) -> None:
    refusal = box.refused(STATUS, group_id=ready)

    assert (refusal.status, refusal.message) == (404, "Training job not found")


def test_training_may_answer_nothing_and_run_all_the_same(box: Any, ready: str) -> None:
    box.world.faults.add(Fault("null_data", operation=TRAIN))

    answer = box.answer(TRAIN, {"group_id": ready})

    assert (answer["error"], answer["data"]) == (None, None)
    assert _status(box, ready)["status"] == "pending"


def test_new_looks_need_a_trained_group(box: Any, ready: str) -> None:
    refusal = box.refused("generate-photo-avatar-looks", LOOK | {"group_id": ready})

    assert refusal.message == f"Model is not trained for group {ready}"


def test_new_looks_show_one_person_in_other_clothes(box: Any, ready: str) -> None:
    box.call(TRAIN, {"group_id": ready})
    box.wait(300.0)

    wish = LOOK | {"group_id": ready}
    generation_id = box.call("generate-photo-avatar-looks", wish)["generation_id"]

    box.wait(30.0)
    generation = box.account.generations[generation_id]
    person = box.account.looks[ready].picture.person
    assert {it.face for it in generation.pictures.values()} == {person}
    assert len({it.read() for it in generation.pictures.values()}) > 1


def test_the_face_of_a_drawing_can_be_kept() -> None:
    alone = portrait("Ada", 0, (64, 64))

    same = portrait("Ada", 0, (64, 64), "Ada")
    dressed = portrait("Ada in a coat", 0, (64, 64), "Ada")

    assert same == alone
    assert dressed not in {alone, portrait("Ada in a coat", 0, (64, 64))}
