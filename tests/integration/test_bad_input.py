"""Bad input: refused before anything is sent, saying what, where and how to go on."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from heygen_async import (
    AnimatedImage,
    AssetBase64,
    AssetUrl,
    Audio,
    Background,
    CreateAvatarConsentRequest,
    CreatePhotoAvatarRequest,
    CreatePromptAvatarRequest,
    CreateVideoBatchRequest,
    CreateVideoFromAvatar,
    CreateVideoFromCinematicAvatar,
    CreateVideoFromImage,
    CreateVideoFromStudio,
    HeyGen,
    Job,
    Look,
    Orchestrator,
    Photo,
    Policies,
    PollPolicy,
    Prompt,
    Script,
    VideoOptions,
    VoiceSettingsInput,
    Watermark,
)
from heygen_async.errors import HeyGenError, InvalidInputError, UnknownFileTypeError, UsageError
from heygen_async.models.source import Media
from heygen_async.simulator import Simulator

LOOK = Look("sim-look-mia")
HELLO = Script("Hello", voice_id="sim-voice-anna")

# What is wrong, what is done, and the whole message as a pattern.
VALUES: list[tuple[str, Callable[[], Any], str]] = [
    # scripts
    ("an empty script", lambda: Script(""), r"Script.text must be a non-empty string, not ''"),
    ("a blank script", lambda: Script("  \n"), r"Script.text must be a non-empty string"),
    (
        "a script that is too long",
        lambda: Script("x" * 5001),
        r"Script.text must have at most 5000 characters \(it has 5001\), not 'xxx",
    ),
    (
        "a script that is no text",
        lambda: Script(b"hi"),
        r"Script.text must be a non-empty string, not 2 bytes",
    ),
    (
        "a script whose last emoji was cut in half",
        lambda: Script("Hello \ud83d"),
        r"Script.text must be Unicode; its character 7 is half of one, not 'Hello \\ud83d'",
    ),
    (
        "an id that is no Unicode",
        lambda: Job(avatar=LOOK, speech=HELLO, id="\ud800"),
        r"Job.id must be Unicode; its character 1 is half of one",
    ),
    (
        "a file whose name is no text",
        lambda: Photo("\udcff.jpg"),
        r"Photo.source must be Unicode; its character 1 is half of one",
    ),
    (
        "a voice that is too fast",
        lambda: Script("a", speed=1.6),
        r"Script.speed must be a number from 0.5 to 1.5, not 1.6",
    ),
    (
        "a speed that is no number",
        lambda: Script("a", speed=True),
        r"Script.speed must be a number .*, not True",
    ),
    (
        "a pitch out of range",
        lambda: Script("a", pitch=-51),
        r"Script.pitch must be a number from -50 to 50, not -51",
    ),
    (
        "a volume out of range",
        lambda: Script("a", volume=2),
        r"Script.volume must be a number from 0 to 1, not 2",
    ),
    (
        "an empty voice id",
        lambda: Script("a", voice_id=""),
        r"Script.voice_id must be a non-empty string, not ''",
    ),
    # media
    (
        "a null character in a path",
        lambda: Photo("a\0.jpg"),
        r"Photo.source cannot hold a null character, not 'a\\x00.jpg'",
    ),
    (
        "a null character in the name of the video",
        lambda: Job(avatar=LOOK, speech=HELLO, output="a\0.mp4"),
        r"Job.output cannot hold a null character, not 'a\\x00.mp4'",
    ),
    ("no photo at all", lambda: Photo(), r"Photo takes exactly one of a source and an asset_id"),
    (
        "two photos in one",
        lambda: Photo("a.jpg", asset_id="x"),
        r"Photo takes exactly one of a source and an asset_id",
    ),
    (
        "an empty path",
        lambda: Photo(""),
        r"Photo.source must be a path, bytes, or an https:// address, not ''",
    ),
    (
        "no bytes",
        lambda: Photo(b""),
        r"Photo.source must be a path, bytes, or an https:// address, not 0 bytes",
    ),
    (
        "a photo by plain http",
        lambda: Photo("http://example.org/a.jpg"),
        r"Photo.source must use https://",
    ),
    (
        "a photo by file address",
        lambda: Photo("file:///etc/passwd"),
        r"Photo.source must use https://",
    ),
    # avatars
    ("an empty prompt", lambda: Prompt(""), r"Prompt.text must be a non-empty string"),
    (
        "a prompt that is too long",
        lambda: Prompt("x" * 1001),
        r"Prompt.text must have at most 1000 characters \(it has 1001\)",
    ),
    (
        "too many references",
        lambda: Prompt("a", references=[Media("a.png")] * 4),
        r"Prompt.references must be at most 3, not 4",
    ),
    (
        "a reference that is a string",
        lambda: Prompt("a", references=["a.png"]),
        r"Prompt.references must be one of Media, not 'a.png'",
    ),
    ("an empty look", lambda: Look(""), r"Look.id must be a non-empty string"),
    # options
    (
        "an unknown resolution",
        lambda: VideoOptions(resolution="8k"),
        r"VideoOptions.resolution must be one of '4k', '1080p', '720p', not '8k'",
    ),
    (
        "an unknown aspect ratio",
        lambda: VideoOptions(aspect_ratio="21:9"),
        r"VideoOptions.aspect_ratio must be one of .*, not '21:9'",
    ),
    (
        "a colour by name",
        lambda: VideoOptions(background="red"),
        r"Background.color must be six hex digits like #1a2b3c, not 'red'",
    ),
    (
        "a background of nothing",
        lambda: Background(),
        r"Background takes exactly one of color and image",
    ),
    (
        "webm with a background",
        lambda: VideoOptions(output_format="webm", background="#000000"),
        r"VideoOptions.background cannot go with output_format 'webm'",
    ),
    (
        "motion on avatar_iii",
        lambda: VideoOptions(engine="avatar_iii", motion_prompt="nod"),
        r"VideoOptions.motion_prompt needs avatar_iv or avatar_v",
    ),
    (
        "expressiveness on avatar_v",
        lambda: VideoOptions(engine="avatar_v", expressiveness="high"),
        r"VideoOptions.expressiveness needs avatar_iv",
    ),
    (
        "a callback by http",
        lambda: VideoOptions(callback_url="http://example.org"),
        r"VideoOptions.callback_url must be a public https:// address",
    ),
    (
        "a watermark that covers nothing",
        lambda: Watermark(Media("a.png"), opacity=1.5),
        r"Watermark.opacity must be a number from 0 to 1, not 1.5",
    ),
    (
        "a watermark in no corner",
        lambda: Watermark(Media("a.png"), position="middle"),
        r"Watermark.position must be one of .*, not 'middle'",
    ),
    # jobs and policies
    (
        "a job without anybody",
        lambda: Job(avatar="ada.jpg", speech=HELLO),
        r"Job.avatar must be one of Photo, .* StockAvatar, not 'ada.jpg'",
    ),
    (
        "a job that says text",
        lambda: Job(avatar=LOOK, speech="Hello"),
        r"Job.speech must be one of Script, Audio, Topic, Article, not 'Hello'",
    ),
    (
        "an image without a voice",
        lambda: Job(avatar=AnimatedImage("a.jpg"), speech=Script("a")),
        r"Script.voice_id must be given for an AnimatedImage",
    ),
    (
        "patience of nothing",
        lambda: Policies(video_timeout=0),
        r"Policies.video_timeout must be a number from 0.001 to 604800, not 0",
    ),
    (
        "polling without a price",
        lambda: PollPolicy(price=0),
        r"PollPolicy.price must be a number from",
    ),
    # requests
    (
        "two things to say",
        lambda: CreateVideoFromAvatar(
            avatar_id="a", script="x", audio_url="https://a.example/b.mp3"
        ),
        r"CreateVideoFromAvatar.* exactly one of script, audio_url",
    ),
    (
        "nothing to say",
        lambda: CreateVideoFromAvatar(avatar_id="a"),
        r"CreateVideoFromAvatar.* exactly one of",
    ),
    (
        "a batch of nothing",
        lambda: CreateVideoBatchRequest(videos=[]),
        r"CreateVideoBatchRequest.videos must .*1",
    ),
    (
        "a batch of too many",
        lambda: CreateVideoBatchRequest(
            videos=[CreateVideoFromAvatar(avatar_id="a", script="b")] * 101
        ),
        r"CreateVideoBatchRequest.videos must .*100",
    ),
    (
        "a cinematic video of four",
        lambda: CreateVideoFromCinematicAvatar(avatar_id=["a"] * 4, prompt="b"),
        r"CreateVideoFromCinematicAvatar.avatar_id must .*3",
    ),
    (
        "a cinematic video of 20 s",
        lambda: CreateVideoFromCinematicAvatar(avatar_id=["a"], prompt="b", duration=20),
        r"CreateVideoFromCinematicAvatar.duration must .*15",
    ),
    (
        "a studio without scenes",
        lambda: CreateVideoFromStudio(scenes=[]),
        r"CreateVideoFromStudio.scenes must .*1",
    ),
    (
        "an image that says nothing",
        lambda: CreateVideoFromImage(image=AssetUrl("https://a.example/a.jpg"), script="x"),
        r"CreateVideoFromImage.voice_id must be given",
    ),
    (
        "settings out of range",
        lambda: VoiceSettingsInput(speed=9),
        r"VoiceSettingsInput.speed must .*1.5.*not 9",
    ),
    (
        "an avatar without a name",
        lambda: CreatePhotoAvatarRequest(name="", file=AssetUrl("https://a.example/a.jpg")),
        r"CreatePhotoAvatarRequest.name must",
    ),
    (
        "a prompt avatar of 1001",
        lambda: CreatePromptAvatarRequest(name="a", prompt="x" * 1001),
        r"CreatePromptAvatarRequest.prompt must .*1000",
    ),
    (
        "base64 of no type",
        lambda: AssetBase64("png", "aGk="),
        r"AssetBase64.media_type must be a media type",
    ),
    (
        "consent with brackets",
        lambda: CreateAvatarConsentRequest(consent_text="<b>"),
        r"CreateAvatarConsentRequest.consent_text must",
    ),
    # the client
    ("no key", lambda: HeyGen(""), r"api_key|HEYGEN_API_KEY"),
    (
        "a key with a line break",
        lambda: HeyGen("abc\ndef"),
        r"the API key from the argument api_key contains white space",
    ),
    (
        "plain http to another host",
        lambda: HeyGen("k", base_url="http://api.example.org"),
        r"base_url .* would send the key in clear text: use https",
    ),
    (
        "an address with a password",
        lambda: HeyGen("k", base_url="https://me:secret@api.example.org"),
        r"base_url must",
    ),
    (
        "no slots",
        lambda: Orchestrator(HeyGen("k"), render_slots=0),
        r"render_slots must be at least 1, or None, not 0",
    ),
]


@pytest.mark.parametrize(
    ("make", "message"), [row[1:] for row in VALUES], ids=[row[0] for row in VALUES]
)
def test_a_bad_value_is_refused_when_it_is_made(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        make()

    assert re.search(message, caught.value.message, re.DOTALL), caught.value.message
    assert len(caught.value.message) < 400
    assert "secret" not in caught.value.message


def write(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


Call = Callable[[HeyGen, Path], Awaitable[Any]]


async def produce(heygen: HeyGen, job: Job, **kwargs: Any) -> Any:
    async with Orchestrator(heygen) as orchestrator:
        return await orchestrator.produce(job, **kwargs)


def photo(name: str, data: bytes) -> Call:
    return lambda heygen, folder: produce(
        heygen, Job(avatar=Photo(write(folder, name, data)), speech=HELLO)
    )


async def collect(pages: Any) -> list[Any]:
    return [item async for item in pages]


CALLS: list[tuple[str, Call, type[HeyGenError], str]] = [
    (
        "a text called .jpg",
        photo("a.jpg", b"I am not a picture"),
        UnknownFileTypeError,
        r"a\.jpg is plain text.*(JPEG|jpeg)",
    ),
    (
        "a page called .png",
        photo("a.png", b"<!doctype html><html></html>"),
        UnknownFileTypeError,
        r"a\.png is .*HTML",
    ),
    (
        "a GIF",
        photo("a.gif", b"GIF89a" + bytes(40)),
        UnknownFileTypeError,
        r"a\.gif is a GIF image",
    ),
    (
        "a WebP",
        photo("a.webp", b"RIFF\x24\0\0\0WEBPVP8 " + bytes(40)),
        UnknownFileTypeError,
        r"a\.webp is a WebP image",
    ),
    (
        "a PDF as a photo",
        photo("a.pdf", b"%PDF-1.7\n" + bytes(60)),
        UnknownFileTypeError,
        r"a\.pdf is a PDF",
    ),
    ("an empty file", photo("a.jpg", b""), UnknownFileTypeError, r"a\.jpg is .*empty"),
    (
        "half a JPEG header",
        photo("a.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF"),
        UnknownFileTypeError,
        r"a\.jpg",
    ),
    (
        "a file that is not there",
        lambda heygen, folder: produce(heygen, Job(avatar=Photo(folder / "no.jpg"), speech=HELLO)),
        InvalidInputError,
        r"Job.avatar: .*no\.jpg cannot be read: No such file or directory",
    ),
    (
        "a folder as a photo",
        lambda heygen, folder: produce(heygen, Job(avatar=Photo(folder), speech=HELLO)),
        InvalidInputError,
        r"Job.avatar: .* cannot be read: Is a directory",
    ),
    (
        "text in memory as a photo",
        lambda heygen, folder: produce(heygen, Job(avatar=Photo(b"hello"), speech=HELLO)),
        UnknownFileTypeError,
        r"Job\.avatar is plain text",
    ),
    (
        "a photo as a recording",
        lambda heygen, folder: produce(
            heygen,
            Job(
                avatar=LOOK,
                speech=Audio(
                    write(
                        folder,
                        "a.mp3",
                        (Path(__file__).parents[1] / "samples/portrait.jpg").read_bytes(),
                    )
                ),
            ),
        ),
        UnknownFileTypeError,
        r"a\.mp3 is a JPEG image",
    ),
    (
        "engine settings of no engine",
        lambda heygen, folder: produce(
            heygen,
            Job(
                avatar=LOOK,
                speech=Script("a", voice_id="v", engine_settings={"engine_type": "abacus"}),
            ),
        ),
        InvalidInputError,
        r"abacus",
    ),
    (
        "an asset that is a text",
        lambda heygen, folder: heygen.assets.upload(write(folder, "a.png", b"text")),
        UnknownFileTypeError,
        r"a\.png is plain text",
    ),
    (
        "an asset of a number",
        lambda heygen, folder: heygen.assets.upload(3),
        InvalidInputError,
        r"must be a path, bytes",
    ),
    (
        "an empty id",
        lambda heygen, folder: heygen.videos.get(""),
        InvalidInputError,
        r"video_id must be a non-empty id, not ''",
    ),
    (
        "an id that climbs",
        lambda heygen, folder: heygen.videos.get(".."),
        InvalidInputError,
        r"video_id must be a non-empty id",
    ),
    (
        "a page that is too large",
        lambda heygen, folder: collect(heygen.voices.list(limit=101)),
        InvalidInputError,
        r"limit must .*100",
    ),
    (
        "a request of the wrong kind",
        lambda heygen, folder: heygen.videos.create("hello"),
        InvalidInputError,
        r"request must be",
    ),
    (
        "too many statuses",
        lambda heygen, folder: heygen.videos.statuses(["a"] * 101),
        InvalidInputError,
        r"100",
    ),
    (
        "a bad idempotency key",
        lambda heygen, folder: heygen.videos.create(
            CreateVideoFromAvatar(avatar_id="a", script="b"), idempotency_key="sp ace"
        ),
        InvalidInputError,
        r"idempotency_key must be 1 to 255 characters",
    ),
    (
        "a wait for nothing known",
        lambda heygen, folder: heygen.watch("dragon", "x", timeout=1),
        UsageError,
        r"kind must be one of .*, not 'dragon'",
    ),
    (
        "a path with a query",
        lambda heygen, folder: heygen.request("GET", "/v3/videos?limit=1"),
        InvalidInputError,
        r"path must begin with one slash",
    ),
    *[
        (
            f"a path {name}",
            lambda heygen, folder, path=path: heygen.request("GET", path),
            InvalidInputError,
            r"path must begin with one slash, have its ids in place and quoted, and no query",
        )
        for name, path in [
            ("in Greek", "/v3/βίντεο"),
            ("with a space", "/v3/a b"),
            ("with a line break", "/v3/a\r\nX-Own: 1"),
            ("with a fragment", "/v3/videos#all"),
            ("that climbs", "/v3/../v1"),
            ("with an empty id", "/v3/videos//scenes"),
            ("without its slash", "v3/videos"),
            ("of another host", "//example.org/v3"),
        ]
    ],
    (
        "a method of two words",
        lambda heygen, folder: heygen.request("GET /v3", "/v3/videos"),
        InvalidInputError,
        r"method must be one word, such as GET, not 'GET /V3'",
    ),
    (
        "a download to nowhere",
        lambda heygen, folder: heygen.fetch("https://127.0.0.1:1/a.mp4", folder / "no" / "a.mp4"),
        InvalidInputError,
        r"(?s)no/a\.mp4|folder",
    ),
    (
        "a download by ftp",
        lambda heygen, folder: heygen.fetch("ftp://example.org/a.mp4", folder / "a.mp4"),
        HeyGenError,
        r"address",
    ),
]


@pytest.mark.parametrize(
    ("call", "kind", "message"), [row[1:] for row in CALLS], ids=[row[0] for row in CALLS]
)
async def test_bad_input_is_refused_before_anything_is_sent(
    tmp_path: Path, call: Call, kind: type[HeyGenError], message: str
) -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        with pytest.raises(kind) as caught:
            await call(heygen, tmp_path)

        assert re.search(message, caught.value.message), caught.value.message
        assert not simulator.ledger.requests


async def test_a_bad_job_among_many_leaves_the_others_alone(tmp_path: Path, portrait: Path) -> None:
    jobs = [
        Job(avatar=Photo(portrait), speech=HELLO, id="good"),
        Job(avatar=Photo(write(tmp_path, "a.jpg", b"no picture")), speech=HELLO, id="bad"),
        Job(avatar=LOOK, speech=HELLO, id="fine"),
    ]
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with (
            Orchestrator(heygen) as orchestrator,
            orchestrator.produce_many(jobs) as outcomes,
        ):
            ended = {outcome.job.id: outcome async for outcome in outcomes}

    assert {name for name, outcome in ended.items() if outcome.done} == {"good", "fine"}
    assert isinstance(ended["bad"].error, UnknownFileTypeError)


async def test_what_is_no_job_among_many_leaves_the_others_alone() -> None:
    strange: list[Any] = [None, 1, "x"]
    job = Job(avatar=LOOK, speech=HELLO, id="good")
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        async with (
            Orchestrator(heygen) as orchestrator,
            orchestrator.produce_many([*strange, job]) as outcomes,
        ):
            ended = {getattr(it.job, "id", it.job): it async for it in outcomes}

    assert ended["good"].done
    for one in strange:
        error = ended[one].error
        assert isinstance(error, InvalidInputError)
        assert error.message == f"job must be a Job, not {one!r}"


@pytest.mark.parametrize("strange", [None, 1, "x"])
async def test_what_is_no_job_is_refused(strange: Any) -> None:
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        with pytest.raises(InvalidInputError, match=f"job must be a Job, not {strange!r}"):
            await produce(heygen, strange)

        assert not simulator.ledger.requests


@pytest.mark.parametrize(
    ("jobs", "message"),
    [
        (Job(avatar=LOOK, speech=HELLO), r"jobs must be several: pass a list, such as \[job\]"),
        (None, "jobs must be an iterable of Jobs, such as a list, not None"),
        (1, "jobs must be an iterable of Jobs"),
        ("jobs.csv", "jobs must be an iterable of Jobs"),
    ],
)
async def test_what_gives_no_jobs_is_refused(jobs: Any, message: str) -> None:
    async with HeyGen("any") as heygen, Orchestrator(heygen) as orchestrator:
        with pytest.raises(InvalidInputError, match=message):
            orchestrator.produce_many(jobs)


def test_the_tables_hold_at_least_forty_cases() -> None:
    assert len(VALUES) + len(CALLS) >= 40
