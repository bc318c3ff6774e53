"""The transport against a real server: what is sent, how often, and what is made of the answers."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import re
import socket
import traceback
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from heygen_async import errors
from heygen_async.client import HeyGen
from heygen_async.client_agentai import AgentAI
from heygen_async.transport.credentials import ApiKey, Bearer
from heygen_async.transport.departure import departing
from heygen_async.transport.download import download
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.http import Transport
from heygen_async.transport.observer import RequestFinished, Retrying, Throttled
from heygen_async.transport.retry import RetryPolicy

GET = Endpoint("GET", "/v3/videos/{video_id}", "getVideo", "safe", "read", "read")
LIST = Endpoint("GET", "/v3/videos", "listVideos", "safe", "read", "read")
CREATE = Endpoint("POST", "/v3/videos", "createVideo", "keyed", "render", "write")
REMOVE = Endpoint(
    "POST", "/v3/background-removals", "createBackgroundRemoval", "body_id", "render", "write"
)
AGENT = Endpoint("POST", "/v3/video-agents", "createVideoAgent", "unsafe", "render", "write")
COMPLETE = Endpoint(
    "POST",
    "/v3/assets/{asset_id}/complete",
    "completeAssetUpload",
    "safe",
    "write",
    "write",
    conflict_is_early=True,
)

Connect = Callable[..., Awaitable[Transport]]
OK = {"data": {"id": "v1"}}


class Script:
    """Answers with one prepared thing after the other, the last one for ever."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.requests: list[web.Request] = []
        self.bodies: list[bytes] = []
        self.times: list[float] = []

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.times.append(asyncio.get_running_loop().time())
        self.requests.append(request)
        self.bodies.append(await request.read())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        match answer:
            case "cut":
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case "half":
                response = web.StreamResponse(headers={"Content-Length": "1000"})
                await response.prepare(request)
                await response.write(b'{"data": {')
                assert request.transport is not None
                request.transport.close()
                return response
            case int() | float():
                await asyncio.sleep(answer)
                return web.json_response(OK)
            case dict():
                return web.json_response(answer)
            case (status, dict() as body, *headers):
                return web.json_response(body, status=status, headers=dict(headers))
            case (status, str() as text, *headers):
                return web.Response(
                    text=text, status=status, content_type="text/html", headers=dict(headers)
                )
        raise AssertionError(answer)

    @property
    def keys(self) -> list[str | None]:
        return [request.headers.get("Idempotency-Key") for request in self.requests]


def problem(status: int, code: str, message: str = "Words", **headers: str) -> tuple[Any, ...]:
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return (status, {"error": {"code": code, "message": message}}, *named)


# --- what is sent --------------------------------------------------------------------------------


async def test_a_call_sends_the_key_the_body_and_the_query(connect: Connect) -> None:
    server = Script(OK)
    transport = await connect(server)

    answer = await transport.call(CREATE, json={"title": "é"}, query={"a": 1})

    request = server.requests[0]
    assert answer.data == {"id": "v1"}
    assert request.method == "POST"
    assert request.path_qs == "/v3/videos?a=1"
    assert request.headers["x-api-key"] == "key-1"
    assert "Authorization" not in request.headers
    assert request.content_type == "application/json"
    assert server.bodies == ['{"title":"é"}'.encode()]


async def test_a_bearer_token_replaces_the_key(serve: Callable[..., Awaitable[str]]) -> None:
    server = Script(OK)

    async with Transport(Bearer("t1"), base_url=await serve(server)) as transport:
        await transport.call(LIST)

    assert server.requests[0].headers["Authorization"] == "Bearer t1"
    assert "x-api-key" not in server.requests[0].headers


@pytest.mark.parametrize(
    ("query", "sent"),
    [
        ({"limit": 10, "token": None}, "?limit=10"),
        ({"public": True, "mine": False}, "?public=true&mine=false"),
        ({"video_ids": ["a", "b"]}, "?video_ids=a,b"),
        ({"title": "a&b=c d#é"}, "?title=a%26b%3Dc%20d%23%C3%A9"),
        ({"token": None}, ""),
        ({"min_score": 0.7}, "?min_score=0.7"),
    ],
)
async def test_query_values_are_written_as_the_server_reads_them(
    connect: Connect, query: dict[str, Any], sent: str
) -> None:
    server = Script(OK)
    transport = await connect(server)

    await transport.call(LIST, query=query)

    assert server.requests[0].raw_path == f"/v3/videos{sent}"


async def test_a_query_value_of_a_strange_type_is_refused_by_name(connect: Connect) -> None:
    transport = await connect(Script(OK))

    with pytest.raises(errors.InvalidInputError, match="limit"):
        await transport.call(LIST, query={"limit": object()})


async def test_a_body_that_is_not_json_is_refused(connect: Connect) -> None:
    server = Script(OK)
    transport = await connect(server)

    with pytest.raises(errors.InvalidInputError, match="not JSON"):
        await transport.call(CREATE, json={"a": object()})

    assert server.requests == []


async def test_a_big_body_is_sent_whole(connect: Connect) -> None:
    server = Script(OK)
    transport = await connect(server)

    await transport.call(CREATE, json={"data": "x" * 3_000_000})

    assert len(server.bodies[0]) == 3_000_011
    assert server.requests[0].headers["Content-Length"] == "3000011"


async def test_further_headers_go_along_but_never_replace_the_key(connect: Connect) -> None:
    server = Script(OK)
    transport = await connect(server)

    await transport.call(LIST, headers={"X-Trace": "t"})
    with pytest.raises(errors.UsageError, match="X-Api-Key"):
        await transport.call(LIST, headers={"X-Api-Key": "other"})

    assert server.requests[0].headers["X-Trace"] == "t"
    assert len(server.requests) == 1


async def test_a_key_reaches_no_other_host_by_a_redirect(
    connect: Connect, serve: Callable[..., Awaitable[str]]
) -> None:
    other = Script(OK)
    elsewhere = await serve(other)
    transport = await connect(Script((307, "", ("Location", elsewhere))))

    with pytest.raises(errors.ProtocolError, match="redirect"):
        await transport.call(LIST)

    assert other.requests == []


async def test_the_environments_netrc_adds_no_second_credential(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server = Script(OK)
    transport = await connect(server)

    await transport.call(LIST)

    assert "Authorization" not in server.requests[0].headers


# --- idempotency keys ----------------------------------------------------------------------------


async def test_one_key_is_minted_per_call_and_kept_for_all_attempts(connect: Connect) -> None:
    server = Script("cut", (500, "oops"), OK)
    transport = await connect(server)

    await transport.call(CREATE, json={})
    await transport.call(CREATE, json={})

    assert len(server.keys) == 4
    assert len(set(server.keys[:3])) == 1
    assert server.keys[3] != server.keys[0]
    assert re.fullmatch("[0-9a-f]{32}", server.keys[0] or "")


async def test_the_callers_key_is_used_as_it_is(connect: Connect) -> None:
    server = Script(OK)
    transport = await connect(server)

    await transport.call(CREATE, json={}, key="run-7:video.1_a")

    assert server.keys == ["run-7:video.1_a"]


@pytest.mark.parametrize("key", ["", "a b", "ü", "x" * 256, "a/b", "a\n"])
async def test_a_key_that_the_server_would_refuse_is_refused_here(
    connect: Connect, key: str
) -> None:
    transport = await connect(Script(OK))

    with pytest.raises(errors.InvalidInputError, match="idempotency_key"):
        await transport.call(CREATE, json={}, key=key)


async def test_only_keyed_endpoints_send_a_key(connect: Connect) -> None:
    server = Script(OK)
    transport = await connect(server)

    await transport.call(LIST)
    await transport.call(AGENT, json={})
    await transport.call(REMOVE, json={"request_id": "r"}, key="r")
    with pytest.raises(errors.UsageError, match="takes no idempotency key"):
        await transport.call(AGENT, json={}, key="k")

    assert server.keys == [None, None, None]


# --- repeating -----------------------------------------------------------------------------------

BAD_ANSWERS = ["cut", "half", (500, "oops"), (502, "<html>"), (503, ""), (504, ""), (200, "")]


@pytest.mark.parametrize("bad", BAD_ANSWERS)
@pytest.mark.parametrize("endpoint", [CREATE, REMOVE, COMPLETE])
async def test_a_lost_answer_is_asked_for_again(
    connect: Connect, endpoint: Endpoint, bad: Any
) -> None:
    server = Script(bad, bad, OK)
    transport = await connect(server)

    answer = await transport.call(endpoint, ids={"asset_id": "a"}, json={"request_id": "r"})

    assert answer.data == {"id": "v1"}
    assert len(server.requests) == 3
    assert len(set(server.bodies)) == 1


@pytest.mark.parametrize("bad", BAD_ANSWERS)
async def test_an_unsafe_call_is_never_sent_again_once_it_may_have_arrived(
    connect: Connect, bad: Any
) -> None:
    server = Script(bad, OK)
    transport = await connect(server)

    with pytest.raises(errors.UncertainError, match="may have been executed") as caught:
        await transport.call(AGENT, json={})

    assert len(server.requests) == 1
    assert caught.value.key is None


async def test_a_keyed_call_that_stays_lost_is_uncertain_and_names_its_key(
    connect: Connect,
) -> None:
    server = Script("cut")
    transport = await connect(server)

    with pytest.raises(errors.UncertainError) as caught:
        await transport.call(CREATE, json={}, key="k1")

    assert caught.value.key == "k1"
    assert isinstance(caught.value.__cause__, errors.ServerError)
    assert server.keys == ["k1"] * 5


async def test_a_safe_call_that_stays_lost_is_a_server_error(connect: Connect) -> None:
    server = Script((502, "<html>"))
    transport = await connect(server, retry=RetryPolicy(attempts=3))

    with pytest.raises(errors.ServerError, match="HTTP 502"):
        await transport.call(GET, ids={"video_id": "v"})

    assert len(server.requests) == 3


async def test_waits_between_attempts_grow(connect: Connect) -> None:
    server = Script((500, ""))
    transport = await connect(server)

    with pytest.raises(errors.ServerError):
        await transport.call(LIST)

    waits = [b - a for a, b in itertools.pairwise(server.times)]
    for wait, base in zip(waits, [0.5, 1.0, 2.0, 4.0], strict=True):
        assert base <= wait <= 1.5 * base + 0.01


async def test_a_503_that_names_a_pause_is_not_asked_again_before(connect: Connect) -> None:
    server = Script((503, "", ("Retry-After", "20")), OK)
    transport = await connect(server)

    await transport.call(LIST)

    assert server.times[1] - server.times[0] >= 20.0


@pytest.mark.parametrize(
    "endpoint", [LIST, CREATE, REMOVE, AGENT], ids=lambda endpoint: endpoint.replay
)
async def test_a_refused_request_is_sent_again_whatever_it_does(
    connect: Connect, endpoint: Endpoint
) -> None:
    refusal = problem(429, "rate_limit_exceeded", "Too many requests", Retry_After="7")
    server = Script(refusal, OK)
    transport = await connect(server)

    await transport.call(endpoint, json={})

    assert server.times[1] - server.times[0] >= 7.0


async def test_a_busy_key_is_waited_for_under_the_same_key(connect: Connect) -> None:
    busy = problem(409, "request_in_progress")
    server = Script("cut", busy, busy, busy, busy, busy, busy, OK)
    transport = await connect(server)

    answer = await transport.call(CREATE, json={})

    assert answer.data == {"id": "v1"}
    assert len(set(server.keys)) == 1
    assert server.times[-1] - server.times[0] > 30.0  # a slow create has a p99 of 31 s


async def test_a_key_busy_for_somebody_else_is_no_uncertainty(connect: Connect) -> None:
    transport = await connect(Script(problem(409, "request_in_progress")))

    with pytest.raises(errors.InProgressError):
        await transport.call(CREATE, json={}, key="k1", patience=5.0)


async def test_an_upload_that_is_not_visible_yet_is_completed_again(connect: Connect) -> None:
    early = problem(409, "conflict", "Object is not in storage yet")
    server = Script(early, early, OK)
    transport = await connect(server)

    await transport.call(COMPLETE, ids={"asset_id": "a"})

    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("invalid_parameter", 400, errors.InvalidRequestError),
        ("insufficient_credit", 402, errors.InsufficientCreditError),
        ("quota_exceeded", 429, errors.QuotaExceededError),
        ("trial_limit_exceeded", 429, errors.PlanLimitError),
        ("conflict", 409, errors.ConflictError),
        ("resource_not_ready", 409, errors.NotReadyError),
    ],
)
async def test_an_answer_that_would_not_change_is_asked_for_once(
    connect: Connect, code: str, status: int, expected: type[Exception]
) -> None:
    server = Script(problem(status, code, Retry_After="1"))
    transport = await connect(server)

    with pytest.raises(expected):
        await transport.call(CREATE, json={})

    assert len(server.requests) == 1


async def test_a_replay_that_is_refused_on_its_content_is_settled(connect: Connect) -> None:
    transport = await connect(Script("cut", problem(400, "invalid_parameter")))

    with pytest.raises(errors.InvalidRequestError):
        await transport.call(CREATE, json={})


async def test_a_replay_without_credit_leaves_the_first_attempt_uncertain(
    connect: Connect,
) -> None:
    transport = await connect(Script("cut", problem(402, "insufficient_credit")))

    with pytest.raises(errors.UncertainError) as caught:
        await transport.call(CREATE, json={}, key="k1")

    assert caught.value.code == "insufficient_credit"


async def test_a_page_instead_of_an_answer_leaves_a_paid_call_uncertain(connect: Connect) -> None:
    server = Script((200, "<html>login</html>"))
    transport = await connect(server)

    with pytest.raises(errors.UncertainError):
        await transport.call(CREATE, json={})
    with pytest.raises(errors.ProtocolError):
        await transport.call(LIST)

    assert len(server.requests) == 2


@pytest.mark.parametrize("endpoint", [LIST, AGENT])
async def test_a_request_that_never_left_is_tried_again_and_then_a_connect_error(
    endpoint: Endpoint,
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        events: list[Any] = []
        async with Transport(
            ApiKey("k"), base_url=f"http://127.0.0.1:{port}", observer=events.append
        ) as transport:
            with pytest.raises(errors.ConnectError, match="nothing was sent"):
                await transport.call(endpoint, json={})

    assert sum(isinstance(event, Retrying) for event in events) == 4


async def test_no_connection_after_a_lost_answer_is_still_uncertain(
    serve: Callable[..., Awaitable[str]],
) -> None:
    stop = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        stop.set()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"

    async with Transport(ApiKey("k"), base_url=base_url) as transport:
        call = asyncio.create_task(transport.call(CREATE, json={}, key="k1"))
        await stop.wait()
        await runner.cleanup()
        with pytest.raises(errors.UncertainError) as caught:
            await call

    assert isinstance(caught.value.__cause__, errors.ConnectError)


async def test_the_body_of_a_form_is_built_anew_for_each_attempt(connect: Connect) -> None:
    server = Script("cut", (503, ""), OK)
    transport = await connect(server)
    built = []

    def form() -> aiohttp.FormData:
        built.append(1)
        data = aiohttp.FormData()
        data.add_field("file", b"bytes", filename="a.png", content_type="image/png")
        return data

    await transport.call(CREATE, form=form)

    assert len(built) == 3
    assert all(b"bytes" in body for body in server.bodies)


# --- time ----------------------------------------------------------------------------------------


async def test_a_read_that_says_nothing_for_30_seconds_is_lost(connect: Connect) -> None:
    server = Script(40, OK)
    transport = await connect(server)

    await transport.call(LIST)

    assert 30.0 <= server.times[1] - server.times[0] <= 32.0


async def test_a_write_may_take_a_minute(connect: Connect) -> None:
    server = Script(60)
    transport = await connect(server)

    await transport.call(CREATE, json={})

    assert len(server.requests) == 1


async def test_a_deadline_on_a_safe_call_is_a_deadline_error(connect: Connect) -> None:
    transport = await connect(Script((500, "")), retry=RetryPolicy(deadline=2.0))
    started = asyncio.get_running_loop().time()

    with pytest.raises(errors.DeadlineError, match="within 2 s"):
        await transport.call(LIST)

    assert asyncio.get_running_loop().time() - started == pytest.approx(2.0, abs=0.1)


async def test_a_deadline_on_a_paid_call_under_way_is_uncertainty(connect: Connect) -> None:
    transport = await connect(Script(60), retry=RetryPolicy(deadline=2.0))

    with pytest.raises(errors.UncertainError) as caught:
        await transport.call(CREATE, json={}, key="k1")

    assert caught.value.key == "k1"


async def test_cancelling_a_call_frees_its_place(connect: Connect) -> None:
    server = Script(60, OK)
    transport = await connect(server, max_in_flight=1)
    first = asyncio.create_task(transport.call(CREATE, json={}))
    await asyncio.sleep(1.0)

    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    async with asyncio.timeout(5.0):
        await transport.call(LIST)

    assert len(server.requests) == 2


async def test_no_more_requests_are_under_way_than_allowed(connect: Connect) -> None:
    now = most = 0

    async def answer(request: web.Request) -> web.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(1.0)
        now -= 1
        return web.json_response(OK)

    transport = await connect(answer, max_in_flight=5)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(23):
            tasks.create_task(transport.call(LIST))

    assert most == 5


# --- 429 -----------------------------------------------------------------------------------------

POOL = problem(429, "rate_limit_exceeded", "10 jobs already running", Retry_After="30")


async def test_a_full_render_pool_is_waited_for_by_default(connect: Connect) -> None:
    server = Script(POOL, OK)
    transport = await connect(server)

    await transport.call(CREATE, json={})

    assert server.times[1] - server.times[0] >= 30.0


async def test_a_full_render_pool_can_be_raised_at_once_and_still_closes_the_gate(
    connect: Connect,
) -> None:
    server = Script(POOL, OK)
    transport = await connect(server)

    with pytest.raises(errors.ConcurrencyLimitError) as caught:
        await transport.call(CREATE, json={}, concurrency="raise")
    await transport.call(CREATE, json={}, concurrency="raise")

    assert caught.value.retry_after == 30.0
    assert server.times[1] - server.times[0] >= 30.0


async def test_a_429_without_a_number_still_pauses(connect: Connect) -> None:
    server = Script((429, "<html>"), (429, "<html>"), OK)
    transport = await connect(server)

    await transport.call(LIST)

    assert server.times[1] - server.times[0] >= 1.0
    assert server.times[2] - server.times[1] >= 2.0


async def test_a_429_that_asks_for_more_than_patience_is_an_error_with_the_number(
    connect: Connect,
) -> None:
    server = Script(problem(429, "rate_limit_exceeded", "Too many requests", Retry_After="90"))
    transport = await connect(server)

    with pytest.raises(errors.RateLimitError) as caught:
        await transport.call(LIST, patience=60.0)

    assert caught.value.retry_after == 90.0
    assert caught.value.status == 429
    assert len(server.requests) == 1


# --- answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("chunked", [True, False])
async def test_an_oversized_answer_is_not_read_to_its_end(connect: Connect, chunked: bool) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        if not chunked:
            response.content_length = 10_000_000
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            for _ in range(1000):
                await response.write(b"x" * 10_000)
        return response

    transport = await connect(answer, max_answer_bytes=100_000)

    with pytest.raises(errors.ProtocolError, match="larger than 100000 bytes"):
        await transport.call(LIST)


async def test_a_compressed_answer_is_read_and_its_size_limited_too(connect: Connect) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        size = int(request.query["limit"])
        response = web.json_response({"data": "x" * size})
        response.enable_compression(web.ContentCoding.gzip)
        return response

    transport = await connect(answer, max_answer_bytes=100_000)

    small = await transport.call(LIST, query={"limit": 50_000})
    with pytest.raises(errors.ProtocolError, match="larger"):
        await transport.call(LIST, query={"limit": 5_000_000})

    assert small.data == "x" * 50_000


# --- sessions and loops --------------------------------------------------------------------------


async def test_a_session_passed_in_is_used_and_stays_open(
    serve: Callable[..., Awaitable[str]],
) -> None:
    server = Script(OK)
    async with aiohttp.ClientSession(headers={"User-Agent": "mine"}, raise_for_status=True) as mine:
        async with Transport(ApiKey("k"), base_url=await serve(server), session=mine) as transport:
            await transport.call(LIST)
            server.answers = [problem(404, "video_not_found")]
            with pytest.raises(errors.NotFoundError):
                await transport.call(GET, ids={"video_id": "v"})

        assert not mine.closed
        assert "x-api-key" not in mine.headers
    assert server.requests[0].headers["User-Agent"] == "mine"


async def test_waiting_for_a_connection_of_a_small_pool_is_no_failure(
    serve: Callable[..., Awaitable[str]],
) -> None:
    server = Script(20.0)
    events: list[Any] = []
    async with (
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=1)) as mine,
        Transport(
            ApiKey("k"), base_url=await serve(server), session=mine, observer=events.append
        ) as transport,
    ):
        await asyncio.gather(*(transport.call(CREATE, json={}) for _ in range(5)))

    assert not [event for event in events if isinstance(event, Retrying)]


@pytest.mark.parametrize("name", ["session", "transfer_session"])
@pytest.mark.parametrize("client", [HeyGen, AgentAI])
def test_what_is_no_session_is_refused_at_once(client: type[HeyGen | AgentAI], name: str) -> None:
    with pytest.raises(errors.InvalidInputError, match=rf"^{name} must be an aiohttp") as caught:
        client("key-1", **{name: "x"})  # type: ignore[arg-type]

    assert caught.value.field == name


async def test_a_token_and_a_session_that_authorizes_itself_exclude_each_other() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # aiohttp 3.14 has them, and still works
        mine = aiohttp.ClientSession(auth=aiohttp.BasicAuth("ada", "secret"))
    async with mine:
        with pytest.raises(errors.UsageError, match="without auth") as caught:
            HeyGen(Bearer("token-1"), session=mine)
        with pytest.raises(errors.UsageError, match="without auth"):
            HeyGen("key-1", transfer_session=mine)

    assert caught.value.field == "session"
    assert "secret" not in str(caught.value)


async def test_a_token_and_a_login_from_netrc_exclude_each_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ada password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with (
        aiohttp.ClientSession(trust_env=True) as mine,
        HeyGen(Bearer("token-1"), base_url="http://127.0.0.1:9", session=mine) as heygen,
    ):
        with pytest.raises(errors.UsageError, match="netrc"):
            await heygen.account.me()


@pytest.mark.parametrize("name", ["X-API-Key", "authorization"])
async def test_a_session_for_files_holds_no_credentials(name: str) -> None:
    async with aiohttp.ClientSession(headers={name: "secret"}) as mine:
        with pytest.raises(errors.UsageError, match="every host of a file"):
            HeyGen("key-1", transfer_session=mine)


async def test_a_session_that_was_closed_is_named_as_the_reason() -> None:
    session = aiohttp.ClientSession()
    await session.close()

    async with Transport(ApiKey("k"), session=session) as transport:
        with pytest.raises(errors.UsageError, match="session was closed"):
            await transport.call(LIST)


async def test_a_call_in_the_middle_of_its_answer_ends_when_the_client_is_closed(
    connect: Connect,
) -> None:
    half = asyncio.Event()

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b'{"data": {')
        half.set()
        await asyncio.sleep(3600)
        return response

    transport = await connect(answer)
    call = asyncio.create_task(transport.call(LIST))
    await half.wait()
    await asyncio.sleep(1)

    await transport.close()

    with pytest.raises(errors.UsageError, match="closed"):
        async with asyncio.timeout(60):
            await call


async def test_after_close_a_call_is_refused(connect: Connect) -> None:
    transport = await connect(Script(OK))
    await transport.call(LIST)
    await transport.close()

    with pytest.raises(errors.UsageError, match="closed"):
        await transport.call(LIST)


@pytest.mark.parametrize("given", [True, False], ids=["session", "client"])
async def test_closing_while_an_answer_is_lost_hides_no_paid_call(
    serve: Callable[..., Awaitable[str]], given: bool
) -> None:
    server = Script("cut")
    session = aiohttp.ClientSession() if given else None
    transport = Transport(ApiKey("k"), base_url=await serve(server), session=session)
    call = asyncio.create_task(transport.call(CREATE, json={}, key="k1"))
    while not server.requests:
        await asyncio.sleep(0.01)

    await (transport.close() if session is None else session.close())

    with pytest.raises(errors.UncertainError, match="closed") as caught:
        await call
    assert caught.value.key == "k1"
    assert isinstance(caught.value.__cause__, errors.UsageError)


@pytest.mark.parametrize("given", [True, False], ids=["session", "client"])
async def test_closing_while_the_gate_is_closed_is_named_as_the_reason(
    serve: Callable[..., Awaitable[str]], given: bool
) -> None:
    server = Script(problem(429, "rate_limit_exceeded", "Too many requests", Retry_After="5"))
    session = aiohttp.ClientSession() if given else None
    transport = Transport(ApiKey("k"), base_url=await serve(server), session=session)
    calls = [asyncio.create_task(transport.call(CREATE, json={})) for _ in range(2)]
    while not server.requests:
        await asyncio.sleep(0.01)

    await (transport.close() if session is None else session.close())

    for call in calls:
        with pytest.raises(errors.UsageError, match="closed"):
            await call


def test_another_event_loop_is_refused_clearly() -> None:
    transport = Transport(ApiKey("k"), base_url="http://127.0.0.1:9", retry=RetryPolicy(attempts=1))

    async def use() -> None:
        await transport.call(LIST)

    async def use_and_close() -> None:
        with pytest.raises(errors.ConnectError):
            await transport.call(LIST)
        for session in transport.sessions._own:
            await session.close()

    asyncio.run(use_and_close())

    with pytest.raises(errors.UsageError, match="event loop"):
        asyncio.run(use())


@pytest.mark.parametrize("number", [0, -1, 1.5, "5", True, None])
def test_a_limit_of_nothing_is_refused(number: Any) -> None:
    with pytest.raises(errors.InvalidInputError, match="max_in_flight"):
        Transport(ApiKey("k"), max_in_flight=number)
    with pytest.raises(errors.InvalidInputError, match="max_answer_bytes"):
        Transport(ApiKey("k"), max_answer_bytes=number)


# --- what it tells -------------------------------------------------------------------------------


async def test_the_observer_hears_of_every_attempt(connect: Connect) -> None:
    events: list[Any] = []
    server = Script(
        (503, ""),
        problem(429, "rate_limit_exceeded", "Too many requests", Retry_After="3"),
        (200, OK, ("X-Request-Id", "r1")),
    )
    transport = await connect(server, observer=events.append)

    await transport.call(LIST)

    finished = [event for event in events if isinstance(event, RequestFinished)]
    assert [(event.status, event.attempt) for event in finished] == [(503, 1), (429, 2), (200, 3)]
    assert finished[-1].request_id == "r1"
    assert [event.cause for event in events if isinstance(event, Retrying)] == [
        "ServerError",
        "RateLimitError",
    ]
    assert [event for event in events if isinstance(event, Throttled)] == [
        Throttled(operation="listVideos", scope="read", seconds=3.0, kind="rate")
    ]


@pytest.mark.parametrize(
    ("code", "message", "kind"),
    [
        ("rate_limit_exceeded", "10 jobs already running", "concurrency"),
        ("quota_exceeded", "", "quota"),
        ("trial_limit_exceeded", "", "plan"),
    ],
)
async def test_the_observer_hears_which_limit_it_was(
    connect: Connect, code: str, message: str, kind: str
) -> None:
    events: list[Any] = []
    transport = await connect(Script(problem(429, code, message)), observer=events.append)

    with pytest.raises(errors.HeyGenError):
        await transport.call(CREATE, json={}, concurrency="raise")

    assert [event.kind for event in events if isinstance(event, Throttled)] == [kind]


async def test_an_observer_that_fails_harms_no_call(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    def observer(event: object) -> None:
        raise ZeroDivisionError

    transport = await connect(Script(OK), observer=observer)

    answer = await transport.call(LIST)

    assert answer.data == {"id": "v1"}
    assert "the observer failed on RequestFinished" in caplog.text


async def test_a_server_that_repeats_the_key_gives_nothing_away(
    serve: Callable[..., Awaitable[str]], caplog: pytest.LogCaptureFixture
) -> None:
    key = "c2VjcmV0LW9mLWFkYQ=="
    echo = {"message": f"no such key {key}", "param": key, "errors": [{"message": key}]}
    server = Script((401, {"error": echo}), (200, f"<html>{key}"))

    with caplog.at_level(logging.DEBUG):
        async with Transport(ApiKey(key), base_url=await serve(server)) as transport:
            for _ in range(2):
                with pytest.raises(errors.HeyGenError) as caught:
                    await transport.call(LIST)

                assert key not in f"{caught.value} {vars(caught.value)}"
    assert key not in caplog.text


@pytest.mark.parametrize("status", [408, 425])
async def test_a_gateway_that_waited_in_vain_is_asked_again(connect: Connect, status: int) -> None:
    server = Script((status, ""), OK)
    transport = await connect(server)

    await transport.call(CREATE, json={})

    assert len(server.requests) == 2


async def test_logs_name_the_operation_and_no_secret(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "heygen_async")
    words = "GET https://cdn.example/a?Signature=SECRET failed"
    transport = await connect(Script((500, ""), problem(400, "download_failed", words)))

    with pytest.raises(errors.InvalidRequestError) as caught:
        await transport.call(CREATE, json={}, query={"token": "SECRET"})

    assert "createVideo: POST /v3/videos: 500" in caplog.text
    assert "attempt 2" in caplog.text
    for text in (caplog.text, str(caught.value), repr(caught.value)):
        assert "SECRET" not in text
        assert "key-1" not in text


async def test_an_address_is_built_once_where_it_cannot_vary(
    serve: Callable[..., Awaitable[str]],
) -> None:
    server = Script(OK)
    async with Transport(ApiKey("k"), base_url=await serve(server) + "/") as transport:
        await transport.call(LIST)
        await transport.call(LIST)
        await transport.call(GET, ids={"video_id": "a b"})

    paths = [request.raw_path for request in server.requests]
    assert paths == ["/v3/videos", "/v3/videos", "/v3/videos/a%20b"]


async def test_nothing_is_repeated_behind_the_back_of_the_policy(connect: Connect) -> None:
    server = Script("cut")
    transport = await connect(server, retry=RetryPolicy(attempts=1))
    unsafe = Endpoint("DELETE", "/v3/videos", "odd", "unsafe", "write", "write")

    with pytest.raises(errors.UncertainError):
        await transport.call(unsafe)
    with pytest.raises(errors.ServerError):
        await transport.call(LIST)

    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("asked", "end"),
    [("1800000000", "2084-01-29 "), ("1" + "0" * 20, "after the year 9999")],
)
async def test_a_pause_that_can_hardly_be_meant_is_kept_told_once_and_left_by_a_new_client(
    connect: Connect, caplog: pytest.LogCaptureFixture, asked: str, end: str
) -> None:
    full = problem(429, "rate_limit_exceeded", Retry_After=asked)
    server = Script(full, full, OK)
    transport = await connect(server, now=lambda: 1_800_000_000.0)

    first = await asyncio.gather(transport.call(LIST), transport.call(LIST), return_exceptions=True)
    with pytest.raises(errors.RateLimitError) as later:
        await transport.call(LIST)
    fresh = Transport(ApiKey("key-1"), base_url=transport.base_url)
    answer = await fresh.call(LIST)
    await fresh.close()

    assert [type(error) for error in first] == [errors.RateLimitError] * 2
    assert end in str(later.value)
    assert "new client" in str(later.value)
    assert later.value.retry_after == pytest.approx(float(asked), rel=1e-6)
    assert len(server.requests) == 3
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert end in caplog.text
    assert answer.data == {"id": "v1"}


@pytest.mark.parametrize("base_url", ["https://api.heygen.com", "http://api.heygen.example"])
async def test_a_proxy_that_wants_a_login_is_named_and_asked_once(
    base_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    requests = 0

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        requests += 1
        await reader.readuntil(b"\r\n\r\n")
        head = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n"
        writer.write(head + b"Connection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(proxy, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, f"http://ada:secret@127.0.0.1:{port}")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    transport = Transport(ApiKey("k"), base_url=base_url, allow_insecure=True)

    with pytest.raises(errors.UsageError, match=f"http://127.0.0.1:{port} asks") as caught:
        await transport.call(CREATE, json={})
    shown = "".join(traceback.format_exception(caught.value))
    with pytest.raises(errors.HeyGenError, match="prox"):
        await download(transport, "https://files.example/v.mp4", tmp_path / "v.mp4")
    await transport.close()
    server.close()

    assert caught.value.status == 407
    assert "secret" not in shown
    assert requests == 2


async def test_a_look_that_is_turned_away_takes_back_nothing_that_was_sent_before(
    connect: Connect,
) -> None:
    transport = await connect(Script(OK, problem(429, "rate_limit_exceeded", Retry_After="1"), OK))

    with departing() as departure:
        await transport.call(CREATE, json={})
        await transport.call(LIST)

    assert not departure.unsent
