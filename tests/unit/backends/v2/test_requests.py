from __future__ import annotations

from typing import Any

import pytest

from heygen_async.api.converter import unstructure
from heygen_async.backends.v2.requests import (
    av4_request,
    generation_request,
    look_request,
    video_request,
)
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto, Orientation
from heygen_async.models.job import (
    Audio,
    Background,
    Job,
    Look,
    Photo,
    Script,
    VideoOptions,
)
from heygen_async.models.source import Media
from heygen_async.models.v2 import NewLook, V2Options

ASSETS = {"a.mp3": "asset-a", "b.jpg": "asset-b"}
LOOK = {"look_id": "look-1", "footage": False, "voice_id": "own"}
FOOTAGE = {**LOOK, "footage": True}


def job(**fields: Any) -> Job:
    return Job(**{"avatar": Photo("p.jpg"), "speech": Script("Hello", voice_id="v"), **fields})


def video(look: dict[str, Any] = LOOK, **fields: Any) -> Any:
    return unstructure(video_request(job(**fields), "title", look, ASSETS))


def scene(look: dict[str, Any] = LOOK, **fields: Any) -> Any:
    return video(look, **fields)["video_inputs"][0]


def test_a_photo_look_is_a_talking_photo_and_footage_is_an_avatar() -> None:
    assert scene()["character"] == {"type": "talking_photo", "talking_photo_id": "look-1"}
    assert scene(FOOTAGE)["character"] == {"type": "avatar", "avatar_id": "look-1"}


def test_a_script_is_spoken_by_its_voice_or_by_the_looks_own() -> None:
    own = scene(avatar=Look("look-1"), speech=Script("Hi"))["voice"]
    named = scene(speech=Script("Hi", voice_id="v", pitch=-3.0, speed=1.2, locale="en-GB"))["voice"]

    assert own == {"type": "text", "voice_id": "own", "input_text": "Hi"}
    assert named == {
        "type": "text",
        "voice_id": "v",
        "input_text": "Hi",
        "speed": 1.2,
        "pitch": -3,
        "locale": "en-GB",
    }


def test_a_look_without_a_voice_needs_one_to_be_named() -> None:
    with pytest.raises(InvalidInputError, match="look-1 has no voice"):
        scene({"look_id": "look-1"}, avatar=Look("look-1"), speech=Script("Hi"))


@pytest.mark.parametrize(
    ("audio", "told"),
    [
        (Audio("a.mp3"), {"audio_asset_id": "asset-a"}),
        (Audio("https://example.com/a.mp3"), {"audio_url": "https://example.com/a.mp3"}),
        (Audio(asset_id="known"), {"audio_asset_id": "known"}),
    ],
    ids=["file", "address", "asset"],
)
def test_a_recording_is_told_by_its_address_or_its_asset(audio: Audio, told: Any) -> None:
    by_av4 = unstructure(av4_request(job(speech=audio), "title", "key", ASSETS))

    assert scene(speech=audio)["voice"] == {"type": "audio", **told}
    assert told.items() <= by_av4.items()


def test_a_background_is_a_colour_or_a_picture() -> None:
    colour = scene(options=VideoOptions(background="#102030"))["background"]
    picture = scene(options=VideoOptions(background=Background(image=Media("b.jpg"))))["background"]

    assert colour == {"type": "color", "value": "#102030"}
    assert picture == {"type": "image", "image_asset_id": "asset-b"}


@pytest.mark.parametrize(
    ("ratio", "resolution", "frame"),
    [
        (None, None, (1280, 720)),
        ("16:9", "1080p", (1920, 1080)),
        ("9:16", "720p", (720, 1280)),
        ("1:1", "4k", (2160, 2160)),
        ("4:5", "1080p", (1080, 1350)),
        ("5:4", "720p", (900, 720)),
        ("16:9", "4k", (3840, 2160)),
    ],
)
def test_the_frame_is_always_said_in_even_pixels(
    ratio: str | None, resolution: str | None, frame: tuple[int, int]
) -> None:
    options = VideoOptions(aspect_ratio=ratio, resolution=resolution)

    assert video(options=options)["dimension"] == {"width": frame[0], "height": frame[1]}


def test_the_frame_follows_the_shape_of_who_was_generated() -> None:
    person = GeneratedPhoto(orientation="portrait")
    new_look = V2Options(new_look=NewLook("a beach", orientation=Orientation.LANDSCAPE))

    tall = video(avatar=person)["dimension"]
    wide = video(avatar=person, v2=new_look)["dimension"]
    still = unstructure(av4_request(job(avatar=GeneratedPhoto()), "title", "key", {}))

    assert (tall["width"], wide["width"]) == (720, 1280)
    assert still["video_orientation"] == "square"


def test_only_avatar_iv_is_told_how_to_move_and_footage_is_not() -> None:
    options = VideoOptions(motion_prompt="waves")

    moved = scene(options=options)["character"]

    assert (moved["use_avatar_iv_model"], moved["custom_motion_prompt"]) == (True, "waves")
    with pytest.raises(InvalidInputError, match="made of footage"):
        scene(FOOTAGE, options=options)


def test_captions_and_callbacks_are_asked_for_only_if_they_are_wanted() -> None:
    plain = video()
    asked = video(
        options=VideoOptions(captions=True, callback_url="https://example.com/", callback_id="c")
    )

    assert plain.keys() == {"video_inputs", "title", "dimension"}
    assert (asked["caption"], asked["callback_id"]) == (True, "c")


def test_avatar_iv_takes_the_key_of_a_photo() -> None:
    options = VideoOptions(aspect_ratio="9:16", fit="contain", motion_prompt="nods")

    request = av4_request(job(options=options), "title", "image/1/original", ASSETS)

    assert unstructure(request) == {
        "image_key": "image/1/original",
        "video_title": "title",
        "script": "Hello",
        "voice_id": "v",
        "video_orientation": "portrait",
        "fit": "contain",
        "custom_motion_prompt": "nods",
    }


def test_a_description_is_told_in_all_eight_fields_and_what_is_lost_is_told_too() -> None:
    narrowed = generation_request(GeneratedPhoto("Ada", age="Senior", ethnicity="Mixed"))

    assert unstructure(narrowed.value) == {
        "name": "Ada",
        "age": "Senior",
        "gender": "Unspecified",
        "ethnicity": "Unspecified",
        "orientation": "square",
        "pose": "half_body",
        "style": "Realistic",
        "appearance": "of mixed ethnicity",
    }
    assert [loss.field for loss in narrowed.losses] == ["ethnicity"]


def test_a_new_look_is_told_in_v2s_words() -> None:
    look = NewLook("on a beach", orientation=Orientation.PORTRAIT)

    assert unstructure(look_request(look, "g")) == {
        "group_id": "g",
        "prompt": "on a beach",
        "orientation": "vertical",
        "pose": "half_body",
        "style": "Realistic",
    }
