from __future__ import annotations

import asyncio
import errno
import subprocess
import sys
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from heygen_async.simulator import Fault, Simulator
from heygen_async.simulator.handlers import HANDLERS
from heygen_async.simulator.server import EPOCH

KEY = {"x-api-key": "a-key"}
VIDEO = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}


async def test_a_simulator_takes_a_free_port_and_says_which(caller: Any) -> None:
    status, answer = await caller.ask("GET", "/v3/users/me")

    assert caller.simulator.url.startswith("http://127.0.0.1:")
    assert status == 200
    assert answer["data"]["wallet"]["remaining_balance"] == 1000.0


async def test_simulated_time_runs_at_its_speed_from_the_epoch() -> None:
    async with Simulator(speed=60.0) as simulator:
        began = asyncio.get_running_loop().time()
        await asyncio.sleep(0.05)
        passed = asyncio.get_running_loop().time() - began

        now = simulator.world.now()

    assert EPOCH + 60.0 * passed <= now <= EPOCH + 60.0 * (passed + 1.0)


async def test_a_closed_simulator_keeps_its_ledger_and_never_opens_again() -> None:
    simulator = Simulator()
    async with simulator, aiohttp.ClientSession() as session:
        answer = await session.get(f"{simulator.url}/v3/users/me", headers=KEY)
        answer.release()

    assert simulator.ledger.requests == {"getCurrentUser": 1}
    with pytest.raises(RuntimeError, match="opens once"):
        await simulator.__aenter__()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"speed": 0.0}, "speed must be positive"), ({"render_slots": 0}, "render_slots must be")],
)
def test_a_simulator_that_makes_no_sense_says_why(options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Simulator(**options)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "unauthorized"),
        ({"x-api-key": ""}, 401, "unauthorized"),
        ({"Authorization": "Basic abc"}, 401, "unauthorized"),
        (KEY | {"Authorization": "Bearer abc"}, 400, "invalid_parameter"),
    ],
)
async def test_a_request_without_one_clear_credential_is_refused(
    caller: Any, headers: dict[str, str], status: int, code: str
) -> None:
    found, answer = await caller.ask("GET", "/v3/users/me", headers=headers)

    assert (found, answer["error"]["code"]) == (status, code)


async def test_each_credential_is_an_account_of_its_own(caller: Any) -> None:
    names = [
        (await caller.data("GET", "/v3/users/me", headers=headers))["username"]
        for headers in (KEY, {"X-API-Key": "other"}, {"Authorization": "Bearer third"}, KEY)
    ]

    assert names == ["sim-user-1", "sim-user-2", "sim-user-3", "sim-user-1"]


async def test_an_unreachable_simulator_refuses_connections_until_it_is_back(caller: Any) -> None:
    await caller.ask("GET", "/v3/users/me")

    async with caller.simulator.unreachable():
        with pytest.raises(aiohttp.ClientConnectorError) as caught:
            await caller.ask("GET", "/v3/users/me")
    await caller.ask("GET", "/v3/users/me")

    assert caught.value.errno == errno.ECONNREFUSED
    assert caller.simulator.ledger.requests == {"getCurrentUser": 2}


async def test_a_simulator_that_becomes_unreachable_cuts_what_is_under_way(caller: Any) -> None:
    caller.simulator.add_fault(Fault("slow_answer", seconds=60.0))
    asking = asyncio.create_task(caller.ask("GET", "/v3/users/me"))
    while not caller.simulator.ledger.requests:
        await asyncio.sleep(0)

    async with caller.simulator.unreachable():
        with pytest.raises(aiohttp.ClientConnectionError):
            await asking


async def test_only_an_open_simulator_can_become_unreachable() -> None:
    simulator = Simulator()

    with pytest.raises(RuntimeError, match="not open"):
        async with simulator.unreachable():
            pass


async def test_with_known_keys_all_others_are_refused() -> None:
    async with (
        Simulator(keys=["known"]) as simulator,
        aiohttp.ClientSession() as session,
    ):
        statuses = []
        for key in ("known", "unknown"):
            headers = {"x-api-key": key}
            async with session.get(f"{simulator.url}/v3/users/me", headers=headers) as answer:
                statuses.append(answer.status)

    assert statuses == [200, 401]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v3/nothing", 404, "not_found"),
        ("PUT", "/v3/videos", 405, "method_not_allowed"),
    ],
)
async def test_what_is_not_there_is_refused_in_an_envelope(
    caller: Any, method: str, path: str, status: int, code: str
) -> None:
    found, answer = await caller.ask(method, path)

    assert (found, answer["error"]["code"]) == (status, code)
    assert answer["error"]["doc_url"].endswith(code.replace("_", "-"))


async def test_an_operation_without_a_rule_is_not_simulated(
    caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(HANDLERS, "listTemplates")

    status, answer = await caller.ask("GET", "/v3/templates")

    assert (status, answer["error"]["code"]) == (501, "not_simulated")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "the request body is required"),
        ({"data": b"{", "headers": KEY | {"Content-Type": "application/json"}}, "not JSON"),
        (
            {"data": b"{}", "headers": KEY | {"Content-Type": "text/plain"}},
            "must be application/json",
        ),
        ({"json": VIDEO | {"oops": 1}}, "oops is not a known field"),
    ],
)
async def test_a_body_that_cannot_be_understood_is_refused(
    caller: Any, options: Any, message: str
) -> None:
    status, answer = await caller.ask("POST", "/v3/videos", **options)

    assert (status, answer["error"]["code"]) == (400, "invalid_parameter")
    assert message in answer["error"]["message"]


async def test_a_file_is_uploaded_as_multipart(caller: Any, photo: bytes) -> None:
    form = aiohttp.FormData()
    form.add_field("file", photo, filename="ada.jpg")

    uploaded = await caller.data("POST", "/v3/assets", data=form)

    async with caller.session.get(uploaded["url"]) as answer:
        assert await answer.read() == photo
    assert uploaded["size_bytes"] == len(photo)
    found = await caller.data("GET", f"/v3/assets/{uploaded['asset_id']}")
    assert (found["name"], found["type"]) == ("ada.jpg", "image")


async def test_a_file_over_the_cap_is_refused_with_its_reason(caller: Any) -> None:
    form = aiohttp.FormData()
    form.add_field("file", BytesIO(bytes(33 * 1024 * 1024)), filename="big.jpg")

    status, answer = await caller.ask("POST", "/v3/assets", data=form)

    assert (status, answer["error"]["code"]) == (413, "payload_too_large")


async def test_a_status_the_contract_does_not_foresee_is_not_answered(caller: Any) -> None:
    slot = {"filename": "a.wav", "content_type": "audio/wav", "size_bytes": 9}
    asset_id = (await caller.data("POST", "/v3/assets/direct-uploads", json=slot))["asset_id"]
    audio = {"type": "asset_id", "asset_id": asset_id}
    clone = {"voice_name": "Ada", "audio": audio}
    video = {"type": "avatar", "avatar_id": "sim-look-mia", "audio_asset_id": asset_id}

    foreseen, first = await caller.ask("POST", "/v3/videos", json=video)
    unforeseen, second = await caller.ask("POST", "/v3/voices/clone", json=clone)

    assert (foreseen, unforeseen) == (409, 400)
    assert {it["error"]["code"] for it in (first, second)} == {"asset_not_available"}


async def test_a_multipart_body_without_a_file_is_refused(caller: Any) -> None:
    form = aiohttp.FormData()
    form.add_field("other", b"x", filename="x.jpg")

    statuses = [
        (await caller.ask("POST", "/v3/assets", data=form))[1]["error"]["message"],
        (await caller.ask("POST", "/v3/assets", json={}))[1]["error"]["message"],
    ]

    assert statuses[0] == "file is required"
    assert statuses[1].startswith("Content-Type must be multipart/form-data")


async def test_a_key_replays_the_first_answer_even_for_another_body(caller: Any) -> None:
    headers = KEY | {"Idempotency-Key": "job-1"}

    first = await caller.data("POST", "/v3/videos", json=VIDEO, headers=headers)
    second = await caller.data(
        "POST", "/v3/videos", json=VIDEO | {"script": "Other."}, headers=headers
    )

    assert first == second
    assert len(caller.simulator.ledger.charges) == 1


async def test_a_key_is_free_again_after_an_error_and_after_a_day(caller: Any) -> None:
    headers = KEY | {"Idempotency-Key": "job-1"}
    refused, _ = await caller.ask(
        "POST", "/v3/videos", json=VIDEO | {"avatar_id": "no"}, headers=headers
    )
    first = await caller.data("POST", "/v3/videos", json=VIDEO, headers=headers)

    caller.clock.pass_seconds(86_400.0)
    second = await caller.data("POST", "/v3/videos", json=VIDEO, headers=headers)

    assert refused == 404
    assert first != second


async def test_a_bad_key_is_refused(caller: Any) -> None:
    headers = KEY | {"Idempotency-Key": "no spaces please"}

    status, answer = await caller.ask("POST", "/v3/videos", json=VIDEO, headers=headers)

    assert (status, answer["error"]["param"]) == (400, "Idempotency-Key")


async def test_a_second_request_under_a_key_in_flight_is_told_so(caller: Any) -> None:
    caller.simulator.add_fault(Fault("slow_answer", operation="createVideo", seconds=0.2, times=1))
    headers = KEY | {"Idempotency-Key": "job-1"}
    slow = asyncio.create_task(caller.data("POST", "/v3/videos", json=VIDEO, headers=headers))
    while not (await caller.ask("GET", "/_simulator/ledger"))[1]["charges"]:
        continue

    status, answer = await caller.ask("POST", "/v3/videos", json=VIDEO, headers=headers)

    assert (status, answer["error"]["code"]) == (409, "request_in_progress")
    assert await caller.data(
        "POST", "/v3/videos/batches", json={"videos": [VIDEO]}, headers=headers
    )
    first = await slow
    assert await caller.data("POST", "/v3/videos", json=VIDEO, headers=headers) == first


async def test_too_many_requests_are_told_to_wait() -> None:
    async with (
        Simulator(requests_per_second=2.0) as simulator,
        aiohttp.ClientSession() as session,
    ):
        answers = []
        for _ in range(4):
            async with session.get(f"{simulator.url}/v3/users/me", headers=KEY) as answer:
                answers.append((answer.status, answer.headers.get("Retry-After")))

    assert answers == [(200, None), (200, None), (429, "1"), (429, "1")]


async def test_every_answer_carries_a_request_id(caller: Any) -> None:
    ids = set()
    for path in ("/v3/users/me", "/v3/videos/unknown"):
        async with caller.session.get(caller.simulator.url + path, headers=KEY) as answer:
            ids.add(answer.headers["X-Request-Id"])

    assert len(ids) == 2


async def test_the_consent_page_is_one_click(caller: Any) -> None:
    file = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
    body = {"type": "digital_twin", "name": "Ines", "file": file}
    group = (await caller.data("POST", "/v3/avatars", json=body))["avatar_group"]
    asked = await caller.data("POST", f"/v3/avatars/{group['id']}/consent", json={})

    async with caller.session.get(asked["url"]) as answer:
        assert answer.status == 200

    found = await caller.data("GET", f"/v3/avatars/{group['id']}")
    assert found["consent_status"] == "approved"


async def test_the_consent_page_is_open_for_a_day(caller: Any) -> None:
    file = {"type": "url", "url": "https://cdn.example.org/ines.mp4"}
    body = {"type": "digital_twin", "name": "Ines", "file": file}
    group = (await caller.data("POST", "/v3/avatars", json=body))["avatar_group"]
    asked = await caller.data("POST", f"/v3/avatars/{group['id']}/consent", json={})
    caller.clock.pass_seconds(86_400.0)

    async with caller.session.get(asked["url"]) as answer:
        assert answer.status == 403

    found = await caller.data("GET", f"/v3/avatars/{group['id']}")
    assert found["consent_status"] == "pending"


async def test_the_ledger_is_readable_over_http(caller: Any) -> None:
    headers = KEY | {"Idempotency-Key": "job-1"}
    created = await caller.data("POST", "/v3/videos", json=VIDEO, headers=headers)

    _, ledger = await caller.ask("GET", "/_simulator/ledger", headers={})

    assert ledger == {
        "charges": [
            {
                "operation": "createVideo",
                "idempotency_key": "job-1",
                "credits": 0.02,
                "resource_id": created["video_id"],
                "account": "sim-user-1",
                "refunded": False,
            }
        ],
        "requests": {"createVideo": 1},
        "peak_renders": 1,
        "early_requests": [],
        "leaked_keys": 0,
        "webhooks": [],
    }


async def test_the_state_is_readable_over_http(caller: Any) -> None:
    await caller.finished_video()

    _, state = await caller.ask("GET", "/_simulator/state", headers={})

    [account] = state["accounts"]
    assert account["videos"] == {"completed": 1}
    assert (account["running"], account["queued"], account["balance"]) == (0, 0, 999.98)


async def test_faults_are_added_listed_and_cleared_over_http(caller: Any) -> None:
    fault = {"name": "internal_error", "operation": "getCurrentUser", "times": 2}
    _, added = await caller.ask("POST", "/_simulator/faults", json=[fault], headers={})
    struck, _ = await caller.ask("GET", "/v3/users/me")
    _, cleared = await caller.ask("DELETE", "/_simulator/faults", headers={})
    spared, _ = await caller.ask("GET", "/v3/users/me")

    assert [(it["name"], it["times"]) for it in added] == [("internal_error", 2)]
    assert (struck, cleared, spared) == (500, [], 200)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": "gremlins"}, "there is no fault 'gremlins'"),
        ({"name": "stuck", "colour": "red"}, "a fault has no colour"),
        ({"operation": "*"}, "a fault needs a name"),
        ({"name": "stuck", "probability": "half"}, "probability must be integer or number"),
        ({"name": "stuck", "times": True}, "times must be integer, not True"),
        ({"name": "internal_error", "status": 9999}, "status must lie between 200 and 599"),
        ({"name": "internal_error", "status": "502"}, "status must be integer, not '502'"),
        ({"name": "rate_limited", "retry_after": 1.5}, "retry_after must be integer, not 1.5"),
        ({"name": "unknown_status", "word": 7}, "word must be string, not 7"),
        ({"name": ["stuck"]}, "there is no fault ['stuck']"),
        ({"name": "stuck", "operation": ["createVideo"]}, "operation must be string"),
        ([1], "a fault is an object"),
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused_over_http(
    caller: Any, body: Any, message: str
) -> None:
    status, answer = await caller.ask("POST", "/_simulator/faults", json=body, headers={})

    assert status == 400
    assert message in answer["error"]["message"]
    assert caller.simulator.faults == ()


def test_importing_without_the_extra_says_what_to_install() -> None:
    program = (
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'av' else find(name, *rest)\n"
        "import heygen_async.simulator\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)

    assert done.returncode == 1
    assert "heygen_async.simulator needs av: install the extra" in done.stderr
