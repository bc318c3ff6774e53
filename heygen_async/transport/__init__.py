"""Bytes to HeyGen and back."""

from __future__ import annotations
