"""Sound: a voice that says nothing, in the rhythm of the words; and other people's recordings.

The voice is a tone shaped by two resonances per vowel: every syllable repeats one period of such a
wave, faded in and out. Only the fades are computed sample by sample, the rest is copied, so a
minute of speech costs some milliseconds in plain Python. Words and their weights come from
`media_speech`, which is why sound and captions agree.

Everything here is one channel of 16-bit samples in the machine's own byte order, 24,000 a second:
enough for speech, and a rate that AAC and Opus take.
"""

from __future__ import annotations

import functools
import io
import itertools
import math
import random
import re
import wave
from array import array
from collections.abc import Iterator

import av
from av.audio.resampler import AudioResampler

from heygen_async.simulator.media.sniff import sniff
from heygen_async.simulator.media.speech import WORDS_PER_SECOND, Word, speech_seconds, words

__all__ = ["SAMPLE_RATE", "audio_seconds", "decoded", "speech", "tone"]

SAMPLE_RATE = 24_000
"""Samples a second."""

_LOUDNESS = 6_000
"""The highest sample of a vowel, of 32,767: quiet."""

_FADE = int(0.015 * SAMPLE_RATE)
_VOICED = 0.8
"""The share of a word's time in which it sounds; the rest is the gap before the next."""

_FORMANTS = {"a": (800, 1200), "e": (500, 1900), "i": (300, 2300), "o": (500, 900), "u": (320, 800)}
"""The two resonances, in hertz, by which an ear tells the vowels apart."""

_ALIKE = {"a": "aàáâäå", "i": "iyìíîï", "o": "oòóôö", "u": "uùúûü"}
_VOWELS = re.compile(r"[aeiouyàáâäåèéêëìíîïòóôöùúûü]+")
_DEMUXERS = {
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "video/mp4": "mp4",
    "video/webm": "matroska",
}


def tone(text: str, speed: float = 1.0, *, seed: int = 0, pitch: float | None = None) -> bytes:
    """Return a WAV file as long as the text takes to say, with one sound for each syllable.

    Args:
        text: What is said.
        speed: The voice's speed; 2.0 takes half the time of 1.0.
        seed: Varies the melody, and the pitch if none is given.
        pitch: Of the voice, in hertz.
    """
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE)
        for samples in speech(text, speech_seconds(text, speed), seed=seed, pitch=pitch):
            writer.writeframesraw(samples)
    return file.getvalue()


def speech(
    text: str | None, seconds: float, *, seed: int = 0, pitch: float | None = None
) -> Iterator[bytes]:
    """Yield the samples of a voice that takes exactly `seconds` for a text, word by word.

    Without a text, or with one that has no speakable word, it hums in the same rhythm.
    """
    spoken = [word for word in words(text or "") if word.weight]
    spoken = spoken or [Word("hum", 1.0, glued=False)] * max(1, round(seconds * WORDS_PER_SECOND))
    voice = random.Random(seed)
    chosen = voice.uniform(110, 200)
    pitch = chosen if pitch is None else pitch
    total = round(seconds * SAMPLE_RATE)
    whole = sum(word.weight for word in spoken)
    ends = [
        round(total * said / whole) for said in itertools.accumulate(word.weight for word in spoken)
    ]
    for word, (start, end) in zip(spoken, itertools.pairwise([0, *ends]), strict=True):
        tune = pitch * voice.choice((0.9, 0.95, 1.0, 1.06, 1.12))
        yield _said(word.text, end - start, round(SAMPLE_RATE / tune))


def audio_seconds(data: bytes) -> float:
    """Return how long a recording lasts, in seconds, by decoding all of it.

    Args:
        data: MP3 or WAV; also MP4 or WebM that has a sound track.

    Raises:
        ValueError: The data is of another kind, damaged, or without sound.
    """
    return len(decoded(data)) / 2 / SAMPLE_RATE


def decoded(data: bytes) -> bytes:
    """Return a recording as plain samples, mixed to one channel.

    The demuxer is named by our own look at the bytes. Left to guess, FFmpeg may take them for a
    playlist, and open the files and addresses that it names.

    Raises:
        ValueError: The data is no MP3, WAV, MP4 or WebM, is damaged, or has no sound.
    """
    kind = sniff(data)
    if kind not in _DEMUXERS:
        raise ValueError(
            f"not a sound file: expected MP3 or WAV, found {kind or 'an unknown type'}"
        )
    resampler = AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    samples = bytearray()
    try:
        with av.open(io.BytesIO(data), mode="r", format=_DEMUXERS[kind]) as container:
            if not container.streams.audio:
                raise ValueError(f"not a sound file: {kind} without a sound track")
            for frame in itertools.chain(container.decode(audio=0), [None]):
                for piece in resampler.resample(frame):
                    samples += bytes(piece.planes[0])[: 2 * piece.samples]
    except av.FFmpegError as error:
        raise ValueError(f"not a decodable sound file: {kind}, {error.strerror}") from error
    if not samples:
        raise ValueError(f"not a decodable sound file: {kind} without a single sample")
    return bytes(samples)


def _said(word: str, samples: int, period: int) -> bytes:
    """Return one word as `samples` samples: its syllables, then the gap."""
    vowels = [group[0] for group in _VOWELS.findall(word.lower())] or ["a"]
    length = int(samples * _VOICED) // len(vowels)
    sound = b"".join(_syllable(_plain(vowel), length, period) for vowel in vowels)
    return sound + bytes(2 * samples - len(sound))


def _plain(vowel: str) -> str:
    """Return which of the five vowels a letter sounds like, roughly."""
    return next((plain for plain, alike in _ALIKE.items() if vowel in alike), "e")


def _syllable(vowel: str, samples: int, period: int) -> bytes:
    wave_ = _period(vowel, period)
    sound = array("h", (wave_ * (samples // period + 1))[: 2 * samples])
    fade = min(_FADE, samples // 2)
    for step in range(fade):
        sound[step] = sound[step] * step // fade
        sound[-1 - step] = sound[-1 - step] * step // fade
    return sound.tobytes()


@functools.lru_cache(maxsize=512)
def _period(vowel: str, samples: int) -> bytes:
    """Return one period of a vowel."""
    pitch = SAMPLE_RATE / samples
    strengths = [
        sum(math.exp(-(((harmonic * pitch - formant) / 180) ** 2)) for formant in _FORMANTS[vowel])
        + 1 / harmonic**2
        for harmonic in range(1, int(3_000 / pitch))
    ]
    curve = [
        sum(
            strength * math.sin(2 * math.pi * harmonic * step / samples)
            for harmonic, strength in enumerate(strengths, start=1)
        )
        for step in range(samples)
    ]
    peak = max(map(abs, curve))
    return array("h", (round(_LOUDNESS * value / peak) for value in curve)).tobytes()
