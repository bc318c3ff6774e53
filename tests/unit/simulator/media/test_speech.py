from __future__ import annotations

import itertools
import re

import pytest

from heygen_async.simulator.media import scenes_srt, speech_seconds, srt
from heygen_async.simulator.media.speech import cues, words

SCRIPT = (
    "Hello, I am Ada, and this is the first video that we made together. "
    "It only takes a moment! Have a good day — everybody."
)


def test_150_words_take_a_minute() -> None:
    assert speech_seconds("word " * 150) == 60.0


@pytest.mark.parametrize(("speed", "seconds"), [(0.5, 120.0), (1.5, 40.0), (2.0, 30.0)])
def test_a_faster_voice_takes_less_time(speed: float, seconds: float) -> None:
    assert speech_seconds("word " * 150, speed) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "speed", "seconds"),
    [("Hi", 1.0, 0.4), ("Hi there!", 1.0, 0.8), ("Hi", 0.5, 0.8), ("Hi", 1.5, 0.4 / 1.5)],
)
def test_a_word_or_two_take_no_longer_than_they_do(text: str, speed: float, seconds: float) -> None:
    assert speech_seconds(text, speed) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "—", "?!", "<break/>"])
def test_a_text_without_a_word_takes_a_second(text: str) -> None:
    assert speech_seconds(text) == 1.0


@pytest.mark.parametrize("speed", [0, -1, float("nan")])
def test_a_speed_that_is_not_positive_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be greater than 0"):
        speech_seconds("hello", speed)


def test_scripts_without_spaces_are_counted_by_the_character() -> None:
    assert speech_seconds("你" * 100) == pytest.approx(16.0)
    assert speech_seconds("さ" * 100) == pytest.approx(16.0)


def test_mark_up_and_lone_punctuation_are_not_spoken() -> None:
    plain = "one two three four five six"

    marked = 'one two — three <break time="2s"/> four <emphasis level="strong">five</emphasis> six'

    assert speech_seconds(marked) == speech_seconds(plain)


def test_a_lesser_sign_is_no_mark_up() -> None:
    found = [word.text for word in words("3 < 5 and 7 > 6")]

    assert found == ["3", "<", "5", "and", "7", ">", "6"]


def test_cues_fill_the_time_without_gaps() -> None:
    spans = cues(SCRIPT, 12.0)

    assert spans[0].start == 0
    assert spans[-1].end == pytest.approx(12.0)
    assert all(before.end == after.start for before, after in itertools.pairwise(spans))


def test_cues_hold_eight_words_and_end_with_a_sentence() -> None:
    texts = [cue.text for cue in cues(SCRIPT, 12.0)]

    assert texts == [
        "Hello, I am Ada, and this is the",
        "first video that we made together.",
        "It only takes a moment!",
        "Have a good day — everybody.",
    ]


def test_cues_of_a_script_without_spaces_have_none() -> None:
    texts = [cue.text for cue in cues("你好，世界。" * 8, 12.0)]

    assert "".join(texts) == "你好，世界。" * 8
    assert len(texts) == 8


def test_srt_is_numbered_and_timed() -> None:
    text = srt(SCRIPT, 3725.5)

    blocks = [block.split("\n", 2) for block in text.strip().split("\n\n")]
    stamp = r"\d{2}:\d{2}:\d{2},\d{3}"
    assert [block[0] for block in blocks] == ["1", "2", "3", "4"]
    assert all(re.fullmatch(f"{stamp} --> {stamp}", block[1]) for block in blocks)
    assert blocks[0][1].startswith("00:00:00,000 --> ")
    assert blocks[-1][1].endswith(" --> 01:02:05,500")
    assert " ".join(block[2] for block in blocks) == SCRIPT


def test_srt_keeps_arrows_and_line_breaks_out_of_its_text() -> None:
    text = srt("go --> there\n\nnow", 2.0)

    assert text.count("-->") == 1
    assert "\n\n" not in text


def test_srt_of_nothing_is_empty() -> None:
    assert srt("…", 5.0) == ""


def test_the_srt_of_scenes_goes_on_where_the_one_before_ended() -> None:
    text = scenes_srt([("One two.", 2.0), (None, 3.5), ("Three four.", 1.0)])

    assert text == (
        "1\n00:00:00,000 --> 00:00:02,000\nOne two.\n\n"
        "2\n00:00:05,500 --> 00:00:06,500\nThree four.\n"
    )
