"""Videos: pictures and a voice as a real file that real players play.

A minute of video must not cost a minute. The film repeats itself every four seconds; its loop is
encoded once, opening with a key frame and every later frame referring backwards only (no B-frames,
no hidden reference frames), so the same encoded frames can be written again and again with later
timestamps. Only a film with captions is encoded frame by frame. A video of several scenes has a
film for each, encoded one after the other by the same encoder.

Equal requests give equal bytes on the same machine and library versions: a fixed number of encoder
threads, with which x264 always writes the same, no dates, no random ids. A constant quantizer takes
half the time of rate control, and motion measured in parts of pixels (subq) halves the file.
"""

from __future__ import annotations

import heapq
import itertools
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType
from av.video.stream import VideoStream

from heygen_async.simulator.media.film import BT709, FRAME_RATE, LOOP, STUDIO_RANGE, Film, loops
from heygen_async.simulator.media.request import RenderRequest, Watermark
from heygen_async.simulator.media.sound import SAMPLE_RATE, decoded, speech
from heygen_async.simulator.media.speech import speech_seconds
from heygen_async.simulator.media.still import frame_size

__all__ = ["RenderAbandonedError", "render_video"]

_PIECE = 1 << 15
"""Bytes of sound handed to the encoder at once."""

Timed: TypeAlias = "tuple[float, Packet[Any]]"
"""Encoded data and the second at which it is shown or heard."""


@attrs.frozen
class _Format:
    container: dict[str, str]
    video: str
    video_options: dict[str, str]
    audio: str


_FORMATS = {
    "mp4": _Format(
        container={"movflags": "+faststart", "fflags": "+bitexact"},
        video="libx264",
        video_options={"preset": "ultrafast", "qp": "26", "subq": "1", "threads": "2", "bf": "0"},
        audio="aac",
    ),
    "webm": _Format(
        container={"fflags": "+bitexact"},
        video="libvpx-vp9",
        video_options={
            "deadline": "realtime",
            "cpu-used": "8",
            "crf": "36",
            "b": "0",
            "threads": "1",
            "lag-in-frames": "0",
            "auto-alt-ref": "0",
        },
        audio="libopus",
    ),
}


@attrs.frozen
class _Scene:
    """A scene, its sound if that is a recording, its length, and how many frames that makes."""

    request: RenderRequest
    recording: bytes | None
    seconds: float
    frames: int

    @property
    def drawn(self) -> int:
        """How many of them are drawn; the others come again."""
        return min(self.frames, LOOP) if loops(self.request) else self.frames


class RenderAbandonedError(Exception):
    """Nobody wants the video any more."""


def render_video(request: RenderRequest, *, abandoned: Callable[[], bool] = lambda: False) -> bytes:
    """Return the finished video as the bytes of a file; blocking, busy on one core while it lasts.

    Args:
        request: What it shall look like.
        abandoned: Whether nobody wants it any more; asked before each frame.

    Raises:
        RenderAbandonedError: Nobody does.
        ValueError: The photo or the background image cannot be decoded. A recording that cannot is
            replaced by the synthesised voice.
    """
    size = frame_size(request)
    scenes = _scenes(request)

    with tempfile.TemporaryDirectory(prefix="heygen-simulator-") as folder:
        # Faststart moves the index to the front by reading the file again, so it must be one.
        path = Path(folder, f"video.{request.output_format}")
        form = _FORMATS[request.output_format]
        with av.open(
            str(path), "w", format=request.output_format, options=form.container
        ) as container:
            pictures, sound = _streams(container, form, size)
            seen = _wanted(_seen(scenes, size, request.watermark, pictures), abandoned)
            heard = _sounding(itertools.chain.from_iterable(map(_heard, scenes)), sound)
            # By time, so that a player finds sound and picture of one moment side by side.
            for _, packet in heapq.merge(seen, heard, key=lambda timed: timed[0]):
                container.mux(packet)
        return path.read_bytes()


def _scenes(request: RenderRequest) -> list[_Scene]:
    """Return the scenes of a video, cut where frames begin."""
    scenes, seconds, shown = list[_Scene](), 0.0, 0
    for scene in request.scenes or (request,):
        recording = _recording(scene.audio)
        lasts = len(recording) / 2 / SAMPLE_RATE if recording else scene.seconds
        seconds += lasts
        frames = max(1, round(seconds * FRAME_RATE) - shown)
        shown += frames
        scenes.append(_Scene(scene, recording, lasts, frames))
    return scenes


def _streams(
    container: OutputContainer, form: _Format, size: tuple[int, int]
) -> tuple[VideoStream, AudioStream]:
    pictures = container.add_stream(form.video, rate=FRAME_RATE, options=form.video_options)
    sound = container.add_stream(form.audio, rate=SAMPLE_RATE, layout="mono", bit_rate=64_000)
    assert isinstance(pictures, VideoStream)
    assert isinstance(sound, AudioStream)
    pictures.width, pictures.height = size
    pictures.pix_fmt = "yuv420p"
    context = pictures.codec_context
    context.gop_size = LOOP
    context.time_base = Fraction(1, FRAME_RATE)
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.color_range = STUDIO_RANGE
    return pictures, sound


def _wanted(seen: Iterator[Timed], abandoned: Callable[[], bool]) -> Iterator[Timed]:
    """Yield the frames for as long as anybody wants them."""
    for timed in seen:
        if abandoned():
            raise RenderAbandonedError
        yield timed


def _seen(
    scenes: Sequence[_Scene],
    size: tuple[int, int],
    watermark: Watermark | None,
    stream: VideoStream,
) -> Iterator[Timed]:
    """Yield all frames: of a film that loops one loop, encoded once, as often as it takes."""
    encoded = _encoded(_drawn(scenes, size, watermark), stream)
    shown = 0
    for scene in scenes:
        loop: list[Packet[Any]] = []
        for number in range(scene.frames):
            if number < scene.drawn:
                packet = next(encoded)
                if scene.drawn < scene.frames:
                    loop.append(packet)
            else:
                packet = loop[number % LOOP]
            yield _packet(packet, stream, shown)
            shown += 1


def _drawn(
    scenes: Iterable[_Scene], size: tuple[int, int], watermark: Watermark | None
) -> Iterator[av.VideoFrame]:
    """Yield the frames to be encoded; each scene opens with a key frame."""
    for scene in scenes:
        film = Film(scene.request, size, scene.seconds, watermark)
        for number in range(scene.drawn):
            frame = film.frame(number)
            if number == 0:
                frame.pict_type = PictureType.I
            yield frame


def _encoded(frames: Iterable[av.VideoFrame], stream: VideoStream) -> Iterator[Packet[Any]]:
    """Yield a packet for each frame, in their order."""
    for number, frame in enumerate(frames):
        frame.pts = number
        frame.time_base = Fraction(1, FRAME_RATE)
        yield from stream.encode(frame)
    yield from stream.encode(None)


def _packet(encoded: Packet[Any], stream: VideoStream, number: int) -> Timed:
    """Return the data of an encoded frame as the frame of another number."""
    packet = Packet(bytes(encoded))
    packet.stream = stream
    packet.is_keyframe = encoded.is_keyframe
    packet.time_base = Fraction(1, FRAME_RATE)
    packet.pts = packet.dts = number
    packet.duration = 1
    return number / FRAME_RATE, packet


def _recording(audio: bytes | None) -> bytes | None:
    """Return the samples of the caller's recording, or None if there are none to be had."""
    if audio is None:
        return None
    try:
        return decoded(audio)
    except ValueError:
        return None


def _cut(recording: bytes) -> Iterator[bytes]:
    return (recording[start : start + _PIECE] for start in range(0, len(recording), _PIECE))


def _voice(request: RenderRequest) -> Iterator[bytes]:
    seconds = request.seconds
    if request.text is not None:
        seconds = min(seconds, speech_seconds(request.text, request.voice_speed))
    return speech(request.text, seconds, seed=request.seed, pitch=request.pitch)


def _heard(scene: _Scene) -> Iterator[bytes]:
    voice = _cut(scene.recording) if scene.recording else _voice(scene.request)
    for samples in _filled(voice, scene.frames):
        yield _quieter(samples, scene.request.volume)


def _quieter(samples: bytes, volume: float) -> bytes:
    if volume == 1:
        return samples
    if volume == 0:
        return bytes(len(samples))
    return array("h", (int(level * volume) for level in array("h", samples))).tobytes()


def _filled(voice: Iterable[bytes], frames: int) -> Iterator[bytes]:
    """Yield a voice, cut off or followed by silence so that it ends with the last frame."""
    missing = frames * SAMPLE_RATE // FRAME_RATE * 2
    for samples in voice:
        taken = samples[:missing]
        missing -= len(taken)
        yield taken
    while missing:
        silence = bytes(min(missing, _PIECE))
        missing -= len(silence)
        yield silence


def _sounding(voice: Iterable[bytes], stream: AudioStream) -> Iterator[Timed]:
    said = 0
    for samples in voice:
        if not samples:
            continue
        frame = av.AudioFrame("s16", "mono", len(samples) // 2)
        frame.planes[0].update(samples)
        frame.rate = SAMPLE_RATE
        frame.time_base = Fraction(1, SAMPLE_RATE)
        frame.pts = said
        said += frame.samples
        yield from map(_timed, stream.encode(frame))
    yield from map(_timed, stream.encode(None))


def _timed(packet: Packet[Any]) -> Timed:
    return float((packet.pts or 0) * packet.time_base), packet
