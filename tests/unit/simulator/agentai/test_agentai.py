from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import aiohttp
import orjson
import pytest

from heygen_async.simulator import Fault, Simulator
from heygen_async.simulator.contract import Contract
from heygen_async.simulator.handlers import HANDLERS, HANDLERS_AGENTAI, HANDLERS_V2

# The tests' Box, Clock and Caller are in conftest.py.
Box = Any
Clock = Any

CREATE, REPORT = "heygenPhotoAvatarCreateAvatarAction", "heygenPhotoAvatarRenderAvatarReport"
VIDEO, STATUS = "heygenAvatarGenerateVideo", "heygenAvatarGetVideoStatus"
TOPIC = {
    "source_type": "topic_or_script",
    "topic": "Bees",
    "aspect_ratio": "portrait",
    "avatar_name": "araj",
    "output_variable_name": "heygen_result",
}
GENERATE = {"source_type": "generate", "output_variable_name": "avatar_result"}


def upload(*photos: Any, **fields: Any) -> dict[str, Any]:
    packed = [
        {"base64": base64.b64encode(one).decode(), "mimeType": "image/jpeg"}
        if isinstance(one, bytes)
        else one
        for one in photos
    ]
    return {
        "source_type": "upload",
        "output_variable_name": "avatar_result",
        "photos_json": orjson.dumps(packed).decode(),
    } | fields


def act(box: Box, operation: str, body: dict[str, Any]) -> Any:
    """The response of an action that went well."""
    answer = box.answer(operation, body)
    assert answer["status"] == 200
    return answer["response"]


def status(box: Box, video_id: str) -> Any:
    return act(box, STATUS, {"video_id": video_id, "output_variable_name": "video_status"})


# --- avatars -------------------------------------------------------------------------------------


def test_photos_become_the_looks_of_a_group_that_v3_sees(box: Box, photo: bytes) -> None:
    made = act(box, CREATE, upload(photo, photo, name="Ada"))
    looks = box.call("listAvatarLooks", query={"group_id": made["group_id"]})
    box.wait(60)
    ready = box.call("listAvatarLooks", query={"group_id": made["group_id"]})

    assert made["status"] == "pending"
    assert [(it["name"], it["status"]) for it in looks] == [("Ada", "processing")] * 2
    assert [it["status"] for it in ready] == ["completed"] * 2
    assert box.video(avatar_id=ready[0]["id"], voice_id="sim-voice-ben")


def test_somebody_is_generated_in_the_shape_that_was_asked_for(box: Box) -> None:
    made = [act(box, CREATE, GENERATE | {"orientation": it}) for it in ("square", "portrait")]
    box.wait(120)
    groups = [box.call("getAvatarGroup", group_id=it["group_id"]) for it in made]
    looks = [
        box.call("listAvatarLooks", query={"group_id": it["group_id"]})[0]["preferred_orientation"]
        for it in made
    ]

    assert [it["name"] for it in groups] == ["My Avatar"] * 2
    assert [it["status"] for it in groups] == ["completed"] * 2
    assert looks == ["square", "portrait"]


def test_the_same_description_makes_another_person_and_is_charged_again(box: Box) -> None:
    ids = [act(box, CREATE, GENERATE)["group_id"] for _ in range(2)]
    pictures = [box.account.looks[it].picture.read() for it in ids]

    assert pictures[0] != pictures[1]
    charges = box.world.ledger.charges
    assert [(it.operation, it.resource_id) for it in charges] == [(CREATE, it) for it in ids]


def test_a_failed_avatar_is_given_back(box: Box) -> None:
    box.world.faults.add(Fault("failed", operation=CREATE))
    made = act(box, CREATE, GENERATE)
    box.wait(120)

    (charge,) = box.world.ledger.charges
    assert charge.refunded
    assert box.call("getAvatarGroup", group_id=made["group_id"])["status"] == "failed"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"photos_json": None}, "photos_json must be string, not null"),
        ({"photos_json": ""}, "photos_json is required"),
        ({"photos_json": "{"}, "photos_json is not JSON"),
        ({"photos_json": "[]"}, "at least one photo"),
        ({"photos_json": '["x"]'}, "photos_json.0 needs base64 and mimeType"),
        ({"photos_json": '[{"base64":"%","mimeType":"image/png"}]'}, "is not base64"),
        ({"photos_json": '[{"base64":"aGk=","mimeType":"image/png"}]'}, "neither a JPEG nor a PNG"),
        ({"output_variable_name": "1st"}, "output_variable_name does not match"),
        ({"age": "Ancient", "source_type": "generate"}, "age must be one of"),
        ({"source_type": "dream"}, "source_type must be one of"),
    ],
)
def test_what_cannot_be_made_is_refused_and_costs_nothing(
    box: Box, fields: dict[str, Any], told: str
) -> None:
    refusal = box.refused(CREATE, upload(b"x") | fields)

    assert told in refusal.message
    assert box.world.ledger.charges == []
    assert box.account.groups == {}


def test_a_photo_must_be_what_its_type_says(
    box: Box, photo: bytes, new_picture: Callable[..., bytes]
) -> None:
    png = {"base64": base64.b64encode(new_picture(kind="PNG")).decode(), "mimeType": "image/jpeg"}

    refusal = box.refused(CREATE, upload(photo, png))

    assert refusal.message == "photos_json.1.mimeType says image/jpeg, but the photo is image/png"


def test_a_report_shows_what_is_known_and_escapes_what_it_was_told(box: Box, photo: bytes) -> None:
    made = act(box, CREATE, upload(photo, name="<Ada>"))
    box.wait(60)
    asked = {"report_data": orjson.dumps(made).decode(), "output_variable_name": "page"}
    page = act(box, REPORT, asked)["page"]
    foreign = act(box, REPORT, asked | {"report_data": "<script>"})["page"]

    assert "<h1>&lt;Ada&gt;</h1>" in page
    assert made["group_id"] in page
    assert page.count("<img ") == 1
    assert "<script>" not in foreign


# --- videos --------------------------------------------------------------------------------------


def test_a_video_goes_from_pending_to_completed_and_v3_sees_it(box: Box) -> None:
    made = act(box, VIDEO, TOPIC)
    words = []
    for seconds in (0, 2, 3, 20):
        box.wait(seconds)
        words.append(status(box, made["video_id"])["status"])
    done = status(box, made["video_id"])
    video = box.call("getVideo", video_id=made["video_id"])

    assert words == ["pending", "pending", "processing", "completed"]
    assert done["video_url"].endswith(video["video_url"].partition("/_files")[2])
    assert (video["title"], video["status"]) == ("Bees", "completed")
    assert made["script"] == "Today we talk about Bees. There is a lot to say about it."


@pytest.mark.parametrize(
    ("fields", "title", "script"),
    [
        ({"topic": "Bees. They fly. They sting."}, "Bees. They fly. They sting.", None),
        ({"topic": "Why do bees dance?"}, "Why do bees dance?", "Today we talk about"),
        (
            {"source_type": "blog_url", "blog_url": "https://x.org/blog/city-bees.html"},
            "City bees",
            "This is what City bees on x.org says",
        ),
        (
            {
                "source_type": "blog_url",
                "blog_url": "https://x.org/",
                "content_type": "blog_promotion",
            },
            "x.org",
            "Have you read x.org?",
        ),
    ],
)
def test_the_script_is_about_what_was_named(
    box: Box, fields: dict[str, Any], title: str, script: str | None
) -> None:
    made = act(box, VIDEO, TOPIC | fields)

    assert made["title"] == title
    assert made["script"].startswith(script or fields["topic"])


def test_a_video_without_a_slot_waits_and_none_are_exceeded(new_box: Callable[..., Box]) -> None:
    box = new_box(render_slots=1)
    ids = [act(box, VIDEO, TOPIC)["video_id"] for _ in range(2)]
    box.wait(20)
    first = [status(box, it)["status"] for it in ids]
    box.wait(20)
    second = [status(box, it)["status"] for it in ids]

    assert first == ["completed", "pending"]
    assert second == ["completed", "completed"]
    assert box.world.ledger.peak_renders == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"topic": " "}, "Missing required field: topic"),
        ({"source_type": "blog_url"}, "Missing required field: blog_url"),
        ({"source_type": "blog_url", "blog_url": "bees"}, "blog_url must be an address"),
        ({"avatar_name": "mia"}, "avatar_name must be one of sawyer"),
        ({"background_color": "red"}, "background_color must be a colour"),
    ],
)
def test_a_video_that_cannot_be_is_refused_and_costs_nothing(
    box: Box, fields: dict[str, Any], told: str
) -> None:
    refusal = box.refused(VIDEO, TOPIC | fields)

    assert told in refusal.message
    assert box.world.ledger.charges == []


def test_a_failed_video_is_given_back_and_has_no_file(box: Box) -> None:
    box.world.faults.add(Fault("failed", operation=VIDEO))
    made = act(box, VIDEO, TOPIC)
    box.wait(20)

    assert status(box, made["video_id"]) == {
        "status": "failed",
        "video_url": None,
        "thumbnail_url": None,
    }
    assert box.world.ledger.charges[0].refunded


# --- faults and the wire -------------------------------------------------------------------------


def test_a_payload_stands_under_its_variable_where_a_fault_says_so(box: Box) -> None:
    box.world.faults.add(Fault("keyed_payload"))

    answers = [box.answer(CREATE, GENERATE), box.answer(VIDEO, TOPIC)]

    assert set(answers[0]["response"]) == {"avatar_result"}
    assert set(answers[1]["response"]) == {"heygen_result"}


def test_an_inner_status_may_disagree_although_the_work_is_done(box: Box) -> None:
    box.world.faults.add(Fault("inner_status", operation=VIDEO, times=1))
    box.world.faults.add(Fault("inner_status", operation=CREATE, status=429))

    answers = [box.answer(VIDEO, TOPIC), box.answer(CREATE, GENERATE)]

    assert [it["status"] for it in answers] == [500, 429]
    assert answers[0]["response"]["video_id"] in box.account.videos
    assert len(box.world.ledger.charges) == 2


def test_an_avatar_may_come_without_its_group(box: Box) -> None:
    box.world.faults.add(Fault("missing_group_id", operation=CREATE))

    assert act(box, CREATE, GENERATE) == {"status": "pending"}


def test_a_trap_of_agentai_cannot_be_aimed_elsewhere() -> None:
    with pytest.raises(ValueError, match="keyed_payload cannot strike 'createVideo'"):
        Fault("keyed_payload", operation="createVideo")


def test_every_operation_of_the_contract_is_simulated_and_none_is_called_like_others() -> None:
    operations = {it.id for it in Contract.load("agentai").operations}

    assert set(HANDLERS_AGENTAI) == operations
    assert len(operations) == 4
    assert operations.isdisjoint(HANDLERS)
    assert operations.isdisjoint(HANDLERS_V2)


async def ask(
    simulator: Simulator, action: str, body: Any, **headers: str
) -> tuple[int, dict[str, Any]]:
    url = f"{simulator.agentai_url}/action/{action}"
    async with aiohttp.ClientSession() as session:
        async with session.post(url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()


GET = "heygen_avatar_get_video_status"
ASKED = {"video_id": "v1", "output_variable_name": "video_status"}


@pytest.mark.parametrize(
    "headers", [{}, {"x-api-key": "k"}, {"Authorization": "Basic k"}, {"Authorization": "Bearer "}]
)
async def test_only_a_bearer_token_counts(clock: Clock, headers: dict[str, str]) -> None:
    async with Simulator(now=clock) as simulator:
        answered = await ask(simulator, GET, ASKED, **headers)

    assert answered == (
        401,
        {"status": 401, "response": {"error": "Invalid or missing bearer token"}},
    )


@pytest.mark.parametrize(
    ("fault", "outer", "inner"),
    [
        (None, 400, 400),
        ("internal_error", 500, 500),
        ("error_in_200", 200, 500),
        ("rate_limited", 429, 429),
        ("quota_exceeded", 429, 429),
        ("in_progress", 400, 400),
    ],
)
async def test_an_error_has_the_envelope_and_a_status_of_the_contract(
    clock: Clock, fault: str | None, outer: int, inner: int
) -> None:
    async with Simulator(now=clock) as simulator:
        if fault is not None:
            simulator.add_fault(Fault(fault, operation=STATUS))
        code, answer = await ask(simulator, GET, ASKED, Authorization="Bearer k")

    assert (code, answer["status"]) == (outer, inner)
    assert isinstance(answer["response"]["error"], str)


async def test_a_token_is_the_account_of_the_same_key_and_of_no_other(clock: Clock) -> None:
    action = "heygen_photo_avatar_create_avatar_action"
    async with Simulator(now=clock) as simulator, aiohttp.ClientSession() as session:
        _, made = await ask(simulator, action, GENERATE, Authorization="Bearer mine")
        url = f"{simulator.url}/v3/avatars/{made['response']['group_id']}"
        codes = []
        for key in ("mine", "yours"):
            async with session.get(url, headers={"x-api-key": key}) as answer:
                codes.append(answer.status)

    assert codes == [200, 404]


def test_there_is_no_address_before_the_server_opens() -> None:
    assert Simulator().agentai_url == ""
