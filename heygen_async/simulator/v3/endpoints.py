"""Webhook endpoints: registered, changed, given new secrets, deleted; and what they were told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from heygen_async.simulator.wire.call import Call, Handler, data
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.callbacks import expect
from heygen_async.simulator.world.event_types import EVENT_TYPES
from heygen_async.simulator.world.paging import paginate
from heygen_async.simulator.world.postbox import Endpoint
from heygen_async.simulator.world.world import World


def _create(world: World, call: Call) -> dict[str, Any]:
    expect(world, call.body["url"], "url")
    number = world.number("endpoint")
    endpoint = Endpoint(
        id=world.identify("endpoint", number),
        number=number,
        url=call.body["url"],
        secret=secret(world),
        events=_events(call.body.get("events")),
        entity_id=call.body.get("entity_id"),
        created_at=world.now(),
    )
    call.account.endpoints[endpoint.id] = endpoint
    return data(_view(endpoint) | {"secret": endpoint.secret})


def _list(world: World, call: Call) -> dict[str, Any]:
    rows = call.account.endpoints.values()
    page, cursor = paginate(rows, lambda it: it.number, call.query["limit"], call.query["token"])
    return data([_view(it) for it in page]) | cursor


def _update(world: World, call: Call) -> dict[str, Any]:
    endpoint, body = _find(call), call.body
    if body.get("url") is not None:
        expect(world, body["url"], "url")
        endpoint.url = body["url"]
    if "events" in body:
        endpoint.events = _events(body["events"])
    return data(_view(endpoint))


def _delete(world: World, call: Call) -> dict[str, Any]:
    endpoint = _find(call)
    world.postbox.withdraw(endpoint)
    del call.account.endpoints[endpoint.id]
    return data({"endpoint_id": endpoint.id})


def _rotate(world: World, call: Call) -> dict[str, Any]:
    endpoint = _find(call)
    endpoint.secret = secret(world)
    return data({"endpoint_id": endpoint.id, "secret": endpoint.secret})


def _types(world: World, call: Call) -> dict[str, Any]:
    rows = [{"event_type": name, "description": text} for name, text in EVENT_TYPES.items()]
    return data(rows) | {"has_more": False, "next_token": None}


def _history(world: World, call: Call) -> dict[str, Any]:
    """What somebody was told, the newest first; what was lost on its way, too."""
    query = call.query
    rows = [
        it
        for it in reversed(call.account.events)
        if query["event_type"] in {None, it.type}
        and (query["entity_id"] is None or it.concerns(query["entity_id"]))
    ]
    page, cursor = paginate(rows, lambda it: -it.number, query["limit"], query["token"])
    told = [
        {
            "event_id": it.id,
            "event_type": it.type,
            "event_data": dict(it.data),
            "created_at": _iso(it.created_at),
        }
        for it in page
    ]
    return data(told) | cursor


def _find(call: Call) -> Endpoint:
    endpoint = call.account.endpoints.get(call.path["endpoint_id"])
    if endpoint is None:
        message = f"Webhook endpoint {call.path['endpoint_id']} not found"
        raise RefusedError("webhook_not_found", message)
    return endpoint


def _view(endpoint: Endpoint) -> dict[str, Any]:
    """An endpoint as it is shown; its secret is told when it is made, and never again."""
    return {
        "endpoint_id": endpoint.id,
        "url": endpoint.url,
        "events": None if endpoint.events is None else list(endpoint.events),
        "status": "enabled",
        "created_at": _iso(endpoint.created_at),
        "secret": None,
    }


def _events(given: list[str] | None) -> tuple[str, ...] | None:
    return None if given is None else tuple(dict.fromkeys(given))


def secret(world: World) -> str:
    """A new secret."""
    return "whsec_" + world.identify("secret", world.number("secret"))


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(int(moment), UTC).isoformat().replace("+00:00", "Z")


HANDLERS: dict[str, Handler] = {
    "createWebhookEndpoint": _create,
    "deleteWebhookEndpoint": _delete,
    "listWebhookEndpoints": _list,
    "listWebhookEventTypes": _types,
    "listWebhookEvents": _history,
    "rotateWebhookEndpointSecret": _rotate,
    "updateWebhookEndpoint": _update,
}
