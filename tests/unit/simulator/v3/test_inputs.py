from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest

from heygen_async.simulator.media import RenderRequest
from heygen_async.simulator.v3.inputs import canonical, resolve
from heygen_async.simulator.world.world import File


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


def _film(box: Any) -> str:
    video_id = box.video(script="Hello. " * 700)
    box.wait(600.0)
    url: str = box.call("getVideo", video_id=video_id)["video_url"]
    return url


def test_a_video_of_our_own_is_not_rendered_to_look_at_it(box: Any) -> None:
    url = _film(box)

    given = resolve(box.world, box.account, {"type": "url", "url": url}, "file", "video")

    assert given.blob is None
    assert given.recipe is not None
    assert given.recipe.seconds == 280.0


def test_a_video_of_our_own_in_the_place_of_an_image_is_not_even_looked_at(
    box: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = _film(box)
    [path] = [it for it in box.world.files if it.endswith(".mp4")]
    monkeypatch.setitem(box.world.files, path, File(mime="video/mp4", make=_untouchable))

    refusal = box.refused("createAvatar", _avatar({"type": "url", "url": url}))

    assert (refusal.code, refusal.param) == ("invalid_parameter", "file")


def _untouchable() -> bytes:
    raise AssertionError("nobody asked for this video")


def test_a_twin_is_trained_on_a_video_of_our_own(box: Any) -> None:
    file = {"type": "url", "url": _film(box)}

    created = box.call("createAvatar", {"type": "digital_twin", "name": "Ada", "file": file})
    box.wait(box.world.timing.twin_training)

    look_id = created["avatar_item"]["id"]
    assert box.call("getAvatarLook", look_id=look_id)["status"] != "failed"
    assert box.world.files[f"looks/{look_id}.jpg"].read().startswith(b"\xff\xd8\xff")


def test_a_scene_is_as_long_as_the_video_of_our_own_it_shows(box: Any) -> None:
    scene = {"type": "video", "source": {"type": "url", "url": _film(box)}}

    video_id = box.call("createVideo", {"type": "studio", "scenes": [scene]})["video_id"]

    assert box.account.videos[video_id].plan.seconds == 280.0


def test_an_agent_keeps_a_video_of_our_own(box: Any) -> None:
    file = {"type": "url", "url": _film(box)}

    session = box.call("createVideoAgentSession", {"prompt": "Use this.", "files": [file]})

    [kept] = [it for path, it in box.world.files.items() if path.startswith("agents/")]
    assert session["session_id"]
    assert isinstance(kept.make(), RenderRequest)


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
