"""From a photo and a script to a finished video."""

from __future__ import annotations
