"""Webhooks over real sockets, on virtual time: a day of retries takes a moment."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import attrs
import pytest
from aiohttp import web

from heygen_async.simulator import Fault, Simulator, Timing
from heygen_async.simulator.server import EPOCH

WALL = 1_795_000_000.0
EXACT = Timing(render_base=20.0, render_ratio=0.0, render_spread=0.0, training_spread=0.0)
VIDEO = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello.", "resolution": "720p"}


@attrs.define
class Receiver:
    """An application of somebody who registered for webhooks."""

    url: str = ""
    got: list[tuple[float, dict[str, str], bytes]] = attrs.field(factory=list)
    statuses: list[int] = attrs.field(factory=list)
    delay: float = 0.0

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.got.append((asyncio.get_running_loop().time(), dict(request.headers), body))
        await asyncio.sleep(self.delay)
        status = self.statuses.pop(0) if self.statuses else 204
        headers = {"Location": "/elsewhere"} if status == 302 else None
        return web.Response(status=status, headers=headers)

    @property
    def ids(self) -> list[str]:
        return [headers["Heygen-Event-Id"] for _, headers, _ in self.got]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, _, body in self.got]

    @property
    def pauses(self) -> list[float]:
        times = [time for time, _, _ in self.got]
        return [round(after - before) for before, after in itertools.pairwise(times)]


@attrs.define
class Town:
    """A simulator, a receiver, and somebody who talks to the first."""

    simulator: Simulator
    session: aiohttp.ClientSession
    receiver: Receiver

    async def ask(self, method: str, path: str, **options: Any) -> Any:
        url = self.simulator.url + path
        headers = {"x-api-key": "a-key"}
        async with self.session.request(method, url, headers=headers, **options) as answer:
            assert answer.status in {200, 202}, await answer.text()
            return (await answer.json())["data"]

    async def register(self, **options: Any) -> Any:
        body = {"url": self.receiver.url} | options
        return await self.ask("POST", "/v3/webhooks/endpoints", json=body)

    async def video(self, **options: Any) -> str:
        created = await self.ask("POST", "/v3/videos", json=VIDEO | options)
        video_id: str = created["video_id"]
        return video_id


Open = Callable[..., Awaitable[Town]]


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    simulators: list[Simulator] = []
    async with aiohttp.ClientSession() as session:

        async def make(**options: Any) -> Town:
            simulator = Simulator(**{"timing": EXACT, "wall": lambda: WALL} | options)
            simulators.append(simulator)
            await simulator.__aenter__()
            return Town(simulator, session, receiver)

        yield make
        for simulator in simulators:
            await simulator.__aexit__(None, None, None)
    await runner.cleanup()


@pytest.fixture
async def town(opened: Open) -> Town:
    return await opened()


async def test_an_endpoint_is_told_of_a_finished_video_though_nobody_looks(town: Town) -> None:
    await town.register()
    video_id = await town.video(callback_id="job-1", title="Promo")

    await asyncio.sleep(20.5)

    [event] = town.receiver.events
    assert event["event_type"] == "avatar_video.success"
    shown = event["event_data"]
    assert (shown["video_id"], shown["callback_id"]) == (video_id, "job-1")
    async with town.session.head(shown["url"]) as answer:
        assert answer.status == 200


async def test_a_delivery_is_signed_over_its_raw_body_and_stamped_with_wall_time(
    town: Town,
) -> None:
    secret = (await town.register())["secret"]
    await town.video()

    await asyncio.sleep(20.5)

    [(_, headers, body)] = town.receiver.got
    genuine = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    [row] = await town.ask("GET", "/v3/webhooks/events")
    assert secret.startswith("whsec_")
    assert headers["Heygen-Signature"] == genuine
    assert headers["Heygen-Timestamp"] == str(int(WALL))
    assert headers["Heygen-Event-Id"] == row["event_id"]
    assert headers["Content-Type"] == "application/json"


async def test_a_callback_is_told_besides_and_unsigned(town: Town) -> None:
    await town.register(events=["video_agent.success"])
    await town.video(callback_url=town.receiver.url)

    await asyncio.sleep(20.5)

    [(_, headers, _)] = town.receiver.got
    assert "Heygen-Signature" not in headers
    assert [it.signed for it in town.simulator.ledger.webhooks] == [False]


async def test_what_is_not_accepted_is_tried_again_ever_later(town: Town) -> None:
    await town.register()
    town.receiver.statuses += [500, 302, 404]
    await town.video()

    await asyncio.sleep(200.0)

    assert town.receiver.pauses == [10, 20, 40]
    assert len(set(town.receiver.ids)) == 1
    rows = [(it.attempt, it.status) for it in town.simulator.ledger.webhooks]
    assert rows == [(1, 500), (2, 302), (3, 404), (4, 204)]


async def test_nobody_is_told_of_what_is_older_than_a_day(town: Town) -> None:
    await town.register()
    town.receiver.statuses += [503] * 99
    await town.video()

    await asyncio.sleep(5 * 86_400.0)

    last, *_ = reversed(town.simulator.ledger.webhooks)
    assert last.at <= EPOCH + 20.0 + 86_400.0
    assert last.attempt == len(town.receiver.got) == 14
    assert len(await town.ask("GET", "/v3/webhooks/events")) == 1


async def test_a_receiver_that_takes_longer_than_ten_seconds_is_asked_again(town: Town) -> None:
    await town.register()
    town.receiver.delay = 11.0
    await town.video()

    await asyncio.sleep(35.0)
    town.receiver.delay = 9.0
    await asyncio.sleep(200.0)

    assert [it.status for it in town.simulator.ledger.webhooks] == [None, 204]


async def test_a_receiver_that_is_down_is_asked_again(town: Town) -> None:
    url, town.receiver.url = town.receiver.url, "http://127.0.0.1:9/hook"
    endpoint = await town.register()
    await town.video()
    await asyncio.sleep(21.0)

    path = f"/v3/webhooks/endpoints/{endpoint['endpoint_id']}"
    await town.ask("PATCH", path, json={"url": url})
    await asyncio.sleep(60.0)

    assert [it.status for it in town.simulator.ledger.webhooks] == [None, 204]
    assert len(town.receiver.got) == 1


async def test_the_old_secret_dies_when_a_new_one_is_made_even_for_retries(town: Town) -> None:
    endpoint = await town.register()
    town.receiver.statuses.append(500)
    await town.video()
    await asyncio.sleep(21.0)

    path = f"/v3/webhooks/endpoints/{endpoint['endpoint_id']}/rotate-secret"
    fresh = (await town.ask("POST", path))["secret"]
    await asyncio.sleep(60.0)

    signed = [headers["Heygen-Signature"] for _, headers, _ in town.receiver.got]
    body = town.receiver.got[0][2]
    assert signed == [
        hmac.new(it.encode(), body, hashlib.sha256).hexdigest()
        for it in (endpoint["secret"], fresh)
    ]


async def test_a_deleted_endpoint_is_told_nothing_more(town: Town) -> None:
    endpoint = await town.register()
    town.receiver.statuses.append(500)
    await town.video()
    await asyncio.sleep(21.0)

    await town.ask("DELETE", f"/v3/webhooks/endpoints/{endpoint['endpoint_id']}")
    await asyncio.sleep(3_600.0)

    assert len(town.receiver.got) == 1


async def test_an_endpoint_deleted_while_it_is_being_told_is_not_told_again(town: Town) -> None:
    endpoint = await town.register()
    town.receiver.statuses.append(500)
    town.receiver.delay = 5.0
    await town.video()
    await asyncio.sleep(22.0)

    await town.ask("DELETE", f"/v3/webhooks/endpoints/{endpoint['endpoint_id']}")
    await asyncio.sleep(3_600.0)

    assert len(town.receiver.got) == 1


async def test_a_public_address_is_accepted_and_hears_nothing(town: Town) -> None:
    town.receiver.url = "https://ops.example.org/heygen"
    await town.register()
    await town.video()

    await asyncio.sleep(20.5)

    await town.ask("GET", "/v3/videos")
    [row] = town.simulator.ledger.webhooks
    assert (row.url, row.attempt, row.status) == ("https://ops.example.org/heygen", 0, None)
    assert len(await town.ask("GET", "/v3/webhooks/events")) == 1


async def test_nothing_runs_in_the_background_before_somebody_wants_to_be_told(
    town: Town,
) -> None:
    names = {it.get_name() for it in asyncio.all_tasks()}
    await town.video()
    before = {it.get_name() for it in asyncio.all_tasks()} - names
    await town.register()

    after = {it.get_name() for it in asyncio.all_tasks()} - names

    assert "heygen-simulator-courier" not in before
    assert "heygen-simulator-courier" in after


async def test_a_simulator_that_closes_leaves_no_delivery_behind(opened: Open) -> None:
    town = await opened()
    await town.register()
    town.receiver.delay = 9.0
    await town.video()
    await asyncio.sleep(21.0)

    await town.simulator.__aexit__(None, None, None)

    assert not [
        it for it in asyncio.all_tasks() if it.get_name() in {"webhook", "heygen-simulator-courier"}
    ]
    assert town.simulator.ledger.webhooks == []


async def test_one_slow_receiver_keeps_no_other_waiting(town: Town) -> None:
    await town.register()
    await town.register(url=town.receiver.url + "?second")
    town.receiver.delay = 8.0
    await town.video()

    await asyncio.sleep(21.0)

    assert town.receiver.pauses == [0]


async def test_simulated_time_runs_for_webhooks_as_for_everything_else(opened: Open) -> None:
    town = await opened(speed=60.0)
    await town.register()
    town.receiver.statuses.append(500)
    await town.video()

    await asyncio.sleep(0.6)

    assert len(town.receiver.got) == 2


async def test_a_duplicate_webhook_bears_the_same_id(town: Town) -> None:
    town.simulator.add_fault(Fault("duplicate_webhook", times=1))
    await town.register()
    await town.video()

    await asyncio.sleep(60.0)

    assert len(town.receiver.got) == 2
    assert len(set(town.receiver.ids)) == 1
    assert town.receiver.got[0][2] == town.receiver.got[1][2]


async def test_a_lost_webhook_is_in_the_history_all_the_same(town: Town) -> None:
    town.simulator.add_fault(Fault("lost_webhook", operation="avatar_video.success", times=1))
    await town.register()
    lost, kept = await town.video(), await town.video()

    await asyncio.sleep(86_400.0)

    history = await town.ask("GET", "/v3/webhooks/events")
    assert [it["event_data"]["video_id"] for it in town.receiver.events] == [kept]
    assert [it["event_data"]["video_id"] for it in history] == [kept, lost]


async def test_a_late_webhook_comes_in_the_end(town: Town) -> None:
    town.simulator.add_fault(Fault("late_webhook", seconds=600.0))
    await town.register()
    await town.video()

    await asyncio.sleep(619.0)
    early = len(town.receiver.got)
    await asyncio.sleep(2.0)

    assert (early, len(town.receiver.got)) == (0, 1)


async def test_a_reordered_webhook_lets_its_successor_go_first(town: Town) -> None:
    town.simulator.add_fault(Fault("reordered_webhook", times=1))
    await town.register()
    first = await town.video()
    await asyncio.sleep(5.0)
    second = await town.video()

    await asyncio.sleep(20.5)

    assert [it["event_data"]["video_id"] for it in town.receiver.events] == [second, first]


async def test_a_reordered_webhook_without_successor_waits_a_minute(town: Town) -> None:
    town.simulator.add_fault(Fault("reordered_webhook"))
    await town.register()
    await town.video()

    await asyncio.sleep(79.0)
    early = len(town.receiver.got)
    await asyncio.sleep(2.0)

    assert (early, len(town.receiver.got)) == (0, 1)


async def test_a_clock_moved_by_hand_delivers_when_somebody_looks(opened: Open) -> None:
    time = [EPOCH]
    town = await opened(now=lambda: time[0])
    await town.register()
    await town.video()

    time[0] += 20.0
    await town.ask("GET", "/v3/videos")
    await asyncio.sleep(0.1)

    assert len(town.receiver.got) == 1


async def test_a_finished_batch_calls_back_once(town: Town) -> None:
    body = {"videos": [VIDEO, VIDEO | {"avatar_id": "no"}], "callback_url": town.receiver.url}
    batch = await town.ask("POST", "/v3/videos/batches", json=body)

    await asyncio.sleep(60.0)

    assert town.receiver.events == [
        {
            "event_type": "batch.finished",
            "event_data": {
                "batch_id": batch["batch_id"],
                "status": "completed",
                "total_items": 2,
                "counts_by_status": {"completed": 1, "failed": 1},
                "callback_id": None,
            },
        }
    ]
