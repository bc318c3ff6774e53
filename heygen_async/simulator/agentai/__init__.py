"""The rules of agent.ai's actions."""

from __future__ import annotations
