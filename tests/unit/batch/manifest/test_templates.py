from __future__ import annotations

import pytest

from heygen_async.batch.manifest.templates import fill
from heygen_async.errors import InvalidInputError

CELLS = {"first_name": "Ada", "city": "", "odd": "{first_name}"}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("Hello", "Hello"),
        ("Hello {first_name}!", "Hello Ada!"),
        ("{First Name}{first-name}", "AdaAda"),
        ("{{first_name}} is {first_name}", "{first_name} is Ada"),
        ("{odd}", "{first_name}"),
    ],
)
def test_columns_are_filled_in_once(template: str, filled: str) -> None:
    assert fill(template, CELLS, set()) == filled


@pytest.mark.parametrize(
    ("template", "rule"),
    [
        ("{nope}", "names an unknown column 'nope'; known are first_name, city, odd"),
        ("{}", "names an unknown column ''"),
        ("{city}", "needs the column city, which is empty in this row"),
        ("{first_name.__class__}", "names an unknown column"),
        ("{first_name[0]}", "names an unknown column"),
        ("{first_name!r}", "names an unknown column"),
        ("{first_name:>10}", "names an unknown column"),
        ("a { b", "has a single {"),
        ("a } b", "has a single }"),
        ("{first_name} {", "has a single {"),
    ],
)
def test_anything_but_a_column_with_a_value_is_refused(template: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        fill(template, CELLS, set())

    assert str(caught.value).startswith(rule)


def test_a_template_cannot_fill_the_memory() -> None:
    with pytest.raises(InvalidInputError, match="at most 100000 characters"):
        fill("{a}" * 10_000, {"a": "x" * 100_000}, set())


def test_what_a_template_mentions_is_told() -> None:
    used: set[str] = set()

    fill("{First Name} {{city}}", CELLS, used)

    assert used == {"first_name"}
