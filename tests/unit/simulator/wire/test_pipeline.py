"""Each fault of the API as a caller meets it; POSTs, as aiohttp repeats a lost GET on its own."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import attrs
import pytest

from heygen_async.simulator import Fault
from heygen_async.simulator.handlers import HANDLERS
from heygen_async.simulator.wire.call import Call
from heygen_async.simulator.world.world import World

VIDEO = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}


@pytest.mark.parametrize(
    ("name", "status", "code", "retry_after"),
    [
        ("internal_error", 500, "internal_error", None),
        ("bad_gateway", 502, "internal_error", None),
        ("unavailable", 503, "service_unavailable", None),
        ("gateway_timeout", 504, "gateway_timeout", None),
        ("rate_limited", 429, "rate_limit_exceeded", "2"),
        ("concurrency_limited", 429, "rate_limit_exceeded", "10"),
        ("quota_exceeded", 429, "quota_exceeded", "3600"),
        ("trial_limited", 402, "trial_limit_exceeded", None),
        ("in_progress", 409, "request_in_progress", None),
        ("error_in_200", 200, "internal_error", None),
    ],
)
async def test_an_error_before_the_work_leaves_nothing_behind(
    caller: Any, name: str, status: int, code: str, retry_after: str | None
) -> None:
    caller.simulator.add_fault(Fault(name, times=1))
    url, headers = f"{caller.simulator.url}/v3/videos", {"x-api-key": "a-key"}

    async with caller.session.post(url, json=VIDEO, headers=headers) as answer:
        body = await answer.json()

    assert (answer.status, body["error"]["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == retry_after
    assert caller.simulator.ledger.charges == []
    assert await caller.data("POST", "/v3/videos", json=VIDEO)


async def test_a_fault_says_what_it_was_told_to_say(caller: Any) -> None:
    caller.simulator.add_fault(
        Fault("unavailable", code="maintenance", message="Back at noon", retry_after=7, status=502)
    )
    url, headers = f"{caller.simulator.url}/v3/videos", {"x-api-key": "a-key"}

    async with caller.session.post(url, json=VIDEO, headers=headers) as answer:
        error = (await answer.json())["error"]

    assert (answer.status, answer.headers["Retry-After"]) == (502, "7")
    assert (error["code"], error["message"]) == ("maintenance", "Back at noon")


async def test_a_trial_limit_may_have_another_word_and_keeps_its_status(caller: Any) -> None:
    caller.simulator.add_fault(Fault("trial_limited", code="subscription_required"))

    status, answer = await caller.ask("POST", "/v3/videos", json=VIDEO)

    assert (status, answer["error"]["code"]) == (402, "subscription_required")


async def test_an_html_error_is_no_json(caller: Any) -> None:
    caller.simulator.add_fault(Fault("html_error"))
    url = f"{caller.simulator.url}/v3/videos"

    async with caller.session.post(url, json=VIDEO, headers={"x-api-key": "a-key"}) as answer:
        text = await answer.text()

    assert (answer.status, answer.content_type) == (502, "text/html")
    assert text.startswith("<html>")


async def test_a_refused_connection_never_reaches_the_ledger(caller: Any) -> None:
    caller.simulator.add_fault(Fault("connection_refused"))

    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.ask("POST", "/v3/videos", json=VIDEO)

    assert caller.simulator.ledger.requests == {}


async def test_a_lost_answer_was_work_done_and_paid_for(caller: Any) -> None:
    caller.simulator.add_fault(Fault("lost_answer", operation="createVideo", times=1))
    headers = {"x-api-key": "a-key", "Idempotency-Key": "job-1"}
    with pytest.raises(aiohttp.ClientConnectionError):
        await caller.ask("POST", "/v3/videos", json=VIDEO, headers=headers)

    replayed = await caller.data("POST", "/v3/videos", json=VIDEO, headers=headers)

    [charge] = caller.simulator.ledger.charges
    assert charge.resource_id == replayed["video_id"]
    assert caller.simulator.ledger.requests["createVideo"] == 2


async def test_an_error_after_the_commit_was_paid_for_too(caller: Any) -> None:
    caller.simulator.add_fault(Fault("committed_error", times=1, status=504))

    status, answer = await caller.ask("POST", "/v3/videos", json=VIDEO)

    assert (status, answer["error"]["code"]) == (504, "internal_error")
    assert len(caller.simulator.ledger.charges) == 1


async def test_an_answer_can_be_cut_off_in_the_middle(caller: Any) -> None:
    caller.simulator.add_fault(Fault("truncated_body", times=1))

    with pytest.raises(aiohttp.ClientPayloadError):
        await caller.ask("POST", "/v3/videos", json=VIDEO)

    assert len(caller.simulator.ledger.charges) == 1


async def test_an_answer_can_be_empty(caller: Any) -> None:
    caller.simulator.add_fault(Fault("empty_body", times=1))
    url = f"{caller.simulator.url}/v3/videos"

    async with caller.session.post(url, json=VIDEO, headers={"x-api-key": "a-key"}) as answer:
        body = await answer.read()

    assert (answer.status, body) == (200, b"")
    assert len(caller.simulator.ledger.charges) == 1


async def test_a_caller_who_does_not_wait_is_in_the_ledger(caller: Any) -> None:
    caller.simulator.add_fault(Fault("rate_limited", times=1, retry_after=2))
    await caller.ask("GET", "/v3/users/me")

    caller.clock.pass_seconds(1.5)
    await caller.ask("GET", "/v3/users/me")
    await caller.ask("POST", "/v3/videos", json=VIDEO)

    [early] = caller.simulator.ledger.early_requests
    assert (early.operation, early.early_by_seconds) == ("getCurrentUser", 0.5)


async def test_a_caller_who_repeats_a_refused_question_at_once_is_too(caller: Any) -> None:
    caller.simulator.add_fault(Fault("rate_limited", times=1, retry_after=2))
    await caller.ask("GET", "/v3/users/me")

    await caller.ask("GET", "/v3/users/me")

    [early] = caller.simulator.ledger.early_requests
    assert (early.operation, early.early_by_seconds) == ("getCurrentUser", 2.0)


async def test_a_caller_who_repeats_it_over_a_new_connection_is_too(caller: Any) -> None:
    caller.simulator.add_fault(Fault("rate_limited", times=1, retry_after=2))

    for _ in range(2):
        async with aiohttp.ClientSession() as session:
            await attrs.evolve(caller, session=session).ask("GET", "/v3/users/me")

    assert len(caller.simulator.ledger.early_requests) == 1


async def test_a_new_connection_beside_others_may_be_of_somebody_who_was_about_to_ask(
    caller: Any,
) -> None:
    caller.simulator.add_fault(Fault("rate_limited", times=1, retry_after=2))
    await caller.ask("GET", "/v3/users/me")

    async with aiohttp.ClientSession() as session:
        await attrs.evolve(caller, session=session).ask("GET", "/v3/users/me")

    assert caller.simulator.ledger.early_requests == []


async def test_callers_who_asked_the_same_at_once_are_not(caller: Any) -> None:
    caller.simulator.add_fault(Fault("rate_limited", times=1, retry_after=2))

    async with aiohttp.TCPConnector(limit=10) as connector:
        async with aiohttp.ClientSession(connector=connector) as session:
            other = attrs.evolve(caller, session=session)
            await asyncio.gather(*(other.ask("GET", "/v3/users/me") for _ in range(50)))

    assert caller.simulator.ledger.requests["getCurrentUser"] == 50
    assert caller.simulator.ledger.early_requests == []


async def test_a_caller_who_waits_is_not(caller: Any) -> None:
    caller.simulator.add_fault(Fault("rate_limited", times=1, retry_after=2))
    await caller.ask("GET", "/v3/users/me")

    caller.clock.pass_seconds(2.0)
    await caller.ask("GET", "/v3/users/me")

    assert caller.simulator.ledger.early_requests == []


@pytest.mark.parametrize("name", ["quota_exceeded", "trial_limited"])
async def test_a_quota_or_trial_may_be_raised_at_any_time(caller: Any, name: str) -> None:
    caller.simulator.add_fault(Fault(name, times=1, status=429, retry_after=3600))
    status, _ = await caller.ask("GET", "/v3/users/me")

    await caller.ask("GET", "/v3/users/me")
    caller.clock.pass_seconds(1.5)
    await caller.ask("GET", "/v3/users/me")

    assert status == 429
    assert caller.simulator.ledger.early_requests == []


async def test_full_slots_close_the_render_gate(caller: Any) -> None:
    for _ in range(10):
        await caller.data("POST", "/v3/videos", json=VIDEO)
    url, headers = f"{caller.simulator.url}/v3/videos", {"x-api-key": "a-key"}

    headers["Idempotency-Key"] = "job-11"
    async with caller.session.post(url, json=VIDEO, headers=headers) as answer:
        error = (await answer.json())["error"]
    await caller.ask("POST", "/v3/videos", json=VIDEO, headers=headers)

    assert (answer.status, answer.headers["Retry-After"]) == (429, "20")
    assert error["message"] == "10 jobs already running"
    assert [it.operation for it in caller.simulator.ledger.early_requests] == ["createVideo"]


@pytest.mark.parametrize("key", [None, "job-1"])
async def test_a_rule_that_fails_is_an_internal_error_with_a_traceback_in_the_log(
    caller: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, key: str | None
) -> None:
    monkeypatch.setitem(HANDLERS, "createVideo", _broken)
    headers = {"x-api-key": "a-key"} | ({} if key is None else {"Idempotency-Key": key})

    status, answer = await caller.ask("POST", "/v3/videos", json=VIDEO, headers=headers)

    assert (status, answer["error"]["code"]) == (500, "internal_error")
    assert "createVideo" in answer["error"]["message"]
    [record] = caplog.records
    assert record.name == "heygen_async.simulator"
    assert record.exc_info is not None


def _broken(world: World, call: Call) -> dict[str, Any]:
    raise KeyError("nobody thought of this")
