from __future__ import annotations

from typing import Any

import pytest

from heygen_async.api.v3.inputs import AssetId, AssetUrl
from heygen_async.api.v3.videos_schemas import CreateVideoFromAvatar, CreateVideoFromImage
from heygen_async.backends.v3.requests import (
    avatar_request,
    expected_render,
    marked,
    marker,
    video_request,
)
from heygen_async.errors import InvalidInputError
from heygen_async.models.job import (
    AnimatedImage,
    Audio,
    Background,
    Captions,
    Job,
    Look,
    Photo,
    Prompt,
    Script,
    VideoOptions,
    Watermark,
)
from heygen_async.models.source import Media

KEY = "hga-" + "0123456789abcdef" * 2
SCRIPT = Script("Hello", voice_id="v")
KEPT = f"sha256:{'0' * 64}"


def video(**fields: Any) -> Any:
    assets = {"a.jpg": "asset-a", "b.wav": "asset-b", KEPT: "asset-k"}
    job = Job(**{"avatar": Look("l"), "speech": SCRIPT, **fields})
    return video_request(job, "title", "look-1", assets)


def test_a_mark_is_the_beginning_of_the_key_and_found_in_any_title() -> None:
    for title in ("", "Hello", "x" * 5000):
        assert marker(KEY) in marked(title, KEY, mark=True)
        assert len(marked(title, KEY, mark=True)) <= 220


def test_two_attempts_have_two_marks() -> None:
    assert marker("hga-aaaaaaaaaaaaaaaa") != marker("hga-aaaaaaaaaaabaaaa")


def test_without_marks_a_title_stays_what_it_is() -> None:
    assert marked("x" * 5000, KEY, mark=False) == "x" * 5000


def test_a_longer_script_is_expected_to_take_longer_and_a_faster_voice_less() -> None:
    def expected(words: int, speed: float | None = None) -> float:
        script = Script("word " * words, speed=speed)
        seconds = expected_render(Job(avatar=Look("l"), speech=script))
        assert seconds is not None
        return seconds

    assert 60 < expected(1) < expected(100) < expected(500)
    assert expected(500, 1.5) < expected(500) < expected(500, 0.5)


def test_nothing_is_known_of_the_length_of_a_recording() -> None:
    assert expected_render(Job(avatar=Look("l"), speech=Audio("b.wav"))) is None


def test_a_look_speaks_a_script() -> None:
    request = video()

    assert isinstance(request, CreateVideoFromAvatar)
    assert (request.avatar_id, request.script, request.voice_id) == ("look-1", "Hello", "v")
    assert (request.title, request.audio_asset_id, request.voice_settings) == ("title", None, None)


def test_an_image_is_animated_without_an_avatar() -> None:
    request = video(avatar=AnimatedImage("a.jpg"))

    assert isinstance(request, CreateVideoFromImage)
    assert request.image == AssetId("asset-a")


@pytest.mark.parametrize(
    ("media", "url", "asset"),
    [
        (Audio("b.wav"), None, "asset-b"),
        (Audio(KEPT), None, "asset-k"),
        (Audio(asset_id="mine"), None, "mine"),
        (Audio("https://x/b.wav"), "https://x/b.wav", None),
    ],
)
def test_a_recording_is_named_by_where_it_is(
    media: Audio, url: str | None, asset: str | None
) -> None:
    request = video(speech=media)

    assert (request.audio_url, request.audio_asset_id, request.script) == (url, asset, None)


def test_voice_settings_are_sent_only_where_something_is_set() -> None:
    request = video(speech=Script("Hello", voice_id="v", speed=1.2, locale="en-GB"))

    assert (request.voice_settings.speed, request.voice_settings.locale) == (1.2, "en-GB")
    assert request.voice_settings.pitch is None


def test_every_option_arrives() -> None:
    request = video(
        options=VideoOptions(
            resolution="720p",
            aspect_ratio="9:16",
            fit="cover",
            background=Background(image=Media("a.jpg")),
            remove_background=True,
            captions=Captions(styled=True),
            engine="avatar_iv",
            expressiveness="high",
            motion_prompt="wave",
            watermark=Watermark(Media("https://x/w.png"), opacity=0.5, position="top_left"),
            callback_url="https://x/done",
            callback_id="c",
        )
    )

    assert (request.resolution, request.aspect_ratio, request.fit) == ("720p", "9:16", "cover")
    assert (request.background.type, request.background.asset_id) == ("image", "asset-a")
    assert request.remove_background is True
    assert request.caption.style == "default"
    assert request.engine.type == "avatar_iv"
    assert (request.expressiveness, request.motion_prompt) == ("high", "wave")
    assert request.watermark.image == AssetUrl("https://x/w.png")
    assert (request.watermark.opacity, request.watermark.placement.position) == (0.5, "top_left")
    assert (request.callback_url, request.callback_id) == ("https://x/done", "c")


def test_a_format_is_sent_only_where_it_is_not_the_usual_one() -> None:
    assert video().output_format is None
    assert video(options=VideoOptions(output_format="webm")).output_format == "webm"


def test_plain_captions_ask_for_no_style() -> None:
    assert video().caption is None
    assert video(options=VideoOptions(captions=True)).caption.style is None


def test_a_colour_is_a_background_of_its_own_type() -> None:
    background = video(options=VideoOptions(background="#1a2b3c")).background

    assert (background.type, background.value) == ("color", "#1a2b3c")


def test_settings_that_no_engine_knows_are_refused_before_anything_is_sent() -> None:
    script = Script("Hello", voice_id="v", engine_settings={"engine_type": "kazoo"})

    with pytest.raises(InvalidInputError):
        video(speech=script)


def test_a_photo_becomes_an_avatar_by_its_asset() -> None:
    request: Any = avatar_request(Photo("a.jpg", group_id="g"), "Ada", {"a.jpg": "asset-a"})

    assert (request.name, request.file, request.avatar_group_id) == ("Ada", AssetId("asset-a"), "g")


def test_a_prompt_becomes_an_avatar_with_its_references() -> None:
    prompt = Prompt("A sailor", references=[Media("a.jpg"), Media("https://x/b.jpg")])

    request: Any = avatar_request(prompt, "Sailor", {"a.jpg": "asset-a"})

    assert (request.name, request.prompt) == ("Sailor", "A sailor")
    assert list(request.reference_images) == [AssetId("asset-a"), AssetUrl("https://x/b.jpg")]
    assert not avatar_request(Prompt("A sailor"), "S", {}).reference_images
