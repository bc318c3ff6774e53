"""The rules of v1's and v2's operations."""

from __future__ import annotations
