"""Many callers against a server that says "not so fast", over real sockets in virtual time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from heygen_async.errors import RateLimitError
from heygen_async.transport.credentials import ApiKey
from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.http import Transport

RENDER = Endpoint("POST", "/v3/videos", "createVideo", "keyed", "render", "write")
READ = Endpoint("GET", "/v3/videos/{video_id}", "getVideo", "safe", "read", "read")


class Strict:
    """Lets so many requests through in a window, and counts who comes before a pause is over."""

    def __init__(self, limit: int, window: float, retry_after: str = "2") -> None:
        self.limit = limit
        self.window = window
        self.retry_after = retry_after
        self.early = 0
        self.refusals = 0
        self.keys: list[str] = []
        self.url = ""
        self._closed_until = float("-inf")
        self._recent: deque[float] = deque()

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.json() if request.can_read_body else {}
        now = asyncio.get_running_loop().time()
        # At the very instant of the refusal, requests cross it on the wire: they are not early.
        self.early += self._refused_at < now < self._closed_until
        while self._recent and self._recent[0] <= now - self.window:
            self._recent.popleft()
        if len(self._recent) >= self.limit:
            self.refusals += 1
            self._refused_at = now
            self._closed_until = max(self._closed_until, now + float(self.retry_after))
            envelope = {"error": {"code": "rate_limit_exceeded", "message": "Too many requests"}}
            return web.json_response(
                envelope, status=429, headers={"Retry-After": self.retry_after}
            )
        self._recent.append(now)
        self.keys.append(request.headers.get("Idempotency-Key", ""))
        return web.json_response({"data": {"number": body.get("number")}})

    _refused_at = float("inf")


@pytest.fixture
async def strict(request: pytest.FixtureRequest) -> AsyncIterator[Strict]:
    server = Strict(*request.param)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    # Room for all callers: a connection that the kernel turns away comes back in real seconds.
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=1024)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    await runner.cleanup()


@pytest.mark.parametrize("strict", [(10, 2.0)], indirect=True)
@pytest.mark.parametrize("max_in_flight", [1000, 7])
async def test_of_200_callers_none_is_early_and_none_starves(
    strict: Strict, max_in_flight: int
) -> None:
    finished: list[int] = []

    async with Transport(
        ApiKey("k"), base_url=strict.url, max_in_flight=max_in_flight
    ) as transport:

        async def caller(number: int) -> None:
            answer = await transport.call(RENDER, json={"number": number}, patience=3600.0)
            finished.append(answer.data["number"])

        async with asyncio.timeout(3600), asyncio.TaskGroup() as tasks:
            for number in range(200):
                tasks.create_task(caller(number))

    assert sorted(finished) == list(range(200))
    assert len(set(strict.keys)) == 200
    assert strict.refusals > 0
    assert strict.early == 0


@pytest.mark.parametrize("strict", [(0, 1.0, "300")], indirect=True)
async def test_a_pause_beyond_patience_is_an_error_for_all_and_sends_nothing_more(
    strict: Strict,
) -> None:
    async with Transport(ApiKey("k"), base_url=strict.url) as transport:
        with pytest.raises(RateLimitError) as first:
            await transport.call(READ, ids={"video_id": "v"})
        with pytest.raises(RateLimitError) as second:
            await transport.call(READ, ids={"video_id": "w"})

    assert first.value.retry_after == 300.0
    assert second.value.retry_after == pytest.approx(300.0, abs=1.0)
    assert strict.refusals == 1
