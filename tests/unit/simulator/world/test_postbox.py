from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.world.faults import Fault, Faults
from heygen_async.simulator.world.postbox import Endpoint, Event, Postbox
from heygen_async.simulator.world.timing import Timing

NOW = 1_000.0
URL, OTHER = "http://127.0.0.1/one", "http://127.0.0.1/two"


def _event(number: int = 1, created_at: float = NOW, **facts: Any) -> Event:
    return Event(
        id=f"e{number}",
        number=number,
        type="avatar_video.success",
        data=facts,
        created_at=created_at,
        body=b"{}",
    )


@pytest.fixture
def new_postbox() -> Callable[..., Postbox]:
    def make(*faults: Fault) -> Postbox:
        armed = Faults(0)
        for fault in faults:
            armed.add(fault)
        return Postbox(armed, Timing(webhook_retry=10.0, webhook_patience=100.0))

    return make


def _sent(postbox: Postbox, now: float, *, accepted: bool = True) -> list[str]:
    """Send what is due; the ids of its events."""
    taken = postbox.take(now)
    for delivery in taken:
        postbox.settle(delivery, delivery.url, now, accepted=accepted)
    return [it.event.id for it in taken]


def test_what_was_accepted_is_done_with(new_postbox: Callable[..., Postbox]) -> None:
    postbox = new_postbox()
    postbox.post(_event(), [URL])

    assert postbox.next_due() == NOW
    assert _sent(postbox, NOW) == ["e1"]
    assert postbox.next_due() == math.inf


def test_one_address_is_sent_one_thing_at_a_time_in_order(
    new_postbox: Callable[..., Postbox],
) -> None:
    postbox = new_postbox()
    for number in (1, 2):
        postbox.post(_event(number), [URL, OTHER])

    taken = postbox.take(NOW)

    assert [(it.event.id, it.url) for it in taken] == [("e1", URL), ("e1", OTHER)]
    assert (postbox.take(NOW), postbox.next_due()) == ([], math.inf)
    postbox.settle(taken[0], URL, NOW, accepted=True)
    assert [(it.event.id, it.url) for it in postbox.take(NOW)] == [("e2", URL)]


def test_pauses_double_until_the_event_is_too_old(new_postbox: Callable[..., Postbox]) -> None:
    postbox, moments = new_postbox(), []
    postbox.post(_event(), [URL])

    while (due := postbox.next_due()) < math.inf:
        moments.append(due - NOW)
        _sent(postbox, due, accepted=False)

    assert moments == [0.0, 10.0, 30.0, 70.0]


def test_a_refused_delivery_does_not_hold_up_the_next(
    new_postbox: Callable[..., Postbox],
) -> None:
    postbox = new_postbox()
    postbox.post(_event(1), [URL])
    _sent(postbox, NOW, accepted=False)

    postbox.post(_event(2, NOW + 1.0), [URL])

    assert _sent(postbox, NOW + 1.0) == ["e2"]
    assert _sent(postbox, NOW + 10.0) == ["e1"]


def test_a_held_delivery_goes_when_it_was_overtaken(new_postbox: Callable[..., Postbox]) -> None:
    postbox = new_postbox(Fault("reordered_webhook", times=1))
    postbox.post(_event(1), [URL])
    postbox.post(_event(2, NOW + 1.0), [URL])

    assert postbox.next_due() == NOW + 1.0
    assert _sent(postbox, NOW + 1.0) == ["e2"]
    assert _sent(postbox, NOW + 1.0) == ["e1"]


def test_a_success_elsewhere_overtakes_nothing(new_postbox: Callable[..., Postbox]) -> None:
    postbox = new_postbox(Fault("reordered_webhook", times=1))
    postbox.post(_event(1), [URL])
    postbox.post(_event(2), [OTHER])

    assert _sent(postbox, NOW) == ["e2"]
    assert postbox.next_due() == NOW + 60.0


@pytest.mark.parametrize("name", ["late_webhook", "reordered_webhook"])
def test_the_seconds_of_a_fault_count_from_the_event(
    new_postbox: Callable[..., Postbox], name: str
) -> None:
    postbox = new_postbox(Fault(name, seconds=7.0))

    postbox.post(_event(), [URL])

    assert postbox.next_due() == NOW + 7.0


def test_a_duplicate_is_sent_again_once_after_it_was_accepted(
    new_postbox: Callable[..., Postbox],
) -> None:
    postbox = new_postbox(Fault("duplicate_webhook", seconds=3.0))
    postbox.post(_event(), [URL])

    assert _sent(postbox, NOW) == ["e1"]
    assert postbox.next_due() == NOW + 3.0
    assert _sent(postbox, NOW + 3.0) == ["e1"]
    assert postbox.next_due() == math.inf


def test_a_fault_aimed_at_another_type_of_event_spares_this_one(
    new_postbox: Callable[..., Postbox],
) -> None:
    postbox = new_postbox(Fault("lost_webhook", operation="batch.finished"))

    postbox.post(_event(), [URL])

    assert postbox.next_due() == NOW


def test_the_listener_hears_of_whatever_may_change_the_plan(
    new_postbox: Callable[..., Postbox],
) -> None:
    postbox, heard = new_postbox(), []
    postbox.listener = lambda: heard.append(1)

    postbox.expect()
    postbox.post(_event(), [URL])
    _sent(postbox, NOW)

    assert len(heard) == 3


def test_an_endpoint_wants_its_types_about_its_entity() -> None:
    endpoint = Endpoint(
        id="p1",
        number=1,
        url=URL,
        secret="whsec_1",
        events=("avatar_video.success",),
        entity_id="v1",
        created_at=NOW,
    )

    assert endpoint.wants(_event(video_id="v1"))
    assert not endpoint.wants(_event(video_id="v2"))
    endpoint.events = ("batch.finished",)
    assert not endpoint.wants(_event(video_id="v1"))


def test_no_secret_shows_in_a_repr() -> None:
    endpoint = Endpoint(
        id="p1",
        number=1,
        url=URL,
        secret="whsec_1",
        events=None,
        entity_id=None,
        created_at=NOW,
    )

    assert "whsec_1" not in repr(endpoint)
