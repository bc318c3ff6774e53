"""What may be shown of an address, a header or a server's sentence: never a key or a signature.

Presigned addresses *are* credentials: whoever reads one in a log can fetch the video or replace the
upload until it expires. So the values of signing parameters are blanked, by name, wherever text
leaves the transport: log records, error messages, events.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["BLANK", "redact_headers", "redact_text", "redact_url", "rewritten"]

BLANK = "***"

_PARAMETERS = (
    r"x-amz-[\w-]+|x-goog-[\w-]+|[\w-]*signature|sig|expires|policy|key-pair-id|awsaccesskeyid"
    r"|googleaccessid|hdnts|[\w-]*token|[\w-]*key|credential|secret|password|auth"
)
_QUERY_VALUE = re.compile(rf"(?i)((?:[?&;]|&amp;|%26|%3F)(?:{_PARAMETERS})=)[^&;#\s\"'<>\\]*")
_USERINFO = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/?#\s\"'@]*@")
_KEY = re.compile(r"\bsk_[A-Za-z0-9]+_[A-Za-z0-9_\-]{4,}|\bwhsec_[A-Za-z0-9_\-]+")
_BEARER = re.compile(r"(?i)\b(bearer\s+)[A-Za-z0-9._~+/=\-]{4,}")
_LABELLED = re.compile(r"(?i)\b((?:x-)?api[-_]key[\"']?\s*[:=]\s*[\"']?)[^\s\"',;&]+")

_SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key"}
)
_SIGNED_HEADER = re.compile(r"(?i)signature|token|secret|credential|-key$|sse-customer")


def redact_url(url: object) -> str:
    """The address without user info and without the values of its signing parameters."""
    return _QUERY_VALUE.sub(rf"\1{BLANK}", _USERINFO.sub(rf"\1{BLANK}@", str(url)))


def redact_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers, the values of secret ones blanked."""
    return {
        name: BLANK
        if name.lower() in _SECRET_HEADERS or _SIGNED_HEADER.search(name)
        else redact_text(value)
        for name, value in headers.items()
    }


def redact_text(text: str) -> str:
    """Free text with keys, tokens and the signatures of addresses blanked."""
    text = _LABELLED.sub(rf"\1{BLANK}", _BEARER.sub(rf"\1{BLANK}", _KEY.sub(BLANK, text)))
    return redact_url(text)


def rewritten(value: Any, how: Callable[[str], str]) -> Any:
    """The value with every text in it rewritten, however deep it stands."""
    match value:
        case str():
            return how(value)
        case dict():
            return {rewritten(key, how): rewritten(item, how) for key, item in value.items()}
        case list() | tuple():
            return type(value)([rewritten(item, how) for item in value])
    return value
