"""``batch`` at work."""

from __future__ import annotations
