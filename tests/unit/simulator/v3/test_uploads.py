from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.v3.uploads import BadUploadError, receive, slot
from heygen_async.simulator.world.blobs import Blob


@pytest.fixture
def content(new_picture: Callable[..., bytes]) -> bytes:
    return new_picture()


def _announced(content: bytes, **more: Any) -> dict[str, Any]:
    return {
        "filename": "photo.jpg",
        "content_type": "image/jpeg",
        "size_bytes": len(content),
    } | more


def _put(box: Any, asset_id: str, content: bytes) -> None:
    receive(slot(box.world, asset_id), Blob.of(content))


def test_a_direct_upload_becomes_usable_a_while_after_it_is_completed(
    box: Any, content: bytes
) -> None:
    asset_id = box.call("createAssetUpload", _announced(content))["asset_id"]
    _put(box, asset_id, content)

    completed = box.call("completeAssetUpload", {}, asset_id=asset_id)

    file = {"type": "asset_id", "asset_id": asset_id}
    body = {"type": "photo", "name": "Ada", "file": file}
    assert completed["status"] == "processing"
    assert box.refused("createAvatar", body).code == "asset_not_available"
    box.wait(box.world.timing.asset_processing)
    assert box.call("createAvatar", body)["avatar_item"]["status"] == "processing"


def test_completing_before_the_bytes_are_there_is_a_conflict(box: Any, content: bytes) -> None:
    asset_id = box.call("createAssetUpload", _announced(content))["asset_id"]

    refusal = box.refused("completeAssetUpload", {}, asset_id=asset_id)

    assert (refusal.status, refusal.code) == (409, "conflict")


def test_completing_twice_changes_nothing(box: Any, content: bytes) -> None:
    asset_id = box.call("createAssetUpload", _announced(content))["asset_id"]
    _put(box, asset_id, content)
    box.call("completeAssetUpload", {}, asset_id=asset_id)
    box.wait(box.world.timing.asset_processing)

    again = box.call("completeAssetUpload", {}, asset_id=asset_id)

    assert again["status"] == "completed"


def test_an_upload_that_is_not_complete_is_in_no_list(box: Any, content: bytes) -> None:
    box.call("createAssetUpload", _announced(content))
    name = box.account.name

    listed = box.call("listAssets", query={"username": name})

    assert listed == []


def test_a_wrong_checksum_is_noticed_when_it_arrives_and_when_it_is_completed(
    box: Any, content: bytes
) -> None:
    wrong = hashlib.sha256(b"other").hexdigest()
    announced = box.call("createAssetUpload", _announced(content, checksum_sha256=wrong))
    plain = box.call("createAssetUpload", _announced(content))
    _put(box, plain["asset_id"], content)

    with pytest.raises(BadUploadError) as caught:
        _put(box, announced["asset_id"], content)
    refusal = box.refused(
        "completeAssetUpload", {"checksum_sha256": wrong}, asset_id=plain["asset_id"]
    )

    assert caught.value.code == "BadDigest"
    assert refusal.param == "checksum_sha256"


def test_more_or_fewer_bytes_than_announced_are_not_taken(box: Any, content: bytes) -> None:
    asset_id = box.call("createAssetUpload", _announced(content))["asset_id"]

    with pytest.raises(BadUploadError) as caught:
        _put(box, asset_id, content[:-1])

    assert (caught.value.status, caught.value.code) == (400, "IncompleteBody")


def test_bytes_of_another_type_than_announced_are_refused_on_completion(
    box: Any, content: bytes
) -> None:
    body = _announced(content, content_type="video/mp4")
    asset_id = box.call("createAssetUpload", body)["asset_id"]
    _put(box, asset_id, content)

    refusal = box.refused("completeAssetUpload", {}, asset_id=asset_id)

    assert refusal.message == "content_type was video/mp4, but the file is image/jpeg"


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"content_type": "text/plain"}, "invalid_parameter", "content_type"),
        ({"size_bytes": 0}, "invalid_parameter", "size_bytes"),
        ({"size_bytes": 3 * 1024**3}, "invalid_parameter", "size_bytes"),
    ],
)
def test_an_upload_that_can_never_succeed_is_refused_at_once(
    box: Any, content: bytes, change: dict[str, Any], code: str, param: str
) -> None:
    refusal = box.refused("createAssetUpload", _announced(content) | change)

    assert (refusal.code, refusal.param) == (code, param)


def test_a_batch_of_uploads_is_completed_as_a_whole(box: Any, content: bytes) -> None:
    batch = box.call("createAssetUploadBatch", {"files": [_announced(content)] * 2})
    for item in batch["items"]:
        _put(box, item["asset_id"], content)

    box.call("completeAssetBatch", {"batch_id": batch["batch_id"]})

    box.wait(box.world.timing.asset_processing)
    found = box.call("getAssetBatch", batch_id=batch["batch_id"])
    assert (found["status"], found["counts_by_status"]) == ("completed", {"completed": 2})


def test_a_file_that_is_late_for_its_batch_can_be_completed_later(box: Any, content: bytes) -> None:
    batch = box.call("createAssetUploadBatch", {"files": [_announced(content)] * 2})
    first, second = (it["asset_id"] for it in batch["items"])
    _put(box, first, content)
    box.call("completeAssetBatch", {"batch_id": batch["batch_id"]})
    box.wait(box.world.timing.asset_processing)
    before = box.call("getAssetBatch", batch_id=batch["batch_id"])["counts_by_status"]

    _put(box, second, content)
    box.call("completeAssetBatch", {"batch_id": batch["batch_id"]})

    box.wait(box.world.timing.asset_processing)
    after = box.call("getAssetBatch", batch_id=batch["batch_id"])["counts_by_status"]
    assert (before, after) == ({"completed": 1, "queued": 1}, {"completed": 2})


def test_a_batch_without_a_single_byte_is_a_conflict(box: Any, content: bytes) -> None:
    batch = box.call("createAssetUploadBatch", {"files": [_announced(content)]})

    refusal = box.refused("completeAssetBatch", {"batch_id": batch["batch_id"]})

    assert refusal.code == "conflict"


def test_a_bad_file_in_a_batch_is_named_by_its_place(box: Any, content: bytes) -> None:
    files = [_announced(content), _announced(content, content_type="text/plain")]

    refusal = box.refused("createAssetUploadBatch", {"files": files})

    assert refusal.param == "files.1.content_type"
    assert box.account.assets == {}
