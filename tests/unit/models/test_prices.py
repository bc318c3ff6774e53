from __future__ import annotations

import pytest

from heygen_async.models.job import Audio, Job, Look, Script
from heygen_async.models.prices import PriceTable, spoken_seconds
from heygen_async.simulator.media import speech_seconds

SECONDS = PriceTable(studio_second=1.0, margin=1.5)


def job(text: str, speed: float | None = None) -> Job:
    return Job(avatar=Look("l"), speech=Script(text, speed=speed))


@pytest.mark.parametrize("speed", [0.5, 1.0, 1.5])
@pytest.mark.parametrize(
    "text",
    [
        "Hi",
        "A sentence of some length, with a pause in it. And then another one!",
        "\u6211\u4eec\u4eca\u5929\u4e0d\u53bb\u4e86\u3002" * 40,
        "\u3053\u3093\u306b\u3061\u306f" * 40,
        "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35" * 40,
        "\uc548\ub155\ud558\uc138\uc694 " * 40,
        "Mixed \u6211\u4eec and words " * 20,
    ],
    ids=["short", "English", "Chinese", "Japanese", "Thai", "Korean", "mixed"],
)
def test_what_is_reserved_is_never_below_what_is_charged(text: str, speed: float) -> None:
    one = job(text, speed=speed)

    assert SECONDS.reserve(one) >= SECONDS.video(one, speech_seconds(text, speed))
    assert SECONDS.reserve(one) >= SECONDS.video(one)


def test_what_a_script_makes_long_is_reserved() -> None:
    plain = SECONDS.reserve(job("The number is this"))

    assert SECONDS.reserve(job("The number is 1234567890")) > plain + 6.0
    assert SECONDS.reserve(job('The number is <break time="4s"/> this')) >= plain + 4.0
    assert SECONDS.reserve(job("The number is <break time='2500ms'/> this")) >= plain + 2.5


def test_a_short_script_does_not_tie_up_four_times_its_price() -> None:
    one = job("one two three")

    assert SECONDS.video(one) == pytest.approx(1.2)
    assert SECONDS.reserve(one) == pytest.approx(1.5 * 1.2 + 1.0)


def test_a_recording_may_have_the_length_that_heygen_takes_and_no_more() -> None:
    assert SECONDS.reserve(Job(avatar=Look("l"), speech=Audio("a.mp3"))) == 600.0


def test_a_recording_whose_length_is_known_has_it_and_the_silence_around_it() -> None:
    said = Job(avatar=Look("l"), speech=Audio("a.wav"))

    assert SECONDS.video(said, 20.0) == 20.0
    assert SECONDS.reserve(said, 20.0) == 21.0
    assert SECONDS.reserve(said, 5000.0) == SECONDS.reserve(said, 599.5) == 600.0


def test_scripts_without_spaces_are_counted_by_their_characters() -> None:
    assert spoken_seconds(job("\u6211\u4eec" * 25)) == pytest.approx(10.0)
    assert spoken_seconds(job("word " * 25)) == pytest.approx(10.0)
