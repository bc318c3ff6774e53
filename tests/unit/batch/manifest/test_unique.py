from __future__ import annotations

from heygen_async.batch.manifest.unique import Seen


def test_the_first_row_of_a_text_is_remembered_through_growth() -> None:
    seen = Seen()

    firsts = [seen.add(f"text {row}", row) for row in range(1, 5001)]
    again = [seen.add(f"text {row}", 9999) for row in range(1, 5001)]

    assert firsts == [None] * 5000
    assert again == list(range(1, 5001))
    assert len(seen) == 5000
