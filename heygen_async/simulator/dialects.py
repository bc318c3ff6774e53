"""The dialects that the simulator speaks, all of them at one address."""

from __future__ import annotations

from heygen_async.simulator.agentai import envelopes as agentai_envelopes
from heygen_async.simulator.contract import Contract
from heygen_async.simulator.handlers import HANDLERS, HANDLERS_AGENTAI, HANDLERS_V2
from heygen_async.simulator.v2 import envelopes as v2_envelopes
from heygen_async.simulator.wire.dialect import Dialect

V3 = Dialect(name="v3", contract=Contract.load("v3"), handlers=HANDLERS)

V2 = Dialect(
    name="v2",
    contract=Contract.load("v2"),
    handlers=HANDLERS_V2,
    refuse=v2_envelopes.refuse,
    dress=v2_envelopes.dress,
    headers=v2_envelopes.headers,
)

AGENTAI = Dialect(
    name="agentai",
    contract=Contract.load("agentai"),
    handlers=HANDLERS_AGENTAI,
    prefix=agentai_envelopes.PREFIX,
    refuse=agentai_envelopes.refuse,
    credential=agentai_envelopes.bearer,
)

DIALECTS = (V3, V2, AGENTAI)
