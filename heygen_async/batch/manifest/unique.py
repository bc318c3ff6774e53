"""Which row had a text first, for millions of texts in a few bytes each.

An open-addressing table of 64-bit hashes beside the rows they came from, in two flat arrays: 12
bytes a slot and at most two thirds full, against some 100 bytes in a dict. The hash is the
interpreter's own, keyed afresh in every process, so nobody can prepare texts that collide; that two
of a million different texts do is less likely than one in thirty million.
"""

from __future__ import annotations

from array import array

__all__ = ["Seen"]

_FIRST_SLOTS = 1024
_MASK = (1 << 64) - 1


class Seen:
    """Texts and the row that each came from first."""

    def __init__(self) -> None:
        self._clear(_FIRST_SLOTS)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, text: str) -> bool:
        return bool(self._marks[self._slot(_mark(text))])

    def add(self, text: str, row: int) -> int | None:
        """The row that had the text before; None if this one, from 1 to 2³² - 1, is the first."""
        slot = self._slot(mark := _mark(text))
        if self._marks[slot]:
            return self._rows[slot]
        self._marks[slot], self._rows[slot] = mark, row
        self._count += 1
        if 3 * self._count > 2 * len(self._marks):
            self._grow()
        return None

    def _slot(self, mark: int) -> int:
        """Where the mark is, or the free place where it belongs."""
        last = len(self._marks) - 1
        slot = mark & last
        while (there := self._marks[slot]) and there != mark:
            slot = (slot + 1) & last
        return slot

    def _clear(self, slots: int) -> None:
        self._count = 0
        self._marks = array("Q", bytes(8 * slots))
        self._rows = array("I", bytes(array("I").itemsize * slots))

    def _grow(self) -> None:
        marks, rows, count = self._marks, self._rows, self._count
        self._clear(2 * len(marks))
        self._count = count
        for mark, row in zip(marks, rows, strict=True):
            if mark:
                slot = self._slot(mark)
                self._marks[slot], self._rows[slot] = mark, row


def _mark(text: str) -> int:
    return hash(text) & _MASK or 1  # 0 is a free slot.
