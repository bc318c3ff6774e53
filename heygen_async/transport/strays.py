"""What a killed process left of files that were on their way.

A file gathers beside its place and is put there when it is whole, so SIGKILL leaves no half file,
but it leaves the part. Whoever writes the same file next removes it: only parts of that file, and
only those that are older than this process's own work, so nobody's running transfer is touched.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

__all__ = ["Strays"]

# Seconds by which a file's time may lag behind the clock: it is that of the last tick, and a second
# has a hundred of them at the least. More would spare what was killed just before.
_TICK = 0.02

# ``NAME.1a2b3c4d.part`` is a download's (see ``part``), ``.NAME.1a2b3c4d.part`` a report's.
_PART = re.compile(r"\.?(.+)\.[0-9a-f]{8}\.part")


class Strays:
    """Removes them, looking through each folder once. Everything here blocks: use a thread."""

    def __init__(self) -> None:
        self._began = time.time() - _TICK
        self._folders: dict[Path, dict[str, list[Path]]] = {}

    def clear(self, target: str | os.PathLike[str]) -> None:
        """Remove what earlier processes left of this file. What cannot be removed stays."""
        path = Path(target).absolute()
        if path.parent not in self._folders:
            self._folders[path.parent] = self._found(path.parent)
        for part in self._folders[path.parent].pop(path.name, ()):
            try:
                if part.stat().st_mtime < self._began:
                    part.unlink()
            except OSError:
                continue  # Gone already, or not ours: it is in nobody's way.

    @staticmethod
    def _found(folder: Path) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if (match := _PART.fullmatch(entry.name)) is not None:
                        found.setdefault(match[1], []).append(Path(entry.path))
        except OSError:
            return {}  # No folder, no strays.
        return found
