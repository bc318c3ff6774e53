from __future__ import annotations

import pytest

from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.idempotency import IdempotencyKeys

SCOPE = ("ada", "POST", "/v3/videos", "key-1")


def test_a_key_replays_what_was_answered_first() -> None:
    keys = IdempotencyKeys(86_400.0)
    keys.begin(SCOPE, 0.0)
    keys.commit(SCOPE, 1.0, 200, b"first")
    keys.end(SCOPE)

    stored = keys.begin(SCOPE, 86_400.0)

    assert stored is not None
    assert stored.body == b"first"


def test_a_key_is_forgotten_after_its_day() -> None:
    keys = IdempotencyKeys(86_400.0)
    keys.begin(SCOPE, 0.0)
    keys.commit(SCOPE, 0.0, 200, b"first")
    keys.end(SCOPE)

    stored = keys.begin(SCOPE, 86_400.0)

    assert stored is None


def test_a_second_request_is_refused_while_the_first_runs() -> None:
    keys = IdempotencyKeys(86_400.0)
    keys.begin(SCOPE, 0.0)
    keys.commit(SCOPE, 0.0, 200, b"not yet answered")

    with pytest.raises(RefusedError) as caught:
        keys.begin(SCOPE, 1.0)

    assert (caught.value.status, caught.value.code) == (409, "request_in_progress")


def test_an_error_leaves_the_key_free() -> None:
    keys = IdempotencyKeys(86_400.0)
    keys.begin(SCOPE, 0.0)
    keys.end(SCOPE)

    stored = keys.begin(SCOPE, 1.0)

    assert stored is None


@pytest.mark.parametrize("place", range(4))
def test_a_key_means_nothing_to_another_account_method_path_or_key(place: int) -> None:
    keys = IdempotencyKeys(86_400.0)
    keys.begin(SCOPE, 0.0)
    other = list(SCOPE)
    other[place] = "another"

    stored = keys.begin((other[0], other[1], other[2], other[3]), 1.0)

    assert stored is None
