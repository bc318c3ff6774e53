"""agent.ai's one envelope, `{"status": …, "response": …}`, for every answer (v2 notes §12).

What nobody has documented is a fault here: `keyed_payload` puts the payload under the name of the
caller's variable, `inner_status` lets the inner status say what the outer one does not. The fault
`error_in_200`, which all dialects know, is the other way round here: nothing was done, and only the
inner status says so.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from heygen_async.simulator.contract import Operation
from heygen_async.simulator.wire.call import Call
from heygen_async.simulator.wire.messages import credential
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.world import World

PREFIX = "/agentai/v1"
"""Where the simulator serves agent.ai's paths."""

# All that the contract foresees beside 200, and what gateways and faults say besides.
_FORESEEN = frozenset({400, 401, 429})


def answered(world: World, call: Call, payload: dict[str, Any]) -> dict[str, Any]:
    """A success, unless a fault says otherwise."""
    variable = call.body["output_variable_name"]
    if world.faults.trap("keyed_payload", call.operation) is not None:
        payload = {variable: payload}
    fault = world.faults.trap("inner_status", call.operation)
    status = 200 if fault is None else fault.status or 500
    return {"status": status, "response": payload}


def refuse(refusal: RefusedError, operation: Operation) -> tuple[int, dict[str, Any]]:
    """Status and body of a no; the body of an error in a 200 tells its real status."""
    status = refusal.status
    if 400 <= status < 500 and status not in _FORESEEN:
        status = 400
    inner = status if status >= 400 else 500
    return status, {"status": inner, "response": {"error": refusal.message}}


def bearer(request: web.Request) -> str:
    """The token of a request; other credentials do not count.

    Raises:
        RefusedError: if there is none.
    """
    if "Authorization" not in request.headers or "x-api-key" in request.headers:
        raise RefusedError("unauthorized", "Invalid or missing bearer token")
    try:
        return credential(request)
    except RefusedError:
        raise RefusedError("unauthorized", "Invalid or missing bearer token") from None
