"""The simulator's own addresses, under /_simulator: its ledger, its state, its faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import attrs
import orjson
from aiohttp import web

from heygen_async.simulator.v3.consent import approve
from heygen_async.simulator.wire.refusals import envelope
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.faults import Fault
from heygen_async.simulator.world.links import ExpiredLinkError
from heygen_async.simulator.world.world import World


class Control:
    """Answers the requests of a test or a person who watches."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def ledger(self, request: web.Request) -> web.Response:
        """Everything billed and noticed."""
        self._world.advance()
        return _json(self._world.ledger.as_json())

    async def state(self, request: web.Request) -> web.Response:
        """What time it is, and how each account stands."""
        world = self._world
        world.advance()
        now = world.now()
        accounts = [_account(it, now) for it in world.accounts.values()]
        return _json({"now": now, "accounts": accounts, "faults": len(world.faults.active)})

    async def faults(self, request: web.Request) -> web.Response:
        """The faults in force."""
        return _json([attrs.asdict(it) for it in self._world.faults.active])

    async def add_faults(self, request: web.Request) -> web.Response:
        """Add one fault, or a list of them; all or none."""
        try:
            value = orjson.loads(await request.read())
            faults = [_fault(it) for it in (value if isinstance(value, list) else [value])]
        except (TypeError, ValueError) as error:
            return _json(envelope("invalid_parameter", str(error)), status=400)
        for fault in faults:
            self._world.faults.add(fault)
        return await self.faults(request)

    async def clear_faults(self, request: web.Request) -> web.Response:
        """All is well again."""
        self._world.faults.clear()
        return await self.faults(request)

    async def consent(self, request: web.Request) -> web.Response:
        """The page where somebody agrees to become an avatar; opening it is agreeing."""
        self._world.advance()
        expires, signature = request.query.get("expires"), request.query.get("signature")
        try:
            self._world.links.check(request.path, expires or "", signature or "", self._world.now())
        except ExpiredLinkError as error:
            return web.Response(status=403, text=f"{error}. Ask for a new page.")
        if approve(self._world, request.match_info["group_id"]):
            return web.Response(text="Thank you. Your consent has been recorded.")
        return web.Response(status=404, text="Nobody asks for consent here.")


def _fault(value: Any) -> Fault:
    if not isinstance(value, Mapping):
        raise TypeError("a fault is an object with at least a name")
    known = {it.name for it in attrs.fields(Fault)}
    unknown = sorted(set(value) - known)
    if unknown:
        raise ValueError(f"a fault has no {unknown[0]}; it has: {', '.join(sorted(known))}")
    if "name" not in value:
        raise ValueError("a fault needs a name")
    return Fault(**value)


def _account(account: Account, now: float) -> dict[str, Any]:
    return {
        "name": account.name,
        "balance": account.balance,
        "running": account.farm.running,
        "queued": account.farm.queued,
        "assets": len(account.assets),
        "looks": dict(Counter(it.status(now) or "public" for it in account.looks.values())),
        "videos": dict(Counter(it.status(now) for it in account.videos.values())),
    }


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(value), content_type="application/json")
