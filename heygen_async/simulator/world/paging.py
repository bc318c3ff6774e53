"""Cursors: pages that neither repeat nor skip a row when others come and go in between."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, TypeVar

from heygen_async.simulator.wire.refusals import invalid

T = TypeVar("T")


def paginate(
    rows: Iterable[T], position: Callable[[T], int], limit: int, token: str | None
) -> tuple[list[T], dict[str, Any]]:
    """One page of `rows` and the envelope's `has_more` and `next_token`.

    Args:
        rows: all rows, sorted by growing `position`.
        position: a number that a row keeps for life.
        limit: rows on a page.
        token: the cursor of the page before, None for the first.

    Raises:
        RefusedError: for a cursor that was not given out here.
    """
    after = -(2**63) if token is None else _position(token)
    rest = (row for row in rows if position(row) > after)
    page = list(islice(rest, limit + 1))
    more = len(page) > limit
    del page[limit:]
    cursor = _token(position(page[-1])) if more else None
    return page, {"has_more": more, "next_token": cursor}


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(f"after:{position}".encode()).decode().rstrip("=")


def _position(token: str) -> int:
    try:
        text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        word, _, number = text.partition(":")
        if word == "after":
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise invalid("token is not a cursor of this list", "token")
