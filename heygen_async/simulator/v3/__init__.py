"""The rules of v3's operations, family by family."""

from __future__ import annotations
