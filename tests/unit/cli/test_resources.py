from __future__ import annotations

from heygen_async.cli.resources import _lines


def test_seconds_since_1970_are_shown_as_dates_and_other_numbers_as_numbers() -> None:
    shown = dict(_lines("", {"created_at": 86400, "part": {"done_at": 0.5}, "duration": 86400}))

    assert shown == {
        "created_at": "1970-01-02 00:00:00 UTC",
        "part.done_at": "1970-01-01 00:00:00 UTC",
        "duration": 86400,
    }


def test_a_number_that_is_no_date_stays_as_it_is() -> None:
    assert dict(_lines("", {"created_at": 10**18, "updated_at": None})) == {
        "created_at": 10**18,
        "updated_at": None,
    }
