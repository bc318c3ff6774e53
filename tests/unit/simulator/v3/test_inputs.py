from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.v3.inputs import canonical, resolve


def _avatar(file: dict[str, Any]) -> dict[str, Any]:
    return {"type": "photo", "name": "Ada", "file": file}


def test_an_inline_image_is_taken(box: Any, new_picture: Callable[..., bytes]) -> None:
    data = base64.b64encode(new_picture()).decode()

    created = box.call(
        "createAvatar", _avatar({"type": "base64", "media_type": "image/jpg", "data": data})
    )

    assert created["avatar_item"]["status"] == "processing"


def test_a_link_of_the_simulator_leads_to_the_very_file(
    box: Any, new_picture: Callable[..., bytes]
) -> None:
    uploaded = box.call("uploadAsset", upload=new_picture((300, 200)))

    given = resolve(
        box.world, box.account, {"type": "url", "url": uploaded["url"]}, "file", "image"
    )

    assert given.blob is not None
    assert given.blob.read() == new_picture((300, 200))


def test_a_foreign_address_is_believed(box: Any) -> None:
    url = "https://cdn.example.org/faces/mira.jpg"

    given = resolve(box.world, box.account, {"type": "url", "url": url}, "file", "image")

    assert (given.mime, given.blob) == ("image/jpeg", None)


@pytest.mark.parametrize(
    ("file", "status", "code", "param"),
    [
        ({"type": "asset_id", "asset_id": "no"}, 404, "asset_not_found", "file.asset_id"),
        (
            {"type": "url", "url": "http://cdn.example.org/a.jpg"},
            400,
            "download_failed",
            "file.url",
        ),
        ({"type": "url", "url": "https://localhost/a.jpg"}, 400, "download_failed", "file.url"),
        ({"type": "url", "url": "https://192.168.1.4/a.jpg"}, 400, "download_failed", "file.url"),
        ({"type": "url", "url": "https://nas/a.jpg"}, 400, "download_failed", "file.url"),
        ({"type": "url", "url": "https://x.invalid/a.jpg"}, 400, "download_failed", "file.url"),
        ({"type": "url", "url": "https://["}, 400, "download_failed", "file.url"),
        ({"type": "url", "url": "https://x.example/a.mp4"}, 400, "invalid_parameter", "file"),
        (
            {"type": "url", "url": "http://127.0.0.1:8080/_files/assets/no.jpg"},
            400,
            "download_failed",
            "file.url",
        ),
        (
            {"type": "base64", "media_type": "image/png", "data": "%%%"},
            400,
            "invalid_parameter",
            "file.data",
        ),
        (
            {"type": "base64", "media_type": "image/png", "data": "é"},
            400,
            "invalid_parameter",
            "file.data",
        ),
        (
            {"type": "base64", "media_type": "image/png", "data": "aGVsbG8="},
            400,
            "invalid_parameter",
            "file.data",
        ),
    ],
)
def test_a_file_that_cannot_be_had_is_refused(
    box: Any, file: dict[str, Any], status: int, code: str, param: str
) -> None:
    refusal = box.refused("createAvatar", _avatar(file))

    assert (refusal.status, refusal.code, refusal.param) == (status, code, param)
    assert box.world.ledger.charges == []


def test_a_declared_type_must_be_the_real_one(box: Any, new_picture: Callable[..., bytes]) -> None:
    data = base64.b64encode(new_picture()).decode()

    refusal = box.refused(
        "createAvatar", _avatar({"type": "base64", "media_type": "image/png", "data": data})
    )

    assert refusal.message == "file.media_type says image/png, but the file is image/jpeg"


def test_spellings_of_a_media_type_are_one() -> None:
    found = {canonical(it) for it in ("audio/x-wav", "AUDIO/WAVE", "audio/wav; rate=8000")}

    assert found == {"audio/wav"}


def test_a_link_that_has_expired_leads_nowhere(box: Any) -> None:
    body = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}
    video_id = box.call("createVideo", body)["video_id"]
    box.wait(60.0)
    video = {"type": "url", "url": box.call("getVideo", video_id=video_id)["video_url"]}
    audio = {"type": "url", "url": "https://cdn.example.org/ines.mp3"}

    assert box.call("createLipsync", {"video": video, "audio": audio})
    box.wait(box.world.timing.link_lifetime)

    refusal = box.refused("createLipsync", {"video": video, "audio": audio})
    assert (refusal.code, refusal.param) == ("download_failed", "video.url")
