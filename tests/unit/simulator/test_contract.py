from __future__ import annotations

from typing import Any

import pytest

from heygen_async.simulator.contract import Contract
from heygen_async.simulator.wire.refusals import RefusedError

AVATAR = {"type": "avatar", "avatar_id": "a", "script": "Hello."}


def _refusal(operation: str, body: Any) -> RefusedError:
    contract = Contract.load()
    with pytest.raises(RefusedError) as caught:
        contract.check_body(contract.named(operation), body)
    return caught.value


def test_the_contract_has_all_operations_and_static_paths_win() -> None:
    contract = Contract.load()

    found = [
        contract.operation("GET", "/v3/videos/statuses"),
        contract.operation("get", "/v3/videos/abc"),
        contract.operation("DELETE", "/v3/users/me"),
    ]

    assert len(contract.operations) == 85
    assert [it.id if it else None for it in found] == ["bulkVideoStatuses", "getVideo", None]


@pytest.mark.parametrize(
    ("body", "param", "message"),
    [
        ({}, "type", "type is required"),
        ([], None, "the request body must be object, not an array"),
        ({"type": "film"}, "type", "type must be one of avatar, image, cinematic_avatar, studio"),
        ({"type": "avatar"}, "avatar_id", "avatar_id is required"),
        (AVATAR | {"scrpit": "x"}, "scrpit", "scrpit is not a known field"),
        (AVATAR | {"script": "x" * 5001}, "script", "script has 5001 characters, at most 5000"),
        (AVATAR | {"script": ""}, "script", "script must have at least 1 characters"),
        (AVATAR | {"title": 7}, "title", "title must be string or null, not a number"),
        (
            AVATAR | {"voice_settings": {"speed": 9}},
            "voice_settings.speed",
            "voice_settings.speed must be at most 1.5, not 9",
        ),
        (
            AVATAR | {"watermark": {"image": {"type": "url"}}},
            "watermark.image.url",
            "watermark.image.url is required",
        ),
        (
            {"type": "studio", "scenes": [{"type": "avatar_video", "input": {"type": "avatar"}}]},
            "scenes.0.input.avatar_id",
            "scenes.0.input.avatar_id is required",
        ),
        ({"type": "studio", "scenes": []}, "scenes", "scenes must have at least 1 items"),
    ],
)
def test_a_wrong_body_is_refused_with_the_path_of_the_field(
    body: Any, param: str | None, message: str
) -> None:
    refusal = _refusal("createVideo", body)

    assert (refusal.status, refusal.code, refusal.param) == (400, "invalid_parameter", param)
    assert message in refusal.message


def test_several_faults_of_a_body_are_all_listed() -> None:
    refusal = _refusal("createVideo", AVATAR | {"script": "", "nonsense": 1})

    assert {it["path"] for it in refusal.errors} == {"script", "nonsense"}


def test_a_message_never_quotes_much_of_the_value() -> None:
    refusal = _refusal("createVideo", AVATAR | {"resolution": "secret" * 1_000})

    assert len(refusal.message) < 120


def test_query_parameters_are_typed_and_defaults_filled_in() -> None:
    contract = Contract.load()

    values = contract.check_request(
        contract.named("listVideos"), query={"limit": "7", "unknown": "x"}, headers={}
    )

    assert values == {"limit": 7, "token": None, "folder_id": None, "title": None}


@pytest.mark.parametrize(
    ("operation", "query", "param"),
    [
        ("listVideos", {"limit": "0"}, "limit"),
        ("listVideos", {"limit": "101"}, "limit"),
        ("listVideos", {"limit": "ten"}, "limit"),
        ("listVideos", {"title": ""}, "title"),
        ("listAssets", {}, "username"),
        ("listAvatarLooks", {"avatar_type": "robot"}, "avatar_type"),
    ],
)
def test_a_wrong_query_parameter_is_refused_by_name(
    operation: str, query: dict[str, str], param: str
) -> None:
    contract = Contract.load()

    with pytest.raises(RefusedError) as caught:
        contract.check_request(contract.named(operation), query=query, headers={})

    assert (caught.value.status, caught.value.param) == (400, param)


@pytest.mark.parametrize("key", ["", "with space", "x" * 256, "ümlaut"])
def test_an_idempotency_key_out_of_its_pattern_is_refused(key: str) -> None:
    contract = Contract.load()

    with pytest.raises(RefusedError) as caught:
        contract.check_request(
            contract.named("createVideo"), query={}, headers={"Idempotency-Key": key}
        )

    assert caught.value.param == "Idempotency-Key"


def test_an_answer_that_breaks_the_contract_is_named() -> None:
    contract = Contract.load()

    found = [
        contract.check_answer("getVideo", 200, {"data": {"id": "a", "status": "done"}}),
        contract.check_answer("getVideo", 200, {"data": {"id": "a", "status": "failed"}}),
        contract.check_answer("getVideo", 503, {"error": {"code": "x"}}),
        contract.check_answer("getVideo", 302, {}),
    ]

    assert [[(it.path, it.rule) for it in answer] for answer in found] == [
        [("data.status", "enum")],
        [],
        [("error.message", "required")],
        [("", "status")],
    ]
