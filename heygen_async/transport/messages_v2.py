"""The envelopes of HeyGen v1 and v2, which its routes mix freely. No I/O.

======  ===================================================  =====================================
family  success                                              failure
======  ===================================================  =====================================
v1      ``{code: 100, data, msg: null, message}``            ``{code: other than 100, message}``
v2      ``{error: null, data}``                              ``{error: {code, message}}``
======  ===================================================  =====================================

The path does not say which one comes: a v2 route may answer like v1, a v1 route like v2, and some
v2 routes put a whole v1 answer into ``data``, whose own code counts then, whatever the HTTP status.
``error`` may be a bare sentence, ``data`` a bare list or null. So an answer is read by what stands
in it [v2 behaviour digest §2, read 2026-11-20].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["opened"]

_FINE = frozenset({100, 0, 200})
_V1_FIELDS = frozenset({"code", "data", "msg", "message", "error", "warning"})


def opened(envelope: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any] | None]:
    """The data of an answer; and what went wrong, None if nothing did.

    What went wrong has ``code`` and ``message``, if the server said so.
    """
    wrong = _wrong(envelope)
    if wrong is not None:
        return None, wrong
    data = envelope.get("data")
    if isinstance(data, dict) and type(data.get("code")) is int and data.keys() <= _V1_FIELDS:
        wrong = _wrong(data)
        return (data.get("data"), None) if wrong is None else (None, wrong)
    return data, None


def _wrong(envelope: Mapping[str, Any]) -> Mapping[str, Any] | None:
    error, code = envelope.get("error"), envelope.get("code")
    failed = type(code) is int and code not in _FINE
    if isinstance(error, dict) and any(error.values()):
        return error
    if error and not isinstance(error, dict):
        return {"message": str(error), "code": code if failed else None}
    # An unknown code beside data is no failure: what it refers to may have been made and charged.
    return envelope if failed and not envelope.get("data") else None
