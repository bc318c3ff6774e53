from __future__ import annotations

import pytest

from heygen_async.cli.retrying import _meant
from heygen_async.errors import InvalidInputError

CURRENT = {"c-1~rev-00000001", "c-2", "c-10", "d0a1", "d0b2"}
ALL = CURRENT | {"c-1"}


@pytest.mark.parametrize(
    ("name", "job_id"),
    [
        ("c-1", "c-1~rev-00000001"),  # as the manifest calls it, though it was changed
        ("c-1~rev-00000001", "c-1~rev-00000001"),
        ("c-2", "c-2"),
        ("c-10", "c-10"),
        ("d0a", "d0a1"),
    ],
)
def test_a_job_is_meant_by_its_id_or_by_its_beginning(name: str, job_id: str) -> None:
    assert _meant(name, CURRENT, ALL) == job_id


@pytest.mark.parametrize(("name", "rule"), [("d0", "several"), ("x", "no")])
def test_a_name_that_means_no_one_job_is_refused(name: str, rule: str) -> None:
    with pytest.raises(InvalidInputError, match=f"is the beginning of {rule} ids"):
        _meant(name, CURRENT, ALL)
