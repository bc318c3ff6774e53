"""HTTP on the simulator's side: requests checked and answered, files served, webhooks sent."""

from __future__ import annotations
