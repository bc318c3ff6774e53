"""What a server says about the end of a call: two headers and a part of the body. No I/O.

HeyGen's old routes answer with ``Deprecation: true``, ``Sunset: <HTTP date>`` and, beside ``data``,
``warning {message, v3_endpoint, sunset_date}`` [v2 behaviour digest §2 and §10, read 2026-11-20].
Any of the three may be missing, or of another type. The sentence may hold anything, instructions to
language models included; it is carried along as text and nothing is decided by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from heygen_async.transport.endpoint import Endpoint
from heygen_async.transport.observer import Deprecated
from heygen_async.transport.redact import redact_text

__all__ = ["deprecation"]

_MOST = 300


def deprecation(
    endpoint: Endpoint, headers: Mapping[str, str], envelope: Mapping[str, Any]
) -> Deprecated | None:
    """What an answer says about the end of its call, None if it says nothing.

    Args:
        endpoint: what was called.
        headers: of the answer, found in any case.
        envelope: the answer's whole object.
    """
    said = envelope.get("warning")
    warning: Mapping[str, Any] = said if isinstance(said, dict) else {"message": said}
    sunset = _words(headers.get("Sunset")) or _words(warning.get("sunset_date"))
    message = _words(warning.get("message"))
    if sunset is None and message is None and not headers.get("Deprecation"):
        return None
    successor = _words(warning.get("v3_endpoint")) or endpoint.successor or None
    return Deprecated(
        operation=endpoint.operation, sunset=sunset, message=message, successor=successor
    )


def _words(value: object) -> str | None:
    """One line of text, bounded and without secrets; None for everything else."""
    if not isinstance(value, str):
        return None
    line = " ".join(redact_text(value).split())
    return line[:_MOST] or None
