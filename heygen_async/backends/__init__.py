"""The dialects behind one set of verbs."""

from __future__ import annotations
