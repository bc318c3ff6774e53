from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator import Fault
from heygen_async.simulator.media import RenderRequest

MOTION, SOUND, UPSCALE = "add-motion", "add-sound-effect", "upscale-an-avatar"
DETAILS = "photo-avatar-details"


@pytest.fixture
def look_id(box: Any, photo: bytes) -> str:
    key = box.call("upload-asset", upload=photo)["image_key"]
    made: str = box.call("create-photo-avatar-group", {"name": "Ada", "image_key": key})["id"]
    box.wait(1.0)
    return made


@pytest.fixture
def moving(box: Any, look_id: str) -> str:
    made: str = box.call(MOTION, {"id": look_id})["id"]
    box.wait(60.0)
    return made


def test_motion_makes_a_new_look_in_the_same_group(box: Any, look_id: str) -> None:
    made = box.call(MOTION, {"id": look_id, "motion_type": "veo2"})["id"]
    before = box.call(DETAILS, id=made)

    box.wait(60.0)

    after, base = box.call(DETAILS, id=made), box.call(DETAILS, id=look_id)
    assert made != look_id
    assert (before["status"], before["motion_preview_url"]) == ("pending", None)
    assert (after["status"], after["is_motion"], base["is_motion"]) == ("completed", True, False)
    assert after["group_id"] == base["group_id"]
    film = box.world.files[f"looks/{made}.motion.mp4"].make()
    assert isinstance(film, RenderRequest)
    assert f"/looks/{made}.motion.mp4?" in after["motion_preview_url"]


def test_motion_is_billed_with_the_new_look_and_paid_back_if_it_fails(
    box: Any, look_id: str
) -> None:
    box.world.faults.add(Fault("failed", operation=MOTION, times=1))
    ids = [box.call(MOTION, {"id": look_id})["id"] for _ in range(2)]

    box.wait(60.0)

    charges = [(it.resource_id, it.credits, it.refunded) for it in box.world.ledger.charges]
    assert charges == [(ids[0], 1.0, True), (ids[1], 1.0, False)]
    assert [box.call(DETAILS, id=it)["status"] for it in ids] == ["failed", "completed"]


@pytest.mark.parametrize("operation", [MOTION, UPSCALE])
def test_an_empty_wallet_makes_no_look(new_box: Any, photo: bytes, operation: str) -> None:
    box = new_box(credits=0.25)
    key = box.call("upload-asset", upload=photo)["image_key"]
    look_id = box.call("create-photo-avatar-group", {"name": "Ada", "image_key": key})["id"]
    box.wait(1.0)

    refusal = box.refused(operation, {"id": look_id})

    assert refusal.code == "insufficient_credit"
    assert list(box.account.looks) == [look_id]


def test_a_pending_look_cannot_be_made_to_move(box: Any, photo: bytes) -> None:
    key = box.call("upload-asset", upload=photo)["image_key"]
    look_id = box.call("create-photo-avatar-group", {"name": "Ada", "image_key": key})["id"]

    refusal = box.refused(MOTION, {"id": look_id})

    assert refusal.message == "Photo avatar look upload not completed"


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"id": "no"}, "avatar_not_found", "Avatar no not found or no longer available."),
        ({"id": "sim-look-mia"}, "avatar_not_found", "Avatar sim-look-mia not found"),
        ({"id": "", "motion_type": "waltz"}, "invalid_parameter", "motion_type is invalid"),
    ],
)
def test_motion_that_cannot_be_is_refused(
    box: Any, body: dict[str, str], code: str, message: str
) -> None:
    refusal = box.refused(MOTION, body)

    assert refusal.code == code
    assert refusal.message.startswith(message)


def test_sound_needs_a_look_that_moves_and_comes_later_for_nothing(
    box: Any, look_id: str, moving: str
) -> None:
    refusal = box.refused(SOUND, {"id": look_id})
    answer = box.call(SOUND, {"id": moving})
    before = box.call(DETAILS, id=moving)["background_sound_effect"]

    box.wait(20.0)

    after = box.call(DETAILS, id=moving)["background_sound_effect"]
    assert refusal.message == "Avatar is not a motion avatar"
    assert answer["data"]["sound_effect_id"] == before["sound_effect_id"]
    assert (before["status"], before["sound_effect_preview_url"]) == ("pending", None)
    assert after["status"] == "completed"
    sound = box.world.files[f"sound_effects/{after['sound_effect_id']}.wav"]
    assert sound.read().startswith(b"RIFF")
    assert [it.operation for it in box.world.ledger.charges] == [MOTION]


def test_upscaling_makes_a_look_that_cannot_be_upscaled_again(box: Any, look_id: str) -> None:
    made = box.call(UPSCALE, {"id": look_id})["id"]

    box.wait(30.0)

    look = box.call(DETAILS, id=made)
    assert (look["status"], look["upscaled"]) == ("completed", True)
    assert look["upscale_availability"]["available"] is False
    assert box.refused(UPSCALE, {"id": made}).message.endswith("too large to upscale")
    assert [(it.resource_id, it.credits) for it in box.world.ledger.charges] == [(made, 0.5)]


def test_a_large_picture_says_beforehand_that_it_cannot_be_upscaled(
    box: Any, new_picture: Any
) -> None:
    key = box.call("upload-asset", upload=new_picture((2050, 64)))["image_key"]
    look_id = box.call("create-photo-avatar-group", {"name": "Ada", "image_key": key})["id"]
    box.wait(1.0)

    look = box.call(DETAILS, id=look_id)

    reason = "The photo avatar look is too large to upscale"
    assert look["upscale_availability"] == {"available": False, "reason": reason}
    assert box.refused(UPSCALE, {"id": look_id}).message == reason
