"""The tables of everything that is simulated: operation id to rule, for each dialect.

An operation of the contract that is missing here is answered 501 `not_simulated`. To add one,
write its rule in the module of its family and list it in that module's `HANDLERS`.
"""

from __future__ import annotations

from heygen_async.simulator.agentai import avatars as agentai_avatars, videos as agentai_videos
from heygen_async.simulator.v2 import (
    account as v2_account,
    assets as v2_assets,
    avatars as v2_avatars,
    generations as v2_generations,
    groups as v2_groups,
    looks as v2_looks,
    motion as v2_motion,
    training as v2_training,
    videos as v2_videos,
    webhooks as v2_webhooks,
)
from heygen_async.simulator.v3 import (
    agent_styles,
    agents,
    assets,
    avatars,
    batches,
    brand,
    clippings,
    consent,
    endpoints,
    job_batches,
    lipsyncs,
    looks,
    proofreads,
    removals,
    sounds,
    templates,
    translations,
    uploads,
    videos,
    voices,
)
from heygen_async.simulator.wire.call import Handler
from heygen_async.simulator.world import users

_FAMILIES = (
    agent_styles,
    agents,
    assets,
    avatars,
    batches,
    brand,
    clippings,
    consent,
    endpoints,
    job_batches,
    lipsyncs,
    looks,
    proofreads,
    removals,
    sounds,
    templates,
    translations,
    uploads,
    users,
    videos,
    voices,
)

HANDLERS: dict[str, Handler] = {
    name: handler for family in _FAMILIES for name, handler in family.HANDLERS.items()
}
"""The rules of v3."""

_FAMILIES_V2 = (
    v2_account,
    v2_assets,
    v2_avatars,
    v2_generations,
    v2_groups,
    v2_looks,
    v2_motion,
    v2_training,
    v2_videos,
    v2_webhooks,
)

HANDLERS_V2: dict[str, Handler] = {
    name: handler for family in _FAMILIES_V2 for name, handler in family.HANDLERS.items()
}
"""The rules of v1 and v2."""

_FAMILIES_AGENTAI = (agentai_avatars, agentai_videos)

HANDLERS_AGENTAI: dict[str, Handler] = {
    name: handler for family in _FAMILIES_AGENTAI for name, handler in family.HANDLERS.items()
}
"""The rules of agent.ai's actions."""
