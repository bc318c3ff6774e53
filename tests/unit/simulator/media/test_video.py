from __future__ import annotations

import io
import tempfile
from pathlib import Path
from typing import Any

import attrs
import av
import pytest
from PIL import Image, ImageChops, ImageStat

from heygen_async.simulator.media import (
    RenderAbandonedError,
    RenderRequest,
    Watermark,
    animation,
    poster,
    render_video,
    speech_seconds,
    tone,
)
from heygen_async.simulator.media.image import canvas

PHOTO = (Path(__file__).parents[3] / "samples" / "portrait.jpg").read_bytes()
STILLS = (poster, animation)
SCRIPT = "Hello, I am Ada. It is a lovely day."
REQUEST = RenderRequest(
    image=PHOTO, text=SCRIPT, seconds=1.2, resolution="720p", background="#1a2b3c", seed=7
)
# For what is heard, and for many pictures.
SMALL = attrs.evolve(REQUEST, frame=(320, 180))


@attrs.frozen
class Watched:
    """What a player makes of a file."""

    video: str
    audio: str
    pixels: str
    size: tuple[int, int]
    seconds: float
    times: tuple[float, ...]
    pictures: tuple[Image.Image, ...]
    heard: float
    loudest: int


def watched(data: bytes) -> Watched:
    with av.open(io.BytesIO(data)) as container:
        (stream,), (sound,) = container.streams.video, container.streams.audio
        frames = list(container.decode(video=0))
        container.seek(0)
        resampler = av.AudioResampler(format="s16", layout="mono")
        voices = [
            piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)
        ]
        return Watched(
            video=stream.codec_context.name,
            audio=sound.codec_context.name,
            pixels=str(stream.codec_context.pix_fmt),
            size=(stream.width, stream.height),
            seconds=float(container.duration or 0) / av.time_base,
            times=tuple(float(frame.time) for frame in frames),
            pictures=tuple(frame.to_image(src_colorspace="ITU709") for frame in frames),
            heard=sum(voice.samples for voice in voices) / sound.rate,
            loudest=max(max(memoryview(voice.planes[0]).cast("B").cast("h")) for voice in voices),
        )


def apart(one: Image.Image, other: Image.Image) -> float:
    """Return how far two pictures differ on average, in levels of 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.fixture(scope="module")
def video() -> Watched:
    return watched(render_video(REQUEST))


def test_a_video_is_h264_with_aac(video: Watched) -> None:
    assert (video.video, video.pixels, video.audio) == ("h264", "yuv420p", "aac")


def test_a_video_lasts_as_long_as_asked_at_25_frames_a_second(video: Watched) -> None:
    assert video.seconds == pytest.approx(1.2, abs=0.1)
    assert video.heard == pytest.approx(1.2, abs=0.1)
    assert video.times == pytest.approx([number / 25 for number in range(30)])


def test_a_video_has_a_voice(video: Watched) -> None:
    assert video.loudest > 1_000


def test_a_video_shows_the_photo(video: Watched) -> None:
    expected = canvas(PHOTO, (1280, 720), background="#1a2b3c")

    assert video.size == (1280, 720)
    assert apart(video.pictures[0], expected) < 3


def test_the_photo_moves_gently(video: Watched) -> None:
    first, second, last = video.pictures[0], video.pictures[2], video.pictures[-1]

    assert apart(first, second) < 2
    assert 2 < apart(first, last) < 25


def test_the_background_colour_fills_the_borders(video: Watched) -> None:
    for picture in (video.pictures[0], video.pictures[-1]):
        left, right = picture.getpixel((5, 360)), picture.getpixel((1274, 360))
        assert left == pytest.approx((0x1A, 0x2B, 0x3C), abs=4)
        assert right == pytest.approx((0x1A, 0x2B, 0x3C), abs=4)


def test_another_seed_moves_the_photo_another_way(video: Watched) -> None:
    other = watched(render_video(attrs.evolve(REQUEST, seed=8)))

    assert apart(video.pictures[0], other.pictures[0]) < 0.2
    assert apart(video.pictures[-1], other.pictures[-1]) > 2


def test_captions_are_burnt_in_below(video: Watched) -> None:
    captioned = watched(render_video(attrs.evolve(REQUEST, captions=True)))

    below, above = (0, 600, 1280, 720), (0, 0, 1280, 560)
    bare, written = video.pictures[1], captioned.pictures[1]
    assert apart(bare.crop(below), written.crop(below)) > 8
    assert apart(bare.crop(above), written.crop(above)) < 2
    assert captioned.times == video.times


def test_captions_change_with_the_words() -> None:
    calm = io.BytesIO()
    Image.new("RGB", (64, 64), "grey").save(calm, "PNG")
    request = attrs.evolve(REQUEST, image=calm.getvalue(), aspect_ratio="1:1", captions=True)

    seen = watched(render_video(request))

    first, same, other = seen.pictures[0], seen.pictures[10], seen.pictures[-1]
    assert apart(first, same) < 0.2
    assert apart(first, other) > 1


def test_captions_of_any_script_fit_into_any_frame() -> None:
    request = attrs.evolve(
        REQUEST, text="Donaudampfschifffahrtsgesellschaft " * 8, aspect_ratio="9:16", captions=True
    )

    seen = watched(render_video(attrs.evolve(request, seconds=0.2)))

    below = seen.pictures[0].crop((0, 640, 720, 1280))
    assert seen.size == (720, 1280)
    assert below.convert("L").getextrema()[1] > 220


def test_the_index_comes_before_the_data() -> None:
    data = render_video(attrs.evolve(REQUEST, seconds=0.2))

    assert data[4:8] == b"ftyp"
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_equal_requests_make_equal_files() -> None:
    request = attrs.evolve(REQUEST, seconds=0.4)

    assert render_video(request) == render_video(attrs.evolve(request))
    assert render_video(request) != render_video(attrs.evolve(request, seed=8))


@pytest.mark.parametrize("output_format", ["mp4", "webm"])
def test_a_long_video_repeats_its_loop_without_a_seam(output_format: str) -> None:
    request = attrs.evolve(REQUEST, seconds=9.0, frame=(320, 320), output_format=output_format)

    seen = watched(render_video(request))

    assert len(seen.pictures) == 225
    assert seen.seconds == pytest.approx(9.0, abs=0.1)
    assert apart(seen.pictures[99], seen.pictures[100]) < 5
    assert apart(seen.pictures[30], seen.pictures[130]) == 0
    assert apart(seen.pictures[0], seen.pictures[50]) > 2


@pytest.mark.parametrize(
    ("resolution", "aspect_ratio", "size"),
    [("720p", "4:5", (720, 900)), ("1080p", "auto", (1080, 1080)), ("4k", "16:9", (3840, 2160))],
)
def test_a_video_has_the_dimensions_asked_for(
    resolution: str, aspect_ratio: str, size: tuple[int, int]
) -> None:
    request = attrs.evolve(
        REQUEST, seconds=0.08, resolution=resolution, aspect_ratio=aspect_ratio, fit="cover"
    )

    seen = watched(render_video(request))

    assert seen.size == size
    assert apart(seen.pictures[0], canvas(PHOTO, size, fit="cover")) < 3


def test_a_recording_sets_the_length_and_is_heard() -> None:
    audio = tone("five words are said here")

    seen = watched(render_video(attrs.evolve(SMALL, text=None, audio=audio)))

    assert seen.seconds == pytest.approx(2.0, abs=0.1)
    assert seen.heard == pytest.approx(2.0, abs=0.1)
    assert seen.loudest > 1_000


def test_a_recording_that_cannot_be_decoded_gives_way_to_the_voice() -> None:
    seen = watched(render_video(attrs.evolve(SMALL, seconds=0.4, audio=b"noise")))

    assert seen.seconds == pytest.approx(0.4, abs=0.1)
    assert seen.loudest > 1_000


def test_a_quick_voice_leaves_the_rest_of_the_video_silent() -> None:
    request = attrs.evolve(SMALL, text="Hello", seconds=2.0)

    with av.open(io.BytesIO(render_video(request))) as container:
        frames = [(frame.time, bytes(frame.planes[0])) for frame in container.decode(audio=0)]

    loud = [time for time, data in frames if max(memoryview(data).cast("f"), default=0) > 0.03]
    assert loud
    assert max(loud) < speech_seconds("Hello") + 0.1


def test_webm_is_vp9_with_opus() -> None:
    seen = watched(render_video(attrs.evolve(REQUEST, output_format="webm", seconds=0.4)))

    assert (seen.video, seen.audio) == ("vp9", "opus")
    assert len(seen.pictures) == 10
    assert apart(seen.pictures[0], canvas(PHOTO, (1280, 720), background="#1a2b3c")) < 4


def test_equal_requests_make_equal_webm_files() -> None:
    request = attrs.evolve(REQUEST, output_format="webm", seconds=0.2)

    assert render_video(request) == render_video(attrs.evolve(request))


@pytest.mark.parametrize("field", ["image", "background_image"])
def test_a_picture_that_cannot_be_decoded_is_refused(field: str) -> None:
    with pytest.raises(ValueError, match="not a decodable image"):
        render_video(attrs.evolve(REQUEST, **{field: b"no picture"}))


def test_no_temporary_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    render_video(attrs.evolve(REQUEST, seconds=0.08))

    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("captions", [False, True])
def test_a_video_that_nobody_wants_any_more_is_not_rendered(captions: bool) -> None:
    asked: list[bool] = []

    def abandoned() -> bool:
        asked.append(True)
        return len(asked) == 3

    with pytest.raises(RenderAbandonedError):
        render_video(attrs.evolve(REQUEST, captions=captions), abandoned=abandoned)

    assert len(asked) == 3


def plain(colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 180), colour).save(file, "PNG")
    return file.getvalue()


SILENT = attrs.evolve(SMALL, text=None)


def scene(colour: str, seconds: float, **more: Any) -> RenderRequest:
    return attrs.evolve(SILENT, image=plain(colour), seconds=seconds, **more)


def colours(video: Watched, *seconds: float) -> list[str]:
    """The colour that is strongest in the middle of the picture at each of these times."""
    middles = (video.pictures[round(second * 25)].getpixel((160, 90)) for second in seconds)
    return [["red", "green", "blue"][it.index(max(it))] for it in middles]  # type: ignore[union-attr, arg-type]


@pytest.mark.parametrize("output_format", ["mp4", "webm"])
def test_scenes_are_shown_one_after_the_other(output_format: str) -> None:
    scenes = (scene("red", 0.6), scene("lime", 4.5), scene("blue", 1.02))
    whole = attrs.evolve(scenes[0], seconds=6.12, scenes=scenes, output_format=output_format)

    video = watched(render_video(whole))

    assert len(video.pictures) == 153
    assert colours(video, 0.0, 0.56, 0.6, 5.04) == ["red", "red", "green", "green"]
    assert colours(video, 5.12, 6.08) == ["blue", "blue"]
    assert video.heard == pytest.approx(6.12, abs=0.1)


def test_each_scene_has_its_own_captions_and_a_scene_without_words_none() -> None:
    scenes = (
        scene("red", 1.0, text=SCRIPT, captions=True),
        scene("blue", 1.0, captions=True, volume=0.0),
    )
    whole = attrs.evolve(scenes[0], seconds=2.0, scenes=scenes)

    video = watched(render_video(whole))

    spread = [ImageStat.Stat(it.convert("L")).stddev[0] for it in video.pictures]
    assert min(spread[1:24]) > 6
    assert max(spread[26:]) < 3


@pytest.mark.parametrize(("volume", "share"), [(0.0, 0.0), (0.5, 0.5)])
def test_a_lower_volume_is_quieter(video: Watched, volume: float, share: float) -> None:
    quiet = watched(render_video(attrs.evolve(SMALL, volume=volume)))

    assert quiet.loudest == pytest.approx(share * video.loudest, rel=0.3, abs=50)


@pytest.mark.parametrize(
    ("position", "corner"),
    [
        ("top_left", (20, 20)),
        ("top_right", (300, 20)),
        ("bottom_left", (20, 160)),
        ("bottom_right", (300, 160)),
    ],
)
def test_a_watermark_stands_still_in_its_corner(position: str, corner: tuple[int, int]) -> None:
    mark = Watermark(image=plain("white"), position=position)
    request = scene("black", 2.0, watermark=mark)

    video = watched(render_video(request))

    assert apart(video.pictures[0], video.pictures[-1]) < 2
    for shown in (video.pictures[0], *(Image.open(io.BytesIO(it(request))) for it in STILLS)):
        small = shown.convert("L").resize((320, 180))
        assert [small.getpixel(it) for it in (corner, (160, 90))] == pytest.approx([255, 0], abs=8)


def test_a_watermark_may_let_the_picture_through_and_stand_elsewhere() -> None:
    mark = Watermark(
        image=plain("white"), opacity=0.5, scale=0.5, position="top_left", offset=(0.5, 0.5)
    )

    shown = poster(scene("black", 1.0, watermark=mark))

    picture = Image.open(io.BytesIO(shown)).convert("L")
    assert picture.getpixel((175, 100)) == pytest.approx(127, abs=8)
    assert picture.getpixel((20, 20)) == pytest.approx(0, abs=8)


def test_a_watermark_that_cannot_be_decoded_is_refused() -> None:
    with pytest.raises(ValueError, match="not a decodable image"):
        render_video(attrs.evolve(REQUEST, watermark=Watermark(image=b"no picture")))
