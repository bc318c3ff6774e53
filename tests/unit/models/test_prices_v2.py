from __future__ import annotations

from typing import Any

import pytest

from heygen_async.models.job import Audio, Job, Look, Photo, Script
from heygen_async.models.prices import PriceTable

PRICES = PriceTable(v2_photo_step=0.5, v2_footage_step=1.0, v2_av4_second=0.1, margin=1.5)


@pytest.mark.parametrize(("seconds", "price"), [(0.5, 0.5), (30.0, 0.5), (30.1, 1.0), (90.0, 1.5)])
def test_a_v2_video_is_counted_in_steps_that_have_begun(seconds: float, price: float) -> None:
    assert PRICES.v2_video(seconds, footage=False, av4=False) == price
    assert PRICES.v2_video(seconds, footage=True, av4=False) == 2 * price


def test_avatar_iv_is_counted_by_the_second() -> None:
    assert PRICES.v2_video(12.0, footage=False, av4=True) == pytest.approx(1.2)


def test_a_recording_whose_length_is_known_is_counted_by_it() -> None:
    job = Job(avatar=Photo("a.jpg"), speech=Audio("a.mp3"))

    assert PRICES.v2_reserve(job, av4=False, recorded=20.0) == 0.5
    assert PRICES.v2_reserve(job, av4=False, recorded=29.5) == 1.0
    assert PRICES.v2_reserve(job, av4=True, recorded=20.0) == pytest.approx(2.1)


@pytest.mark.parametrize(
    ("avatar", "speech", "av4", "price"),
    [
        (Photo("a.jpg"), Script("word " * 40), False, 0.5),  # 16 s, at most 25
        (Photo("a.jpg"), Script("word " * 60), False, 1.0),  # 24 s, at most 37
        (Look("l"), Script("word " * 40), False, 1.0),
        (Photo("a.jpg"), Script("Hi"), True, 0.25),
        (Photo("a.jpg"), Audio("a.mp3"), False, 10.0),
    ],
    ids=["short", "longer", "look", "av4", "recording"],
)
def test_what_a_slow_voice_would_cost_is_reserved(
    avatar: Any, speech: Any, av4: bool, price: float
) -> None:
    job = Job(avatar=avatar, speech=speech)

    assert PRICES.v2_reserve(job, av4=av4) == pytest.approx(price)
