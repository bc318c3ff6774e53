"""Since when each connection has been free, which tells what its next sender can have known.

A connection carries one exchange at a time. What comes over one that was opened, or answered last,
after a refusal had been sent was sent by somebody who could have read that refusal; what comes over
one that has been open and silent since before may have been under way. Moments are counted and not
timed: on a clock that jumps, all of this happens at once.
"""

from __future__ import annotations

import itertools

from aiohttp import web

__all__ = ["Lines"]


class Lines:
    """The connections of one server."""

    def __init__(self) -> None:
        self._moments = itertools.count(1)
        # By the protocol's id: Python gives it again to a later connection only, which then
        # overwrites it as it opens.
        self._free: dict[int, int] = {}

    def accept(self, server: web.Server) -> web.RequestHandler:
        """Make the protocol of a connection that opens now."""
        protocol = server()
        self._free[id(protocol)] = self.moment()
        return protocol

    async def answering(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """Note that a connection is being answered, and free again."""
        self._free[id(request.protocol)] = self.moment()

    def free(self, request: web.BaseRequest) -> int:
        """The moment from which on this request can have been sent over its connection."""
        return self._free.get(id(request.protocol), 0)

    def moment(self) -> int:
        """This moment, later than all before."""
        return next(self._moments)
