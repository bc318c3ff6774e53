"""Shells for the tests of what is typed into one, and films that are drawn once for them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from heygen_async.simulator.media import RenderRequest
from heygen_async.simulator.wire import downloads
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


@pytest.fixture(scope="session", autouse=True)
def films() -> Iterator[None]:
    """Each film is drawn once, however many simulators show it.

    To draw is most of what a simulator does, and equal requests make equal videos; so each keeps
    what it drew, and here all do so together.
    """
    drawn: dict[RenderRequest, bytes] = {}
    draw = downloads.render_video

    def drawn_once(request: RenderRequest, *, abandoned: Callable[[], bool]) -> bytes:
        if request not in drawn:
            drawn[request] = draw(request, abandoned=abandoned)
        return drawn[request]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(downloads, "render_video", drawn_once)
        yield
