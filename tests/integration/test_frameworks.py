"""The README's applications, in the frameworks they are written for."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import pytest
from aiohttp import web

from heygen_async import CreateWebhookEndpointRequest, HeyGen, Orchestrator, PollPolicy
from heygen_async.simulator import Simulator
from heygen_async.webhooks import sign

README = (Path(__file__).parents[2] / "README.md").read_text()
SECRET = "whsec_of_the_readme"
# Where twenty simulated seconds pass in one, looks have to come as much sooner.
SOON = PollPolicy().faster(20)


def example(heading: str) -> str:
    """The first Python block under a heading of the README."""
    found = re.search(rf"^### {heading}\n.*?^```python\n(.*?)^```$", README, re.M | re.S)
    assert found is not None
    return found.group(1)


def loaded(heading: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(example(heading), heading, "exec"), names)
    return names


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEYGEN_API_KEY", "any")
    monkeypatch.setenv("HEYGEN_WEBHOOK_SECRET", SECRET)
    return monkeypatch


@pytest.fixture
async def simulator(environment: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    async with Simulator() as simulator:
        environment.setenv("HEYGEN_BASE_URL", simulator.url)
        yield simulator


@asynccontextmanager
async def listening(application: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(application, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def until_rendering(simulator: Simulator, *, videos: int = 1) -> None:
    async with asyncio.timeout(60):
        while len(simulator.ledger.charges) < videos:
            await asyncio.sleep(0.05)


# --- aiohttp -------------------------------------------------------------------------------------


@asynccontextmanager
async def aiohttp_application() -> AsyncIterator[Callable[[str], Awaitable[tuple[int, str]]]]:
    application = loaded("In an aiohttp application")["application"]()
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=None)) as session,
        listening(application) as address,
    ):

        async def put(path: str) -> tuple[int, str]:
            async with session.put(address + path) as answer:
                return answer.status, await answer.text()

        yield put


async def test_aiohttp_greets_twice_with_one_video(simulator: Simulator) -> None:
    async with aiohttp_application() as put:
        first = await put("/greetings/Ada")
        second = await put("/greetings/Ada")

    assert first == second
    assert first[0] == 200
    assert simulator.ledger.charges[0].resource_id in first[1]
    assert simulator.charges() == 1


async def test_aiohttp_tells_of_a_render_that_failed(simulator: Simulator) -> None:
    simulator.fail_next("createVideo", message="The GPU is on fire")

    async with aiohttp_application() as put:
        status, text = await put("/greetings/Ada")

    assert status == 502
    assert "The GPU is on fire" in text


async def test_aiohttp_goes_on_after_a_restart_where_it_stopped(simulator: Simulator) -> None:
    async with aiohttp_application() as put:
        interrupted = asyncio.create_task(put("/greetings/Ada"))
        await until_rendering(simulator)
    with pytest.raises(aiohttp.ClientError):
        await interrupted

    async with aiohttp_application() as put:
        status, text = await put("/greetings/Ada")

    assert status == 200
    assert simulator.ledger.charges[0].resource_id in text
    assert simulator.charges() == 1


@pytest.mark.real_time
async def test_ctrl_c_leaves_a_journal_that_is_resumed(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    shown = example("In an aiohttp application")
    source = shown.replace("port=8000,", f"host='127.0.0.1', port={port},")
    assert source != shown
    (tmp_path / "app.py").write_text(source)

    async with Simulator(speed=20) as simulator, aiohttp.ClientSession() as session:
        environment.setenv("HEYGEN_BASE_URL", simulator.url)
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-u", "app.py", stdout=asyncio.subprocess.PIPE
        )
        assert server.stdout is not None
        assert str(port) in (await server.stdout.readline()).decode()
        interrupted = asyncio.create_task(session.put(f"http://127.0.0.1:{port}/greetings/Ada"))
        await until_rendering(simulator)
        async with asyncio.timeout(60):
            server.send_signal(signal.SIGINT)
            await server.communicate()
        with pytest.raises(aiohttp.ClientError):
            await interrupted

        async with (
            HeyGen(poll=SOON) as heygen,
            Orchestrator(heygen, journal="app.db") as orchestrator,
        ):
            async with asyncio.timeout(60), orchestrator.resume() as outcomes:
                ended = [(outcome.job.id, outcome.done) async for outcome in outcomes]

        assert ended == [("greeting-Ada", True)]
        assert simulator.charges() == 1


def test_the_applications_leave_the_simulator_its_port() -> None:
    ports = {int(port) for port in re.findall(r"(?:--port |port=|127\.0\.0\.1:)(\d+)", README)}
    (simulator,) = re.findall(r"^\$ heygen-async simulate --port (\d+)", README, re.M)[:1]

    assert ports == {int(simulator), 8000}


# --- FastAPI -------------------------------------------------------------------------------------


@asynccontextmanager
async def fastapi_application() -> AsyncIterator[httpx.AsyncClient]:
    app = loaded("In FastAPI")["app"]
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app):
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            yield client


async def done(client: httpx.AsyncClient, name: str) -> dict[str, Any]:
    async with asyncio.timeout(3600):
        while True:
            state: dict[str, Any] = (await client.get(f"/videos/{name}")).json()
            if state.get("stage") in {"done", "failed"}:
                return state
            await asyncio.sleep(1)


async def test_fastapi_starts_a_video_and_tells_how_far_it_is(simulator: Simulator) -> None:
    async with fastapi_application() as client:
        unknown = await client.get("/videos/ada")
        started = await client.put("/videos/ada", params={"text": "Hello, Ada."})
        await client.put("/videos/ada", params={"text": "Hello, Ada."})
        await until_rendering(simulator)
        await asyncio.sleep(1)
        meanwhile = (await client.get("/videos/ada")).json()
        end = await done(client, "ada")

    assert (unknown.status_code, started.status_code) == (404, 202)
    assert meanwhile == {"stage": "rendering", "id": simulator.ledger.charges[0].resource_id}
    assert end == {"stage": "done", "id": meanwhile["id"]}
    assert simulator.charges() == 1


async def test_fastapi_refuses_what_is_no_job(simulator: Simulator) -> None:
    async with fastapi_application() as client:
        answer = await client.put("/videos/ada", params={"text": ""})

    assert answer.status_code == 422
    assert "text" in answer.json()["detail"]


async def test_fastapi_goes_on_by_itself_after_a_restart(simulator: Simulator) -> None:
    async with fastapi_application() as client:
        await client.put("/videos/ada", params={"text": "Hello, Ada."})
        await done(client, "ada")
        await client.put("/videos/grace", params={"text": "Hello, Grace."})
        await until_rendering(simulator, videos=2)

    async with fastapi_application() as client:
        later = await done(client, "grace")
        earlier = await client.get("/videos/ada")

    assert later["stage"] == earlier.json()["stage"] == "done"
    assert [charge.resource_id for charge in simulator.ledger.charges] == [
        earlier.json()["id"],
        later["id"],
    ]


async def test_fastapi_believes_no_stranger(simulator: Simulator) -> None:
    body = b'{"event_type": "avatar_video.success", "event_data": {"video_id": "v1"}}'

    async with fastapi_application() as client:
        stranger = await client.post("/heygen", content=body)
        friend = await client.post(
            "/heygen", content=body, headers={"Heygen-Signature": sign(body, SECRET)}
        )

    assert (stranger.status_code, friend.status_code) == (401, 200)


async def test_a_webhook_wakes_the_run_in_fastapi(simulator: Simulator) -> None:
    stages: list[str] = []
    async with fastapi_application() as client:

        async def stage() -> None:
            stages.append((await client.get("/videos/ada")).json()["stage"])

        async def deliver(request: web.Request) -> web.Response:
            # From a socket into an application that listens to none: the bytes as they came.
            await stage()
            body = await request.read()
            headers = {"Heygen-Signature": sign(body, SECRET)}
            answer = await client.post("/heygen", content=body, headers=headers)
            await asyncio.sleep(0.1)
            await stage()
            return web.Response(status=answer.status_code)

        async with listening(relay(deliver)) as address, HeyGen() as heygen:
            await heygen.webhooks.create(CreateWebhookEndpointRequest(url=f"{address}/"))
            await client.put("/videos/ada", params={"text": "Hello, Ada."})
            await done(client, "ada")

    assert stages == ["rendering", "done"]


def relay(deliver: Callable[[web.Request], Awaitable[web.Response]]) -> web.Application:
    application = web.Application()
    application.router.add_post("/", deliver)
    return application
