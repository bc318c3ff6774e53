"""The server's words for errors, each with the class that says what the caller may do.

A code decides before the status does, because the same status means different things (a 429 may be
a request rate, a full render pool, or an empty quota) and the status of many codes is uncertain. An
unknown code falls back to its status. Old routes make three exceptions: a code that blames the
server, under a 4xx status, is read as a 4xx, since they answer ``internal_error`` with 400 to bad
input; ``invalid_parameter`` under 404 means that something is not found; and where its sentence
speaks of a limit that was exceeded, the plan is meant.

An error inside a success has no status to fall back to. A sentence alone is how v2's documents say
that a request failed [source documents 001 and 002]; a code that nobody knows says nothing of what
was done, and is a lost answer.

Sources: HeyGen v3 behaviour digest §2, v2 digest §8, both read 2026-11-20.
"""

from __future__ import annotations

import re

from heygen_async.errors import (
    AuthenticationError,
    ConcurrencyLimitError,
    ConflictError,
    ConsentRequiredError,
    ContentPolicyError,
    HeyGenError,
    InProgressError,
    InsufficientCreditError,
    InvalidRequestError,
    NotFoundError,
    NotReadyError,
    PermissionDeniedError,
    PlanLimitError,
    ProtocolError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
)
from heygen_async.transport.codes_v1 import V1_CODES
from heygen_async.transport.endpoint import Scope

__all__ = ["CODES", "HINTS", "error_class"]

CODES: dict[str, type[HeyGenError]] = {
    "invalid_parameter": InvalidRequestError,
    "download_failed": InvalidRequestError,
    "payload_too_large": InvalidRequestError,
    "script_too_short": InvalidRequestError,
    "tts_text_invalid": InvalidRequestError,
    "avatar_not_usable": InvalidRequestError,
    "avatar_expired": InvalidRequestError,
    "voice_unavailable": InvalidRequestError,
    "content_policy_violation": ContentPolicyError,
    "avatar_consent_required": ConsentRequiredError,
    "unauthorized": AuthenticationError,
    "authentication_failed": AuthenticationError,
    "forbidden": PermissionDeniedError,
    "resource_access_denied": PermissionDeniedError,
    "ai_vendor_access_restricted": PermissionDeniedError,
    "voice_not_usable": PermissionDeniedError,
    "phone_verification_required": PermissionDeniedError,
    "unlimited_mode_disabled": PermissionDeniedError,
    "ephemeral_upload_disabled": PermissionDeniedError,
    "video_not_found": NotFoundError,
    "avatar_not_found": NotFoundError,
    "avatar_group_not_found": NotFoundError,
    "voice_not_found": NotFoundError,
    "template_not_found": NotFoundError,
    "asset_not_found": NotFoundError,
    "webhook_not_found": NotFoundError,
    "resource_not_found": NotFoundError,
    "not_found": NotFoundError,
    "conflict": ConflictError,
    "request_in_progress": InProgressError,
    "resource_not_ready": NotReadyError,
    "brand_kit_not_ready": NotReadyError,
    "asset_not_available": NotReadyError,
    "insufficient_credit": InsufficientCreditError,
    "resource_limit_reached": PlanLimitError,
    "resource_limit_exceeded": PlanLimitError,
    "trial_limit_exceeded": PlanLimitError,
    "plan_upgrade_required": PlanLimitError,
    "subscription_required": PlanLimitError,
    "quota_exceeded": QuotaExceededError,
    "rate_limit_exceeded": RateLimitError,
    "internal_error": ServerError,
    "video_delete_failed": ServerError,
    "voice_provider_error": ServerError,
    "service_unavailable": ServerError,
    "gateway_timeout": ServerError,
    # v2
    "trial_video_limit_exceeded": PlanLimitError,
    "RESOLUTION_NOT_ALLOWED": PlanLimitError,
    "MOVIO_PAYMENT_INSUFFICIENT_CREDIT": InsufficientCreditError,
    **V1_CODES,
}
"""Every code that is known."""

STATUSES: dict[int, type[HeyGenError]] = {
    401: AuthenticationError,
    402: InsufficientCreditError,
    403: PermissionDeniedError,
    404: NotFoundError,
    # A gateway that waited in vain, often on a connection that it takes for idle, or that fears a
    # replay [RFC 9110 §15.5.9, RFC 8470 §5.2]: nothing is wrong with the request.
    408: ServerError,
    409: ConflictError,
    410: NotFoundError,
    425: ServerError,
    429: RateLimitError,
}
"""What a status means where the code says nothing; other 4xx are InvalidRequestError."""

HINTS: dict[type[HeyGenError], str] = {
    InvalidRequestError: "Change the request before sending it again",
    ContentPolicyError: "Change the script, image or prompt: the same content is refused again",
    ConsentRequiredError: "Obtain the person's consent for the avatar group first",
    AuthenticationError: "Check the API key (a missing and a wrong one look the same)",
    PermissionDeniedError: "Use a key that may do this, or a resource it owns",
    NotFoundError: "Check the id, and that the key belongs to the account which owns it",
    ConflictError: "Look at the resource's present state before calling again",
    InProgressError: "Wait, then call again with the same idempotency key",
    NotReadyError: "Wait until what the call refers to is ready, then call again",
    InsufficientCreditError: "Top up the account, then call again: nothing was started",
    PlanLimitError: "Upgrade the plan or free a slot, then call again: nothing was started",
    QuotaExceededError: "Wait for the quota's reset or raise it: nothing was started",
    RateLimitError: "Call again after the pause, or with more patience: nothing was started",
    ConcurrencyLimitError: "Call again when a running job has finished: nothing was started",
    ServerError: "Calling again is safe",
    ProtocolError: "Please report it",
}
"""How to go on, the end of each error text."""

_JOBS = re.compile(
    r"(?i)concurren|simultaneous|parallel|already running|running (?:jobs?|videos?|renders?)"
    r"|(?:jobs?|videos?|renders?|sessions?)\b.{0,30}\b(?:running|in progress|processing)"
)
_REQUESTS = re.compile(r"(?i)\brequests?\b|\brate\b|per (?:second|minute|hour)")


_LIMIT = re.compile(r"(?i)\bexceeded your limit\b")


def error_class(status: int, code: str | None, message: str, scope: Scope) -> type[HeyGenError]:
    """The class for an error answer.

    Args:
        status: the HTTP status.
        code: the server's word, if it had one.
        message: its sentence; it tells a full render pool from too many requests, since both are
            ``rate_limit_exceeded`` [usage limits page, read 2026-11-20].
        scope: the endpoint's; where neither is spoken of, a render endpoint means the pool.
    """
    known = CODES.get(code) if code else None
    if known is ServerError and 400 <= status < 500:
        known = None
    if known is InvalidRequestError and (status == 404 or _LIMIT.search(message)):
        known = NotFoundError if status == 404 else PlanLimitError
    if known is None:
        known = STATUSES.get(status)
    if known is RateLimitError:
        return _pool_or_rate(code, message, scope)
    if known is not None:
        return known
    refused = 400 <= status < 500 or (status < 400 and not code)
    return InvalidRequestError if refused else ServerError


def _pool_or_rate(code: str | None, message: str, scope: Scope) -> type[HeyGenError]:
    if _JOBS.search(message):
        return ConcurrencyLimitError
    if code and scope is Scope.RENDER and not _REQUESTS.search(message):
        return ConcurrencyLimitError
    return RateLimitError
