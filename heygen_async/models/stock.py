"""What agent.ai makes by itself: a stock avatar that tells of an article or a topic.

Source: source document 000 and the agent.ai behaviour notes §12, read 2026-11-20.
"""

from __future__ import annotations

from typing import Any

import attrs

from heygen_async.errors import InvalidInputError
from heygen_async.models import check

__all__ = ["Article", "StockAvatar", "Topic"]

NAMES = (
    "sawyer",
    "gabrielle",
    "denyse",
    "kaitlyn",
    "asher",
    "chukwu",
    "araj",
    "declan",
    "nevaeh",
    "youssef",
)


@attrs.frozen
class StockAvatar:
    """One of agent.ai's ten avatars; only its dialect knows them.

    Attributes:
        name: such as ``sawyer`` or ``gabrielle``.
        happy: look happy while speaking.
        circle: be shown in a circle.
    """

    name: str = attrs.field(default="sawyer", validator=check.one_of(NAMES))
    happy: bool = attrs.field(default=False, kw_only=True, validator=check.instance((bool,)))
    circle: bool = attrs.field(default=False, kw_only=True, validator=check.instance((bool,)))


@attrs.frozen
class Topic:
    """A topic that agent.ai writes the words about.

    Attributes:
        text: what to speak about. agent.ai does not say how it tells a topic from a script, which
            goes into the same field; for words that are to be said as they are, use a `Script`.
    """

    text: str = attrs.field(validator=check.filled)


def _address(owner: Any, attribute: Any, value: Any) -> None:
    parts = check.split_address(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidInputError.of("Article.url", "must be an http:// or https:// address", value)


@attrs.frozen
class Article:
    """An article that agent.ai reads and tells of.

    Attributes:
        url: its public address; unlike HeyGen, agent.ai does not insist on https.
        promote: advertise it, where it would be summed up otherwise.
    """

    url: str = attrs.field(validator=_address)
    promote: bool = attrs.field(default=False, kw_only=True, validator=check.instance((bool,)))
