from __future__ import annotations

import asyncio
import hashlib
import io
import logging
import threading
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from yarl import URL

from heygen_async.simulator import Fault
from heygen_async.simulator.media import (
    RenderAbandonedError,
    RenderRequest,
    render_video,
    sniff,
)
from heygen_async.simulator.world.links import FILES
from heygen_async.simulator.world.world import File


@pytest.fixture
async def link(caller: Any, photo: bytes) -> str:
    form = aiohttp.FormData()
    form.add_field("file", photo, filename="ada.jpg")
    uploaded = await caller.data("POST", "/v3/assets", data=form)
    url: str = uploaded["url"]
    return url


async def _get(caller: Any, url: str, **headers: str) -> tuple[int, Any, bytes]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    async with caller.session.get(url, headers=names) as answer:
        return answer.status, answer.headers, await answer.read()


async def test_all_files_of_a_video_are_what_their_links_say(caller: Any) -> None:
    video = await caller.finished_video(caption={"style": "default"})

    files = {
        name: await _get(caller, video[name])
        for name in ("video_url", "captioned_video_url", "thumbnail_url", "gif_url", "subtitle_url")
    }

    assert {name: sniff(body) for name, (_, _, body) in files.items()} == {
        "video_url": "video/mp4",
        "captioned_video_url": "video/mp4",
        "thumbnail_url": "image/jpeg",
        "gif_url": "image/gif",
        "subtitle_url": "application/x-subrip",
    }
    for status, headers, body in files.values():
        assert (status, headers["Content-Length"]) == (200, str(len(body)))
    assert files["video_url"][2] != files["captioned_video_url"][2]


async def test_two_videos_alike_are_rendered_once(
    caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: list[RenderRequest] = []

    def render(request: RenderRequest, *, abandoned: Callable[[], bool]) -> bytes:
        rendered.append(request)
        return render_video(request, abandoned=abandoned)

    monkeypatch.setattr("heygen_async.simulator.wire.downloads.render_video", render)
    first, second = await caller.finished_video(), await caller.finished_video()

    tags = {
        (await _get(caller, it["video_url"]))[1]["ETag"] for it in (first, second, first, second)
    }

    assert first["video_url"] != second["video_url"]
    assert (len(tags), len(rendered)) == (1, 1)


async def test_head_tells_the_length_without_the_bytes(
    caller: Any, link: str, photo: bytes
) -> None:
    async with caller.session.head(link) as answer:
        body = await answer.read()

    assert (answer.status, body) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(photo))
    assert answer.headers["Accept-Ranges"] == "bytes"


async def test_a_range_is_a_part_of_the_whole(caller: Any, link: str, photo: bytes) -> None:
    status, headers, body = await _get(caller, link, Range="bytes=100-")

    assert (status, body) == (206, photo[100:])
    assert headers["Content-Range"] == f"bytes 100-{len(photo) - 1}/{len(photo)}"


async def test_a_range_beyond_the_end_is_not_satisfiable(
    caller: Any, link: str, photo: bytes
) -> None:
    status, headers, _ = await _get(caller, link, Range=f"bytes={len(photo)}-")

    assert (status, headers["Content-Range"]) == (416, f"bytes */{len(photo)}")


async def test_a_range_of_another_version_gives_the_whole(
    caller: Any, link: str, photo: bytes
) -> None:
    _, headers, _ = await _get(caller, link)

    same, _, _ = await _get(caller, link, Range="bytes=5-", If_Range=headers["ETag"])
    other, _, body = await _get(caller, link, Range="bytes=5-", If_Range='"another"')

    assert (same, other, body) == (206, 200, photo)


async def test_an_expired_link_is_forbidden_and_a_fresh_one_works(caller: Any) -> None:
    video = await caller.finished_video()
    caller.clock.pass_seconds(8 * 86_400.0)

    expired, headers, body = await _get(caller, video["thumbnail_url"])

    fresh = await caller.data("GET", f"/v3/videos/{video['id']}")
    status, _, _ = await _get(caller, fresh["thumbnail_url"])
    assert (expired, headers["Content-Type"]) == (403, "application/xml; charset=utf-8")
    assert b"expired" in body
    assert status == 200


async def test_a_tampered_link_is_forbidden(caller: Any, link: str) -> None:
    status, _, body = await _get(caller, link.replace("signature=", "signature=0"))

    assert status == 403
    assert b"AccessDenied" in body


async def test_a_link_to_something_deleted_leads_nowhere(caller: Any, link: str) -> None:
    asset_id = link.partition("/assets/")[2].partition("/")[0]
    await caller.data("DELETE", f"/v3/assets/{asset_id}")

    status, _, body = await _get(caller, link)

    assert status == 404
    assert b"NoSuchKey" in body


async def test_a_cut_download_can_be_resumed(caller: Any, link: str, photo: bytes) -> None:
    caller.simulator.add_fault(Fault("cut_download", times=1))
    begun = b""
    with pytest.raises(aiohttp.ClientPayloadError):
        async with caller.session.get(link) as answer:
            async for chunk in answer.content.iter_any():
                begun += chunk

    _, _, rest = await _get(caller, link, Range=f"bytes={len(begun)}-")

    assert 0 < len(begun) < len(photo)
    assert begun + rest == photo


async def test_a_link_can_expire_before_its_time(caller: Any, link: str) -> None:
    caller.simulator.add_fault(Fault("expired_link", times=1))

    statuses = [(await _get(caller, link))[0] for _ in range(2)]

    assert statuses == [403, 200]


@pytest.mark.parametrize(
    ("name", "status"),
    [("internal_error", 500), ("rate_limited", 429), ("html_error", 502), ("empty_body", 200)],
)
async def test_the_file_host_fails_when_it_is_aimed_at(
    caller: Any, link: str, name: str, status: int
) -> None:
    caller.simulator.add_fault(Fault(name, operation="downloadFile", times=1))

    found, _, body = await _get(caller, link)

    assert found == status
    assert not body.startswith(b"\xff\xd8")


async def test_a_key_sent_to_the_file_host_is_noticed(caller: Any, link: str) -> None:
    await _get(caller, link)
    await _get(caller, link, x_api_key="a-key")

    assert caller.simulator.ledger.leaked_keys == 1


async def test_bytes_put_at_a_presigned_address_become_the_asset(caller: Any, photo: bytes) -> None:
    digest = hashlib.sha256(photo).hexdigest()
    body = {
        "filename": "ada.jpg",
        "content_type": "image/jpeg",
        "size_bytes": len(photo),
        "checksum_sha256": digest,
    }
    slot = await caller.data("POST", "/v3/assets/direct-uploads", json=body)
    early, _ = await caller.ask("POST", f"/v3/assets/{slot['asset_id']}/complete", json={})

    async with caller.session.put(
        slot["upload_url"], data=photo, headers=slot["upload_headers"]
    ) as answer:
        assert answer.status == 200

    done = await caller.data("POST", f"/v3/assets/{slot['asset_id']}/complete")
    assert early == 409
    assert (await _get(caller, done["url"]))[2] == photo
    assert caller.simulator.ledger.leaked_keys == 0


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"Content-Type": "image/png"}, 403, b"SignatureDoesNotMatch"),
        ({"data": b"too short"}, 403, b"SignatureDoesNotMatch"),
        ({"url": "signature=0"}, 403, b"AccessDenied"),
    ],
)
async def test_a_put_that_differs_from_what_was_signed_is_forbidden(
    caller: Any, photo: bytes, change: dict[str, Any], status: int, code: bytes
) -> None:
    body = {"filename": "a.jpg", "content_type": "image/jpeg", "size_bytes": len(photo)}
    slot = await caller.data("POST", "/v3/assets/direct-uploads", json=body)
    headers = {"Content-Type": change.get("Content-Type", "image/jpeg")}
    url = slot["upload_url"].replace("signature=", change.get("url", "signature="))

    async with caller.session.put(url, data=change.get("data", photo), headers=headers) as answer:
        text = await answer.read()

    assert answer.status == status
    assert code in text


async def test_a_presigned_address_expires(caller: Any, photo: bytes) -> None:
    body = {"filename": "a.jpg", "content_type": "image/jpeg", "size_bytes": len(photo)}
    slot = await caller.data("POST", "/v3/assets/direct-uploads", json=body)
    caller.clock.pass_seconds(slot["expires_in_seconds"])

    async with caller.session.put(
        slot["upload_url"], data=photo, headers=slot["upload_headers"]
    ) as answer:
        assert answer.status == 403


async def test_a_simulator_that_closes_waits_for_no_render(
    caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, started = asyncio.get_running_loop(), asyncio.Event()
    abandonments: list[bool] = []

    def render(request: RenderRequest, *, abandoned: Callable[[], bool]) -> bytes:
        loop.call_soon_threadsafe(started.set)
        abandonments.append(any(abandoned() for _ in range(20_000_000)))
        raise RenderAbandonedError

    monkeypatch.setattr("heygen_async.simulator.wire.downloads.render_video", render)
    video = await caller.finished_video()
    async with asyncio.TaskGroup() as tasks:
        download = tasks.create_task(_get(caller, video["video_url"]))
        await started.wait()
        await caller.simulator.__aexit__(None, None, None)

    assert abandonments == [True]
    assert download.result()[0] == 503


async def test_who_waits_for_a_long_render_gets_signs_of_life(
    caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = threading.Event()

    def render(request: RenderRequest, *, abandoned: Callable[[], bool]) -> bytes:
        released.wait()
        return b"a film"

    monkeypatch.setattr("heygen_async.simulator.wire.downloads.render_video", render)
    monkeypatch.setattr("heygen_async.simulator.wire.downloads._SIGN_OF_LIFE", 0.0)
    video = await caller.finished_video()
    url = URL(video["video_url"])
    reader, writer = await asyncio.open_connection(url.host, url.port)

    try:
        writer.write(f"GET {url.raw_path_qs} HTTP/1.1\r\nHost: here\r\n\r\n".encode())
        first = await reader.readuntil(b"\r\n\r\n")
    finally:
        released.set()
        writer.close()

    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    _, _, body = await _get(caller, video["video_url"])
    assert body == b"a film"


async def test_a_file_that_cannot_be_made_is_an_internal_error_with_a_traceback_in_the_log(
    caller: Any, link: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    [path] = caller.simulator.world.files.keys() & {URL(link).path.removeprefix(FILES)}
    monkeypatch.setitem(caller.simulator.world.files, path, File(mime="image/jpeg", make=_broken))

    status, headers, body = await _get(caller, link)

    assert (status, headers["Content-Type"].split(";")[0]) == (500, "application/xml")
    assert b"<Code>InternalError</Code>" in body
    [record] = caplog.records
    assert (record.name, record.exc_info is not None) == ("heygen_async.simulator", True)


def _broken() -> bytes:
    raise KeyError("nobody thought of this")


@pytest.mark.parametrize("begun", [False, True], ids=["before it comes", "while it comes"])
async def test_whoever_hangs_up_in_a_download_is_no_error(
    caller: Any, photo: bytes, caplog: pytest.LogCaptureFixture, begun: bool
) -> None:
    form = aiohttp.FormData()
    form.add_field("file", io.BytesIO(photo + bytes(20_000_000)), filename="ada.jpg")
    url = URL((await caller.data("POST", "/v3/assets", data=form))["url"])
    assert url.host is not None
    reader, writer = await asyncio.open_connection(url.host, url.port)

    writer.write(f"GET {url.raw_path_qs} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    if begun:
        await reader.readexactly(100_000)
    writer.transport.abort()
    await asyncio.sleep(60)

    assert (await _get(caller, str(url), Range="bytes=0-9"))[0] == 206
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []
