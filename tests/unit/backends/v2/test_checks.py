from __future__ import annotations

from typing import Any

import pytest

from heygen_async.backends.v2.checks import by_av4, check, needs_av4_model
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import (
    AnimatedImage,
    Audio,
    Background,
    Captions,
    Job,
    Look,
    Photo,
    Script,
    VideoOptions,
)
from heygen_async.models.source import Media
from heygen_async.models.v2 import V2Options

HELLO = Script("Hello", voice_id="v")
PHOTO = Photo("ada.jpg")
AV4 = V2Options(engine="av4")


def job(**fields: Any) -> Job:
    return Job(**{"avatar": PHOTO, "speech": HELLO, **fields})


FINE = {
    "a photo": job(),
    "bytes": job(avatar=Photo(b"\xff\xd8\xff")),
    "a joined group": job(avatar=Photo("ada.jpg", group_id="g")),
    "an image": job(avatar=AnimatedImage("ada.jpg")),
    "an image by av4": job(avatar=AnimatedImage("ada.jpg"), v2=AV4),
    "a description by av4": job(avatar=GeneratedPhoto(), v2=V2Options(engine="av4", pick=3)),
    "several looks": job(avatar=GeneratedPhoto(), v2=V2Options(pick=1, looks=3)),
    "more of a look": job(avatar=Look("l"), v2=V2Options(photos=[Media("b.jpg")], train=True)),
    "a look's own voice": job(avatar=Look("l"), speech=Script("Hello")),
    "audio": job(speech=Audio("https://example.com/a.mp3")),
    "audio by av4": job(speech=Audio("a.mp3"), v2=AV4),
    "odd shapes": job(options=VideoOptions(aspect_ratio="4:5", resolution="4k")),
    "captions": job(options=VideoOptions(captions=Captions(styled=True))),
    "fit by av4": job(v2=AV4, options=VideoOptions(fit="cover", resolution="720p")),
    "settings": job(speech=Script("Hi", voice_id="v", pitch=3.0, speed=1.1, locale="en-GB")),
    "elevenlabs": job(
        speech=Script("Hi", voice_id="v", engine_settings={"engine_type": "elevenlabs"})
    ),
}

REFUSED = {
    "Job.avatar": job(avatar=Photo("https://example.com/a.jpg")),
    "V2Options.photos[1]": job(v2=V2Options(photos=[Media("a.jpg"), Media(asset_id="a")])),
    "V2Options.pick": job(v2=V2Options(pick=1)),
    "V2Options.looks": job(avatar=Look("l"), v2=V2Options(looks=2)),
    "V2Options.upscale": job(avatar=AnimatedImage("a.jpg"), v2=V2Options(upscale=True)),
    "V2Options.new_look": job(avatar=AnimatedImage("a.jpg"), v2=V2Options(new_look="a beach")),
    "V2Options.engine": job(avatar=Look("l"), v2=AV4),
    "Photo.group_id": job(avatar=Photo("a.jpg", group_id="g"), v2=AV4),
    "Script.voice_id": job(speech=Script("Hello")),
    "Script.volume": job(speech=Script("Hello", voice_id="v", volume=0.5)),
    "Script.pitch": job(speech=Script("Hello", voice_id="v", pitch=0.5)),
    "Script.speed": job(speech=Script("Hello", voice_id="v", speed=1.2), v2=AV4),
    "Script.locale": job(
        speech=Script("Hello", voice_id="v", locale="en-GB"), avatar=AnimatedImage("a.jpg")
    ),
    "Script.engine_settings": job(
        speech=Script("Hi", voice_id="v", engine_settings={"engine_type": "fish"})
    ),
    "VideoOptions.aspect_ratio": job(options=VideoOptions(aspect_ratio="auto")),
    "VideoOptions.fit": job(options=VideoOptions(fit="cover")),
    "VideoOptions.resolution": job(options=VideoOptions(resolution="1080p"), v2=AV4),
    "VideoOptions.background": job(options=VideoOptions(background=Background("#102030")), v2=AV4),
    "VideoOptions.captions": job(options=VideoOptions(captions=True), speech=Audio("a.mp3")),
}


@pytest.mark.parametrize("name", FINE)
def test_what_v2_can_do_is_let_pass(name: str) -> None:
    check(FINE[name])


@pytest.mark.parametrize("field", REFUSED)
def test_what_v2_cannot_do_is_refused_with_its_field(field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        check(REFUSED[field])

    assert caught.value.field == field
    assert (
        "HeyGen v2" in str(caught.value)
        or "'v2'" in str(caught.value)
        or "av4" in str(caught.value)
    )


def test_avatar_iv_has_no_odd_shapes() -> None:
    with pytest.raises(InvalidInputError, match="16:9"):
        check(job(options=VideoOptions(aspect_ratio="4:5"), v2=AV4))


def test_a_new_look_of_a_look_has_no_voice_of_its_own() -> None:
    with pytest.raises(InvalidInputError, match="new looks have no voice"):
        check(job(avatar=Look("l"), speech=Script("Hello"), v2=V2Options(new_look="a beach")))


def test_other_settings_than_elevenlabs_has_are_named() -> None:
    speech = Script("Hi", voice_id="v", engine_settings={"stability": 0.5, "warmth": 1})

    with pytest.raises(InvalidInputError, match="warmth"):
        check(job(speech=speech))


@pytest.mark.parametrize(
    ("asked", "route", "model"),
    [
        (job(), False, False),
        (job(v2=AV4), True, True),
        (job(avatar=AnimatedImage("a.jpg")), True, True),
        (job(options=VideoOptions(motion_prompt="waves")), False, True),
    ],
    ids=["look", "av4", "image", "motion"],
)
def test_avatar_iv_has_a_route_of_its_own_and_moves_looks_on_the_other(
    asked: Job, route: bool, model: bool
) -> None:
    assert (by_av4(asked), needs_av4_model(asked)) == (route, model)
