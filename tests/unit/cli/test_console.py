from __future__ import annotations

import json

import pytest

from heygen_async.cli.console import clean, clock, put_json, put_table


def test_text_from_elsewhere_cannot_steer_the_terminal() -> None:
    assert clean("a\x1b[31mred\nline\r") == "a [31mred line"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (59.9, "0:59"), (61, "1:01"), (3600, "60:00")]
)
def test_time_is_shown_as_minutes_and_seconds(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_columns_of_a_table_are_aligned_and_gaps_are_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    put_table(("ID", "NAME", "N"), [("long-id", None, 2.4), ("x", "Anna", True)])

    assert capsys.readouterr().out.splitlines() == [
        "ID       NAME  N",
        "long-id  -     2.4",
        "x        Anna  yes",
    ]


def test_json_stands_on_one_line_whatever_it_holds(capsys: pytest.CaptureFixture[str]) -> None:
    put_json({"text": "a\nb", "items": ("é", None), "other": Exception("x")})

    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {"text": "a\nb", "items": ["é", None], "other": "x"}
