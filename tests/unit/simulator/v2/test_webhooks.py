"""Endpoints of v1, and what they are told: over real sockets, on virtual time."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import attrs
import pytest
from aiohttp import web

from heygen_async.simulator import Simulator, Timing
from heygen_async.simulator.v2.webhooks import EVENTS
from heygen_async.simulator.world.event_types import EVENT_TYPES

ADD, UPDATE = "add-a-webhook-endpoint", "update-a-webhook-endpoint"
URL = "https://ops.example.org/heygen"


def test_no_wish_is_all_events_and_the_secret_is_told_again(box: Any) -> None:
    added = [box.call(ADD, {"url": URL} | it) for it in ({}, {"events": None}, {"events": []})]

    listed = box.call("list-webhook-endpoints")

    assert [it["events"] for it in added] == [list(EVENTS)] * 3
    assert listed == added
    assert added[0]["secret"].startswith("whsec_")


def test_the_events_are_those_of_the_contract(box: Any) -> None:
    names = box.call("list-available-webhook-events")

    assert len(names) == len(set(names)) == 23
    assert set(names) < set(EVENT_TYPES)


def test_an_endpoint_is_changed_seen_by_v3_and_deleted(box: Any) -> None:
    endpoint_id = box.call(ADD, {"url": URL})["endpoint_id"]

    change = {"endpoint_id": endpoint_id, "url": f"{URL}/2", "events": ["avatar_video.fail"]}
    changed = box.call(UPDATE, change)

    [seen] = box.call("listWebhookEndpoints", query={})
    box.answer("delete-a-webhook-endpoint", query={"endpoint_id": endpoint_id})
    assert (changed["url"], changed["events"]) == (f"{URL}/2", ["avatar_video.fail"])
    assert (seen["endpoint_id"], seen["url"]) == (endpoint_id, f"{URL}/2")
    assert box.refused(UPDATE, change).code == "webhook_not_found"


def test_an_address_that_nobody_can_send_to_is_refused_by_number(box: Any) -> None:
    refusal = box.refused(ADD, {"url": "http://intranet"})

    assert (refusal.status, refusal.number) == (400, 400542)


@attrs.define
class Street:
    """A simulator, and an application that registered with it by v1."""

    simulator: Simulator
    session: aiohttp.ClientSession
    url: str
    got: list[tuple[dict[str, str], bytes]]

    async def ask(self, path: str, body: Any) -> Any:
        headers = {"x-api-key": "a-key"}
        url = self.simulator.url + path
        async with self.session.post(url, json=body, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return (await answer.json())["data"]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
async def street() -> AsyncIterator[Street]:
    got: list[tuple[dict[str, str], bytes]] = []

    async def receive(request: web.Request) -> web.Response:
        got.append((dict(request.headers), await request.read()))
        return web.Response(status=204)

    app = web.Application()
    app.router.add_post("/hook", receive)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    async with Simulator(timing=Timing()) as simulator, aiohttp.ClientSession() as session:
        yield Street(simulator, session, url, got)
    await runner.cleanup()


async def test_a_delivery_bears_v1_s_signature_and_no_time(street: Street) -> None:
    added = await street.ask("/v1/webhook/endpoint.add", {"url": street.url})
    body = {
        "video_inputs": [
            {
                "character": {"type": "avatar", "avatar_id": "sim-look-mia"},
                "voice": {"type": "silence"},
            }
        ],
        "callback_id": "job-42",
    }
    made = await street.ask("/v2/video/generate", body)

    await asyncio.sleep(3_600.0)

    headers, raw = street.got[0]
    expected = hmac.new(added["secret"].encode(), raw, hashlib.sha256).hexdigest()
    assert headers["Signature"] == expected
    assert not any(name.startswith("Heygen-") for name in headers)
    event = street.events[0]
    assert event["event_type"] == "avatar_video.success"
    assert event["event_data"]["video_id"] == made["video_id"]
    assert event["event_data"]["callback_id"] == "job-42"


async def test_generations_are_told_of_by_their_id(street: Street) -> None:
    await street.ask("/v1/webhook/endpoint.add", {"url": street.url})
    person = {
        "name": "Nadia",
        "age": "Unspecified",
        "gender": "Unspecified",
        "ethnicity": "Unspecified",
        "orientation": "square",
        "pose": "half_body",
        "style": "Unspecified",
        "appearance": "",
        "callback_id": "job-43",
    }
    made = await street.ask("/v2/photo_avatar/photo/generate", person)

    await asyncio.sleep(3_600.0)

    [event] = street.events
    assert event["event_type"] == "photo_avatar_generation.success"
    assert event["event_data"] == made | {"callback_id": "job-43"}


async def test_an_endpoint_of_v1_hears_nothing_of_what_only_v3_knows(street: Street) -> None:
    await street.ask("/v1/webhook/endpoint.add", {"url": street.url})
    video = {"type": "avatar", "avatar_id": "sim-look-mia", "script": "Hello."}
    headers = {"x-api-key": "a-key"}
    url = f"{street.simulator.url}/v3/videos/batches"
    async with street.session.post(url, json={"videos": [video]}, headers=headers) as answer:
        assert answer.status == 202

    await asyncio.sleep(3_600.0)

    assert [it["event_type"] for it in street.events] == ["avatar_video.success"]
