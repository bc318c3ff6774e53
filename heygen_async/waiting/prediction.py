"""When to look: the arithmetic of waiting for something whose end is uncertain.

Every look costs a request, every second between the end of a job and the next look is a second in
which its slot stands idle. With ``price`` the number of seconds of waiting that one request is
worth, the rule that minimises the sum of both is:

    **look when the waiting that is probably already wasted equals the price of a look.**

For a job that is known to have run for ``a`` seconds without ending, whose duration X has a
distribution F, the waste at age ``t`` is expected to be

    W(t) = E[(t - X)+ | X > a] = (t·(F(t) - F(a)) - (P(t) - P(a))) / (1 - F(a)),

with P the partial expectation of X. One request looks at many jobs, so it is their summed waste
that has to reach the price. From this follows, without further rules: looks are rare while nothing
can be ready, dense around the expected end, sparse in the tail where a job has gone missing, and
the more jobs run, the more often one look is taken and the fewer looks each of them costs. For a
constant finishing rate h it is the square-root law T = sqrt(2·price/h).

Durations are taken as lognormal (renders are: many about the median, a few much longer). Median
and spread are learnt from the jobs that ended, relative to what was expected of each, so short
and long scripts teach each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

__all__ = ["Durations", "Watched", "next_look"]

_SQRT2 = math.sqrt(2)


def _phi(z: float) -> float:
    return 0.5 * math.erfc(-z / _SQRT2)


@attrs.frozen
class Durations:
    """What is believed about how long a kind of job takes, relative to what was expected.

    Attributes:
        mean: of the logarithm of duration / expectation.
        variance: of the same.
        weight: how many observations that belief is worth.
    """

    mean: float = 0.0
    variance: float = 0.36
    weight: float = 3.0

    def learn(self, expected: float, taken: float) -> Durations:
        """The belief after one more job, expected to take and having taken these seconds."""
        if expected <= 0 or taken <= 0:
            return self
        surprise = math.log(taken / expected) - self.mean
        # Old jobs fade, since load at HeyGen changes over the day.
        weight = min(self.weight + 1, 200.0)
        mean = self.mean + surprise / weight
        variance = self.variance + (surprise * surprise - self.variance) / weight
        return Durations(mean, max(variance, 0.0025), weight)

    @property
    def sigma(self) -> float:
        """The spread of the logarithm."""
        return math.sqrt(self.variance)


@attrs.define
class Watched:
    """A job as the arithmetic sees it.

    Attributes:
        began: loop time at which the job began.
        mu: the expected logarithm of its duration.
        sigma: the spread of that.
        seen: its age, in seconds, when it was last seen running.
        urgency: what a second wasted on it counts; below 1 where nobody stands idle meanwhile.
    """

    began: float
    mu: float
    sigma: float
    seen: float = 0.0
    urgency: float = 1.0

    def waste(self, at: float) -> float:
        """The seconds expected to be wasted by loop time ``at``, W in the module's formula."""
        age, seen = at - self.began, self.seen
        if age <= seen:
            return 0.0
        ended_then, early_then = self._ended(seen)
        alive = 1 - ended_then
        if alive < 1e-9:
            # Beyond anything the belief knows: as likely to end in the next second as its age
            # allows, the rule of a job about which nothing is known.
            gap = age - seen
            return gap * gap / (2 * max(seen, 1.0))
        ended, early = self._ended(age)
        return max(0.0, (age * (ended - ended_then) - (early - early_then)) / alive)

    def _ended(self, age: float) -> tuple[float, float]:
        """F and P at the age."""
        if age <= 0:
            return 0.0, 0.0
        z = (math.log(age) - self.mu) / self.sigma
        return _phi(z), math.exp(self.mu + self.sigma**2 / 2) * _phi(z - self.sigma)


def next_look(
    jobs: Sequence[Watched], *, now: float, price: float, floor: float, ceiling: float
) -> float:
    """The loop time at which to look at these jobs next.

    Args:
        jobs: those that one request can look at together.
        now: loop time.
        price: seconds of waiting that one look is worth.
        floor: never sooner than this many seconds from now.
        ceiling: never later than this many seconds from now.
    """
    low, high = now + floor, now + ceiling

    def wasted(at: float) -> float:
        return sum(job.urgency * job.waste(at) for job in jobs)

    if wasted(low) >= price:
        return low
    if wasted(high) <= price:
        return high
    # The waste only grows, so halving finds where it reaches the price.
    while high - low > 0.02 * (high - now):
        middle = (low + high) / 2
        if wasted(middle) >= price:
            high = middle
        else:
            low = middle
    return high
