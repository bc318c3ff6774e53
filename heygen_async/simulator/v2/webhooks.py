"""Webhook endpoints of v1: the same addresses that v3 knows, under another signature.

What is registered here is signed in the header `Signature`, without a time stamp, so that nothing
protects a receiver from replays (v2 notes §9, read 2026-11-21). The secret is told in every answer.
Which events photo avatars send is known by name only: what they say is a guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from heygen_async.simulator.v2.envelopes import v1
from heygen_async.simulator.v3.endpoints import secret
from heygen_async.simulator.wire.call import Call, Handler
from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.callbacks import expect
from heygen_async.simulator.world.postbox import V1, Endpoint
from heygen_async.simulator.world.world import World

_PAIRS = (
    "avatar_video", "avatar_video_gif", "avatar_video_caption", "video_translate", "video_agent",
    "instant_avatar", "photo_avatar_generation", "photo_avatar_train", "photo_avatar_add_motion",
    "proofread_creation", "live_avatar",
)  # fmt: skip

EVENTS = (*(f"{it}.{end}" for it in _PAIRS for end in ("success", "fail")), "personalized_video")
"""The events of v1, in the order of its list."""


def _add(world: World, call: Call) -> dict[str, Any]:
    body = call.body
    _expect(world, body["url"])
    number = world.number("endpoint")
    endpoint = Endpoint(
        id=world.identify("endpoint", number),
        number=number,
        url=body["url"],
        secret=secret(world),
        events=_events(body.get("events")),
        entity_id=body.get("entity_id"),
        created_at=world.now(),
        style=V1,
    )
    call.account.endpoints[endpoint.id] = endpoint
    return v1(_view(call, endpoint))


def _list(world: World, call: Call) -> dict[str, Any]:
    """A bare array (v2 notes §2)."""
    return v1([_view(call, it) for it in call.account.endpoints.values()])


def _update(world: World, call: Call) -> dict[str, Any]:
    endpoint, body = _find(call, call.body["endpoint_id"]), call.body
    if "url" in body:
        _expect(world, body["url"])
        endpoint.url = body["url"]
    if "events" in body:
        endpoint.events = _events(body["events"])
    return v1(_view(call, endpoint))


def _delete(world: World, call: Call) -> dict[str, Any]:
    endpoint = _find(call, call.query["endpoint_id"])
    world.postbox.withdraw(endpoint)
    del call.account.endpoints[endpoint.id]
    return v1(None)


def _types(world: World, call: Call) -> dict[str, Any]:
    return v1(list(EVENTS))


def _expect(world: World, url: str) -> None:
    try:
        expect(world, url, "url")
    except RefusedError as refusal:
        raise RefusedError("invalid_parameter", refusal.message, "url", number=400542) from None


def _find(call: Call, endpoint_id: str) -> Endpoint:
    endpoint = call.account.endpoints.get(endpoint_id)
    if endpoint is None:
        raise RefusedError("webhook_not_found", "webhook endpoint not found")
    return endpoint


def _events(given: Sequence[str] | None) -> tuple[str, ...]:
    """The events that are wanted; no wish is all of them."""
    return tuple(dict.fromkeys(given)) if given else EVENTS


def _view(call: Call, endpoint: Endpoint) -> dict[str, Any]:
    created = datetime.fromtimestamp(endpoint.created_at, UTC).replace(tzinfo=None)
    known = EVENTS if endpoint.events is None else endpoint.events
    return {
        "endpoint_id": endpoint.id,
        "url": endpoint.url,
        "secret": endpoint.secret,
        "status": "enabled",
        "events": [it for it in known if it in EVENTS],
        "username": call.account.name,
        "created_at": created.isoformat(timespec="microseconds"),
    }


HANDLERS: dict[str, Handler] = {
    "add-a-webhook-endpoint": _add,
    "delete-a-webhook-endpoint": _delete,
    "list-available-webhook-events": _types,
    "list-webhook-endpoints": _list,
    "update-a-webhook-endpoint": _update,
}
