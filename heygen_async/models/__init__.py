"""What the user holds. No I/O, no wire format."""

from __future__ import annotations
