from __future__ import annotations

import codecs
import copy
import pickle
import time
from typing import Any

import orjson
import pytest
from multidict import CIMultiDict

from heygen_async import errors
from heygen_async.transport.codes import CODES, HINTS
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.messages import Reply, parse_retry_after, read_reply

READ = Endpoint("GET", "/v3/videos/{video_id}", "getVideo", "safe", "read", "read")
RENDER = Endpoint("POST", "/v3/videos", "createVideo", "keyed", "render", "write")
NOW = 1_790_000_000.0


def reply(status: int, body: Any, **headers: str) -> Reply:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, CIMultiDict(names), raw)


def problem(status: int, code: str | None, message: str = "Words", **more: Any) -> Reply:
    return reply(status, {"error": {"code": code, "message": message, **more}})


def raised(endpoint: Endpoint, answer: Reply) -> errors.HeyGenError:
    with pytest.raises(errors.HeyGenError) as caught:
        read_reply(endpoint, answer, NOW)
    return caught.value


def test_a_success_gives_data_envelope_and_raw_bytes() -> None:
    body = {"data": [{"id": "v1"}], "has_more": True, "next_token": "t"}

    answer = read_reply(READ, reply(200, body, x_request_id="r1"), NOW)

    assert answer.data == [{"id": "v1"}]
    assert answer.envelope["next_token"] == "t"
    assert answer.request_id == "r1"
    assert orjson.loads(answer.raw) == body


def test_a_success_without_content_has_no_data() -> None:
    answer = read_reply(READ, reply(204, b""), NOW)

    assert answer.data is None
    assert answer.envelope == {}


def test_a_version_1_success_is_no_error() -> None:
    body = {"code": 100, "data": {"url": "u"}, "message": "Success"}

    assert read_reply(READ, reply(200, body), NOW).data == {"url": "u"}


def test_a_version_1_error_is_known_by_its_number() -> None:
    error = raised(READ, reply(400, {"code": 400112, "data": None, "message": "Unauthorized"}))

    assert type(error) is errors.AuthenticationError
    assert error.code == "400112"


EXPECTED = {
    ("invalid_parameter", 400): errors.InvalidRequestError,
    ("download_failed", 400): errors.InvalidRequestError,
    ("avatar_consent_required", 400): errors.ConsentRequiredError,
    ("resource_limit_reached", 400): errors.PlanLimitError,
    ("resource_limit_exceeded", 400): errors.PlanLimitError,
    ("script_too_short", 400): errors.InvalidRequestError,
    ("tts_text_invalid", 400): errors.InvalidRequestError,
    ("unlimited_mode_disabled", 400): errors.PermissionDeniedError,
    ("ephemeral_upload_disabled", 400): errors.PermissionDeniedError,
    ("content_policy_violation", 400): errors.ContentPolicyError,
    ("avatar_not_usable", 400): errors.InvalidRequestError,
    ("avatar_expired", 400): errors.InvalidRequestError,
    ("unauthorized", 401): errors.AuthenticationError,
    ("authentication_failed", 401): errors.AuthenticationError,
    ("insufficient_credit", 402): errors.InsufficientCreditError,
    ("trial_limit_exceeded", 402): errors.PlanLimitError,
    ("trial_limit_exceeded", 429): errors.PlanLimitError,
    ("plan_upgrade_required", 402): errors.PlanLimitError,
    ("subscription_required", 402): errors.PlanLimitError,
    ("phone_verification_required", 403): errors.PermissionDeniedError,
    ("forbidden", 403): errors.PermissionDeniedError,
    ("resource_access_denied", 403): errors.PermissionDeniedError,
    ("ai_vendor_access_restricted", 403): errors.PermissionDeniedError,
    ("voice_not_usable", 403): errors.PermissionDeniedError,
    ("video_not_found", 404): errors.NotFoundError,
    ("avatar_not_found", 404): errors.NotFoundError,
    ("avatar_group_not_found", 404): errors.NotFoundError,
    ("voice_not_found", 404): errors.NotFoundError,
    ("template_not_found", 404): errors.NotFoundError,
    ("asset_not_found", 404): errors.NotFoundError,
    ("webhook_not_found", 404): errors.NotFoundError,
    ("resource_not_found", 404): errors.NotFoundError,
    ("not_found", 404): errors.NotFoundError,
    ("request_in_progress", 409): errors.InProgressError,
    ("conflict", 409): errors.ConflictError,
    ("resource_not_ready", 409): errors.NotReadyError,
    ("brand_kit_not_ready", 409): errors.NotReadyError,
    ("voice_unavailable", 400): errors.InvalidRequestError,
    ("asset_not_available", 409): errors.NotReadyError,
    ("payload_too_large", 413): errors.InvalidRequestError,
    ("rate_limit_exceeded", 429): errors.RateLimitError,
    ("quota_exceeded", 429): errors.QuotaExceededError,
    ("internal_error", 500): errors.ServerError,
    ("video_delete_failed", 500): errors.ServerError,
    ("voice_provider_error", 502): errors.ServerError,
    ("service_unavailable", 503): errors.ServerError,
    ("gateway_timeout", 504): errors.ServerError,
}


@pytest.mark.parametrize(("code", "status"), EXPECTED)
def test_each_code_of_the_behaviour_digest_has_its_class(code: str, status: int) -> None:
    error = raised(READ, problem(status, code))

    assert type(error) is EXPECTED[code, status]
    assert error.code == code
    assert error.status == status


def test_every_known_code_says_how_to_go_on() -> None:
    assert {cls for cls in CODES.values() if cls not in HINTS} == set()


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, errors.InvalidRequestError),
        (401, errors.AuthenticationError),
        (402, errors.InsufficientCreditError),
        (403, errors.PermissionDeniedError),
        (404, errors.NotFoundError),
        (408, errors.ServerError),
        (425, errors.ServerError),
        (409, errors.ConflictError),
        (413, errors.InvalidRequestError),
        (422, errors.InvalidRequestError),
        (429, errors.RateLimitError),
        (500, errors.ServerError),
        (502, errors.ServerError),
        (599, errors.ServerError),
    ],
)
@pytest.mark.parametrize(
    "body",
    [b"", b"<html><title>Bad Gateway</title></html>", b"[]", b'{"error": "gone"}', b'{"err'],
)
def test_without_a_code_the_status_decides(
    status: int, expected: type[errors.HeyGenError], body: bytes
) -> None:
    assert type(raised(RENDER, reply(status, body))) is expected


def test_a_code_that_blames_the_server_under_a_400_is_a_bad_request() -> None:
    error = raised(READ, problem(400, "internal_error", "does not support unlimited mode"))

    assert type(error) is errors.InvalidRequestError


@pytest.mark.parametrize(
    ("endpoint", "message", "expected"),
    [
        (RENDER, "10 jobs already running", errors.ConcurrencyLimitError),
        (READ, "10 jobs already running", errors.ConcurrencyLimitError),
        (RENDER, "Concurrent limit reached", errors.ConcurrencyLimitError),
        (RENDER, "Try later", errors.ConcurrencyLimitError),
        (RENDER, "", errors.ConcurrencyLimitError),
        (RENDER, "Too many requests", errors.RateLimitError),
        (RENDER, "Rate limit exceeded", errors.RateLimitError),
        (READ, "Try later", errors.RateLimitError),
        (READ, "", errors.RateLimitError),
    ],
)
def test_a_429_is_told_apart_by_its_words_and_its_endpoint(
    endpoint: Endpoint, message: str, expected: type[errors.HeyGenError]
) -> None:
    error = raised(endpoint, problem(429, "rate_limit_exceeded", message))

    assert type(error) is expected


def test_a_429_from_a_gateway_is_about_the_rate_even_for_a_render() -> None:
    assert type(raised(RENDER, reply(429, b"<html></html>"))) is errors.RateLimitError


def test_all_that_the_server_said_is_in_the_fields() -> None:
    body = {
        "error": {
            "code": "invalid_parameter",
            "message": "script and audio_url cannot both be set",
            "param": "script",
            "doc_url": "https://developers.heygen.com/docs/error-codes#invalid-parameter",
            "errors": [{"code": "x", "message": "y", "path": "script"}],
        }
    }

    error = raised(RENDER, reply(400, body, X_Request_Id="req-7", Retry_After="2"))

    assert error.operation == "createVideo"
    assert error.param == "script"
    assert error.doc_url is not None
    assert error.doc_url.endswith("#invalid-parameter")
    assert error.errors == ({"code": "x", "message": "y", "path": "script"},)
    assert error.request_id == "req-7"
    assert error.retry_after == 2.0
    assert str(error) == (
        "createVideo failed: script and audio_url cannot both be set (request req-7). "
        "Change the request before sending it again"
    )
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(twin) is type(error)
        assert twin.__dict__ == error.__dict__
        assert str(twin) == str(error)


def test_an_error_inside_a_200_is_an_error() -> None:
    error = raised(RENDER, problem(200, "insufficient_credit", "Balance 0"))

    assert type(error) is errors.InsufficientCreditError
    assert error.status == 200


@pytest.mark.parametrize("body", [b"", b'{"data": {"video_id": "abc', b'{"data"', b"  "])
def test_a_success_that_broke_off_is_a_lost_answer(body: bytes) -> None:
    assert type(raised(RENDER, reply(200, body))) is errors.ServerError


@pytest.mark.parametrize("body", [b"<!DOCTYPE html><p>Login</p>", b"[]", b"null", b'"ok"', b"7"])
def test_a_success_that_makes_no_sense_is_a_protocol_error(body: bytes) -> None:
    error = raised(RENDER, reply(200, body))

    assert isinstance(error, errors.ProtocolError)
    assert error.body == body.decode()


def test_a_byte_order_mark_in_front_of_json_is_passed_over() -> None:
    mark = codecs.BOM_UTF8
    full = b'{"error": {"code": "insufficient_credit", "message": "Balance 0"}}'

    answer = read_reply(RENDER, reply(200, mark + b'{"data": {"id": "v1"}}'), NOW)

    assert answer.data == {"id": "v1"}
    assert type(raised(RENDER, reply(402, mark + full))) is errors.InsufficientCreditError
    assert type(raised(RENDER, reply(200, mark + b"<html>"))) is errors.ProtocolError
    assert type(raised(RENDER, reply(200, mark + b'{"da'))) is errors.ServerError
    assert type(raised(RENDER, reply(200, mark))) is errors.ServerError


def test_a_redirect_is_not_followed_but_reported() -> None:
    error = raised(RENDER, reply(302, b"", Location="https://elsewhere.example/?token=SECRET"))

    assert isinstance(error, errors.ProtocolError)
    assert "SECRET" not in str(error)


def test_the_servers_words_are_cut_and_freed_of_secrets() -> None:
    words = (
        "GET https://cdn.example/a?Signature=SECRET\nfailed with sk_V2_SECRETSECRET " + "x" * 999
    )

    error = raised(RENDER, problem(400, "download_failed", words, param="SECRET?token=SECRET"))

    assert "SECRET" not in str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 450


@pytest.mark.parametrize("message", [None, 5, {"a": 1}, ["b"]])
def test_a_message_of_a_strange_type_breaks_nothing(message: object) -> None:
    error = raised(READ, reply(400, {"error": {"code": 7, "message": message}}))

    assert type(error) is errors.InvalidRequestError


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("2", 2.0),
        (" 2 ", 2.0),
        ("0", 0.0),
        ("0.5", 0.5),
        (".5", 0.5),
        ("-3", 0.0),
        ("Mon, 21 Sep 2026 14:13:30 GMT", 10.0),
        ("Mon, 21 Sep 2026 14:13:10 GMT", 0.0),
        ("Monday, 21-Sep-26 14:13:30 GMT", 10.0),
        ("Mon Sep 21 14:13:30 2026", 10.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("1e9", None),
        ("9" * 400, None),
        ("Mon, 99 Sep 2026 14:13:30 GMT", None),
    ],
)
def test_retry_after_is_read_in_all_its_spellings(value: str | None, seconds: float | None) -> None:
    assert parse_retry_after(value, NOW) == seconds


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process cannot be set here")
def test_a_date_without_a_zone_is_in_gmt_wherever_the_process_runs() -> None:
    with pytest.MonkeyPatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        seconds = parse_retry_after("Mon Sep 21 14:13:30 2026", NOW)
    time.tzset()

    assert seconds == 10.0


def test_a_date_is_compared_with_the_servers_own_clock() -> None:
    answer = Reply(
        429,
        CIMultiDict(
            {
                "Retry-After": "Mon, 21 Sep 2026 14:13:30 GMT",
                "Date": "Mon, 21 Sep 2026 14:13:27 GMT",
            }
        ),
        b"",
    )

    assert raised(READ, answer).retry_after == 3.0


def test_the_answer_to_a_head_has_no_body() -> None:
    head = Endpoint("HEAD", "/v3/videos", "HEAD /v3/videos", "safe", "read", "read")

    assert read_reply(head, Reply(200, CIMultiDict(), b""), NOW).data is None


@pytest.mark.parametrize("error", [{}, {"code": None, "message": None}])
def test_an_error_that_says_nothing_is_none(error: Any) -> None:
    answer = read_reply(READ, reply(200, {"data": {"id": "v"}, "error": error}), NOW)

    assert answer.data == {"id": "v"}


def test_further_complaints_hold_no_secret_either() -> None:
    told = {"message": "bad https://s3/x?X-Amz-Signature=abc", "path": ["a", 1]}

    error = raised(READ, reply(400, {"error": {"message": "x", "errors": [told, "sk_V2_abcdefg"]}}))

    assert error.errors == (
        {"message": "bad https://s3/x?X-Amz-Signature=***", "path": ["a", 1]},
        "***",
    )
