"""Webhooks before they are sent: who is to be told what, and when.

Something happens in the world, and `World.tell` makes an *event* of it. The event goes to every
endpoint of its account that wants it, signed, and besides to the `callback_url` its job came with,
unsigned (behaviour notes §10, 2026-10). Each of these is a *delivery*, with a fate of its own:

    due -> under way -> accepted (2xx within 10 s), and done
                     -> refused, and due again, each pause twice as long as the one before,
                        until the event is 24 hours old

To one address, deliveries go one after the other. An endpoint that is deleted takes its deliveries
with it; one whose address or secret changes is told the rest at the new address, under the new
secret. Faults strike here: an event of theirs is lost, late, sent twice, or sent after its
successor. A lost one stands in the history all the same: that is how a caller finds it.

Nothing here sends anything. Whoever does (`courier`) takes what is due, and says how it went.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

import attrs

from heygen_async.simulator.world.faults import Faults
from heygen_async.simulator.world.timing import Timing

V1, V3 = "v1", "v3"

# What the faults do if they say no `seconds`, in simulated seconds.
_LATE, _HELD, _TWICE = 300.0, 60.0, 1.0


@attrs.frozen(kw_only=True)
class Callback:
    """Who is to be told about one job, as the request said; both are often None.

    Attributes:
        url: where to; see `callbacks.callback_of`.
        id: the caller's name for the job, which every event about it repeats.
    """

    url: str | None = None
    id: str | None = None


@attrs.frozen(kw_only=True, eq=False)
class Event:
    """Something that happened, as it is told.

    Attributes:
        number: grows with each event; the history is sorted by it.
        type: one of the words of `event_types`.
        data: its `event_data`.
        created_at: when it happened.
        body: what is posted, byte for byte.
    """

    id: str
    number: int
    type: str
    data: Mapping[str, Any]
    created_at: float
    body: bytes = attrs.field(repr=False)

    def concerns(self, entity_id: str) -> bool:
        """Whether it names this resource, under whatever key."""
        return entity_id in self.data.values()


@attrs.define(kw_only=True, eq=False)
class Endpoint:
    """An address that was registered for events.

    Attributes:
        number: grows with each endpoint; the list is sorted by it.
        events: the types it wants; None for all.
        entity_id: the one resource it wants to hear of; None for all.
        deleted: whether it is to be told nothing any more.
        style: which headers its deliveries bear, `V3` or `V1`; see `courier`.
    """

    id: str
    number: int
    url: str
    secret: str = attrs.field(repr=False)
    events: tuple[str, ...] | None
    entity_id: str | None
    created_at: float
    deleted: bool = False
    style: str = V3

    def wants(self, event: Event) -> bool:
        """Whether it is to be told."""
        wanted = self.events is None or event.type in self.events
        return wanted and (self.entity_id is None or event.concerns(self.entity_id))


@attrs.define(kw_only=True, eq=False)
class Delivery:
    """One event on its way to one address.

    Attributes:
        to: the endpoint; or the address of a callback, which is not signed.
        due: when it is to be sent next.
        attempts: how often it was.
        again: the pause, in simulated seconds, before an accepted one is sent once more.
        held: it waits for another one to overtake it.
    """

    event: Event
    to: Endpoint | str
    due: float
    attempts: int = 0
    again: float | None = None
    held: bool = False

    @property
    def url(self) -> str:
        """Where it goes now."""
        return self.to.url if isinstance(self.to, Endpoint) else self.to

    @property
    def secret(self) -> str | None:
        """What it is signed with now; None for a callback."""
        return self.to.secret if isinstance(self.to, Endpoint) else None


class Postbox:
    """The deliveries that are not done with.

    Attributes:
        awaited: whether anybody is to be told of anything.
        listener: called when there may be something new to do.
    """

    def __init__(self, faults: Faults, timing: Timing, hosts: Collection[str] = ()) -> None:
        """Send to loopback addresses, and to these hosts."""
        self.awaited = False
        self.listener: Callable[[], None] | None = None
        self._faults = faults
        self._timing = timing
        self._hosts = frozenset(it.lower() for it in hosts)
        self._waiting: list[Delivery] = []
        self._busy: set[str] = set()

    def sends_to(self, url: str) -> bool:
        """Whether anything is ever sent to an address: it leads to this machine, or is allowed."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"} or not host:
            return False
        if host == "localhost" or host in self._hosts:
            return True
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False

    def expect(self) -> None:
        """Somebody wants to be told of what will happen."""
        self.awaited = True
        self._changed()

    def post(self, event: Event, to: Iterable[Endpoint | str]) -> None:
        """Send `event` to some addresses, as soon as the faults let it."""
        for address in to:
            delivery = Delivery(event=event, to=address, due=event.created_at)
            fault = self._faults.draw("webhook", event.type)
            seconds = None if fault is None else fault.seconds
            match None if fault is None else fault.name:
                case "lost_webhook":
                    continue
                case "late_webhook":
                    delivery.due += _LATE if seconds is None else seconds
                case "reordered_webhook":
                    delivery.due += _HELD if seconds is None else seconds
                    delivery.held = True
                case "duplicate_webhook":
                    delivery.again = _TWICE if seconds is None else seconds
            self._waiting.append(delivery)
        self._changed()

    def withdraw(self, endpoint: Endpoint) -> None:
        """Send nothing to an endpoint any more."""
        endpoint.deleted = True
        self._waiting = [it for it in self._waiting if it.to is not endpoint]

    def next_due(self) -> float:
        """When something is to be sent; infinity while nothing is, or its address is busy."""
        return min((it.due for it in self._waiting if it.url not in self._busy), default=math.inf)

    def take(self, now: float) -> list[Delivery]:
        """What is to be sent now, at most one for each address; `settle` each of them."""
        taken: dict[str, Delivery] = {}
        for delivery in sorted(self._waiting, key=lambda it: (it.due, it.event.number)):
            if delivery.due <= now and delivery.url not in self._busy:
                taken.setdefault(delivery.url, delivery)
        self._busy.update(taken)
        self._waiting = [it for it in self._waiting if it not in taken.values()]
        return list(taken.values())

    def settle(self, delivery: Delivery, url: str, now: float, *, accepted: bool) -> None:
        """What was taken for `url` has been sent, and was accepted or not."""
        self._busy.discard(url)
        delivery.attempts += 1
        delivery.held = False
        if accepted:
            self._release(url, now)
            pause, delivery.again = delivery.again, None
        else:
            pause = self._timing.webhook_retry * 2.0 ** (delivery.attempts - 1)
            if now + pause - delivery.event.created_at > self._timing.webhook_patience:
                pause = None
        gone = isinstance(delivery.to, Endpoint) and delivery.to.deleted
        if pause is not None and not gone:
            delivery.due = now + pause
            self._waiting.append(delivery)
        self._changed()

    def _release(self, url: str, now: float) -> None:
        """Let those go that waited to be overtaken."""
        for delivery in self._waiting:
            if delivery.held and delivery.url == url:
                delivery.due = min(delivery.due, now)

    def _changed(self) -> None:
        if self.listener is not None:
            self.listener()
