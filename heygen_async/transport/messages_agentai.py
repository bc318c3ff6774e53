"""The envelope of agent.ai's actions: ``{"status": <HTTP code>, "response": {…}}``. No I/O.

Every answer has it, good or bad. The code inside is the action's own and may disagree with that of
HTTP, in which case the worse of the two counts, or neither: see ``messages``. What stands in
``response`` is not documented: whoever called knows what to look for [agent.ai behaviour notes §12,
read 2026-11-20].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["opened"]


def opened(envelope: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any] | None]:
    """The response of an action; and what went wrong, None if nothing did.

    What went wrong has the action's own ``status``, and ``message`` and ``code`` if there are any.
    """
    status, response = envelope.get("status"), envelope.get("response")
    if type(status) is int and status >= 400:
        return None, {**_told(response), "status": status}
    if "response" not in envelope and (told := _told(envelope)):
        return None, told
    return response, None


def _told(value: Any) -> dict[str, Any]:
    """The server's words, wherever they stand."""
    if isinstance(value, str) and value:
        return {"message": value}
    if not isinstance(value, dict):
        return {}
    match value.get("error"):
        case dict() as error if error:
            return error
        case str() as sentence if sentence:
            return {"message": sentence, "code": value.get("code")}
    names = ("message", "detail", "code")
    return {name: value[name] for name in names if value.get(name)}
