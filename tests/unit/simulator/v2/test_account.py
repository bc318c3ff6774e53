from __future__ import annotations

from typing import Any

from heygen_async.simulator import Fault


def test_all_voices_come_on_one_page_in_every_spelling(box: Any) -> None:
    voices = box.call("list-voices-v2")["voices"]

    assert {"sim-voice-anna", "sim-voice-ben"} <= {it["voice_id"] for it in voices}
    assert len(voices) == len(box.world.voices)
    assert {it["gender"] for it in voices} == {"Female", "Male", "female", "male"}
    assert {bool(it["preview_audio"]) for it in voices} == {True, False}


def test_a_voice_of_v3_is_a_voice_of_v2_once_it_is_ready(box: Any) -> None:
    sample = {"type": "url", "url": "https://cdn.example.org/ines.mp3"}
    body = {"audio": sample, "voice_name": "Ines"}
    voice_id = box.call("cloneVoice", body)["voice_clone_id"]
    before = {it["voice_id"] for it in box.call("list-voices-v2")["voices"]}

    box.wait(20.0)

    after = {it["voice_id"] for it in box.call("list-voices-v2")["voices"]}
    assert after - before == {voice_id}


def test_a_dollar_is_sixty_units_of_quota(box: Any) -> None:
    before = box.call("get-remaining-quota-v2")

    box.account.balance = 12.05

    after = box.call("get-remaining-quota-v2")
    assert (before["remaining_quota"], before["details"]["api"]) == (60_000, 60_000)
    assert after["remaining_quota"] == 723


PERSON = {
    "name": "Ada",
    "age": "Senior",
    "gender": "Woman",
    "ethnicity": "Unspecified",
    "orientation": "square",
    "pose": "half_body",
    "style": "Realistic",
    "appearance": "",
}


def test_the_app_may_have_credits_that_the_api_cannot_spend(box: Any, photo: bytes) -> None:
    key = box.call("upload-asset", upload=photo)["image_key"]
    look_id = box.call("create-photo-avatar-group", {"name": "Ada", "image_key": key})["id"]
    box.wait(1.0)
    box.world.faults.add(Fault("api_pool_empty"))
    calls = {
        "generate-photo-avatar-photos": PERSON,
        "train-photo-avatar-group": {"group_id": look_id},
        "add-motion": {"id": look_id},
        "upscale-an-avatar": {"id": look_id},
    }

    quota = box.call("get-remaining-quota-v2")
    refused = {box.refused(operation, body).code for operation, body in calls.items()}
    video = {
        "image_key": key,
        "video_title": "Hi",
        "script": "Hi there.",
        "voice_id": "sim-voice-anna",
    }
    video_id = box.call("create-avatar-iv-video", video)["video_id"]
    box.wait(60.0)
    status = box.call("video-status", query={"video_id": video_id})

    assert (quota["details"]["api"], quota["details"]["plan_credit"]) == (0, 60_000)
    assert quota["remaining_quota"] == 60_000
    assert refused == {"insufficient_credit"}
    assert status["error"]["code"] == "MOVIO_PAYMENT_INSUFFICIENT_CREDIT"
    assert box.account.balance == 1000.0
