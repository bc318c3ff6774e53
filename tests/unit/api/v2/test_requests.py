"""What is refused before anything is sent, beyond the limits of single fields."""

from __future__ import annotations

from typing import Any

import pytest

from heygen_async.api.v2.photo_requests import GroupAddRequest, PhotoGenerateRequest
from heygen_async.api.v2.video_parts import (
    AudioVoice,
    ColorBackground,
    Dimension,
    ImageBackground,
    TextVoice,
    VideoBackground,
    VideoInput,
)
from heygen_async.api.v2.video_requests import (
    Av4GenerateRequest,
    V2BackgroundSimple,
    V2VideoCreateRequest,
    VideoGenerateRequest,
)
from heygen_async.errors import InvalidInputError

PERSON: dict[str, Any] = {
    "name": "Ada",
    "age": "Senior",
    "gender": "Woman",
    "ethnicity": "Pacific",
    "orientation": "square",
    "pose": "close_up",
    "style": "Noir",
    "appearance": "a hat",
}
ADDRESS = "https://example.org/a.mp3"
SPOKEN = VideoInput(voice=TextVoice(voice_id="v1", input_text="Hello."))
PLAYED = VideoInput(voice=AudioVoice(audio_url=ADDRESS))
AV4: dict[str, Any] = {"image_key": "k1", "video_title": "Hi"}
CREATE: dict[str, Any] = {"avatar_id": "l1"}


@pytest.mark.parametrize("field", PERSON)
def test_a_person_needs_every_field(field: str) -> None:
    fewer = {name: value for name, value in PERSON.items() if name != field}

    with pytest.raises(TypeError, match=field):
        PhotoGenerateRequest(**fewer)


@pytest.mark.parametrize("field", ["orientation", "pose"])
def test_a_frame_cannot_be_left_open(field: str) -> None:
    with pytest.raises(InvalidInputError, match="must be one of") as caught:
        PhotoGenerateRequest(**{**PERSON, field: "Unspecified"})

    assert caught.value.field == f"PhotoGenerateRequest.{field}"
    assert caught.value.value == "'Unspecified'"


def test_no_more_than_four_photos_are_added_at_once() -> None:
    with pytest.raises(InvalidInputError, match="must have 1 to 4 items, not 5"):
        GroupAddRequest(group_id="g1", image_keys=list("abcde"), name="Ada")


@pytest.mark.parametrize(("width", "height"), [(128, 720), (1280, 4096), (1281, 720)])
def test_a_frame_is_even_and_within_bounds(width: int, height: int) -> None:
    with pytest.raises(InvalidInputError, match=r"Dimension\.(width|height) must be at least 130"):
        Dimension(width=width, height=height)


@pytest.mark.parametrize("scenes", [0, 51])
def test_a_video_has_one_to_fifty_scenes(scenes: int) -> None:
    with pytest.raises(InvalidInputError, match="must have 1 to 50 items"):
        VideoGenerateRequest(video_inputs=[SPOKEN] * scenes)


def test_captions_need_a_script_in_one_scene() -> None:
    VideoGenerateRequest(video_inputs=[PLAYED, SPOKEN], caption=True)

    with pytest.raises(InvalidInputError, match="needs a scene with a TextVoice"):
        VideoGenerateRequest(video_inputs=[PLAYED], caption=True)


@pytest.mark.parametrize(
    ("make", "given"),
    [
        (AudioVoice, {}),
        (AudioVoice, {"audio_url": ADDRESS, "audio_asset_id": "a1"}),
        (ImageBackground, {}),
        (VideoBackground, {"url": ADDRESS, "video_asset_id": "a1"}),
        (Av4GenerateRequest, AV4),
        (V2VideoCreateRequest, {"script": "Hello."}),
        (V2VideoCreateRequest, {**CREATE, "image_url": ADDRESS, "script": "Hello."}),
        (V2VideoCreateRequest, {**CREATE, "script": "Hello.", "audio_url": ADDRESS}),
        (V2VideoCreateRequest, CREATE),
        (V2BackgroundSimple, {"type": "image"}),
    ],
)
def test_exactly_one_of_a_choice_is_given(make: Any, given: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="needs exactly one of"):
        make(**given)


def test_a_photo_video_takes_one_sound_and_a_script_beside_it() -> None:
    Av4GenerateRequest(**AV4, audio_url=ADDRESS)
    Av4GenerateRequest(**AV4, audio_url=ADDRESS, script="Hello.", voice_id="v1")

    with pytest.raises(InvalidInputError, match="needs at most one of audio_url, audio_asset_id"):
        Av4GenerateRequest(**AV4, audio_url=ADDRESS, audio_asset_id="a1")


def test_a_photo_video_with_a_script_needs_a_voice_and_always_a_title() -> None:
    with pytest.raises(InvalidInputError, match="voice_id must be given with a script"):
        Av4GenerateRequest(**AV4, script="Hello.")
    with pytest.raises(TypeError, match="video_title"):
        Av4GenerateRequest(image_key="k1", audio_url=ADDRESS)


@pytest.mark.parametrize("colour", ["red", "#fff", "1a2b3c"])
def test_a_colour_is_hexadecimal(colour: str) -> None:
    with pytest.raises(InvalidInputError, match="must be a colour such as"):
        ColorBackground(value=colour)
    with pytest.raises(InvalidInputError, match="must be a colour such as"):
        V2BackgroundSimple(type="color", value=colour)
