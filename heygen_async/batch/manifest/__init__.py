"""A file of jobs: read, checked as a whole, streamed."""

from __future__ import annotations
