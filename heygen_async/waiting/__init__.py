"""Look until it settles: one multiplexer for all waiters of a kind."""

from __future__ import annotations

from heygen_async.waiting.multiplexer import Multiplexer

__all__ = ["Multiplexer"]
