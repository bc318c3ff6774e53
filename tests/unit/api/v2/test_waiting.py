"""How v2's families look at jobs, judge their states, and wait for them."""

from __future__ import annotations

from typing import Any

import pytest

from heygen_async import HeyGen
from heygen_async.api.converter import structure
from heygen_async.api.looking import look_side_by_side
from heygen_async.api.v2.photo_answers import PhotoAvatar, PhotoGeneration, TrainStatus
from heygen_async.api.v2.video_answers import V2Video, VideoStatusV2
from heygen_async.api.v2.videos import VideosV2
from heygen_async.errors import (
    AuthenticationError,
    AvatarFailedError,
    HeyGenError,
    InvalidRequestError,
    NotFoundError,
    ServerError,
    VideoFailedError,
)
from heygen_async.models.state import JobState, Progress
from heygen_async.transport.http import Transport

RUNNING, DONE, FAILED, GONE = Progress.RUNNING, Progress.DONE, Progress.FAILED, Progress.GONE
STATUS = "/v1/video_status.get"
LIST = "/v1/video.list"
UNKNOWN = {"code": 40031, "data": None, "message": "ResourceType.PACIFIC_VIDEO not found"}


def failed(code: str | None = None, reason: str | None = None) -> JobState:
    return JobState(FAILED, "failed", code, reason)


def v1(data: Any) -> dict[str, Any]:
    return {"code": 100, "data": data, "message": "Success"}


def v2(data: Any) -> dict[str, Any]:
    return {"error": None, "data": data}


# --- what the words mean -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cls", "data", "expected"),
    [
        (PhotoGeneration, {"status": "in_progress"}, JobState(RUNNING, "in_progress")),
        (PhotoGeneration, {"status": "success"}, JobState(DONE, "success")),
        (PhotoGeneration, {"status": "completed"}, JobState(RUNNING, "completed")),
        (
            PhotoGeneration,
            {"status": "failed", "msg": "No."},
            failed(None, "No."),
        ),
        (PhotoAvatar, {"status": "pending"}, JobState(RUNNING, "pending")),
        (PhotoAvatar, {"status": "completed"}, JobState(DONE, "completed")),
        (
            PhotoAvatar,
            {"status": "in_appeal", "moderation_msg": "Wait."},
            JobState(RUNNING, "in_appeal"),
        ),
        (
            PhotoAvatar,
            {"status": "moderation_rejected", "moderation_msg": "No."},
            JobState(FAILED, "moderation_rejected", None, "No."),
        ),
        (PhotoAvatar, {"status": None}, JobState(RUNNING, None)),
        (TrainStatus, {"status": "processing"}, JobState(RUNNING, "processing")),
        (TrainStatus, {"status": "ready"}, JobState(DONE, "ready")),
        (
            TrainStatus,
            {"status": "failed", "error_msg": "No."},
            failed(None, "No."),
        ),
        (VideoStatusV2, {"status": "waiting"}, JobState(RUNNING, "waiting")),
        (VideoStatusV2, {"status": "completed", "error": {"code": 1}}, JobState(DONE, "completed")),
        (
            VideoStatusV2,
            {"status": "failed", "error": {"code": 40119, "detail": "Too long", "message": "Long"}},
            failed("40119", "Too long"),
        ),
        (
            VideoStatusV2,
            {"status": "failed", "error": "No."},
            failed(None, "No."),
        ),
        (VideoStatusV2, {"status": "failed", "error": None}, failed()),
        (
            V2Video,
            {"status": "failed", "failure_code": "C", "failure_message": "No."},
            failed("C", "No."),
        ),
    ],
)
def test_a_state_is_read(cls: Any, data: dict[str, Any], expected: JobState) -> None:
    resource = structure(cls, {"id": "x", **data}, operation="look")

    assert resource.state == expected


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        ("pending", None, False),
        ("completed", None, True),
        ("completed", "Photo avatar look upload not completed", False),
        ("completed", "The photo avatar look is too large to upscale", True),
    ],
)
def test_a_look_can_be_trained_once_it_is_really_there(
    status: str, reason: str | None, expected: bool
) -> None:
    upscale = {"available": reason is None, "reason": reason}
    data = {"id": "l1", "status": status, "upscale_availability": upscale}

    assert structure(PhotoAvatar, data, operation="look").trainable is expected


# --- waiting -------------------------------------------------------------------------------------


async def test_photos_are_waited_for_until_they_succeed(server: Any) -> None:
    path = "/v2/photo_avatar/generation/g1"
    server.answer("GET", path, v2({"id": "g1", "status": "in_progress", "image_key_list": None}))
    server.answer("GET", path, v2({"id": "g1", "status": "success", "image_key_list": ["k1"]}))

    async with HeyGen("key", base_url=server.url) as heygen:
        photos = await heygen.v2.photo_avatars.wait_generation("g1")

    assert photos.image_key_list == ("k1",)


async def test_a_look_in_appeal_is_waited_for_and_a_refused_one_says_why(server: Any) -> None:
    path = "/v2/photo_avatar/l1"
    refusal = {"id": "l1", "status": "moderation_rejected", "moderation_msg": "A public figure"}
    server.answer("GET", path, v2({"id": "l1", "status": "in_appeal"}))
    server.answer("GET", path, v2(refusal))

    async with HeyGen("key", base_url=server.url) as heygen:
        with pytest.raises(AvatarFailedError, match="A public figure") as caught:
            await heygen.v2.photo_avatars.wait("l1")

    assert caught.value.kind == "v2_photo_avatar"
    assert "not billed" not in caught.value.message


async def test_a_training_is_waited_for_until_it_is_ready(server: Any) -> None:
    path = "/v2/photo_avatar/train/status/g1"
    server.answer("GET", path, v2({"status": "pending"}))
    server.answer("GET", path, v2({"status": "ready"}))

    async with HeyGen("key", base_url=server.url) as heygen:
        training = await heygen.v2.photo_avatars.wait_training("g1")

    assert training.status == "ready"


async def test_a_video_nobody_knows_yet_is_waited_for(server: Any) -> None:
    for _ in range(5):
        server.answer("GET", STATUS, UNKNOWN, status=404)
    server.answer("GET", STATUS, v1({"id": "v1", "status": "completed", "video_url": "u"}))

    async with HeyGen("key", base_url=server.url) as heygen:
        video = await heygen.v2.videos.wait("v1")

    assert video.video_url == "u"


async def test_a_video_that_stays_unknown_is_gone_in_the_end(server: Any) -> None:
    server.answer("GET", STATUS, UNKNOWN, status=400)

    async with HeyGen("key", base_url=server.url) as heygen:
        with pytest.raises(NotFoundError, match="is gone"):
            await heygen.v2.videos.wait("v1")


async def test_want_of_credit_shows_when_the_video_is_looked_at(server: Any) -> None:
    error = {"code": "MOVIO_PAYMENT_INSUFFICIENT_CREDIT", "message": "Insufficient credit."}
    server.answer("GET", STATUS, v1({"id": "v1", "status": "failed", "error": error}))

    async with HeyGen("key", base_url=server.url) as heygen:
        with pytest.raises(VideoFailedError) as caught:
            await heygen.v2.videos.wait("v1")

    assert caught.value.code == "MOVIO_PAYMENT_INSUFFICIENT_CREDIT"


# --- looking at many -----------------------------------------------------------------------------


async def test_many_videos_are_looked_at_through_the_list(
    server: Any, transport: Transport
) -> None:
    lines = [{"video_id": f"v{at}", "status": "processing"} for at in range(3)]
    server.answer("GET", LIST, v1({"videos": lines, "token": "more"}))
    server.answer("GET", STATUS, v1({"id": "v9", "status": "completed"}))

    states = await VideosV2(transport).look(["v0", "v1", "v2", "v9"])

    assert {job: state.progress for job, state in states.items()} == {
        "v0": RUNNING,
        "v1": RUNNING,
        "v2": RUNNING,
        "v9": DONE,
    }
    assert [asked.path for asked in server.asked] == [LIST, STATUS]


async def test_a_listed_video_that_cannot_be_read_keeps_nobody_from_being_seen(
    server: Any, transport: Transport
) -> None:
    lines = [{"video_id": None, "status": "pending"}, {"video_id": "v1", "status": "processing"}]
    server.answer("GET", LIST, v1({"videos": lines, "token": "more"}))
    server.answer("GET", STATUS, v1({"id": "v2", "status": "completed"}))

    states = await VideosV2(transport).look(["v1", "v2"])

    assert {job: state.progress for job, state in states.items()} == {"v1": RUNNING, "v2": DONE}


async def test_one_failed_look_leaves_the_others_seen() -> None:
    async def get(job_id: str) -> JobState:
        match job_id:
            case "broken":
                raise ServerError("lost")
            case "unknown":
                raise NotFoundError("no", code="not_found")
            case "odd":
                raise InvalidRequestError("no such look", code="invalid_parameter")
            case "no id":
                raise InvalidRequestError("Invalid query param", code="40012", status=424)
            case "refused":
                raise InvalidRequestError("Unexpected failure", code="10002", status=400)
        return JobState(RUNNING, "pending")

    ids = ["a", "broken", "unknown", "odd", "no id", "refused", "a"]
    states = await look_side_by_side(ids, get)

    assert {job: state.progress for job, state in states.items()} == {
        "a": RUNNING,
        "unknown": GONE,
        "odd": GONE,
        "no id": GONE,
    }


@pytest.mark.parametrize("status", [200, 400])
async def test_a_video_that_cannot_be_looked_at_for_a_while_is_not_given_up(
    server: Any, status: int
) -> None:
    for _ in range(20):
        odd = {"code": 10002, "data": None, "message": "Unexpected failure"}
        server.answer("GET", STATUS, odd, status=status)
    server.answer("GET", STATUS, v1({"id": "v1", "status": "completed", "video_url": "u"}))

    async with HeyGen("key", base_url=server.url) as heygen:
        video = await heygen.v2.videos.wait("v1")

    assert video.video_url == "u"


@pytest.mark.parametrize(
    ("ids", "expected"), [(["broken"], ServerError), (["a", "refused"], AuthenticationError)]
)
async def test_looks_that_tell_nothing_or_refuse_the_key_are_errors(
    ids: list[str], expected: type[HeyGenError]
) -> None:
    async def get(job_id: str) -> JobState:
        match job_id:
            case "broken":
                raise ServerError("lost")
            case "refused":
                raise AuthenticationError("no")
        return JobState(RUNNING, "pending")

    with pytest.raises(expected):
        await look_side_by_side(ids, get)
