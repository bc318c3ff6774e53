"""The envelopes of v1 and v2, in every mixture that was seen."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from heygen_async import errors
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.messages import Reply, read_reply

TRAIN = Endpoint("POST", "/v2/photo_avatar/train", "train", "unsafe", "write", "write", "v2")
LIST = Endpoint(
    "GET", "/v2/avatars", "list", "safe", "read", "read", "v2", successor="GET /v3/avatars/looks"
)
PLAIN_404 = b"<html><title>404 Not Found</title></html>"


def replied(body: Any, status: int = 200, endpoint: Endpoint = LIST) -> Any:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return read_reply(endpoint, Reply(status, {}, raw), 0.0)


def raised(body: Any, status: int = 200, endpoint: Endpoint = LIST) -> errors.HeyGenError:
    with pytest.raises(errors.HeyGenError) as caught:
        replied(body, status, endpoint)
    return caught.value


@pytest.mark.parametrize(
    ("body", "data"),
    [
        ({"code": 100, "data": {"id": "a"}, "msg": None, "message": "Success"}, {"id": "a"}),
        ({"code": 100, "data": [{"id": "a"}], "message": None}, [{"id": "a"}]),
        ({"code": 100, "data": None, "message": None}, None),
        ({"code": 100, "error": None, "data": {"assets": []}}, {"assets": []}),
        ({"error": None, "data": {"id": "a"}}, {"id": "a"}),
        ({"error": None, "data": None}, None),
        ({"error": None, "data": {"code": 100, "data": {"flow_id": "f"}}}, {"flow_id": "f"}),
        ({"error": None, "data": {"code": 100, "data": None, "msg": None}}, None),
        ({"error": None, "data": {"code": 100}}, None),
        ({"error": None, "data": {"id": "a"}, "warning": {"message": "soon"}}, {"id": "a"}),
        ({"error": None, "data": {"id": "a"}, "warning": ["odd"], "new": 1}, {"id": "a"}),
        # A resource that happens to have a code is no envelope, and paid work is not thrown away.
        ({"error": None, "data": {"code": 7, "id": "a"}}, {"code": 7, "id": "a"}),
        ({"code": 101, "data": {"video_id": "v"}, "message": "?"}, {"video_id": "v"}),
    ],
)
def test_a_success_is_one_in_every_envelope(body: Any, data: Any) -> None:
    answer = replied(body)

    assert answer.data == data
    assert answer.envelope == body


@pytest.mark.parametrize(
    ("body", "status", "cls", "code", "words"),
    [
        ({"code": 400112, "data": None, "message": "Who?"}, 401, "Authentication", "400112", "Who"),
        ({"code": 400112, "data": None, "msg": "Who?"}, 200, "Authentication", "400112", "Who"),
        ({"code": 40004}, 400, "InvalidRequest", "40004", "HTTP 400"),
        ({"data": None, "error": {"code": "X", "message": "No"}}, 400, "InvalidRequest", "X", "No"),
        (
            {"data": None, "error": {"code": 900001, "message": "Pay"}},
            200,
            "InsufficientCredit",
            "900001",
            "Pay",
        ),
        ({"data": None, "error": "just words"}, 400, "InvalidRequest", None, "just words"),
        ({"code": 400131, "error": "gone"}, 404, "NotFound", "400131", "gone"),
        ({"data": None, "error": ["odd"]}, 403, "PermissionDenied", None, "odd"),
        (
            {"error": None, "data": {"code": 400105, "data": None, "message": "Bad words"}},
            200,
            "ContentPolicy",
            "400105",
            "Bad words",
        ),
        (
            {"error": None, "data": {"code": 400123, "message": "Slow"}},
            200,
            "RateLimit",
            "400123",
            "Slow",
        ),
        (PLAIN_404, 404, "NotFound", None, "404 Not Found"),
    ],
)
def test_a_failure_is_one_in_every_envelope(
    body: Any, status: int, cls: str, code: str | None, words: str
) -> None:
    error = raised(body, status)

    assert type(error) is getattr(errors, f"{cls}Error")
    assert (error.code, error.status) == (code, status)
    assert words in error.message


@pytest.mark.parametrize(
    ("code", "message", "status", "cls"),
    [
        ("invalid_parameter", "Generation not found", 404, errors.NotFoundError),
        ("invalid_parameter", "image_key is invalid", 400, errors.InvalidRequestError),
        (
            "invalid_parameter",
            "You have exceeded your limit of 3 photo avatars",
            400,
            errors.PlanLimitError,
        ),
        ("internal_error", "Avatar looks not found.", 400, errors.InvalidRequestError),
        ("internal_error", "Oops", 500, errors.ServerError),
        ("insufficient_credit", "Pay", 400, errors.InsufficientCreditError),
        ("trial_video_limit_exceeded", "5 a day", 429, errors.PlanLimitError),
        ("RESOLUTION_NOT_ALLOWED", "720p", 400, errors.PlanLimitError),
    ],
)
def test_a_word_means_what_its_status_and_sentence_say(
    code: str, message: str, status: int, cls: type[errors.HeyGenError]
) -> None:
    error = raised({"data": None, "error": {"code": code, "message": message}}, status)

    assert type(error) is cls


@pytest.mark.parametrize(("status", "hint"), [(404, "Use GET /v3"), (410, "Use GET /v3")])
def test_a_route_that_is_gone_names_its_successor(status: int, hint: str) -> None:
    assert hint in raised(PLAIN_404, status).message
    assert hint not in raised({"error": {"code": "x", "message": "m"}}, status).message
    assert hint not in raised(PLAIN_404, status, TRAIN).message


@pytest.mark.parametrize(
    "body",
    [
        {"code": 400123, "data": None, "message": "Slow down"},
        {"data": None, "error": {"code": "rate_limit_exceeded", "message": "Slow down"}},
        {"error": None, "data": {"code": 400123, "message": "Slow down"}},
        {"data": None, "error": {"code": 400123, "message": "Too many videos are running"}},
    ],
)
def test_a_limit_lets_a_paid_call_be_repeated_only_if_the_status_says_it_too(body: Any) -> None:
    within = {type(raised(body, status, TRAIN)) for status in (200, 500, 502)}
    refused = [type(raised(body, status, TRAIN)) for status in (400, 403, 429, 503)]
    limits = {errors.RateLimitError, errors.ConcurrencyLimitError}

    assert within == {errors.ServerError}
    assert set(refused) < limits
    assert type(raised(body, 200, LIST)) in limits


def test_a_refusal_inside_a_200_is_certain_for_a_paid_call_too() -> None:
    error = raised({"error": None, "data": {"code": 900001, "message": "Pay"}}, 200, TRAIN)

    assert type(error) is errors.InsufficientCreditError


@pytest.mark.parametrize(
    "body",
    [
        {"code": 10002, "data": None, "message": "Oops"},
        {"error": None, "data": {"code": 10002, "data": None, "message": "Oops"}},
        {"data": None, "error": {"code": "odd_thing", "message": "Oops"}},
    ],
)
def test_a_code_that_nobody_knows_inside_a_200_says_nothing_of_what_was_done(body: Any) -> None:
    assert type(raised(body, 200, TRAIN)) is errors.ServerError
    assert type(raised(body, 400, TRAIN)) is errors.InvalidRequestError


def test_a_sentence_alone_inside_a_200_says_that_the_request_failed() -> None:
    body = {"data": None, "error": "appearance is too long"}

    assert type(raised(body, 200, TRAIN)) is errors.InvalidRequestError
