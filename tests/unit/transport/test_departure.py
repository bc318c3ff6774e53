from __future__ import annotations

from heygen_async.transport.departure import called, departing, leaving, turned_away


def test_a_call_that_waits_to_be_sent_is_unsent_until_it_leaves() -> None:
    with departing() as departure:
        before = departure.unsent
        called()
        waiting = departure.unsent
        leaving()
        sent = departure.unsent
        turned_away()
        refused = departure.unsent
        leaving()

    assert (before, waiting, sent, refused) == (False, True, False, True)
    assert not departure.unsent


def test_what_left_before_stays_away_when_the_next_call_is_refused() -> None:
    with departing() as departure:
        for _ in range(2):
            called()
            leaving()
        turned_away()

    assert not departure.unsent


def test_outside_of_a_block_nobody_takes_note() -> None:
    with departing() as departure:
        pass
    called()
    leaving()
    turned_away()

    assert not departure.unsent
