"""The table of everything that is simulated: operation id to rule.

An operation of the contract that is missing here is answered 501 `not_simulated`. To add one,
write its rule in the module of its family and list it in that module's `HANDLERS`.
"""

from __future__ import annotations

from heygen_async.simulator import (
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
from heygen_async.simulator.call import Handler

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
