from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from heygen_async.simulator import Fault
from heygen_async.simulator.media import tone

GENERATE, DIRECT, CREATE = "create-an-avatar-video-v2", "create-avatar-iv-video", "create-video-1"
STATUS, DETAILS = "video-status", "get-video-detail"
TEXT = {"type": "text", "voice_id": "sim-voice-anna", "input_text": "Hello there."}


@pytest.fixture
def look_id(box: Any, photo: bytes) -> str:
    made: str = box.call("upload-talking-photo", upload=photo)["talking_photo_id"]
    return made


def _scene(look_id: str, **change: Any) -> dict[str, Any]:
    character = {"type": "talking_photo", "talking_photo_id": look_id}
    return {"character": character, "voice": TEXT} | change


def _body(look_id: str, **change: Any) -> dict[str, Any]:
    return {"video_inputs": [_scene(look_id)]} | change


def _video(box: Any, look_id: str, **change: Any) -> str:
    video_id: str = box.call(GENERATE, _body(look_id, **change))["video_id"]
    return video_id


def _status(box: Any, video_id: str) -> Any:
    return box.call(STATUS, query={"video_id": video_id})


def test_a_video_waits_renders_and_is_completed(box: Any, look_id: str) -> None:
    video_id = _video(box, look_id, callback_id="job-42")

    seen = []
    for seconds in (0.0, 1.0, 3.0, 16.0):
        box.wait(seconds)
        seen.append(_status(box, video_id))

    assert [it["status"] for it in seen] == ["waiting", "pending", "processing", "completed"]
    assert [it["video_url"] is None for it in seen] == [True, True, True, False]
    assert (seen[-1]["error"], seen[-1]["callback_id"]) == (None, "job-42")
    assert box.answer(STATUS, query={"video_id": video_id})["message"] == "Success"


def test_a_video_of_v2_is_seen_by_v3_and_the_other_way_round(box: Any, look_id: str) -> None:
    video_id = _video(box, look_id, title="Spring")
    other = box.video(title="Summer")
    box.wait(20.0)

    seen = box.call("getVideo", video_id=video_id)

    assert (seen["title"], seen["status"]) == ("Spring", "completed")
    assert _status(box, other)["status"] == "completed"
    listed = box.call("video-list", query={})["videos"]
    assert [it["video_id"] for it in listed] == [other, video_id]


def test_the_video_shows_the_look_in_exactly_the_frame_asked_for(
    box: Any, look_id: str, photo: bytes
) -> None:
    video_id = _video(box, look_id, dimension={"width": 322, "height": 240})
    box.wait(20.0)

    request = box.world.files[f"videos/{video_id}.mp4"].make()

    assert (request.frame, request.image) == ((322, 240), photo)


@pytest.mark.parametrize("side", [128, 4096, 641])
def test_a_dimension_out_of_range_or_odd_is_refused(box: Any, look_id: str, side: int) -> None:
    dimension = {"width": side, "height": 720}

    refusal = box.refused(GENERATE, _body(look_id, dimension=dimension))

    assert refusal.param == "dimension.width"


def test_captions_come_as_a_file_and_in_the_picture(box: Any, look_id: str) -> None:
    plain, captioned = _video(box, look_id), _video(box, look_id, caption=True)
    box.wait(20.0)

    shown = [_status(box, it) for it in (plain, captioned)]

    assert [it["caption_url"] is None for it in shown] == [True, False]
    assert [it["video_url_caption"] is None for it in shown] == [True, False]
    assert box.call(DETAILS, video_id=captioned)["subtitle_url"] is not None


@pytest.mark.parametrize(
    ("character", "seconds", "price"),
    [
        ({"type": "talking_photo", "talking_photo_id": "LOOK"}, 30.0, 0.5),
        ({"type": "talking_photo", "talking_photo_id": "LOOK"}, 31.0, 1.0),
        ({"type": "avatar", "avatar_id": "sim-look-leo"}, 31.0, 2.0),
        (
            {"type": "talking_photo", "talking_photo_id": "LOOK", "use_avatar_iv_model": True},
            31.0,
            3.1,
        ),
    ],
)
def test_scenes_are_billed_in_steps_and_the_dear_engine_by_the_second(
    box: Any, look_id: str, character: dict[str, Any], seconds: float, price: float
) -> None:
    if "talking_photo_id" in character:
        character = character | {"talking_photo_id": look_id}
    scene = {"character": character, "voice": {"type": "silence", "duration": seconds}}

    video_id = box.call(GENERATE, {"video_inputs": [scene]})["video_id"]

    [charge] = box.world.ledger.charges
    assert (charge.resource_id, charge.credits) == (video_id, pytest.approx(price))


def test_several_scenes_make_one_video_as_long_as_all_of_them(box: Any, look_id: str) -> None:
    silence = {"voice": {"type": "silence", "duration": 40}}
    video_id = _video(box, look_id, video_inputs=[_scene(look_id, **silence)] * 3)

    box.wait(20.0)

    assert _status(box, video_id)["duration"] == 120.0
    assert box.world.ledger.charges[0].credits == 3.0


def test_each_scene_is_shown_and_heard_in_its_turn(box: Any, look_id: str, photo: bytes) -> None:
    leo = {"type": "avatar", "avatar_id": "sim-look-leo"}
    colour = {"type": "color", "value": "#112233"}
    silence = {"type": "silence", "duration": 3}
    scenes = [_scene(look_id), _scene(look_id, character=leo, background=colour, voice=silence)]
    video_id = _video(box, look_id, video_inputs=scenes)
    box.wait(20.0)

    one, two = box.world.files[f"videos/{video_id}.mp4"].make().scenes

    assert (one.image, one.background, one.volume) == (photo, None, 1.0)
    assert (two.background, two.seconds, two.volume) == ("#112233", 3.0, 0.0)
    assert two.image != photo


def test_a_recording_is_played_by_its_asset(box: Any, look_id: str) -> None:
    asset_id = box.call("upload-asset", upload=tone("Hello there, all of you"))["id"]
    voice = {"type": "audio", "audio_asset_id": asset_id}
    video_id = _video(box, look_id, video_inputs=[_scene(look_id, voice=voice)])
    box.wait(20.0)

    request = box.world.files[f"videos/{video_id}.mp4"].make()

    assert request.audio == tone("Hello there, all of you")


@pytest.mark.parametrize(
    "voice",
    [
        {"type": "audio"},
        {"type": "audio", "audio_asset_id": "a", "audio_url": "https://x.org/a.mp3"},
    ],
)
def test_a_recording_is_named_in_one_way(box: Any, look_id: str, voice: dict[str, str]) -> None:
    refusal = box.refused(GENERATE, _body(look_id, video_inputs=[_scene(look_id, voice=voice)]))

    assert (refusal.status, refusal.param) == (400, "video_inputs.0.voice")
    assert len(refusal.message) < 120


def test_a_picture_may_stand_behind_the_character(box: Any, look_id: str) -> None:
    asset_id = box.photo((64, 64))
    behind = {"type": "image", "image_asset_id": asset_id, "fit": "cover"}
    video_id = _video(box, look_id, video_inputs=[_scene(look_id, background=behind)])
    box.wait(20.0)

    request = box.world.files[f"videos/{video_id}.mp4"].make()

    assert request.fit == "cover"
    with Image.open(io.BytesIO(request.background_image)) as image:
        assert image.size == (64, 64)


def test_a_photo_look_is_never_an_avatar_and_a_group_never_a_look(box: Any) -> None:
    look_id = box.look()
    group_id = box.call("photo-avatar-details", id=look_id)["group_id"]
    avatar = {"type": "avatar", "avatar_id": look_id}

    refusals = [
        box.refused(GENERATE, {"video_inputs": [{"character": avatar, "voice": TEXT}]}),
        box.refused(GENERATE, _body(group_id)),
    ]

    assert [(it.status, it.code) for it in refusals] == [(404, "avatar_not_found")] * 2


def test_a_group_of_v2_speaks_under_its_own_id_while_it_is_trained(box: Any, photo: bytes) -> None:
    key = box.call("upload-asset", upload=photo)["image_key"]
    made = box.call("create-photo-avatar-group", {"name": "Ada", "image_key": key})
    early = box.refused(GENERATE, _body(made["group_id"]))
    box.wait(1.0)
    box.call("train-photo-avatar-group", {"group_id": made["group_id"]})

    video_id = _video(box, made["group_id"])

    assert early.message == "Photo avatar look upload not completed"
    assert _status(box, video_id)["status"] == "waiting"


def test_a_voice_that_is_not_there_is_refused(box: Any, look_id: str) -> None:
    voice = TEXT | {"voice_id": "no"}

    refusal = box.refused(GENERATE, _body(look_id, video_inputs=[_scene(look_id, voice=voice)]))

    assert refusal.code == "voice_not_found"


def test_what_cannot_be_paid_is_accepted_and_fails_at_the_poll(new_box: Any, photo: bytes) -> None:
    box = new_box(credits=0.25)
    look_id = box.call("upload-talking-photo", upload=photo)["talking_photo_id"]
    video_id = _video(box, look_id)

    box.wait(20.0)

    status = _status(box, video_id)
    details = box.call(DETAILS, video_id=video_id)
    assert (status["status"], status["error"]["code"]) == (
        "failed",
        "MOVIO_PAYMENT_INSUFFICIENT_CREDIT",
    )
    assert details["failure_code"] == "MOVIO_PAYMENT_INSUFFICIENT_CREDIT"
    assert box.account.balance == 0.25


def test_a_full_account_is_told_to_come_back_later(new_box: Any, photo: bytes) -> None:
    box = new_box(render_slots=1)
    look_id = box.call("upload-talking-photo", upload=photo)["talking_photo_id"]
    box.video()

    refusal = box.refused(GENERATE, _body(look_id))

    assert (refusal.status, refusal.code, refusal.retry_after) == (429, "rate_limit_exceeded", 20)


def test_nothing_is_idempotent_so_a_repeated_video_is_paid_twice(box: Any, look_id: str) -> None:
    ids = [_video(box, look_id), _video(box, look_id)]

    assert [it.resource_id for it in box.world.ledger.charges] == ids
    assert len(set(ids)) == 2


def test_a_video_is_made_straight_from_an_image_key(box: Any, photo: bytes) -> None:
    key = box.call("upload-asset", upload=photo)["image_key"]
    said = {"script": "Hello.", "voice_id": "sim-voice-ben"}
    body = {"image_key": key, "video_title": "Clip", "video_orientation": "landscape"} | said
    untitled = {name: value for name, value in body.items() if name != "video_title"}

    refusal = box.refused(DIRECT, untitled)
    video_id = box.call(DIRECT, body)["video_id"]

    box.wait(20.0)
    request = box.world.files[f"videos/{video_id}.mp4"].make()
    assert refusal.param == "video_title"
    assert (request.frame, request.image) == ((1280, 720), photo)
    assert box.account.looks == {}


@pytest.mark.parametrize(
    "change",
    [
        {"avatar_id": "sim-look-mia"},
        {"image_url": "https://cdn.example.org/ada.jpg"},
        {"image_asset_id": "PHOTO"},
    ],
)
def test_the_newest_route_takes_a_look_or_a_picture(box: Any, change: dict[str, str]) -> None:
    if "image_asset_id" in change:
        change = {"image_asset_id": box.photo()}
    said = {"script": "Hello.", "voice_id": "sim-voice-ben", "aspect_ratio": "9:16"}

    answer = box.call(CREATE, change | said)

    box.wait(20.0)
    request = box.world.files[f"videos/{answer['video_id']}.mp4"].make()
    assert (answer["status"], request.aspect_ratio) == ("waiting", "9:16")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "the request body needs exactly one of avatar_id or image_url or image_asset_id"),
        ({"avatar_id": "a", "resolution": "8k"}, "resolution is invalid"),
    ],
)
def test_the_newest_route_refuses_what_is_no_video(
    box: Any, body: dict[str, str], message: str
) -> None:
    refusal = box.refused(CREATE, {"script": "Hello."} | body)

    assert refusal.message == message


def test_lists_come_in_pages_and_by_title(box: Any, look_id: str) -> None:
    ids = [_video(box, look_id, title=f"part {it}") for it in range(3)]

    first = box.call("video-list", query={"limit": "2", "title": "part"})
    second = box.call("video-list", query={"limit": "2", "token": first["token"]})
    named = box.call("video-list", query={"title": "part 1"})
    newer = box.call("list-videos-v2", query={"limit": "2"})

    found = [it["video_id"] for page in (first, second) for it in page["videos"]]
    assert (found, second["token"], first["total"]) == (ids[::-1], None, 3)
    assert [it["video_id"] for it in named["videos"]] == [ids[1]]
    assert ([it["id"] for it in newer["videos"]], newer["has_more"]) == (ids[:0:-1], True)


@pytest.mark.parametrize("operation", ["delete-a-video", "delete-video-v2"])
def test_a_deleted_video_is_gone_for_both_dialects(box: Any, look_id: str, operation: str) -> None:
    video_id = _video(box, look_id)

    if operation == "delete-a-video":
        box.answer(operation, query={"video_id": video_id})
    else:
        box.answer(operation, video_id=video_id)

    assert box.refused(STATUS, query={"video_id": video_id}).code == "video_not_found"
    assert box.refused("getVideo", video_id=video_id).code == "video_not_found"


class TestTraps:
    def test_a_trained_look_may_not_be_found(self, box: Any, look_id: str) -> None:
        box.world.faults.add(Fault("avatar_not_found"))
        untrained = _video(box, look_id)
        box.call("train-photo-avatar-group", {"group_id": look_id})
        box.wait(300.0)

        refusal = box.refused(GENERATE, _body(look_id))

        assert untrained
        assert (refusal.status, refusal.code) == (404, "avatar_not_found")

    def test_a_look_may_demand_the_dear_engine(self, box: Any, look_id: str) -> None:
        box.world.faults.add(Fault("no_unlimited_mode"))
        scene = _scene(look_id)
        scene["character"] |= {"use_avatar_iv_model": True}

        refusal = box.refused(GENERATE, _body(look_id))
        video_id = _video(box, look_id, video_inputs=[scene])

        assert (refusal.status, refusal.code) == (400, "internal_error")
        assert "unlimited mode" in refusal.message
        assert video_id

    def test_a_new_video_may_not_be_found_yet(self, box: Any, look_id: str) -> None:
        box.world.faults.add(Fault("pacific_video_not_found", seconds=10.0))
        video_id = _video(box, look_id)

        early = box.refused(STATUS, query={"video_id": video_id})
        box.wait(10.0)

        assert early.message == "ResourceType.PACIFIC_VIDEO not found"
        assert _status(box, video_id)["status"] == "processing"

    def test_credits_may_run_out_at_the_poll(self, box: Any, look_id: str) -> None:
        box.world.faults.add(Fault("credits_at_poll", operation=GENERATE))
        video_id = _video(box, look_id)

        box.wait(20.0)

        assert _status(box, video_id)["error"]["code"] == "MOVIO_PAYMENT_INSUFFICIENT_CREDIT"
        assert box.account.balance == 1000.0

    def test_a_failure_may_have_a_number(self, box: Any, look_id: str) -> None:
        box.world.faults.add(Fault("failed", operation=GENERATE, code="40119", message="Too long"))
        video_id = _video(box, look_id)

        box.wait(20.0)

        error = {"code": 40119, "detail": "Too long", "message": "Too long"}
        assert _status(box, video_id)["error"] == error

    def test_a_completed_video_may_name_an_error(self, box: Any, look_id: str) -> None:
        box.world.faults.add(Fault("completed_with_error", operation=GENERATE))
        video_id = _video(box, look_id)
        before = _status(box, video_id)

        box.wait(20.0)

        status = _status(box, video_id)
        assert before["error"] is None
        assert status["status"] == "completed"
        assert status["video_url"] is not None
        assert status["error"]["message"] == "watermarked"
        assert box.world.ledger.charges[0].refunded is False

    def test_files_may_lag_behind_the_status(self, box: Any, look_id: str) -> None:
        box.world.faults.add(Fault("late_files", operation=GENERATE, seconds=5.0))
        video_id = _video(box, look_id, caption=True)
        path = f"videos/{video_id}.mp4"

        seen = []
        for seconds in (20.0, 4.9, 0.1):
            box.wait(seconds)
            status = _status(box, video_id)
            seen.append((status["status"], status["caption_url"] is None, path in box.world.files))

        assert seen == [("completed", True, False)] * 2 + [("completed", False, True)]
