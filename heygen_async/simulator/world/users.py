"""The caller's own account: a prepaid wallet that empties."""

from __future__ import annotations

from typing import Any

from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.world.world import World


def me(world: World, call: Call) -> dict[str, Any]:
    """Who the key belongs to, and what is left."""
    name = call.account.name
    return data(
        {
            "username": name,
            "email": f"{name}@example.org",
            "first_name": "Sim",
            "last_name": "User",
            "billing_type": "wallet",
            "wallet": {
                "currency": "usd",
                "remaining_balance": call.account.balance,
                "auto_reload": {"enabled": False, "threshold_usd": None, "amount_usd": None},
            },
            "subscription": None,
            "usage_based": None,
        }
    )


HANDLERS: dict[str, Handler] = {"getCurrentUser": me}
