from __future__ import annotations

from typing import Any

import pytest
from multidict import CIMultiDict

from heygen_async.transport.deprecation import deprecation
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.observer import Deprecated

OLD = Endpoint(
    "GET", "/v2/voices", "list-voices", "safe", "read", "read", "v2", successor="GET /v3/voices"
)
ENDING = "Sat, 31 Oct 2026 00:00:00 GMT"


def said(headers: dict[str, str], warning: Any = None) -> Deprecated | None:
    return deprecation(OLD, CIMultiDict(headers), {"data": {}, "warning": warning})


def test_an_answer_that_says_nothing_is_no_event() -> None:
    assert said({}) is None
    assert said({"X-Other": "1"}, {"docs_url": "https://example.org"}) is None


def test_both_headers_and_the_body_s_words_are_told() -> None:
    warning = {"message": "Soon.", "v3_endpoint": "GET /v3/x", "sunset_date": "2026-10-31"}

    event = said({"deprecation": "true", "sunset": ENDING}, warning)

    assert event == Deprecated(
        operation="list-voices", sunset=ENDING, message="Soon.", successor="GET /v3/x"
    )


@pytest.mark.parametrize(
    ("headers", "warning", "sunset", "message"),
    [
        ({"Deprecation": "true"}, None, None, None),
        ({"Sunset": ENDING}, None, ENDING, None),
        ({}, {"message": "Soon.", "sunset_date": "2026-10-31"}, "2026-10-31", "Soon."),
        ({}, "bare words", None, "bare words"),
        ({"Sunset": ENDING}, ["odd"], ENDING, None),
        ({"Sunset": ENDING}, {"message": 7, "v3_endpoint": {}}, ENDING, None),
    ],
)
def test_any_part_of_it_is_enough_and_the_contract_names_the_successor(
    headers: dict[str, str], warning: Any, sunset: str | None, message: str | None
) -> None:
    assert said(headers, warning) == Deprecated(
        operation="list-voices", sunset=sunset, message=message, successor="GET /v3/voices"
    )


def test_its_words_are_one_line_bounded_and_without_secrets() -> None:
    event = said({}, {"message": "Use\nsk_live_abcdefgh " + "x" * 999})

    assert event is not None
    assert event.message is not None
    assert event.message.startswith("Use *** xxx")
    assert len(event.message) == 300
