"""Shells for tests of what is typed into one, and films that are drawn once for them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs
import pytest

from heygen_async.simulator.media import RenderRequest, render_video
from heygen_async.simulator.media.still import frame_size
from tests.integration.shell import Shell

_SMALLER = 4


@pytest.fixture(scope="session")
def shell() -> Iterator[Shell]:
    """Runs commands, each forked from what has imported them."""
    with Shell.forking() as shell:
        yield shell


@pytest.fixture(scope="session")
def interpreters() -> Shell:
    """Runs commands, each in an interpreter of its own, as users do."""
    return Shell()


class Studio:
    """Draws each film once, however many simulators show it; small, until it is told otherwise."""

    def __init__(self) -> None:
        self.full_size = False
        self._films: dict[RenderRequest, bytes] = {}

    def film(self, request: RenderRequest, *, abandoned: Callable[[], bool]) -> bytes:
        """What the simulator is to show."""
        if not self.full_size:
            width, height = (side // _SMALLER // 2 * 2 for side in frame_size(request))
            request = attrs.evolve(request, frame=(width, height))
        if request not in self._films:
            self._films[request] = render_video(request, abandoned=abandoned)
        return self._films[request]


@pytest.fixture(scope="session", autouse=True)
def studio() -> Iterator[Studio]:
    """Where the simulators of these tests have their films from.

    To draw them is most of what a simulator does. Equal requests make equal videos: each simulator
    keeps what it drew, and here all do so together.
    """
    studio = Studio()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("heygen_async.simulator.wire.downloads.render_video", studio.film)
        yield studio


@pytest.fixture
def full_size(studio: Studio) -> Iterator[None]:
    """The films are as large as they were asked for."""
    studio.full_size = True
    yield
    studio.full_size = False
