"""Since when each connection has been free, which tells what its next sender can have known.

A connection carries one exchange at a time. What comes over one that was answered last after a
refusal had been sent was sent by somebody who could have read that refusal; what comes over one
that has been open and silent since before may have been under way. A connection that was opened
after it proves something only if it is the only one: among others it may belong to somebody who was
about to ask. Moments are counted and not timed: on a clock that jumps, all of this happens at once.
"""

from __future__ import annotations

import itertools

import attrs
from aiohttp import web

__all__ = ["Lines"]


@attrs.frozen
class _Line:
    """The moment at which a connection was opened, or last answered."""

    moment: int
    answered: bool


class Lines:
    """The connections of one server."""

    def __init__(self) -> None:
        self._moments = itertools.count(1)
        # By the protocol's id: Python gives it again to a later connection only, which then
        # overwrites it as it opens.
        self._lines: dict[int, _Line] = {}
        self._server: web.Server | None = None

    def accept(self, server: web.Server) -> web.RequestHandler:
        """Make the protocol of a connection that opens now."""
        self._server, protocol = server, server()
        self._lines[id(protocol)] = _Line(self.moment(), answered=False)
        return protocol

    async def answering(self, request: web.BaseRequest, response: web.StreamResponse) -> None:
        """Note that a connection is being answered, and free again."""
        self._lines[id(request.protocol)] = _Line(self.moment(), answered=True)

    def free(self, request: web.BaseRequest) -> int:
        """The moment after which its sender certainly decided on this request; 0 for none."""
        line = self._lines.get(id(request.protocol))
        if line is None or not (line.answered or self._alone()):
            return 0
        return line.moment

    def moment(self) -> int:
        """This moment, later than all before."""
        return next(self._moments)

    def _alone(self) -> bool:
        """Whether only one connection is open."""
        known = () if self._server is None else self._server.connections
        alive = (it for it in known if it.transport is not None and not it.transport.is_closing())
        return len(list(itertools.islice(alive, 2))) < 2
