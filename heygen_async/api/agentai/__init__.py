"""agent.ai's HeyGen actions: four of them, each a POST with an envelope of its own."""

from __future__ import annotations
