"""How v1 and v2 say yes and no, and how each fault of the wire looks in their words."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from heygen_async.simulator import Fault
from heygen_async.simulator.contract import Contract
from heygen_async.simulator.v2.envelopes import dress, refuse
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.limits import scope_of

CONTRACT = Contract.load("v2")


def test_a_shortage_of_credits_is_a_400_here() -> None:
    refusal = RefusedError("insufficient_credit", "Balance 0.50 is below the cost of 1.00")

    status, answer = refuse(refusal, CONTRACT.named("train-photo-avatar-group"))

    message = "Insufficient credit. This operation requires 'api' credits."
    assert (status, answer["error"]) == (400, {"code": refusal.code, "message": message})


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("unauthorized", 400112),
        ("video_not_found", 40031),
        ("insufficient_credit", 900001),
        ("trial_limit_exceeded", 400664),
        ("invalid_parameter", 400175),
        ("conflict", 400175),
    ],
)
def test_v1_says_no_by_number(code: str, number: int) -> None:
    _, answer = refuse(RefusedError(code, "No"), CONTRACT.named("video-status"))

    assert answer == {"code": number, "data": None, "message": "No"}


def test_a_status_that_the_contract_does_not_foresee_is_a_400(box: Any) -> None:
    refusal = RefusedError("asset_not_found", "Asset no not found")

    found = [refuse(refusal, CONTRACT.named(it))[0] for it in ("delete-asset", "create-video-1")]

    assert found == [404, 400]


def test_the_warning_names_a_successor_except_for_photo_avatars() -> None:
    bodies = [
        dress({"error": None, "data": {}}, CONTRACT.named(it))
        for it in ("list-voices-v2", "photo-avatar-details", "train-photo-avatar-group")
    ]

    successors = [it["warning"].get("v3_endpoint") for it in bodies]
    assert successors == ["GET /v3/voices", None, None]
    assert {it["warning"]["sunset_date"] for it in bodies} == {"2026-10-31"}


async def _asked(caller: Any, method: str, path: str, **options: Any) -> tuple[int, Any, Any]:
    url, headers = caller.simulator.url + path, {"x-api-key": "a-key"}
    async with caller.session.request(method, url, headers=headers, **options) as answer:
        return answer.status, await answer.json(), answer.headers


@pytest.mark.parametrize(
    ("name", "status", "word", "retry_after"),
    [
        ("internal_error", 500, "internal_error", None),
        ("rate_limited", 429, "rate_limit_exceeded", "2"),
        ("concurrency_limited", 429, "rate_limit_exceeded", "10"),
        ("trial_limited", 429, "trial_video_limit_exceeded", None),
        ("quota_exceeded", 429, "quota_exceeded", "3600"),
        ("error_in_200", 200, "internal_error", None),
    ],
)
async def test_a_fault_of_the_wire_speaks_v2(
    caller: Any, name: str, status: int, word: str, retry_after: str | None
) -> None:
    caller.simulator.add_fault(Fault(name, times=1))

    found, body, headers = await _asked(caller, "GET", "/v2/voices")

    assert (found, body["data"], body["error"]["code"]) == (status, None, word)
    assert headers.get("Retry-After") == retry_after
    assert headers["Sunset"] == "Sat, 31 Oct 2026 00:00:00 GMT"


async def test_a_fault_of_the_wire_speaks_v1_and_takes_any_number(caller: Any) -> None:
    caller.simulator.add_fault(Fault("rate_limited", times=1))
    caller.simulator.add_fault(Fault("error_in_200", code="40119", message="Too long"))

    answers = [await _asked(caller, "GET", "/v1/video.list") for _ in range(2)]

    assert [(status, body["code"]) for status, body, _ in answers] == [(429, 400123), (200, 40119)]


async def test_an_error_in_200_hides_inside_the_nested_envelope(caller: Any) -> None:
    caller.simulator.add_fault(Fault("error_in_200"))
    body = {"group_id": "no"}

    status, answer, _ = await _asked(caller, "POST", "/v2/photo_avatar/train", json=body)

    inner = {"code": 10002, "data": None, "message": "Unexpected failure"}
    assert (status, answer) == (200, {"error": None, "data": inner})


async def test_deleting_a_photo_avatar_speaks_v1_in_its_refusals_too(caller: Any) -> None:
    status, body, _ = await _asked(caller, "DELETE", "/v2/photo_avatar/no")

    assert (status, body["code"]) == (404, 400144)


async def test_a_lost_answer_has_done_its_work_and_is_paid_for_twice(
    caller: Any, photo: bytes
) -> None:
    caller.simulator.add_fault(Fault("lost_answer", operation="create-avatar-iv-video", times=1))
    headers = {"x-api-key": "a-key", "Content-Type": "image/jpeg"}
    url = f"{caller.simulator.url}/v1/asset"
    async with caller.session.post(url, data=photo, headers=headers) as answer:
        key = (await answer.json())["data"]["image_key"]
    body = {
        "image_key": key,
        "video_title": "Clip",
        "script": "Hello.",
        "voice_id": "sim-voice-ben",
    }

    with pytest.raises(aiohttp.ServerDisconnectedError):
        await _asked(caller, "POST", "/v2/video/av4/generate", json=body)
    await _asked(caller, "POST", "/v2/video/av4/generate", json=body)

    charged = [it.operation for it in caller.simulator.ledger.charges]
    assert charged == ["create-avatar-iv-video"] * 2


@pytest.mark.parametrize(
    ("declared", "content", "message"),
    [
        ("image/webp", b"RIFF", "Content-Type must be one of"),
        ("image/png", None, "Invalid file type: Content-Type says image/png, the file is"),
        ("image/jpeg", b"", "The request body is required"),
    ],
)
async def test_a_raw_upload_must_be_what_it_says(
    caller: Any, photo: bytes, declared: str, content: bytes | None, message: str
) -> None:
    headers = {"x-api-key": "a-key", "Content-Type": declared}
    url = f"{caller.simulator.url}/v1/asset"
    sent = photo if content is None else content

    async with caller.session.post(url, data=sent, headers=headers) as answer:
        status, body = answer.status, await answer.json()

    assert status == 400
    assert body["message"].startswith(message)
    assert caller.simulator.world.accounts["a-key"].assets == {}


@pytest.mark.parametrize(
    ("operation", "scope"),
    [
        ("create-an-avatar-video-v2", "render"),
        ("create-avatar-iv-video", "render"),
        ("create-video-1", "render"),
        ("upload-asset", "upload"),
        ("upload-talking-photo", "upload"),
        ("train-photo-avatar-group", "write"),
        ("video-status", "read"),
    ],
)
def test_operations_of_v2_go_through_the_gates_of_v3(operation: str, scope: str) -> None:
    assert scope_of(operation, CONTRACT.named(operation).method) == scope
