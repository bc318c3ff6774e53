"""``{column}`` in a text, replaced by the row's value, and by nothing else.

This is not ``str.format``: a name is looked up and that is all, so there are no attributes, items,
conversions or formats to reach anything with. What is put in is not looked at again. A value that
is empty is an error, because "Hello {name}" would be spoken, and paid for, as "Hello ".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableSet
from functools import lru_cache

from heygen_async.batch.manifest.columns import canonical
from heygen_async.errors import InvalidInputError, brief

__all__ = ["fill"]

_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")
_LONGEST = 100_000
_NAMES_SHOWN = 30


def fill(template: str, cells: Mapping[str, str], used: MutableSet[str]) -> str:
    """The text with its columns filled in.

    Args:
        template: the text; ``{{`` and ``}}`` stand for the braces themselves.
        cells: the row's values by canonical name.
        used: takes the names that the template mentions.

    Raises:
        InvalidInputError: a name is unknown or empty in this row, a brace is alone, or the result
            has more than 100 000 characters.
    """
    if "{" not in template and "}" not in template:
        return template
    parts, length = [], 0
    for literal, written, name in _parsed(template):
        value = _value(written, name, cells, used) if name is not None else ""
        parts += [literal, value]
        length += len(literal) + len(value)
        if length > _LONGEST:
            raise _refusal(f"must have at most {_LONGEST} characters when filled in")
    return "".join(parts)


@lru_cache(maxsize=64)
def _parsed(template: str) -> tuple[tuple[str, str, str | None], ...]:
    """Literals, each with the name behind it, as it is written and as it is meant.

    Cached, since a template is usually the same in all rows.
    """
    pieces: list[tuple[str, str, str | None]] = []
    literal, end = "", 0
    for token in _TOKEN.finditer(template):
        literal += template[end : token.start()]
        end = token.end()
        if token[1] is not None:
            pieces.append((literal, token[1], canonical(token[1])))
            literal = ""
        elif token[0] in ("{{", "}}"):
            literal += token[0][0]
        else:
            raise _refusal(f"has a single {token[0]}; {token[0] * 2} stands for the character")
    return (*pieces, (literal + template[end:], "", None))


def _value(written: str, name: str, cells: Mapping[str, str], used: MutableSet[str]) -> str:
    value = cells.get(name)
    if value is None:
        names = [known for known in cells if known]
        more = ", …" if len(names) > _NAMES_SHOWN else ""
        raise _refusal(
            f"names an unknown column {brief(written)}; known are "
            + ", ".join(names[:_NAMES_SHOWN])
            + more
        )
    used.add(name)
    if not value:
        raise _refusal(f"needs the column {name}, which is empty in this row")
    return value


def _refusal(rule: str) -> InvalidInputError:
    return InvalidInputError(rule, rule=rule)
