"""Whether the files that jobs name are there and what they need to be, each looked at once."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Set
from pathlib import Path

from heygen_async.batch.manifest.errors import RowError
from heygen_async.batch.manifest.reading import Row
from heygen_async.batch.manifest.unique import Seen
from heygen_async.errors import UnknownFileTypeError
from heygen_async.models.source import Media, Origin
from heygen_async.transport.content import AUDIO, HEAD_BYTES, IMAGES, inspect

__all__ = ["Files"]


class Files:
    """Looks at files, remembering which it has seen."""

    def __init__(self) -> None:
        self._images, self._recordings = Seen(), Seen()

    def faults(self, row: Row, media: Mapping[str, Media]) -> list[RowError]:
        """What is wrong with the row's files; a file that other rows name too is told once."""
        found = []
        for column, one in media.items():
            sound = column == "audio"
            seen = self._recordings if sound else self._images
            if one.origin is not Origin.FILE or seen.add(str(one.source), row.number) is not None:
                continue
            if (rule := _fault(one.path, AUDIO if sound else IMAGES)) is not None:
                found.append(row.wrong(column, rule))
        return found


def _fault(path: Path, types: Set[str]) -> str | None:
    try:
        # Opening a pipe would wait for its other end.
        if not stat.S_ISREG(path.stat().st_mode):
            return "must be a file"
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(HEAD_BYTES)
    except OSError as error:
        return f"must be a readable file: {error.strerror or error}"
    except ValueError:
        return "must be a file's path"
    try:
        inspect(head, name=str(path), size=size, accept=types)
    except UnknownFileTypeError as error:
        return f"{error.rule or error.message}; it is {error.value}"
    return None
