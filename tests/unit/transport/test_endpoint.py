from __future__ import annotations

import pytest

from heygen_async.errors import InvalidInputError
from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timeout

CONSENT = Endpoint("POST", "/v3/avatars/{group_id}/looks/{look_id}", "x", "safe", "write", "write")


def test_ids_are_quoted_as_single_segments() -> None:
    path = CONSENT.fill({"group_id": "a/b?c", "look_id": "Anna public"})

    assert path == "/v3/avatars/a%2Fb%3Fc/looks/Anna%20public"


@pytest.mark.parametrize("bad", ["", " ", ".", "..", None, 7])
def test_an_id_that_is_none_is_refused_by_name(bad: object) -> None:
    with pytest.raises(InvalidInputError, match="look_id must be"):
        CONSENT.fill({"group_id": "g", "look_id": bad})


def test_the_placeholders_are_named_in_order() -> None:
    assert CONSENT.placeholders == ("group_id", "look_id")


def test_an_unknown_word_for_replay_is_refused() -> None:
    with pytest.raises(ValueError, match="sometimes"):
        Endpoint("GET", "/", "x", "sometimes", "read", "read")


def test_an_endpoint_is_method_path_operation_replay_scope_and_timeout() -> None:
    assert CONSENT.timeout is Timeout.WRITE
    assert Endpoint(
        method="GET", path="/", operation="x", replay="safe", scope="read", timeout="transfer"
    ) == Endpoint("GET", "/", "x", Replay.SAFE, Scope.READ, Timeout.TRANSFER)
