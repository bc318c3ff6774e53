"""Accounts: each API key has a world of its own, and a balance."""

from __future__ import annotations

import attrs

from heygen_async.simulator.v2.records import Generation, Training
from heygen_async.simulator.v3.agent_records import Session
from heygen_async.simulator.v3.job_records import (
    Clipping,
    Dub,
    Proofread,
    Removal,
    Translation,
)
from heygen_async.simulator.world.farm import Farm
from heygen_async.simulator.world.postbox import Endpoint, Event
from heygen_async.simulator.world.records import Asset, Batch, Group, Look, Video, Voice


@attrs.define(kw_only=True, eq=False)
class Account:
    """What belongs to one API key. The key itself is not kept here.

    Attributes:
        name: the username; says nothing about the key.
        balance: credits left.
        farm: its render slots.
        removal_requests: its background removals by the `request_id` they were asked for with.
        events: what it was told of, oldest first.
        lost_looks: looks that v2 promised and no list will ever show.
        generations, trainings: v2's, the latter by the group.
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
    lipsyncs: dict[str, Dub] = attrs.field(factory=dict)
    translations: dict[str, Translation] = attrs.field(factory=dict)
    proofreads: dict[str, Proofread] = attrs.field(factory=dict)
    clippings: dict[str, Clipping] = attrs.field(factory=dict)
    removals: dict[str, Removal] = attrs.field(factory=dict)
    removal_requests: dict[str, Removal] = attrs.field(factory=dict)
    endpoints: dict[str, Endpoint] = attrs.field(factory=dict)
    events: list[Event] = attrs.field(factory=list)
    sessions: dict[str, Session] = attrs.field(factory=dict)
    lost_looks: dict[str, Look] = attrs.field(factory=dict)
    generations: dict[str, Generation] = attrs.field(factory=dict)
    trainings: dict[str, Training] = attrs.field(factory=dict)
