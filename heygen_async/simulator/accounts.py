"""Accounts: each API key has a world of its own, and a balance."""

from __future__ import annotations

import attrs

from heygen_async.simulator.farm import Farm
from heygen_async.simulator.records import Asset, Batch, Group, Look, Video, Voice


@attrs.define(kw_only=True, eq=False)
class Account:
    """What belongs to one API key. The key itself is not kept here.

    Attributes:
        name: the username; says nothing about the key.
        balance: credits left.
        farm: its render slots.
    """

    name: str
    balance: float
    farm: Farm
    assets: dict[str, Asset] = attrs.field(factory=dict)
    groups: dict[str, Group] = attrs.field(factory=dict)
    looks: dict[str, Look] = attrs.field(factory=dict)
    voices: dict[str, Voice] = attrs.field(factory=dict)
    videos: dict[str, Video] = attrs.field(factory=dict)
    batches: dict[str, Batch] = attrs.field(factory=dict)
