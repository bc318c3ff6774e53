"""Every public name is on a page of the reference, as the documentation's build says later."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import UnionType

import pytest

import heygen_async

PAGES = Path(__file__).parents[2] / "docs" / "reference"
DOORS = ("heygen_async", "heygen_async.errors", "heygen_async.webhooks", "heygen_async.simulator")

_DIRECTIVE = re.compile(r"^\.\. (?P<kind>\w+):: (?P<words>.+)\n(?P<options>(?: +:.*\n)*)", re.M)


def exported(module: str, *, but: tuple[str, ...] = ()) -> Iterator[object]:
    home = import_module(module)
    for name in home.__all__:
        if name not in but:
            yield getattr(home, name)


def imported(path: str) -> object:
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def printed(kind: str, words: list[str], options: dict[str, list[str]]) -> Iterator[object]:
    """What a directive of ``docs/_ext/printed.py``, or of autodoc, puts on its page."""
    match kind:
        case "names":
            for word in words:
                if word in heygen_async.__all__:
                    yield getattr(heygen_async, word)
                else:
                    yield from exported(f"heygen_async.{word}")
        case "family":
            for home in options.get("values", ()):
                yield from exported(f"heygen_async.api.v3.{home}")
        case "classes":
            left_out = tuple(options.get("except", ()))
            found = exported(words[0], but=left_out)
            yield from (value for value in found if inspect.isclass(value))
        case "automodule":
            members = (name.strip(",") for name in options.get("members", ()))
            yield from (imported(f"{words[0]}.{name}") for name in members)
        case "autoclass" | "autodata" | "autofunction":
            yield imported(words[0])


def documented(text: str) -> list[object]:
    found: list[object] = []
    for directive in _DIRECTIVE.finditer(text):
        options = {
            name: value.split()
            for name, value in re.findall(r"^ +:([\w-]+): ?(.*)$", directive["options"], re.M)
        }
        found += printed(directive["kind"], directive["words"].split(), options)
    return found


@pytest.fixture(scope="module")
def everything() -> set[int]:
    pages = sorted(PAGES.rglob("*.md"))
    return {id(value) for page in pages for value in documented(page.read_text())}


@pytest.mark.parametrize("door", DOORS)
def test_every_public_name_is_on_a_page_of_the_reference(door: str, everything: set[int]) -> None:
    home = import_module(door)
    missing = [
        name
        for name in home.__all__
        if callable(getattr(home, name)) or isinstance(getattr(home, name), UnionType)
        if id(getattr(home, name)) not in everything
    ]

    assert missing == [], "put them on a page of docs/reference, with `.. names::`"


def test_a_name_that_is_on_no_page_is_missed() -> None:
    shown = documented(".. names:: Look models.policies\n   :flat:\n")

    assert heygen_async.Look in shown
    assert heygen_async.Policies in shown
    assert heygen_async.Photo not in shown
