from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest

from heygen_async.api.converter import structure, structure_items, structure_request, unstructure
from heygen_async.api.v3.account import UserInfo
from heygen_async.api.v3.assets_schemas import AssetSearchItem, ImageAssetItem, OtherAssetItem
from heygen_async.api.v3.batches import BatchDetail
from heygen_async.api.v3.inputs import AssetBase64, AssetId, AssetInput, AssetUrl
from heygen_async.api.v3.studio import CreateVideoFromStudio
from heygen_async.api.v3.videos_schemas import (
    CreateVideoFromAvatar,
    CreateVideoRequest,
    VideoDetail,
    VideoStatus,
)
from heygen_async.api.v3.voices_schemas import VoiceDetail
from heygen_async.api.v3.webhooks import WebhookEndpoint
from heygen_async.errors import InvalidInputError, ProtocolError

VIDEO: dict[str, Any] = {"id": "v1", "status": "completed", "duration": 12}


def read(data: Any, cls: type[Any] = VideoDetail) -> Any:
    return structure(cls, data, operation="getVideo")


def test_fields_of_tomorrow_stay_reachable() -> None:
    video = read({**VIDEO, "new_field": {"a": 1}})

    assert video.raw["new_field"] == {"a": 1}
    assert "new_field" not in repr(video)


def test_raw_takes_no_part_in_equality_or_repr() -> None:
    assert read({**VIDEO, "new_field": 1}) == read(VIDEO)
    assert "raw" not in repr(read(VIDEO))


def test_an_unknown_word_is_kept() -> None:
    video = read({**VIDEO, "status": "polishing"})

    assert video.status == "polishing"
    assert isinstance(video.status, VideoStatus)
    assert not video.status.known


def test_an_integer_is_a_number_and_an_integral_number_an_integer() -> None:
    video = read({**VIDEO, "created_at": 1783958400.0})

    assert (video.duration, type(video.duration)) == (12.0, float)
    assert (video.created_at, type(video.created_at)) == (1783958400, int)


def test_null_says_the_same_as_absence() -> None:
    voice = read(
        {"voice_id": "x", "support_pause": True, "support_interactive_avatar": None}, VoiceDetail
    )

    assert voice.support_interactive_avatar is False


def test_a_structured_value_survives_pickling_and_copying() -> None:
    video = read({**VIDEO, "new_field": 1})

    for one in (pickle.loads(pickle.dumps(video)), copy.deepcopy(video), attrs.evolve(video)):
        assert one == video
        assert one.raw["new_field"] == 1


@pytest.mark.parametrize(
    ("cls", "data", "path", "said"),
    [
        (VideoDetail, {"status": "completed"}, "data.id", "required and missing"),
        (VideoDetail, {**VIDEO, "id": None}, "data.id", "needs text, not None"),
        (VideoDetail, {**VIDEO, "id": 7}, "data.id", "needs text, not 7"),
        (VideoDetail, {**VIDEO, "status": 7}, "data.status", "needs text, not 7"),
        (VideoDetail, {**VIDEO, "title": ["a"]}, "data.title", "needs text"),
        (VideoDetail, {**VIDEO, "created_at": 1.9}, "data.created_at", "needs a whole number"),
        (VideoDetail, {**VIDEO, "created_at": True}, "data.created_at", "needs a whole number"),
        (VideoDetail, {**VIDEO, "duration": "12"}, "data.duration", "needs a number, not '12'"),
        (VideoDetail, {**VIDEO, "duration": False}, "data.duration", "needs a number"),
        (
            VoiceDetail,
            {"voice_id": "x", "support_pause": "false"},
            "data.support_pause",
            "needs true or false, not 'false'",
        ),
        (VideoDetail, None, "data", "needs an object, not None"),
        (VideoDetail, [VIDEO], "data", "needs an object"),
        (UserInfo, {"username": "a"}, "data.email", "required and missing"),
    ],
)
def test_what_does_not_fit_is_reported_with_its_path(
    cls: type[Any], data: Any, path: str, said: str
) -> None:
    with pytest.raises(ProtocolError) as caught:
        read(data, cls)

    assert caught.value.path == path
    assert caught.value.operation == "getVideo"
    assert said in caught.value.message
    assert caught.value.body


def test_the_path_goes_through_lists() -> None:
    batch = {
        "batch_id": "b",
        "status": "processing",
        "total_items": 2,
        "counts_by_status": {},
        "created_at": 1,
        "has_more": False,
        "items": [{"item_index": 0, "status": "queued"}, {"item_index": 1}],
    }

    with pytest.raises(ProtocolError) as caught:
        read(batch, BatchDetail)

    assert caught.value.path == "data.items[1].status"


def test_a_list_that_is_none_is_reported() -> None:
    for data in (None, "abc", {"a": 1}, [VIDEO, 3]):
        with pytest.raises(ProtocolError) as caught:
            structure_items(VideoDetail, data, operation="listVideos")

        assert str(caught.value.path).startswith("data")


def test_the_report_holds_neither_secret_nor_signature() -> None:
    data = {
        "endpoint_id": "e",
        "url": "https://example.org/?X-Amz-Signature=abc123",
        "secret": "whsec_4f0c9a7be21d",
        "status": "enabled",
    }

    with pytest.raises(ProtocolError) as caught:
        read(data, WebhookEndpoint)

    assert "abc123" not in str(caught.value.body)
    assert "4f0c9a7be21d" not in str(caught.value.body)


def test_a_variant_of_tomorrow_is_kept_as_it_came() -> None:
    union: Any = AssetSearchItem
    found = structure_items(
        union,
        [{"type": "image", "id": "a", "url": "u"}, {"type": "hologram", "depth": 3}, {}],
        operation="searchAssets",
    )

    assert isinstance(found[0], ImageAssetItem)
    assert isinstance(found[1], OtherAssetItem)
    assert (found[1].type, found[1].raw["depth"]) == ("hologram", 3)
    assert found[2] == OtherAssetItem(None)


def test_signed_addresses_are_shown_without_their_signature() -> None:
    url = "https://files2.heygen.ai/x.mp4?Expires=1&Signature=s9d&Key-Pair-Id=K1"

    video = read({**VIDEO, "video_url": url})

    assert video.video_url == url
    assert "s9d" not in repr(video)
    assert "files2.heygen.ai/x.mp4" in repr(video)


# --- requests ------------------------------------------------------------------------------------


def test_what_was_left_out_is_not_sent() -> None:
    request = CreateVideoFromAvatar(avatar_id="l1", script="Hello.")

    assert unstructure(request) == {"type": "avatar", "avatar_id": "l1", "script": "Hello."}


def test_what_was_said_explicitly_is_sent_even_if_it_is_the_default() -> None:
    request = CreateVideoFromAvatar(
        avatar_id="l1", script="Hello.", remove_background=False, output_format="mp4"
    )

    sent = unstructure(request)

    assert sent["remove_background"] is False
    assert sent["output_format"] == "mp4"


def test_the_type_tag_is_sent_and_cannot_be_given() -> None:
    with pytest.raises(TypeError):
        AssetUrl("https://example.org/a", type="asset_id")  # type: ignore[call-arg]

    assert unstructure(AssetId("a1")) == {"type": "asset_id", "asset_id": "a1"}


def test_inline_data_is_made_of_bytes_and_not_shown() -> None:
    inline = AssetBase64.of(b"secret bytes", "image/png")

    assert unstructure(inline)["data"] == "c2VjcmV0IGJ5dGVz"
    assert "c2VjcmV0" not in repr(inline)


@pytest.mark.parametrize(
    ("cls", "data", "said"),
    [
        (AssetInput, {"type": "ftp", "url": "x"}, "type must be one of url, asset_id, base64"),
        (AssetInput, {"url": "https://example.org"}, "type must be one of url, asset_id, base64"),
        (AssetId, {"type": "url", "asset_id": "a"}, "type must be asset_id"),
        (CreateVideoRequest, {"type": "avatar", "avatar_id": "a", "scrpt": "x"}, "field scrpt"),
        (CreateVideoRequest, {"type": "avatar", "script": "x"}, "avatar_id: it is required"),
        (CreateVideoRequest, ["avatar"], "needs an object"),
        (
            CreateVideoFromStudio,
            {
                "type": "studio",
                "scenes": [{"type": "video", "source": {"type": "asset_id", "asset_id": ""}}],
            },
            r"scenes\[0\].source: AssetId.asset_id must not be empty",
        ),
    ],
)
def test_a_request_from_json_is_read_strictly(cls: Any, data: Any, said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        structure_request(cls, data)


def test_a_request_from_json_is_the_one_made_in_python() -> None:
    made = CreateVideoFromAvatar(avatar_id="l1", script="Hello.", resolution="720p")

    assert structure_request(CreateVideoFromAvatar, unstructure(made)) == made
