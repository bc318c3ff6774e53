from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.media import RenderRequest, Watermark, render_video, tone
from heygen_async.simulator.world.faults import Fault

AVATAR = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}
URL = {"type": "url", "url": "https://cdn.example.org/map.png"}
IMAGE = {"type": "image", "image": URL, "script": "Hello.", "voice_id": "sim-voice-ben"}
CINEMATIC = {"type": "cinematic_avatar", "avatar_id": ["sim-look-mia"], "prompt": "A walk"}
FILM = {"type": "url", "url": "https://cdn.example.org/walk.mp4"}


def _studio(*scenes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "studio", "scenes": list(scenes)} | more


def _scene(**more: Any) -> dict[str, Any]:
    given = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."} | more
    return {"type": "avatar_video", "input": given}


def _without(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in names}


REFUSED: list[tuple[str, dict[str, Any], str, str]] = [
    ("no speech", _without(AVATAR, "script"), "invalid_parameter", "script"),
    ("two speeches", AVATAR | {"audio_url": "https://x.org/a.mp3"}, "invalid_parameter", "script"),
    ("silence", AVATAR | {"script": " … "}, "tts_text_invalid", "script"),
    ("a pause", AVATAR | {"script": '<break time="1s"/>!'}, "tts_text_invalid", "script"),
    ("unknown look", AVATAR | {"avatar_id": "no"}, "avatar_not_found", "avatar_id"),
    ("a group", AVATAR | {"avatar_id": "sim-group-mia"}, "invalid_parameter", "avatar_id"),
    ("unknown voice", AVATAR | {"voice_id": "no"}, "voice_not_found", "voice_id"),
    ("no voice", _without(IMAGE, "voice_id"), "invalid_parameter", "voice_id"),
    (
        "unknown recording",
        _without(AVATAR, "script") | {"audio_asset_id": "no"},
        "asset_not_found",
        "audio_asset_id",
    ),
    (
        "a picture as recording",
        _without(AVATAR, "script") | {"audio_url": "https://x.org/a.png"},
        "invalid_parameter",
        "audio_url",
    ),
    ("engine", AVATAR | {"engine": {"type": "avatar_v"}}, "invalid_parameter", "engine.type"),
    (
        "motion of avatar_iii",
        AVATAR | {"engine": {"type": "avatar_iii"}, "motion_prompt": "nod"},
        "invalid_parameter",
        "motion_prompt",
    ),
    (
        "expression of avatar_iii",
        AVATAR | {"engine": {"type": "avatar_iii"}, "expressiveness": "high"},
        "invalid_parameter",
        "expressiveness",
    ),
    (
        "4k of avatar_iii",
        AVATAR | {"engine": {"type": "avatar_iii"}, "resolution": "4k"},
        "invalid_parameter",
        "resolution",
    ),
    (
        "background of webm",
        AVATAR | {"output_format": "webm", "background": {"type": "color", "value": "#ffffff"}},
        "invalid_parameter",
        "background",
    ),
    (
        "no colour",
        AVATAR | {"background": {"type": "color", "value": "red"}},
        "invalid_parameter",
        "background.value",
    ),
    (
        "no background image",
        AVATAR | {"background": {"type": "image"}},
        "invalid_parameter",
        "background.url",
    ),
    (
        "unknown background",
        AVATAR | {"background": {"type": "image", "asset_id": "no"}},
        "asset_not_found",
        "background.asset_id",
    ),
    (
        "film as watermark",
        AVATAR | {"watermark": {"image": FILM}},
        "invalid_parameter",
        "watermark.image",
    ),
    ("film as image", IMAGE | {"image": FILM}, "invalid_parameter", "image"),
    ("4:5 cinema", CINEMATIC | {"aspect_ratio": "4:5"}, "invalid_parameter", "aspect_ratio"),
    ("ten images", CINEMATIC | {"references": [URL] * 9}, "invalid_parameter", "references"),
    ("four films", CINEMATIC | {"references": [FILM] * 4}, "invalid_parameter", "references"),
    ("unknown star", CINEMATIC | {"avatar_id": ["no"]}, "avatar_not_found", "avatar_id.0"),
    (
        "unknown look in a scene",
        _studio(_scene(), _scene(avatar_id="no")),
        "avatar_not_found",
        "scenes.1.input.avatar_id",
    ),
    (
        "motion in a scene",
        _studio(_scene(engine={"type": "avatar_iii"}, motion_prompt="nod")),
        "invalid_parameter",
        "scenes.0.input.motion_prompt",
    ),
    (
        "still without length",
        _studio({"type": "image", "source": URL}),
        "invalid_parameter",
        "scenes.0.duration",
    ),
    (
        "picture as film",
        _studio({"type": "video", "source": URL}),
        "invalid_parameter",
        "scenes.0.source",
    ),
    (
        "half an hour",
        _studio(*[{"type": "image", "source": URL, "duration": 300}] * 7),
        "invalid_parameter",
        "scenes",
    ),
]


@pytest.mark.parametrize(
    ("body", "code", "param"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_video_that_cannot_be_made_is_refused_and_costs_nothing(
    box: Any, body: dict[str, Any], code: str, param: str
) -> None:
    refusal = box.refused("createVideo", body)

    assert (refusal.code, refusal.param) == (code, param)
    assert box.world.ledger.charges == []
    assert box.account.farm.running == 0


ACCEPTED: list[tuple[str, dict[str, Any], float, float]] = [
    ("avatar", AVATAR, 0.4, 0.02),
    ("avatar_iii", AVATAR | {"engine": {"type": "avatar_iii"}}, 0.4, 0.01732),
    ("foreign recording", _without(AVATAR, "script") | {"audio_url": "https://x.org/a"}, 10.0, 0.5),
    ("image", IMAGE, 0.4, 0.02),
    ("webm", AVATAR | {"output_format": "webm"}, 0.4, 0.02),
    ("background", AVATAR | {"background": {"type": "image", "url": URL["url"]}}, 0.4, 0.02),
    ("cinematic", CINEMATIC | {"duration": 5}, 5.0, 7.0),
    (
        "studio",
        _studio(
            _scene(background={"type": "color", "color": "#1a2b3c"}),
            {"type": "image", "source": URL, "duration": 4},
            {"type": "video", "source": FILM},
            {"type": "avatar_video", "input": IMAGE},
        ),
        14.8,
        0.04,
    ),
]


@pytest.mark.parametrize(
    ("body", "seconds", "price"),
    [case[1:] for case in ACCEPTED],
    ids=[case[0] for case in ACCEPTED],
)
def test_a_video_in_order_has_a_length_and_a_price(
    box: Any, body: dict[str, Any], seconds: float, price: float
) -> None:
    video_id = box.call("createVideo", body)["video_id"]

    box.wait(20.0)

    assert box.call("getVideo", video_id=video_id)["duration"] == seconds
    assert [it.credits for it in box.world.ledger.charges] == [price]


def test_a_recording_decides_the_length(box: Any) -> None:
    asset_id = box.call("uploadAsset", upload=tone(" ".join(["word"] * 10)))["asset_id"]
    body = _without(AVATAR, "script") | {"audio_asset_id": asset_id}

    video_id = box.call("createVideo", body)["video_id"]

    box.wait(20.0)
    assert box.call("getVideo", video_id=video_id)["duration"] == pytest.approx(4.0, abs=0.1)


def test_a_look_in_training_cannot_be_filmed_yet(box: Any) -> None:
    file = {"type": "asset_id", "asset_id": box.photo()}
    created = box.call("createAvatar", {"type": "photo", "name": "Ada", "file": file})

    refusal = box.refused("createVideo", AVATAR | {"avatar_id": created["avatar_item"]["id"]})

    assert (refusal.status, refusal.param) == (400, "avatar_id")
    assert refusal.message.endswith("is not ready yet, its status is processing")


def test_a_look_that_failed_training_cannot_be_filmed(box: Any) -> None:
    box.world.faults.add(Fault("failed", operation="createAvatar"))
    look_id = box.look()

    refusal = box.refused("createVideo", AVATAR | {"avatar_id": look_id})

    assert refusal.code == "avatar_not_usable"


def test_a_trained_look_of_ones_own_needs_a_voice(box: Any) -> None:
    look_id = box.look()

    refusal = box.refused("createVideo", AVATAR | {"avatar_id": look_id})

    assert refusal.param == "voice_id"
    assert box.video(avatar_id=look_id, voice_id="sim-voice-anna")


def test_an_empty_wallet_films_nothing(new_box: Callable[..., Any]) -> None:
    box = new_box(credits=0.01)

    refusal = box.refused("createVideo", AVATAR)

    assert refusal.code == "insufficient_credit"
    assert box.account.videos == {}


def test_auto_duration_leaves_the_duration_to_heygen(box: Any) -> None:
    asked = CINEMATIC | {"duration": 5, "auto_duration": True}

    video_id = box.call("createVideo", asked)["video_id"]

    assert box.account.videos[video_id].plan.seconds == 8.0


def test_each_scene_of_a_studio_video_has_its_own_picture_background_and_speech(
    box: Any, new_picture: Callable[..., bytes]
) -> None:
    recording = box.call("uploadAsset", upload=tone("one two three"))["asset_id"]
    photo = {"type": "asset_id", "asset_id": box.photo()}
    film = render_video(RenderRequest(image=new_picture(), seconds=2.0, frame=(128, 128)))
    footage = {"type": "asset_id", "asset_id": box.call("uploadAsset", upload=film)["asset_id"]}
    spoken = _scene(background={"type": "color", "color": "#112233"})
    heard = _scene(avatar_id="sim-look-leo", audio_asset_id=recording)
    del heard["input"]["script"]
    still = {"type": "image", "source": photo, "duration": 4}
    played = {"type": "video", "source": footage, "playback": {"volume": 0.25}}

    body = _studio(spoken, heard, still, played, caption={"file_format": "srt"})
    video_id = box.call("createVideo", body)["video_id"]

    plan = box.account.videos[video_id].plan
    one, two, three, four = plan.scenes
    assert len({it.picture for it in plan.scenes}) == 4
    assert (one.text, one.background) == ("Hello.", "#112233")
    assert (two.text, two.background, two.audio.read()) == (None, None, tone("one two three"))
    assert (three.seconds, three.volume, three.audio) == (4.0, 0.0, None)
    assert (four.volume, four.audio.read()) == (0.25, film)
    assert plan.seconds == sum(it.seconds for it in plan.scenes)


def test_a_studio_video_is_rendered_scene_by_scene(box: Any) -> None:
    body = _studio(
        _scene(), _scene(avatar_id="sim-look-leo", script="Good bye."), caption={"style": "default"}
    )
    video_id = box.call("createVideo", body)["video_id"]
    box.wait(600.0)

    files = {it.rpartition("/")[2].partition(".")[2]: it for it in box.world.files}
    request = box.world.files[f"videos/{video_id}.captioned.mp4"].make()

    assert "srt" in files
    assert [it.text for it in request.scenes] == ["Hello.", "Good bye."]
    assert [it.captions for it in request.scenes] == [True, True]
    assert request.scenes[0].image != request.scenes[1].image
    assert box.world.files[f"videos/{video_id}.srt"].read().decode() == (
        "1\n00:00:00,000 --> 00:00:00,400\nHello.\n\n2\n00:00:00,400 --> 00:00:01,200\nGood bye.\n"
    )


@pytest.mark.parametrize("scenes", [1, 2])
def test_a_studio_video_bears_its_watermark(
    box: Any, scenes: int, new_picture: Callable[..., bytes]
) -> None:
    image = {
        "type": "asset_id",
        "asset_id": box.call("uploadAsset", upload=new_picture())["asset_id"],
    }
    body = _studio(*[_scene()] * scenes, watermark={"image": image, "opacity": 0.5})
    video_id = box.call("createVideo", body)["video_id"]
    box.wait(600.0)

    request = box.world.files[f"videos/{video_id}.mp4"].make()

    assert (request.watermark.image, request.watermark.opacity) == (new_picture(), 0.5)


def test_a_video_may_be_quiet_and_cut_out_and_watermarked(
    box: Any, new_picture: Callable[..., bytes]
) -> None:
    image = {
        "type": "asset_id",
        "asset_id": box.call("uploadAsset", upload=new_picture())["asset_id"],
    }
    placement = {"position": "top_left", "offset_x": 0.1}
    video_id = box.video(
        remove_background=True,
        voice_settings={"volume": 0.5},
        watermark={"image": image, "scale": 2, "placement": placement},
    )
    box.wait(20.0)

    request = box.world.files[f"videos/{video_id}.mp4"].make()

    assert (request.volume, request.cut_out) == (0.5, True)
    assert request.watermark == Watermark(
        image=new_picture(), scale=2, position="top_left", offset=(0.1, 0.0)
    )
