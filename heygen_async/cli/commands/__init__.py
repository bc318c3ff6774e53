"""The commands as the shell sees them; what they do is imported when they are called."""

from __future__ import annotations
