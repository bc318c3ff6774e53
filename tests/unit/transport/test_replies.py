"""What the transport makes of replies, told by aioresponses: no server, no sockets.

aioresponses 0.7.9 does not know aiohttp 3.14's ``stream_writer``; the response class below does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import Mock

import aiohttp
import pytest
from aioresponses import aioresponses
from yarl import URL

from heygen_async.errors import (
    AuthenticationError,
    ContentPolicyError,
    HeyGenError,
    InsufficientCreditError,
    InvalidRequestError,
    NotFoundError,
    PermissionDeniedError,
    PlanLimitError,
    ProtocolError,
    QuotaExceededError,
    ServerError,
    UncertainError,
)
from heygen_async.transport.credentials import ApiKey
from heygen_async.transport.endpoint import Endpoint, Replay, Scope, Timeout
from heygen_async.transport.http import BASE_URL, Transport
from heygen_async.transport.retry import RetryPolicy

READ = Endpoint("GET", "/v3/things", "listThings", Replay.SAFE, Scope.READ, Timeout.READ)
KEYED = Endpoint("POST", "/v3/things", "createThing", Replay.KEYED, Scope.RENDER, Timeout.WRITE)
UNSAFE = Endpoint("POST", "/v3/things", "sendThing", Replay.UNSAFE, Scope.WRITE, Timeout.WRITE)
ADDRESS = f"{BASE_URL}/v3/things"


class Response(aiohttp.ClientResponse):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("stream_writer", Mock())
        super().__init__(*args, **kwargs)


class Replies:
    """Replies in the order in which they are to come."""

    def __init__(self, mocked: aioresponses) -> None:
        self.mocked = mocked

    def add(self, method: str, status: int = 200, **kwargs: Any) -> None:
        self.mocked.add(ADDRESS, method, status=status, response_class=Response, **kwargs)

    @property
    def requests(self) -> list[dict[str, Any]]:
        calls = self.mocked.requests
        return [
            call.kwargs
            for method in ("GET", "POST")
            for call in calls.get((method, URL(ADDRESS)), [])
        ]


@pytest.fixture
def replies() -> Iterator[Replies]:
    with aioresponses() as mocked:
        yield Replies(mocked)


def error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": f"it said {code}", "param": None, "doc_url": None}}


async def call(endpoint: Endpoint, **kwargs: Any) -> Any:
    async with Transport(ApiKey("sk"), retry=RetryPolicy(attempts=3)) as transport:
        return await transport.call(endpoint, **kwargs)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_read_is_asked_again_after_a_server_error(replies: Replies, status: int) -> None:
    replies.add("GET", status, body="<html>oops</html>")
    replies.add("GET", payload={"data": [1, 2]})

    answer = await call(READ)

    assert answer.data == [1, 2]
    assert len(replies.requests) == 2


async def test_a_keyed_request_is_repeated_under_the_same_key(replies: Replies) -> None:
    replies.add("POST", 500, payload=error("internal_error"))
    replies.add("POST", 409, payload=error("request_in_progress"))
    replies.add("POST", payload={"data": {"id": "t1"}})

    answer = await call(KEYED, json={"a": 1})

    keys = {request["headers"]["Idempotency-Key"] for request in replies.requests}
    assert answer.data == {"id": "t1"}
    assert len(replies.requests) == 3
    assert len(keys) == 1


async def test_an_unsafe_request_is_never_sent_twice(replies: Replies) -> None:
    replies.add("POST", 500, payload=error("internal_error"))
    replies.add("POST", payload={"data": {"id": "t1"}})

    with pytest.raises(UncertainError):
        await call(UNSAFE, json={"a": 1})

    assert len(replies.requests) == 1


async def test_a_keyed_request_that_never_succeeds_is_uncertain_and_names_its_key(
    replies: Replies,
) -> None:
    for _ in range(3):
        replies.add("POST", 502, body="")

    with pytest.raises(UncertainError) as caught:
        await call(KEYED, json={"a": 1}, key="mine")

    assert caught.value.key == "mine"
    assert len(replies.requests) == 3


async def test_a_read_that_never_succeeds_is_a_server_error(replies: Replies) -> None:
    for _ in range(3):
        replies.add("GET", 503, payload=error("service_unavailable"))

    with pytest.raises(ServerError) as caught:
        await call(READ)

    assert caught.value.code == "service_unavailable"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "invalid_parameter", InvalidRequestError),
        (400, "content_policy_violation", ContentPolicyError),
        (401, "unauthorized", AuthenticationError),
        (401, "authentication_failed", AuthenticationError),
        (402, "insufficient_credit", InsufficientCreditError),
        (402, "trial_limit_exceeded", PlanLimitError),
        (403, "forbidden", PermissionDeniedError),
        (404, "video_not_found", NotFoundError),
        (418, "teapot", HeyGenError),
        (429, "quota_exceeded", QuotaExceededError),
    ],
)
async def test_an_error_says_what_the_caller_may_do_and_is_not_repeated(
    replies: Replies, status: int, code: str, kind: type[HeyGenError]
) -> None:
    replies.add("POST", status, payload=error(code))

    with pytest.raises(kind) as caught:
        await call(KEYED, json={})

    assert (caught.value.status, caught.value.code) == (status, code)
    assert f"it said {code}" in caught.value.message
    assert "sk" not in caught.value.message.split()
    assert len(replies.requests) == 1


@pytest.mark.parametrize("body", ["", "<html></html>", "[1]", "{", '"data"'])
async def test_a_read_whose_answer_makes_no_sense_is_told_so(replies: Replies, body: str) -> None:
    for _ in range(3):
        replies.add("GET", 200, body=body)

    with pytest.raises((ProtocolError, ServerError)) as caught:
        await call(READ)

    assert "listThings" in caught.value.message


async def test_the_key_goes_with_the_request_and_redirects_are_not_followed(
    replies: Replies,
) -> None:
    replies.add("GET", 302, headers={"Location": "https://elsewhere.example/"})

    with pytest.raises(ProtocolError, match="redirect"):
        await call(READ)

    (request,) = replies.requests
    assert request["headers"]["x-api-key"] == "sk"
    assert request["allow_redirects"] is False
