"""The public names: the table, the stub and the homes agree."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import heygen_async

STUB = Path(heygen_async.__file__).with_suffix(".pyi")


def stubbed() -> dict[str, str]:
    return {
        alias.name: node.module.removeprefix("heygen_async.")
        for node in ast.parse(STUB.read_text()).body
        if isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__"
        for alias in node.names
    }


def test_the_stub_says_what_the_table_says() -> None:
    assert stubbed() == heygen_async._HOMES


def test_all_is_the_table_sorted() -> None:
    assert list(heygen_async.__all__) == sorted(heygen_async._HOMES)


@pytest.mark.parametrize("name", heygen_async.__all__)
def test_a_public_name_is_where_the_table_says_and_public_there(name: str) -> None:
    home = __import__(f"heygen_async.{heygen_async._HOMES[name]}", fromlist=["_"])

    assert getattr(heygen_async, name) is getattr(home, name)
    assert name in home.__all__


def test_every_error_is_public() -> None:
    from heygen_async import errors

    assert set(errors.__all__) <= set(heygen_async.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Hegyen'"):
        _ = heygen_async.Hegyen  # type: ignore[attr-defined]


def test_dir_lists_the_names_before_they_are_loaded() -> None:
    assert set(heygen_async.__all__) <= set(dir(heygen_async))
