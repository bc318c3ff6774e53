"""What happens to each API request, in order.

    1. the faults that strike before anything is done
    2. who is asking
    3. the request rate
    4. the contract: parameters and body
    5. the Idempotency-Key: replayed, still running, or new
    6. the rule itself, uninterrupted: no await stands between reading the world and changing it
    7. the faults that strike after the work is done
    8. the answer

Before all of that the ledger counts the request, and notes if it came before its time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import attrs
import orjson
from aiohttp import web

from heygen_async.simulator.contract import Operation
from heygen_async.simulator.wire.call import Call, Handler, Upload
from heygen_async.simulator.wire.dialect import Dialect
from heygen_async.simulator.wire.lines import Lines
from heygen_async.simulator.wire.messages import Answer, cut, json_body, multipart, raw
from heygen_async.simulator.wire.refusals import RefusedError, invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.faults import Fault
from heygen_async.simulator.world.limits import Asked, scope_of
from heygen_async.simulator.world.world import World

_log = logging.getLogger("heygen_async.simulator")


@attrs.define
class _Asking:
    """Who asks, as far as it could be told, and through which gate."""

    account: Account | None
    refusal: RefusedError | None
    scope: tuple[str, str]


class Pipeline:
    """Answers the API requests of one dialect out of a world.

    Args:
        world: where what is asked for is or happens.
        dialect: how it is asked for.
        lines: the connections over which it is asked.
    """

    def __init__(self, world: World, dialect: Dialect, lines: Lines) -> None:
        self._world = world
        self._dialect = dialect
        self._lines = lines

    async def serve(self, request: web.Request, operation: Operation) -> web.StreamResponse:
        """Answer one request."""
        world = self._world
        world.advance()
        fault = world.faults.draw("before", operation.id)
        if fault is not None and fault.name == "connection_refused":
            return cut(request)
        world.ledger.requests[operation.id] += 1
        asking = self._asking(request, operation)
        self._note_early(request, operation, asking)
        try:
            if fault is not None:
                return await self._send(request, self._struck(fault, operation), asking)
            body, fault = await self._answer(request, operation, asking)
        except RefusedError as refusal:
            return await self._send(request, self._dialect.refusal(refusal, operation), asking)
        headers = self._dialect.headers(operation)
        answer = Answer(status=operation.success, body=body, headers=headers)
        if fault is not None:
            return await self._spoilt(request, answer, asking, fault, operation)
        return await self._send(request, answer, asking)

    async def _answer(
        self, request: web.Request, operation: Operation, asking: _Asking
    ) -> tuple[bytes, Fault | None]:
        """The body of the success, and the fault that is to spoil it."""
        world = self._world
        account = _authenticated(asking)
        wait = world.rates.take(asking.scope, world.caller_now())
        if wait is not None:
            raise RefusedError("rate_limit_exceeded", "Too many requests", retry_after=wait)
        call = await self._call(request, operation, account)
        handler = self._dialect.handlers.get(operation.id)
        if handler is None:
            raise RefusedError("not_simulated", f"{operation.id} is not simulated yet")
        if call.key is None:
            return self._ruled(handler, call, operation), await self._late(operation)
        key = (account.name, operation.method, request.path, call.key)
        stored = world.keys.begin(key, world.now())
        if stored is not None:
            return stored.body, await self._late(operation)
        try:
            body = self._ruled(handler, call, operation)
            world.keys.commit(key, world.now(), operation.success, body)
            return body, await self._late(operation)
        finally:
            world.keys.end(key)

    def _ruled(self, handler: Handler, call: Call, operation: Operation) -> bytes:
        """What the rule answers; a rule that fails is a fault of the simulator, and says so."""
        try:
            return orjson.dumps(self._dialect.dress(handler(self._world, call), operation))
        except RefusedError:
            raise
        except Exception as error:
            _log.exception("the simulator's own rule for %s failed", operation.id)
            what = f"The simulator's own rule for {operation.id} failed, see its log"
            raise RefusedError("internal_error", f"{what}: {error!r}") from error

    async def _late(self, operation: Operation) -> Fault | None:
        """The fault that strikes after the work; a slow one has been waited for."""
        fault = self._world.faults.draw("after", operation.id)
        if fault is not None and fault.name == "slow_answer":
            await asyncio.sleep(5.0 if fault.seconds is None else fault.seconds)
            return None
        return fault

    async def _call(self, request: web.Request, operation: Operation, account: Account) -> Call:
        contract = self._dialect.contract
        query = contract.check_request(operation, query=request.query, headers=request.headers)
        body: Mapping[str, Any] = {}
        upload: Upload | None = None
        match operation.body_type:
            case "multipart/form-data":
                upload = await multipart(request)
            case None:
                pass
            case "application/json":
                value = await json_body(request)
                if value is None and operation.body_required:
                    raise invalid("the request body is required")
                if value is not None:
                    contract.check_body(operation, value)
                    body = value
            case _:
                upload = await raw(request, operation.body_types)
        return Call(
            operation=operation.id,
            account=account,
            path=dict(request.match_info),
            query=query,
            body=body,
            key=_key(request) if operation.keyed else None,
            upload=upload,
        )

    def _asking(self, request: web.Request, operation: Operation) -> _Asking:
        account, refusal = None, None
        try:
            account = self._world.account(self._dialect.credential(request))
        except RefusedError as error:
            refusal = error
        name = account.name if account is not None else ""
        return _Asking(account, refusal, (name, scope_of(operation.id, operation.method)))

    def _note_early(self, request: web.Request, operation: Operation, asking: _Asking) -> None:
        world = self._world
        asked, now = self._asked(request), world.caller_now()
        early = world.gates.arrive(asking.scope, asked, now, operation.id)
        if early is not None:
            world.ledger.early_requests.append(early)

    def _asked(self, request: web.Request) -> Asked:
        what = f"{request.method} {request.path_qs}"
        return Asked(what=what, key=_key(request), free=self._lines.free(request))

    async def _spoilt(
        self,
        request: web.Request,
        answer: Answer,
        asking: _Asking,
        fault: Fault,
        operation: Operation,
    ) -> web.StreamResponse:
        match fault.name:
            case "lost_answer":
                return cut(request)
            case "truncated_body":
                return await answer.send(request, self._request_id(), truncated=True)
            case "empty_body":
                empty = Answer(status=fault.status or answer.status, body=b"")
                return await self._send(request, empty, asking)
            case _:
                refusal = self._dialect.refusal(fault.error(), operation)
                return await self._send(request, refusal, asking)

    async def _send(
        self, request: web.Request, answer: Answer, asking: _Asking
    ) -> web.StreamResponse:
        if answer.paces and answer.retry_after is not None:
            world = self._world
            asked, now, moment = self._asked(request), world.caller_now(), self._lines.moment()
            world.gates.close(asking.scope, asked, now, answer.retry_after, moment)
        return await answer.send(request, self._request_id())

    def _struck(self, fault: Fault, operation: Operation) -> Answer:
        if fault.name == "html_error":
            page = b"<html><head><title>Bad gateway</title></head><body>Bad gateway</body></html>"
            return Answer(status=fault.status or 502, body=page, content_type="text/html")
        return self._dialect.refusal(fault.error(), operation)

    def _request_id(self) -> str:
        return self._world.identify("request", self._world.number("request"))


def _key(request: web.Request) -> str | None:
    return request.headers.get("Idempotency-Key")


def _authenticated(asking: _Asking) -> Account:
    if asking.account is None:
        raise asking.refusal or RefusedError("unauthorized", "Unauthorized")
    return asking.account
