"""Webhooks of v1: where HeyGen sends its events.

What arrives there is read and verified by ``heygen_async.webhooks``, v1's signature included.
Events about photo avatars are hints at best: their content is not documented, and users miss them.

Source: HeyGen v2 contract and behaviour notes section 9, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from heygen_async.api.calls import deletes, posts, reads, replaces
from heygen_async.api.family import request_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import CALLBACK, ID, identifier
from heygen_async.api.v2.legacy import LegacyFamily, legacy
from heygen_async.api.values import Request, Resource, optional
from heygen_async.models.open_word import OpenWord
from heygen_async.transport.endpoint import Replay

__all__ = [
    "WebhookAddRequest",
    "WebhookEndpointV2",
    "WebhookEventName",
    "WebhookUpdateRequest",
    "WebhooksV2",
]

_ROOT = "/v1/webhook"
_V3 = "/v3/webhooks/endpoints"

ADD_ENDPOINT = legacy(
    posts(f"{_ROOT}/endpoint.add", "add-a-webhook-endpoint", Replay.UNSAFE), f"POST {_V3}"
)
LIST_ENDPOINTS = legacy(reads(f"{_ROOT}/endpoint.list", "list-webhook-endpoints"), f"GET {_V3}")
UPDATE_ENDPOINT = legacy(
    replaces("PATCH", f"{_ROOT}/endpoint.update", "update-a-webhook-endpoint"),
    f"PATCH {_V3}/{{endpoint_id}}",
)
DELETE_ENDPOINT = legacy(
    deletes(f"{_ROOT}/endpoint.delete", "delete-a-webhook-endpoint"),
    f"DELETE {_V3}/{{endpoint_id}}",
)
LIST_EVENTS = legacy(
    reads(f"{_ROOT}/webhook.list", "list-available-webhook-events"),
    "GET /v3/webhooks/event-types",
)

ENDPOINTS = (ADD_ENDPOINT, LIST_ENDPOINTS, UPDATE_ENDPOINT, DELETE_ENDPOINT, LIST_EVENTS)


class WebhookEventName(OpenWord):
    """What v1 tells; ``event_names`` is the server's own list."""

    AVATAR_VIDEO_SUCCESS = "avatar_video.success"
    AVATAR_VIDEO_FAIL = "avatar_video.fail"
    AVATAR_VIDEO_GIF_SUCCESS = "avatar_video_gif.success"
    AVATAR_VIDEO_GIF_FAIL = "avatar_video_gif.fail"
    AVATAR_VIDEO_CAPTION_SUCCESS = "avatar_video_caption.success"
    AVATAR_VIDEO_CAPTION_FAIL = "avatar_video_caption.fail"
    VIDEO_TRANSLATE_SUCCESS = "video_translate.success"
    VIDEO_TRANSLATE_FAIL = "video_translate.fail"
    VIDEO_AGENT_SUCCESS = "video_agent.success"
    VIDEO_AGENT_FAIL = "video_agent.fail"
    INSTANT_AVATAR_SUCCESS = "instant_avatar.success"
    INSTANT_AVATAR_FAIL = "instant_avatar.fail"
    PHOTO_AVATAR_GENERATION_SUCCESS = "photo_avatar_generation.success"
    PHOTO_AVATAR_GENERATION_FAIL = "photo_avatar_generation.fail"
    PHOTO_AVATAR_TRAIN_SUCCESS = "photo_avatar_train.success"
    PHOTO_AVATAR_TRAIN_FAIL = "photo_avatar_train.fail"
    PHOTO_AVATAR_ADD_MOTION_SUCCESS = "photo_avatar_add_motion.success"
    PHOTO_AVATAR_ADD_MOTION_FAIL = "photo_avatar_add_motion.fail"
    PROOFREAD_CREATION_SUCCESS = "proofread_creation.success"
    PROOFREAD_CREATION_FAIL = "proofread_creation.fail"
    LIVE_AVATAR_SUCCESS = "live_avatar.success"
    LIVE_AVATAR_FAIL = "live_avatar.fail"
    PERSONALIZED_VIDEO = "personalized_video"


@attrs.frozen(kw_only=True)
class WebhookAddRequest(Request):
    """An address for events.

    Attributes:
        url: public and https; HeyGen asks it with OPTIONS first, and waits one second.
        events: which events; all without it, and with an empty list.
        entity_id: only events about this resource.
    """

    url: str = attrs.field(validator=CALLBACK)
    events: Sequence[WebhookEventName | str] | None = optional()
    entity_id: str | None = optional(ID)


@attrs.frozen(kw_only=True)
class WebhookUpdateRequest(Request):
    """What to change at an address.

    Attributes:
        endpoint_id: of the address.
        url: another one.
        events: replaces the whole list.
    """

    endpoint_id: str = attrs.field(validator=ID)
    url: str | None = optional(CALLBACK)
    events: Sequence[WebhookEventName | str] | None = optional()


@attrs.frozen
class WebhookEndpointV2(Resource):
    """An address for events.

    Attributes:
        endpoint_id: its id.
        url: where events go.
        secret: signs the events; v1 tells it again in its list. It is not shown.
        status: ``enabled`` or ``disabled``.
        events: which; None and empty mean all.
        username: whose.
        created_at: ISO 8601 or unix seconds.
    """

    endpoint_id: str
    url: str | None = None
    secret: str | None = attrs.field(default=None, repr=False)
    status: str | None = None
    events: tuple[WebhookEventName, ...] | None = None
    username: str | None = None
    created_at: str | float | None = None


class WebhooksV2(LegacyFamily):
    """Addresses for events."""

    async def create(self, request: WebhookAddRequest) -> WebhookEndpointV2:
        """Register an address and return it, with its secret.

        Raises:
            InvalidRequestError: the address did not answer to OPTIONS, or its TLS is weak.
            UncertainError: the answer was lost; look at the list before calling again.
        """
        request_of(WebhookAddRequest, request, "request")
        return await self._call(WebhookEndpointV2, ADD_ENDPOINT, body=request)

    def list(self) -> Pages[WebhookEndpointV2]:
        """Addresses, all in one page, with their secrets."""
        return self._pages(WebhookEndpointV2, LIST_ENDPOINTS)

    async def update(self, request: WebhookUpdateRequest) -> WebhookEndpointV2:
        """Change an address or its events, and return it; a list of events is replaced whole."""
        request_of(WebhookUpdateRequest, request, "request")
        return await self._call(WebhookEndpointV2, UPDATE_ENDPOINT, body=request)

    async def delete(self, endpoint_id: str) -> None:
        """Remove an address; what is under way to it may still arrive."""
        query = {"endpoint_id": identifier("endpoint_id", endpoint_id)}
        await self._ask(DELETE_ENDPOINT, query=query)

    async def event_names(self) -> tuple[WebhookEventName, ...]:
        """The names of all events."""
        page = await self._pages(WebhookEventName, LIST_EVENTS).page()
        names: tuple[WebhookEventName, ...] = page.items
        return names
