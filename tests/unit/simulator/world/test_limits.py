from __future__ import annotations

import pytest

from heygen_async.simulator.contract import Contract
from heygen_async.simulator.world.limits import GRACE, Asked, Gates, Rates, scope_of

READS = ("ada", "read")


def ask(key: str | None = None, what: str = "GET /v3/videos/1", free: int = 0) -> Asked:
    return Asked(what=what, key=key, free=free)


def test_a_refused_key_that_comes_back_is_early_at_once() -> None:
    gates = Gates()
    gates.close(READS, ask("key-1"), 10.0, 2.0, moment=5)

    early = gates.arrive(READS, ask("key-1"), 10.0, "getVideo")

    assert early is not None
    assert (early.operation, early.early_by_seconds) == ("getVideo", 2.0)


@pytest.mark.parametrize("key", [None, "key-2"])
def test_another_request_that_was_under_way_is_not_early(key: str | None) -> None:
    gates = Gates()
    gates.close(READS, ask("key-1"), 10.0, 2.0, moment=5)

    early = gates.arrive(READS, ask(key), 10.0 + GRACE, "getVideo")

    assert early is None


@pytest.mark.parametrize("key", [None, "key-2"])
def test_another_request_that_was_sent_later_is_early(key: str | None) -> None:
    gates = Gates()
    gates.close(READS, ask(), 10.0, 2.0, moment=5)

    early = gates.arrive(READS, ask(key), 10.1 + GRACE, "getVideo")

    assert early is not None


def test_a_question_asked_again_after_its_refusal_was_read_is_early_at_once() -> None:
    gates = Gates()
    gates.close(READS, ask(), 10.0, 2.0, moment=5)

    early = gates.arrive(READS, ask(free=6), 10.0, "getVideo")

    assert early is not None
    assert early.early_by_seconds == 2.0


def test_another_question_over_the_same_connection_is_not() -> None:
    gates = Gates()
    gates.close(READS, ask(), 10.0, 2.0, moment=5)

    early = gates.arrive(READS, ask(what="GET /v3/videos/2", free=6), 10.0, "getVideo")

    assert early is None


def test_who_asks_the_same_several_times_at_once_is_not_early_for_it() -> None:
    gates = Gates()
    gates.close(READS, ask(), 10.0, 2.0, moment=5)

    twin = gates.arrive(READS, ask(free=4), 10.0, "getVideo")
    third = gates.arrive(READS, ask(free=6), 10.0, "getVideo")
    late = gates.arrive(READS, ask(free=6), 10.1 + GRACE, "getVideo")

    assert (twin, third) == (None, None)
    assert late is not None


def test_a_request_that_waited_is_not_early() -> None:
    gates = Gates()
    gates.close(READS, ask("key-1"), 10.0, 2.0, moment=5)

    early = gates.arrive(READS, ask("key-1", free=6), 12.0, "getVideo")

    assert early is None


def test_a_shorter_wait_does_not_open_a_gate_sooner() -> None:
    gates = Gates()
    gates.close(READS, ask(), 10.0, 5.0, moment=5)
    gates.close(READS, ask(), 10.1, 1.0, moment=7)

    early = gates.arrive(READS, ask(), 12.0, "getVideo")

    assert early is not None
    assert early.early_by_seconds == 3.0


@pytest.mark.parametrize("key", [None, "key-1"])
def test_a_gate_that_opened_forgets_whom_it_refused(key: str | None) -> None:
    gates = Gates()
    gates.close(READS, ask(key), 10.0, 2.0, moment=5)
    gates.close(READS, ask("key-2"), 20.0, 2.0, moment=9)

    early = gates.arrive(READS, ask(key, free=6), 20.0, "getVideo")

    assert early is None


def test_a_gate_closes_one_scope_of_one_account() -> None:
    gates = Gates()
    gates.close(READS, ask("key-1"), 10.0, 2.0, moment=5)

    others = [
        gates.arrive(("ada", "write"), ask("key-1"), 11.0, "createAvatar"),
        gates.arrive(("ben", "read"), ask("key-1"), 11.0, "getVideo"),
    ]

    assert others == [None, None]


def test_a_rate_grants_a_burst_then_names_the_wait_then_grants_again() -> None:
    rates = Rates(2.0)

    waits = [rates.take(READS, moment) for moment in (0.0, 0.0, 0.0, 0.5)]

    assert waits == [None, None, 1, None]


def test_no_rate_grants_everything() -> None:
    rates = Rates(None)

    waits = {rates.take(READS, 0.0) for _ in range(1_000)}

    assert waits == {None}


@pytest.mark.parametrize(
    ("operation", "scope"),
    [
        ("getVideo", "read"),
        ("uploadAsset", "upload"),
        ("createAssetUpload", "upload"),
        ("completeAssetUpload", "write"),
        ("createAvatar", "write"),
        ("createVideo", "render"),
        ("createVideoBatch", "render"),
        ("createLipsync", "render"),
        ("sendVideoAgentMessage", "render"),
        ("deleteVideo", "write"),
    ],
)
def test_each_operation_has_its_scope(operation: str, scope: str) -> None:
    named = Contract.load().named(operation)

    found = scope_of(named.id, named.method)

    assert found == scope
