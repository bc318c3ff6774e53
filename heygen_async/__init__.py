"""Photos and scripts to avatar videos, on asyncio."""

from __future__ import annotations
