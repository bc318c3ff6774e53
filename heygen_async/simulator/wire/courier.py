"""Sends webhooks: the only thing in the simulator that happens while nobody asks.

The world moves on when somebody looks at it. From the moment on that somebody wants to be told of
what happens, the courier is who looks: it sleeps until the next thing is due, in the world or in
the postbox, lets it happen, and posts what follows from it. It sleeps through asyncio, so on a loop
whose time jumps no webhook keeps anybody waiting.

A receiver has 10 seconds of its own time to answer with 2xx (behaviour notes §10, 2026-10); a
redirection is none. What is not accepted is tried again, as the postbox says.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import math
from collections.abc import Callable
from contextlib import suppress

import aiohttp

from heygen_async.simulator.world.callbacks import note
from heygen_async.simulator.world.postbox import V1, Delivery, Endpoint
from heygen_async.simulator.world.world import World

PATIENCE = 10.0
"""Seconds of the receiver's clock for an answer."""

# Seconds it sleeps at least, lest a rounding error in the time left makes it spin.
_SHORTEST = 0.001


class Courier:
    """One held task, from the first time somebody expects a webhook until `close`.

    Args:
        world: whose webhooks are sent.
        wall: unix time as receivers see it, for the header they tell stale deliveries by.
    """

    def __init__(self, world: World, wall: Callable[[], float]) -> None:
        self._world = world
        self._wall = wall
        self._task: asyncio.Task[None] | None = None
        self._closed = False
        self._changed = asyncio.Event()

    def open(self) -> None:
        """Listen to the world; to be called on the loop that everything runs on."""
        self._world.agenda.listener = self._world.postbox.listener = self._wake
        self._wake()

    async def close(self) -> None:
        """Send nothing any more; what was under way is given up.

        Raises:
            ExceptionGroup: if the courier had to give up itself, which is a fault of ours.
        """
        self._closed = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            if not self._task.cancelled():
                self._task.result()

    def _wake(self) -> None:
        if self._closed or not self._world.postbox.awaited:
            return
        if self._task is None:
            loop = asyncio.get_running_loop()
            self._task = loop.create_task(self._run(), name="heygen-simulator-courier")
        self._changed.set()

    async def _run(self) -> None:
        world, postbox = self._world, self._world.postbox
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),
            ) as session,
            asyncio.TaskGroup() as sending,
        ):
            while True:
                self._changed.clear()
                world.advance()
                for delivery in postbox.take(world.now()):
                    sending.create_task(self._deliver(session, delivery), name="webhook")
                await self._sleep(min(world.agenda.next_due(), postbox.next_due()))

    async def _sleep(self, moment: float) -> None:
        """Until `moment` of simulated time, or until something changed."""
        seconds = max(self._world.caller_seconds(moment), _SHORTEST)
        with suppress(TimeoutError):
            async with asyncio.timeout(None if math.isinf(seconds) else seconds):
                await self._changed.wait()

    async def _deliver(self, session: aiohttp.ClientSession, delivery: Delivery) -> None:
        world, url, to = self._world, delivery.url, delivery.to
        status = await self._post(session, delivery, url)
        accepted = status is not None and 200 <= status < 300
        world.postbox.settle(delivery, url, world.now(), accepted=accepted)
        note(world, delivery.event, to, url, attempt=delivery.attempts, status=status)

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        """Type, signature, and what v3 says besides: which event it is, and when it was sent."""
        event, secret, to = delivery.event, delivery.secret, delivery.to
        headers, name = {"Content-Type": "application/json"}, "Signature"
        if not (isinstance(to, Endpoint) and to.style == V1):
            name = "Heygen-Signature"
            headers["Heygen-Event-Id"] = event.id
            headers["Heygen-Timestamp"] = str(int(self._wall()))
        if secret is not None:
            headers[name] = hmac.new(secret.encode(), event.body, hashlib.sha256).hexdigest()
        return headers

    async def _post(
        self, session: aiohttp.ClientSession, delivery: Delivery, url: str
    ) -> int | None:
        """The status of the answer, None if there was none in time."""
        event, headers = delivery.event, self._headers(delivery)
        with suppress(aiohttp.ClientError, OSError):
            async with (
                asyncio.timeout(PATIENCE),
                session.post(
                    url, data=event.body, headers=headers, allow_redirects=False
                ) as answer,
            ):
                return answer.status
        return None
