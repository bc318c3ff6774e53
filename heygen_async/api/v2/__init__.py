"""HeyGen v1 and v2: one module per family of calls. Their end is announced."""

from __future__ import annotations
