"""The simulated HeyGen without any HTTP: what exists, what it costs, and what goes wrong."""

from __future__ import annotations
