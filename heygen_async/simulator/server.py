"""The simulator as a server: an address to talk to, and a world behind it."""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson
from aiohttp import web

from heygen_async.simulator.agentai.envelopes import PREFIX
from heygen_async.simulator.control import Control
from heygen_async.simulator.dialects import DIALECTS
from heygen_async.simulator.routes import PIPELINES, resources
from heygen_async.simulator.shorthand import Shorthand
from heygen_async.simulator.v3.consent import CONSENT
from heygen_async.simulator.wire.courier import Courier
from heygen_async.simulator.wire.downloads import Downloads
from heygen_async.simulator.wire.lines import Lines
from heygen_async.simulator.wire.pipeline import Pipeline
from heygen_async.simulator.wire.receiving import Receiving
from heygen_async.simulator.wire.refusals import envelope
from heygen_async.simulator.world.faults import Fault
from heygen_async.simulator.world.ledger import Ledger
from heygen_async.simulator.world.links import FILES, UPLOADS
from heygen_async.simulator.world.presets import furnish
from heygen_async.simulator.world.timing import Timing
from heygen_async.simulator.world.world import World

EPOCH = 1_783_958_400.0
"""Simulated time at the start, in seconds since 1970: 2026-07-13 16:00 UTC."""

# A JSON body may hold a file of 32 MB as base64, and some words around it.
_LARGEST_BODY = 48 * 1024 * 1024

# Connections that may wait to be accepted. With the usual 128 the 129th of a burst of callers
# would find its connection request dropped, and repeat it a second later.
_BACKLOG = 4096

# Seconds for requests under way to end when the simulator closes.
_GOODBYE = 1.0


class Simulator(Shorthand):
    """HeyGen in a box: `async with Simulator() as simulator:` serves it at `simulator.url`.

    Every API key is an account of its own, opened on first sight with `credits`. The event loop is
    the clock; on a loop whose time jumps, so does the simulated world.

    Args:
        speed: how many simulated seconds pass in one second of the event loop.
        seed: decides ids, durations and faults.
        port: to listen on; 0 takes a free one.
        host: to listen on.
        render_slots: videos an account may render at once.
        credits: US dollars in the wallet of a new account.
        timing: how long things take; None for durations like HeyGen's quicker ones.
        requests_per_second: for each account and scope, in the caller's seconds; None for no limit.
        keys: the API keys that exist; None for any.
        now: the simulated time in seconds since 1970; None for the event loop's, from `EPOCH` on.
        wall: unix time as receivers of webhooks see it; deliveries are stamped with it.
        webhook_hosts: hosts beside this machine's own that webhooks are sent to. All others are
            accepted, but hear nothing: a simulation is to disturb nobody.

    Attributes:
        url: address of the server without a slash at the end; empty before it opens.

    Raises:
        ValueError: for a speed that is not positive, or no render slot.
        OSError: when opening, if the port is taken.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        seed: int = 0,
        port: int = 0,
        host: str = "127.0.0.1",
        render_slots: int = 10,
        credits: float = 1000.0,  # noqa: A002 - the word the API bills in
        timing: Timing | None = None,
        requests_per_second: float | None = None,
        keys: Collection[str] | None = None,
        now: Callable[[], float] | None = None,
        wall: Callable[[], float] = time.time,
        webhook_hosts: Collection[str] = (),
    ) -> None:
        if not speed > 0:
            raise ValueError(f"speed must be positive, not {speed!r}")
        if render_slots < 1:
            raise ValueError(f"render_slots must be at least 1, not {render_slots!r}")
        self.url = ""
        self._speed = speed
        self._address = (host, port)
        self._now = now
        self._started: float | None = None
        self._ended: float | None = None
        self._stack = AsyncExitStack()
        self._door: _Door | None = None
        self._world = World(
            now=self._time,
            speed=speed,
            seed=seed,
            render_slots=render_slots,
            credits=credits,
            timing=timing,
            requests_per_second=requests_per_second,
            keys=keys,
            webhook_hosts=webhook_hosts,
        )
        self._courier = Courier(self._world, wall)
        furnish(self._world)

    @property
    def agentai_url(self) -> str:
        """Where agent.ai's actions are served; a token is the HeyGen account of the same key."""
        return self.url and self.url + PREFIX

    @property
    def world(self) -> World:
        """The world as it is now."""
        self._world.advance()
        return self._world

    @property
    def ledger(self) -> Ledger:
        """Everything billed and noticed until now."""
        return self.world.ledger

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults that may still strike."""
        return self._world.faults.active

    def add_fault(self, fault: Fault) -> None:
        """Let `fault` strike from now on."""
        self._world.faults.add(fault)

    def clear_faults(self) -> None:
        """Let no fault strike any more."""
        self._world.faults.clear()

    @asynccontextmanager
    async def unreachable(self) -> AsyncIterator[None]:
        """Refuse every connection inside the block, as a host does on which nobody listens.

        The connections there are end, and so do the requests under way over them. This is the one
        misfortune of which a caller knows that nothing arrived, so it is no `Fault`: those strike
        a request, and that has arrived by then.

        Raises:
            RuntimeError: the simulator is not open.
            OSError: at the end, if somebody else has taken the port meanwhile.
        """
        if self._door is None or self._ended is not None:
            raise RuntimeError("this Simulator is not open")
        self._door.close()
        self._door.hang_up()
        try:
            yield
        finally:
            await self._door.open(self._address)

    async def __aenter__(self) -> Self:
        """Open the server."""
        if self._started is not None:
            raise RuntimeError("a Simulator opens once; make a new one")
        self._started = asyncio.get_running_loop().time()
        async with AsyncExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="heygen-simulator-"))
            executor = ThreadPoolExecutor(1, "heygen-simulator")
            stack.callback(executor.shutdown, cancel_futures=True)
            closing = threading.Event()
            lines = Lines()
            runner = web.AppRunner(
                self._app(executor, Path(folder), closing, lines),
                access_log=None,
                shutdown_timeout=_GOODBYE,
            )
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            assert runner.server is not None
            self._door = _Door(runner.server, lines)
            stack.callback(self._door.close)
            name, port = self._address = await self._door.open(self._address)
            shown = f"[{name}]" if ":" in name else name
            self.url = self._world.links.base_url = f"http://{shown}:{port}"
            stack.push_async_callback(self._courier.close)
            self._courier.open()
            stack.callback(closing.set)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the server; time stands still, the ledger stays readable."""
        try:
            await self._stack.aclose()
        finally:
            self._ended = self._time()

    def _time(self) -> float:
        if self._ended is not None:
            return self._ended
        if self._now is not None:
            return self._now()
        if self._started is None:
            return EPOCH
        passed = asyncio.get_running_loop().time() - self._started
        return EPOCH + passed * self._speed

    def _app(
        self,
        executor: ThreadPoolExecutor,
        folder: Path,
        closing: threading.Event,
        lines: Lines,
    ) -> web.Application:
        world = self._world
        app = web.Application(middlewares=[_enveloped], client_max_size=_LARGEST_BODY)
        app.on_response_prepare.append(lines.answering)
        app[PIPELINES] = {dialect.name: Pipeline(world, dialect, lines) for dialect in DIALECTS}
        for resource in resources():
            app.router.register_resource(resource)
        downloads = Downloads(world, executor, closing.is_set)
        receiving = Receiving(world, executor, folder)
        control = Control(world)
        app.router.add_get(f"{FILES}{{path:.+}}", downloads.serve)
        app.router.add_put(f"{UPLOADS}{{asset_id}}", receiving.serve)
        app.router.add_get(f"{CONSENT}{{group_id}}", control.consent)
        app.router.add_get("/_simulator/ledger", control.ledger)
        app.router.add_get("/_simulator/state", control.state)
        app.router.add_get("/_simulator/faults", control.faults)
        app.router.add_post("/_simulator/faults", control.add_faults)
        app.router.add_delete("/_simulator/faults", control.clear_faults)
        return app


class _Door:
    """Where connections come in, for as long as it is open."""

    def __init__(self, server: web.Server, lines: Lines) -> None:
        self._server = server
        self._lines = lines
        self._listening: asyncio.Server | None = None

    async def open(self, address: tuple[str, int]) -> tuple[str, int]:
        """Listen; answers the address with the port that was free, if any was wanted."""
        accept = partial(self._lines.accept, self._server)
        loop = asyncio.get_running_loop()
        self._listening = await loop.create_server(accept, *address, backlog=_BACKLOG)
        name, port = self._listening.sockets[0].getsockname()[:2]
        return name, port

    def close(self) -> None:
        """Listen no longer; the connections there are stay."""
        if self._listening is not None:
            self._listening.close()

    def hang_up(self) -> None:
        """End the connections there are."""
        for connection in self._server.connections:
            connection.force_close()


_Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def _enveloped(request: web.Request, handler: _Serve) -> web.StreamResponse:
    """Word the router's own errors the way the API does; the old one has a page for it."""
    try:
        return await handler(request)
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        if request.path.startswith(("/v1/", "/v2/")):
            page = "<html><head><title>404 Not Found</title></head><body>Not Found</body></html>"
            return web.Response(status=404, text=page, content_type="text/html")
        code = "not_found" if error.status == 404 else "method_not_allowed"
        body = envelope(code, f"There is no {request.method} {request.path}")
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return web.Response(
            status=error.status,
            body=orjson.dumps(body),
            content_type="application/json",
            headers=headers,
        )
