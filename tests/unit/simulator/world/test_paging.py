from __future__ import annotations

import pytest

from heygen_async.simulator.wire.refusals import RefusedError
from heygen_async.simulator.world.paging import paginate


def _all(rows: list[int], limit: int) -> list[list[int]]:
    pages, token = [], None
    while True:
        page, cursor = paginate(rows, lambda it: it, limit, token)
        pages.append(page)
        token = cursor["next_token"]
        if not cursor["has_more"]:
            return pages


def test_pages_hold_every_row_once() -> None:
    pages = _all(list(range(7)), 3)

    assert pages == [[0, 1, 2], [3, 4, 5], [6]]


def test_a_full_last_page_has_no_cursor() -> None:
    page, cursor = paginate([1, 2], lambda it: it, 2, None)

    assert page == [1, 2]
    assert cursor == {"has_more": False, "next_token": None}


def test_a_row_deleted_between_two_pages_makes_none_skipped() -> None:
    rows = [1, 2, 3, 4]
    _, cursor = paginate(rows, lambda it: it, 2, None)
    rows.remove(2)

    page, _ = paginate(rows, lambda it: it, 2, cursor["next_token"])

    assert page == [3, 4]


def test_newer_rows_do_not_shift_a_list_that_is_sorted_newest_first() -> None:
    rows = [-4, -3, -2, -1]
    _, cursor = paginate(rows, lambda it: it, 2, None)
    rows.insert(0, -5)

    page, _ = paginate(rows, lambda it: it, 2, cursor["next_token"])

    assert page == [-2, -1]


@pytest.mark.parametrize("token", ["", "x", "YWZ0ZXI6eA", "é", "bm9uZTox"])
def test_a_cursor_of_somebody_else_is_refused(token: str) -> None:
    with pytest.raises(RefusedError) as caught:
        paginate([1], lambda it: it, 2, token)

    assert (caught.value.status, caught.value.param) == (400, "token")
