"""What arrives from HeyGen, taken once each: verified, handed on, and answered in time.

Theory
------
HeyGen delivers an event at least once: it tries again, for up to 24 hours, until it is answered
with a 2xx within 10 seconds, and may send one twice even so. The receiver makes of it *handled
once, as far as this process can tell*:

- An event is remembered as done only after its handler has returned. If the handler fails, or is
  cancelled, nothing is remembered, the answer is no 2xx, and HeyGen's next try finds a clean slate:
  an error loses no event.
- A second delivery that comes while the first is being handled waits for its end. It is a duplicate
  if that went well, and takes over if it did not.
- A handler that needs more than HeyGen's 10 seconds is let finish. The next delivery is then a
  duplicate. Still, put long work into a queue of yours and return.
- The memory is bounded and of this process. What runs in several processes, or must not be done
  twice after a restart, has to remember event ids itself.

A waiter in this process is woken before the handler runs: it then looks at its job at once, and
believes what it sees, never what the event said.

Source: HeyGen v3 behaviour notes section 10, read 2026-11-20.
"""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import orjson

from heygen_async.errors import InvalidInputError
from heygen_async.webhooks.event import Event
from heygen_async.webhooks.parsing import parse, trusted
from heygen_async.webhooks.signature import TOLERANCE, Headers

if TYPE_CHECKING:
    # For a return type only: whoever receives through another framework need not load aiohttp.
    from aiohttp import web

__all__ = ["ANSWER_WITHIN", "Handler", "Nudged", "Receiver"]

Handler = Callable[[Event], Awaitable[object] | object]
"""What to do with an event; a plain function must not block, it runs in the event loop."""

ANSWER_WITHIN = 10.0
"""Seconds after which HeyGen takes a delivery for failed. Behaviour notes section 10."""

LARGEST_BODY = 1024 * 1024
"""Bytes of a body that are read; an event has a few hundred, a clipping with its clips more."""

_LOGGER = logging.getLogger("heygen_async")


class Nudged(Protocol):
    """Whoever is told that a job is worth a look now: a ``HeyGen``."""

    def nudge(self, kind: str, id: str) -> None:  # noqa: A002 - the server's own word for it
        """Look at a job now, if somebody waits for it; must not raise for a kind it ignores."""
        ...


class Receiver:
    """Takes events, for one event loop.

    With aiohttp, beside your own routes::

        receiver = Receiver(secret, on_event, heygen=heygen)
        app = web.Application()
        app.add_subapp("/heygen", receiver.app())       # takes /heygen and /heygen/

    With FastAPI or Starlette::

        @app.post("/heygen")
        async def heygen_event(request: Request) -> Response:
            try:
                event = receiver.parse(request.headers, await request.body())
            except SignatureError:
                return Response(status_code=401)
            except ProtocolError:
                return Response(status_code=400)
            await receiver.handle(event)                # an error here becomes a 500: sent again
            return Response(status_code=200)

    Args:
        secret: the endpoint's; several during a rotation; None only together with ``unsigned``.
        handler: is called with each event, once; a function or a coroutine function.
        heygen: the client whose waiters are woken; it stays open.
        unsigned: take deliveries that nothing proves; see ``parse``.
        dedupe: how many handled events are remembered, 0 for none.
        tolerance: seconds that the time of sending may differ from ``now``; None for any.
        require_timestamp: refuse what does not say when it was sent.
        now: unix seconds.

    Raises:
        UsageError: no usable secret, or both a secret and ``unsigned``.
        InvalidInputError: a negative ``dedupe``.
    """

    def __init__(
        self,
        secret: str | Sequence[str] | None,
        handler: Handler | None = None,
        *,
        heygen: Nudged | None = None,
        unsigned: bool = False,
        dedupe: int = 10_000,
        tolerance: float | None = TOLERANCE,
        require_timestamp: bool = False,
        now: Callable[[], float] = time.time,
    ) -> None:
        if dedupe < 0:
            raise InvalidInputError.of("dedupe", "must be 0 or more", dedupe)
        self._secrets = trusted(secret, unsigned=unsigned)
        self._unsigned = unsigned
        self._handler = handler
        self._heygen = heygen
        self._dedupe = dedupe
        self._tolerance = tolerance
        self._require_timestamp = require_timestamp
        self._now = now
        self._done: dict[bytes, None] = {}
        self._under_way: dict[bytes, asyncio.Event] = {}

    def trust(self, secret: str | Sequence[str]) -> None:
        """Accept these secrets from now on, and no others.

        HeyGen drops the old secret as soon as it makes a new one, but a delivery under way may
        still be signed with it: trust both, and the new one alone a day later. What is signed with
        the new one before it is trusted here is refused, and sent again by HeyGen.

        Raises:
            UsageError: none of them is usable, or the receiver takes unsigned deliveries.
        """
        self._secrets = trusted(secret, unsigned=self._unsigned)

    async def receive(self, headers: Headers, body: bytes | bytearray | memoryview) -> Event | None:
        """The event, after it was handled; None if it had been handled before.

        Raises:
            SignatureError: not proved to be HeyGen's; answer 401.
            ProtocolError: it is no event; answer 400.
            Exception: what the handler raised; do not answer 2xx, and the event comes again.
        """
        event = self.parse(headers, body)
        return event if await self.handle(event) else None

    def parse(self, headers: Headers, body: bytes | bytearray | memoryview) -> Event:
        """The event, verified and not handled yet; raises as ``receive`` does."""
        return parse(
            headers,
            body,
            self._secrets or None,
            unsigned=self._unsigned,
            now=self._now,
            tolerance=self._tolerance,
            require_timestamp=self._require_timestamp,
        )

    async def handle(self, event: Event) -> bool:
        """Wake who waits for its job and call the handler; False if that was done before.

        Raises:
            Exception: what the handler raised; the event then counts as not handled.
        """
        key = _key(event)
        while (first := self._under_way.get(key)) is not None:
            await first.wait()
        if key in self._done:
            return False
        ended = self._under_way[key] = asyncio.Event()
        try:
            await self._hand_on(event)
            self._remember(key)
        finally:
            del self._under_way[key]
            ended.set()
        return True

    def app(self, *, largest_body: int = LARGEST_BODY) -> web.Application:
        """A sub-application that takes deliveries at its root, with and without a slash.

        It answers 200 to what was handled, now or before; 401 to what is not HeyGen's, 400 to what
        is no event, 413 to what is too large, and 500 where the handler failed, with which HeyGen
        sends the event again. An ``OPTIONS``, by which HeyGen may check the address when it is
        registered, gets 204. An ``HTTPException`` of the handler becomes the answer.

        Args:
            largest_body: bytes.
        """
        from heygen_async.webhooks.app import application

        return application(self, largest_body=largest_body)

    def __repr__(self) -> str:
        proof = "unsigned" if self._unsigned else f"{len(self._secrets)} secrets"
        return f"Receiver({proof})"

    async def _hand_on(self, event: Event) -> None:
        if self._heygen is not None:
            for kind, id_ in event.jobs:
                self._heygen.nudge(kind, id_)
        if self._handler is None:
            return
        loop = asyncio.get_running_loop()
        began = loop.time()
        outcome = self._handler(event)
        if inspect.isawaitable(outcome):
            await outcome
        taken = loop.time() - began
        if taken > ANSWER_WITHIN:
            _LOGGER.warning(
                "The handler of %r took %.0f s; HeyGen waits %.0f and sends the event again.",
                event.event_type,
                taken,
                ANSWER_WITHIN,
            )

    def _remember(self, key: bytes) -> None:
        self._done[key] = None
        while len(self._done) > self._dedupe:
            del self._done[next(iter(self._done))]


def _key(event: Event) -> bytes:
    """What two deliveries of one event have in common: its id, or else all that it says.

    A digest, so that nobody decides how much memory an event takes.
    """
    named = event.event_id
    if named is None:
        said = b"body " + orjson.dumps(event.raw)
    else:
        said = b"id " + named.encode("utf-8", "backslashreplace")
    return hashlib.sha256(said).digest()
