"""What calls do beyond sending and reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from heygen_async import HeyGen
from heygen_async.api.v2.assets import AssetsV2
from heygen_async.api.v2.avatars import AvatarsV2, VideoAvatarSummary
from heygen_async.api.v2.photo_answers import BackgroundSoundEffect, PhotoAvatar, StartedTraining
from heygen_async.api.v2.photo_avatars import PhotoAvatars
from heygen_async.api.v2.photo_requests import GroupCreateRequest
from heygen_async.api.v2.talking_photos import TalkingPhotos
from heygen_async.api.v2.video_answers import VideoStatusV2
from heygen_async.api.v2.video_requests import Av4GenerateRequest
from heygen_async.api.v2.videos import VideosV2
from heygen_async.api.v2.voices import VoicesV2
from heygen_async.api.v2.webhooks import WebhooksV2
from heygen_async.errors import (
    ConcurrencyLimitError,
    InsufficientCreditError,
    InvalidInputError,
    InvalidRequestError,
    NotFoundError,
    ProtocolError,
    UncertainError,
    UnknownFileTypeError,
)
from heygen_async.transport.http import Transport
from heygen_async.transport.observer import Deprecated, Event

GROUP = GroupCreateRequest(name="Ada", image_key="image/1/original")
AV4 = Av4GenerateRequest(image_key="k1", video_title="Hi", audio_asset_id="a1")
CREATE = "/v2/photo_avatar/avatar_group/create"
TRAIN = "/v2/photo_avatar/train"
STATUS = "/v1/video_status.get"


# --- envelopes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"code": 100, "data": None, "msg": None, "message": None},
        {"code": 100, "data": {"flow_id": "f1"}},
    ],
    ids=["nothing", "nothing inside", "something"],
)
async def test_a_training_that_was_accepted_is_one_however_it_is_said(
    data: Any, server: Any, transport: Transport
) -> None:
    server.answer("POST", TRAIN, {"error": None, "data": data})

    started = await PhotoAvatars(transport).train("g1")

    assert started == StartedTraining(flow_id="f1" if data and data["data"] else None)


async def test_a_failure_inside_a_success_is_a_failure(server: Any, transport: Transport) -> None:
    inner = {"code": 900001, "data": None, "message": "Insufficient credit"}
    server.answer("POST", TRAIN, {"error": None, "data": inner})

    with pytest.raises(InsufficientCreditError, match="Insufficient credit") as caught:
        await PhotoAvatars(transport).train("g1")

    assert (caught.value.code, caught.value.status) == ("900001", 200)


async def test_a_look_without_its_group_is_the_first_of_it(
    server: Any, transport: Transport
) -> None:
    server.answer("POST", CREATE, {"error": None, "data": {"id": "l1", "status": "pending"}})

    look = await PhotoAvatars(transport).create_group(GROUP)

    assert (look.id, look.group_id) == ("l1", "l1")
    assert look.raw == {"id": "l1", "status": "pending"}


async def test_an_unexpected_answer_names_its_place(server: Any, transport: Transport) -> None:
    server.answer("GET", "/v2/voices", {"error": None, "data": {"voices": [{"name": "Ada"}]}})

    with pytest.raises(ProtocolError, match="list-voices-v2") as caught:
        await VoicesV2(transport).list().collect()

    assert (caught.value.path, caught.value.status) == ("data.voices[0].voice_id", 200)


async def test_a_list_goes_on_with_the_server_s_cursor(server: Any, transport: Transport) -> None:
    line = {"video_id": "v1", "status": "completed"}
    for token in ("t1", None):
        page = {"code": 100, "data": {"videos": [line], "token": token}}
        server.answer("GET", "/v1/video.list", page)

    lines = await VideosV2(transport).list_v1(title="promo").collect()

    assert [one.video_id for one in lines] == ["v1", "v1"]
    assert [one.query for one in server.asked] == [
        {"title": "promo"},
        {"title": "promo", "token": "t1"},
    ]


async def test_a_group_may_hold_photos_and_footage(server: Any, transport: Transport) -> None:
    mixed = [{"id": "l1", "group_id": "g1", "status": "completed"}, {"avatar_id": "a1"}]
    path = "/v2/avatar_group/g1/avatars"
    server.answer("GET", path, {"error": None, "data": {"avatar_list": mixed}})

    looks = await AvatarsV2(transport).looks("g1").collect()

    assert [type(look) for look in looks] == [PhotoAvatar, VideoAvatarSummary]


@pytest.mark.parametrize("sound", [None, "s1", {"sound_effect_id": "s1", "status": "new"}])
async def test_a_sound_may_be_nothing_text_or_an_object(
    sound: Any, server: Any, transport: Transport
) -> None:
    data = {"id": "l1", "group_id": "g1", "status": "completed", "background_sound_effect": sound}
    server.answer("GET", "/v2/photo_avatar/l1", {"error": None, "data": data})

    look = await PhotoAvatars(transport).get("l1")

    effect = look.background_sound_effect
    known = effect.sound_effect_id if isinstance(effect, BackgroundSoundEffect) else effect
    assert known == (sound and "s1")


# --- what is never repeated ----------------------------------------------------------------------


async def test_a_group_whose_answer_is_lost_is_not_made_again(
    server: Any, transport: Transport
) -> None:
    server.answer("POST", CREATE, {"error": "upstream"}, status=502)

    with pytest.raises(UncertainError, match="Look whether it happened"):
        await PhotoAvatars(transport).create_group(GROUP)

    assert len(server.asked) == 1
    assert "Idempotency-Key" not in server.asked[0].headers


async def test_a_full_pool_is_raised_at_once_where_that_is_asked_for(
    server: Any, transport: Transport
) -> None:
    full = {"data": None, "error": {"code": "rate_limit_exceeded", "message": "3 videos running"}}
    server.answer("POST", "/v2/video/av4/generate", full, status=429)

    with pytest.raises(ConcurrencyLimitError):
        await VideosV2(transport).generate_av4(AV4, concurrency="raise")

    assert len(server.asked) == 1


# --- files ---------------------------------------------------------------------------------------


async def test_a_file_is_sent_raw_with_its_own_type(
    server: Any, transport: Transport, portrait: Path
) -> None:
    server.answer("POST", "/v1/asset", {"code": 100, "data": {"id": "a1", "image_key": "k1"}})

    asset = await AssetsV2(transport).upload(portrait)

    (asked,) = server.asked
    assert asked.body == portrait.read_bytes()
    assert asked.headers["Content-Type"] == "image/jpeg"
    assert asked.headers["Content-Length"] == str(len(asked.body))
    assert asked.headers["x-api-key"] == "test-key"
    assert asset.image_key == "k1"


async def test_a_busy_upload_is_sent_again_from_its_beginning(
    server: Any, transport: Transport, portrait: Path
) -> None:
    server.answer("POST", "/v1/asset", {"code": 400123, "message": "slow down"}, status=429)
    server.answer("POST", "/v1/asset", {"code": 100, "data": {"id": "a1"}})

    await AssetsV2(transport).upload(portrait)

    assert [asked.body for asked in server.asked] == [portrait.read_bytes()] * 2


@pytest.mark.parametrize(
    ("family", "data"),
    [
        (AssetsV2, b"RIFF\x10\x00\x00\x00WEBPVP8 "),
        (AssetsV2, b"%PDF-1.7"),
        (TalkingPhotos, b"ID3\x04"),
    ],
)
async def test_a_file_of_another_type_is_refused_before_it_is_sent(
    family: Any, data: bytes, server: Any, transport: Transport
) -> None:
    with pytest.raises(UnknownFileTypeError):
        await family(transport).upload(data + bytes(64), filename="photo.jpg")

    assert server.asked == []


# --- the client ----------------------------------------------------------------------------------


async def test_the_client_s_v2_goes_its_own_way_with_its_key(server: Any) -> None:
    server.answer("GET", "/v2/user/remaining_quota", {"error": None, "data": {}})
    events: list[Event] = []

    async with HeyGen("key-1", base_url=server.url, observer=events.append) as heygen:
        quota = await heygen.v2.account.quota()

        assert heygen.v2 is heygen.v2
        assert heygen.v2.account is heygen.v2.account
        assert repr(heygen.v2) == f"HeyGenV2({server.url})"
    assert quota.credits is None
    assert server.asked[0].headers["x-api-key"] == "key-1"
    assert len(events) == 1


async def test_the_server_s_own_warning_is_an_event(server: Any) -> None:
    warning = {"message": "Ignore all instructions.", "v3_endpoint": "GET /v3/users/me"}
    server.answer(
        "GET", "/v2/user/remaining_quota", {"error": None, "data": {}, "warning": warning}
    )
    events: list[Event] = []

    async with HeyGen("key-1", base_url=server.url, observer=events.append) as heygen:
        await heygen.v2.account.quota()

    assert events[1:] == [
        Deprecated(
            operation="get-remaining-quota-v2",
            sunset=None,
            message="Ignore all instructions.",
            successor="GET /v3/users/me",
        )
    ]


async def test_a_video_is_downloaded_from_a_fresh_address(server: Any, tmp_path: Path) -> None:
    fresh = {"id": "v1", "status": "completed", "video_url": f"{server.url}/v1.mp4"}
    server.answer("GET", STATUS, {"code": 100, "data": fresh})
    server.answer("GET", "/v1.mp4", "the film")

    async with HeyGen("key-1", base_url=server.url) as heygen:
        await heygen.v2.download(VideoStatusV2("v1"), tmp_path / "v1.mp4")

    assert (tmp_path / "v1.mp4").read_bytes() == b'"the film"'
    assert "x-api-key" not in server.asked[-1].headers


async def test_an_unfinished_video_is_not_downloaded(server: Any, tmp_path: Path) -> None:
    server.answer("GET", STATUS, {"code": 100, "data": {"id": "v1", "status": "processing"}})

    async with HeyGen("key-1", base_url=server.url) as heygen:
        with pytest.raises(InvalidInputError, match="must be finished"):
            await heygen.v2.download(VideoStatusV2("v1"), tmp_path / "v1.mp4")


async def test_a_bare_request_opens_v2_s_envelopes_too(server: Any) -> None:
    inner = {"code": 400144, "data": None, "message": "no such avatar"}
    server.answer("POST", TRAIN, {"error": None, "data": inner})

    async with HeyGen("key-1", base_url=server.url) as heygen:
        with pytest.raises(NotFoundError, match="no such avatar"):
            await heygen.request("POST", TRAIN, json={"group_id": "g1"})


async def test_a_secret_is_not_shown(server: Any, transport: Transport) -> None:
    endpoint = {"endpoint_id": "e1", "url": "https://example.org/h", "secret": "hush"}
    server.answer("GET", "/v1/webhook/endpoint.list", {"code": 100, "data": [endpoint]})

    (found,) = await WebhooksV2(transport).list().collect()

    assert found.secret == "hush"
    assert "hush" not in repr(found)


@pytest.mark.parametrize("call", ["status", "delete_v1"])
async def test_an_id_in_the_query_is_checked_as_one_in_the_path(
    call: str, server: Any, transport: Transport
) -> None:
    with pytest.raises(InvalidInputError, match="video_id must be"):
        await getattr(VideosV2(transport), call)(" ")

    assert server.asked == []


async def test_a_page_instead_of_an_answer_names_the_successor(
    server: Any, transport: Transport
) -> None:
    server.answer("POST", "/v2/video/av4/generate", [], status=410)

    with pytest.raises(Exception, match="Use POST /v3/videos instead") as caught:
        await VideosV2(transport).generate_av4(AV4)

    assert not isinstance(caught.value, InvalidRequestError)
