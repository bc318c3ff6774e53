"""Webhooks: where HeyGen sends its events, and which it sent.

What arrives there is read and verified by ``heygen_async.webhooks``.

Source: HeyGen v3 contract and behaviour notes section 10, read 2026-11-20.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from heygen_async.api.calls import deletes, posts, reads, replaces
from heygen_async.api.family import Family, request_of
from heygen_async.api.paging import Pages
from heygen_async.api.rules import CALLBACK, ID, page_size, word
from heygen_async.api.values import Request, Resource, optional
from heygen_async.models.open_word import OpenWord
from heygen_async.transport.endpoint import Replay

__all__ = [
    "CreateWebhookEndpointRequest",
    "RotatedWebhookSecret",
    "UpdateWebhookEndpointRequest",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookEndpointStatus",
    "WebhookEvent",
    "WebhookEventType",
    "WebhookEventTypeItem",
    "Webhooks",
]


class WebhookEventType(OpenWord):
    """What HeyGen tells; lipsyncs and background removals have no event."""

    AVATAR_VIDEO_SUCCESS = "avatar_video.success"
    AVATAR_VIDEO_FAIL = "avatar_video.fail"
    AVATAR_VIDEO_GIF_SUCCESS = "avatar_video_gif.success"
    AVATAR_VIDEO_GIF_FAIL = "avatar_video_gif.fail"
    VIDEO_TRANSLATE_SUCCESS = "video_translate.success"
    VIDEO_TRANSLATE_FAIL = "video_translate.fail"
    VIDEO_TRANSLATE_PREFLIGHT_VALIDATION_FAILED = "video_translate.preflight.validation_failed"
    VIDEO_TRANSLATE_PREFLIGHT_DOWNLOAD_FAILED = "video_translate.preflight.download_failed"
    PERSONALIZED_VIDEO = "personalized_video"
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
    AVATAR_VIDEO_CAPTION_SUCCESS = "avatar_video_caption.success"
    AVATAR_VIDEO_CAPTION_FAIL = "avatar_video_caption.fail"
    VIDEO_AGENT_SUCCESS = "video_agent.success"
    VIDEO_AGENT_FAIL = "video_agent.fail"
    HYPERFRAMES_VIDEO_SUCCESS = "hyperframes_video.success"
    HYPERFRAMES_VIDEO_FAIL = "hyperframes_video.fail"
    AI_CLIPPING_SUCCESS = "ai_clipping.success"
    AI_CLIPPING_FAIL = "ai_clipping.fail"
    BATCH_FINISHED = "batch.finished"


class WebhookEndpointStatus(OpenWord):
    """Whether HeyGen sends to an endpoint."""

    ENABLED = "enabled"
    DISABLED = "disabled"


@attrs.frozen(kw_only=True)
class CreateWebhookEndpointRequest(Request):
    """An address for events.

    Attributes:
        url: public and https; must answer with 2xx within 10 seconds.
        events: which events; all without it.
        entity_id: only events about this resource.
    """

    url: str = attrs.field(validator=CALLBACK)
    events: Sequence[WebhookEventType | str] | None = optional()
    entity_id: str | None = optional(ID)


@attrs.frozen(kw_only=True)
class UpdateWebhookEndpointRequest(Request):
    """What to change at an endpoint.

    Attributes:
        url: another address.
        events: replaces the whole list.
    """

    url: str | None = optional(CALLBACK)
    events: Sequence[WebhookEventType | str] | None = optional()


@attrs.frozen
class WebhookEndpoint(Resource):
    """An address for events.

    Attributes:
        endpoint_id: its id.
        url: where events go.
        status: whether they do.
        created_at: ISO 8601, other than in the rest of the API.
        events: which; None means all.
        secret: signs the events; only ever told at creation, so keep it. It is not shown.
    """

    endpoint_id: str
    url: str
    status: WebhookEndpointStatus
    created_at: str
    events: tuple[WebhookEventType, ...] | None = None
    secret: str | None = attrs.field(default=None, repr=False)


@attrs.frozen
class RotatedWebhookSecret(Resource):
    """A new secret; the old one is worthless from now on.

    Attributes:
        endpoint_id: whose.
        secret: keep it; it is not shown.
    """

    endpoint_id: str
    secret: str = attrs.field(repr=False)


@attrs.frozen
class WebhookEventTypeItem(Resource):
    """A type of event and what it means."""

    event_type: WebhookEventType
    description: str


@attrs.frozen
class WebhookEvent(Resource):
    """An event that was sent.

    Attributes:
        event_id: the same in the ``Heygen-Event-Id`` of its deliveries.
        event_type: what it tells.
        event_data: about what; differs from type to type.
        created_at: ISO 8601.
    """

    event_id: str
    event_type: WebhookEventType
    event_data: Mapping[str, Any] = attrs.field(repr=False)
    created_at: str


@attrs.frozen
class WebhookDelivery(Resource):
    """The body that HeyGen posts to an endpoint.

    Attributes:
        event_type: what it tells.
        event_data: about what; differs from type to type.
        event_id: absent as a rule, the header has it.
        created_at: ISO 8601, absent as a rule.
    """

    event_type: WebhookEventType
    event_data: Mapping[str, Any] = attrs.field(repr=False)
    event_id: str | None = None
    created_at: str | None = None


_PATH = "/v3/webhooks/endpoints"

CREATE_ENDPOINT = posts(_PATH, "createWebhookEndpoint", Replay.KEYED)
LIST_ENDPOINTS = reads(_PATH, "listWebhookEndpoints")
UPDATE_ENDPOINT = replaces("PATCH", _PATH + "/{endpoint_id}", "updateWebhookEndpoint")
DELETE_ENDPOINT = deletes(_PATH + "/{endpoint_id}", "deleteWebhookEndpoint")
ROTATE_SECRET = posts(
    _PATH + "/{endpoint_id}/rotate-secret", "rotateWebhookEndpointSecret", Replay.KEYED
)
LIST_EVENT_TYPES = reads("/v3/webhooks/event-types", "listWebhookEventTypes")
LIST_EVENTS = reads("/v3/webhooks/events", "listWebhookEvents")

ENDPOINTS = (
    CREATE_ENDPOINT,
    LIST_ENDPOINTS,
    UPDATE_ENDPOINT,
    DELETE_ENDPOINT,
    ROTATE_SECRET,
    LIST_EVENT_TYPES,
    LIST_EVENTS,
)


class Webhooks(Family):
    """Endpoints for events, and the events that were sent."""

    async def create(
        self, request: CreateWebhookEndpointRequest, *, idempotency_key: str | None = None
    ) -> WebhookEndpoint:
        """Register an address and return it, with the secret that is never told again."""
        request_of(CreateWebhookEndpointRequest, request, "request")
        return await self._call(WebhookEndpoint, CREATE_ENDPOINT, body=request, key=idempotency_key)

    def list(self, *, limit: int | None = None, token: str | None = None) -> Pages[WebhookEndpoint]:
        """Addresses, without their secrets; ``limit`` is items a page, 1 to 100."""
        query = {"limit": page_size(limit, 100)}
        return self._list(WebhookEndpoint, LIST_ENDPOINTS, query=query, token=token)

    async def update(
        self, endpoint_id: str, request: UpdateWebhookEndpointRequest
    ) -> WebhookEndpoint:
        """Change an address or its events, and return it; a list of events is replaced whole."""
        request_of(UpdateWebhookEndpointRequest, request, "request")
        return await self._call(
            WebhookEndpoint, UPDATE_ENDPOINT, ids={"endpoint_id": endpoint_id}, body=request
        )

    async def delete(self, endpoint_id: str) -> None:
        """Remove an address; what is under way to it may still arrive."""
        await self._transport.call(DELETE_ENDPOINT, ids={"endpoint_id": endpoint_id})

    async def rotate_secret(
        self, endpoint_id: str, *, idempotency_key: str | None = None
    ) -> RotatedWebhookSecret:
        """A new secret for an address; HeyGen drops the old one at once."""
        ids = {"endpoint_id": endpoint_id}
        return await self._call(RotatedWebhookSecret, ROTATE_SECRET, ids=ids, key=idempotency_key)

    async def event_types(self) -> tuple[WebhookEventTypeItem, ...]:
        """All types of events, with descriptions."""
        return (await self._items(WebhookEventTypeItem, LIST_EVENT_TYPES)).items

    def events(
        self,
        *,
        event_type: WebhookEventType | str | None = None,
        entity_id: str | None = None,
        limit: int | None = None,
        token: str | None = None,
    ) -> Pages[WebhookEvent]:
        """Events that were sent.

        Args:
            event_type: only of this type.
            entity_id: only about this resource.
            limit: items a page, 1 to 100; the server's default is 10.
            token: where to go on.
        """
        query = {
            "event_type": word(WebhookEventType, "event_type", event_type),
            "entity_id": entity_id,
            "limit": page_size(limit, 100),
        }
        return self._list(WebhookEvent, LIST_EVENTS, query=query, token=token)
