"""How the simulated HeyGen says no: one error, with the status and envelope it is sent as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# Where HeyGen's envelopes point their readers, read in the behaviour notes of 2026-07.
_DOCUMENTATION = "https://developers.heygen.com/docs/error-codes#"

# HTTP status of each error code (behaviour notes §2, 2026-10). Codes whose status nobody has
# published take the status of their nearest relative.
STATUS = {
    "invalid_parameter": 400,
    "download_failed": 400,
    "avatar_consent_required": 400,
    "avatar_not_usable": 400,
    "resource_limit_reached": 400,
    "tts_text_invalid": 400,
    "voice_unavailable": 400,
    "unauthorized": 401,
    "insufficient_credit": 402,
    "trial_limit_exceeded": 402,
    "forbidden": 403,
    "resource_access_denied": 403,
    "voice_not_usable": 403,
    "not_found": 404,
    "asset_not_found": 404,
    "avatar_not_found": 404,
    "avatar_group_not_found": 404,
    "resource_not_found": 404,
    "template_not_found": 404,
    "video_not_found": 404,
    "voice_not_found": 404,
    "webhook_not_found": 404,
    "method_not_allowed": 405,
    "asset_not_available": 409,
    "conflict": 409,
    "request_in_progress": 409,
    "resource_not_ready": 409,
    "payload_too_large": 413,
    "quota_exceeded": 429,
    "rate_limit_exceeded": 429,
    "internal_error": 500,
    "not_simulated": 501,
    "service_unavailable": 503,
    "gateway_timeout": 504,
}


class RefusedError(Exception):
    """A request the world does not grant.

    Attributes:
        status: HTTP status of the answer.
        code: HeyGen's word for the reason.
        message: what is wrong, for a person.
        param: dotted path of the offending field, or None.
        usual: whether `status` is v3's own for `code`, so that another dialect may have another.
        retry_after: whole seconds of the caller's clock until asking again makes sense, or None.
        errors: each violation apart, when there are several.
        number: what v1 calls the reason, if its usual number for `code` would say less.
    """

    def __init__(
        self,
        code: str,
        message: str,
        param: str | None = None,
        *,
        status: int | None = None,
        retry_after: int | None = None,
        errors: Sequence[dict[str, str]] = (),
        number: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = STATUS[code] if status is None else status
        self.usual = status is None
        self.code = code
        self.message = message
        self.param = param
        self.retry_after = retry_after
        self.errors = tuple(errors)
        self.number = number

    def envelope(self) -> dict[str, Any]:
        """The answer's JSON body."""
        return envelope(self.code, self.message, self.param, self.errors)

    def under(self, prefix: str) -> RefusedError:
        """The same refusal for a value that lies deeper, at `prefix`, in the request."""
        param = prefix if self.param is None else f"{prefix}.{self.param}"
        return RefusedError(
            self.code,
            self.message,
            param,
            status=None if self.usual else self.status,
            retry_after=self.retry_after,
            errors=self.errors,
            number=self.number,
        )


def envelope(
    code: str, message: str, param: str | None = None, errors: Sequence[dict[str, str]] = ()
) -> dict[str, Any]:
    """HeyGen's error envelope; `param` and `errors` are there only if they say something."""
    error: dict[str, Any] = {
        "code": code,
        "message": message,
        "doc_url": _DOCUMENTATION + code.replace("_", "-"),
    }
    if param is not None:
        error["param"] = param
    if errors:
        error["errors"] = list(errors)
    return {"error": error}


def invalid(message: str, param: str | None = None) -> RefusedError:
    """The 400 for a value that breaks a rule."""
    return RefusedError("invalid_parameter", message, param)
