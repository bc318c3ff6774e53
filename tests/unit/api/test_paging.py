from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from heygen_async.api.paging import Page, Pages, read_cursor
from heygen_async.errors import ProtocolError


class Shelf:
    """A list of numbers in pages, by cursor; it counts how often it is asked."""

    def __init__(self, pages: Mapping[str | None, tuple[list[int], str | None]]) -> None:
        self.pages = pages
        self.asked: list[str | None] = []

    async def fetch(self, token: str | None) -> Page[int]:
        self.asked.append(token)
        assert len(self.asked) < 10, "the list does not end"
        items, behind = self.pages[token]
        return Page(tuple(items), behind)

    def list(self, token: str | None = None) -> Pages[int]:
        return Pages(self.fetch, operation="listNumbers", token=token)


THREE: dict[str | None, tuple[list[int], str | None]] = {
    None: ([1, 2], "b"),
    "b": ([], "c"),
    "c": ([3], None),
}


async def test_all_items_come_in_order_across_pages_and_empty_ones() -> None:
    shelf = Shelf(THREE)

    found = [item async for item in shelf.list()]

    assert found == [1, 2, 3]
    assert shelf.asked == [None, "b", "c"]


async def test_a_page_is_asked_for_only_when_it_is_needed() -> None:
    shelf = Shelf(THREE)

    async for item in shelf.list():
        if item == 2:
            break

    assert shelf.asked == [None]


async def test_a_list_can_be_read_again_and_asks_anew() -> None:
    shelf = Shelf(THREE)
    numbers = shelf.list()

    twice = [await numbers.collect(), await numbers.collect()]

    assert twice == [[1, 2, 3], [1, 2, 3]]
    assert shelf.asked == [None, "b", "c"] * 2


async def test_whole_pages_and_single_ones() -> None:
    shelf = Shelf(THREE)

    pages = [page.items async for page in shelf.list().pages()]
    single = await shelf.list().page("c")
    late = await shelf.list("b").collect()

    assert pages == [(1, 2), (), (3,)]
    assert single.items == (3,)
    assert late == [3]


async def test_collect_stops_at_the_number_given() -> None:
    shelf = Shelf(THREE)

    found = [await shelf.list().collect(0), await shelf.list().collect(2)]

    assert found == [[], [1, 2]]
    assert shelf.asked == [None]


@pytest.mark.parametrize("behind", ["b", "a"])
async def test_a_cursor_that_came_before_ends_the_list_with_an_error(behind: str) -> None:
    shelf = Shelf({None: ([1], "a"), "a": ([2], "b"), "b": ([3], behind)})
    seen = []

    with pytest.raises(ProtocolError, match="never end") as caught:
        async for item in shelf.list():
            seen.append(item)

    assert caught.value.path == "next_token"
    assert seen == [1, 2]


async def test_after_an_error_the_list_stays_at_its_end() -> None:
    shelf = Shelf({None: ([1], "a"), "a": ([2], "a")})
    pages = shelf.list().pages()
    await anext(pages)

    with pytest.raises(ProtocolError):
        await anext(pages)

    with pytest.raises(StopAsyncIteration):
        await anext(pages)


@pytest.mark.parametrize(
    ("fields", "token"),
    [
        ({}, None),
        ({"has_more": False, "next_token": "left over"}, None),
        ({"has_more": None, "next_token": None}, None),
        ({"has_more": True, "next_token": "a"}, "a"),
        ({"next_token": "a"}, "a"),
    ],
)
def test_the_cursor_is_read(fields: dict[str, Any], token: str | None) -> None:
    assert read_cursor(fields, "listNumbers") == token


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"has_more": True}, "next_token"),
        ({"has_more": True, "next_token": None}, "next_token"),
        ({"has_more": True, "next_token": ""}, "next_token"),
        ({"has_more": True, "next_token": 7}, "next_token"),
        ({"has_more": "yes"}, "has_more"),
    ],
)
def test_a_cursor_that_makes_no_sense_is_reported(fields: dict[str, Any], path: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        read_cursor(fields, "listNumbers")

    assert caught.value.path == path


@pytest.mark.parametrize("whole", [False, True])
async def test_pages_without_items_and_without_an_end_are_an_error(whole: bool) -> None:
    asked = 0

    async def fetch(token: str | None) -> Page[int]:
        nonlocal asked
        asked += 1
        assert asked < 5000, "the list does not end"
        return Page((), f"t{asked}")

    pages = Pages(fetch, operation="listNumbers")
    with pytest.raises(ProtocolError, match="1000 pages in a row without an item") as caught:
        _ = [one async for one in (pages.pages() if whole else pages)]

    assert caught.value.operation == "listNumbers"
    assert asked == 1000


async def test_many_empty_pages_before_each_item_are_a_list_like_another() -> None:
    async def fetch(token: str | None) -> Page[int]:
        number = int(token or 0)
        items = (number,) if number % 900 == 899 else ()
        return Page(items, None if number == 1799 else str(number + 1))

    assert await Pages(fetch, operation="listNumbers").collect() == [899, 1799]
