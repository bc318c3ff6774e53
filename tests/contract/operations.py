"""Prints, for every operation of the contracts, what there is of it.

    python tests/contract/operations.py

Endpoint and call are the client's, handler is the simulator's; tests counts the tests that bear the
operation's name. Exits with 1 if anything is missing.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).parent


class Names:
    """Counts the tests that were collected, by the operation they are named after."""

    def __init__(self) -> None:
        self.tests: Counter[str] = Counter()
        self.calls: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            callspec = getattr(item, "callspec", None)
            for value in () if callspec is None else callspec.params.values():
                if isinstance(value, str):
                    self.tests[value] += 1
            calls = getattr(getattr(item, "module", None), "CALLS", {})
            self.calls.update(calls)


def main() -> int:
    names = Names()
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(["--collect-only", "-q", "-p", "no:randomly", str(HERE)], plugins=[names])
    # After pytest, which wants to be the first to import what is tested.
    from heygen_async.api import ENDPOINTS
    from heygen_async.simulator.dialects import DIALECTS

    whole = True
    for dialect in DIALECTS:
        endpoints = {one.operation: one for one in ENDPOINTS if one.dialect == dialect.name}
        operations = [operation.id for operation in dialect.contract.operations]
        rows = []
        for operation in operations:
            endpoint = endpoints.get(operation)
            rows.append(
                (
                    operation,
                    "missing" if endpoint is None else f"{endpoint.method} {endpoint.path}",
                    "missing" if endpoint is None else str(endpoint.replay),
                    "yes" if operation in names.calls else "missing",
                    "yes" if operation in dialect.handlers else "missing",
                    str(names.tests[operation] or "missing"),
                )
            )
        print_table(rows)
        done = sum("missing" not in row for row in rows)
        print(f"\n{dialect.name}: {done}/{len(operations)}: endpoint, call, simulator, test\n")
        whole = whole and done == len(operations)
    return int(not whole)


def print_table(rows: list[tuple[str, ...]]) -> None:
    head = ("operation", "endpoint", "replay", "call", "simulated", "tests")
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    for row in [head, tuple("-" * width for width in widths), *rows]:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )


if __name__ == "__main__":
    sys.exit(main())
