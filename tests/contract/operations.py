"""Prints, for every operation of the contract, what there is of it.

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
    from heygen_async.simulator.contract import Contract
    from heygen_async.simulator.handlers import HANDLERS

    endpoints = {one.operation: one for one in ENDPOINTS if one.dialect == "v3"}
    operations = list(Contract.load().operations)
    rows = []
    for operation in operations:
        endpoint = endpoints.get(operation.id)
        rows.append(
            (
                operation.id,
                "missing" if endpoint is None else f"{endpoint.method} {endpoint.path}",
                "missing" if endpoint is None else str(endpoint.replay),
                "yes" if operation.id in names.calls else "missing",
                "yes" if operation.id in HANDLERS else "missing",
                str(names.tests[operation.id] or "missing"),
            )
        )
    head = ("operation", "endpoint", "replay", "call", "simulated", "tests")
    widths = [max(len(row[at]) for row in [head, *rows]) for at in range(len(head))]
    for row in [head, tuple("-" * width for width in widths), *rows]:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    whole = sum("missing" not in row for row in rows)
    print(f"\n{whole} of {len(operations)}: endpoint, call, simulator, test")
    return int(whole != len(operations))


if __name__ == "__main__":
    sys.exit(main())
