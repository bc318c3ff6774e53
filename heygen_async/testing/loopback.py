"""A selector that can tell a silent loopback interface from one with packets under way.

Theory
------
A clock that jumps when nothing is left to do must not mistake a packet still inside the kernel for
silence, or a read times out on an answer that is already sent. Loopback delivers a packet before
`send` returns, nearly always: on a machine with busy cores one in a few thousand is put off to a
kernel thread and arrives milliseconds later (seen on Linux 6.18). Waiting a fixed moment is then
either too short or too dear. The sender knows better: the kernel counts what a peer has not
acknowledged yet, so

1. nothing unacknowledged, and nobody waiting to connect or to write: all that was sent has arrived;
2. otherwise a bare acknowledgement may just be late, as receivers save them up for 40 ms: they are
   told to send it now, and the count is taken again;
3. what remains is under way, or stopped by a reader who has paused. The first ends soon. The second
   is a state and not a movement: after `_PATIENCE` it is remembered, and waited for only once.

A socket taken off the selector is mostly being closed, and what it sent last cannot be counted any
more. That gets a short wait of its own. Where the kernel does not count (all but Linux), every call
waits for a moment.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from typing import Any

Events = list[tuple[selectors.SelectorKey, int]]
"""What a selector's `select` answers: which sockets are ready, and for what."""

_COUNTED = bool(sys.platform == "linux")
"""Whether this kernel tells what is on its way."""

_MOMENT = 0.001
"""Real seconds between two looks at packets under way; selectors know nothing shorter."""

_FAREWELL = 0.005
"""Real seconds given to the last packets of a socket that has been taken off."""

_PATIENCE = 0.1
"""Real seconds after which what does not move is stopped: well above what a busy core takes."""


class LoopbackSelector(selectors.DefaultSelector):
    """The platform's selector, for a process that talks to itself."""

    def __init__(self) -> None:
        super().__init__()
        self._stopped: set[tuple[int, int]] = set()
        self._parted = False

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """Stop watching `fileobj`."""
        self._parted = True
        return super().unregister(fileobj)

    def look(self, timeout: float | None) -> Events:
        """Wait up to `timeout` real seconds for a socket to be ready; None waits for ever."""
        return super().select(timeout)

    def settle(self) -> Events:
        """Wait until nothing is under way between our sockets, at most until one is ready.

        Returns:
            The sockets that became ready; none means silence.
        """
        parted, self._parted = self._parted, False
        if parted and (events := self.look(_FAREWELL)):
            return events
        deadline = time.monotonic() + _PATIENCE
        while moving := self._unacknowledged() - self._stopped:
            if events := self.look(_MOMENT):
                return events
            if time.monotonic() > deadline:
                self._stopped = moving | self._stopped
                break
        return self.look(0 if _COUNTED else _MOMENT)

    def _unacknowledged(self) -> set[tuple[int, int]]:
        """Each socket with something on its way out, and how many bytes; 0 for a connection."""
        sockets = [(key.fd, key.events) for key in self.get_map().values()]
        counts = _counts(sockets)
        if counts:
            for fd, _ in sockets:
                _acknowledge(fd)
            counts = _counts(sockets)
        self._stopped &= counts
        return counts


def _counts(sockets: list[tuple[int, int]]) -> set[tuple[int, int]]:
    counts = set()
    for fd, events in sockets:
        count = _bytes_out(fd)
        if count or events & selectors.EVENT_WRITE:
            counts.add((fd, count))
    return counts


if sys.platform == "linux":
    from fcntl import ioctl
    from termios import TIOCOUTQ

    def _bytes_out(fd: int) -> int:
        try:
            return int.from_bytes(ioctl(fd, TIOCOUTQ, bytes(4)), sys.byteorder)
        except OSError:  # it listens, or is no socket at all
            return 0

    def _acknowledge(fd: int) -> None:
        borrowed = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=fd)
        try:
            borrowed.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        except OSError:
            pass  # speaks no TCP: nothing to acknowledge
        finally:
            borrowed.detach()

else:

    def _bytes_out(fd: int) -> int:
        return 0

    def _acknowledge(fd: int) -> None:
        pass
