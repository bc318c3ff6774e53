"""Who is told of what happens, and where webhooks may go.

A job's module asks `callback_of` who is to be told, when it accepts the job, and calls `tell` when
the job has settled; for an item of a batch it calls `finish` besides.

HeyGen sends to public https addresses. A simulator is there to be tried with a receiver on the same
machine, so loopback addresses are taken as well, by http too. They are also the only ones it sends
to: a dry run that was given the addresses of real systems must not tell them of videos that do not
exist. Whose receiver has a host name of its own, such as a container's, gives it to the simulator
as one of its `webhook_hosts`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson

from heygen_async.simulator.v3.batches import counts, status_of
from heygen_async.simulator.wire.refusals import invalid
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.event_types import EVENT_TYPES
from heygen_async.simulator.world.ledger import WebhookAttempt
from heygen_async.simulator.world.postbox import Callback, Endpoint, Event
from heygen_async.simulator.world.records import Batch
from heygen_async.simulator.world.world import World

NOBODY = Callback()
"""For a job whose creator did not ask to be told."""


def callback_of(world: World, body: Mapping[str, Any]) -> Callback:
    """Who the request wants told, after a look at the address.

    Raises:
        RefusedError: `callback_url` is no address that HeyGen would send to.
    """
    url = body.get("callback_url")
    if url is not None:
        expect(world, url, "callback_url")
    return Callback(url=url, id=body.get("callback_id"))


def expect(world: World, url: str, param: str) -> None:
    """Be ready to send to an address.

    Raises:
        RefusedError: it is neither public and https, nor one that the simulator sends to.
    """
    if world.postbox.sends_to(url):
        world.postbox.expect()
    elif not _public(url):
        raise invalid(f"{param} must be a public https address", param)


def tell(
    world: World,
    account: Account,
    moment: float,
    event_type: str,
    event_data: Mapping[str, Any],
    callback: Callback = NOBODY,
) -> None:
    """Let everybody know who wants to: the account's endpoints, and the job's callback.

    What nobody wants to know is not remembered.

    Args:
        world: where it happened.
        account: to whom.
        moment: when.
        event_type: one of the words of `event_types`. Any other goes to the callback alone, and
            into no history: lipsyncs have callbacks, but no events (behaviour notes §10).
        event_data: about what; the caller's id for the job is added.
        callback: who asked to be told about this one job.
    """
    if callback.url is None and not account.endpoints:
        return
    number = world.number("event")
    told = {**event_data, "callback_id": callback.id}
    event = Event(
        id=world.identify("event", number),
        number=number,
        type=event_type,
        data=told,
        created_at=moment,
        body=orjson.dumps({"event_type": event_type, "event_data": told}),
    )
    published = event_type in EVENT_TYPES
    addresses: list[Endpoint | str] = [
        it for it in account.endpoints.values() if published and it.wants(event)
    ]
    if callback.url is not None:
        addresses.append(callback.url)
    if not addresses:
        return
    if published:
        account.events.append(event)
    outside = [it for it in addresses if not world.postbox.sends_to(_url(it))]
    for address in outside:
        note(world, event, address, _url(address), attempt=0, status=None)
    world.postbox.post(event, [it for it in addresses if it not in outside])


def note(
    world: World, event: Event, to: Endpoint | str, url: str, *, attempt: int, status: int | None
) -> None:
    """Put an attempt to tell somebody into the ledger."""
    row = WebhookAttempt(
        event_id=event.id,
        event_type=event.type,
        url=url,
        attempt=attempt,
        status=status,
        signed=isinstance(to, Endpoint),
        at=world.now(),
    )
    world.ledger.webhooks.append(row)


def finish(world: World, account: Account, batch: Batch, moment: float) -> None:
    """An item of a batch has ended, or all were refused: tell it, if that was the last one."""
    status = status_of(batch, moment)
    if status == "processing":
        return
    whole = {
        "batch_id": batch.id,
        "status": status,
        "total_items": len(batch.members),
        "counts_by_status": dict(counts(batch, moment)),
    }
    tell(world, account, moment, "batch.finished", whole, batch.callback)


def _url(address: Endpoint | str) -> str:
    return address.url if isinstance(address, Endpoint) else address


def _public(url: str) -> bool:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme != "https" or not host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".internal", ".local", ".localhost"))
