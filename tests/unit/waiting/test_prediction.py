from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from statistics import NormalDist

import pytest

from heygen_async.waiting.prediction import Durations, Watched, next_look

NORMAL = NormalDist()


def integral(function: Callable[[float], float], low: float, high: float, parts: int) -> float:
    """By Simpson's rule."""
    width = (high - low) / (2 * parts)
    inner = sum(function(low + width * n) * (4 if n % 2 else 2) for n in range(1, 2 * parts))
    return (function(low) + function(high) + inner) * width / 3


def survival(job: Watched, age: float) -> float:
    return 1.0 if age <= 0 else NORMAL.cdf((job.mu - math.log(age)) / job.sigma)


# Beyond four sigma the belief knows too little to be integrated.
CASES = [
    (median, sigma, seen, gap)
    for median in (2.0, 60.0, 3600.0)
    for sigma in (0.05, 0.6, 1.5)
    for seen in (0.0, 0.3, 1.0, 2.0)
    for gap in (0.1, 0.5, 1.0, 4.0)
    if seen == 0.0 or math.log(seen) < 4 * sigma
]


@pytest.mark.parametrize(("median", "sigma", "seen", "gap"), CASES)
def test_waste_is_the_expected_time_between_the_end_and_the_look(
    median: float, sigma: float, seen: float, gap: float
) -> None:
    job = Watched(0.0, math.log(median), sigma, seen * median)
    alive = survival(job, job.seen)
    at = job.seen + gap * median

    # E[(t - X)+ | X > a] is the integral of P(X <= s | X > a) from a to t.
    expected = integral(lambda s: 1 - survival(job, s) / alive, job.seen, at, 5000)

    assert job.waste(at) == pytest.approx(expected, rel=1e-4, abs=1e-6 * median)


def test_nothing_is_wasted_before_it_was_seen_running() -> None:
    job = Watched(100.0, math.log(60), 0.6, 30.0)

    assert [job.waste(at) for at in (0.0, 100.0, 129.0, 130.0)] == [0.0] * 4


def test_waste_counts_from_when_the_job_began() -> None:
    early, late = Watched(0.0, 4.0, 0.6, 10.0), Watched(500.0, 4.0, 0.6, 10.0)

    assert early.waste(80.0) == pytest.approx(late.waste(580.0))


@pytest.mark.parametrize("seen", [0.0, 50.0, 100.0, 1000.0, 1e5, 1e7])
def test_waste_grows_with_the_time(seen: float) -> None:
    job = Watched(0.0, math.log(100), 0.5, seen)

    waste = [job.waste(seen + step * max(1.0, seen / 50)) for step in range(200)]

    assert waste[0] == 0.0
    assert waste[-1] > 0.0
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(waste))


@pytest.mark.parametrize("seen", [0.0, 50.0, 100.0, 1000.0])
@pytest.mark.parametrize("after", [1.0, 10.0, 1000.0, 1e6])
def test_no_more_is_wasted_than_the_time_since_it_was_seen(seen: float, after: float) -> None:
    job = Watched(0.0, math.log(100), 0.5, seen)

    assert job.waste(seen + after) <= after


# --- when to look --------------------------------------------------------------------------------


def look(jobs: list[Watched], **options: float) -> float:
    given = {"now": 0.0, "price": 1.0, "floor": 0.001, "ceiling": 1e6, **options}
    return next_look(jobs, **given)


def test_the_next_look_is_when_the_waste_equals_the_price() -> None:
    jobs = [Watched(0.0, math.log(60.0 + n), 0.6) for n in range(10)]

    at = look(jobs, price=2.0)

    assert sum(job.waste(at) for job in jobs) == pytest.approx(2.0, rel=0.2)


def test_the_next_look_is_never_sooner_than_the_floor() -> None:
    overdue = [Watched(-1e4, math.log(60), 0.6, 100.0)] * 100

    assert look(overdue, floor=2.5) == 2.5


def test_the_next_look_is_never_later_than_the_ceiling() -> None:
    assert look([Watched(0.0, math.log(1e5), 0.2)], ceiling=60.0) == 60.0


def test_without_jobs_the_next_look_is_at_the_ceiling() -> None:
    assert look([], ceiling=60.0) == 60.0


def test_looks_are_rare_early_dense_around_the_end_and_sparse_in_the_tail() -> None:
    job = Watched(0.0, math.log(300), 0.4)

    def pause(age: float) -> float:
        job.seen = age
        return look([job], now=age) - age

    early, near, tail = pause(0.0), pause(300.0), pause(30_000.0)
    assert early > 4 * near
    assert tail > 4 * near


def test_a_dearer_look_comes_later() -> None:
    job = Watched(0.0, math.log(60), 0.6)

    assert look([job], price=0.1) < look([job], price=1.0) < look([job], price=10.0)


def test_more_jobs_are_looked_at_sooner() -> None:
    job = Watched(0.0, math.log(60), 0.6, 60.0)

    pauses = [look([job] * many, now=60.0) - 60.0 for many in (1, 4, 16, 64)]

    assert pauses == sorted(pauses, reverse=True)
    assert pauses[-1] < pauses[0] / 4


def test_of_many_that_end_at_a_steady_rate_the_pause_follows_the_square_root_law() -> None:
    # A wide lognormal finishes at nearly a constant rate over a short while.
    sigma, age = 2.0, 100.0
    job = Watched(0.0, math.log(100.0), sigma, age)
    density = NORMAL.pdf((math.log(age) - job.mu) / sigma) / (age * sigma)
    rate = density / survival(job, age)

    for many, price in ((100, 1.0), (1000, 1.0), (1000, 0.1)):
        pause = look([job] * many, now=age, price=price) - age
        assert pause == pytest.approx(math.sqrt(2 * price / (rate * many)), rel=0.1)


# --- learning ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("expected", "taken"), [(60.0, 600.0), (600.0, 60.0), (60.0, 61.0)])
def test_the_belief_converges_to_what_is_seen(expected: float, taken: float) -> None:
    belief = Durations()

    for _ in range(2000):
        belief = belief.learn(expected, taken)

    assert expected * math.exp(belief.mean) == pytest.approx(taken, rel=0.01)
    assert belief.sigma == pytest.approx(0.05)


def test_the_belief_learns_median_and_spread_of_what_varies() -> None:
    belief = Durations()

    for number in range(4000):
        noise = NORMAL.inv_cdf(((number * 0.6180339887) % 1) * 0.998 + 0.001)
        belief = belief.learn(100.0, 200.0 * math.exp(0.5 * noise))

    assert math.exp(belief.mean) == pytest.approx(2.0, rel=0.1)
    assert belief.sigma == pytest.approx(0.5, rel=0.15)


def test_short_and_long_jobs_teach_each_other() -> None:
    belief = Durations()

    for _ in range(200):
        belief = belief.learn(10.0, 20.0).learn(1000.0, 2000.0)

    assert math.exp(belief.mean) == pytest.approx(2.0, rel=0.02)


def test_the_belief_follows_a_change_of_the_day() -> None:
    belief = Durations()
    for _ in range(5000):
        belief = belief.learn(60.0, 60.0)

    for _ in range(600):
        belief = belief.learn(60.0, 180.0)

    assert math.exp(belief.mean) == pytest.approx(3.0, rel=0.1)


@pytest.mark.parametrize(("expected", "taken"), [(0.0, 1.0), (-1.0, 1.0), (1.0, 0.0), (1.0, -5.0)])
def test_what_makes_no_sense_teaches_nothing(expected: float, taken: float) -> None:
    assert Durations().learn(expected, taken) == Durations()
