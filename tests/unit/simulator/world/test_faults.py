from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.world.faults import DOWNLOAD, NAMES, Fault, Faults


def _struck(faults: Faults, operation: str, times: int) -> list[bool]:
    return [faults.draw("before", operation) is not None for _ in range(times)]


def test_a_fault_strikes_the_operation_it_is_aimed_at() -> None:
    faults = Faults(seed=0)
    faults.add(Fault("internal_error", operation="getVideo"))

    struck = [faults.draw("before", it) is not None for it in ("getVideo", "listVideos")]

    assert struck == [True, False]


def test_a_fault_for_a_number_of_times_strikes_that_often() -> None:
    faults = Faults(seed=0)
    faults.add(Fault("internal_error", times=2))

    struck = _struck(faults, "getVideo", 3)

    assert struck == [True, True, False]
    assert faults.active == ()


def test_chance_is_the_same_for_the_same_seed_and_differs_for_another() -> None:
    runs = []
    for seed in (1, 1, 2):
        faults = Faults(seed=seed)
        faults.add(Fault("internal_error", probability=0.5))
        runs.append(_struck(faults, "getVideo", 64))

    assert runs[0] == runs[1]
    assert runs[0] != runs[2]
    assert 16 < sum(runs[0]) < 48


def test_chance_for_one_operation_does_not_depend_on_calls_of_another() -> None:
    alone, disturbed = Faults(seed=1), Faults(seed=1)
    for faults in (alone, disturbed):
        faults.add(Fault("internal_error", probability=0.5))
    expected = _struck(alone, "getVideo", 20)

    found = []
    for _ in range(20):
        disturbed.draw("before", "listVideos")
        found += _struck(disturbed, "getVideo", 1)

    assert found == expected


def test_a_fault_strikes_at_its_own_stage_only() -> None:
    faults = Faults(seed=0)
    faults.add(Fault("lost_answer"))

    stages = [faults.draw(it, "createVideo") is not None for it in ("before", "after", "link")]

    assert stages == [False, True, False]


def test_an_api_fault_for_all_operations_spares_downloads() -> None:
    faults = Faults(seed=0)
    faults.add(Fault("internal_error"))
    faults.add(Fault("expired_link"))

    struck = [faults.draw(it, DOWNLOAD) for it in ("before", "link")]

    assert struck == [None, Fault("expired_link")]


def test_job_faults_combine_into_one_fate() -> None:
    faults = Faults(seed=0)
    faults.add(Fault("failed", code="moderation", message="No"))
    faults.add(Fault("unknown_status", word="simmering", seconds=7.0))

    fate = faults.fate("createVideo")

    assert fate.failure is not None
    assert (fate.failure.code, fate.failure.message) == ("moderation", "No")
    assert fate.spoken(100.0, 106.9) == "simmering"
    assert fate.spoken(100.0, 107.0) is None


def test_cleared_faults_strike_no_more() -> None:
    faults = Faults(seed=0)
    faults.add(Fault("internal_error"))

    faults.clear()

    assert faults.draw("before", "getVideo") is None


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: Fault("gremlins"),
            "there is no fault 'gremlins'; there are: api_pool_empty, avatar_not_found",
        ),
        (lambda: Fault("stuck", probability=1.5), "probability must lie between 0 and 1"),
        (lambda: Fault("stuck", times=0), "times must be at least 1"),
        (lambda: Fault("slow_answer", seconds=-1.0), "seconds must not be negative"),
    ],
)
def test_a_fault_that_makes_no_sense_says_why(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_every_fault_has_a_name() -> None:
    assert list(NAMES) == sorted(set(NAMES))


@pytest.mark.parametrize(
    ("name", "target", "near"),
    [
        ("stuck", "createVidoe", "createVideo"),
        ("lost_answer", "create-an-avatar-video", "create-an-avatar-video-v2"),
        ("lost_webhook", "avatar_video.sucess", "avatar_video.success"),
        ("lost_webhook", "createVideo", "avatar_video"),
        ("expired_link", "getVideo", "downloadFile"),
        ("missing_group_id", "createVideo", "create-photo-avatar-group"),
    ],
)
def test_a_fault_that_could_never_strike_is_refused(name: str, target: str, near: str) -> None:
    with pytest.raises(ValueError, match=f"cannot strike '{target}'.*{near}"):
        Fault(name, operation=target)


def test_a_trap_is_sprung_by_its_own_rule_only() -> None:
    faults = Faults(seed=0)
    faults.add(Fault("group_limit", times=1))

    struck = [
        faults.draw("before", "create-photo-avatar-group"),
        faults.trap("missing_group_id", "create-photo-avatar-group"),
        faults.trap("group_limit", "create-photo-avatar-group"),
        faults.trap("group_limit", "create-photo-avatar-group"),
    ]

    assert [it is not None for it in struck] == [False, False, True, False]
