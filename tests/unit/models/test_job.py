from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

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

LOOK = Look("look-1")
SCRIPT = Script("Hello")

BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: Script(""), "Script.text must be a non-empty string, not ''"),
    (lambda: Script(" \n\t"), r"Script.text must be a non-empty string, not ' \n\t'"),
    (lambda: Script(None), "Script.text must be a non-empty string, not None"),  # type: ignore[arg-type]
    (
        lambda: Script("Hi \ud83d"),
        r"Script.text must be Unicode; its character 4 is half of one, not 'Hi \ud83d'",
    ),
    (lambda: Script(b"Hello"), "Script.text must be a non-empty string, not 5 bytes"),  # type: ignore[arg-type]
    (
        lambda: Script("x" * 5001),
        "Script.text must have at most 5000 characters (it has 5001),"
        f" not '{'x' * 79}'… (5001 characters)",
    ),
    (lambda: Script("Hi", voice_id=""), "Script.voice_id must be a non-empty string, not ''"),
    (lambda: Script("Hi", voice_id=7), "Script.voice_id must be a non-empty string, not 7"),  # type: ignore[arg-type]
    (lambda: Script("Hi", speed=0.4), "Script.speed must be a number from 0.5 to 1.5, not 0.4"),
    (lambda: Script("Hi", speed=1.6), "Script.speed must be a number from 0.5 to 1.5, not 1.6"),
    (lambda: Script("Hi", speed=True), "Script.speed must be a number from 0.5 to 1.5, not True"),
    (lambda: Script("Hi", speed="1"), "Script.speed must be a number from 0.5 to 1.5, not '1'"),  # type: ignore[arg-type]
    (
        lambda: Script("Hi", speed=float("nan")),
        "Script.speed must be a number from 0.5 to 1.5, not nan",
    ),
    (lambda: Script("Hi", pitch=51), "Script.pitch must be a number from -50 to 50, not 51"),
    (lambda: Script("Hi", volume=1.1), "Script.volume must be a number from 0 to 1, not 1.1"),
    (lambda: Script("Hi", locale=""), "Script.locale must be a non-empty string, not ''"),
    (
        lambda: Script("Hi", engine_settings=[1]),  # type: ignore[arg-type]
        "Script.engine_settings must be one of dict, not [1]",
    ),
    (lambda: Prompt(""), "Prompt.text must be a non-empty string, not ''"),
    (
        lambda: Prompt("x" * 1001),
        "Prompt.text must have at most 1000 characters (it has 1001),"
        f" not '{'x' * 79}'… (1001 characters)",
    ),
    (lambda: Prompt("A sailor", name=" "), "Prompt.name must be a non-empty string, not ' '"),
    (
        lambda: Prompt("A sailor", references=[Media("a.jpg")] * 4),
        "Prompt.references must be at most 3, not 4",
    ),
    (
        lambda: Prompt("A sailor", references=["a.jpg"]),  # type: ignore[list-item]
        "Prompt.references must be one of Media, not 'a.jpg'",
    ),
    (lambda: Look(""), "Look.id must be a non-empty string, not ''"),
    (lambda: Photo("a.jpg", name=""), "Photo.name must be a non-empty string, not ''"),
    (lambda: Photo("a.jpg", group_id=""), "Photo.group_id must be a non-empty string, not ''"),
    (lambda: Background(), "Background takes exactly one of color and image"),
    (
        lambda: Background("#ffffff", image=Media("a.jpg")),
        "Background takes exactly one of color and image",
    ),
    (
        lambda: Background("red"),
        "Background.color must be six hex digits like #1a2b3c, not 'red'",
    ),
    (
        lambda: Background("#fff"),
        "Background.color must be six hex digits like #1a2b3c, not '#fff'",
    ),
    (
        lambda: Background("#ffffff\n"),
        r"Background.color must be six hex digits like #1a2b3c, not '#ffffff\n'",
    ),
    (
        lambda: Background(image="a.jpg"),  # type: ignore[arg-type]
        "Background.image must be one of Media, not 'a.jpg'",
    ),
    (lambda: Captions(styled=1), "Captions.styled must be one of bool, not 1"),  # type: ignore[arg-type]
    (lambda: Watermark("a.png"), "Watermark.image must be one of Media, not 'a.png'"),  # type: ignore[arg-type]
    (
        lambda: Watermark(Media("a.png"), opacity=-0.1),
        "Watermark.opacity must be a number from 0 to 1, not -0.1",
    ),
    (
        lambda: Watermark(Media("a.png"), scale=0),
        "Watermark.scale must be a number from 0.001 to 2, not 0",
    ),
    (
        lambda: Watermark(Media("a.png"), position="middle"),
        "Watermark.position must be one of 'top_left', 'top_right', 'bottom_left',"
        " 'bottom_right', not 'middle'",
    ),
    (
        lambda: Watermark(Media("a.png"), offset_x=2),
        "Watermark.offset_x must be a number from -1 to 1, not 2",
    ),
    (
        lambda: VideoOptions(resolution="8k"),
        "VideoOptions.resolution must be one of '4k', '1080p', '720p', not '8k'",
    ),
    (
        lambda: VideoOptions(aspect_ratio="3:2"),
        "VideoOptions.aspect_ratio must be one of '16:9', '9:16', '4:5', '5:4', '1:1', 'auto',"
        " not '3:2'",
    ),
    (
        lambda: VideoOptions(fit="stretch"),
        "VideoOptions.fit must be one of 'contain', 'cover', not 'stretch'",
    ),
    (
        lambda: VideoOptions(engine="avatar_ix"),
        "VideoOptions.engine must be one of 'avatar_v', 'avatar_iv', 'avatar_iii', not 'avatar_ix'",
    ),
    (
        lambda: VideoOptions(expressiveness="wild"),
        "VideoOptions.expressiveness must be one of 'high', 'medium', 'low', not 'wild'",
    ),
    (
        lambda: VideoOptions(output_format="avi"),
        "VideoOptions.output_format must be one of 'mp4', 'webm', not 'avi'",
    ),
    (
        lambda: VideoOptions(background="blue"),
        "Background.color must be six hex digits like #1a2b3c, not 'blue'",
    ),
    (
        lambda: VideoOptions(captions="yes"),
        "VideoOptions.captions must be one of Captions, not 'yes'",
    ),
    (lambda: VideoOptions(captions=1), "VideoOptions.captions must be one of Captions, not 1"),
    (
        lambda: VideoOptions(remove_background="yes"),  # type: ignore[arg-type]
        "VideoOptions.remove_background must be one of bool, not 'yes'",
    ),
    (lambda: VideoOptions(title=""), "VideoOptions.title must be a non-empty string, not ''"),
    (
        lambda: VideoOptions(callback_url="https://[example.com"),
        "VideoOptions.callback_url must be a public https:// address, not 'https://[example.com'",
    ),
    (
        lambda: VideoOptions(callback_url="http://example.com/"),
        "VideoOptions.callback_url must be a public https:// address, not 'http://example.com/'",
    ),
    (
        lambda: VideoOptions(callback_url="https://"),
        "VideoOptions.callback_url must be a public https:// address, not 'https://'",
    ),
    (
        lambda: VideoOptions(output_format="webm", background="#ffffff"),
        "VideoOptions.background cannot go with output_format 'webm', which is transparent,"
        " not Background(color='#ffffff', image=None)",
    ),
    (
        lambda: VideoOptions(engine="avatar_iii", motion_prompt="wave"),
        "VideoOptions.motion_prompt needs avatar_iv or avatar_v, not 'avatar_iii'",
    ),
    (
        lambda: VideoOptions(engine="avatar_v", expressiveness="high"),
        "VideoOptions.expressiveness needs avatar_iv, not 'avatar_v'",
    ),
    (
        lambda: Job(avatar="ada.jpg", speech=SCRIPT),  # type: ignore[arg-type]
        "Job.avatar must be one of Photo, AnimatedImage, Prompt, GeneratedPhoto, Look, StockAvatar,"
        " not 'ada.jpg'",
    ),
    (
        lambda: Job(avatar=Media("ada.jpg"), speech=SCRIPT),  # type: ignore[arg-type]
        "Job.avatar must be one of Photo, AnimatedImage, Prompt, GeneratedPhoto, Look, StockAvatar,"
        " not Media(source='ada.jpg', asset_id=None)",
    ),
    (
        lambda: Job(avatar=LOOK, speech="Hello"),  # type: ignore[arg-type]
        "Job.speech must be one of Script, Audio, Topic, Article, not 'Hello'",
    ),
    (
        lambda: Job(avatar=LOOK, speech=SCRIPT, options={"title": "x"}),  # type: ignore[arg-type]
        "Job.options must be one of VideoOptions, not {'title': 'x'}",
    ),
    (
        lambda: Script("Hi\0"),
        "Script.text must not contain the control character U+0000 (its character 3); take it out,"
        " not 'Hi\\x00'",
    ),
    *(
        (
            lambda text=text: Script(text),  # type: ignore[misc]
            "Script.text must have a letter or a digit: there is nothing to speak in it,"
            f" not {text!r}",
        )
        for text in (
            "...",
            "\u2026!!",
            "\U0001f600",
            "\u2764\ufe0f\u200d\U0001f525",
            "$ \u2014 %",
            '<break time="1.5s"/>',
            "<speak>\n<p>...</p> <BREAK/></speak>",
        )
    ),
    (
        lambda: Job(avatar=LOOK, speech=SCRIPT, output=""),
        "Job.output must be a non-empty string, not ''",
    ),
    (lambda: Job(avatar=LOOK, speech=SCRIPT, id=""), "Job.id must be a non-empty string, not ''"),
    (
        lambda: Job(avatar=AnimatedImage("a.jpg"), speech=SCRIPT),
        "Script.voice_id must be given for an AnimatedImage, which has no own voice, not None",
    ),
    (
        lambda: Job(
            avatar=AnimatedImage("a.jpg"),
            speech=Audio("a.wav"),
            options=VideoOptions(engine="avatar_iv"),
        ),
        "VideoOptions.engine cannot be chosen for an AnimatedImage, not 'avatar_iv'",
    ),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message[:60] for _, message in BAD])
def test_bad_input_is_refused_with_field_rule_and_value(
    make: Callable[[], Any], message: str
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        make()

    assert str(caught.value) == message
    assert caught.value.field
    assert message.startswith(caught.value.field.split(".")[0])


@pytest.mark.parametrize("references", [None, 7, Media("a.jpg")])
def test_references_that_are_no_collection_are_refused_by_name(references: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"Prompt\.references"):
        Prompt("A sailor", references=references)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Script("x"),
        lambda: Script("x" * 5000),
        lambda: Script("7"),
        lambda: Script("\u55ef\u2026"),
        lambda: Script("\u0644\u0627!"),
        lambda: Script("\u0e01\u0e34\u0e19"),
        lambda: Script("\u0939\u0940"),
        lambda: Script("\u2460"),
        lambda: Script("Ja, <break time='1s'/>"),
        lambda: Script("<emphasis>no</emphasis>"),
        lambda: Script("<hello>"),
        lambda: Script("<s>1 < 2</s>"),
        lambda: Script("[laughs]"),
        lambda: Script("One\ttwo\r\nthree\x85four\u2028five \u200d"),
        lambda: Script("Hi", speed=0.5, pitch=-50, volume=0),
        lambda: Script("Hi", speed=1.5, pitch=50, volume=1),
        lambda: Prompt("x" * 1000, references=[Media("a.jpg")] * 3),
        lambda: VideoOptions(output_format="webm"),
        lambda: VideoOptions(engine="avatar_iv", motion_prompt="wave", expressiveness="high"),
        lambda: VideoOptions(expressiveness="low", motion_prompt="wave"),
        lambda: Watermark(Photo("a.png"), scale=2, offset_x=-1, offset_y=1),
        lambda: Job(avatar=AnimatedImage("a.jpg"), speech=Audio("a.wav")),
        lambda: Job(avatar=AnimatedImage("a.jpg"), speech=Script("Hi", voice_id="v")),
    ],
)
def test_what_is_just_allowed_is_allowed(make: Callable[[], Any]) -> None:
    assert make() == make()


# --- what is made of what is given ---------------------------------------------------------------


def test_a_colour_is_a_background() -> None:
    assert VideoOptions(background="#1a2b3c").background == Background("#1a2b3c")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (True, Captions()),
        (False, None),
        (None, None),
        (Captions(styled=True), Captions(styled=True)),
    ],
)
def test_true_is_captions_and_false_is_none(given: Any, meant: Captions | None) -> None:
    assert VideoOptions(captions=given).captions == meant


def test_a_path_is_an_output() -> None:
    job = Job(avatar=LOOK, speech=SCRIPT, output=Path("videos") / "hello.mp4")  # type: ignore[arg-type]

    assert job.output == str(Path("videos/hello.mp4"))


def test_references_of_any_collection_are_a_tuple() -> None:
    references = (Media(name) for name in ("a.jpg", "b.jpg"))

    prompt = Prompt("A sailor", references=references)  # type: ignore[arg-type]

    assert prompt.references == (Media("a.jpg"), Media("b.jpg"))


@pytest.mark.parametrize(
    "value",
    [LOOK, SCRIPT, Captions(), Background("#ffffff"), VideoOptions(), Photo("a.jpg"), Prompt("x")],
)
def test_values_are_frozen(value: Any) -> None:
    name = attrs.fields(type(value))[0].name

    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(value, name, "changed")


def test_a_change_is_checked_like_the_beginning() -> None:
    job = Job(avatar=LOOK, speech=SCRIPT)

    with pytest.raises(InvalidInputError, match=r"Job\.id"):
        attrs.evolve(job, id="")
