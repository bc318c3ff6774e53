"""HeyGen v2 as a plan of steps."""

from __future__ import annotations
