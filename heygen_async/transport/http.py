"""The transport: one call in, one answer or one honest error out.

A call is prepared once (address, body, key) and then attempted, each attempt passing the throttle
first. What an answer means is `messages`' business, whether to go on is `retry`'s, when is
`throttle`'s; here they are put in line, and aiohttp's errors become ours.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Literal

import aiohttp
from multidict import CIMultiDict, istr

from heygen_async.errors import (
    ConcurrencyLimitError,
    DeadlineError,
    HeyGenError,
    InvalidInputError,
    PlanLimitError,
    QuotaExceededError,
    RateLimitError,
    UsageError,
)
from heygen_async.transport.credentials import Bearer, Credentials, checked_base_url
from heygen_async.transport.departure import Departure, called
from heygen_async.transport.deprecation import deprecation
from heygen_async.transport.endpoint import Endpoint, Replay
from heygen_async.transport.messages import Answer, Reply, read_reply
from heygen_async.transport.observer import (
    Observer,
    RequestFinished,
    Retrying,
    Throttled,
    log,
    tell,
)
from heygen_async.transport.redact import BLANK, rewritten
from heygen_async.transport.request import (
    BASE_URL,
    Addresses,
    Request,
    json_bytes,
    own_headers,
    request_key,
)
from heygen_async.transport.retry import Again, RetryPolicy, Tries, in_the_end, keep_trying
from heygen_async.transport.sessions import Sessions
from heygen_async.transport.throttle import LONG_PAUSE, Throttle
from heygen_async.transport.wire import PROXY_LOGIN, bounded_body, proxy_refusal, translated

__all__ = ["BASE_URL", "MAX_ANSWER_BYTES", "Transport"]

MAX_ANSWER_BYTES = 64 * 2**20

_IDEMPOTENCY_KEY = istr("Idempotency-Key")
_BIG_BODY = 2**20
_LIKELY_KEY = 8  # Characters; a shorter one is of a test, and may be part of any word.
_DEBUG = 10
_KINDS: dict[type[HeyGenError], str] = {
    RateLimitError: "rate",
    ConcurrencyLimitError: "concurrency",
    QuotaExceededError: "quota",
    PlanLimitError: "plan",
}


class Transport:
    """Calls one API with one set of credentials, from one event loop.

    Args:
        credentials: sent with each request to ``base_url``, and nowhere else.
        base_url: the API's address; https, or this machine.
        session: used for API calls and left open; None opens one on first use.
        transfer_session: used for files and left open; it carries no credentials. None opens one.
        retry: how often and how long.
        max_in_flight: the limit on API requests under way at the same time.
        observer: is told what happens.
        allow_insecure: let ``base_url`` be http to another machine.
        max_answer_bytes: longer answers are refused.
        now: wall-clock time in seconds since 1970.

    Raises:
        InvalidInputError: ``base_url`` is no such address, a session is none, or a number is out of
            range.
        UsageError: a session has credentials of its own where it must not.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        base_url: str = BASE_URL,
        session: aiohttp.ClientSession | None = None,
        transfer_session: aiohttp.ClientSession | None = None,
        retry: RetryPolicy | None = None,
        max_in_flight: int = 100,
        observer: Observer | None = None,
        allow_insecure: bool = False,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        now: Callable[[], float] = time.time,
    ) -> None:
        if type(max_in_flight) is not int or max_in_flight < 1:
            raise InvalidInputError.of(
                "max_in_flight", "must be a whole number of at least 1", max_in_flight
            )
        if type(max_answer_bytes) is not int or max_answer_bytes < 1:
            raise InvalidInputError.of(
                "max_answer_bytes", "must be a whole number of at least 1", max_answer_bytes
            )
        self.base_url = checked_base_url(base_url, allow_insecure=allow_insecure)
        self.allow_insecure = allow_insecure
        self.retry = retry or RetryPolicy()
        self.observer = observer
        self.sessions = Sessions(session, transfer_session, self.base_url)
        if isinstance(credentials, Bearer) and session is not None and session.auth is not None:
            raise _two_logins()
        self.throttle = Throttle(max_in_flight, _clock, now)
        self._max_answer_bytes = max_answer_bytes
        self.now = now
        # As aiohttp wants them, so that it does not build them anew for each request.
        self._headers = CIMultiDict((credentials.header(),))
        self._json_headers = CIMultiDict({**self._headers, "Content-Type": "application/json"})
        self._key = credentials.value
        self._addresses = Addresses(self.base_url)

    async def __aenter__(self) -> Transport:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the sessions opened here; calls under way fail."""
        await self.sessions.close()

    async def call(
        self,
        endpoint: Endpoint,
        *,
        ids: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Callable[[], aiohttp.FormData | aiohttp.Payload] | None = None,
        key: str | None = None,
        concurrency: Literal["wait", "raise"] = "wait",
        patience: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """The answer to a request, repeated as the endpoint's ``replay`` allows.

        Args:
            endpoint: what to call.
            ids: for the placeholders of its path.
            query: values may be text, numbers, bools, lists (sent with commas) and None (left out).
            json: the body, of what JSON knows.
            form: builds the body anew for each attempt, a form or a raw one.
            key: the idempotency key of a KEYED endpoint; None mints one for this call.
            concurrency: whether a full render pool is waited for, or raised at once.
            patience: seconds to wait at most for one 429; None for the policy's.
            headers: further ones; they cannot replace the credentials.

        Raises:
            HeyGenError: what the caller may do next, see `heygen_async.errors`.
        """
        call = Request()
        call.departure = None if endpoint.replay is Replay.SAFE else called()
        call.endpoint = endpoint
        call.url = self._addresses.of(endpoint, ids, query)
        call.form = form
        if json is None:
            call.body, call.headers = None, self._headers
        else:
            call.body, call.headers = json_bytes(json), self._json_headers
        call.key = key = request_key(endpoint, key)
        if key is not None and endpoint.replay is Replay.KEYED:
            call.headers = call.headers.copy()
            call.headers[_IDEMPOTENCY_KEY] = key
        if headers:
            call.headers = CIMultiDict({**own_headers(headers), **call.headers})
        call.patience = self.retry.patience if patience is None else patience
        call.raise_full = concurrency == "raise"
        call.tries = Tries(endpoint, self.retry)
        if self.retry.deadline is not None:
            return await self._before(self.retry.deadline, call)
        # Most calls need one attempt; the loop round it is only built for those that need more.
        try:
            return await self._attempt(call)
        except Again as again:
            call.again = again
        answer: Answer = await keep_trying(self._later, call)
        return answer

    async def _later(self, call: Request) -> Answer:
        """An attempt of the loop, whose first is the one that was made before it."""
        again, call.again = call.again, None
        if again is not None:
            raise again
        return await self._attempt(call)

    async def _before(self, deadline: float, call: Request) -> Answer:
        call.departure = call.departure or Departure()
        try:
            call.again = None
            async with asyncio.timeout(deadline):
                answer: Answer = await keep_trying(self._later, call)
                return answer
        except TimeoutError as error:
            if isinstance(error, HeyGenError):
                raise
            operation = call.endpoint.operation
            late = DeadlineError(
                f"{operation} failed: no answer within {deadline:g} s. Call again, or allow more",
                kind="request",
                operation=operation,
                waited=deadline,
            )
            raise self._final(late, call) from error

    async def _attempt(self, call: Request) -> Answer:
        endpoint, tries = call.endpoint, call.tries
        tries.number += 1
        gate = self.throttle.gates[endpoint.scope]
        epoch = self.throttle.enter_at_once(gate)
        if epoch is None:
            epoch = await self._entered(call)
        noted = self.observer is not None or log.isEnabledFor(_DEBUG)
        started = _clock() if noted else None
        status: int | None = None
        try:
            # Only now: it may have been closed while the gate was.
            reply = await self._send(self.sessions.api(), call)
            status = reply.status
            answer = read_reply(endpoint, reply, self.now(), call.key)
        except HeyGenError as error:
            self._blank_key(error)
            cause = type(error).__name__
            if started is not None:
                self._note(call, error.status or status, started, error.request_id, cause)
            follows = self._next(call, error, epoch)
            if follows is error:
                raise
            raise follows from error
        except asyncio.CancelledError:
            if call.departure is not None and call.departure.has_left(tries):
                tries.lost = True
            raise
        finally:
            self.throttle.leave()
        gate.succeeded(epoch)
        if started is not None:
            self._note(call, status, started, answer.request_id)
        if self.observer is not None:
            ending = deprecation(endpoint, answer.headers, answer.envelope)
            if ending is not None:
                tell(self.observer, ending)
        return answer

    async def _entered(self, call: Request) -> int:
        """Wait for the gate, as ``Throttle.enter`` does; or the error that ends the call."""
        endpoint = call.endpoint
        try:
            self.sessions.api()  # the throttle belongs to the same event loop
            return await self.throttle.enter(endpoint.scope, call.patience, endpoint.operation)
        except HeyGenError as error:
            final = self._final(error, call)
            if final is error:
                raise
            raise final from error

    async def _send(self, session: aiohttp.ClientSession, call: Request) -> Reply:
        endpoint = call.endpoint
        data: Any = call.body
        if call.form is not None:
            data = call.form()
        elif data is not None and len(data) > _BIG_BODY:
            data = io.BytesIO(data)  # written in pieces, so that other tasks have their turn
        if call.departure is not None:
            data = call.departure.body_of(call.tries, data)
        try:
            async with session.request(
                endpoint.method,
                call.url,
                data=data,
                headers=call.headers,
                timeout=self.sessions.api_timeouts[endpoint.timeout],
                allow_redirects=False,
                raise_for_status=False,
                proxy=self.sessions.api_proxy,
            ) as response:
                if response.status == PROXY_LOGIN:
                    raise proxy_refusal(endpoint.operation, self.sessions.api_proxy)
                body = await bounded_body(response, self._max_answer_bytes, endpoint.operation)
                return Reply(response.status, response.headers, body)
        except aiohttp.ClientHttpProxyError as error:
            # Not chained: its text holds the proxy's address with the password.
            raise translated(error, endpoint.operation) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise translated(error, endpoint.operation) from error
        except ValueError as error:
            # Of a session with trust_env that finds a login for the host in ~/.netrc.
            if "AUTHORIZATION header" not in str(error):
                raise
            raise _two_logins() from error

    def _next(self, call: Request, error: HeyGenError, epoch: int) -> Exception:
        """What to raise after a failed attempt: Again, or the error that ends the call."""
        endpoint, tries = call.endpoint, call.tries
        kind = _KINDS.get(type(error))
        if kind is not None:
            closed = 0.0
            if kind in {"rate", "concurrency"}:
                gate = self.throttle.gates[endpoint.scope]
                arrived = _clock()
                before = gate.closed_until - arrived
                closed = gate.refused(arrived, error.retry_after, epoch=epoch, pace=kind == "rate")
                if closed > LONG_PAUSE >= before:
                    log.warning(
                        "%s: the gate %r is closed for %.0f s%s",
                        endpoint.operation,
                        endpoint.scope.value,
                        closed,
                        self.throttle.told(closed),
                    )
                error.retry_after = closed if error.retry_after is None else error.retry_after
            if self.observer is not None:
                tell(
                    self.observer,
                    Throttled(
                        operation=endpoint.operation,
                        scope=endpoint.scope.value,
                        seconds=closed,
                        kind=kind,
                    ),
                )
        wait = tries.after(error, patience=call.patience)
        # Behind a lost answer it may be our own job that fills the pool: asking on tells.
        full = kind == "concurrency" and call.raise_full and not tries.lost
        if wait is None or full:
            return self._final(error, call)
        if not tries.lost and call.departure is not None:
            call.departure.turned_away(tries)
        cause = type(error).__name__
        log.debug(
            "%s: attempt %d: %s; again in %.2f s", endpoint.operation, tries.number, cause, wait
        )
        if self.observer is not None:
            event = Retrying(
                operation=endpoint.operation, attempt=tries.number, wait=wait, cause=cause
            )
            tell(self.observer, event)
        return Again(wait)

    def _final(self, error: HeyGenError, call: Request) -> HeyGenError:
        return in_the_end(error, call.endpoint, lost=call.tries.lost, key=call.key)

    def _blank_key(self, error: HeyGenError) -> None:
        """Take the key out of what the server said: some say which one they refuse."""
        if len(self._key) >= _LIKELY_KEY:

            def blank(text: str) -> str:
                return text.replace(self._key, BLANK)

            error.args = rewritten(error.args, blank)
            vars(error).update(rewritten(vars(error), blank))

    def _note(
        self,
        call: Request,
        status: int | None,
        started: float,
        request_id: str | None,
        error: str | None = None,
    ) -> None:
        seconds = _clock() - started
        endpoint, attempt = call.endpoint, call.tries.number
        log.debug(
            "%s: %s %s: %s in %.3f s (attempt %d, request %s)",
            endpoint.operation,
            endpoint.method,
            call.url.raw_path,
            status or "no answer",
            seconds,
            attempt,
            request_id,
        )
        if self.observer is not None:
            event = RequestFinished(
                operation=endpoint.operation,
                method=endpoint.method,
                route=endpoint.path,
                url=str(call.url.with_query(None)),
                status=status,
                error=error,
                seconds=seconds,
                attempt=attempt,
                request_id=request_id,
            )
            tell(self.observer, event)


def _two_logins() -> UsageError:
    return UsageError(
        "a bearer token and a login of the session's exclude each other, as both are the"
        " Authorization header: pass a session without auth, and without trust_env where"
        " ~/.netrc knows the host",
        field="session",
    )


def _clock() -> float:
    return asyncio.get_running_loop().time()
