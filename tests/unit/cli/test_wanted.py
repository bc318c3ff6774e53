from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heygen_async.cli.wanted import Wanted
from heygen_async.errors import InvalidInputError
from heygen_async.models.generated import GeneratedPhoto
from heygen_async.models.job import AnimatedImage, Audio, Background, Look, Photo, Prompt, Script
from heygen_async.models.stock import Article, StockAvatar, Topic
from heygen_async.models.v2 import Motion, V2Options


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def wanted(**changes: Any) -> Wanted:
    usual = {"output": "a.mp4", "photo": "a.jpg", "script": "Hello", "voice": "v"}
    return Wanted(**(usual | changes))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"script": None}, "exactly one of --script, --script-file and --audio is needed"),
        ({"audio": "a.mp3"}, "exactly one of --script, --script-file and --audio is needed, not 2"),
        (
            {"photo": None},
            "exactly one of PHOTO, --look, --prompt, --generate and --stock is needed",
        ),
        (
            {"look": "l"},
            "exactly one of PHOTO, --look, --prompt, --generate and --stock is needed, not 2",
        ),
        ({"photo": None, "look": "l", "animate": True}, "--animate needs a PHOTO"),
        ({"strict": True}, "--strict needs --generate"),
        ({"topic": "Bees"}, "--topic needs --stock"),
        ({"article": "https://x"}, "--article needs --stock"),
        ({"circle": True}, "--circle needs --stock"),
        (
            {"photo": None, "stock": "asher", "topic": "Bees"},
            "exactly one of --script, --script-file, --audio, --topic and --article is needed",
        ),
        ({"photo": None, "generate": "age=Old"}, "--generate: age must be one of 'Young Adult'"),
        (
            {"photo": None, "generate": "hair=red"},
            "--generate: must be NAME=WORD,NAME=WORD with the names name, age, gender, ethnicity,"
            " orientation, pose, style, appearance, not 'hair=red'",
        ),
        ({"v2_engine": "av4", "train": True}, "cannot go with engine 'av4'"),
        ({"voice": None}, "--voice is needed"),
        ({"voice": None, "photo": None, "prompt": "a man"}, "--voice is needed"),
        ({"script": None, "audio": "a.mp3"}, "--voice cannot go with --audio"),
        (
            {"script": None, "audio": "a.mp3", "voice": None, "voice_speed": 1.0},
            "--voice-speed cannot go with --audio",
        ),
        ({"script": " "}, "--script must be a non-empty string"),
        ({"script": "x" * 5001}, "--script must have at most 5000 characters"),
        ({"voice_speed": 9.0}, "--voice-speed must be a number from 0.5 to 1.5"),
        ({"script": None, "script_file": "no.txt"}, "--script-file: no.txt cannot be read"),
        ({"photo": "http://x/a.jpg"}, "PHOTO must use https://"),
        ({"photo": "asset:"}, "PHOTO must be a file, an https:// address, or asset: and an id"),
        ({"photo": ""}, "PHOTO must be a file, an https:// address, or asset: and an id, not ''"),
        ({"photo": " ", "animate": True}, "PHOTO must be a file, an https:// address, or asset:"),
        (
            {"script": None, "voice": None, "audio": ""},
            "--audio must be a file, an https:// address, or asset:",
        ),
        ({"watermark": ""}, "--watermark must be a file, an https:// address, or asset: and an id"),
        ({"background": "#12"}, "--background must be six hex digits like #1a2b3c, not '#12'"),
        (
            {"output": "a.webm", "background": "#123456"},
            "--background cannot go with --format webm, which is transparent",
        ),
        (
            {"background": "pink"},
            "--background: there is no file pink, and a colour is six hex digits",
        ),
        ({"background": "ftp://x/y"}, "--background must use https://"),
        ({"watermark": "ftp://x/y"}, "--watermark must use https://"),
        ({"output": "no/a.mp4"}, "--output: there is no folder"),
        ({"engine": "avatar_iii", "motion": "waves"}, "needs avatar_iv or avatar_v"),
    ],
)
def test_what_cannot_be_is_refused_by_name(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        wanted(**changes).job()

    assert says in str(caught.value)


def test_files_are_kept_by_their_absolute_paths(tmp_path: Path) -> None:
    job = wanted(background="b.png", watermark="w.png").job()

    assert job.output == str(tmp_path / "a.mp4")
    assert job.avatar == Photo(str(tmp_path / "a.jpg"))
    assert job.options.background is not None
    assert job.options.background.image is not None
    assert job.options.background.image.source == str(tmp_path / "b.png")
    assert job.options.watermark is not None
    assert job.options.watermark.image.source == str(tmp_path / "w.png")


@pytest.mark.parametrize(
    ("changes", "avatar"),
    [
        ({"photo": "asset:abc"}, Photo(asset_id="abc")),
        ({"photo": "https://x/a.jpg"}, Photo("https://x/a.jpg")),
        ({"photo": "asset:abc", "animate": True}, AnimatedImage(asset_id="abc")),
        ({"photo": None, "look": "l"}, Look("l")),
        ({"photo": None, "prompt": "a man"}, Prompt("a man")),
        (
            {"photo": None, "generate": "age=senior,gender=Female"},
            GeneratedPhoto(age="Senior", gender="Woman"),
        ),
        (
            {"photo": None, "stock": "asher", "happy": True, "voice": None},
            StockAvatar("asher", happy=True),
        ),
    ],
)
def test_who_speaks_is_read_from_the_options(changes: dict[str, Any], avatar: object) -> None:
    assert wanted(**changes).job().avatar == avatar


def test_a_look_may_speak_with_its_own_voice() -> None:
    assert wanted(photo=None, look="l", voice=None).job().speech == Script("Hello")


def test_a_simulated_video_has_a_voice_without_asking() -> None:
    job = wanted(voice=None, simulate=True).job()

    assert job.speech == Script("Hello", voice_id="sim-voice-anna")


def test_a_script_is_read_from_its_file(tmp_path: Path) -> None:
    Path("s.txt").write_bytes("\ufeffGrüß Gott\n".encode())

    job = wanted(script=None, script_file="s.txt").job()

    assert job.speech == Script("Grüß Gott", voice_id="v")


def test_a_script_that_is_no_text_is_refused() -> None:
    Path("s.txt").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InvalidInputError, match="not text in UTF-8"):
        wanted(script=None, script_file="s.txt").job()


def test_a_recording_can_speak() -> None:
    job = wanted(script=None, voice=None, audio="asset:abc").job()

    assert job.speech == Audio(asset_id="abc")


@pytest.mark.parametrize("text", ["#1A2b3c", "1A2b3c"])
def test_a_colour_needs_no_quotes(text: str) -> None:
    assert wanted(background=text).job().options.background == Background("#1A2b3c")


def test_a_file_that_is_called_like_a_colour_is_a_file(tmp_path: Path) -> None:
    Path("abcdef").touch()

    background = wanted(background="abcdef").job().options.background

    assert background is not None
    assert background.image is not None
    assert background.image.source == str(tmp_path / "abcdef")


@pytest.mark.parametrize(
    ("output", "chosen", "expected"),
    [
        ("a.webm", None, "webm"),
        ("a.mp4", None, "mp4"),
        ("a.WebM", "webm", "webm"),
        ("a", "webm", "webm"),
    ],
)
def test_the_format_follows_the_ending_unless_it_is_chosen(
    output: str, chosen: str | None, expected: str
) -> None:
    job = wanted(output=output, video_format=chosen).job()

    assert job.options.output_format == expected


@pytest.mark.parametrize(
    ("output", "chosen", "advice"),
    [
        ("a.txt", None, "take -o a.mp4 (or one that ends with .webm)"),
        ("b/../a.mov", "webm", "take -o b/../a.webm"),
        ("a.webm", "mp4", "take -o a.mp4"),
    ],
)
def test_a_file_that_ends_like_something_else_is_refused(
    output: str, chosen: str | None, advice: str
) -> None:
    Path("b").mkdir()

    with pytest.raises(InvalidInputError) as caught:
        wanted(output=output, video_format=chosen).job()

    assert caught.value.field == "--output"
    assert caught.value.message.endswith(advice)


def test_options_that_were_not_given_are_left_to_heygen() -> None:
    options = wanted().job().options

    assert options.captions is None
    assert options.remove_background is None
    assert options.resolution is None


def test_styled_captions_are_captions() -> None:
    captions = wanted(styled_captions=True).job().options.captions

    assert captions is not None
    assert captions.styled


@pytest.mark.parametrize(
    ("changes", "speech"),
    [
        ({"topic": "Bees"}, Topic("Bees")),
        ({"article": "https://x.org"}, Article("https://x.org")),
        ({"article": "https://x.org", "promote": True}, Article("https://x.org", promote=True)),
        ({"script": "Hi", "simulate": True}, Script("Hi")),
    ],
)
def test_what_a_stock_avatar_says(changes: dict[str, Any], speech: object) -> None:
    stock = {"photo": None, "stock": "asher", "script": None, "voice": None}

    assert wanted(**(stock | changes)).job().speech == speech


def test_what_v2_does_before_the_video_is_said_only_if_it_is_asked_for() -> None:
    said = {"pick": 2, "looks": 0, "v2_motion": "waves", "train": True}

    assert wanted().job().v2 is None
    assert wanted(**said).job().v2 == V2Options(pick=2, train=True, motion=Motion("waves"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"train": True}, "--train needs --dialect v2"),
        ({"new_look": "in a park"}, "--new-look needs --dialect v2"),
        ({"v2_motion": "nods"}, "--v2-motion needs --dialect v2"),
        ({"v2_engine": "av4"}, "--v2-engine needs --dialect v2"),
    ],
)
def test_options_of_v2_are_refused_elsewhere(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        wanted(**changes).fits("v3")

    assert str(caught.value) == says
    wanted(**changes).fits("v2")
