"""From headers and body to an event."""

from __future__ import annotations

import doctest
import json
import math
import time
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, strategies as st

from heygen_async.errors import ProtocolError, SignatureError, UsageError
from heygen_async.webhooks import TYPES, Event, UnknownEvent, parse, parsing, sign

SAMPLES = Path(__file__).parents[2] / "samples" / "heygen-v3.examples.json"
DELIVERIES: dict[str, Any] = {
    name: example
    for name, example in json.loads(SAMPLES.read_text())["examples"].items()
    if example.get("webhook")
}
SENT = 1_783_958_615.0
SECRET = "whsec_4f0c9a7be21d"
BODY = b'{"event_type":"avatar_video.success","event_data":{"video_id":"v1"}}'

WORDS = st.text(max_size=12)
PLAIN = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats() | WORDS
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)
NAMES = st.sampled_from(["video_id", "id", "url", "msg", "error", "batch_id", "total_items"])


def now() -> float:
    return SENT + 5


@pytest.mark.parametrize("name", sorted(DELIVERIES))
def test_the_deliveries_of_the_contract_are_understood(name: str) -> None:
    request = DELIVERIES[name]["request"]

    event = parse(request["headers"], request["raw_body"].encode(), SECRET, now=now)

    assert type(event) is TYPES[request["body"]["event_type"]]
    assert event.verified
    assert event.event_id == request["headers"]["Heygen-Event-Id"]
    assert event.created_at == SENT
    assert event.raw == request["body"]
    assert event.callback_id == request["body"]["event_data"].get("callback_id")


def test_the_example_in_the_docstring_runs() -> None:
    failed, run = doctest.testmod(parsing)

    assert run
    assert not failed


# --- proof ---------------------------------------------------------------------------------------


def test_a_delivery_with_a_false_signature_is_refused_before_it_is_read() -> None:
    with pytest.raises(SignatureError):
        parse({"Heygen-Signature": sign(b"{", "whsec_other")}, b"{", SECRET)


def test_taking_what_is_not_proved_must_be_asked_for() -> None:
    with pytest.raises(UsageError, match="unsigned=True"):
        parse({}, BODY, None)


def test_a_secret_and_unsigned_exclude_each_other() -> None:
    with pytest.raises(UsageError, match="Either"):
        parse({"Heygen-Signature": sign(BODY, SECRET)}, BODY, SECRET, unsigned=True)


@pytest.mark.parametrize("secret", ["", ()])
def test_an_empty_secret_is_not_taken_for_none(secret: Any) -> None:
    with pytest.raises(UsageError):
        parse({}, BODY, secret, unsigned=True)
    with pytest.raises(UsageError):
        parse({"Heygen-Signature": sign(BODY, "")}, BODY, secret)


def test_an_unsigned_event_says_so() -> None:
    assert not parse({}, BODY, None, unsigned=True).verified


def test_the_window_is_measured_by_the_given_clock() -> None:
    headers = {"Heygen-Signature": sign(BODY, SECRET), "Heygen-Timestamp": "1000"}

    assert parse(headers, BODY, SECRET, now=lambda: 1300.0).created_at == 1000.0
    with pytest.raises(SignatureError):
        parse(headers, BODY, SECRET, now=lambda: 1301.0)


# --- identity and time ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "named", "expected"),
    [
        ({"heygen-event-id": "h1"}, None, "h1"),
        ({"HEYGEN-EVENT-ID": "h1"}, "b1", "b1"),  # the body is signed, the header is not
        ({}, "b1", "b1"),
        ({"Heygen-Event-Id": "  "}, None, None),
        ({}, 17, None),
    ],
)
def test_the_id_is_the_bodys_or_else_the_headers(
    headers: dict[str, str], named: Any, expected: str | None
) -> None:
    body = orjson.dumps({"event_type": "x", "event_data": {}, "event_id": named})

    assert parse(headers, body, None, unsigned=True).event_id == expected


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2026-07-13T16:03:35Z", 1783958615.0),
        ("2026-07-13T18:03:35.500+02:00", 1783958615.5),
        ("2026-07-13T16:03:35", 1783958615.0),
        (1783958615, 1783958615.0),
        (1783958615.25, 1783958615.25),
        ("yesterday", 7.0),
        (None, 7.0),
        (True, 7.0),
        ([], 7.0),
    ],
)
def test_the_time_is_the_bodys_or_else_the_headers(created: Any, expected: float) -> None:
    body = orjson.dumps({"event_type": "x", "created_at": created})

    event = parse({"Heygen-Timestamp": "7"}, body, None, unsigned=True)

    assert event.created_at == expected


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
def test_a_time_without_a_zone_is_utc_wherever_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    body = orjson.dumps({"event_type": "x", "created_at": "2026-07-13T16:03:35"})

    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        event = parse({}, body, None, unsigned=True)
    time.tzset()

    assert event.created_at == 1783958615.0


@pytest.mark.parametrize("headers", [{}, {"Heygen-Timestamp": "soon"}])
def test_an_event_may_have_no_time(headers: dict[str, str]) -> None:
    assert parse(headers, BODY, None, unsigned=True).created_at is None


# --- bodies --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"<html>",
        b"null",
        b"[]",
        b'"x"',
        b"{}",
        b'{"event_type":null}',
        b'{"event_type":""}',
        b'{"event_type":7}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_event_is_a_protocol_error(body: bytes) -> None:
    with pytest.raises(ProtocolError) as caught:
        parse({}, body, None, unsigned=True)

    assert caught.value.operation == "webhook"
    assert len(caught.value.body or "") <= 600


def test_the_error_shows_no_signed_address() -> None:
    body = b'{"event_data":{"url":"https://files.example/1?Signature=hush"}}'

    with pytest.raises(ProtocolError) as caught:
        parse({}, body, None, unsigned=True)

    assert caught.value.body
    assert "hush" not in caught.value.body


@pytest.mark.parametrize("data", [None, 7, "x", [], [{}]])
def test_data_that_is_no_object_leaves_the_event_empty_and_the_body_whole(data: Any) -> None:
    body = orjson.dumps({"event_type": "avatar_video.success", "event_data": data})

    event = parse({}, body, None, unsigned=True)

    assert event.data == {}
    assert event.raw["event_data"] == data


@given(body=st.binary(max_size=60))
def test_no_bytes_raise_anything_but_a_protocol_error(body: bytes) -> None:
    try:
        event = parse({}, body, None, unsigned=True)
    except ProtocolError:
        return

    assert event.event_type


@given(
    event_type=st.sampled_from(sorted(TYPES)) | WORDS.filter(bool),
    data=JSON | st.dictionaries(NAMES, JSON, max_size=5),
    created=JSON,
    event_id=JSON,
)
def test_an_event_of_any_content_is_understood(
    event_type: str, data: Any, created: Any, event_id: Any
) -> None:
    body = orjson.dumps(
        {
            "event_type": event_type,
            "event_data": data,
            "created_at": created,
            "event_id": event_id,
        }
    )

    event = parse({"Heygen-Signature": sign(body, SECRET)}, body, SECRET)

    assert type(event) is TYPES.get(event_type, UnknownEvent)
    assert event.raw == orjson.loads(body)
    assert isinstance(event, Event)
    assert event.created_at is None or math.isfinite(event.created_at)
    assert all(kind and id_ for kind, id_ in event.jobs)
    assert repr(event)
