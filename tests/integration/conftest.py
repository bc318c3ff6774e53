"""Shells for tests of what is typed into one, and drawings that are made once for them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest

from heygen_async.simulator.media import RenderRequest, portrait, render_video
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
def drawings() -> Iterator[None]:
    """Each film and each portrait is drawn once, however many simulators show it.

    To draw is most of what a simulator does. Equal requests make equal videos, and equal words
    equal portraits: each simulator keeps what it drew, and here all do so together.
    """
    films: dict[RenderRequest, bytes] = {}

    def film(request: RenderRequest, *, abandoned: Callable[[], bool]) -> bytes:
        if request not in films:
            films[request] = render_video(request, abandoned=abandoned)
        return films[request]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("heygen_async.simulator.wire.downloads.render_video", film)
        patch.setattr("heygen_async.simulator.v3.pictures.portrait", cache(portrait))
        yield
