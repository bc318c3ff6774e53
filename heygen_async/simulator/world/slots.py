"""Asking for one of the slots that renders, agent sessions and translations share.

HeyGen counts these three kinds together (behaviour notes §3, 2026-10); nothing says that lipsyncs,
clippings or background removals count, so here they do not.
"""

from __future__ import annotations

from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.world import World


def require_slot(world: World, account: Account) -> None:
    """Let a job pass that finds a free slot.

    Raises:
        RefusedError: `rate_limit_exceeded`, with the time until the first running job is due.
    """
    farm = account.farm
    if not farm.full:
        return
    free = min(farm.next_free() - world.now(), world.timing.retry_after)
    raise RefusedError(
        "rate_limit_exceeded",
        f"{farm.running} jobs already running",
        retry_after=world.caller_wait(free),
    )
