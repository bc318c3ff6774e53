"""From an event of the simulator to the waiter that it wakes: signed, delivered, confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from heygen_async import (
    CreateVideoFromAvatar,
    CreateWebhookEndpointRequest,
    HeyGen,
    PollPolicy,
)
from heygen_async.simulator import Fault, Simulator
from heygen_async.webhooks import Event, Receiver

# Looks that would come only after hours: what wakes the waiter here is the webhook.
RARE = PollPolicy(price=3600.0, floor=3600.0, ceiling=7200.0)


@asynccontextmanager
async def listening(application: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()


async def test_a_webhook_wakes_the_waiter_and_a_look_confirms_it() -> None:
    heard: list[Event] = []
    async with (
        Simulator() as simulator,
        HeyGen("any", base_url=simulator.url, poll=RARE) as heygen,
    ):
        receiver = Receiver("whsec_not-known-yet", heard.append, heygen=heygen)
        application = web.Application()
        application.add_subapp("/hooks", receiver.app())
        async with listening(application) as address:
            endpoint = await heygen.webhooks.create(
                CreateWebhookEndpointRequest(url=f"{address}/hooks/")
            )
            assert endpoint.secret is not None
            receiver.trust(endpoint.secret)
            request = CreateVideoFromAvatar(
                avatar_id="sim-look-mia", script="Hello.", voice_id="sim-voice-anna"
            )
            created = await heygen.videos.create(request)
            began = asyncio.get_running_loop().time()

            video = await heygen.videos.wait(created.video_id)

            waited = asyncio.get_running_loop().time() - began
            assert video.video_url is not None
            assert waited < RARE.floor
            assert [event.event_type for event in heard] == ["avatar_video.success"]
            assert heard[0].job == ("video", created.video_id)
            assert simulator.ledger.requests["getVideo"] == 1


async def test_a_delivery_that_comes_twice_is_handled_once() -> None:
    heard: list[Event] = []
    async with Simulator() as simulator, HeyGen("any", base_url=simulator.url) as heygen:
        simulator.add_fault(Fault("duplicate_webhook"))
        receiver = Receiver("whsec_not-known-yet", heard.append)
        async with listening(receiver.app()) as address:
            endpoint = await heygen.webhooks.create(CreateWebhookEndpointRequest(url=f"{address}/"))
            assert endpoint.secret is not None
            receiver.trust(endpoint.secret)
            request = CreateVideoFromAvatar(
                avatar_id="sim-look-leo", script="Hello.", voice_id="sim-voice-ben"
            )
            created = await heygen.videos.create(request)
            await heygen.videos.wait(created.video_id)
            await asyncio.sleep(60)

            assert len(heard) == 1
            assert sum(row.attempt > 0 for row in simulator.ledger.webhooks) == 2
