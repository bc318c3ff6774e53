from __future__ import annotations

import asyncio
import itertools

import pytest
from hypothesis import given, strategies as st

from heygen_async import errors
from heygen_async.errors import UncertainError
from heygen_async.transport.endpoint import Endpoint, Replay
from heygen_async.transport.retry import (
    Again,
    Fate,
    RetryPolicy,
    Tries,
    fate_of,
    in_the_end,
    keep_trying,
    may_repeat,
)


def endpoint(replay: Replay, *, early: bool = False) -> Endpoint:
    return Endpoint("POST", "/v3/x", "doIt", replay, "write", "write", conflict_is_early=early)


@pytest.mark.parametrize(
    ("fate", "repeatable"),
    [
        (Fate.NEVER_SENT, {"safe", "keyed", "body_id", "unsafe"}),
        (Fate.REFUSED, {"safe", "keyed", "body_id", "unsafe"}),
        (Fate.EARLY, {"safe", "keyed", "body_id", "unsafe"}),
        (Fate.BUSY, {"keyed", "body_id"}),
        (Fate.LOST, {"safe", "keyed", "body_id"}),
        (Fate.SENSELESS, set()),
        (Fate.ANSWERED, set()),
    ],
)
def test_replay_and_fate_decide_what_may_be_sent_again(fate: Fate, repeatable: set[str]) -> None:
    assert {replay.value for replay in Replay if may_repeat(replay, fate)} == repeatable


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (errors.RateLimitError("x", status=429), Fate.REFUSED),
        (errors.ConcurrencyLimitError("x", status=429), Fate.REFUSED),
        (errors.QuotaExceededError("x", status=429), Fate.ANSWERED),
        (errors.PlanLimitError("x", status=429), Fate.ANSWERED),
        (errors.InProgressError("x", status=409), Fate.BUSY),
        (errors.ConflictError("x", status=409), Fate.ANSWERED),
        (errors.NotReadyError("x", status=409), Fate.ANSWERED),
        (errors.ConnectError("x"), Fate.NEVER_SENT),
        (errors.ServerError("x", status=503, retry_after=5), Fate.LOST),
        (errors.ServerError("x"), Fate.LOST),
        (errors.TransferError("x", status=503), Fate.LOST),
        (errors.TransferError("x", status=403), Fate.ANSWERED),
        (errors.ProtocolError("x", status=200), Fate.SENSELESS),
        (errors.ProtocolError("x", status=302), Fate.ANSWERED),
        (errors.NotFoundError("x", status=404), Fate.ANSWERED),
    ],
)
def test_each_error_tells_the_fate_of_its_attempt(error: errors.HeyGenError, fate: Fate) -> None:
    assert fate_of(error, endpoint(Replay.KEYED)) is fate


def test_a_conflict_is_early_only_where_the_endpoint_says_so() -> None:
    conflict = errors.ConflictError("x", status=409)

    assert fate_of(conflict, endpoint(Replay.SAFE, early=True)) is Fate.EARLY
    assert fate_of(conflict, endpoint(Replay.SAFE)) is Fate.ANSWERED


@given(
    failures=st.integers(1, 10_000),
    retry_after=st.none() | st.floats(0, 1e6),
    chance=st.floats(0, 1),
)
def test_a_pause_is_never_shorter_than_the_server_asked(
    failures: int, retry_after: float | None, chance: float
) -> None:
    policy = RetryPolicy()

    pause = policy.pause(failures, retry_after, chance)

    assert pause >= (retry_after or 0.0)
    assert pause >= min(policy.base * 2.0 ** min(failures - 1, 50), policy.cap)
    assert pause <= max(policy.cap, retry_after or 0.0) * (1 + policy.spread)


@pytest.mark.parametrize("field", ["attempts", "refusals", "base", "cap", "patience", "deadline"])
@pytest.mark.parametrize("value", [0, -1, "5"])
def test_a_policy_of_nothing_is_refused(field: str, value: object) -> None:
    with pytest.raises(errors.UsageError, match=field):
        RetryPolicy(**{field: value})


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), "1"])
def test_a_spread_that_could_undercut_a_pause_is_refused(value: object) -> None:
    with pytest.raises(errors.UsageError, match="spread must be 0 or more"):
        RetryPolicy(spread=value)


@pytest.mark.parametrize("field", ["attempts", "refusals"])
@pytest.mark.parametrize("value", [1.5, True])
def test_half_an_attempt_is_refused(field: str, value: object) -> None:
    with pytest.raises(errors.UsageError, match=f"{field} must be a whole number"):
        RetryPolicy(**{field: value})


def test_lost_answers_are_tried_as_often_as_the_policy_says() -> None:
    tries = Tries(endpoint(Replay.KEYED), RetryPolicy(attempts=3))

    waits = [tries.after(errors.ServerError("x"), patience=120) for _ in range(3)]

    assert waits[0] is not None
    assert waits[1] is not None
    assert waits[2] is None
    assert tries.lost


def test_refusals_cost_no_time_here_and_have_a_limit_of_their_own() -> None:
    tries = Tries(endpoint(Replay.UNSAFE), RetryPolicy(attempts=2, refusals=10))
    refusal = errors.RateLimitError("x", retry_after=2)

    waits = [tries.after(refusal, patience=120) for _ in range(10)]

    assert waits == [0.0] * 9 + [None]
    assert not tries.lost


def test_a_refusal_longer_than_patience_ends_it_at_once() -> None:
    tries = Tries(endpoint(Replay.SAFE), RetryPolicy())

    assert tries.after(errors.RateLimitError("x", retry_after=121), patience=120) is None


def test_a_busy_key_is_waited_for_until_patience_ends() -> None:
    tries = Tries(endpoint(Replay.KEYED), RetryPolicy(attempts=2))

    waits = []
    while (wait := tries.after(errors.InProgressError("x"), patience=120)) is not None:
        waits.append(wait)

    assert 40 < sum(waits) <= 120
    assert tries.after(errors.ServerError("x"), patience=120) is not None


@pytest.mark.parametrize("replay", [Replay.KEYED, Replay.BODY_ID, Replay.UNSAFE])
@pytest.mark.parametrize(
    "error",
    [
        errors.ServerError("doIt failed: HTTP 502. Calling again is safe", status=502),
        errors.ConnectError("doIt failed: no connection. x"),
        errors.RateLimitError("doIt failed: slow. x", retry_after=7),
        errors.InProgressError("x"),
        errors.InsufficientCreditError("x", code="insufficient_credit"),
        errors.AuthenticationError("x"),
        errors.ProtocolError("x", status=200),
        errors.UsageError("the client was closed"),
        errors.InvalidInputError("the file changed"),
    ],
)
def test_what_proves_nothing_leaves_a_lost_request_uncertain(
    replay: Replay, error: errors.HeyGenError
) -> None:
    final = in_the_end(error, endpoint(replay), lost=True, key="k1")

    assert isinstance(final, UncertainError)
    assert final.key == "k1"
    assert final.code == error.code
    assert final.retry_after == error.retry_after
    assert "safe" not in str(final)


@pytest.mark.parametrize(
    "error",
    [errors.InvalidRequestError("x"), errors.NotFoundError("x"), errors.ContentPolicyError("x")],
)
def test_an_answer_from_executing_the_replay_settles_a_lost_request(
    error: errors.HeyGenError,
) -> None:
    assert in_the_end(error, endpoint(Replay.KEYED), lost=True, key="k1") is error


def test_a_safe_request_is_never_uncertain() -> None:
    error = errors.ServerError("x")

    assert in_the_end(error, endpoint(Replay.SAFE), lost=True, key=None) is error


def test_without_a_lost_attempt_nothing_is_uncertain() -> None:
    error = errors.ConnectError("x")

    assert in_the_end(error, endpoint(Replay.UNSAFE), lost=False, key=None) is error


@pytest.mark.parametrize(
    ("replay", "key", "hint"),
    [
        (Replay.KEYED, "k1", "idempotency key k1"),
        (Replay.BODY_ID, None, "same request_id"),
        (Replay.UNSAFE, None, "billed twice"),
    ],
)
def test_an_uncertain_error_says_how_to_go_on(replay: Replay, key: str | None, hint: str) -> None:
    error = errors.ServerError("doIt failed: HTTP 502. Calling again is safe", status=502)

    assert hint in str(in_the_end(error, endpoint(replay), lost=True, key=key))


async def test_the_loop_waits_exactly_as_it_is_told() -> None:
    loop = asyncio.get_running_loop()
    times: list[float] = []

    async def attempt(waits: list[float]) -> str:
        times.append(loop.time())
        if waits:
            raise Again(waits.pop(0))
        return "done"

    assert await keep_trying(attempt, [3.0, 0.0, 60.0]) == "done"
    assert [later - earlier for earlier, later in itertools.pairwise(times)] == [
        pytest.approx(3.0),
        pytest.approx(0.0),
        pytest.approx(60.0),
    ]


async def test_the_loop_passes_every_other_error_on() -> None:
    async def attempt(state: None) -> None:
        raise errors.NotFoundError("gone")

    with pytest.raises(errors.NotFoundError):
        await keep_trying(attempt, None)
