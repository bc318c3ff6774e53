"""The arithmetic of waiting under extreme numbers: no error, no look outside its bounds."""

from __future__ import annotations

import math

import hypothesis.strategies as st
from hypothesis import given, settings

from heygen_async.waiting.prediction import Durations, Watched, next_look

SECONDS = st.floats(1e-3, 1e9)
JOBS = st.builds(
    Watched,
    began=st.floats(-1e9, 1e9),
    mu=SECONDS.map(math.log),
    sigma=st.floats(0.05, 30.0),
    seen=st.just(0.0) | st.floats(0.0, 1e9),
)


@given(job=JOBS, after=st.floats(0.0, 1e9))
def test_waste_is_a_number_between_nothing_and_all_the_time_since(
    job: Watched, after: float
) -> None:
    waste = job.waste(job.began + job.seen + after)

    assert math.isfinite(waste)
    assert waste >= 0.0


@given(
    jobs=st.lists(JOBS, max_size=20),
    now=st.floats(-1e9, 1e9),
    price=st.floats(0.001, 3600.0),
    floor=st.floats(0.001, 3600.0),
    further=st.floats(0.0, 86400.0),
)
def test_the_next_look_is_between_floor_and_ceiling(
    jobs: list[Watched], now: float, price: float, floor: float, further: float
) -> None:
    at = next_look(jobs, now=now, price=price, floor=floor, ceiling=floor + further)

    assert now + floor <= at <= now + (floor + further)


@given(
    jobs=st.lists(JOBS, min_size=1, max_size=5),
    price=st.floats(0.001, 100.0),
    dearer=st.floats(1.5, 100.0),
)
def test_a_dearer_look_never_comes_sooner(jobs: list[Watched], price: float, dearer: float) -> None:
    cheap = next_look(jobs, now=0.0, price=price, floor=0.1, ceiling=1e5)
    dear = next_look(jobs, now=0.0, price=price * dearer, floor=0.1, ceiling=1e5)

    assert dear >= cheap * 0.97 - 1e-9


@settings(max_examples=50)
@given(history=st.lists(st.tuples(SECONDS, SECONDS), max_size=60))
def test_whatever_was_seen_the_belief_stays_a_belief(history: list[tuple[float, float]]) -> None:
    belief = Durations()

    for expected, taken in history:
        belief = belief.learn(expected, taken)
        job = Watched(0.0, math.log(expected) + belief.mean, belief.sigma)

        assert math.isfinite(belief.mean)
        assert 0.05 <= belief.sigma < math.inf
        assert belief.weight <= 200.0
        at = next_look([job], now=0.0, price=1.0, floor=1.0, ceiling=60.0)
        assert 1.0 <= at <= 60.0
