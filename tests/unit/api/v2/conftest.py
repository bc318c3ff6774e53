from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from heygen_async.errors import HeyGenV2Warning


@pytest.fixture(autouse=True)
def told_of_v2() -> Iterator[None]:
    """Only ``test_warning`` is about the warning of v2's end, which comes once in a process."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", HeyGenV2Warning)
        yield
