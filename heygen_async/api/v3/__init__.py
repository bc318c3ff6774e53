"""HeyGen v3: one module per family of calls, its values beside it."""

from __future__ import annotations
