"""Downloads against a real server that cuts, expires, lies and changes its mind."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from heygen_async import errors
from heygen_async.transport.download import Downloaded, download
from heygen_async.transport.http import Transport
from heygen_async.transport.observer import RequestFinished, Retrying, TransferProgress
from heygen_async.transport.retry import RetryPolicy

Connect = Callable[..., Awaitable[Transport]]

DATA = bytes(range(256)) * 12_000  # three pieces
OTHER = DATA[::-1]


class Host:
    """Serves one file with ranges and tags, and misbehaves as told, once per word."""

    def __init__(self, *faults: str, data: bytes = DATA, etag: str | None = '"one"') -> None:
        self.faults = list(faults)
        self.data = data
        self.etag = etag
        self.requests: list[web.Request] = []
        self.valid = "s1"

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        fault = self.faults.pop(0) if self.faults else ""
        if fault.isdigit():
            return web.Response(status=int(fault), text="<Error><Code>AccessDenied</Code></Error>")
        if request.query.get("Signature", self.valid) != self.valid:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        if fault == "replaced":
            self.data, self.etag = OTHER, '"two"'
        headers = {"ETag": self.etag} if self.etag else {}
        start, status = 0, 200
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        if asked and request.headers.get("If-Range") == self.etag and fault != "no ranges":
            start, status = int(asked[1]), 206
            shown = start + 1 if fault == "wrong range" else start
            total = "*" if fault == "unknown total" else len(self.data)
            headers["Content-Range"] = f"bytes {shown}-{len(self.data) - 1}/{total}"
        body = self.data[start:]
        response = web.StreamResponse(status=status, headers=headers)
        if fault == "page":
            body, response.content_type = b"<html>expired</html>", "text/html"
        elif fault == "hidden page":
            body = b"\n<!DOCTYPE html><html>expired</html>"
        elif fault == "empty":
            body = b""
        if fault != "no length":
            response.content_length = len(body)
        await response.prepare(request)
        if fault == "cut":
            await response.write(body[: len(body) // 2])
            assert request.transport is not None
            request.transport.close()
            return response
        if fault == "slow":
            await asyncio.sleep(20)
        if fault == "stall":
            await response.write(body[:1000])
            await asyncio.sleep(600)
        await response.write(body)
        return response

    @property
    def ranges(self) -> list[str | None]:
        return [request.headers.get("Range") for request in self.requests]


def only(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_file_arrives_whole_under_its_name(connect: Connect, tmp_path: Path) -> None:
    host = Host()
    transport = await connect(host)
    (tmp_path / "v.mp4").write_bytes(b"older")

    result = await download(transport, f"{transport.base_url}/v.mp4?a=%2F", tmp_path / "v.mp4")

    assert result == Downloaded(tmp_path / "v.mp4", len(DATA), hashlib.sha256(DATA).hexdigest())
    assert (tmp_path / "v.mp4").read_bytes() == DATA
    assert only(tmp_path) == ["v.mp4"]
    assert host.requests[0].raw_path == "/v.mp4?a=%2F"


async def test_no_key_leaves_for_the_host_of_a_file(connect: Connect, tmp_path: Path) -> None:
    host = Host()
    transport = await connect(host)

    await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    sent = {name.lower() for name in host.requests[0].headers}
    assert not sent & {"x-api-key", "authorization", "cookie"}


async def test_a_session_passed_in_for_files_is_used_waited_for_and_left_open(
    connect: Connect, tmp_path: Path
) -> None:
    host = Host(*["slow"] * 4)
    events: list[Any] = []
    async with aiohttp.ClientSession(
        headers={"User-Agent": "mine"}, connector=aiohttp.TCPConnector(limit=1)
    ) as mine:
        transport = await connect(host, transfer_session=mine, observer=events.append)
        url = f"{transport.base_url}/v.mp4"

        await asyncio.gather(*(download(transport, url, tmp_path / f"{n}.mp4") for n in range(4)))
        await transport.close()

        assert not mine.closed
    assert [request.headers["User-Agent"] for request in host.requests] == ["mine"] * 4
    assert not [event for event in events if isinstance(event, Retrying)]


async def test_a_cut_download_goes_on_where_it_stopped(connect: Connect, tmp_path: Path) -> None:
    host = Host("cut", "cut", "cut")
    transport = await connect(host)

    await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert (tmp_path / "v.mp4").read_bytes() == DATA
    assert host.ranges[0] is None
    starts = [int((asked or "bytes=0-")[6:-1]) for asked in host.ranges]
    assert starts == sorted(set(starts))
    assert starts[1] > 0


async def test_progress_renews_the_number_of_attempts(connect: Connect, tmp_path: Path) -> None:
    host = Host(*["cut"] * 6)
    transport = await connect(host, retry=RetryPolicy(attempts=2))

    await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert (tmp_path / "v.mp4").read_bytes() == DATA


@pytest.mark.parametrize("fault", ["no ranges", "replaced", "wrong range", "416"])
async def test_pieces_of_two_files_are_never_glued_together(
    connect: Connect, tmp_path: Path, fault: str
) -> None:
    host = Host("cut", fault)
    transport = await connect(host)

    result = await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert (tmp_path / "v.mp4").read_bytes() == host.data
    assert result.sha256 == hashlib.sha256(host.data).hexdigest()


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
async def test_without_a_strong_tag_a_cut_download_starts_over(
    connect: Connect, tmp_path: Path, etag: str | None
) -> None:
    host = Host("cut", etag=etag)
    transport = await connect(host)

    await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert host.ranges == [None, None]
    assert (tmp_path / "v.mp4").read_bytes() == DATA


@pytest.mark.parametrize("status", ["403", "404", "410"])
async def test_an_expired_address_is_refreshed_and_the_download_goes_on(
    connect: Connect, tmp_path: Path, status: str
) -> None:
    host = Host("cut", status)
    transport = await connect(host)
    asked = []

    async def refresh() -> str:
        asked.append(1)
        return f"{transport.base_url}/v.mp4?Signature=s1"

    url = f"{transport.base_url}/v.mp4?Signature=s1"
    await download(transport, url, tmp_path / "v.mp4", refresh=refresh)

    assert asked == [1]
    assert host.ranges[2] is not None
    assert (tmp_path / "v.mp4").read_bytes() == DATA


async def test_an_address_that_stays_expired_is_not_found_and_shows_no_signature(
    connect: Connect, tmp_path: Path
) -> None:
    host = Host()
    host.valid = "other"
    transport = await connect(host)
    url = f"{transport.base_url}/v.mp4?Signature=SECRET"

    async def refresh() -> str:
        return url

    with pytest.raises(errors.NotFoundError, match="expired") as caught:
        await download(transport, url, tmp_path / "v.mp4", refresh=refresh)
    with pytest.raises(errors.NotFoundError):
        await download(transport, url, tmp_path / "v.mp4")

    assert "SECRET" not in str(caught.value)
    assert caught.value.status == 403
    assert len(host.requests) == 4
    assert only(tmp_path) == []


@pytest.mark.parametrize("fault", ["page", "hidden page"])
async def test_a_web_page_is_no_video(connect: Connect, tmp_path: Path, fault: str) -> None:
    transport = await connect(Host(fault))

    with pytest.raises(errors.ProtocolError, match="web page"):
        await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert only(tmp_path) == []


async def test_an_empty_file_is_no_video(connect: Connect, tmp_path: Path) -> None:
    transport = await connect(Host(*["empty"] * 9), retry=RetryPolicy(attempts=2))

    with pytest.raises(errors.TransferError, match="empty"):
        await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert only(tmp_path) == []


async def test_a_host_that_fails_for_a_while_is_asked_again(
    connect: Connect, tmp_path: Path
) -> None:
    host = Host("503", "500", "429")
    transport = await connect(host)

    await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert len(host.requests) == 4


async def test_a_stalled_download_is_broken_off_and_goes_on(
    connect: Connect, tmp_path: Path
) -> None:
    host = Host("stall")
    transport = await connect(host)
    loop = asyncio.get_running_loop()
    started = loop.time()

    await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert 60.0 <= loop.time() - started < 70.0
    assert host.ranges == [None, "bytes=1000-"]


async def test_a_known_size_is_checked(connect: Connect, tmp_path: Path) -> None:
    transport = await connect(Host("no length"), retry=RetryPolicy(attempts=1))
    url = f"{transport.base_url}/v.mp4"

    with pytest.raises(errors.TransferError, match="instead of 7"):
        await download(transport, url, tmp_path / "v.mp4", expected=7)

    assert (await download(transport, url, tmp_path / "v.mp4", expected=len(DATA))).size == len(
        DATA
    )


async def stalled(connect: Connect, folder: Path) -> tuple[Transport, asyncio.Task[Downloaded]]:
    """A download in the middle of which nothing comes any more."""
    transport = await connect(Host("stall"))
    url = f"{transport.base_url}/v.mp4"
    task = asyncio.create_task(download(transport, url, folder / "v.mp4"))
    await asyncio.sleep(5.0)
    return transport, task


async def test_cancelling_a_download_leaves_nothing_behind(
    connect: Connect, tmp_path: Path
) -> None:
    _, task = await stalled(connect, tmp_path)
    assert [name.endswith(".part") for name in only(tmp_path)] == [True]

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert only(tmp_path) == []


async def test_a_download_whose_client_is_closed_leaves_nothing_behind(
    connect: Connect, tmp_path: Path
) -> None:
    transport, task = await stalled(connect, tmp_path)

    await transport.close()
    with pytest.raises(errors.UsageError, match="closed"):
        await task

    assert only(tmp_path) == []


async def test_a_download_that_is_cancelled_while_its_client_closes_is_cancelled(
    connect: Connect, tmp_path: Path
) -> None:
    transport, task = await stalled(connect, tmp_path)

    transport.sessions.shut()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert only(tmp_path) == []


async def test_a_cancelled_download_says_nothing_about_what_came(
    connect: Connect, tmp_path: Path
) -> None:
    began = asyncio.Event()

    async def half_a_page(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"<html>")
        began.set()
        await asyncio.sleep(50)
        return response

    transport = await connect(half_a_page)
    task = asyncio.create_task(download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v"))
    await began.wait()
    await asyncio.sleep(1.0)

    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_a_host_that_always_cuts_somewhere_else_is_given_up(
    connect: Connect, tmp_path: Path
) -> None:
    requests = 0

    async def cutting(request: web.Request) -> web.StreamResponse:
        nonlocal requests
        requests += 1
        response = web.StreamResponse(headers={"Content-Length": str(len(DATA))})
        await response.prepare(request)
        await response.write(DATA[: 200_000 if requests % 2 else 100_000])
        assert request.transport is not None
        request.transport.close()
        return response

    transport = await connect(cutting, retry=RetryPolicy(attempts=3))

    async with asyncio.timeout(600):
        with pytest.raises(errors.TransferError, match="broke off"):
            await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")
    assert requests == 4


async def test_a_host_that_gives_a_few_bytes_at_a_time_is_given_up(
    connect: Connect, tmp_path: Path
) -> None:
    requests = 0

    async def drip(request: web.Request) -> web.Response:
        nonlocal requests
        requests += 1
        start = int(request.headers.get("Range", "bytes=0-")[6:-1])
        body = DATA[start : start + 4]
        shown = f"bytes {start}-{start + 3}/{len(DATA)}"
        return web.Response(
            status=206, body=body, headers={"ETag": '"one"', "Content-Range": shown}
        )

    async def first(request: web.Request) -> web.StreamResponse:
        if "Range" in request.headers:
            return await drip(request)
        response = web.StreamResponse(headers={"ETag": '"one"', "Content-Length": str(len(DATA))})
        await response.prepare(request)
        await response.write(DATA[:100_000])
        assert request.transport is not None
        request.transport.close()
        return response

    transport = await connect(first)

    async with asyncio.timeout(3600):
        with pytest.raises(errors.TransferError, match="bytes came instead of"):
            await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")
    assert requests == transport.retry.attempts


async def test_a_host_that_gives_a_fair_part_at_a_time_is_asked_on(
    connect: Connect, tmp_path: Path
) -> None:
    host = Host(*["cut"] * 7)
    transport = await connect(host, retry=RetryPolicy(attempts=2))

    await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert (tmp_path / "v.mp4").read_bytes() == DATA


async def test_a_part_that_does_not_tell_the_whole_length_is_one(
    connect: Connect, tmp_path: Path
) -> None:
    host = Host("cut", "unknown total")
    transport = await connect(host)

    await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert (tmp_path / "v.mp4").read_bytes() == DATA
    assert len(host.requests) == 2


async def test_an_address_is_quoted_only_where_nobody_would_take_it(
    connect: Connect, tmp_path: Path
) -> None:
    asked: list[str] = []

    async def host(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.Response(body=DATA)

    transport = await connect(host)

    await download(transport, f"{transport.base_url}/é 1%2F.mp4?Sig=a%2Fb+c%20d", tmp_path / "v")

    assert asked == ["/%C3%A9%201%2F.mp4?Sig=a%2Fb+c%20d"]


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("", "is a folder"),
        ("no/v.mp4", "cannot be written: No such file"),
        ("a\0b.mp4", "must name a file"),
        ("/", "must name a file"),
    ],
)
async def test_a_path_that_cannot_be_written_is_refused_before_anything_is_fetched(
    connect: Connect, tmp_path: Path, where: str, words: str
) -> None:
    host = Host()
    transport = await connect(host)

    with pytest.raises(errors.InvalidInputError, match=words):
        await download(transport, f"{transport.base_url}/v.mp4", tmp_path / where)

    assert host.requests == []


async def test_a_full_disk_is_told_as_it_is(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_space(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    transport = await connect(Host())
    monkeypatch.setattr("os.fsync", no_space)

    with pytest.raises(errors.InvalidInputError, match="No space left"):
        await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    assert only(tmp_path) == []


@pytest.mark.parametrize(
    "url",
    ["http://files.example/v.mp4", "file:///etc/passwd", "v.mp4", "", "https://files..example/v"],
)
async def test_files_come_over_https_only(connect: Connect, tmp_path: Path, url: str) -> None:
    transport = await connect(Host())

    with pytest.raises(errors.InvalidInputError, match="url must be"):
        await download(transport, url, tmp_path / "v.mp4")


async def test_a_redirect_is_refused(connect: Connect, tmp_path: Path) -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        raise web.HTTPFound("https://elsewhere.example/v.mp4")

    transport = await connect(elsewhere)

    with pytest.raises(errors.ProtocolError, match="redirect"):
        await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")


async def test_progress_is_told(connect: Connect, tmp_path: Path) -> None:
    events: list[Any] = []
    transport = await connect(Host(), observer=events.append)

    await download(transport, f"{transport.base_url}/v.mp4", tmp_path / "v.mp4")

    moved = [event for event in events if isinstance(event, TransferProgress)]
    assert moved[-1] == TransferProgress(
        operation="download", name="v.mp4", done=len(DATA), total=len(DATA)
    )
    assert [event.done for event in moved] == sorted(event.done for event in moved)


async def test_attempts_are_told_without_the_signed_address(
    connect: Connect, tmp_path: Path
) -> None:
    events: list[Any] = []
    transport = await connect(Host("cut"), observer=events.append)

    await download(transport, f"{transport.base_url}/v.mp4?signature=s", tmp_path / "v.mp4")

    told = [event for event in events if isinstance(event, RequestFinished)]
    assert [(event.status, event.error, event.attempt) for event in told] == [
        (200, "TransferError", 1),
        (206, None, 1),
    ]
    assert {event.url for event in told} == {transport.base_url}
    assert [event.cause for event in events if isinstance(event, Retrying)] == ["TransferError"]


async def test_two_downloads_to_one_place_do_not_mix(connect: Connect, tmp_path: Path) -> None:
    transport = await connect(Host("cut", "cut"))
    url = f"{transport.base_url}/v.mp4"

    await asyncio.gather(
        download(transport, url, tmp_path / "v.mp4"), download(transport, url, tmp_path / "v.mp4")
    )

    assert (tmp_path / "v.mp4").read_bytes() == DATA
    assert only(tmp_path) == ["v.mp4"]
