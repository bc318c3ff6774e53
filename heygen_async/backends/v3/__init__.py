"""HeyGen v3 as a plan of steps."""

from __future__ import annotations
