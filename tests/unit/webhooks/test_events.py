"""What an event says, however it is spelled."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import orjson
import pytest

import heygen_async
from heygen_async import webhooks
from heygen_async.webhooks import (
    TYPES,
    BatchFinished,
    ClippingFailed,
    Event,
    Failure,
    PhotoGenerationSucceeded,
    Success,
    TranslationFailed,
    TranslationSourceRefused,
    UnknownEvent,
    VideoAgentSucceeded,
    VideoFailed,
    VideoSucceeded,
    parse,
)

CONTRACT = json.loads(
    Path(heygen_async.__file__)
    .with_name("simulator")
    .joinpath("contract", "heygen-v3.openapi.json")
    .read_text()
)
SAMPLES = Path(__file__).parents[2] / "samples" / "heygen-v3.examples.json"
DELIVERIES: dict[str, Any] = {
    name: example
    for name, example in json.loads(SAMPLES.read_text())["examples"].items()
    if example.get("webhook")
}


def event(event_type: str, **data: Any) -> Event:
    body = orjson.dumps({"event_type": event_type, "event_data": data})
    return parse({}, body, None, unsigned=True)


# --- the types -----------------------------------------------------------------------------------


def test_every_type_of_the_contract_has_a_class_of_its_own() -> None:
    types = CONTRACT["components"]["schemas"]["WebhookEventType"]["enum"]

    assert sorted(TYPES) == sorted(types)
    assert len(set(TYPES.values())) == len(types) == 30


def test_every_class_is_public() -> None:
    assert {cls.__name__ for cls in TYPES.values()} <= set(webhooks.__all__)


def test_every_public_name_is_there() -> None:
    assert [name for name in webhooks.__all__ if not hasattr(webhooks, name)] == []


@pytest.mark.parametrize("event_type", sorted(TYPES))
def test_the_word_tells_a_success_from_a_failure(event_type: str) -> None:
    bases = {"success": Success, "fail": Failure, "failed": Failure}
    word = event_type.rpartition(".")[2].rpartition("_")[2]

    read = event(event_type)

    assert type(read) is TYPES[event_type]
    assert isinstance(read, bases.get(word, Event))
    assert word in bases or not isinstance(read, Success | Failure)


@pytest.mark.parametrize("event_type", sorted(TYPES))
def test_an_event_that_says_nothing_is_still_an_event(event_type: str) -> None:
    read = event(event_type)

    assert read.event_type == event_type
    assert read.job is None
    assert not read.jobs


@pytest.mark.parametrize("event_type", sorted(TYPES))
@pytest.mark.parametrize("value", [None, 7, True, "", [], {}, 1.5])
def test_values_of_no_use_leave_a_field_empty(event_type: str, value: Any) -> None:
    cls = TYPES[event_type]
    names = {
        spelling
        for field in attrs.fields(cls)
        for spelling in field.metadata.get("spellings", ())
        if "." not in spelling
    } - {"total_items", "counts_by_status"}

    read = event(event_type, **dict.fromkeys(names, value))

    empty = event(event_type)
    shared = {"raw", "data"}
    assert attrs.asdict(read, filter=lambda field, _: field.name not in shared) == attrs.asdict(
        empty, filter=lambda field, _: field.name not in shared
    )


def test_an_unknown_type_is_kept_as_it_came() -> None:
    read = event("avatar_video.polished", video_id="v1", shine={"level": 11})

    assert isinstance(read, UnknownEvent)
    assert read.event_type == "avatar_video.polished"
    assert read.data == {"video_id": "v1", "shine": {"level": 11}}
    assert read.raw["event_data"] is read.data


# --- fields --------------------------------------------------------------------------------------


def test_the_documented_success_is_read_whole() -> None:
    body = DELIVERIES["webhook_avatar_video_success"]["request"]["raw_body"].encode()
    data = DELIVERIES["webhook_avatar_video_success"]["request"]["body"]["event_data"]

    read = parse({}, body, None, unsigned=True)

    assert isinstance(read, VideoSucceeded)
    assert {name: getattr(read, name) for name in data} == data


def test_the_documented_translation_is_read_whole() -> None:
    example = DELIVERIES["webhook_video_translate_success"]["request"]

    read = parse({}, example["raw_body"].encode(), None, unsigned=True)

    data = example["body"]["event_data"]
    assert {name: getattr(read, name) for name in data} == data


def test_a_batch_tells_its_counts() -> None:
    read = event(
        "batch.finished",
        batch_id="b1",
        status="completed",
        total_items=3,
        counts_by_status={"completed": 2, "failed": 1},
    )

    assert isinstance(read, BatchFinished)
    assert (read.batch_id, read.status, read.total_items) == ("b1", "completed", 3)
    assert read.counts_by_status == {"completed": 2, "failed": 1}


@pytest.mark.parametrize("spelling", ["url", "video_url"])
def test_both_spellings_of_the_address_are_read(spelling: str) -> None:
    read = event("avatar_video.success", video_id="v1", **{spelling: "https://files.example/1"})

    assert isinstance(read, VideoSucceeded)
    assert read.url == "https://files.example/1"


def test_of_two_spellings_the_first_with_a_value_is_read() -> None:
    read = event("avatar_video.success", url="https://a.example", video_url="https://b.example")

    assert isinstance(read, VideoSucceeded)
    assert read.url == "https://a.example"


@pytest.mark.parametrize("count", [True, "3", 3.0, None])
def test_a_count_that_is_no_whole_number_is_none(count: Any) -> None:
    read = event("batch.finished", batch_id="b1", total_items=count, counts_by_status=[count])

    assert isinstance(read, BatchFinished)
    assert read.total_items is None
    assert read.counts_by_status == {}


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        ({"msg": "too long"}, None, "too long"),
        ({"error": "too long"}, None, "too long"),
        ({"message": "too long"}, None, "too long"),
        ({"failure_code": "too_long", "failure_message": "too long"}, "too_long", "too long"),
        ({"error": {"code": "too_long", "message": "too long"}}, "too_long", "too long"),
        ({"failure_message": None, "msg": "too long"}, None, "too long"),
        ({"failure_code": None, "failure_message": None}, None, None),
    ],
)
def test_every_spelling_of_a_failure_is_read(
    data: dict[str, Any], code: str | None, message: str | None
) -> None:
    read = event("avatar_video.fail", video_id="v1", **data)

    assert isinstance(read, VideoFailed)
    assert (read.code, read.message) == (code, message)


def test_a_refused_source_is_a_failed_translation() -> None:
    read = event("video_translate.preflight.validation_failed", video_translate_id="t1", msg="no")

    assert isinstance(read, TranslationSourceRefused)
    assert isinstance(read, TranslationFailed)
    assert read.message == "no"


def test_a_signed_address_is_not_shown() -> None:
    url = "https://files.example/1.mp4?Expires=1&Signature=hush&Key-Pair-Id=K1"

    shown = repr(event("avatar_video.success", video_id="v1", url=url)) + repr(
        event("avatar_video.fail", video_id="v1", msg=f"cannot store {url}")
    )

    assert "hush" not in shown
    assert shown.count("https://files.example/1.mp4") == 2


def test_events_can_be_kept_in_a_set() -> None:
    one = event("batch.finished", batch_id="b1", counts_by_status={"completed": 1})
    other = event("batch.finished", batch_id="b1", counts_by_status={"completed": 2})

    assert len({one, other, one}) == 2


# --- the job -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event_type", "data", "job"),
    [
        ("avatar_video.success", {"video_id": "v1"}, ("video", "v1")),
        ("avatar_video.fail", {"video_id": "v1"}, ("video", "v1")),
        ("avatar_video_gif.success", {"video_id": "v1"}, ("video", "v1")),
        ("avatar_video_caption.success", {"video_id": "v1"}, ("video", "v1")),
        ("personalized_video", {"video_id": "v1"}, ("video", "v1")),
        ("hyperframes_video.success", {"id": "v1"}, ("video", "v1")),
        ("video_agent.success", {"video_id": "v1", "session_id": "s1"}, ("video_agent", "s1")),
        ("video_agent.fail", {"session_id": "s1"}, ("video_agent", "s1")),
        ("video_agent.success", {"video_id": "v1"}, ("video", "v1")),
        ("video_translate.success", {"video_translate_id": "t1"}, ("translation", "t1")),
        ("video_translate.fail", {"video_translation_id": "t1"}, ("translation", "t1")),
        ("proofread_creation.success", {"proofread_id": "p1"}, ("proofread", "p1")),
        ("proofread_creation.fail", {"id": "p1"}, ("proofread", "p1")),
        ("ai_clipping.success", {"id": "c1", "video_id": "v1"}, ("clipping", "c1")),
        ("instant_avatar.success", {"avatar_id": "a1"}, ("avatar_look", "a1")),
        ("instant_avatar.fail", {"group_id": "g1"}, ("avatar_group", "g1")),
        ("photo_avatar_train.fail", {"group_id": "g1"}, ("avatar_group", "g1")),
        ("photo_avatar_train.success", {"avatar_id": "a1", "id": "g1"}, ("avatar_group", "g1")),
        ("photo_avatar_add_motion.success", {"id": "a1"}, ("avatar_look", "a1")),
        ("photo_avatar_generation.success", {"generation_id": "x1"}, None),
        ("batch.finished", {"batch_id": "b1"}, ("video_batch", "b1")),
        ("lipsync.success", {"lipsync_id": "l1"}, ("lipsync", "l1")),
        ("something.new", {"id": "x1"}, None),
    ],
)
def test_an_event_names_its_job(
    event_type: str, data: dict[str, Any], job: tuple[str, str] | None
) -> None:
    assert event(event_type, **data).job == job


def test_a_batch_may_be_of_any_kind() -> None:
    assert event("batch.finished", batch_id="b1").jobs == (
        ("video_batch", "b1"),
        ("lipsync_batch", "b1"),
        ("translation_batch", "b1"),
    )


def test_a_job_that_is_named_twice_is_one_job() -> None:
    read = event("instant_avatar.success", avatar_id="a1", look_id="a1", id="a1")

    assert read.jobs == (("avatar_look", "a1"),)


def test_an_agents_event_concerns_its_video_too() -> None:
    read = event("video_agent.success", session_id="s1", video_id="v1")

    assert isinstance(read, VideoAgentSucceeded)
    assert read.jobs == (("video_agent", "s1"), ("video", "v1"))


def test_every_job_is_of_a_kind_that_a_client_can_wait_for() -> None:
    from heygen_async.client import _KINDS

    ids = ("session_id", "video_translate_id", "proofread_id", "ai_clipping_id", "lipsync_id")
    more = ("background_removal_id", "voice_clone_id", "video_id", "avatar_id", "group_id")
    kinds = {
        kind
        for event_type in TYPES
        for kind, _ in event(event_type, **dict.fromkeys((*ids, *more, "batch_id", "id"), "1")).jobs
    }

    assert kinds <= set(_KINDS)
    assert len(kinds) == 13


def test_a_generation_and_a_cancelled_clipping_keep_what_they_say() -> None:
    generated = event("photo_avatar_generation.success", generation_id="x1")
    cancelled = event("ai_clipping.fail", id="c1", status="cancelled", title="The best of it")

    assert isinstance(generated, PhotoGenerationSucceeded)
    assert generated.generation_id == "x1"
    assert isinstance(cancelled, ClippingFailed)
    assert (cancelled.status, cancelled.title) == ("cancelled", "The best of it")
