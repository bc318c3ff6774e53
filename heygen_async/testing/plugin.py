"""The pytest plugin that comes with the package: markers, and a simulator as a fixture."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Make the markers known."""
    config.addinivalue_line("markers", "virtual_time: run on a loop whose clock jumps")
    config.addinivalue_line("markers", "real_time: run on a loop whose clock is real")
