"""Many jobs: drawn from any source, made in bounded memory, told as they end."""

from __future__ import annotations
