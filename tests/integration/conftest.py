"""Shells for the tests of what is typed into one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.shell import Shell


@pytest.fixture(scope="session")
def shell() -> Iterator[Shell]:
    """Runs commands, each forked from what has imported them."""
    with Shell.forking() as shell:
        yield shell


@pytest.fixture(scope="session")
def interpreters() -> Shell:
    """Runs commands, each in an interpreter of its own, as users do."""
    return Shell()
