"""What the benchmarks share: options, one table, and goals that numbers reach or miss."""

from __future__ import annotations

import argparse
import platform
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec

import attrs

__all__ = ["Goal", "conclude", "extra", "options", "require", "show"]

_INSTALL = "this benchmark needs the extra `bench`: pip install '.[bench]'"


@attrs.frozen
class Goal:
    """A limit that a measured number must not exceed.

    Attributes:
        what: the number, in words.
        measured: what came out.
        limit: what it should be at the most.
    """

    what: str
    measured: float
    limit: float

    @property
    def reached(self) -> bool:
        """Whether the number is within the limit; one that could not be measured is not."""
        return self.measured <= self.limit


@contextmanager
def extra() -> Iterator[None]:
    """Imports of what only the extra installs: without it, the process ends and says so."""
    try:
        yield
    except ImportError as error:
        raise SystemExit(f"{_INSTALL} ({error})") from error


def require(*modules: str) -> None:
    """The same for modules that only other processes import."""
    for module in modules:
        if find_spec(module) is None:
            raise SystemExit(f"{_INSTALL} (No module named {module!r})")


def options(description: str | None) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    parser = argparse.ArgumentParser(description=(description or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller numbers")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a goal is missed")
    return parser


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table: words to the left, numbers to the right."""
    cells = [list(columns), *([_cell(value) for value in row] for row in rows)]
    widths = [max(len(row[at]) for row in cells) for at in range(len(columns))]
    words = [not _numeric(row[at] for row in cells[1:]) for at in range(len(columns))]
    print(f"{title}\n(Python {platform.python_version()}, {platform.machine()})\n")
    for number, row in enumerate(cells):
        print(
            "  ".join(
                text.ljust(width) if left else text.rjust(width)
                for text, width, left in zip(row, widths, words, strict=True)
            ).rstrip()
        )
        if not number:
            print("  ".join("-" * width for width in widths))
    print()


def conclude(goals: Sequence[Goal], *, check: bool) -> int:
    """Print a line for each goal and return the exit code."""
    for goal in goals:
        verdict = "reached" if goal.reached else "missed"
        print(f"goal: {goal.what} {goal.measured:.4g} ≤ {goal.limit:g}: {verdict}")
    return int(check and not all(goal.reached for goal in goals))


def _cell(value: object) -> str:
    match value:
        case None:
            return "–"
        case float():
            return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
        case int():
            return f"{value:,}"
    return str(value)


def _numeric(texts: Iterable[str]) -> bool:
    return all(text[:1].isdigit() or text[:1] in "-–" for text in texts)
