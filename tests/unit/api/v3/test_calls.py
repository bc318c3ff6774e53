"""What calls do beyond sending and reading."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from heygen_async.api.v3.assets import Assets
from heygen_async.api.v3.assets_schemas import CompletedAsset, CreateAssetUploadRequest
from heygen_async.api.v3.audio import Audio
from heygen_async.api.v3.avatars import Avatars
from heygen_async.api.v3.background_removals import (
    BackgroundRemovals,
    CreateBackgroundRemovalRequest,
)
from heygen_async.api.v3.inputs import AssetId
from heygen_async.api.v3.videos import Videos
from heygen_async.api.v3.videos_schemas import CreateVideoFromAvatar
from heygen_async.api.v3.voices import Voices
from heygen_async.errors import (
    ConcurrencyLimitError,
    InvalidInputError,
    ProtocolError,
    UncertainError,
    UnknownFileTypeError,
)
from heygen_async.transport.http import Transport

VIDEO = CreateVideoFromAvatar(avatar_id="l1", script="Hello.")
UPLOADED = {"asset_id": "a1", "url": "https://x/y", "mime_type": "image/jpeg", "size_bytes": 3}


async def test_the_caller_s_key_goes_out_as_given(server: Any, transport: Transport) -> None:
    server.data("POST", "/v3/videos", {"video_id": "v1", "status": "waiting"})

    await Videos(transport).create(VIDEO, idempotency_key="job:1")

    assert server.asked[0].headers["Idempotency-Key"] == "job:1"


async def test_two_calls_without_a_key_get_two(server: Any, transport: Transport) -> None:
    server.data("POST", "/v3/videos", {"video_id": "v1", "status": "waiting"})
    videos = Videos(transport)

    await videos.create(VIDEO)
    await videos.create(VIDEO)

    assert len({asked.headers["Idempotency-Key"] for asked in server.asked}) == 2


async def test_a_full_pool_is_raised_at_once_where_that_is_asked_for(
    server: Any, transport: Transport
) -> None:
    full = {"error": {"code": "rate_limit_exceeded", "message": "10 jobs already running"}}
    server.answer("POST", "/v3/videos", full, status=429)

    with pytest.raises(ConcurrencyLimitError):
        await Videos(transport).create(VIDEO, concurrency="raise")

    assert len(server.asked) == 1


async def test_an_answer_that_makes_no_sense_names_its_request(
    server: Any, transport: Transport
) -> None:
    server.data("GET", "/v3/videos/v1", {"status": "waiting"})

    with pytest.raises(ProtocolError, match="getVideo") as caught:
        await Videos(transport).get("v1")

    assert (caught.value.path, caught.value.status) == ("data.id", 200)


@pytest.mark.parametrize(
    ("status", "body", "path"),
    [(200, {"data": {"status": "waiting"}}, "data.video_id"), (202, b"", "data")],
)
async def test_a_paid_call_whose_answer_cannot_be_read_is_uncertain_under_its_key(
    server: Any, transport: Transport, status: int, body: Any, path: str
) -> None:
    server.answer("POST", "/v3/videos", body, status=status)

    with pytest.raises(UncertainError, match="may have been executed") as caught:
        await Videos(transport).create(VIDEO)

    key = server.asked[0].headers["Idempotency-Key"]
    assert (caught.value.key, caught.value.status) == (key, status)
    assert key in str(caught.value)
    cause = caught.value.__cause__
    assert isinstance(cause, ProtocolError)
    assert cause.path == path
    assert len(server.asked) == 1


async def test_a_list_goes_on_with_the_server_s_cursor(server: Any, transport: Transport) -> None:
    one = {"id": "v1", "status": "completed"}
    path = "/v3/videos"
    server.answer("GET", path, {"data": [one], "has_more": True, "next_token": "t1"})
    server.answer("GET", path, {"data": [one], "has_more": False, "next_token": None})

    videos = await Videos(transport).list(title="promo", limit=1).collect()

    assert len(videos) == 2
    assert [asked.query for asked in server.asked] == [
        {"title": "promo", "limit": "1"},
        {"title": "promo", "limit": "1", "token": "t1"},
    ]


@pytest.mark.parametrize(
    "call",
    [
        lambda t: Videos(t).list(limit=101),
        lambda t: Videos(t).list(limit=0),
        lambda t: Videos(t).list(limit=True),
        lambda t: Videos(t).list(title=""),
        lambda t: Avatars(t).list(limit=51),
        lambda t: Avatars(t).list(avatar_type="robot"),
        lambda t: Avatars(t).groups(ownership="mine"),
        lambda t: Voices(t).list(type="secret"),
        lambda t: Assets(t).list(""),
        lambda t: Assets(t).search("sea", "film"),
        lambda t: Audio(t).search("rain", min_score=1.1),
        lambda t: Audio(t).search("rain", min_score="high"),
    ],
)
def test_a_list_with_a_wrong_filter_is_refused_at_once(call: Any, transport: Transport) -> None:
    with pytest.raises(InvalidInputError):
        call(transport)


@pytest.mark.parametrize(
    "call",
    [
        lambda t: Videos(t).create({"type": "avatar"}),
        lambda t: Videos(t).create(AssetId("a1")),
        lambda t: Avatars(t).create(VIDEO),
        lambda t: Avatars(t).rename("l1", ""),
        lambda t: Videos(t).get(""),
        lambda t: Videos(t).delete(".."),
    ],
)
async def test_a_call_with_the_wrong_thing_sends_nothing(
    call: Any, server: Any, transport: Transport
) -> None:
    with pytest.raises(InvalidInputError):
        await call(transport)

    assert server.asked == []


# --- uploads -------------------------------------------------------------------------------------


async def test_a_small_file_goes_in_one_call(
    server: Any, transport: Transport, portrait: Path
) -> None:
    server.data("POST", "/v3/assets", UPLOADED)

    asset = await Assets(transport).upload(portrait, idempotency_key="photo:1")

    assert asset.asset_id == "a1"
    assert server.asked[0].headers["Idempotency-Key"] == "photo:1"
    assert portrait.read_bytes() in server.asked[0].body
    assert b'filename="portrait.jpg"' in server.asked[0].body


async def test_a_direct_upload_is_announced_put_and_completed(
    server: Any, transport: Transport, portrait: Path
) -> None:
    checksum = hashlib.sha256(portrait.read_bytes()).hexdigest()
    slot = {
        "asset_id": "a1",
        "upload_url": f"{server.url}/storage/a1",
        "upload_headers": {"Content-Type": "image/jpeg", "x-amz-meta-a": "1"},
        "expires_in_seconds": 600,
        "max_bytes": 10**9,
        "status": "pending_upload",
    }
    server.data("POST", "/v3/assets/direct-uploads", slot)
    server.answer("PUT", "/storage/a1", {})
    server.data("POST", "/v3/assets/a1/complete", {**UPLOADED, "status": "processing"})

    asset = await Assets(transport).upload(portrait, filename="ada.jpg", direct=True)

    announced, put, completed = server.asked
    assert announced.json == {
        "filename": "ada.jpg",
        "content_type": "image/jpeg",
        "size_bytes": portrait.stat().st_size,
        "checksum_sha256": checksum,
    }
    assert put.body == portrait.read_bytes()
    assert put.headers["x-amz-meta-a"] == "1"
    assert "x-api-key" not in {name.lower() for name in put.headers}
    assert completed.json == {"checksum_sha256": checksum}
    assert isinstance(asset, CompletedAsset)
    assert asset.status == "processing"


async def test_a_place_that_has_expired_is_replaced_by_one_under_another_key(
    server: Any, transport: Transport, portrait: Path
) -> None:
    for asset in ("old", "new"):
        slot = {
            "asset_id": asset,
            "upload_url": f"{server.url}/storage/{asset}",
            "upload_headers": {},
            "expires_in_seconds": 600,
            "max_bytes": 10**9,
            "status": "pending_upload",
        }
        server.data("POST", "/v3/assets/direct-uploads", slot)
    server.answer("PUT", "/storage/old", {}, status=403)
    server.answer("PUT", "/storage/new", {})
    server.data("POST", "/v3/assets/new/complete", {**UPLOADED, "asset_id": "new", "status": "x"})

    uploaded = await Assets(transport).upload(portrait, direct=True, idempotency_key="k1")

    assert uploaded.asset_id == "new"
    keys = [asked.headers.get("Idempotency-Key") for asked in server.asked]
    assert keys[0] == "k1"
    assert keys[2] not in {"k1", None}


async def test_a_file_larger_than_its_slot_is_not_put(
    server: Any, transport: Transport, portrait: Path
) -> None:
    slot = {
        "asset_id": "a1",
        "upload_url": f"{server.url}/storage/a1",
        "upload_headers": {},
        "expires_in_seconds": 600,
        "max_bytes": 10,
        "status": "pending_upload",
    }
    server.data("POST", "/v3/assets/direct-uploads", slot)

    with pytest.raises(InvalidInputError, match="at most 10 bytes"):
        await Assets(transport).upload(portrait, direct=True)

    assert len(server.asked) == 1


async def test_a_text_that_is_called_a_picture_is_refused_before_anything_is_sent(
    server: Any, transport: Transport
) -> None:
    with pytest.raises(UnknownFileTypeError, match=r"portrait\.jpg"):
        await Assets(transport).upload(b"hello, I am a text\n", filename="portrait.jpg")

    assert server.asked == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"content_type": "video"}, "media type"),
        ({"size_bytes": 0}, "at least 1"),
        ({"checksum_sha256": "abc"}, "64 hexadecimal digits"),
    ],
)
def test_an_announcement_is_checked(fields: dict[str, Any], said: str) -> None:
    good: dict[str, Any] = {"filename": "a.mp4", "content_type": "video/mp4", "size_bytes": 1}

    with pytest.raises(InvalidInputError, match=said):
        CreateAssetUploadRequest(**{**good, **fields})


# --- body ids ------------------------------------------------------------------------------------

REMOVAL = CreateBackgroundRemovalRequest(video=AssetId("a1"))


async def test_a_removal_carries_its_id_in_the_body(server: Any, transport: Transport) -> None:
    server.data("POST", "/v3/background-removals", {"id": "j1", "status": "pending"})
    removals = BackgroundRemovals(transport)

    await removals.create(REMOVAL)
    await removals.create(REMOVAL)
    await removals.create(REMOVAL, idempotency_key="mine")

    ids = [asked.json["request_id"] for asked in server.asked]
    assert len(set(ids)) == 3
    assert ids[2] == "mine"
    assert all("Idempotency-Key" not in asked.headers for asked in server.asked)


async def test_two_different_ids_for_a_removal_are_refused(transport: Transport) -> None:
    request = CreateBackgroundRemovalRequest(video=AssetId("a1"), request_id="theirs")

    with pytest.raises(InvalidInputError, match="request_id"):
        await BackgroundRemovals(transport).create(request, idempotency_key="mine")
