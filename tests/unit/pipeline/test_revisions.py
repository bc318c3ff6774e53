from __future__ import annotations

import pytest

from heygen_async.pipeline.revisions import original, revision


def test_a_revision_is_known_by_what_is_asked_for() -> None:
    assert revision("c-17", "0123456789abcdef") == "c-17~rev-01234567"


@pytest.mark.parametrize("job_id", ["c-17", "", "a~rev-", "a~rev-xyz", "a~rev-01234567-2"])
def test_an_id_that_only_looks_like_a_revision_is_itself(job_id: str) -> None:
    assert original(job_id) == job_id


def test_the_id_that_was_given_is_found_again() -> None:
    assert original(revision("c-17", "0123456789abcdef")) == "c-17"
