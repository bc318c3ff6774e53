"""One at a time, by name: how work that many ask for is done once.

The first to ask does the work, the others wait; then each of them reads in the journal that it is
done. If the first is cancelled or fails half-way, the next goes on from where the journal says it
stopped. So there is no task that works for others, and nobody's cancellation harms another.
"""

from __future__ import annotations

import asyncio

__all__ = ["Locks"]


class _Entry:
    __slots__ = ("lock", "users")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.users = 0


class Locks:
    """Locks that exist while somebody uses them."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def users(self, name: str) -> int:
        """How many hold the lock of this name or wait for it."""
        entry = self._entries.get(name)
        return 0 if entry is None else entry.users

    def hold(self, name: str) -> _Hold:
        """Hold the lock of this name for the time of the block; first come, first served."""
        return _Hold(self._entries, name)


class _Hold:
    """A lock for the time of a block; a class, since a generator takes ten times the room."""

    __slots__ = ("_entries", "_name")

    def __init__(self, entries: dict[str, _Entry], name: str) -> None:
        self._entries = entries
        self._name = name

    async def __aenter__(self) -> None:
        entry = self._entries.get(self._name)
        if entry is None:
            entry = self._entries[self._name] = _Entry()
        entry.users += 1
        try:
            await entry.lock.acquire()
        except BaseException:
            self._leave(entry)
            raise

    async def __aexit__(self, *_: object) -> None:
        entry = self._entries[self._name]
        entry.lock.release()
        self._leave(entry)

    def _leave(self, entry: _Entry) -> None:
        entry.users -= 1
        if not entry.users:
            del self._entries[self._name]
