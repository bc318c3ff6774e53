"""The length of true recordings, written by ``wave`` and LAME, as a decoder finds it."""

from __future__ import annotations

import io
import math
import struct
import wave
from array import array
from collections.abc import Callable
from typing import Any

import av
import pytest

from heygen_async.simulator.media import audio_seconds
from heygen_async.transport.duration import seconds_of

FRAME = 0.08  # Seconds: what an encoder may put around the sound, in the longest of its frames.
ID3V1 = b"TAG" + b"a title".ljust(125, b"\0")


def lasts(data: bytes) -> float | None:
    return seconds_of(io.BytesIO(data), len(data))


def wav(seconds: float, *, rate: int = 16_000, channels: int = 1, width: int = 2) -> bytes:
    with io.BytesIO() as out:
        with wave.open(out, "wb") as file:
            file.setparams((channels, width, rate, 0, "NONE", ""))
            file.writeframes(bytes(int(seconds * rate) * channels * width))
        return out.getvalue()


def mp3(seconds: float, *, rate: int = 44_100, bit_rate: int = 64_000, **options: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as container:
        track: Any = container.add_stream("libmp3lame", rate=rate, layout="mono")
        track.bit_rate, track.options = bit_rate, options
        for at in range(0, int(seconds * rate), 1152):
            many = min(1152, int(seconds * rate) - at)
            # Loud and quiet in turn, so that a variable bit rate varies.
            loud = 9000 if at % 50_000 < 25_000 else 0
            sound = array("h", (int(loud * math.sin(0.05 * (at + n) ** 1.1)) for n in range(many)))
            frame = av.AudioFrame(format="s16p", layout="mono", samples=many)
            frame.planes[0].update(sound.tobytes())
            frame.sample_rate, frame.pts = rate, at
            container.mux(track.encode(frame))
        container.mux(track.encode(None))
    return out.getvalue()


def sized(data: bytes, size: int) -> bytes:
    """The same with another number in the header of its samples."""
    at = data.index(b"data") + 4
    return data[:at] + struct.pack("<I", size) + data[at + 4 :]


def formed(tag: int, *, sub: int | None = None) -> bytes:
    """Two seconds of a WAV whose format has another number."""
    more = b"" if sub is None else struct.pack("<HHIH14s", 22, 16, 4, sub, b"\0" * 14)
    form = struct.pack("<HHIIHH", tag, 1, 8000, 16_000, 2, 16) + more
    chunks = b"fmt " + struct.pack("<I", len(form)) + form
    chunks += b"data" + struct.pack("<I", 32_000) + bytes(32_000)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


@pytest.mark.parametrize(
    "data",
    [
        wav(2.5),
        wav(2.5, rate=44_100, channels=2),
        wav(2.5, rate=48_000, width=3),
        wav(2.5, width=1),
    ],
)
def test_a_wav_lasts_as_long_as_its_samples(data: bytes) -> None:
    assert lasts(data) == pytest.approx(2.5, abs=1e-4)
    assert lasts(data) == pytest.approx(audio_seconds(data), abs=1e-3)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 10**9])
def test_a_wav_that_was_written_into_a_pipe_lasts_to_its_end(size: int) -> None:
    assert lasts(sized(wav(2.5), size)) == pytest.approx(2.5)


def test_what_stands_beside_the_samples_is_not_counted() -> None:
    before = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    data = wav(2.5)

    assert lasts(data[:36] + before + data[36:] + b"id3 " + bytes(5000)) == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("data", "seconds"),
    [
        (formed(1), 2.0),
        (formed(3), 2.0),
        (formed(0xFFFE, sub=1), 2.0),
        (formed(0x11), None),
        (formed(0xFFFE, sub=0x11), None),
        (wav(1)[:36], None),
        (wav(1)[:20], None),
    ],
    ids=["pcm", "float", "extensible", "adpcm", "extensible adpcm", "no samples", "cut"],
)
def test_only_a_wav_whose_seconds_are_alike_is_measured(data: bytes, seconds: float | None) -> None:
    assert lasts(data) == seconds


@pytest.mark.parametrize(
    "made",
    [
        lambda: mp3(5.3),
        lambda: mp3(5.3, bit_rate=320_000),
        lambda: mp3(5.3, q="4"),
        lambda: mp3(5.3, rate=22_050, bit_rate=32_000),
        lambda: mp3(5.3, rate=8_000, bit_rate=8_000),
        lambda: mp3(5.3) + ID3V1,
        lambda: mp3(5.3) + bytes(200_000),
    ],
    ids=["constant", "many bits", "variable", "half the rate", "little", "tail", "padding"],
)
def test_an_mp3_lasts_as_long_as_its_frames(made: Callable[[], bytes]) -> None:
    data = made()

    assert lasts(data) == pytest.approx(5.3, abs=4 * FRAME)
    assert lasts(data) >= 5.3


def test_two_mp3s_in_one_file_last_as_long_as_both_whatever_the_header_of_the_first_says() -> None:
    assert lasts(mp3(2.0) + mp3(3.0, q="4")) == pytest.approx(5.0, abs=8 * FRAME)


def test_an_mp3_that_was_cut_lasts_as_long_as_what_is_there() -> None:
    data = mp3(4.0)

    assert lasts(data[: len(data) // 2]) == pytest.approx(2.0, abs=4 * FRAME)


def test_the_cover_in_front_of_the_sound_is_not_counted() -> None:
    cover = b"ID3\x04\0\0" + bytes((0, 10, 0, 0)) + b"\xff\xfb\x90\x00" * (10 * 2**14 // 4)

    assert lasts(cover + mp3(2.0)) == pytest.approx(2.0, abs=4 * FRAME)


@pytest.mark.parametrize(
    "data",
    [
        mp3(1.0) + b"what is this" + mp3(1.0),
        b"ID3\x04\0\0\xff\xff\xff\xff" + mp3(1.0),
        b"no recording at all, but words that are long enough",
        b"ID3\x04\0\0\0\0\0\0",
        b"\0" * 100,
        b"",
    ],
    ids=["garbage between", "a broken tag", "text", "only a tag", "only padding", "nothing"],
)
def test_what_cannot_be_told_for_sure_is_not_told(data: bytes) -> None:
    assert lasts(data) is None


def test_a_recording_that_nobody_takes_is_not_read_to_its_end() -> None:
    hour = mp3(20.0, bit_rate=8_000, rate=8_000) * 360

    assert lasts(hour) == pytest.approx(3600, abs=1)
