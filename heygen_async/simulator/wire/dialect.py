"""A dialect of the API: a contract, the rules behind it, and how both are put on the wire.

HeyGen speaks v3, and v1 and v2, which are one family here and called v2; others speak to HeyGen in
words of their own. All of them talk about one world: what one dialect makes, the others see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs
import orjson
from aiohttp import web

from heygen_async.simulator.contract import Contract, Operation
from heygen_async.simulator.wire.call import Handler
from heygen_async.simulator.wire.messages import Answer, credential
from heygen_async.simulator.wire.refusals import RefusedError

_TOO_MANY = 429
# Whoever is told one of these pays or waits for a reset, and not for the Retry-After.
_USED_UP = frozenset(
    {
        "insufficient_credit",
        "plan_upgrade_required",
        "quota_exceeded",
        "subscription_required",
        "trial_limit_exceeded",
    }
)


def _same(body: dict[str, Any], operation: Operation) -> dict[str, Any]:
    return body


def _none(operation: Operation) -> Mapping[str, str]:
    return {}


def _envelope(refusal: RefusedError, operation: Operation) -> tuple[int, dict[str, Any]]:
    # Nobody has published which status each operation answers a file that is not ready yet with:
    # where the contract foresees no 409, it is a request that cannot be granted.
    foreseen = refusal.status != 409 or "409" in operation.statuses
    return refusal.status if foreseen or not refusal.usual else 400, refusal.envelope()


@attrs.frozen(kw_only=True)
class Dialect:
    """One way to talk to the world.

    Attributes:
        name: as in `contract.FILES`.
        contract: which operations there are.
        handlers: the rule of each operation, by its id.
        prefix: what the server puts before the contract's paths.
        refuse: HTTP status and JSON body of a no.
        dress: what every success is wrapped in besides what its handler answers.
        headers: what goes along with every answer that was not a fault of the wire.
        credential: who asks, from what a request brings along.
    """

    name: str
    contract: Contract
    handlers: Mapping[str, Handler]
    prefix: str = ""
    refuse: Callable[[RefusedError, Operation], tuple[int, dict[str, Any]]] = _envelope
    dress: Callable[[dict[str, Any], Operation], dict[str, Any]] = _same
    headers: Callable[[Operation], Mapping[str, str]] = _none
    credential: Callable[[web.Request], str] = credential

    def refusal(self, refusal: RefusedError, operation: Operation) -> Answer:
        """The answer that says no."""
        status, body = self.refuse(refusal, operation)
        return Answer(
            status=status,
            body=orjson.dumps(body),
            retry_after=refusal.retry_after,
            paces=status == _TOO_MANY and refusal.code not in _USED_UP,
            headers=self.headers(operation),
        )
