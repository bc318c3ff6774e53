from __future__ import annotations

import io
import itertools
import wave
from array import array

import av
import pytest

from heygen_async.simulator.media import audio_seconds, portrait, speech_seconds, tone
from heygen_async.simulator.media.sound import SAMPLE_RATE, decoded, speech

SCRIPT = "Hello everybody, this is the first sound that we made together."


def samples(data: bytes) -> array[int]:
    with wave.open(io.BytesIO(data)) as reader:
        return array("h", reader.readframes(reader.getnframes()))


def mp3(wav: bytes) -> bytes:
    file = io.BytesIO()
    with av.open(io.BytesIO(wav)) as source, av.open(file, "w", format="mp3") as target:
        stream = target.add_stream("libmp3lame", rate=SAMPLE_RATE)
        for frame in source.decode(audio=0):
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return file.getvalue()


@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
def test_a_tone_is_a_wav_as_long_as_the_text_takes_to_say(speed: float) -> None:
    data = tone(SCRIPT, speed)

    with wave.open(io.BytesIO(data)) as reader:
        seconds = reader.getnframes() / reader.getframerate()
        assert (reader.getnchannels(), reader.getsampwidth()) == (1, 2)
    assert seconds == pytest.approx(speech_seconds(SCRIPT, speed), abs=0.001)


def test_a_tone_sounds_in_every_word_and_pauses_after_it() -> None:
    data = samples(tone("one two three four"))

    length = len(data) // 4
    for word in range(4):
        sounding = data[word * length : word * length + length // 2]
        pause = data[word * length + length * 9 // 10 : (word + 1) * length]
        assert max(sounding) > 1_000
        assert max(map(abs, pause)) == 0


def test_a_tone_is_quiet_and_has_no_clicks() -> None:
    data = samples(tone(SCRIPT))

    assert max(map(abs, data)) <= 6_000
    assert data[0] == 0


def test_the_same_words_sound_the_same_and_others_do_not() -> None:
    assert tone(SCRIPT) == tone(SCRIPT)
    assert tone("banana") != tone("kiwi")
    assert tone("banana", seed=1) != tone("banana", seed=2)


@pytest.mark.parametrize("text", [None, "", "—", "你好", "zzz", "a " * 40])
def test_speech_of_any_text_lasts_exactly_as_long_as_asked(text: str | None) -> None:
    data = b"".join(speech(text, 1.234))

    assert len(data) == 2 * round(1.234 * SAMPLE_RATE)
    assert any(data)


def test_the_length_of_a_recording_is_measured_by_decoding() -> None:
    wav = tone(SCRIPT)

    assert audio_seconds(wav) == pytest.approx(speech_seconds(SCRIPT), abs=0.001)
    assert audio_seconds(mp3(wav)) == pytest.approx(speech_seconds(SCRIPT), abs=0.1)


def test_a_recording_is_brought_to_one_channel_and_our_rate() -> None:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(8_000)
        writer.writeframes(array("h", [3_000, 3_000] * 8_000).tobytes())

    data = array("h", decoded(file.getvalue()))

    assert len(data) == pytest.approx(SAMPLE_RATE, abs=2)
    assert data[len(data) // 2] == pytest.approx(3_000, abs=30)


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "found an unknown type"),
        (b"#EXTM3U\nfile:///etc/hostname\n", "found an unknown type"),
        (portrait("Ada", 0, (64, 64)), "found image/jpeg"),
        (b"ID3\x04\x00" + bytes(400), "not a decodable sound file: audio/mpeg"),
        (tone("hello")[:44], "audio/wav"),
    ],
)
def test_what_is_no_recording_is_refused_by_its_real_kind(data: bytes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        audio_seconds(data)


def test_a_voice_has_the_pitch_it_is_given() -> None:
    low, high = (samples(tone("aaaa", pitch=pitch)) for pitch in (100.0, 200.0))

    crossings = [
        sum(a < 0 <= b for a, b in itertools.pairwise(it[len(it) // 4 : len(it) // 2]))
        for it in (low, high)
    ]
    assert low != high
    assert crossings[0] < crossings[1]
