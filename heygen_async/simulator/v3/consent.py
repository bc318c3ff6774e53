"""Consent to a digital twin: given in a browser, or by a recorded statement."""

from __future__ import annotations

import math
from typing import Any

from heygen_async.simulator.v3 import inputs
from heygen_async.simulator.v3.looks import group_view, own_group
from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world.world import World

CONSENT = "/_consent/"
"""Where the person who was filmed says yes: one GET of the address is the yes."""


def ask(world: World, call: Call) -> dict[str, Any]:
    """Open a consent page, or take a consent video and approve it after a while."""
    group = own_group(world, call.account, call.path["group_id"])
    if group.consent is None:
        raise invalid("Only digital twins need consent", "group_id")
    video, link = call.body.get("consent_video"), None
    if video is not None:
        for other in ("reroute_url", "consent_text"):
            if call.body.get(other) is not None:
                raise invalid(f"consent_video and {other} cannot both be set", other)
        inputs.resolve(world, call.account, video, "consent_video", "video")
        group.consent = min(group.consent, world.now() + world.timing.consent)
    elif math.isinf(group.consent):
        link = world.links.sign(CONSENT + group.id, world.now() + world.timing.consent_page)
    return data({"avatar_group": group_view(world, call.account, group), "url": link})


def approve(world: World, group_id: str) -> bool:
    """The person says yes; False if nobody asked for it."""
    for account in world.accounts.values():
        group = account.groups.get(group_id)
        if group is not None and group.consent is not None:
            group.consent = min(group.consent, world.now())
            return True
    return False


HANDLERS: dict[str, Handler] = {"createAvatarConsent": ask}
