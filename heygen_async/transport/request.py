"""A request, prepared once for all its attempts: address, body, headers, key. No I/O.

Everything here happens once per call, so it is cheap: addresses without ids are built once per
endpoint, and headers are shared between calls until one needs its own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import orjson
from multidict import CIMultiDict
from yarl import URL

from heygen_async.errors import InvalidInputError, UsageError
from heygen_async.transport.departure import Departure
from heygen_async.transport.endpoint import Endpoint, Replay
from heygen_async.transport.retry import Again, Tries

__all__ = [
    "BASE_URL",
    "Addresses",
    "Request",
    "checked_key",
    "json_bytes",
    "own_headers",
    "request_key",
]

BASE_URL = "https://api.heygen.com"
"""HeyGen's only API host [source document 003, read 2026-11-20]."""

UPLOAD_URL = "https://upload.heygen.com"
"""Where v1 takes raw files, and nothing else [v2 behaviour digest §1, read 2026-11-20]."""

_KEY = re.compile(r"[A-Za-z0-9_\-:.]{1,255}")
"""An idempotency key [source document 003, read 2026-11-20]."""

_RESERVED = frozenset({"authorization", "cookie", "host", "idempotency-key", "x-api-key"})
_CACHED = 256


class Request:
    """What all attempts of one call share.

    Attributes:
        again: what the last attempt asked for, until the loop has heard it.
        endpoint: what is called.
        url: with ids and query in place.
        headers: all of them, the credentials included; never shown.
        body: the JSON bytes, None without.
        departure: takes note of what leaves; None where nobody asks.
        form: builds a form or a raw body for one attempt, None without.
        key: the idempotency key, None where the endpoint takes none.
        patience: seconds, the longest wait for one 429.
        raise_full: whether a full render pool is raised at once.
        tries: what happened so far.
    """

    __slots__ = (
        "again",
        "body",
        "departure",
        "endpoint",
        "form",
        "headers",
        "key",
        "patience",
        "raise_full",
        "tries",
        "url",
    )

    again: Again | None
    endpoint: Endpoint
    url: URL
    headers: CIMultiDict[str]
    body: bytes | None
    departure: Departure | None
    form: Callable[[], Any] | None
    key: str | None
    patience: float
    raise_full: bool
    tries: Tries


class Addresses:
    """The addresses of one API.

    HeyGen takes raw files at a host of their own; whatever stands in for HeyGen, such as a proxy or
    a simulator, takes them itself.

    Args:
        base_url: checked, without its trailing slash.
    """

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._hosts = {"upload": UPLOAD_URL} if base_url == BASE_URL else {}
        self._plain: dict[str, URL] = {}

    def of(
        self, endpoint: Endpoint, ids: Mapping[str, str] | None, query: Mapping[str, Any] | None
    ) -> URL:
        """Where a request goes.

        Raises:
            InvalidInputError: an id is missing or empty, or a query value is of a strange type.
        """
        path = endpoint.path
        if "{" in path:
            path = endpoint.fill(ids or {})
        elif not query and not endpoint.host:
            url = self._plain.get(path)
            if url is None:
                url = URL(self._base_url + path, encoded=True)
                if len(self._plain) < _CACHED:
                    self._plain[path] = url
            return url
        if query:
            text = _query_text(query)
            path += f"?{text}" if text else ""
        return URL(self._hosts.get(endpoint.host, self._base_url) + path, encoded=True)


def json_bytes(value: Any) -> bytes:
    """The body as JSON.

    Raises:
        InvalidInputError: it holds something that JSON does not know.
    """
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise InvalidInputError(f"the request body is not JSON: {error}", field="json") from error


def request_key(endpoint: Endpoint, key: str | None) -> str | None:
    """The one idempotency key of a call: the caller's, a new one, or none.

    Raises:
        InvalidInputError: the caller's cannot be one.
        UsageError: the endpoint takes none.
    """
    if endpoint.replay is Replay.KEYED:
        return os.urandom(16).hex() if key is None else checked_key(key)
    if key is None:
        return None
    if endpoint.replay is not Replay.BODY_ID:
        raise UsageError(f"{endpoint.operation} takes no idempotency key", field="idempotency_key")
    return checked_key(key)


def checked_key(key: object) -> str:
    """The key, if it can be one.

    Raises:
        InvalidInputError: it has other characters, or is empty or too long.
    """
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise InvalidInputError.of(
            "idempotency_key", "must be 1 to 255 characters of A-Z a-z 0-9 _ - : .", key
        )
    return key


def own_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    """The caller's further headers, if they leave the credentials alone.

    Raises:
        UsageError: one of them would replace what the transport sets.
    """
    for name in headers:
        if name.lower() in _RESERVED:
            raise UsageError(f"the header {name} cannot be set for one call", field="headers")
    return headers


def _query_text(query: Mapping[str, Any]) -> str:
    parts = []
    for name, value in query.items():
        match value:
            case None:
                continue
            case list() | tuple():
                text = ",".join([_scalar(name, item) for item in value])
            case _:
                text = _scalar(name, value)
        parts.append(f"{quote(name, safe='')}={quote(text, safe=',')}")
    return "&".join(parts)


def _scalar(name: str, value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int() | float():
            return str(value)
    raise InvalidInputError.of(name, "must be text, a number or a bool", value)
