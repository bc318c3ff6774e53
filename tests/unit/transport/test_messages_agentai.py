from __future__ import annotations

from typing import Any

import orjson
import pytest
from multidict import CIMultiDict

from heygen_async import errors
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.messages import Reply, read_reply

MAKE = Endpoint("POST", "/action/make", "make", "unsafe", "write", "write", "agentai")
RENDER = Endpoint("POST", "/action/render", "render", "unsafe", "render", "write", "agentai")
READ = Endpoint("POST", "/action/read", "read", "safe", "read", "read", "agentai")


def reply(status: int, body: Any) -> Reply:
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    return Reply(status, CIMultiDict(), raw)


def raised(status: int, body: Any, endpoint: Endpoint = MAKE) -> errors.HeyGenError:
    with pytest.raises(errors.HeyGenError) as caught:
        read_reply(endpoint, reply(status, body), 0.0)
    return caught.value


@pytest.mark.parametrize(
    "envelope",
    [
        {"status": 200, "response": {"group_id": "g", "status": "pending"}},
        {"status": 201, "response": {"group_id": "g", "status": "pending"}},
        {"response": {"group_id": "g", "status": "pending"}},
        {"status": "ok", "response": {"group_id": "g", "status": "pending"}, "credits": 3},
    ],
)
def test_a_success_is_its_response(envelope: Any) -> None:
    answer = read_reply(MAKE, reply(200, envelope), 0.0)

    assert answer.data == {"group_id": "g", "status": "pending"}


def test_a_status_inside_the_response_is_the_things_own() -> None:
    answer = read_reply(MAKE, reply(200, {"status": 200, "response": {"status": "failed"}}), 0.0)

    assert answer.data == {"status": "failed"}


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    "response",
    [
        {"error": "Missing required field"},
        {"error": {"message": "Missing required field", "code": "missing"}},
        {"message": "Missing required field"},
        {"detail": "Missing required field"},
        "Missing required field",
    ],
)
def test_a_refusal_is_told_in_the_servers_words(status: int, response: Any) -> None:
    error = raised(status, {"status": 400, "response": response})

    assert type(error) is errors.InvalidRequestError
    assert str(error).startswith("make failed: Missing required field. ")
    assert error.status == 400


@pytest.mark.parametrize(
    ("outer", "inner", "kind"),
    [
        (401, 401, errors.AuthenticationError),
        (200, 401, errors.AuthenticationError),
        (500, 500, errors.ServerError),
        (200, 500, errors.ServerError),
        (429, 429, errors.RateLimitError),
        (200, 404, errors.NotFoundError),
    ],
)
def test_the_worse_of_the_two_statuses_counts(
    outer: int, inner: int, kind: type[errors.HeyGenError]
) -> None:
    error = raised(outer, {"status": inner, "response": {"error": "No"}})

    assert type(error) is kind
    assert error.status == inner


def test_a_limit_met_half_way_does_not_say_that_nothing_was_begun() -> None:
    error = raised(200, {"status": 429, "response": {"error": "Too many requests"}})

    assert type(error) is errors.ServerError
    assert error.status == 429


@pytest.mark.parametrize(
    "code",
    ["rate_limit_exceeded", "quota_exceeded", "request_in_progress", "insufficient_credit", "new"],
)
@pytest.mark.parametrize("endpoint", [MAKE, RENDER, READ], ids=lambda it: it.operation)
def test_no_code_says_what_two_statuses_contradict_each_other_about(
    endpoint: Endpoint, code: str
) -> None:
    told = {"code": code, "message": "Too many jobs are running", "status": 400}

    error = raised(200, {"status": 429, "response": {"error": told}}, endpoint)

    assert type(error) is errors.ServerError
    assert (error.status, error.code) == (429, code)


@pytest.mark.parametrize("inner", [400, 409, 503])
def test_a_limit_that_only_its_code_speaks_of_is_no_licence_to_make_it_again(inner: int) -> None:
    body = {"status": inner, "response": {"error": {"code": "rate_limit_exceeded"}}}

    lost = raised(200, body)
    read = raised(200, body, READ)
    refused = raised(429, body)

    assert type(lost) is errors.ServerError
    assert type(read) is type(refused) is errors.RateLimitError


@pytest.mark.parametrize("outer", [400, 401, 429, 500])
def test_a_success_inside_an_error_proves_nothing(outer: int) -> None:
    error = raised(
        outer, {"status": 200, "response": {"group_id": "g", "code": "rate_limit_exceeded"}}
    )

    assert type(error) is errors.ServerError
    assert error.status == outer


def test_an_error_without_the_envelope_is_understood() -> None:
    gateway = raised(403, {"message": "Forbidden"})
    page = raised(502, b"<html><title>Bad gateway</title></html>")
    inside = raised(200, {"error": "Not today"})

    assert type(gateway) is errors.PermissionDeniedError
    assert "Forbidden" in str(gateway)
    assert type(page) is errors.ServerError
    assert "Bad gateway" in str(page)
    assert "Not today" in str(inside)


@pytest.mark.parametrize("response", [None, [], "", 0, {"error": None}])
def test_whatever_a_refusal_holds_it_is_a_refusal(response: Any) -> None:
    error = raised(400, {"status": 400, "response": response})

    assert type(error) is errors.InvalidRequestError
    assert "HTTP 400" in str(error)
