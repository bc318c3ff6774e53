"""Byte ranges as RFC 9110 §14 has them, one at a time."""

from __future__ import annotations

import re


class UnsatisfiableRangeError(Exception):
    """The range lies beyond the end."""


def wanted(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the byte after the last, None for the whole.

    Anything that is not one plain range of bytes counts as absent, as the RFC wants.

    Raises:
        UnsatisfiableRangeError: if no byte of it exists.
    """
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", (header or "").strip())
    if match is None or match.group(0) == "bytes=-":
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise UnsatisfiableRangeError
        return size - length, size
    start = int(first)
    end = min(int(last) + 1, size) if last else size
    if last and int(last) < start:
        return None
    if start >= size:
        raise UnsatisfiableRangeError
    return start, end
