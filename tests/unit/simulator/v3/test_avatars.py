from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.media import RenderRequest, image_size, render_video, sniff
from heygen_async.simulator.world.faults import Fault


def _photo(asset_id: str, **more: Any) -> dict[str, Any]:
    file = {"type": "asset_id", "asset_id": asset_id}
    return {"type": "photo", "name": "Ada", "file": file} | more


def test_a_look_shows_nothing_until_it_is_trained(box: Any) -> None:
    created = box.call("createAvatar", _photo(box.photo((300, 500))))
    look_id = created["avatar_item"]["id"]
    box.wait(39.9)
    before = box.call("getAvatarLook", look_id=look_id)

    box.wait(0.1)

    after = box.call("getAvatarLook", look_id=look_id)
    assert before["status"] == "processing"
    assert before["preview_image_url"] is None
    assert (before["image_width"], before["supported_api_engines"]) == (0, [])
    assert after["status"] == "completed"
    assert (after["image_width"], after["image_height"]) == (300, 500)
    assert after["supported_api_engines"] == ["avatar_iv", "avatar_iii"]
    assert after["preferred_orientation"] == "portrait"
    assert after["preview_image_url"].startswith("http://127.0.0.1:8080/_files/looks/")


def test_an_avatar_costs_one_credit_under_its_key(box: Any) -> None:
    created = box.call("createAvatar", _photo(box.photo()), key="ada-1")

    [charge] = box.world.ledger.charges
    assert (charge.operation, charge.idempotency_key) == ("createAvatar", "ada-1")
    assert (charge.credits, charge.resource_id) == (1.0, created["avatar_item"]["id"])
    assert box.account.balance == 999.0


def test_an_empty_wallet_creates_nothing(new_box: Callable[..., Any]) -> None:
    box = new_box(credits=0.5)

    refusal = box.refused("createAvatar", _photo(box.photo()))

    assert (refusal.status, refusal.code) == (402, "insufficient_credit")
    assert refusal.message == "Balance 0.50 is below the cost of 1.00"
    assert (box.account.looks, box.account.groups) == ({}, {})


def test_a_prompt_makes_a_look_one_can_look_at(box: Any) -> None:
    created = box.call(
        "createAvatar", {"type": "prompt", "name": "Orrin", "prompt": "Grey-haired ceramicist"}
    )

    box.wait(box.world.timing.prompt_training)

    look_id = created["avatar_item"]["id"]
    assert box.call("getAvatarLook", look_id=look_id)["status"] == "completed"
    assert box.world.files[f"looks/{look_id}.jpg"].read().startswith(b"\xff\xd8\xff")


def test_a_second_look_joins_its_group(box: Any) -> None:
    first = box.call("createAvatar", _photo(box.photo()))
    group_id = first["avatar_group"]["id"]

    second = box.call("createAvatar", _photo(box.photo(), avatar_group_id=group_id))

    assert second["avatar_group"]["id"] == group_id
    assert second["avatar_group"]["looks_count"] == 2


def test_a_photo_too_small_for_a_face_fails_in_training_and_costs_nothing(box: Any) -> None:
    created = box.call("createAvatar", _photo(box.photo((20, 20))))

    box.wait(box.world.timing.photo_training)

    look = box.call("getAvatarLook", look_id=created["avatar_item"]["id"])
    group = box.call("getAvatarGroup", group_id=created["avatar_group"]["id"])
    assert (look["status"], look["error"]["code"]) == ("failed", "training_failed")
    assert (group["status"], group["error"]) == ("failed", look["error"])
    assert box.account.balance == 1000.0
    assert [it.refunded for it in box.world.ledger.charges] == [True]


def test_a_stuck_look_never_ends(box: Any) -> None:
    box.world.faults.add(Fault("stuck", operation="createAvatar"))
    created = box.call("createAvatar", _photo(box.photo()))

    box.wait(1_000_000.0)

    look = box.call("getAvatarLook", look_id=created["avatar_item"]["id"])
    assert look["status"] == "processing"


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"name": "  "}, "invalid_parameter", "name"),
        ({"avatar_group_id": "no"}, "avatar_group_not_found", "avatar_group_id"),
        ({"avatar_group_id": "sim-group-mia"}, "forbidden", "avatar_group_id"),
    ],
)
def test_an_avatar_that_cannot_be_is_refused(
    box: Any, change: dict[str, Any], code: str, param: str
) -> None:
    refusal = box.refused("createAvatar", _photo(box.photo(), **change))

    assert (refusal.code, refusal.param) == (code, param)


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"prompt": " "}, "invalid_parameter", "prompt"),
        ({"avatar_id": "no"}, "avatar_not_found", "avatar_id"),
        (
            {"reference_images": [{"type": "asset_id", "asset_id": "no"}]},
            "asset_not_found",
            "reference_images.0.asset_id",
        ),
    ],
)
def test_a_prompt_that_cannot_be_is_refused(
    box: Any, change: dict[str, Any], code: str, param: str
) -> None:
    body = {"type": "prompt", "name": "Orrin", "prompt": "A potter"} | change

    refusal = box.refused("createAvatar", body)

    assert (refusal.code, refusal.param) == (code, param)


def test_a_broken_image_is_refused_before_it_costs_anything(
    box: Any, new_picture: Callable[..., bytes]
) -> None:
    asset_id = box.call("uploadAsset", upload=new_picture()[:200])["asset_id"]

    refusal = box.refused("createAvatar", _photo(asset_id))

    assert refusal.message.startswith("file is not a usable image")
    assert box.world.ledger.charges == []


def _footage(box: Any, picture: bytes, seconds: float) -> dict[str, Any]:
    film = render_video(
        RenderRequest(image=picture, seconds=seconds, resolution="720p", aspect_ratio="1:1")
    )
    asset_id = box.call("uploadAsset", upload=film)["asset_id"]
    file = {"type": "asset_id", "asset_id": asset_id}
    return {"type": "digital_twin", "name": "Ines", "file": file}


def test_footage_that_is_too_short_fails_in_training(
    box: Any, new_picture: Callable[..., bytes]
) -> None:
    created = box.call("createAvatar", _footage(box, new_picture((64, 64)), 1.0))

    box.wait(box.world.timing.twin_training)

    look = box.call("getAvatarLook", look_id=created["avatar_item"]["id"])
    assert look["error"] == {"code": "training_failed", "message": "Footage is shorter than 15 s"}


def test_a_digital_twin_waits_for_consent_and_shows_its_footage(
    box: Any, new_picture: Callable[..., bytes]
) -> None:
    created = box.call("createAvatar", _footage(box, new_picture((64, 64)), 15.5))
    look_id, group_id = created["avatar_item"]["id"], created["avatar_group"]["id"]
    box.wait(box.world.timing.twin_training)

    before = box.call("getAvatarLook", look_id=look_id)
    page = box.call("createAvatarConsent", {}, group_id=group_id)

    assert before["status"] == "pending_consent"
    assert before["supported_api_engines"] == ["avatar_v", "avatar_iv", "avatar_iii"]
    assert page["url"].startswith(f"http://127.0.0.1:8080/_consent/{group_id}?expires=")
    assert page["avatar_group"]["consent_status"] == "pending"
    assert box.world.files[f"looks/{look_id}.jpg"].read().startswith(b"\xff\xd8\xff")
    video = {"type": "avatar", "avatar_id": look_id, "script": "Hi.", "voice_id": "sim-voice-ben"}
    assert box.refused("createVideo", video).code == "avatar_consent_required"


def test_a_file_that_only_calls_itself_a_video_is_refused(box: Any) -> None:
    data = base64.b64encode(b"\x00\x00\x00\x18ftypisom" + bytes(400)).decode()
    file = {"type": "base64", "media_type": "video/mp4", "data": data}

    refusal = box.refused("createAvatar", {"type": "digital_twin", "name": "Ines", "file": file})

    assert refusal.message.startswith("file is not a usable video")


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_preview_is_the_jpeg_that_its_link_says(
    box: Any, new_picture: Callable[..., bytes], kind: str
) -> None:
    asset_id = box.call("uploadAsset", upload=new_picture((300, 200), kind))["asset_id"]
    file = {"type": "asset_id", "asset_id": asset_id}

    look = box.call("createAvatar", {"type": "photo", "name": "Ada", "file": file})["avatar_item"]

    shown = box.world.files[f"looks/{look['id']}.jpg"]
    preview = shown.read()
    assert (shown.mime, sniff(preview)) == ("image/jpeg", "image/jpeg")
    assert image_size(preview) == (300, 200)
