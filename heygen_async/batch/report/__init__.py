"""What a batch leaves to look at: a page, and two files to work with."""

from __future__ import annotations
