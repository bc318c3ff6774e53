from __future__ import annotations

from typing import Any

import pytest

from heygen_async.cli.prices import estimate
from heygen_async.models.job import AnimatedImage, Audio, Job, Look, Photo, Prompt, Script
from heygen_async.models.prices import PriceTable

PRICES = PriceTable()
HUNDRED_WORDS = Script("word " * 100, voice_id="v")


@pytest.mark.parametrize(
    ("avatar", "total"),
    [
        (Photo("a.jpg"), PRICES.avatar + 40 * PRICES.photo_second),
        (Prompt("a woman"), PRICES.avatar + 40 * PRICES.photo_second),
        (AnimatedImage("a.jpg"), 40 * PRICES.photo_second),
        (Look("look"), 40 * PRICES.studio_second),
    ],
)
def test_a_job_costs_its_avatar_and_its_seconds(avatar: Any, total: float) -> None:
    price = estimate(Job(avatar=avatar, speech=HUNDRED_WORDS))

    assert price.total == pytest.approx(total, abs=0.005)


def test_the_length_of_a_recording_is_not_guessed() -> None:
    price = estimate(Job(avatar=Photo("a.jpg"), speech=Audio("a.mp3")))

    assert price.total is None
    assert str(price) == "about $1.00 for the avatar and $3.00 for each minute of video"


def test_a_recording_whose_length_is_known_is_counted_by_it() -> None:
    price = estimate(Job(avatar=AnimatedImage("a.jpg"), speech=Audio("a.mp3")), 20.0)

    assert price.total == pytest.approx(20 * PRICES.photo_second)
    assert str(price).endswith("of which there will be 20 s)")


def test_the_estimate_reads_as_a_sentence() -> None:
    price = estimate(Job(avatar=Photo("a.jpg"), speech=HUNDRED_WORDS))

    assert str(price) == (
        "about $3.00 ($1.00 for the avatar and $3.00 for each minute of video, of which there will"
        " be 40 s)"
    )
